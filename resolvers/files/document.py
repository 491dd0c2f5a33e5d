"""Which documents a record needs 附件要求, asked as it is submitted (J8, J15, J25, J33)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, tuple_
from strawberry import Parent

from loaders.filter import OLDEST
from models import Attachment, DocumentKind, Reviewed, UnitOwned
from resolvers.kernel.context import Info
from resolvers.kernel.decision_reader import refuse_missing_parameters
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.workflow import declare_submission_check
from rules.files import attachment as rules
from rules.kernel.parameter import Policy
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
        host = rules.find_host(type(row))
        if host is None:
            continue
        at = (*path, n) if path else ()
        needed = _list_needed(policy, host, row, tx.today)
        found.append(_DocumentRequirement(row, needed, at))
        for part in await _load_parts(tx, policy, row):
            found.append(part._replace(at=(*at, *part.at)))
    return [demand for demand in found if demand.needed]


def _list_needed(
    policy: Policy, host: rules.AttachmentHost, row: UnitOwned, today: date
) -> tuple[DocumentKind, ...]:
    """List what a record, or a part of one, needs by its kind, its region and its day (X21)."""
    on = getattr(row, "month", None) or today
    return rules.list_required_documents(policy, getattr(row, "kind", host.to), row.region, on)


async def load_required_documents(
    row: Parent[UnitOwned], info: Info
) -> list[rules.RequiredDocument]:
    """Tell which documents it needs to be submitted, and which are there (J8). 所需材料."""
    context, host = info.context, rules.find_host(type(row))
    if host is None:
        return []
    with refuse_missing_parameters():
        needed = _list_needed(await context.load_policy(), host, row, context.service.today())
    if not needed:
        return []
    of_record = context.loaders.get_children_batch(Attachment.relation_to(type(row)), OLDEST)
    files: Sequence[Attachment] = await of_record.load((row.unit_id, row.id))
    return rules.list_document_needs(needed, {file.document for file in files}, context.viewer)


async def _load_parts(
    tx: Transaction, policy: Policy, row: Reviewed
) -> Sequence[_DocumentRequirement]:
    """List what the parts of a record need, each told by its place among its like (J8)."""
    found: list[_DocumentRequirement] = []
    for host in rules.list_hosts():
        if host.part_of is None or host.part_of[0] is not type(row):
            continue
        needed = rules.list_required_documents(policy, host.to, row.region, tx.today)
        if needed:
            table, column = host.table, host.part_of[1]
            own = select(table).where(
                table.unit_id == row.unit_id, getattr(table, column) == row.id
            )
            parts = await tx.all(own.order_by(table.id))
            name = host.to.lower()
            found += [_DocumentRequirement(p, needed, (name, n)) for n, p in enumerate(parts)]
    return found


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


declare_submission_check(require_documents)
