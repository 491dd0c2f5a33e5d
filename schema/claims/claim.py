from datetime import datetime
from types import GenericAlias
from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from loaders.filter import NEWEST, OLDEST
from resolvers.claims import standing
from resolvers.claims.other_benefit import load_benefits_beside_line
from resolvers.internship.standing import DECLARED, DECLARED_OF_LINES
from resolvers.kernel.possible_actions import list_claim_actions
from resolvers.payment.line_actions import load_line_actions
from rules.claims.control import describe_judgements
from rules.kernel.explanation import describe_line_amount, parse_used_parameters
from rules.kernel.record_kind import RecordKind
from rules.kernel.value import Day, Money, RegionCode, YearMonth
from schema.claims.control import Judgement
from schema.claims.other_benefit import CLAIM_REVIEWERS, OtherBenefit
from schema.files.attachment import (
    Attachment,
    RequiredDocument,
    attachments,
    required_documents,
)
from schema.kernel.answer import answer_record, build_answer
from schema.kernel.binding import column, deprecate_field, derived, many, one, page, resolved_by
from schema.kernel.connection import Connection
from schema.kernel.explanation import Explanation, UsedParameter
from schema.kernel.history import FieldChangeType, History, changes, history
from schema.kernel.listing import BY_AGE, LINE_STATE, RecordOrder
from schema.kernel.node import Node, record_type
from schema.kernel.permission import READERS
from schema.kernel.record import PossibleAction, Reviewed
from schema.kernel.record_kind import present_record_kind

if TYPE_CHECKING:
    from schema.internship.intern import Intern
    from schema.internship.monthly_report import MonthlyReport
    from schema.payment.clawback import Clawback
    from schema.payment.disbursement import Payment, Receipt
    from schema.payment.publicity import PublicityLine
    from schema.policy.difference import AmountDifference
    from schema.rosters.roster import RosterRow
    from schema.training.trainee import Trainee
    from schema.training.training_class import TrainingClass
    from schema.units.bank_account import BankAccount
    from schema.units.unit import Unit


@record_type("A monthly report that a line stands on (J30). 明细所含月报")
class ClaimedReport(Node):
    """A monthly report that a line stands on."""

    table = models.ClaimedReport

    amount: Money = column("What is claimed for it, in yuan. 金额（元）")
    held: bool = column("Whether the line holds it now (X15). 是否占用")
    report: Annotated["MonthlyReport", strawberry.lazy("schema.internship.monthly_report")] = one(
        models.ClaimedReport.report, "The report. 月报"
    )


