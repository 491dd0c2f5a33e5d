from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from rules.kernel.explanation import describe_line_amount
from rules.kernel.record_kind import RecordKind
from rules.kernel.value import Day, Money, RegionCode
from rules.kernel.workflow import bar_participants
from rules.payment.clawback import list_possible_actions
from schema.internship.reduction import Reduction
from schema.kernel.binding import column, derived, one
from schema.kernel.connection import Connection
from schema.kernel.explanation import Explanation
from schema.kernel.history import FieldChangeType, History, changes, history
from schema.kernel.node import record_type
from schema.kernel.record import PossibleAction, Reviewed, bind_possible_actions
from schema.kernel.record_kind import present_record_kind

if TYPE_CHECKING:
    from schema.claims.claim import ClaimLine
    from schema.units.unit import Unit


@record_type("A proposal to claw back what a line was paid, for another to confirm (X1, X2). 追回")
class Clawback(Reviewed):
    """A proposal to claw back what a line was paid."""

    table = models.Clawback

    region: RegionCode = column("Where its claim is decided (X21). 受理地区划")
    amount: Money = column("What is to be clawed back, in yuan. 追回金额（元）")
    cause: str = column("Why. 追回原因")
    explanation: Explanation = derived(
        describe_line_amount, ("explanation",), "How the amount came about (X5). 金额说明"
    )
    recovered: Money = column("What came back of it, in yuan (X8). 已收回金额（元）")
    recovered_on: Day | None = column("When the last of it came back (X8). 收回日期")
    recovery_reference: str | None = column("Under which number of the bank's. 收款流水号")
    unit: Annotated["Unit", strawberry.lazy("schema.units.unit")] = one(
        models.Clawback.unit, "The unit that was paid. 单位"
    )
    line: Annotated["ClaimLine", strawberry.lazy("schema.claims.claim")] = one(
        models.Clawback.line, "The line that was paid. 补贴明细"
    )
    reduction: Reduction | None = one(
        models.Clawback.reduction, "The reduction that it follows from (J39). 减员申请"
    )
    history: Connection[History] = history(models.Clawback)
    changes: list[FieldChangeType] = changes(models.Clawback)
    possible_actions: list[PossibleAction] = bind_possible_actions(
        RecordKind.CLAWBACK,
        bar_participants(RecordKind.CLAWBACK, list_possible_actions),
        ("status", "submitted_by", "amount", "recovered", "barred_reviewers"),
        "What the viewer may do next, and why not (X4). 可办操作",
    )


ClawbackPayload, ClawbackResult, ClawbackMutations = present_record_kind(
    RecordKind.CLAWBACK, Clawback
)
