"""A year's mentoring 带教补贴, before it is claimed: told from a snapshot (J36, J37)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

import strawberry
from sqlalchemy import select

from models import Declaration, Intern, Status
from resolvers.internship.candidate import missing_told, policy_now
from resolvers.internship.month import own_unit
from resolvers.internship.retention import Asked, Candidate, year_of
from resolvers.kernel.context import Info
from rules.internship.declaration import must_be_approved
from rules.internship.mentoring import may_claim
from rules.kernel import explanation
from rules.kernel.explanation import Shortfall
from rules.kernel.finding import ToldFinding, told
from rules.kernel.parameter import UsedParameter
from rules.kernel.refusal import refuse_if
from rules.kernel.viewer import Language


@dataclass(frozen=True, slots=True)
class MentoringCandidate:
    """An intern of the year, what was found of them, and what a line would ask."""

    intern: Intern
    retained: bool
    amount: Decimal | None
    findings: Sequence[ToldFinding]
    shortfalls: Sequence[Shortfall]


@dataclass(frozen=True, slots=True)
class MentoringYear:
    """How many of a year's interns were retained, and person by person why."""

    year: int
    ended: int
    retained: int
    formula: Sequence[str]
    shortfalls: Sequence[Shortfall]
    parameters: Sequence[UsedParameter]
    candidates: Sequence[MentoringCandidate]


_YEAR = strawberry.argument(description="In which year the internships ended. 申请年度")


async def mentoring_candidates(info: Info, year: Annotated[int, _YEAR]) -> MentoringYear:
    """Tell a year's retention, person by person, and who can be claimed (J34-J37). 带教补贴人员."""
    unit_id, read = own_unit(info), info.context.loaders.snapshot
    today, language = info.context.service.today(), info.context.viewer.language
    refuse_if(may_claim(year, today))
    once_approved = Declaration.status.in_((Status.APPROVED, Status.ENDED))
    approved = Declaration.unit_id == unit_id, once_approved
    declared = [row for (row,) in await read.all(select(Declaration).where(*approved))]
    region = must_be_approved(declared[0] if declared else None).region
    with missing_told():
        found = await year_of(read, Asked(unit_id, year, region, today), await policy_now(read))
    retention = found.retention
    lacking = [retention.lacking] if retention.lacking else []
    return MentoringYear(
        retention.year,
        retention.ended,
        retention.retained,
        retention.formula["zh" if language is Language.ZH else "en"],
        [explanation.shortfall(fault, language) for fault in lacking],
        explanation.used([parameter.cited() for parameter in retention.used]),
        [_candidate(each, language) for each in found.candidates],
    )


def _candidate(candidate: Candidate, language: Language) -> MentoringCandidate:
    judged = candidate.judged
    return MentoringCandidate(
        candidate.intern,
        judged.retained,
        None if candidate.lacking else judged.amount,
        [told(finding.kept(), language) for finding in judged.findings],
        [explanation.shortfall(why, language) for why in candidate.all_lacking],
    )
