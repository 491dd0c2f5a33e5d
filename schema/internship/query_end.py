"""What clients may read of what ends, is clawed back, or is to change."""

import strawberry

import models
from schema.internship.change_request import ChangeRequest
from schema.internship.reduction import Reduction
from schema.kernel.binding import top
from schema.kernel.connection import Connection
from schema.kernel.listing import BY_AGE, REGION, STATUS, RecordOrder, among
from schema.kernel.node import READERS
from schema.payment.clawback import Clawback

_LISTED = (STATUS, REGION)
_ABOUT = among("record", models.ChangeableKind, "About one of these kinds. 变更对象")


@strawberry.type
class EndQuery:
    """What clients may read of what ends."""

    reductions: Connection[Reduction] = top(
        models.Reduction,
        "Reductions (J5, J19). 减员申请列表",
        READERS,
        BY_AGE,
        _LISTED,
        RecordOrder,
    )
    clawbacks: Connection[Clawback] = top(
        models.Clawback, "Clawbacks (J5, X1). 追回列表", READERS, BY_AGE, _LISTED, RecordOrder
    )
    change_requests: Connection[ChangeRequest] = top(
        models.ChangeRequest,
        "Change requests (J5, X16). 变更申请列表",
        READERS,
        BY_AGE,
        (*_LISTED, _ABOUT),
        RecordOrder,
    )
