"""How an officer settles an account appeal, and access is given back 账号申诉处理 (J2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from hmac import compare_digest
from types import MappingProxyType
from typing import Any
from uuid import UUID

from loaders.actor import Actor, set_rls_context
from models import Account, AccountAppeal, AppealStatus, DatabaseRole, Role, SignInWay, Unit
from resolvers.accounts.account_appeal import (
    build_unknown_appeal_refusal,
    find_appeal,
    hash_appeal_number,
    require_appeal_number,
)
from resolvers.accounts.password_hash import load_password_hash
from resolvers.accounts.recovery_bar import bar_from_reviewing
from resolvers.accounts.recovery_notice import enqueue_beginning_notice, enqueue_ending_notice
from resolvers.accounts.session import Session, end_sessions, open_session
from resolvers.accounts.sign_in_challenge import remove_all_factors
from resolvers.accounts.unit_registration import build_representative_columns
from resolvers.kernel.context import Context
from resolvers.kernel.database_role import run_as
from resolvers.kernel.history import Act, build_audit_entry
from resolvers.kernel.mutation import open_transaction
from resolvers.kernel.rate_limit import RECOVERY_LIMIT, count_try
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from rules.accounts import account_appeal as rules
from rules.accounts import password
from rules.kernel.action import Action
from rules.kernel.refusal import Reason, Refusal, build_refusal, refuse_if
from rules.kernel.value import IdNumber, MobileNumber, Paragraph, RowId, Text
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import PossibleAction

UNUSABLE_PASSWORD_HASH = "!"  # noqa: S105 - fits no password
"""What stands where a password's hash would, so that none fits until the holder sets one."""


@dataclass(kw_only=True)
class AppealDecision:
    """Which appeal is settled, in the version that was read."""

    id: RowId
    version: int


@dataclass(kw_only=True)
class AccessRestoration(AppealDecision):
    """Which of the unit's accounts, or that the person's own, is given back."""

    account_id: RowId


@dataclass(kw_only=True)
class HolderCorrection(AccessRestoration):
    """Who the unit's legal representative is now, to whom the account is given."""

    name: Text
    id_number: IdNumber
    mobile: MobileNumber


@dataclass(kw_only=True)
class AppealRefusal(AppealDecision):
    """Why an appeal is refused."""

    reason: Paragraph


@dataclass(kw_only=True)
class AccountRecovery:
    """The appeal's number, the code that the officer gave, and the new password."""

    number: str
    code: str
    password: str


@run_as(DatabaseRole.SIGN_IN)
async def restore_access(tx: Transaction, input: AccessRestoration) -> AccountAppeal:
    """Give an account back to its holder, who sets a new password with the code (J2). 恢复账号.

    It takes two officers (X2): the first one proposes it, and the holder is told. From a day on
    another one does it, who names the same. Then no password fits and no session lives, until
    number and code are used together.
    """
    row, account = await _lock_appeal_and_account(tx, input, Action.RESTORE_ACCESS)
    stated = _compute_proposal_hash(tx, account, ())
    if row.status is AppealStatus.LODGED:
        return await _propose(tx, row, account, Action.RESTORE_ACCESS, stated)
    _require_as_proposed(row, stated)
    return await _restore_account(tx, row, account, AppealStatus.RESTORED)


@run_as(DatabaseRole.SIGN_IN)
async def correct_holder(tx: Transaction, input: HolderCorrection) -> AccountAppeal:
    """Enter the unit's new legal representative, and give the account to them (J2). 更正持有人.

    As for `restoreAccess` it takes two officers, each of whom enters what the papers say (X2).
    """
    row, account = await _lock_appeal_and_account(tx, input, Action.CORRECT_HOLDER)
    stated = _compute_proposal_hash(tx, account, (input.name, input.id_number, input.mobile))
    if row.status is AppealStatus.LODGED:
        return await _propose(tx, row, account, Action.CORRECT_HOLDER, stated)
    _require_as_proposed(row, stated)
    unit = await tx.session.get_one(Unit, account.unit_id, with_for_update=True)
    numbers = build_representative_columns(tx, unit.id, input.id_number, input.mobile)
    tx.change(unit, {"legal_representative": input.name, **numbers}, "CORRECT_HOLDER")
    own = {"name": input.name} if account.role is Role.LEGAL_PERSON else {}
    return await _restore_account(tx, row, account, AppealStatus.CORRECTED, own)


