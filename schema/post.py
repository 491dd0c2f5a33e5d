from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from rules.value import Money, RegionCode
from rules.workflow import RecordKind, actions_of
from schema.binding import column, derived, one, page
from schema.connection import Connection
from schema.history import FieldChangeType, History, changes, history
from schema.listing import BY_NAME, CATEGORY, NAME, STATUS, NamedOrder
from schema.node import Node, record
from schema.record import PossibleAction, Reviewed

if TYPE_CHECKING:
    from schema.intern import Intern
    from schema.unit import Unit


@record("A place at which a unit takes interns (J10). 岗位")
class Post(Node, Reviewed):
    """A place at which a unit takes interns."""

    table = models.Post

    name: str = column("Its name, unique in the unit (J11). 岗位名称")
    region: RegionCode = column("The unit's region. 行政区划")
    headcount: int = column("How many interns it takes. 招收人数")
    monthly_wage: Money = column("What it pays a month, in yuan. 月工资（元）")
    workplace: str = column("Where the work is. 工作地点")
    duties: str = column("What the work is. 岗位职责")
    unit: Annotated["Unit", strawberry.lazy("schema.unit")] = one(
        models.Post.unit, "The unit that offers it. 单位"
    )
    interns: Connection[Annotated["Intern", strawberry.lazy("schema.intern")]] = page(
        models.Intern.post, "Its interns. 见习人员", BY_NAME, (STATUS, NAME, CATEGORY), NamedOrder
    )
    history: Connection[History] = history(models.History.post)
    changes: list[FieldChangeType] = changes(models.History.post)
    possible_actions: list[PossibleAction] = derived(
        actions_of(RecordKind.POST),
        ("status", "submitted_by"),
        "What the viewer may do next, and why not (X4). 可办操作",
    )
