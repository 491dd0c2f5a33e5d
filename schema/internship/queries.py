"""What clients may read of reductions and change requests."""

import strawberry

import models
from schema.internship.change_request import ChangeRequest
from schema.internship.reduction import Reduction
from schema.kernel.binding import root_connection
from schema.kernel.connection import Connection
from schema.kernel.listing import BY_AGE, REGION, STATUS, RecordOrder, filter_by_values
from schema.kernel.node import READERS

_COMMON_FILTERS = (STATUS, REGION)
_RECORD_KIND = filter_by_values(
    "record", models.ChangeableKind, "About one of these kinds. 变更对象"
)


@strawberry.type
class InternshipQueries:
    """What clients may read of what ends."""

    reductions: Connection[Reduction] = root_connection(
        models.Reduction,
        "Reductions (J5, J19). 减员申请列表",
        READERS,
        BY_AGE,
        _COMMON_FILTERS,
        RecordOrder,
    )
    change_requests: Connection[ChangeRequest] = root_connection(
        models.ChangeRequest,
        "Change requests (J5, X16). 变更申请列表",
        READERS,
        BY_AGE,
        (*_COMMON_FILTERS, _RECORD_KIND),
        RecordOrder,
    )
