from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from rules.kernel.region import get_region_name
from rules.kernel.value import Day, RegionCode
from rules.payment.ad_hoc_actions import list_person_actions
from rules.units.person import get_birth_year, show_birth_date
from schema.kernel.answer import build_answer
from schema.kernel.binding import column, derived, page
from schema.kernel.connection import Connection
from schema.kernel.history import History, timeline
from schema.kernel.listing import BY_AGE, LINE_STATE, RecordOrder
from schema.kernel.node import Node, record_type
from schema.kernel.record import PossibleAction, bind_possible_actions

if TYPE_CHECKING:
    from schema.claims.claim import ClaimLine
    from schema.training.trainee import Trainee


@record_type("A natural person on file (J16). 人员")
class Person(Node):
    """A natural person on file."""

    table = models.Person

    name: str = column("Their name. 姓名")
    id_number_masked: str = column("Their ID number, masked (X11). 公民身份号码")
    mobile_masked: str | None = column("Their mobile, masked (X11). 手机号码")
    birth_year: int = derived(get_birth_year, ("birth_date",), "Their year of birth. 出生年份")
    birth_date: Day | None = derived(
        show_birth_date,
        ("birth_date", "id"),
        "Their date of birth, for themself alone (X11). 出生日期",
    )
    region: RegionCode = column("Where they live. 行政区划")
    region_name: str = derived(
        get_region_name, ("region",), "Where they live, in words. 行政区划名称"
    )
    education: models.Education | None = column("The highest schooling finished. 学历")
    school: str | None = column("Where they finished it. 毕业院校")
    graduated_on: Day | None = column("When they finished it. 毕业日期")
    completed_at: datetime | None = column(
        "When they completed their basic information (J16). 完善基本信息时间"
    )
    version: int = column("The version; a change must name it (X12). 版本")
    timeline: Connection[History] = timeline(
        models.History.person,
        "What happened in any unit's records about them, newest first (X9). 全部办理记录",
    )
    claim_lines: Connection[Annotated["ClaimLine", strawberry.lazy("schema.claims.claim")]] = page(
        models.ClaimLine.person,
        "What was claimed in their name, newest first; no drafts, for themself (J16). 本人补贴",
        BY_AGE,
        (LINE_STATE,),
        RecordOrder,
    )
    trainings: Connection[Annotated["Trainee", strawberry.lazy("schema.training.trainee")]] = page(
        models.Trainee.person,
        "The classes that they attend or attended, newest first (S21). 培训记录",
        BY_AGE,
        (),
        RecordOrder,
    )
    possible_actions: list[PossibleAction] = bind_possible_actions(
        "Person",
        list_person_actions,
        ("id",),
        "What the viewer may do next (X4). 可办操作",
    )


PersonPayload, PersonResult = build_answer(
    "Person", "person", Person, "The person on file. 人员", "The person. 人员"
)
