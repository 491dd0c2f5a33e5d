"""What clients may read of rosters (S10)."""

from typing import Annotated

import strawberry

import models
from resolvers.kernel.context import Info
from resolvers.rosters.roster_paper import template_link
from rules.kernel.function import Function
from rules.kernel.refusal import refuse_if
from rules.rosters.roster import beneficiary_faults
from schema.kernel.binding import resolved_by, top
from schema.kernel.connection import Connection
from schema.kernel.listing import BY_AGE, REGION, RecordOrder, among
from schema.kernel.node import READERS
from schema.rosters.roster import Roster, RosterTemplate

_KIND = among("kind", models.RosterKind, "One of these kinds. 花名册类型")
_STATE = among("state", models.RosterState, "One of these states. 校验状态")
_WHAT = strawberry.argument(description="For what the persons are to be claimed. 花名册类型")
_WHO = strawberry.argument(description="Who is to be paid, where it is asked (S14). 补贴享受对象")


async def roster_template(
    info: Info,
    kind: Annotated[models.RosterKind, _WHAT],
    beneficiary: Annotated[models.Beneficiary | None, _WHO] = None,
) -> RosterTemplate:
    """Give the empty template of a kind of roster, to be filled in (S10). 下载人员模板."""
    refuse_if(beneficiary_faults(kind, beneficiary))
    context = info.context
    return RosterTemplate(
        url=template_link(kind, beneficiary, viewer=context.viewer, service=context.service)
    )


@strawberry.type
class RosterQuery:
    """What clients may read of rosters."""

    rosters: Connection[Roster] = top(
        models.Roster,
        "Rosters (S10). 人员花名册列表",
        READERS,
        BY_AGE,
        (_KIND, _STATE, REGION),
        RecordOrder,
    )
    roster_template: RosterTemplate = resolved_by(
        roster_template, frozenset({Function.FILE_ROSTERS})
    )
