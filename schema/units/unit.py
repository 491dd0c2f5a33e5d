from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from rules.kernel.region import get_region_name
from rules.kernel.value import Day, RegionCode
from rules.units.unit import list_possible_actions, parse_former_names
from schema.kernel.answer import answer_record
from schema.kernel.binding import column, deprecate_field, derived, many, page
from schema.kernel.connection import Connection
from schema.kernel.history import History, timeline
from schema.kernel.listing import (
    ACTIVE,
    BY_AGE,
    BY_NAME,
    BY_REVIEW,
    CATEGORY,
    CLAIM_FILTERS,
    CLAIM_ORDERS,
    CLASS_FILTERS,
    CLASS_ORDERS,
    INTERN_NAME,
    INTERN_ORDERS,
    KIND,
    MONTH_FROM,
    MONTH_TO,
    POST_NAME,
    POST_ORDERS,
    QUALIFICATION_KIND,
    REPORT_ORDERS,
    STATUS,
    ClaimOrder,
    ClassOrder,
    InternOrder,
    MonthlyOrder,
    NamedOrder,
    PostOrder,
    RecordOrder,
    ReviewedOrder,
)
from schema.kernel.node import Node, record_type
from schema.kernel.record import PossibleAction, bind_possible_actions

if TYPE_CHECKING:
    from schema.accounts.account import Account
    from schema.claims.claim import Claim
    from schema.internship.change_request import ChangeRequest
    from schema.internship.declaration import Declaration
    from schema.internship.intern import Intern
    from schema.internship.monthly_report import MonthlyReport
    from schema.internship.post import Post
    from schema.training.training_class import TrainingClass
    from schema.units.bank_account import BankAccount
    from schema.units.qualification import Qualification


@strawberry.type(name="FormerName", description="A name that a unit had (J7). 曾用名")
class FormerNameType:
    """A name that a unit had."""

    name: str = column("The name. 名称")
    until: Day = column("On which day it got the next one. 变更日期")


@record_type("An employer or agency that takes part in the programmes. 单位")
class Unit(Node):
    """An employer or agency."""

    table = models.Unit

    name: str = column("Its name. 单位名称")
    former_names: list[FormerNameType] = derived(
        parse_former_names, ("former_names",), "Names that it had, the latest first (J7). 曾用名"
    )
    credit_code: str = column("Its unified social credit code. 统一社会信用代码")
    region: RegionCode = column("Where it is. 行政区划")
    region_name: str = derived(get_region_name, ("region",), "Where it is, in words. 行政区划名称")
    legal_person_type: models.LegalPersonType | None = column("What kind it is. 法人类型")
    legal_representative: str | None = column("Who represents it. 法定代表人")
    representative_id_masked: str | None = column(
        "The representative's ID number, masked (X11). 法定代表人证件号码"
    )
    representative_mobile_masked: str | None = column(
        "The representative's mobile, masked (X11). 法定代表人手机号码"
    )
    industry: str | None = column("What it does. 行业")
    address: str | None = column("Where to find it. 地址")
    employees: int | None = column("How many people it employs. 职工人数")
    contact_name: str | None = column("Whom to ask. 联系人")
    contact_mobile_masked: str | None = column("Their mobile, masked (X11). 联系电话")
    verified_at: datetime | None = column(
        "When an office found that it is who it claims to be; before, it writes drafts only (X18). "
        "核实时间"
    )
    version: int = column("Its version; a change must name it (X12). 版本")
    declaration_connection: Connection[
        Annotated["Declaration", strawberry.lazy("schema.internship.declaration")]
    ] = page(
        models.Declaration.unit,
        "Its declarations, of which one at most counts (J7). 就业见习申报",
        BY_REVIEW,
        (STATUS,),
        ReviewedOrder,
    )
    declarations: list[
        Annotated["Declaration", strawberry.lazy("schema.internship.declaration")]
    ] = deprecate_field(
        many(models.Declaration.unit, "Its declarations, newest first (J7). 就业见习申报"),
        "declarationConnection",
    )
    posts: Connection[Annotated["Post", strawberry.lazy("schema.internship.post")]] = page(
        models.Post.unit, "Its posts (J10). 岗位", POST_ORDERS, (STATUS, POST_NAME), PostOrder
    )
    interns: Connection[Annotated["Intern", strawberry.lazy("schema.internship.intern")]] = page(
        models.Intern.unit,
        "Its interns (J14). 见习人员",
        INTERN_ORDERS,
        (STATUS, INTERN_NAME, CATEGORY),
        InternOrder,
    )
    claims: Connection[Annotated["Claim", strawberry.lazy("schema.claims.claim")]] = page(
        models.Claim.unit,
        "Its claims. 补贴申报",
        CLAIM_ORDERS,
        (STATUS, KIND, *CLAIM_FILTERS),
        ClaimOrder,
    )
    change_requests: Connection[
        Annotated["ChangeRequest", strawberry.lazy("schema.internship.change_request")]
    ] = page(
        models.ChangeRequest.unit,
        "Requests to change what is approved (X16). 变更申请",
        BY_REVIEW,
        (STATUS,),
        ReviewedOrder,
    )
    qualifications: Connection[
        Annotated["Qualification", strawberry.lazy("schema.units.qualification")]
    ] = page(
        models.Qualification.unit,
        "What it is shown to be: its size, its licence (S4, S12). 单位资质",
        BY_REVIEW,
        (STATUS, QUALIFICATION_KIND),
        ReviewedOrder,
    )
    training_classes: Connection[
        Annotated["TrainingClass", strawberry.lazy("schema.training.training_class")]
    ] = page(
        models.TrainingClass.unit,
        "Its training classes, and so the courses that it trains its staff in (S20, S22). 培训班",
        CLASS_ORDERS,
        CLASS_FILTERS,
        ClassOrder,
    )
    bank_account_connection: Connection[
        Annotated["BankAccount", strawberry.lazy("schema.units.bank_account")]
    ] = page(
        models.BankAccount.unit, "Its bank accounts (J32). 银行账户", BY_AGE, order_type=RecordOrder
    )
    bank_accounts: list[Annotated["BankAccount", strawberry.lazy("schema.units.bank_account")]] = (
        deprecate_field(
            many(models.BankAccount.unit, "Its bank accounts, newest first (J32). 银行账户"),
            "bankAccountConnection",
        )
    )
    monthly_reports: Connection[
        Annotated["MonthlyReport", strawberry.lazy("schema.internship.monthly_report")]
    ] = page(
        models.MonthlyReport.unit,
        "Its monthly reports (J5, J26). 月报",
        REPORT_ORDERS,
        (STATUS, MONTH_FROM, MONTH_TO),
        MonthlyOrder,
    )
    accounts: Connection[Annotated["Account", strawberry.lazy("schema.accounts.account")]] = page(
        models.Account.unit,
        "Its accounts, as far as they are the viewer's to see: the legal person sees all "
        "operators, an operator only themself (J3). 法人账号和经办人账号",
        BY_NAME,
        (ACTIVE,),
        NamedOrder,
    )
    timeline: Connection[History] = timeline(
        models.History.unit, "Everything that happened, newest first (X9). 全部办理记录"
    )
    possible_actions: list[PossibleAction] = bind_possible_actions(
        "Unit",
        list_possible_actions,
        ("verified_at", "region"),
        "What the viewer may do next (X4). 可办操作",
    )


UnitPayload, UnitResult = answer_record(Unit, "unit", "单位", "unit")
