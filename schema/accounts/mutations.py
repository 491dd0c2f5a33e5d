"""What clients may change of accounts, sessions, appeals and grants."""

import strawberry

from resolvers.accounts import (
    account,
    account_appeal,
    administration,
    appeal_evidence,
    appeal_settlement,
    favourite,
    grant,
    passkey,
    provider_sign_in,
    second_factor,
    sign_in_ticket,
)
from resolvers.accounts.holder_number import register_holder
from resolvers.accounts.person_code import confirm_person_by_code, recover_person_account
from resolvers.accounts.person_confirmation import confirm_person
from resolvers.accounts.person_registration import register_person
from resolvers.accounts.proof_renewal import prove_again
from resolvers.accounts.recovery_stop import stop_recovery
from resolvers.accounts.session import (
    end_other_sessions,
    end_session,
    refresh_session,
    sign_in,
    sign_out,
)
from resolvers.accounts.sms_code import request_person_code
from resolvers.accounts.unit_registration import register_unit
from rules.kernel.function import Function
from schema.accounts import account_payload as payload
from schema.accounts.account_payload import AccountPayload, AccountResult
from schema.accounts.grant import FunctionGrantsPayload, FunctionGrantsResult
from schema.accounts.viewer import (
    SessionResult,
    SignInResult,
    SignOutResult,
    build_session_payload,
    build_sign_in_payload,
    build_sign_out_payload,
)
from schema.kernel.mutation import anonymous_mutation, mutation

strawberry.input(
    favourite.Favourites,
    name="FavouritesInput",
    description="Which functions one keeps at hand, in order (S2). 常用功能设置",
)


