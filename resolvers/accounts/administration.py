"""Administrators 三员 open, close and secure the accounts of officials, by two if so decided (X28).

What is proposed stands on the account until another administrator confirms or refuses it. Each step
is in the account's history, which auditors read whom administrators can't touch (ADR 0085).
"""

from base64 import b32encode
from dataclasses import dataclass

from sqlalchemy import func, select
from uuid_utils.compat import uuid7

from loaders.actor import Actor, set_rls_context
from loaders.advisory_lock import AdvisoryLock
from models import Account, AccountChange, DatabaseRole, Role
from resolvers.accounts.account_holder import link_opened_account, record_holder
from resolvers.accounts.password_hash import load_password_hash
from resolvers.accounts.session import end_sessions
from resolvers.accounts.sign_in_challenge import remove_all_factors
from resolvers.kernel import history
from resolvers.kernel.context import Context
from resolvers.kernel.database_role import run_as
from resolvers.kernel.place import wait_to_hash
from resolvers.kernel.rate_limit import OPERATOR_LIMIT, limit_tries
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.workflow import Decision, ReasonedDecision
from rules.accounts import administration as rules
from rules.accounts.account import find_role_region_faults
from rules.accounts.password import find_password_faults
from rules.kernel.action import Action
from rules.kernel.refusal import Fault, Reason, Refusal, build_refusal, fault, refuse_if
from rules.kernel.value import AccountName, IdNumber, Paragraph, RegionCode, Text

PROPOSED, CONFIRMED, REFUSED = "PROPOSED", "CONFIRMED", "REFUSED"
"""How a change of an account stands, as its history calls it."""


@dataclass(kw_only=True)
class OfficialAccount:
    """An official who is to have an account: under which name, as what, where, and why.

    The ID number is kept sealed: all accounts of a person are one pair of eyes, once it is opened.
    """

    account: AccountName
    name: Text
    role: Role
    region: RegionCode
    id_number: IdNumber | None = None
    reason: Paragraph


@run_as(DatabaseRole.ADMINISTRATION)
@limit_tries(OPERATOR_LIMIT)
@wait_to_hash
async def open_account(tx: Transaction, input: OfficialAccount) -> Account:
    """Open an official's account, or propose to (X28). 开立账号.

    Who confirms it, or opens it alone where one is enough, is told the first password once.
    """
    refuse_if(_find_opening_faults(tx, input))
    row = Account(
        id=uuid7(),
        username=input.account,
        password_hash="",
        role=input.role,
        name=input.name,
        region=input.region,
        active=False,
        same_holder=[],
    )
    if input.id_number is not None:
        await record_holder(tx.service, tx.session, row, input.id_number)
        await set_rls_context(tx.session, tx.actor)
    tx.session.add(row)
    await tx.session.flush()
    tx.session.add(history.build_creation_entry(tx, row, None))
    await _do_or_propose(tx, row, AccountChange.OPEN, input.reason)
    return row


def _find_opening_faults(tx: Transaction, input: OfficialAccount) -> list[Fault]:
    barred = rules.find_role_fault(input.role)
    faults = [barred.at("role")] if barred else []
    faults += find_role_region_faults(input.role, input.region, ("region",))
    if not tx.viewer.may_act_in(input.region):
        faults.append(fault(Reason.REGION_OUTSIDE, "region"))
    if input.id_number is None and tx.service.account_holder_required:
        faults.append(fault(Reason.HOLDER_REQUIRED, "idNumber"))
    return faults


@run_as(DatabaseRole.ADMINISTRATION)
@limit_tries(OPERATOR_LIMIT)
async def close_account(tx: Transaction, input: ReasonedDecision) -> Account:
    """Close an official's account; its sessions end (X28). 停用账号."""
    return await _change_account(tx, input, AccountChange.CLOSE)


