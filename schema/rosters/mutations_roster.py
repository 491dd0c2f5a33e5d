"""What clients may change of rosters (S10)."""

import strawberry

from resolvers.rosters import roster
from rules.kernel.function import Function
from schema.api.payload import UploadResult
from schema.files.attachment import UploadPayload
from schema.kernel.mutation import mutation
from schema.rosters.roster import FailedRowsPayload, FailedRowsResult, RosterPayload, RosterResult


@strawberry.type
class RosterMutations:
    """Rosters 人员花名册."""

    request_roster_upload: UploadResult = mutation(
        roster.request_roster_upload, UploadPayload, Function.FILE_ROSTERS
    )
    create_roster: RosterResult = mutation(
        roster.create_roster, RosterPayload, Function.FILE_ROSTERS
    )
    request_failed_rows: FailedRowsResult = mutation(
        roster.request_failed_rows, FailedRowsPayload, Function.FILE_ROSTERS
    )
