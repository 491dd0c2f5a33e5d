from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from rules.value import Day, RegionCode
from rules.workflow import RecordKind, actions_of
from schema.binding import column, derived, many, one
from schema.connection import Connection
from schema.history import FieldChangeType, History, changes, history
from schema.listing import FROM, OLDEST_MONTH, TO
from schema.node import Node, record
from schema.record import PossibleAction, Reviewed

if TYPE_CHECKING:
    from schema.monthly_report import MonthlyReport
    from schema.person import Person
    from schema.post import Post
    from schema.unit import Unit


@record("A person who does an internship in a unit (J14). 见习人员")
class Intern(Node, Reviewed):
    """A person who does an internship."""

    table = models.Intern

    name: str = column("Their name. 姓名")
    id_number_masked: str = column("Their ID number, masked (X11). 公民身份号码")
    region: RegionCode = column("The unit's region. 行政区划")
    category: models.InternCategory = column("Which group they belong to (J17). 人员类型")
    agreed_on: Day = column("When the internship agreement was signed (J17). 协议签订日期")
    starts_on: Day = column("The first day. 见习开始日期")
    ends_on: Day = column("The planned last day. 计划结束日期")
    ended_on: Day | None = column("The last day, once it has ended. 实际结束日期")
    unit: Annotated["Unit", strawberry.lazy("schema.unit")] = one(
        models.Intern.unit, "The unit that hosts them. 单位"
    )
    post: Annotated["Post", strawberry.lazy("schema.post")] = one(
        models.Intern.post, "Where they work. 岗位"
    )
    person: Annotated["Person", strawberry.lazy("schema.person")] | None = one(
        models.Intern.person, "The person on file, for those who may see it. 人员"
    )
    monthly_reports: list[Annotated["MonthlyReport", strawberry.lazy("schema.monthly_report")]] = (
        many(
            models.MonthlyReport.intern, "Month by month (J24, J26). 月报", OLDEST_MONTH, (FROM, TO)
        )
    )
    history: Connection[History] = history(models.History.intern)
    changes: list[FieldChangeType] = changes(models.History.intern)
    possible_actions: list[PossibleAction] = derived(
        actions_of(RecordKind.INTERN),
        ("status", "submitted_by"),
        "What the viewer may do next, and why not (X4). 可办操作",
    )
