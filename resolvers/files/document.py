"""Which documents a record needs 附件要求, asked as it is submitted (J8, J15, J25, J33)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, tuple_

from models import AttachedTo, Attachment, Declaration, DocumentKind, Reviewed, UnitOwned
from resolvers.internship.declaration import load_staff
from resolvers.kernel.transaction import Transaction
from rules.files import attachment as rules
from rules.kernel.refusal import Path, refuse_if


class _DocumentRequirement(NamedTuple):
    """What a record needs, and where a fault of it is told."""

    row: UnitOwned
    needed: tuple[DocumentKind, ...]
    at: Path


async def require_documents(tx: Transaction, rows: Sequence[Reviewed], path: Path = ()) -> None:
    """Refuse to submit records without the documents that they need, naming all that lack.

    What is needed follows the record's region and its month, or today where it has none (X21).
    """
    demands = await _load_requirements(tx, rows, path)
    there = await _load_attached_kinds(tx, [demand.row for demand in demands])
    refuse_if(
        f
        for d in demands
        for f in rules.find_missing_document_faults(d.needed, there[d.row.id], d.at)
    )


async def _load_requirements(
    tx: Transaction, rows: Sequence[Reviewed], path: Path
) -> Sequence[_DocumentRequirement]:
    """List the records, and their parts, that need anything."""
    policy = await tx.load_policy()
    found = []
    for n, row in enumerate(rows):
        host = rules.ATTACHMENT_HOSTS.get(type(row))
        if host is None:
            continue
        at = (*path, n) if path else ()
        on = getattr(row, "month", None) or tx.today
        needed = rules.list_required_documents(
            policy, getattr(row, "kind", host.to), row.region, on
        )
        found.append(_DocumentRequirement(row, needed, at))
        if isinstance(row, Declaration):
            needed = rules.list_required_documents(policy, AttachedTo.STAFF, row.region, on)
            staff = await load_staff(tx, row) if needed else ()
            found += [
                _DocumentRequirement(s, needed, (*at, "staff", m)) for m, s in enumerate(staff)
            ]
    return [demand for demand in found if demand.needed]


async def _load_attached_kinds(
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
