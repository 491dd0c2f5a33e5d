"""What clients may do to accounts: open, keep and recover them, and sign in (J1-J4, J16)."""

import strawberry

from resolvers.accounts import (
    account,
    account_appeal,
    appeal_evidence,
    appeal_settlement,
    sign_in_ticket,
)
from resolvers.accounts.person_registration import register_person
from resolvers.accounts.session import end_session, refresh_session, sign_in, sign_out
from resolvers.accounts.unit_registration import register_unit
from rules.kernel.function import Function
from schema.accounts import account_payload as payload
from schema.accounts.viewer import session_payload, sign_out_payload
from schema.api.payload import SessionResult, SignOutResult
from schema.kernel.mutation import at_the_door, mutation


@strawberry.type(description="What clients may do to accounts. 账号办理")
class AccountMutation:
    """What clients may do to accounts."""

    sign_in: SessionResult = at_the_door(sign_in, session_payload)
    refresh_session: SessionResult = at_the_door(refresh_session, session_payload)
    sign_out: SignOutResult = at_the_door(sign_out, sign_out_payload)
    end_session: payload.SignInSessionResult = mutation(
        end_session, payload.SignInSessionPayload, Function.KEEP_ACCOUNT
    )

    request_sign_in_ticket: payload.SignInTicketResult = at_the_door(
        sign_in_ticket.request_sign_in_ticket, payload.ticket_payload
    )
    approve_sign_in_ticket: payload.AccountResult = mutation(
        sign_in_ticket.approve_sign_in_ticket, payload.AccountPayload, Function.KEEP_ACCOUNT
    )
    redeem_sign_in_ticket: payload.AwaitedSessionResult = at_the_door(
        sign_in_ticket.redeem_sign_in_ticket, payload.awaited_payload
    )

    register_unit: SessionResult = at_the_door(register_unit, session_payload, whole=True)
    register_person: SessionResult = at_the_door(register_person, session_payload, whole=True)

    add_operator: payload.AccountResult = mutation(
        account.add_operator, payload.AccountPayload, Function.MANAGE_OPERATORS
    )
    change_operator: payload.AccountResult = mutation(
        account.change_operator, payload.AccountPayload, Function.MANAGE_OPERATORS
    )
    change_password: payload.AccountResult = mutation(
        account.change_password, payload.AccountPayload, Function.KEEP_ACCOUNT
    )

    lodge_account_appeal: payload.LodgedAppealResult = at_the_door(
        account_appeal.lodge_account_appeal, payload.lodged_payload
    )
    look_up_account_appeal: payload.AppealStandingResult = at_the_door(
        account_appeal.look_up_account_appeal, payload.standing_payload
    )
    request_evidence_upload: payload.EvidenceUploadResult = at_the_door(
        appeal_evidence.request_evidence_upload, payload.evidence_upload_payload
    )
    add_evidence: payload.AppealStandingResult = at_the_door(
        appeal_evidence.add_evidence, payload.standing_payload
    )
    recover_account: SessionResult = at_the_door(appeal_settlement.recover_account, session_payload)
    restore_access: payload.GivenBackResult = mutation(
        appeal_settlement.restore_access, payload.GivenBackPayload, Function.SETTLE_APPEALS
    )
    correct_holder: payload.GivenBackResult = mutation(
        appeal_settlement.correct_holder, payload.GivenBackPayload, Function.SETTLE_APPEALS
    )
    refuse_appeal: payload.AccountAppealResult = mutation(
        appeal_settlement.refuse_appeal, payload.AccountAppealPayload, Function.SETTLE_APPEALS
    )