@strawberry.type
class AccountsMutations:
    """What clients may change of accounts, sessions, appeals and grants."""

    sign_in: SignInResult = anonymous_mutation(sign_in, build_sign_in_payload)
    complete_sign_in: SessionResult = anonymous_mutation(
        second_factor.complete_sign_in, build_session_payload
    )
    start_passkey_sign_in: payload.AskedBrowserResult = anonymous_mutation(
        passkey.start_passkey_sign_in, payload.build_asked_payload
    )
    complete_passkey_sign_in: SessionResult = anonymous_mutation(
        passkey.complete_passkey_sign_in, build_session_payload
    )
    start_provider_sign_in: payload.StartedSignInResult = anonymous_mutation(
        provider_sign_in.start_provider_sign_in, payload.build_started_payload
    )
    complete_provider_sign_in: SignInResult = anonymous_mutation(
        provider_sign_in.complete_provider_sign_in, build_sign_in_payload
    )
    refresh_session: SessionResult = anonymous_mutation(refresh_session, build_session_payload)
    sign_out: SignOutResult = anonymous_mutation(sign_out, build_sign_out_payload)
    prove_again: payload.RenewedProofResult = anonymous_mutation(
        prove_again, payload.build_renewed_payload, Function.KEEP_ACCOUNT
    )
    end_session: payload.SignInSessionResult = mutation(
        end_session, payload.SignInSessionPayload, Function.KEEP_ACCOUNT
    )

    end_other_sessions: AccountResult = mutation(
        end_other_sessions, AccountPayload, Function.KEEP_ACCOUNT
    )
    request_sign_in_ticket: payload.SignInTicketResult = anonymous_mutation(
        sign_in_ticket.request_sign_in_ticket, payload.build_ticket_payload
    )
    approve_sign_in_ticket: payload.AccountResult = mutation(
        sign_in_ticket.approve_sign_in_ticket, payload.AccountPayload, Function.KEEP_ACCOUNT
    )
    redeem_sign_in_ticket: payload.AwaitedSessionResult = anonymous_mutation(
        sign_in_ticket.redeem_sign_in_ticket, payload.build_awaited_payload
    )

    register_unit: SessionResult = anonymous_mutation(
        register_unit, build_session_payload, whole=True
    )
    register_person: SessionResult = anonymous_mutation(
        register_person, build_session_payload, whole=True
    )

    register_holder: payload.AccountResult = mutation(
        register_holder, payload.AccountPayload, Function.KEEP_ACCOUNT
    )
    confirm_person: payload.AccountResult = mutation(
        confirm_person, payload.AccountPayload, Function.SETTLE_APPEALS
    )

    request_person_code: payload.SentCodeResult = anonymous_mutation(
        request_person_code, payload.build_sent_code_payload
    )
    confirm_person_by_code: payload.AccountResult = mutation(
        confirm_person_by_code, payload.AccountPayload, Function.KEEP_ACCOUNT
    )
    recover_person_account: SignInResult = anonymous_mutation(
        recover_person_account, build_sign_in_payload
    )

    add_operator: payload.AccountResult = mutation(
        account.add_operator, payload.AccountPayload, Function.MANAGE_OPERATORS
    )
    change_operator: payload.AccountResult = mutation(
        account.change_operator, payload.AccountPayload, Function.MANAGE_OPERATORS
    )
    change_password: payload.AccountResult = mutation(
        account.change_password, payload.AccountPayload, Function.KEEP_ACCOUNT
    )

    begin_passkey: payload.AskedBrowserResult = anonymous_mutation(
        passkey.begin_passkey, payload.build_asked_payload, Function.KEEP_ACCOUNT
    )
    add_passkey: payload.AddedPasskeyResult = mutation(
        passkey.add_passkey, payload.AddedPasskeyPayload, Function.KEEP_ACCOUNT
    )
    remove_passkey: payload.RemovedPasskeyResult = mutation(
        passkey.remove_passkey,
        payload.RemovedPasskeyPayload,
        Function.KEEP_ACCOUNT,
        removes="passkey",
    )
    begin_totp: payload.BegunTotpResult = mutation(
        second_factor.begin_totp, payload.BegunTotpPayload, Function.KEEP_ACCOUNT
    )
    confirm_totp: payload.ConfirmedTotpResult = mutation(
        second_factor.confirm_totp, payload.ConfirmedTotpPayload, Function.KEEP_ACCOUNT
    )
    remove_totp: payload.AccountResult = mutation(
        second_factor.remove_totp, payload.AccountPayload, Function.KEEP_ACCOUNT
    )

    lodge_account_appeal: payload.LodgedAppealResult = anonymous_mutation(
        account_appeal.lodge_account_appeal, payload.build_lodged_payload
    )
    lodge_person_appeal: payload.LodgedAppealResult = anonymous_mutation(
        account_appeal.lodge_person_appeal, payload.build_lodged_payload
    )
    look_up_account_appeal: payload.AppealStandingResult = anonymous_mutation(
        account_appeal.look_up_account_appeal, payload.build_standing_payload
    )
    request_evidence_upload: payload.EvidenceUploadResult = anonymous_mutation(
        appeal_evidence.request_evidence_upload, payload.build_evidence_upload_payload
    )
    add_evidence: payload.AppealStandingResult = anonymous_mutation(
        appeal_evidence.add_evidence, payload.build_standing_payload
    )
    recover_account: SessionResult = anonymous_mutation(
        appeal_settlement.recover_account, build_session_payload
    )
    restore_access: payload.GivenBackResult = mutation(
        appeal_settlement.restore_access, payload.GivenBackPayload, Function.SETTLE_APPEALS
    )
    correct_holder: payload.GivenBackResult = mutation(
        appeal_settlement.correct_holder, payload.GivenBackPayload, Function.SETTLE_APPEALS
    )
    stop_recovery: payload.AccountResult = mutation(
        stop_recovery, payload.AccountPayload, Function.KEEP_ACCOUNT
    )
    refuse_appeal: payload.AccountAppealResult = mutation(
        appeal_settlement.refuse_appeal, payload.AccountAppealPayload, Function.SETTLE_APPEALS
    )

    grant_functions: FunctionGrantsResult = mutation(
        grant.grant_functions, FunctionGrantsPayload, Function.GRANT_FUNCTIONS
    )
    revoke_functions: FunctionGrantsResult = mutation(
        grant.revoke_functions, FunctionGrantsPayload, Function.GRANT_FUNCTIONS
    )
    open_account: payload.OfficialAccountResult = mutation(
        administration.open_account, payload.OfficialAccountPayload, Function.OPEN_ACCOUNTS
    )
    close_account: AccountResult = mutation(
        administration.close_account, AccountPayload, Function.OPEN_ACCOUNTS
    )
    reopen_account: AccountResult = mutation(
        administration.reopen_account, AccountPayload, Function.OPEN_ACCOUNTS
    )
    end_sessions_of_account: AccountResult = mutation(
        administration.end_sessions_of_account, AccountPayload, Function.SECURE_ACCOUNTS
    )
    remove_factor_of_account: AccountResult = mutation(
        administration.remove_factor_of_account, AccountPayload, Function.SECURE_ACCOUNTS
    )
    reset_password_of_account: payload.OfficialAccountResult = mutation(
        administration.reset_password_of_account,
        payload.OfficialAccountPayload,
        Function.SECURE_ACCOUNTS,
    )
    confirm_account_change: payload.OfficialAccountResult = mutation(
        administration.confirm_account_change,
        payload.OfficialAccountPayload,
        Function.CONFIRM_ACCOUNT_CHANGES,
    )
    refuse_account_change: AccountResult = mutation(
        administration.refuse_account_change, AccountPayload, Function.CONFIRM_ACCOUNT_CHANGES
    )
    set_favourites: AccountResult = mutation(
        favourite.set_favourites, AccountPayload, Function.KEEP_ACCOUNT
    )


MUTATIONS = (AccountsMutations,)
