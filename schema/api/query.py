"""What clients may read."""

import strawberry

import models
from resolvers.accounts.account_rules import load_account_rules
from resolvers.accounts.provider_sign_in import SignInProvider, list_sign_in_providers
from resolvers.internship.claim_candidate import (
    load_living_allowance_candidates,
    load_page_of_candidates,
)
from resolvers.internship.mentoring_year import load_mentoring_candidates
from resolvers.internship.reporting_month import load_interns_to_report, load_page_to_report
from resolvers.kernel.business_number import find_by_number
from resolvers.kernel.region import list_regions
from rules.kernel.function import ANYONE, Function
from rules.kernel.refusal import Reason
from rules.kernel.value import Money, RegionCode, YearMonth
from schema.accounts.account_appeal import AccountAppeal
from schema.accounts.queries import AccountsQueries
from schema.accounts.viewer import AccountRules, ViewerType
from schema.claims.claim import Claim
from schema.claims.queries import ClaimsQueries
from schema.desk.queries import DeskQueries
from schema.desk.work import WorkQueries
from schema.internship.board import BoardPush
from schema.internship.declaration import Declaration
from schema.internship.intern import Intern
from schema.internship.mentoring import MentoringYear
from schema.internship.monthly_report import MonthlyReport
from schema.internship.post import Post
from schema.internship.queries import InternshipQueries
from schema.kernel.binding import (
    build_required_parameter,
    column,
    deprecate_field,
    resolved_by,
    resolved_connection,
    root_connection,
    viewer_itself,
)
from schema.kernel.connection import Connection
from schema.kernel.enum_label import EnumLabel, list_enum_labels
from schema.kernel.explanation import Shortfall
from schema.kernel.listing import (
    ACCOUNT_HOLDER,
    APPEAL_STATUS,
    BOARD_STATE,
    BUSINESS_NUMBER,
    BY_AGE,
    BY_NAME,
    BY_REVIEW,
    CATEGORY,
    CLAIM_FILTERS,
    CLAIM_ORDERS,
    CLAIM_SEARCH_FILTERS,
    CREDIT_CODE,
    INTERN_NAME,
    INTERN_ORDERS,
    INTERN_SEARCH_FILTERS,
    IS_DEFAULT,
    KIND,
    MONTH_FROM,
    MONTH_TO,
    PARAMETER_KEY,
    PARAMETER_STATUS,
    PERSON_NAME_PART,
    POST_NAME,
    POST_ORDERS,
    REGION,
    REPORT_ORDERS,
    REPORT_SEARCH_FILTERS,
    STATUS,
    SUBMITTED_DAYS,
    UNIT_NAME,
    ClaimOrder,
    InternOrder,
    MonthlyOrder,
    NamedOrder,
    PostOrder,
    RecordOrder,
    ReviewedOrder,
    filter_by_unit,
)
from schema.kernel.node import Node, node, nodes
from schema.kernel.permission import READERS
from schema.kernel.rate_limit import RateLimit, rate_limit
from schema.kernel.record import Reviewed
from schema.payment.queries import DisbursementQueries, PublicityQueries
from schema.policy.difference import DifferenceQuery
from schema.policy.parameter import Parameter
from schema.rosters.queries import RostersQueries
from schema.training.claimable_class import ClaimableQuery
from schema.training.class_finding import ClassFindingQuery
from schema.training.course import CourseQuery
from schema.training.queries import TrainingQueries
from schema.training.training_class import TrainingClassQuery
from schema.units.bank_account import BankAccount
from schema.units.person import Person
from schema.units.unit import Unit

FILERS = frozenset({Function.FILE_REPORTS})
CLAIMERS = frozenset({Function.FILE_CLAIMS, Function.FILE_INTERNS})


@strawberry.type(description="A region of GB/T 2260. 行政区划")
class Region:
    """A region."""

    code: RegionCode = column("Its six-digit code. 代码")
    name: str = column("Its name. 名称")
    level: models.RegionLevel = column("How high it stands. 级别")


@strawberry.type(description="An intern of a month, and the report there is (J25). 待填月报人员")
class InternToReport:
    """An intern of a month."""

    intern: Intern = column("The intern. 见习人员")
    report: MonthlyReport | None = column("The month's report, if there is one. 月报")


@strawberry.type(description="A month of an intern, and whether it can be claimed (J30). 各月情况")
class CandidateMonth:
    """A month of an intern, and whether it can be claimed."""

    report: MonthlyReport = column("The month's report. 月报")
    amount: Money | None = column("What a line would ask for it, in yuan. 金额（元）")
    claim: Claim | None = column("The claim that holds it, if one does. 已列入的补贴申报")
    shortfalls: list[Shortfall] = column("All that stands in the way. 不能申领的原因")


@strawberry.type(description="What could be claimed for an intern now (J29, J30). 可申领人员")
class ClaimCandidate:
    """What could be claimed for an intern now."""

    intern: Intern = column("The intern. 见习人员")
    reports: list[MonthlyReport] = column("The months that a line would stand on. 可申领月报")
    amount: Money = column("What the line would ask, in yuan. 金额（元）")
    reason: Reason | None = column("Why nothing can be claimed yet. 原因代码")
    message: str | None = column("The same in words. 说明")
    months: list[CandidateMonth] = column("All their months, and why one can't. 各月情况")


