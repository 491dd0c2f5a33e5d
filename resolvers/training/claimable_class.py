"""Which classes can be claimed, told from a snapshot by the claims' own rules (S25)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import select

from loaders.filter import Filter, Operator
from loaders.page import Page, Window, replace_nodes
from models import Course, Status, Trainee, TrainingClass
from resolvers.kernel.context import Info
from resolvers.kernel.decision_reader import DecisionReader
from resolvers.training.trainee_candidate import (
    ClassAndCourse,
    TraineeCandidate,
    evaluate_trainees_of_classes,
    find_nobody_fault,
)
from resolvers.training.training_claim import find_claiming_faults
from resolvers.training.training_evaluation import load_claimed_classes
from rules.kernel import explanation
from rules.kernel.explanation import Shortfall
from rules.kernel.finding import DescribedFinding, describe_finding
from rules.kernel.refusal import Fault
from rules.kernel.viewer import Language

CLAIMABLE_STATUSES = (Status.SUBMITTED, Status.RETURNED, Status.APPROVED)
"""Classes in these states are claimed for, or will be."""
_STATUS_FILTER = Filter(
    name="offered", type=list[Status], column="status", operator=Operator.AMONG, description=""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimableTrainee:
    """A trainee: what a line would ask for them, or all that stands in the way."""

    trainee: Trainee
    amount: Decimal | None
    findings: Sequence[DescribedFinding]
    shortfalls: Sequence[Shortfall]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimableClass:
    """A class: who can be claimed for, what it would come to, and why it can't be claimed."""

    training_class: TrainingClass
    course: Course
    count: int
    amount: Decimal
    shortfalls: Sequence[Shortfall]
    trainees: Sequence[ClaimableTrainee]


async def load_claimable_classes(info: Info, window: Window) -> Page[ClaimableClass]:
    """Find the classes of a window, each with what a claim for it would come to (S25)."""
    context = info.context
    read, today, language = (
        context.loaders.snapshot,
        context.service.today(),
        context.viewer.language,
    )
    offered = replace(window, narrowed=(*window.narrowed, (_STATUS_FILTER, CLAIMABLE_STATUSES)))
    page = await context.loaders.load_table_page(TrainingClass, offered, context.viewer, today)
    classes = await _load_courses(read, [edge.node for edge in page.edges])
    claimed = await load_claimed_classes(
        read, {(row.unit_id, row.course_code) for row, _ in classes}
    )
    barring = {row.id: find_claiming_faults(row, claimed, today) for row, _ in classes}
    able = [(row, course) for row, course in classes if not barring[row.id]]
    found = (
        await evaluate_trainees_of_classes(read, able, today, await context.load_policy())
        if able
        else {}
    )
    told = [
        _build_claimable_class(row, course, barring[row.id], found.get(row.id, ()), language)
        for row, course in classes
    ]
    return replace_nodes(page, told)


async def _load_courses(
    read: DecisionReader, rows: Sequence[TrainingClass]
) -> Sequence[ClassAndCourse]:
    editions = select(Course).where(Course.id.in_({row.course_id for row in rows}))
    courses = {course.id: course for (course,) in await read.load_rows(editions)}
    return [(row, courses[row.course_id]) for row in rows]


def _build_claimable_class(
    row: TrainingClass,
    course: Course,
    barring: Sequence[Fault],
    everyone: Sequence[TraineeCandidate],
    language: Language,
) -> ClaimableClass:
    none = None if barring else find_nobody_fault(everyone)
    why = [*barring, *([none] if none else [])]
    trainees = [_build_claimable_trainee(each, language) for each in everyone]
    amounts = [each.amount for each in trainees if each.amount is not None]
    said = [explanation.describe_shortfall(each, language) for each in why]
    return ClaimableClass(
        training_class=row,
        course=course,
        count=len(amounts),
        amount=sum(amounts, Decimal(0)),
        shortfalls=said,
        trainees=trainees,
    )


def _build_claimable_trainee(each: TraineeCandidate, language: Language) -> ClaimableTrainee:
    return ClaimableTrainee(
        trainee=each.trainee,
        amount=None if each.lacking else each.evaluation.amount,
        findings=[
            describe_finding(finding.to_json(), language) for finding in each.evaluation.findings
        ],
        shortfalls=[explanation.describe_shortfall(why, language) for why in each.lacking],
    )
