"""What officers do to publish and to settle, and what anybody does to object (S17, S18, X7)."""

import strawberry

from resolvers.payment import objection, publicity, publicity_result
from resolvers.payment.calendar_year import enter_calendar_year
from rules.kernel.function import Function
from schema.api import input  # noqa: F401 - the inputs enter with their descriptions
from schema.kernel.mutation import anonymous_mutation, mutation
from schema.payment import publicity_payload as payload


@strawberry.type
class PublicityMutations:
    """What is done about publicities."""

    publish_lines: payload.LinesResult = mutation(
        publicity.publish_lines, payload.LinesPayload, Function.PUBLISH_CLAIMS
    )
    pass_publicity: payload.LinesResult = mutation(
        publicity_result.pass_publicity, payload.LinesPayload, Function.PUBLISH_CLAIMS
    )
    fail_publicity: payload.LinesResult = mutation(
        publicity_result.fail_publicity, payload.LinesPayload, Function.PUBLISH_CLAIMS
    )
    lodge_objection: payload.LodgedObjectionResult = anonymous_mutation(
        objection.lodge_objection, payload.build_lodged_payload
    )
    look_up_objection: payload.ObjectionStandingResult = anonymous_mutation(
        objection.look_up_objection, payload.build_standing_payload
    )
    settle_objection: payload.ObjectionResult = mutation(
        objection.settle_objection, payload.ObjectionPayload, Function.SETTLE_OBJECTIONS
    )
    enter_calendar_year: payload.CalendarYearResult = mutation(
        enter_calendar_year, payload.CalendarYearPayload, Function.MAINTAIN_CALENDAR
    )
