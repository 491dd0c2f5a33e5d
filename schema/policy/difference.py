from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from rules.kernel.explanation import describe_line_amount
from rules.kernel.value import Money, RegionCode
from rules.policy.difference import Settlement, choose_settlement, compute_difference
from schema.claims.claim import Claim, ClaimLine
from schema.kernel.binding import column, derived, one, root_connection
from schema.kernel.connection import Connection
from schema.kernel.explanation import Explanation
from schema.kernel.history import History, history
from schema.kernel.listing import BY_AGE, REGION, RecordOrder, filter_by_values
from schema.kernel.mutation import build_result_union
from schema.kernel.node import Node, record_type
from schema.kernel.permission import READERS, RootQueries
from schema.payment.clawback import Clawback
from schema.policy.parameter import Parameter

if TYPE_CHECKING:
    from schema.units.unit import Unit

_STATE = filter_by_values("state", models.DifferenceState, "One of these states. 处理状态")
_AMOUNT_COLUMNS = ("granted", "due")


@record_type("What an approved line would come to by a back-dated parameter (X20). 差额")
class AmountDifference(Node):
    """What an approved line would come to by a back-dated parameter."""

    table = models.AmountDifference

    region: RegionCode = column("Where its claim is decided (X21). 受理地区划")
    granted: Money = column("What the line and its supplements come to, in yuan. 已核定金额（元）")
    due: Money = column("What they should come to, in yuan. 应发金额（元）")
    gap: Money = derived(
        compute_difference, _AMOUNT_COLUMNS, "Due less granted, in yuan. 差额（元）"
    )
    settlement: Settlement = derived(
        choose_settlement, _AMOUNT_COLUMNS, "What it calls for. 处理方式"
    )
    state: models.DifferenceState = column("What became of it. 处理状态")
    version: int = column("Its version; a change must name it (X12). 版本")
    explanation: Explanation = derived(
        describe_line_amount, ("explanation",), "How the difference comes about (X5). 差额说明"
    )
    unit: Annotated["Unit", strawberry.lazy("schema.units.unit")] = one(
        models.AmountDifference.unit, "The unit that claimed. 单位"
    )
    line: ClaimLine = one(models.AmountDifference.line, "The line that stands. 原明细")
    parameter: Parameter = one(
        models.AmountDifference.parameter, "The parameter that showed it. 政策参数"
    )
    supplement: ClaimLine | None = one(
        models.AmountDifference.supplement, "The line that pays the rest. 补发明细"
    )
    clawback: Clawback | None = one(
        models.AmountDifference.clawback, "The clawback that was proposed. 追回"
    )
    history: Connection[History] = history(models.AmountDifference)


@strawberry.type(description="The supplementary claims that were made. 补发申报")
class SupplementsPayload:
    """The supplementary claims that were made."""

    claims: list[Claim] = column("The claims, for another officer to review. 补贴申报")


@strawberry.type(description="The clawbacks that were proposed, in the order of the input. 追回")
class ClawbacksPayload:
    """The clawbacks that were proposed."""

    clawbacks: list[Clawback] = column("The clawbacks. 追回")


SupplementsResult = build_result_union(SupplementsPayload, "SupplementsResult")
ClawbacksResult = build_result_union(ClawbacksPayload, "ClawbacksResult")


@strawberry.type
class DifferenceQuery(RootQueries):
    """What clients may read of differences."""

    amount_differences: Connection[AmountDifference] = root_connection(
        models.AmountDifference,
        "What approved lines would come to by back-dated parameters (X20). 差额列表",
        READERS,
        BY_AGE,
        (_STATE, REGION),
        RecordOrder,
    )
