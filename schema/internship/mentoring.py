"""The mentoring subsidy before it is claimed 带教补贴 (J34-J37)."""

import strawberry

from resolvers.internship.mentoring_year import cut_candidates
from rules.kernel.function import ANYONE
from rules.kernel.value import Money
from schema.internship.intern import Intern
from schema.kernel.binding import column, connection_of_parent, deprecate_field
from schema.kernel.connection import Connection
from schema.kernel.explanation import Finding, Shortfall, UsedParameter
from schema.kernel.listing import BY_AGE, RecordOrder


@strawberry.type(description="An intern of the year, and what was found (J34, J37). 带教补贴人员")
class MentoringCandidate:
    """An intern of the year, and what was found."""

    intern: Intern = column("The intern. 见习人员")
    retained: bool = column("Whether the person counts as retained (J37). 是否留用")
    amount: Money | None = column("What a line would ask, in yuan; empty if it can't. 金额（元）")
    findings: list[Finding] = column("What was looked into, one by one (X3). 核验结果")
    shortfalls: list[Shortfall] = column("All that stands in the way of a line. 不能申报的原因")


@strawberry.type(description="A year's retention, person by person (J37). 年度留用情况")
class MentoringYear:
    """A year's retention, person by person."""

    year: int = column("In which year the internships ended. 申请年度")
    ended: int = column("How many interns count as having ended (J37). 期满人数")
    retained: int = column("How many of them were retained (J37). 留用人数")
    formula: list[str] = column("The ratio, with its figures (X5). 留用率计算")
    shortfalls: list[Shortfall] = column("Why the year can't be claimed. 年度不能申报的原因")
    parameters: list[UsedParameter] = column("The parameters of the ratio. 所用政策参数")
    candidates: list[MentoringCandidate] = deprecate_field(
        column("Person by person. 人员明细"), "candidateConnection"
    )
    candidate_connection: Connection[MentoringCandidate] = connection_of_parent(
        cut_candidates,
        "Person by person. 人员明细",
        ANYONE,
        BY_AGE,
        RecordOrder,
    )