@run_as(DatabaseRole.ADMINISTRATION)
@limit_tries(OPERATOR_LIMIT)
@wait_to_hash
async def reopen_account(tx: Transaction, input: ReasonedDecision) -> Account:
    """Open an official's account again that was closed, or propose to (X28). 重新启用账号."""
    return await _change_account(tx, input, AccountChange.REOPEN)


@run_as(DatabaseRole.ADMINISTRATION)
@limit_tries(OPERATOR_LIMIT)
async def end_sessions_of_account(tx: Transaction, input: ReasonedDecision) -> Account:
    """End all sessions of an official's account, within seconds everywhere (X28). 结束账号会话."""
    return await _change_account(tx, input, AccountChange.END_SESSIONS)


@run_as(DatabaseRole.ADMINISTRATION)
@limit_tries(OPERATOR_LIMIT)
async def remove_factor_of_account(tx: Transaction, input: ReasonedDecision) -> Account:
    """Remove an official's second factor, or propose to; their sessions end (X28). 解除二次验证."""
    return await _change_account(tx, input, AccountChange.REMOVE_FACTOR)


@run_as(DatabaseRole.ADMINISTRATION)
@limit_tries(OPERATOR_LIMIT)
@wait_to_hash
async def reset_password_of_account(tx: Transaction, input: ReasonedDecision) -> Account:
    """Give an official's account a new password, or propose to; its sessions end (X28). 重置密码.

    Who confirms it, or does it alone where one is enough, is told the password once.
    """
    return await _change_account(tx, input, AccountChange.RESET_PASSWORD)


@run_as(DatabaseRole.ADMINISTRATION)
@limit_tries(OPERATOR_LIMIT)
@wait_to_hash
async def confirm_account_change(tx: Transaction, input: Decision) -> Account:
    """Confirm, and do, what another administrator proposed (X28, X2). 确认账号变更."""
    row = await tx.get_locked(Account, input.id, input.version)
    barred = rules.find_confirmation_fault(Action.CONFIRM, build_administered(row), tx.viewer)
    if barred or row.pending_change is None:
        raise Refusal(barred or fault(Reason.ACCOUNT_CHANGE_MISSING))
    await _apply_change(tx, row, row.pending_change, row.pending_reason)
    return row


@run_as(DatabaseRole.ADMINISTRATION)
@limit_tries(OPERATOR_LIMIT)
async def refuse_account_change(tx: Transaction, input: ReasonedDecision) -> Account:
    """Refuse what was proposed, or withdraw one's own proposal (X28). 否决账号变更."""
    row = await tx.get_locked(Account, input.id, input.version)
    barred = rules.find_confirmation_fault(Action.REFUSE, build_administered(row), tx.viewer)
    if barred or row.pending_change is None:
        raise Refusal(barred or fault(Reason.ACCOUNT_CHANGE_MISSING))
    _record_change(tx, row, row.pending_change, REFUSED, input.reason)
    clear_pending_change(row)
    tx.touch(row)
    return row


async def _change_account(
    tx: Transaction, input: ReasonedDecision, change: AccountChange
) -> Account:
    row = await tx.get_locked(Account, input.id, input.version)
    barred = rules.find_change_fault(change, build_administered(row), tx.viewer)
    if barred:
        raise Refusal(barred)
    await _do_or_propose(tx, row, change, input.reason)
    return row


async def _require_room(tx: Transaction, most: int) -> None:
    """Refuse one more proposal to who has too many that wait: nobody buries others in them."""
    own = tx.viewer.account_id
    await AdvisoryLock.PROPOSALS.lock(tx.session, own)
    waiting = select(func.count()).where(
        Account.pending_by == own, Account.pending_change.is_not(None)
    )
    if (await tx.session.scalar(waiting) or 0) >= most:
        raise build_refusal(Reason.ACCOUNT_CHANGES_TOO_MANY, most=most)