@strawberry.type(description="What clients may read. 查询")
class Query(
    DeskQueries,
    ClassFindingQuery,
    TrainingQueries,
    ClaimableQuery,
    ClaimsQueries,
    CourseQuery,
    DifferenceQuery,
    DisbursementQueries,
    InternshipQueries,
    AccountsQueries,
    PublicityQueries,
    RostersQueries,
    TrainingClassQuery,
    WorkQueries,
):
    """What clients may read."""

    viewer: ViewerType = viewer_itself(
        "Tell who asks and what they may do; a stranger has no role. 当前用户.", ANYONE
    )
    rate_limit: RateLimit | None = resolved_by(rate_limit, ANYONE)
    node: Node | None = resolved_by(node, READERS)
    nodes: list[Node | None] = resolved_by(nodes, READERS)
    record_by_number: Reviewed | None = resolved_by(find_by_number, READERS)
    units: Connection[Unit] = root_connection(
        models.Unit,
        "Units, newest first unless ordered otherwise; found by name or number (S22). 单位列表",
        READERS,
        BY_NAME,
        (UNIT_NAME, CREDIT_CODE, REGION),
        NamedOrder,
    )
    declarations: Connection[Declaration] = root_connection(
        models.Declaration,
        "Declarations (J5). 就业见习申报列表",
        READERS,
        BY_REVIEW,
        (
            BUSINESS_NUMBER,
            STATUS,
            *filter_by_unit(models.Declaration.unit),
            *SUBMITTED_DAYS,
            REGION,
        ),
        ReviewedOrder,
    )
    posts: Connection[Post] = root_connection(
        models.Post,
        "Posts (J5). 岗位列表",
        READERS,
        POST_ORDERS,
        (STATUS, POST_NAME, *filter_by_unit(models.Post.unit), REGION),
        PostOrder,
    )
    board_pushes: Connection[BoardPush] = root_connection(
        models.BoardPush,
        "What the national job board learns of posts; DEAD ones were given up (J12). 岗位推送列表",
        READERS,
        BY_AGE,
        (BOARD_STATE, REGION),
        RecordOrder,
    )
    interns: Connection[Intern] = root_connection(
        models.Intern,
        "Interns (J5), those who are there and those who were. 见习人员列表",
        READERS,
        INTERN_ORDERS,
        (BUSINESS_NUMBER, STATUS, INTERN_NAME, CATEGORY, *INTERN_SEARCH_FILTERS, REGION),
        InternOrder,
    )
    monthly_reports: Connection[MonthlyReport] = root_connection(
        models.MonthlyReport,
        "Monthly reports (J5, J26). 月报列表",
        READERS,
        REPORT_ORDERS,
        (STATUS, MONTH_FROM, MONTH_TO, *REPORT_SEARCH_FILTERS, REGION),
        MonthlyOrder,
    )
    claims: Connection[Claim] = root_connection(
        models.Claim,
        "Claims of all kinds (J5, J31, J36, S27). 补贴申报列表",
        READERS,
        CLAIM_ORDERS,
        (BUSINESS_NUMBER, STATUS, KIND, *CLAIM_FILTERS, *CLAIM_SEARCH_FILTERS, REGION),
        ClaimOrder,
    )
    bank_accounts: Connection[BankAccount] = root_connection(
        models.BankAccount,
        "Bank accounts (J32). 银行账户列表",
        READERS,
        BY_AGE,
        (IS_DEFAULT, ACCOUNT_HOLDER, *filter_by_unit(models.BankAccount.unit), REGION),
        RecordOrder,
    )
    persons: Connection[Person] = root_connection(
        models.Person,
        "Persons on file in the viewer's region. 人员列表",
        READERS,
        BY_NAME,
        (PERSON_NAME_PART, REGION),
        NamedOrder,
    )
    parameters: Connection[Parameter] = root_connection(
        models.Parameter,
        "Policy parameters (X6). 政策参数列表",
        READERS,
        BY_AGE,
        (PARAMETER_KEY, PARAMETER_STATUS, REGION),
        RecordOrder,
    )
    account_appeals: Connection[AccountAppeal] = root_connection(
        models.AccountAppeal,
        "Account appeals of the viewer's region (J2). 账号申诉列表",
        READERS,
        BY_AGE,
        (APPEAL_STATUS, REGION),
        RecordOrder,
    )
    account_rules: AccountRules = resolved_by(load_account_rules, ANYONE)
    sign_in_providers: list[SignInProvider] = resolved_by(list_sign_in_providers, ANYONE)
    regions: list[Region] = resolved_by(list_regions, ANYONE)
    enum_labels: list[EnumLabel] | None = resolved_by(list_enum_labels, ANYONE)
    interns_to_report: list[InternToReport] = deprecate_field(
        resolved_by(load_interns_to_report, FILERS), "internToReportConnection"
    )
    intern_to_report_connection: Connection[InternToReport] = resolved_connection(
        load_page_to_report,
        "The approved interns of a month, each with its report (J25). 待填月报",
        FILERS,
        BY_AGE,
        order_type=RecordOrder,
        parameters=(build_required_parameter("month", YearMonth, "The month reported. 月报月份"),),
    )
    living_allowance_candidates: list[ClaimCandidate] = deprecate_field(
        resolved_by(load_living_allowance_candidates, CLAIMERS),
        "livingAllowanceCandidateConnection",
    )
    living_allowance_candidate_connection: Connection[ClaimCandidate] = resolved_connection(
        load_page_of_candidates,
        "Interns with what could be claimed for them up to a month (J29). 可申领人员",
        CLAIMERS,
        BY_AGE,
        order_type=RecordOrder,
        parameters=(
            build_required_parameter("month", YearMonth, "Up to which month is claimed. 申领月份"),
        ),
    )
    mentoring_candidates: MentoringYear = resolved_by(load_mentoring_candidates, CLAIMERS)
