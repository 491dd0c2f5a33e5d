"""What clients may read of rosters."""

from typing import Annotated

import strawberry

import models
from resolvers.kernel.context import Info
from resolvers.rosters.roster_templates import sign_template_url
from rules.kernel.function import Function
from rules.kernel.refusal import refuse_if
from rules.rosters.roster import find_beneficiary_faults
from schema.kernel.binding import resolved_by, root_connection
from schema.kernel.connection import Connection
from schema.kernel.listing import BY_AGE, REGION, RecordOrder, filter_by_values
from schema.kernel.permission import READERS, RootQueries
from schema.rosters.roster import Roster, RosterTemplate

_KIND = filter_by_values("kind", models.RosterKind, "One of these kinds. 花名册类型")
_STATE = filter_by_values("state", models.RosterState, "One of these states. 校验状态")
_KIND_ARGUMENT = strawberry.argument(
    description="For what the persons are to be claimed. 花名册类型"
)
_BENEFICIARY_ARGUMENT = strawberry.argument(
    description="Who is to be paid, where it is asked (S14). 补贴享受对象"
)


async def roster_template(
    info: Info,
    kind: Annotated[models.RosterKind, _KIND_ARGUMENT],
    beneficiary: Annotated[models.Beneficiary | None, _BENEFICIARY_ARGUMENT] = None,
) -> RosterTemplate:
    """Give the empty template of a kind of roster, to be filled in (S10). 下载人员模板."""
    refuse_if(find_beneficiary_faults(kind, beneficiary))
    context = info.context
    return RosterTemplate(
        url=sign_template_url(kind, beneficiary, viewer=context.viewer, service=context.service)
    )


@strawberry.type
class RostersQueries(RootQueries):
    """What clients may read of rosters."""

    rosters: Connection[Roster] = root_connection(
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