async def _do_or_propose(tx: Transaction, row: Account, change: AccountChange, reason: str) -> None:
    """Do something to an account, or leave it to another administrator to confirm."""
    policy = await tx.load_policy()
    if not policy.get_flag(rules.BY_TWO, row.region, tx.today, change):
        await _apply_change(tx, row, change, reason)
        return
    await _require_room(tx, policy.get_integer(rules.MAX_PENDING, row.region, tx.today))
    row.pending_change, row.pending_reason, row.pending_at = change, reason, tx.now
    row.pending_by, row.pending_by_name = tx.viewer.account_id, tx.viewer.name
    tx.touch(row)
    _record_change(tx, row, change, PROPOSED, reason)
    await tx.session.flush()


async def _apply_change(
    tx: Transaction, row: Account, change: AccountChange, reason: str | None
) -> None:
    """Do something to an account that is held; nothing is pending afterwards."""
    if change in {AccountChange.OPEN, AccountChange.REOPEN}:
        await tx.session.flush()
        await link_opened_account(tx.service, tx.session, row)
        await set_rls_context(tx.session, tx.actor)
        row.active = True
    if change is AccountChange.CLOSE:
        row.active = False
    # One whose opening was refused, and that is opened after all, has no password yet.
    reopened = change is AccountChange.REOPEN
    first = reopened and not await load_password_hash(tx.session, row)
    if first or change in rules.PASSWORD_GIVING_CHANGES:
        row.password_given_at, row.password_given_by = tx.now, tx.viewer.account_id
        given = derive_given_password(tx.service, row)
        row.password_hash = await tx.service.passwords.hash_password(given)
    if change is AccountChange.REMOVE_FACTOR:
        await _remove_factor(tx, row)
    clear_pending_change(row)
    tx.touch(row)
    _record_change(tx, row, change, CONFIRMED, reason)
    await end_sessions(tx, row.id)
    await tx.session.flush()


async def _remove_factor(tx: Transaction, row: Account) -> None:
    await tx.session.flush()
    await set_rls_context(tx.session, Actor(account=row.id))
    removed = await remove_all_factors(tx.session, row.id)
    await set_rls_context(tx.session, tx.actor)
    if not removed:
        raise build_refusal(Reason.FACTOR_MISSING, "id")


def clear_pending_change(row: Account) -> None:
    """Leave nothing of an account to be confirmed."""
    row.pending_change = row.pending_by = row.pending_by_name = None
    row.pending_at = row.pending_reason = None


def _record_change(
    tx: Transaction, row: Account, change: AccountChange, state: str, reason: str | None
) -> None:
    entry = history.build_audit_entry(tx, row, change, {})
    entry.to_status, entry.reason = state, reason
    tx.session.add(entry)


def build_administered(row: Account) -> rules.AdministeredAccount:
    """Return how an account stands, for the rules."""
    return rules.AdministeredAccount(
        id=row.id,
        role=row.role,
        active=row.active,
        pending=row.pending_change,
        pending_by=row.pending_by,
    )


def derive_given_password(service: Service, row: Account) -> str:
    """Return the password that an administrator gave an account; it is kept nowhere."""
    given_at, number = row.password_given_at, 0
    while True:
        said = f"{row.id}.{given_at.isoformat() if given_at else ''}.{number}"
        raw = service.seal.compute_mark("given password", said)
        made = b32encode(raw).decode().rstrip("=").lower()
        text = "-".join(made[n : n + 5] for n in range(0, 20, 5)).capitalize()
        if not any(find_password_faults(text, row.username, service.password_policy)):
            return text
        number += 1


def reveal_given_password(context: Context, row: Account) -> str | None:
    """Return the password that an account was given just now, to who did it; else nothing."""
    asks = context.viewer.account_id
    just_given = row.password_given_at is not None and row.password_given_at == row.updated_at
    may = asks is not None and row.password_given_by == asks and row.pending_change is None
    return derive_given_password(context.service, row) if just_given and may else None
