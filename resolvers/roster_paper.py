"""Templates of rosters, empty or with the failed rows, behind signed links (S10, X11)."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import Row as SqlRow
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gateways.roster_file import Filled, laid, layout, write, written
from gateways.roster_file_child import Row as Laid
from gateways.seal import Seal
from loaders.actor import Actor, actor_of, state
from loaders.key import Key
from loaders.snapshot import Rows
from models import Beneficiary, Roster, RosterKind, RosterRow
from resolvers.roster_check import FORMS
from resolvers.service import Service
from rules.finding import objection
from rules.refusal import Reason, refused
from rules.roster import ID_NUMBER, NAME, PAYEE_BANK, PAYEE_NUMBER, Column
from rules.roster_row import CellFault
from rules.viewer import Language, Viewer
from rules.wording import message

TEMPLATE, CORRECTION = "roster-template", "roster-correction"
ADDRESS = "/files/roster/"
AT_ONCE = 500


def template_link(
    kind: RosterKind, beneficiary: Beneficiary | None, *, viewer: Viewer, service: Service
) -> str:
    """Sign a short-lived link to an empty template; there is nobody's data in it."""
    return _signed(TEMPLATE, (kind.value, beneficiary.value if beneficiary else ""), service)


def correction_link(unit_id: UUID, id: UUID, *, viewer: Viewer, service: Service) -> str:
    """Sign a short-lived link to the failed rows; it speaks for the viewer as they are now."""
    parts = (Key(Roster.__name__, (unit_id, id)).encode(), unit_id.hex, id.hex)
    return _signed(CORRECTION, (*parts, *actor_of(viewer).spelled()), service)


def _signed(purpose: str, parts: tuple[str, ...], service: Service) -> str:
    until = service.now() + service.files.link_life
    return f"{ADDRESS}{purpose}/{service.files.links.sign(purpose, parts, until)}"


async def paper(service: Service, purpose: str, parts: Sequence[str]) -> tuple[str, BinaryIO]:
    """Write the file that a link was signed for; give its name and its bytes."""
    if purpose == TEMPLATE:
        kind, beneficiary = parts
        paid = Beneficiary(beneficiary) if beneficiary else None
        return await _template(service, RosterKind(kind), paid)
    _, unit_id, id, *who = parts
    return await _correction(service, (UUID(unit_id), UUID(id)), Actor.read(*who))


async def _template(
    service: Service, kind: RosterKind, beneficiary: Beneficiary | None
) -> tuple[str, BinaryIO]:
    form = FORMS[kind]
    file = _nameless(service)
    columns = form.columns_for(beneficiary)
    await asyncio.to_thread(write, file, form.title, columns, (), MOST)
    return f"{form.title}模板.xlsx", file


async def _correction(
    service: Service, key: tuple[UUID, UUID], actor: Actor
) -> tuple[str, BinaryIO]:
    """Have the failed rows written, some at a time: the service never holds all of them."""
    async with service.files.writing, AsyncSession(service.reads) as session:
        await state(session, actor)
        roster = await session.get(Roster, key)
        if roster is None:
            raise refused(Reason.NOT_FOUND)
        form = FORMS[roster.kind]
        columns = form.columns_for(roster.beneficiary)

        async def pieces() -> AsyncIterator[Sequence[Laid]]:
            last = 0
            while found := await _failed(session, key, last):
                yield await asyncio.to_thread(_laid, columns, found, service.seal)
                last = found[-1].number

        file = _nameless(service)
        how = layout(form.title, columns, MOST)
        await written(file, how, pieces(), service.files.spool)
    return f"{form.title}（未通过）.xlsx", file


async def _failed(session: AsyncSession, key: tuple[UUID, UUID], after: int) -> Rows:
    """Read what a correction needs of the next failed rows of a roster."""
    unit_id, id = key
    statement = (
        select(*_KEPT)
        .where(RosterRow.unit_id == unit_id, RosterRow.roster_id == id)
        .where(RosterRow.passed.is_(False), RosterRow.number > after)
        .order_by(RosterRow.number)
        .limit(AT_ONCE)
    )
    return (await session.execute(statement)).all()


_KEPT = (
    RosterRow.number,
    RosterRow.name,
    RosterRow.id_number_sealed,
    RosterRow.values,
    RosterRow.payee_bank,
    RosterRow.payee_number_sealed,
    RosterRow.faults,
    RosterRow.findings,
)


MOST = 100_000
"""So far down reach the drop-downs of a template."""


def _nameless(service: Service) -> BinaryIO:
    return tempfile.TemporaryFile(dir=service.files.spool)


def _laid(columns: Sequence[Column], rows: Rows, seal: Seal) -> Sequence[Laid]:
    return [*laid(columns, (_filled(row, seal) for row in rows))]


def _filled(row: SqlRow[*tuple[Any, ...]], seal: Seal) -> Filled:
    card = row.payee_number_sealed
    texts = {
        **row.values,
        NAME: row.name,
        ID_NUMBER: seal.open("id_number", row.id_number_sealed),
        PAYEE_BANK: row.payee_bank or "",
        PAYEE_NUMBER: seal.open("bank_account", card) if card else "",
    }
    comments: dict[str | None, list[str]] = {}
    for kept in row.faults:
        wrong = CellFault.read(kept)
        words = message(wrong.fault, Language.ZH)
        comments.setdefault(wrong.column, []).append(words.text + words.cure)
    for kept in row.findings:
        lacking = objection(kept, Language.ZH)
        if lacking is not None:
            comments.setdefault(None, []).append(lacking.text + lacking.cure)
    return Filled(texts, comments)
