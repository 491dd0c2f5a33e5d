"""Administrators grant functions to accounts and revoke them, many at once (S1, ADR 0035)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from models import Account, DatabaseRole, FunctionGrant
from resolvers.kernel import history
from resolvers.kernel.database_role import run_as
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.workflow import MAX_RECORDS_AT_ONCE, ReasonedDecisions
from rules.accounts import grant as rules
from rules.kernel.action import Action
from rules.kernel.function import GRANTABLE_FUNCTIONS, Function
from rules.kernel.input_check import find_list_faults
from rules.kernel.month import to_local_day
from rules.kernel.refusal import Reason, fault, refuse_if
from rules.kernel.value import Day, Paragraph, RowId
from rules.kernel.viewer import COMMAND_VIEWER

GRANTED, REVOKED = "GRANTED", "REVOKED"
"""How a grant stands, as its history calls it."""


@dataclass(kw_only=True)
class FunctionGrants:
    """Which accounts may do what, from a day on and maybe up to one, both included; and why."""

    account_ids: list[RowId]
    functions: list[Function]
    valid_from: Day
    valid_to: Day | None = None
    reason: Paragraph | None = None


@run_as(DatabaseRole.ADMINISTRATION)
async def grant_functions(tx: Transaction, input: FunctionGrants) -> Sequence[FunctionGrant]:
    """Grant functions to accounts of one's region, all of them or none (S1). 功能授权.

    An administrator grants to accounts below them what their role may hold, and never to oneself.
    """
    asked = rules.GrantRequest(input.functions, input.valid_from, input.valid_to)
    found = [
        *find_list_faults([*input.account_ids], rules.MAX_GRANT_ACCOUNTS, ("accountIds",)),
        *rules.find_request_faults(asked, tx.today),
    ]
    accounts = await tx.get_many_locked(
        Account, input.account_ids
    )  # held: of many writers one is first
    found += [fault(Reason.NOT_FOUND, "accountIds", n) for n, a in enumerate(accounts) if not a]
    known = [(n, account) for n, account in enumerate(accounts) if account is not None]
    grantees = [(n, rules.Grantee(a.id, a.role, a.active)) for n, a in known]
    standing = await _load_active_grants(tx, [account.id for _, account in known])
    refuse_if([*found, *rules.find_grantee_faults(grantees, asked, standing, tx.viewer)])
    by = tx.viewer.account_id, tx.viewer.name
    rows = [g for _, a in known for g in build_grants(a, asked, tx.now, input.reason, by)]
    for row in rows:
        tx.create(row, GRANTED)
    await tx.session.flush()
    _record_grants(tx, (account for _, account in known), rows, "GRANT_FUNCTIONS", input.reason)
    return rows


@run_as(DatabaseRole.ADMINISTRATION)
async def revoke_functions(tx: Transaction, input: ReasonedDecisions) -> Sequence[FunctionGrant]:
    """Revoke grants of one's region, all of them or none; they end at once (S1). 取消功能授权."""
    refuse_if(
        find_list_faults(
            [decision.id for decision in input.records], MAX_RECORDS_AT_ONCE, ("records",)
        )
    )
    named = [(decision.id, decision.version) for decision in input.records]
    rows = await tx.require_many_locked(FunctionGrant, named, ("records",))
    barred = [
        rules.find_revoking_fault(row.account_id, row.role, row.revoked, tx.viewer) for row in rows
    ]
    refuse_if(no.at("records", n) for n, no in enumerate(barred) if no)
    values: dict[str, object] = {
        "revoked": True,
        "revoked_at": tx.now,
        "revoked_because": input.reason,
        "revoked_by": tx.viewer.account_id,
        "revoked_by_name": tx.viewer.name,
    }
    for row in rows:
        tx.settle(row, Action.REVOKE, values, (GRANTED, REVOKED), input.reason)
    await tx.session.flush()
    ids = {row.account_id for row in rows}
    accounts = await tx.all(select(Account).where(Account.id.in_(ids)))
    _record_grants(tx, accounts, rows, "REVOKE_FUNCTIONS", input.reason)
    return rows


async def _load_active_grants(tx: Transaction, ids: Sequence[UUID]) -> Sequence[rules.ActiveGrant]:
    of_these = FunctionGrant.account_id.in_(ids), ~FunctionGrant.revoked
    return [
        rules.ActiveGrant(
            account_id=row.account_id,
            function=row.function,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row in await tx.all(select(FunctionGrant).where(*of_these))
    ]


def _record_grants(
    tx: Transaction,
    accounts: Iterable[Account],
    rows: Sequence[FunctionGrant],
    action: str,
    reason: str | None,
) -> None:
    """Record it in the history of the unit for which an account acts, if any; and forget (X9).

    Each grant has a history of its own, with the office that granted it.
    """
    for account in accounts:
        tx.service.granted_functions.pop(account.id, None)
        if account.unit_id is not None:
            theirs = ", ".join(row.function for row in rows if row.account_id == account.id)
            entry = history.build_audit_entry(tx, account, action, {"functions": ["", theirs]})
            entry.reason = reason
            tx.session.add(entry)


def build_grants(
    account: Account,
    asked: rules.GrantRequest,
    at: datetime,
    reason: str | None,
    by: tuple[UUID | None, str],
) -> list[FunctionGrant]:
    """Make the grants of some functions to an account."""
    return [
        FunctionGrant(
            id=uuid7(),
            account_id=account.id,
            region=account.region,
            role=account.role,
            function=function.value,
            valid_from=asked.valid_from,
            valid_to=asked.valid_to,
            reason=reason,
            granted_by=by[0],
            granted_by_name=by[1],
            granted_at=at,
            revoked=False,
        )
        for function in asked.functions
    ]


def build_account_grants(
    account: Account,
    at: datetime,
    functions: Sequence[Function] | None = None,
    until: date | None = None,
) -> list[FunctionGrant]:
    """Make the grants of an account that a command opens: all that its role may hold, or some."""
    chosen = (
        rules.sort_functions(GRANTABLE_FUNCTIONS[account.role]) if functions is None else functions
    )
    asked = rules.GrantRequest(chosen, to_local_day(at), until)
    return build_grants(account, asked, at, None, (None, COMMAND_VIEWER.name))