@run_as(DatabaseRole.SIGN_IN)
async def refuse_appeal(tx: Transaction, input: AppealRefusal) -> AccountAppeal:
    """Refuse an appeal, with a reason that whoever lodged it can read (J2). 不予受理申诉."""
    row = await _lock_open_appeal(tx, input, Action.REFUSE)
    return await _settle_appeal(tx, row, AppealStatus.REFUSED, reason=input.reason)


def list_appeal_actions(
    *columns: Any,  # noqa: ANN401 - the columns of AppealState
    viewer: Viewer,
    service: Service,
) -> Sequence[PossibleAction]:
    """List what may be done to an appeal today, and why not (X4)."""
    state = rules.AppealState(**dict(zip(APPEAL_STATE_COLUMNS, columns, strict=True)))
    return rules.list_possible_actions(state, service.today(), viewer)


APPEAL_STATE_COLUMNS = tuple(each.name for each in fields(rules.AppealState))
"""Which columns of an appeal tell the rules how far it has come."""


def _build_appeal_state(row: AccountAppeal) -> rules.AppealState:
    return rules.AppealState(**{name: getattr(row, name) for name in APPEAL_STATE_COLUMNS})


def _compute_proposal_hash(tx: Transaction, account: Account, holder: Sequence[str]) -> bytes:
    """Return what is kept of a proposal, for the second officer's entry to be compared with."""
    return tx.service.seal.compute_mark("recovery", "\n".join((str(account.id), *holder)))


def _require_as_proposed(row: AccountAppeal, stated: bytes) -> None:
    """Demand that the second officer entered what the first one did."""
    if row.proposed_hash != stated:
        raise build_refusal(Reason.RECOVERY_DIFFERS)


async def _propose(
    tx: Transaction, row: AccountAppeal, account: Account, action: Action, stated: bytes
) -> AccountAppeal:
    """Propose to give an account back, and let the holder know (X2, X18)."""
    policy = await tx.load_policy()
    days = policy.get_integer("recovery.waiting_days", row.region, tx.today)
    values = {
        "status": AppealStatus.PROPOSED,
        "account_id": account.id,
        "proposed_by": tx.viewer.account_id,
        "proposed_by_name": tx.viewer.name,
        "proposed_at": tx.now,
        "proposed_as": action,
        "proposed_hash": stated,
        "opens_on": tx.today + timedelta(days=days),
    }
    tx.settle(row, "PROPOSE_RECOVERY", values, (row.status, AppealStatus.PROPOSED))
    tx.session.add(build_audit_entry(tx, account, "PROPOSE_RECOVERY", {}))
    await tx.session.flush()
    await enqueue_beginning_notice(tx, row, account)
    return row


def derive_reset_code(service: Service, appeal: AccountAppeal) -> str:
    """Return the code that, with the number, lets the holder set a password; it is kept nowhere."""
    return _list_reset_codes(service, appeal)[0]


def _list_reset_codes(service: Service, appeal: AccountAppeal) -> Sequence[str]:
    """List what may have been handed out: by each profile, and by index keys before 0.2."""
    seal, about = service.seal, ("reset code", str(appeal.id))
    secrets = (*seal.compute_marks(*about), *seal.compute_indexes(*about))
    return [rules.format_code(each, rules.RESET_CODE_LENGTH) for each in secrets]


async def recover_account(context: Context, input: AccountRecovery) -> Session:
    """Set a new password with the appeal's number and the officer's code; once (J2). 找回账号."""
    service = context.service
    number = await require_appeal_number(service, input.number)
    await count_try(service, RECOVERY_LIMIT, number, asker=context.address)
    async with open_transaction(Context(service, Viewer()), role=DatabaseRole.SIGN_IN) as tx:
        account = await _get_recoverable_account(tx, number, input.code)
    must, at = service.password_policy, ("input", "password")
    refuse_if(password.find_password_faults(input.password, account.username, must, *at))
    hashed = await service.passwords.hash_password(input.password, context.address)
    async with open_transaction(Context(service, Viewer()), role=DatabaseRole.SIGN_IN) as tx:
        account = await _get_recoverable_account(tx, number, input.code, lock=True)
        account.password_hash, account.password_given_at = hashed, None
        tx.touch(account)
        await record_recovery(tx, account)
        # Whoever has the code was seen by two officers.
        await remove_all_factors(tx.session, account.id)
        return await open_session(tx.session, context, account, SignInWay.RECOVERY)


