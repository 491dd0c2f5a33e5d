"""Unmasking 查看敏感信息: granted, reasoned, recorded; what was seen is kept nowhere (X11)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from loaders.key import NODE_TYPES, parse_global_id
from models import (
    AccessAction,
    Base,
    Person,
    Role,
    Unit,
    UnitOwned,
    Unmasking,
    locate_sealed,
)
from resolvers.kernel import history
from resolvers.kernel.access_history import build_access_entry
from resolvers.kernel.context import Context
from resolvers.kernel.rate_limit import UNMASK_LIMIT, limit_tries
from resolvers.kernel.transaction import Transaction
from rules.desk.unmasking import (
    SEALED_COLUMNS,
    PersonalField,
    find_field_faults,
    is_still_shown,
)
from rules.kernel.refusal import Reason, build_refusal, refuse_if
from rules.kernel.value import Paragraph, RowId


@dataclass(kw_only=True)
class Unmask:
    """Of which record which fields are looked at, and why."""

    id: RowId
    fields: list[PersonalField]
    reason: Paragraph


@dataclass(frozen=True, slots=True)
class UnmaskedValue:
    """A field as it was given; none where the record has none."""

    field: PersonalField
    value: str | None


@limit_tries(UNMASK_LIMIT)
async def unmask(tx: Transaction, input: Unmask) -> Unmasking:
    """Look at personal data of one record in scope; who, what and why is kept (X11). 查看敏感信息.

    The history of access, and that of the unit whose record it is, tell it as well.
    """
    table = _get_sealed_table(input.id)
    row: Any = await tx.get(table, input.id, "id")
    refuse_if(find_field_faults(table, input.fields))
    if tx.viewer.account_id is None or tx.viewer.role is None:
        raise build_refusal(Reason.SESSION_ENDED)
    low, high = tx.actor.act
    entry = Unmasking(
        id=uuid7(),
        region=row.region if low <= row.region <= high else tx.region,
        record=input.id,
        fields=[field.value for field in input.fields],
        reason=input.reason,
        at=tx.now,
        account_id=tx.viewer.account_id,
        account_name=tx.viewer.name,
        role=Role(tx.viewer.role),
    )
    tx.session.add(entry)
    tx.session.add(
        build_access_entry(
            tx.viewer,
            AccessAction.UNMASK,
            tx.now,
            about=", ".join(input.fields),
            record=input.id,
            reason=input.reason,
        )
    )
    if isinstance(row, UnitOwned | Unit):
        told = history.build_audit_entry(
            tx, row, "UNMASK", {"unmasked": ["", ", ".join(input.fields)]}
        )
        told.reason = input.reason
        tx.session.add(told)
    await tx.session.flush()
    return entry


async def open_unmasked_values(context: Context, entry: Unmasking) -> list[UnmaskedValue]:
    """Open what an unmasking was for, to whom it was granted and as long as it is shown."""
    if entry.account_id != context.viewer.account_id:
        return []
    if not is_still_shown(entry.at, context.service.now()):
        return []
    key, table = parse_global_id(entry.record), _get_sealed_table(entry.record)
    row = await context.loaders.get_row_batch(table).load(key.parts) if key else None
    if row is None:
        return []
    fields = [PersonalField(name) for name in entry.fields]
    columns, seal = [SEALED_COLUMNS[table][field] for field in fields], context.service.seal
    other = table is not Person and any(column.class_ is Person for column in columns)
    person = await _find_person(context, row.person_id) if other else None
    values = []
    for field, column in zip(fields, columns, strict=True):
        of: Any = row if column.class_ is table else person
        sealed: bytes | None = getattr(of, column.key, None)
        text = seal.open_sealed(locate_sealed(column, _get_key(of)), sealed) if sealed else None
        values.append(UnmaskedValue(field, text))
    return values


def _get_key(row: Base) -> tuple[UUID, ...]:
    return tuple(row.__mapper__.primary_key_from_instance(row))


def _get_sealed_table(id: str) -> type[Base]:
    key = parse_global_id(id)
    known = NODE_TYPES.get(key.type_name) if key else None
    if known is None or known.table not in SEALED_COLUMNS:
        raise build_refusal(Reason.NOT_FOUND, "id")
    return known.table


async def _find_person(context: Context, person_id: UUID) -> Person | None:
    own = select(Person).where(Person.id == person_id)
    (rows,) = await context.loaders.snapshot.load_about_persons([person_id], own)
    return next((row for (row,) in rows), None)
