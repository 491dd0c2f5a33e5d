"""Templates of rosters, empty or with the failed rows, behind signed links (S10, X11)."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, BinaryIO, Protocol
from uuid import UUID

from sqlalchemy import Row as SqlRow
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gateways.heavy_work import HeavyWork
from gateways.roster_file import RowToCorrect, write_template
from gateways.seal import Seal
from loaders.actor import Actor, build_actor, set_rls_context
from loaders.key import Key
from loaders.snapshot import Rows
from models import (
    Beneficiary,
    Roster,
    RosterKind,
    RosterRow,
    UnitOwned,
    locate_sealed,
)
from resolvers.kernel.link import OpenedLink, sign_viewer_link
from resolvers.kernel.service import Service
from resolvers.rosters.roster_writer import (
    BATCH_SIZE,
    MAX_TEMPLATE_ROWS,
    open_nameless_file,
    write_filled_template,
)
from rules.kernel.finding import describe_finding_fault
from rules.kernel.refusal import Reason, build_refusal
from rules.kernel.viewer import Language, Viewer
from rules.kernel.wording import format_fault
from rules.rosters.roster import ID_NUMBER_KEY, NAME_KEY, PAYEE_BANK_KEY, PAYEE_NUMBER_KEY
from rules.rosters.roster_form import get_form
from rules.rosters.roster_row import CellFault

TEMPLATE, CORRECTION = "roster-template", "roster-correction"
URL_PREFIX = "/files/roster/"


class TemplateWriter(Protocol):
    """Writes a template filled in for a record; answers its name and its bytes."""

    async def __call__(
        self, service: Service, key: tuple[UUID, UUID], actor: Actor, link: OpenedLink
    ) -> tuple[str, BinaryIO]:
        """Read the record as the actor and write the file, as long as its link's holder may."""


_WRITERS: dict[str, TemplateWriter] = {}


def declare_template(purpose: str, write: TemplateWriter) -> None:
    """Enter who writes the files that links of a purpose are signed for."""
    _WRITERS[purpose] = write


def sign_template_url(
    kind: RosterKind, beneficiary: Beneficiary | None, *, viewer: Viewer, service: Service
) -> str:
    """Sign a short-lived link to an empty template; there is nobody's data in it."""
    parts = (kind.value, beneficiary.value if beneficiary else "")
    return _sign_url(TEMPLATE, parts, viewer, service)


def sign_correction_url(row: Roster, *, viewer: Viewer, service: Service) -> str:
    """Sign a short-lived link to the failed rows; it speaks for the viewer as they are now."""
    return sign_filled_url(CORRECTION, row, viewer, service)


def sign_filled_url(purpose: str, row: UnitOwned, viewer: Viewer, service: Service) -> str:
    """Sign a short-lived link to a template that is filled in for a record."""
    return _sign_url(purpose, _build_link_parts(row, viewer), viewer, service)


def _build_link_parts(row: UnitOwned, viewer: Viewer) -> tuple[str, ...]:
    name = Key(type(row).__name__, (row.unit_id, row.id)).format_global_id()
    return name, row.unit_id.hex, row.id.hex, *build_actor(viewer).to_link_parts()


def _sign_url(purpose: str, parts: tuple[str, ...], viewer: Viewer, service: Service) -> str:
    until = service.now() + service.files.link_life
    return f"{URL_PREFIX}{purpose}/{sign_viewer_link(service, viewer, purpose, parts, until)}"


async def write_linked_file(
    service: Service, purpose: str, link: OpenedLink, asker: str
) -> tuple[str, BinaryIO]:
    """Write the file that a link was signed for; give its name and its bytes.

    Raises Crowded where too many files are to be written, and ACCESS_ENDED where whoever it is
    for loses their access meanwhile.
    """
    async with service.places[HeavyWork.EXPORTS].hold_place(asker):
        if purpose == TEMPLATE:
            kind, beneficiary = link.parts
            paid = Beneficiary(beneficiary) if beneficiary else None
            return await _write_template(service, RosterKind(kind), paid)
        _, unit_id, id, *who = link.parts
        key = UUID(unit_id), UUID(id)
        return await _WRITERS[purpose](service, key, link.build_actor(*who), link)


async def _write_template(
    service: Service, kind: RosterKind, beneficiary: Beneficiary | None
) -> tuple[str, BinaryIO]:
    form = get_form(kind)
    file = open_nameless_file(service)
    columns = form.select_columns(beneficiary)
    await asyncio.to_thread(write_template, file, form.title, columns, (), MAX_TEMPLATE_ROWS)
    return f"{form.title}模板.xlsx", file


async def _write_correction(
    service: Service, key: tuple[UUID, UUID], actor: Actor, link: OpenedLink
) -> tuple[str, BinaryIO]:
    """Have the failed rows written, some at a time."""
    async with AsyncSession(service.reads) as session:
        await set_rls_context(session, actor)
        roster = await session.get(Roster, key)
        if roster is None:
            raise build_refusal(Reason.NOT_FOUND)
        form = get_form(roster.kind)
        columns = form.select_columns(roster.beneficiary)

        def fill(row: _Row) -> RowToCorrect:
            return _fill_row(row, service.seal)

        file = await write_filled_template(
            session,
            service,
            link,
            form.title,
            columns,
            _read_failed_rows(session, key),
            fill=fill,
        )
    return f"{form.title}（未通过）.xlsx", file


declare_template(CORRECTION, _write_correction)


async def _read_failed_rows(
    session: AsyncSession, key: tuple[UUID, UUID]
) -> AsyncGenerator[Rows, None]:
    """Read what a correction needs of the failed rows of a roster, some at a time."""
    unit_id, id = key
    failed = (
        select(*_CORRECTION_COLUMNS)
        .where(RosterRow.unit_id == unit_id, RosterRow.roster_id == id)
        .where(RosterRow.passed.is_(False))
        .order_by(RosterRow.number)
        .limit(BATCH_SIZE)
    )
    last = 0
    while rows := (await session.execute(failed.where(RosterRow.number > last))).all():
        yield rows
        last = rows[-1].number


_Row = SqlRow[*tuple[Any, ...]]
_CORRECTION_COLUMNS = (
    RosterRow.unit_id,
    RosterRow.id,
    RosterRow.number,
    RosterRow.name,
    RosterRow.id_number_sealed,
    RosterRow.values,
    RosterRow.payee_bank,
    RosterRow.payee_number_sealed,
    RosterRow.faults,
    RosterRow.findings,
)


def _fill_row(row: _Row, seal: Seal) -> RowToCorrect:
    card, key = row.payee_number_sealed, (row.unit_id, row.id)
    texts = {
        **row.values,
        NAME_KEY: row.name,
        ID_NUMBER_KEY: seal.open_sealed(
            locate_sealed(RosterRow.id_number_sealed, key), row.id_number_sealed
        ),
        PAYEE_BANK_KEY: row.payee_bank or "",
        PAYEE_NUMBER_KEY: seal.open_sealed(locate_sealed(RosterRow.payee_number_sealed, key), card)
        if card
        else "",
    }
    comments: dict[str | None, list[str]] = {}
    for kept in row.faults:
        wrong = CellFault.from_json(kept)
        words = format_fault(wrong.fault, Language.ZH)
        comments.setdefault(wrong.column, []).append(words.text + words.cure)
    for kept in row.findings:
        lacking = describe_finding_fault(kept, Language.ZH)
        if lacking is not None:
            comments.setdefault(None, []).append(lacking.text + lacking.cure)
    return RowToCorrect(texts, comments)