@record_type("What a claim asks for one person (X15). 补贴明细")
class ClaimLine(Node):
    """What a claim asks for one person."""

    table = models.ClaimLine

    kind_of_claim: models.ClaimKind = column(
        "What it was claimed for. 补贴类型", "claim_kind", known_as="kind"
    )
    claim_status: models.Status = column("Where the claim stands (X1). 申报状态")
    claim_month: YearMonth | None = column(
        "Up to which month it was claimed. 申领月份", "claim_month", known_as="month"
    )
    claim_year: int | None = column(
        "For which year it was claimed. 申请年度", "claim_year", known_as="year"
    )
    unit_name: str = column("Who claimed it, as it was called then. 单位名称")
    state: models.LineState = column("Where it stands (X15). 明细状态")
    amount: Money = column("What it asks, in yuan. 金额（元）")
    reason: str | None = column(
        "Why it was struck, sent back, not paid or clawed back. 剔除、退回、支付失败或追回原因"
    )
    barred: bool = column(
        "Whether it keeps its person out of claims for the same thing (X15). 是否不得再次申报"
    )
    readmission_reason: str | None = column(
        "Why an officer readmitted its person (X15). 恢复申报资格原因"
    )
    version: int = column("Its version; a change must name it (X12). 版本")
    employer_code: str | None = column("The employing enterprise's credit code (S13). 就业企业代码")
    employer_name: str | None = column("The employing enterprise's name. 就业企业名称")
    hire_group: models.HireGroup | None = column(
        "In which group the hired person is (S13). 人员类别", "hire_group", known_as="group"
    )
    hired_on: Day | None = column("When they were hired (S32). 吸纳日期")
    contract_starts_on: Day | None = column("The contract's first day. 合同起始日期")
    contract_ends_on: Day | None = column(
        "Its last day; empty where it is open-ended. 合同终止日期"
    )
    judgements: list[Judgement] = derived(
        describe_judgements,
        ("judgements",),
        "What they found each time, oldest first, and what changed since (X3). 历次核验",
    )
    explanation: Explanation = derived(
        describe_line_amount, ("explanation",), "How the amount came about (X5). 金额说明"
    )
    claim: Annotated["Claim", strawberry.lazy("schema.claims.claim")] | None = one(
        models.ClaimLine.claim, "The claim that it is part of, for those who may see it. 补贴申报"
    )
    intern: Annotated["Intern", strawberry.lazy("schema.internship.intern")] | None = one(
        models.ClaimLine.intern, "For whom, where it is an intern. 见习人员"
    )
    roster_row: Annotated["RosterRow", strawberry.lazy("schema.rosters.roster")] | None = one(
        models.ClaimLine.roster_row, "The roster's row that it was made from (S11). 花名册明细"
    )
    trainee: Annotated["Trainee", strawberry.lazy("schema.training.trainee")] | None = one(
        models.ClaimLine.trainee, "The trainee whom it is for (S25). 学员"
    )
    reports: list[ClaimedReport] = many(
        models.ClaimedReport.line,
        "The reports that it stands on, at most one for each month (J23, J30). 所含月报",
        OLDEST,
    )
    account: Annotated["BankAccount", strawberry.lazy("schema.units.bank_account")] | None = one(
        models.ClaimLine.account,
        "Where it is paid to since a payment failed, if not where its claim is (X8). 更正后账户",
    )
    proposed_account: (
        Annotated["BankAccount", strawberry.lazy("schema.units.bank_account")] | None
    ) = one(
        models.ClaimLine.proposed_account,
        "Which account waits for an officer's confirmation (X8). 待确认账户",
    )
    proposed_payee_number_masked: str | None = column(
        "Which card of the person waits for a confirmation, masked (X8, X11). 待确认银行卡号"
    )
    follows: Annotated["ClaimLine", strawberry.lazy("schema.claims.claim")] | None = one(
        models.ClaimLine.follows,
        "The earlier line for the same thing, struck or failed before (X15). 前次明细",
    )
    supplements: Annotated["ClaimLine", strawberry.lazy("schema.claims.claim")] | None = one(
        models.ClaimLine.supplements, "The line that it pays the rest of (X20). 原明细"
    )
    supplemented_by: list[Annotated["ClaimLine", strawberry.lazy("schema.claims.claim")]] = many(
        models.ClaimLine.supplements,
        "Lines that pay the rest of it, one at a time (X20). 补发明细",
        OLDEST,
    )
    differences: list[
        Annotated["AmountDifference", strawberry.lazy("schema.policy.difference")]
    ] = many(
        models.AmountDifference.line,
        "What it would come to now, of which one at most is open (X20). 差额",
        OLDEST,
    )
    publicities: list[Annotated["PublicityLine", strawberry.lazy("schema.payment.publicity")]] = (
        many(
            models.PublicityLine.line,
            "When it was published, newest first, once for each review (S17). 公示",
        )
    )
    payments: list[Annotated["Payment", strawberry.lazy("schema.payment.disbursement")]] = many(
        models.Payment.line, "Attempts to pay it, newest first, one at a time (X8). 支付记录"
    )
    receipt_connection: Connection[
        Annotated["Receipt", strawberry.lazy("schema.payment.disbursement")]
    ] = page(
        models.Receipt.line,
        "What was said of its arrival. 到账确认",
        BY_AGE,
        order_type=RecordOrder,
    )
    receipts: list[Annotated["Receipt", strawberry.lazy("schema.payment.disbursement")]] = (
        deprecate_field(
            many(models.Receipt.line, "What was said of its arrival, newest first. 到账确认"),
            "receiptConnection",
        )
    )
    clawbacks: list[Annotated["Clawback", strawberry.lazy("schema.payment.clawback")]] = many(
        models.Clawback.line, "Proposals to claw it back, newest first, one at a time (X1). 追回"
    )
    other_benefits: list[OtherBenefit] = resolved_by(load_benefits_beside_line, CLAIM_REVIEWERS)
    history: Connection[History] = history(models.ClaimLine)
    possible_actions: list[PossibleAction] = resolved_by(load_line_actions, READERS)


