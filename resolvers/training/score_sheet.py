"""A class's sheet of scores: its trainees who have not completed, to be filled in (S27, X11).

Whoever was absent or fell short stands in it as they were scored, and may be scored anew.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateways.roster_file import RowToCorrect
from gateways.seal import Seal
from loaders.actor import Actor, set_rls_context
from models import (
    Person,
    RosterKind,
    Trainee,
    TrainingClass,
    locate_sealed,
)
from resolvers.kernel import history
from resolvers.kernel.fresh_proof import demand_fresh_proof
from resolvers.kernel.link import OpenedLink
from resolvers.kernel.policy import APPROVED_PARAMETERS, build_policy
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from resolvers.rosters import named_class
from resolvers.rosters.roster_templates import declare_template, sign_filled_url
from resolvers.rosters.roster_writer import BATCH_SIZE, write_filled_template
from resolvers.training.completion import get_pass_mark
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Reason, build_refusal, refuse_if
from rules.kernel.value import RowId
from rules.kernel.viewer import Viewer
from rules.rosters.roster import ID_NUMBER_KEY, NAME_KEY
from rules.training.score_roster import CLASS_NUMBER_KEY, format_score_cells
from rules.training.training_form import NUMBER_COLUMN, SCORES_FORM

LINK_PURPOSE = "roster-scores"


@dataclass(kw_only=True)
class ScoreSheetChoice:
    """Of which class."""

    class_id: RowId


@demand_fresh_proof
async def request_score_sheet(tx: Transaction, input: ScoreSheetChoice) -> TrainingClass:
    """Ask for a class's trainees who have not completed, as the template of scores filled in.

    Their whole numbers are in it: only the class's own unit gets it, and its history tells who
    asked (S27, X11). 导出未结业学员.
    """
    row = await named_class.get_own_class(tx, input.class_id)
    refuse_if(await named_class.find_class_faults(tx, RosterKind.SCORES, row))
    waiting = _select_uncompleted_trainees(row, await tx.load_policy()).with_only_columns(
        func.count()
    )
    count = await tx.session.scalar(waiting)
    if not count:
        raise build_refusal(Reason.NOBODY_TO_COMPLETE, "classId")
    told = {"trainees": ["", str(count)]}
    tx.session.add(history.build_audit_entry(tx, row, "DOWNLOAD_SCORE_SHEET", told))
    await tx.session.flush()
    return row


def sign_score_sheet_url(row: TrainingClass, *, viewer: Viewer, service: Service) -> str:
    """Sign a short-lived link to a class's sheet of scores; it speaks for the viewer (S27)."""
    return sign_filled_url(LINK_PURPOSE, row, viewer, service)


def _select_uncompleted_trainees(
    of_class: TrainingClass, policy: Policy
) -> Select[*tuple[Any, ...]]:
    """Write the statement for the trainees of a class who have not completed it."""
    short = Trainee.score < get_pass_mark(policy, of_class)
    columns = Trainee.id, Trainee.person_id, Trainee.name, Trainee.score, Trainee.scored_at
    return select(*columns).where(
        Trainee.unit_id == of_class.unit_id,
        Trainee.class_id == of_class.id,
        or_(Trainee.score.is_(None), short),
    )


async def write_score_sheet(
    service: Service, key: tuple[UUID, UUID], actor: Actor, link: OpenedLink
) -> tuple[str, BinaryIO]:
    """Write the sheet that a link was signed for; give its name and its bytes."""
    async with AsyncSession(service.reads) as session:
        await set_rls_context(session, actor)
        of_class = await session.get(TrainingClass, key)
        if of_class is None:
            raise build_refusal(Reason.NOT_FOUND)

        def fill(given: _NumberedTrainee) -> RowToCorrect:
            return _fill_row(of_class.number, *given, service.seal)

        policy = build_policy((await session.execute(APPROVED_PARAMETERS)).all())
        pieces = _read_trainees(session, _select_uncompleted_trainees(of_class, policy), actor)
        file = await write_filled_template(
            session, service, link, SCORES_FORM.title, SCORES_FORM.columns, pieces, fill=fill
        )
    return f"{SCORES_FORM.title}{of_class.number}.xlsx", file


declare_template(LINK_PURPOSE, write_score_sheet)

_NumberedTrainee = tuple[int, Row[Any], bytes]
"""The how manieth trainee it is, who, and the sealed number."""


async def _read_trainees(
    session: AsyncSession, waiting: Select[*tuple[Any, ...]], actor: Actor
) -> AsyncGenerator[Sequence[_NumberedTrainee], None]:
    """Read who has not completed, some at a time; a unit sees the numbers of its own trainees."""
    wanted = waiting.order_by(Trainee.id).limit(BATCH_SIZE)
    done, after = 0, UUID(int=0)
    while rows := (await session.execute(wanted.where(Trainee.id > after))).all():
        persons = [row.person_id for row in rows]
        await set_rls_context(session, actor.with_subjects(*persons))
        sealed = select(Person.id, Person.id_number_sealed).where(Person.id.in_(persons))
        numbers = {row.id: row.id_number_sealed for row in await session.execute(sealed)}
        yield [(n, row, numbers[row.person_id]) for n, row in enumerate(rows, start=done + 1)]
        done, after = done + len(rows), rows[-1].id


def _fill_row(
    class_number: str, number: int, row: Row[Any], sealed: bytes, seal: Seal
) -> RowToCorrect:
    place = locate_sealed(Person.id_number_sealed, row.person_id)
    texts = {
        NUMBER_COLUMN.key: str(number),
        CLASS_NUMBER_KEY: class_number,
        NAME_KEY: row.name,
        ID_NUMBER_KEY: seal.open_sealed(place, sealed),
        **format_score_cells(row.score, assessed=row.scored_at is not None),
    }
    return RowToCorrect(texts, {})
