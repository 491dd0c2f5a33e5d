"""A year's mentoring 带教补贴, before it is claimed: told from a snapshot (J36, J37)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from sqlalchemy import select

from loaders.page import Page, Window, cut_page
from models import Declaration, Intern, Status
from resolvers.internship.mentoring_retention import (
    MentoringYearQuery,
    RetentionCandidate,
    evaluate_year,
)
from resolvers.internship.reporting_month import require_own_unit
from resolvers.kernel.context import Info
from resolvers.kernel.decision_reader import load_snapshot_policy, refuse_missing_parameters
from rules.internship.declaration import require_approved
from rules.internship.mentoring import find_year_faults
from rules.kernel import explanation
from rules.kernel.explanation import Shortfall
from rules.kernel.finding import DescribedFinding, describe_finding
from rules.kernel.parameter import UsedParameter
from rules.kernel.refusal import refuse_if
from rules.kernel.viewer import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class MentoringCandidate:
    """An intern of the year, what was found of them, and what a line would ask."""

    intern: Intern
    retained: bool
    amount: Decimal | None
    findings: Sequence[DescribedFinding]
    shortfalls: Sequence[Shortfall]

    @property
    def id(self) -> UUID:
        """Return the intern's id, by which candidates come one after another."""
        return self.intern.id


@dataclass(frozen=True, slots=True, kw_only=True)
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


async def load_mentoring_candidates(info: Info, year: Annotated[int, _YEAR]) -> MentoringYear:
    """Tell a year's retention, person by person, and who can be claimed (J34-J37). 带教补贴人员."""
    unit_id, read = require_own_unit(info), info.context.loaders.snapshot
    today, language = info.context.service.today(), info.context.viewer.language
    refuse_if(find_year_faults(year, today))
    once_approved = Declaration.status.in_((Status.APPROVED, Status.ENDED))
    approved = Declaration.unit_id == unit_id, once_approved
    declared = [row for (row,) in await read.load_rows(select(Declaration).where(*approved))]
    region = require_approved(declared[0] if declared else None).region
    with refuse_missing_parameters():
        found = await evaluate_year(
            read,
            MentoringYearQuery(unit_id=unit_id, year=year, region=region, today=today),
            await load_snapshot_policy(read),
        )
    retention = found.retention
    lacking = [retention.lacking] if retention.lacking else []
    return MentoringYear(
        year=retention.year,
        ended=retention.ended,
        retained=retention.retained,
        formula=retention.formula["zh" if language is Language.ZH else "en"],
        shortfalls=[explanation.describe_shortfall(fault, language) for fault in lacking],
        parameters=explanation.parse_used_parameters(
            [parameter.to_citation() for parameter in retention.used]
        ),
        candidates=[_build_candidate(each, language) for each in found.candidates],
    )


async def cut_candidates(
    year: MentoringYear, info: Info, window: Window
) -> Page[MentoringCandidate]:
    """Cut a page from a year's candidates; the ratio takes all of them (J37)."""
    return cut_page(year.candidates, window)


def _build_candidate(candidate: RetentionCandidate, language: Language) -> MentoringCandidate:
    judged = candidate.evaluation
    return MentoringCandidate(
        intern=candidate.intern,
        retained=judged.retained,
        amount=None if candidate.lacking else judged.amount,
        findings=[describe_finding(finding.to_json(), language) for finding in judged.findings],
        shortfalls=[explanation.describe_shortfall(why, language) for why in candidate.all_lacking],
    )
