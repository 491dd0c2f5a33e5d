"""Accounts that are kept: a unit's operators 经办人, and one's own password (J3)."""

from dataclasses import dataclass

from sqlalchemy import select
from uuid_utils.compat import uuid7

from models import Account, DatabaseRole, Role, Unit
from resolvers.accounts.password_hash import WITH_PASSWORD_HASH, load_password_hash
from resolvers.accounts.session import end_sessions
from resolvers.kernel import history
from resolvers.kernel.database_role import run_as
from resolvers.kernel.place import wait_to_hash
from resolvers.kernel.rate_limit import OPERATOR_LIMIT, PASSWORD_LIMIT, limit_tries
from resolvers.kernel.transaction import Transaction
from rules.accounts import account as rules
from rules.accounts import password
from rules.kernel.refusal import Reason, Refusal, build_refusal, refuse_if
from rules.kernel.value import AccountName, RowId, Text


@dataclass(kw_only=True)
class OperatorDraft:
    """Who acts for the unit from now on, under which name and first password."""

    account: AccountName
    name: Text
    password: str


@dataclass(kw_only=True)
class OperatorChange:
    """Whether an operator may sign in, and with which password; what is left out stays."""

    id: RowId
    version: int
    active: bool | None = None
    password: str | None = None


@dataclass(kw_only=True)
class PasswordChange:
    """One's present password, and the one that takes its place."""

    present: str
    password: str


@run_as(DatabaseRole.SIGN_IN)
@limit_tries(OPERATOR_LIMIT)
@wait_to_hash
async def add_operator(tx: Transaction, input: OperatorDraft) -> Account:
    """Add an operator of the unit, who may do all that the unit does but this (J3). 新增经办人.

    The password is a first one: its holder sets another before anything else (X28).
    """
    must = tx.service.password_policy
    refuse_if(password.find_password_faults(input.password, input.account, must, "password"))
    unit = await tx.session.get_one(Unit, tx.unit_id)
    row = Account(
        id=uuid7(),
        username=input.account,
        password_hash=await tx.service.passwords.hash_password(input.password),
        role=Role.UNIT_OPERATOR,
        name=input.name,
        region=unit.region,
        unit_id=unit.id,
        active=True,
        # Who gave it knows it: its holder changes it before anything else.
        password_given_at=tx.now,
    )
    tx.session.add(row)
    await tx.session.flush()
    tx.session.add(history.build_creation_entry(tx, row, None))
    return row


@run_as(DatabaseRole.SIGN_IN)
@limit_tries(OPERATOR_LIMIT)
@wait_to_hash
async def change_operator(tx: Transaction, input: OperatorChange) -> Account:
    """Close or open an operator's account, or set its password; sessions end (J3). 修改经办人."""
    row = await tx.get_locked(Account, input.id, input.version)
    barred = rules.find_operator_fault(row.role)
    if barred:
        raise Refusal(barred)
    must, values = tx.service.password_policy, dict[str, object]()
    if input.password is not None:
        refuse_if(password.find_password_faults(input.password, row.username, must, "password"))
        await load_password_hash(tx.session, row)  # what it was is compared
        values["password_hash"] = await tx.service.passwords.hash_password(input.password)
        # As a first one is given.
        row.password_given_at, row.password_given_by = tx.now, None
    if input.active is not None:
        values["active"] = input.active
    if not values:
        raise build_refusal(Reason.NOTHING_CHANGED)
    tx.change(row, values)
    if input.password is not None or not row.active:
        await end_sessions(tx, row.id)
    await tx.session.flush()
    return row


@run_as(DatabaseRole.SIGN_IN)
@limit_tries(PASSWORD_LIMIT)
@wait_to_hash
async def change_password(tx: Transaction, input: PasswordChange) -> Account:
    """Change one's own password; one's other sessions end (J3). 修改密码."""
    own = select(Account).where(Account.id == tx.viewer.account_id).with_for_update()
    row = await tx.first(own.options(WITH_PASSWORD_HASH))
    if row is None:
        raise build_refusal(Reason.SESSION_ENDED)
    passwords = tx.service.passwords
    if not await passwords.is_match(row.password_hash, input.present):
        raise build_refusal(Reason.PASSWORD_WRONG, "present")
    refuse_if(
        [
            *password.find_password_faults(
                input.password, row.username, tx.service.password_policy, "password"
            ),
            *password.find_renewal_faults(input.present, input.password, ("password",)),
        ]
    )
    row.password_hash = await passwords.hash_password(input.password)
    row.password_given_at = None
    tx.touch(row)
    tx.session.add(history.build_audit_entry(tx, row, "CHANGE_PASSWORD", {}))
    await end_sessions(tx, row.id, keep=tx.viewer.session_id)
    return row
