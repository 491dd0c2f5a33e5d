"""Templates of rosters, empty or with the failed rows, behind signed links (S10, X11)."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import Row as SqlRow
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gateways.roster_file import Filled, write
from gateways.seal import Seal
from loaders.actor import Actor, actor_of, state
from loaders.key import Key
from loaders.snapshot import Rows
from models import Beneficiary, Roster, RosterKind, RosterRow, TrainingClass, UnitOwned
from resolvers.kernel.service import Service
from resolvers.rosters.roster_check import FORMS
from resolvers.rosters.roster_writing import AT_ONCE, MOST, nameless, written
from resolvers.training import score_sheet
from rules.kernel.finding import objection
from rules.kernel.refusal import Reason, refused
from rules.kernel.viewer import Language, Viewer
from rules.kernel.wording import message
from rules.rosters.roster import ID_NUMBER, NAME, PAYEE_BANK, PAYEE_NUMBER
from rules.rosters.roster_row import CellFault

TEMPLATE, CORRECTION = "roster-template", "roster-correction"
ADDRESS = "/files/roster/"


def template_link(
    kind: RosterKind, beneficiary: Beneficiary | None, *, viewer: Viewer, service: Service
) -> str:
    """Sign a short-lived link to an empty template; there is nobody's data in it."""
    return _signed(TEMPLATE, (kind.value, beneficiary.value if beneficiary else ""), service)


def correction_link(row: Roster, *, viewer: Viewer, service: Service) -> str:
    """Sign a short-lived link to the failed rows; it speaks for the viewer as they are now."""
    return _signed(CORRECTION, _spoken_for(row, viewer), service)


def sheet_link(row: TrainingClass, *, viewer: Viewer, service: Service) -> str:
    """Sign a short-lived link to a class's sheet of scores; it speaks for the viewer (S27)."""
    return _signed(score_sheet.PURPOSE, _spoken_for(row, viewer), service)


def _spoken_for(row: UnitOwned, viewer: Viewer) -> tuple[str, ...]:
    name = Key(type(row).__name__, (row.unit_id, row.id)).encode()
    return name, row.unit_id.hex, row.id.hex, *actor_of(viewer).spelled()


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
    write = score_sheet.paper if purpose == score_sheet.PURPOSE else _correction
    return await write(service, (UUID(unit_id), UUID(id)), Actor.read(*who))


async def _template(
    service: Service, kind: RosterKind, beneficiary: Beneficiary | None
) -> tuple[str, BinaryIO]:
    form = FORMS[kind]
    file = nameless(service)
    columns = form.columns_for(beneficiary)
    await asyncio.to_thread(write, file, form.title, columns, (), MOST)
    return f"{form.title}模板.xlsx", file


async def _correction(
    service: Service, key: tuple[UUID, UUID], actor: Actor
) -> tuple[str, BinaryIO]:
    """Have the failed rows written, some at a time."""
    async with service.files.writing, AsyncSession(service.reads) as session:
        await state(session, actor)
        roster = await session.get(Roster, key)
        if roster is None:
            raise refused(Reason.NOT_FOUND)
        form = FORMS[roster.kind]
        columns = form.columns_for(roster.beneficiary)

        def fill(row: _Row) -> Filled:
            return _filled(row, service.seal)

        file = await written(service, form.title, columns, _failed(session, key), fill)
    return f"{form.title}（未通过）.xlsx", file


async def _failed(session: AsyncSession, key: tuple[UUID, UUID]) -> AsyncGenerator[Rows, None]:
    """Read what a correction needs of the failed rows of a roster, some at a time."""
    unit_id, id = key
    failed = (
        select(*_KEPT)
        .where(RosterRow.unit_id == unit_id, RosterRow.roster_id == id)
        .where(RosterRow.passed.is_(False))
        .order_by(RosterRow.number)
        .limit(AT_ONCE)
    )
    last = 0
    while rows := (await session.execute(failed.where(RosterRow.number > last))).all():
        yield rows
        last = rows[-1].number


_Row = SqlRow[*tuple[Any, ...]]
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


def _filled(row: _Row, seal: Seal) -> Filled:
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
