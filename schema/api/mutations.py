"""What clients may change, area by area."""

from typing import Any

import strawberry

from schema.accounts import mutations as accounts
from schema.claims import mutations as claims
from schema.desk import mutations as desk
from schema.facts import mutations as facts
from schema.files import mutations as files
from schema.internship import mutations as internship
from schema.payment import mutations as payment
from schema.policy import mutations as policy
from schema.rosters import mutations as rosters
from schema.training import mutations as training
from schema.units import mutations as units

AREAS = (
    accounts,
    claims,
    desk,
    facts,
    files,
    internship,
    payment,
    policy,
    rosters,
    training,
    units,
)
_PARTS = tuple(part for area in AREAS for part in area.MUTATIONS)

Mutation: Any = strawberry.type(
    type("Mutation", _PARTS, {"__doc__": "What clients may change."}),
    description="What clients may change. 办理",
)
