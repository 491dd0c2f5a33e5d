"""Who gave a unit's account back does not review what the unit files for a time 回避 (X2, X18).

The bar stands on the unit. Records that are filed get it at once; others as they are submitted.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from orjson import loads
from sqlalchemy import Text, Uuid, bindparam, cast, func, select, update

from loaders.actor import ALL_REGIONS, Actor, set_rls_context
from loaders.driver_statement import compile_statement
from models import Reviewed, Status, Unit
from resolvers.kernel.history import bar_accounts
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.workflow import declare_submission_check
from rules.accounts.account_appeal import add_barred_settlers, list_barred_settlers
from rules.kernel.record_kind import list_record_kinds
from rules.kernel.refusal import Path

_UNIT = Unit.__table__.c
_BARRED = compile_statement(
    select(cast(_UNIT.barred_officers, Text))
    .where(_UNIT.id == bindparam("unit", type_=Uuid()))
    .with_for_update(read=True, key_share=True)
)
"""Reads of a unit who is barred, without loading it, and before what was changed is sent.

The unit is held until the commit against those alone who bar somebody: they find what is submitted,
or it finds them. Whoever else writes for the unit is not waited for.
"""

_YET_TO_SUBMIT = (Status.DRAFT, Status.RETURNED)


async def bar_from_reviewing(
    tx: Transaction, unit_id: UUID, accounts: Iterable[UUID | None]
) -> None:
    """Keep some officers from reviewing a unit, from now on for a parameter's days."""
    settlers = [each for each in accounts if each is not None]
    unit = await tx.session.get_one(Unit, unit_id, with_for_update=True)
    policy = await tx.load_policy()
    days = policy.get_integer("recovery.barred_days", unit.region, tx.today)
    if not days:
        return
    until = tx.today + timedelta(days=days)
    unit.barred_officers = add_barred_settlers(unit.barred_officers, settlers, until, tx.today)
    await tx.session.flush()
    # Claims lie where they are decided, which may be another region than the unit's.
    anywhere = Actor(account=tx.viewer.account_id, see=ALL_REGIONS, act=ALL_REGIONS)
    await set_rls_context(tx.session, anywhere)
    for declared in list_record_kinds():
        if issubclass(declared.table, Reviewed):
            table = declared.table
            more = func.array_cat(table.barred_reviewers, settlers)
            filed = table.unit_id == unit_id, table.status.not_in(_YET_TO_SUBMIT)
            barred = update(table).where(*filed).values(barred_reviewers=more)
            await tx.session.execute(barred.execution_options(synchronize_session=False))
    await set_rls_context(tx.session, tx.actor)


async def bar_recent_settlers(tx: Transaction, rows: Sequence[Reviewed], path: Path) -> None:
    """Keep who gave the unit's account back lately from reviewing what is submitted (X2)."""
    units = sorted({row.unit_id for row in rows})
    for unit_id in units:  # nearly always one: what is submitted is the viewer's own unit's
        for (kept,) in await tx.execute_direct(_BARRED, unit=unit_id):
            barred = list_barred_settlers(loads(kept), tx.today)
            for row in rows:
                if row.unit_id == unit_id:
                    bar_accounts(row, barred)


declare_submission_check(bar_recent_settlers)
