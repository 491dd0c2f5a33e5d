"""Which documents a record needs 附件要求, asked as it is submitted (J8, J15, J25, J33)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, tuple_

from models import Attachment, Declaration, DocumentKind, Reviewed, UnitOwned
from resolvers.declaration import staff_of
from resolvers.transaction import Transaction
from rules import attachment as rules
from rules.parameter import Policy
from rules.refusal import Path, refuse_if


class _Demand(NamedTuple):
    """What a record needs, and where a fault of it is told."""

    row: UnitOwned
    needed: tuple[DocumentKind, ...]
    at: Path


async def must_be_complete(tx: Transaction, rows: Sequence[Reviewed], path: Path = ()) -> None:
    """Refuse to submit records without the documents that they need, naming all that lack."""
    policy = await tx.policy()
    demands = [
        _demand(tx, policy, row, row, (*path, n) if path else ()) for n, row in enumerate(rows)
    ]
    demands += await _of_staff(tx, policy, rows)
    there = await _there(tx, [demand.row for demand in demands if demand.needed])
    refuse_if(f for d in demands for f in rules.missing(d.needed, there[d.row.id], d.at))


async def _of_staff(tx: Transaction, policy: Policy, rows: Sequence[Reviewed]) -> Sequence[_Demand]:
    """List what the staff of declarations need, each at its place in the list (J8)."""
    found = []
    for row in rows:
        if isinstance(row, Declaration):
            staff = await staff_of(tx, row)
            found += [_demand(tx, policy, s, row, ("staff", n)) for n, s in enumerate(staff)]
    return found


def _demand(tx: Transaction, policy: Policy, row: UnitOwned, whole: Reviewed, at: Path) -> _Demand:
    """Read what a kind of record needs, for its region and month, else for today (X21)."""
    category = getattr(row, "kind", rules.HOSTS[type(row)].to)
    on = getattr(whole, "month", None) or tx.today
    return _Demand(row, rules.required(policy, category, row.region, on), at)


async def _there(
    tx: Transaction, rows: Sequence[UnitOwned]
) -> Mapping[UUID, Collection[DocumentKind]]:
    found: defaultdict[UUID, set[DocumentKind]] = defaultdict(set)
    if rows:
        keys = [(row.unit_id, row.id) for row in rows]
        statement = select(Attachment.record_id, Attachment.document).where(
            tuple_(Attachment.unit_id, Attachment.record_id).in_(keys)
        )
        for record_id, kind in await tx.session.execute(statement):
            found[record_id].add(kind)
    return found