@strawberry.interface(description="An application for a subsidy, whatever its kind. 补贴申报")
class Claim(Reviewed):
    """An application for a subsidy."""

    table = models.Claim

    business_number: str | None = column(
        "Its number, given when it was submitted first; to be said on the telephone (X26). 受理编号"
    )
    kind_of_claim: models.ClaimKind = column("What it is for. 补贴类型", "kind", known_as="kind")
    region: RegionCode = column(
        "Whose officers decide on it: the unit's region until it is submitted, from then on the "
        "place of insurance for hires and placements (S10, S13, X21). "
        "受理地区划（提交后，吸纳就业和就业服务类为参保地）"
    )
    amount: Money = column("The sum of its lines, in yuan. 金额（元）")
    public_until: Day | None = column("The last day of its last publicity (S18). 公示截止日期")
    publicity_at: datetime | None = column(
        "When it was published, or its publicity passed or failed, last (X9). 公示办理时间"
    )
    disbursed_at: datetime | None = column("When all of it was paid (X9). 发放完成时间")
    approved_amount: Money | None = column(
        "What was approved, whatever became of its lines since, in yuan (X8). 审批金额（元）"
    )
    parameters: list[UsedParameter] = derived(
        parse_used_parameters, ("parameters",), "The parameters that it used (X6). 所用政策参数"
    )
    unit: Annotated["Unit", strawberry.lazy("schema.units.unit")] = one(
        models.Claim.unit, "The unit that claims. 单位"
    )
    bank_account: Annotated["BankAccount", strawberry.lazy("schema.units.bank_account")] | None = (
        one(
            models.Claim.bank_account,
            "Where it is paid to (J32); null where each person is paid (S14). 银行账户",
        )
    )
    line_connection: Connection[ClaimLine] = page(
        models.ClaimLine.claim,
        "Person by person, in the order of their entry (X15). 补贴明细",
        (OLDEST, NEWEST),
        (LINE_STATE,),
        RecordOrder,
    )
    lines: list[ClaimLine] = deprecate_field(
        many(models.ClaimLine.claim, "Person by person (X15). 补贴明细", OLDEST), "lineConnection"
    )
    attachments: list[Attachment] = attachments(models.Claim)
    required_documents: list[RequiredDocument] = required_documents()
    history: Connection[History] = history(models.Claim)
    changes: list[FieldChangeType] = changes(models.Claim)
    possible_actions: list[PossibleAction] = derived(
        list_claim_actions,
        (
            *("status", "submitted_by", "kind", standing.LINES, standing.PAYABLE_KINDS),
            *(standing.ACCOUNTS, standing.PUBLICITY, standing.ATTENDED),
            *(DECLARED, DECLARED_OF_LINES),
            "barred_reviewers",
            *("approved_by", "reviewed_by", "publicity_by", "region"),
        ),
        "What the viewer may do next, and why not (X4). 可办操作",
        served=True,
        policed=True,
    )


@record_type("A claim for interns' living allowance (J29-J33). 生活费补贴")
class LivingAllowanceClaim(Claim):
    """A claim for interns' living allowance."""

    kind = models.ClaimKind.LIVING_ALLOWANCE

    month: YearMonth = column("Up to which month it claims (J30). 申领月份")


@record_type("A claim for mentoring interns (J34-J37). 带教补贴")
class MentoringClaim(Claim):
    """A claim for mentoring interns."""

    kind = models.ClaimKind.MENTORING

    year: int = column("For which year it claims (J36). 申请年度")


@record_type("A claim for hiring the unemployed (S4-S11). 一次性吸纳就业补贴")
class HiringClaim(Claim):
    """A claim for hiring the unemployed."""

    kind = models.ClaimKind.HIRING

    place: RegionCode | None = column("Where the hired are insured (S10). 单位参保地")


@record_type("An agency's claim for placing people (S12-S15). 就业创业服务补助")
class ServiceClaim(Claim):
    """An agency's claim for placing people."""

    kind = models.ClaimKind.SERVICE

    place: RegionCode | None = column("The place that the rosters name. 单位参保地")
    beneficiary: models.Beneficiary | None = column("Who is paid (S14). 补贴享受对象")


@record_type("A claim for training one's own staff (S20-S33). 培训补贴")
class TrainingClaim(Claim):
    """A claim for training one's own staff."""

    kind = models.ClaimKind.TRAINING

    place: RegionCode | None = column("The enterprise's region, which decides (X21). 企业所在地")
    course_code: str = column("The course, claimed for one class alone (S33). 培训项目代码")
    training_class: Annotated[
        "TrainingClass", strawberry.lazy("schema.training.training_class")
    ] = one(models.Claim.training_class, "The class whose trainees it is for (S25). 培训班")


CLAIM_TYPES = (LivingAllowanceClaim, MentoringClaim, HiringClaim, ServiceClaim, TrainingClaim)


ClaimPayload, ClaimResult, ClaimMutations = present_record_kind(RecordKind.CLAIM, Claim)

FoundClaimsPayload, FoundClaimsResult = build_answer(
    "FoundClaims",
    "claims",
    GenericAlias(list, (Claim,)),
    "The claims that were found, newest first, at most a hundred. 查询结果",
    "The claims. 补贴申报",
)

ClaimLinePayload, ClaimLineResult = answer_record(ClaimLine, "line", "补贴明细", "line")
