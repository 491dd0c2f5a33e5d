"""What clients may change of rosters."""

import strawberry

from resolvers.hiring.hire_entry import add_roster_person
from resolvers.rosters import roster
from rules.kernel.function import Function
from schema.files.attachment import UploadPayload, UploadResult
from schema.kernel.mutation import mutation
from schema.rosters.roster import (
    FailedRowsPayload,
    FailedRowsResult,
    RosterPayload,
    RosterResult,
    RosterRowPayload,
    RosterRowResult,
)


@strawberry.type
class RostersMutations:
    """What clients may change of rosters."""

    request_roster_upload: UploadResult = mutation(
        roster.request_roster_upload, UploadPayload, Function.FILE_ROSTERS
    )
    create_roster: RosterResult = mutation(
        roster.create_roster, RosterPayload, Function.FILE_ROSTERS
    )
    add_roster_person: RosterRowResult = mutation(
        add_roster_person, RosterRowPayload, Function.FILE_ROSTERS
    )
    withdraw_roster: RosterResult = mutation(
        roster.withdraw_roster, RosterPayload, Function.FILE_ROSTERS
    )
    request_failed_rows: FailedRowsResult = mutation(
        roster.request_failed_rows, FailedRowsPayload, Function.FILE_ROSTERS
    )


MUTATIONS = (RostersMutations,)