async def record_recovery(tx: Transaction, account: Account) -> None:
    """Remember that the holder set a new password, in the name of the account (X9)."""
    holder = Viewer(account_id=account.id, name=account.name, role=account.role)
    tx.session.add(build_audit_entry(Act(holder, tx.now), account, "RECOVER", {}))
    await set_rls_context(tx.session, Actor(account=account.id, unit=account.unit_id))


async def _get_recoverable_account(
    tx: Transaction, number: str, code: str, *, lock: bool = False
) -> Account:
    """Find the account that number and code give back, and speak for it from now on.

    Locked, the code is used up and the account's sessions end.
    """
    await tx.set_lookup_secret(hash_appeal_number(number).hex())
    row = await find_appeal(tx.session, number, lock=lock)
    if row is None:
        raise await build_unknown_appeal_refusal(tx.service)
    account_id = _require_reset_code(tx, row, code)
    if lock:
        row.recovered_at = tx.now
        tx.touch(row)
        tx.session.add(build_audit_entry(tx, row, "RECOVER", {}))
        await end_sessions(tx, account_id)
    await set_rls_context(tx.session, Actor(account=account_id))
    return await tx.session.get_one(Account, account_id)


def _require_reset_code(tx: Transaction, row: AccountAppeal, code: str) -> UUID:
    """Demand the right code of an appeal that gives access back, and tell to which account."""
    given = rules.parse_code(code, rules.RESET_CODE_LENGTH) or ""
    # All are compared, so that the time does not tell which one came near.
    right = [compare_digest(given, code) for code in _list_reset_codes(tx.service, row)]
    if not any(right) or row.account_id is None:
        raise build_refusal(Reason.RESET_CODE_WRONG, "input", "code")
    life = tx.service.reset_life
    barred = rules.find_recovery_fault(row.status, row.settled_at, row.recovered_at, life, tx.now)
    if barred:
        raise build_refusal(barred.reason, "input", *barred.path)
    return row.account_id


async def _lock_open_appeal(
    tx: Transaction, input: AppealDecision, action: Action
) -> AccountAppeal:
    row = await tx.get_locked(AccountAppeal, input.id, input.version)
    state = _build_appeal_state(row)
    barred = rules.find_settlement_fault(state, action, tx.today, tx.viewer)
    if barred:
        raise Refusal(barred)
    return row


async def _lock_appeal_and_account(
    tx: Transaction, input: AccessRestoration, action: Action
) -> tuple[AccountAppeal, Account]:
    """Hold an appeal that can be settled, and the account of its unit that is asked for."""
    row = await _lock_open_appeal(tx, input, action)
    account = await tx.get_locked(Account, input.account_id, None, "accountId")
    of_unit = row.unit_id is not None and account.unit_id == row.unit_id
    of_person = row.person_id is not None and account.person_id == row.person_id
    if not (of_unit or of_person):
        raise build_refusal(Reason.NOT_FOUND, "accountId")
    return row, account


async def _restore_account(
    tx: Transaction,
    row: AccountAppeal,
    account: Account,
    status: AppealStatus,
    more: Mapping[str, object] = MappingProxyType({}),
) -> AccountAppeal:
    await load_password_hash(tx.session, account)  # what it was is compared
    access = {"active": True, "password_hash": UNUSABLE_PASSWORD_HASH, **more}
    tx.change(account, access, _ACTIONS[status])
    await end_sessions(tx, account.id)
    if account.unit_id is not None:
        await bar_from_reviewing(tx, account.unit_id, (row.proposed_by, tx.viewer.account_id))
    return await _settle_appeal(tx, row, status, account.id)


async def _settle_appeal(
    tx: Transaction,
    row: AccountAppeal,
    status: AppealStatus,
    account_id: UUID | None = None,
    reason: str | None = None,
) -> AccountAppeal:
    values = {
        "status": status,
        "account_id": account_id,
        "reason": reason,
        "settled_by": tx.viewer.account_id,
        "settled_by_name": tx.viewer.name,
        "settled_at": tx.now,
    }
    tx.settle(row, _ACTIONS[status], values, (row.status, status), reason)
    await tx.session.flush()
    await enqueue_ending_notice(tx, row)
    return row


_ACTIONS = {
    AppealStatus.RESTORED: "RESTORE_ACCESS",
    AppealStatus.CORRECTED: "CORRECT_HOLDER",
    AppealStatus.REFUSED: "REFUSE",
}
"""What history calls the ways in which an appeal is settled."""
