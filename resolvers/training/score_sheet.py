"""A class's sheet of scores: its trainees who have not completed, to be filled in (S27, X11).

Whoever was absent or fell short stands in it as they were scored, and may be scored anew.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateways.roster_file import Filled
from gateways.seal import Seal
from loaders.actor import Actor, state
from models import Person, RosterKind, Trainee, TrainingClass
from resolvers.kernel import history
from resolvers.kernel.policy import APPROVED_PARAMETERS, policy_of
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from resolvers.rosters.roster_writing import AT_ONCE, written
from resolvers.training import class_roster as roster_class
from resolvers.training.completion import pass_mark
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Reason, refuse_if, refused
from rules.kernel.value import RowId
from rules.rosters.roster import ID_NUMBER, NAME
from rules.rosters.roster_form import NUMBER, SCORES
from rules.training.score_roster import CLASS_NUMBER, said_of

PURPOSE = "roster-scores"


@dataclass(kw_only=True)
class ScoreSheetChoice:
    """Of which class."""

    class_id: RowId


async def request_score_sheet(tx: Transaction, input: ScoreSheetChoice) -> TrainingClass:
    """Ask for a class's trainees who have not completed, as the template of scores filled in.

    Their whole numbers are in it: only the class's own unit gets it, and its history tells who
    asked (S27, X11). 导出未结业学员.
    """
    row = await roster_class.must_name(tx, input.class_id)
    refuse_if(await roster_class.faults(tx, RosterKind.SCORES, row))
    waiting = _waiting(row, await tx.policy()).with_only_columns(func.count())
    count = await tx.session.scalar(waiting)
    if not count:
        raise refused(Reason.NOBODY_TO_COMPLETE, "classId")
    told = {"trainees": ["", str(count)]}
    tx.session.add(history.noted(tx, row, "DOWNLOAD_SCORE_SHEET", told))
    await tx.session.flush()
    return row


def _waiting(of_class: TrainingClass, policy: Policy) -> Select[*tuple[Any, ...]]:
    """Write the statement for the trainees of a class who have not completed it."""
    short = Trainee.score < pass_mark(policy, of_class)
    columns = Trainee.id, Trainee.person_id, Trainee.name, Trainee.score, Trainee.scored_at
    return select(*columns).where(
        Trainee.unit_id == of_class.unit_id,
        Trainee.class_id == of_class.id,
        or_(Trainee.score.is_(None), short),
    )


async def paper(service: Service, key: tuple[UUID, UUID], actor: Actor) -> tuple[str, BinaryIO]:
    """Write the sheet that a link was signed for; give its name and its bytes."""
    async with service.files.writing, AsyncSession(service.reads) as session:
        await state(session, actor)
        of_class = await session.get(TrainingClass, key)
        if of_class is None:
            raise refused(Reason.NOT_FOUND)

        def fill(given: _Named) -> Filled:
            return _filled(of_class.number, *given, service.seal)

        policy = policy_of((await session.execute(APPROVED_PARAMETERS)).all())
        pieces = _pieces(session, _waiting(of_class, policy), actor)
        file = await written(service, SCORES.title, SCORES.columns, pieces, fill)
    return f"{SCORES.title}{of_class.number}.xlsx", file


_Named = tuple[int, Row[Any], bytes]
"""The how manieth trainee it is, who, and the sealed number."""


async def _pieces(
    session: AsyncSession, waiting: Select[*tuple[Any, ...]], actor: Actor
) -> AsyncGenerator[Sequence[_Named], None]:
    """Read who has not completed, some at a time; a unit sees the numbers of its own trainees."""
    wanted = waiting.order_by(Trainee.id).limit(AT_ONCE)
    done, after = 0, UUID(int=0)
    while rows := (await session.execute(wanted.where(Trainee.id > after))).all():
        persons = [row.person_id for row in rows]
        await state(session, actor.about(*persons))
        sealed = select(Person.id, Person.id_number_sealed).where(Person.id.in_(persons))
        numbers = {row.id: row.id_number_sealed for row in await session.execute(sealed)}
        yield [(n, row, numbers[row.person_id]) for n, row in enumerate(rows, start=done + 1)]
        done, after = done + len(rows), rows[-1].id


def _filled(class_number: str, number: int, row: Row[Any], sealed: bytes, seal: Seal) -> Filled:
    texts = {
        NUMBER.key: str(number),
        CLASS_NUMBER: class_number,
        NAME: row.name,
        ID_NUMBER: seal.open("id_number", sealed),
        **said_of(row.score, assessed=row.scored_at is not None),
    }
    return Filled(texts, {})
