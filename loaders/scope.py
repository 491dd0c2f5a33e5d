"""What a viewer may see, said once more as a filter, so that indexes help the policies."""

from datetime import date
from typing import Any
from uuid import UUID

from loaders.actor import NOWHERE, actor_of
from loaders.filter import Filter, Operator
from models import Base, Owner, PublicNotice, WorkItem
from rules.desk.work import kinds_of
from rules.kernel.viewer import Viewer

_OWN_COLUMN = {
    Owner.UNIT: "unit_id",
    Owner.HISTORY: "unit_id",
    Owner.CLAIM_LINE: "unit_id",
    Owner.PAYMENT: "unit_id",
    Owner.RECEIPT: "unit_id",
    Owner.UNIT_ITSELF: "id",
}
_OWN = {
    owner: Filter("own", None, column, Operator.IS, "") for owner, column in _OWN_COLUMN.items()
}
_IN_REGION = (
    *_OWN_COLUMN,
    Owner.PERSON,
    Owner.PERSON_ITSELF,
    Owner.APPEAL,
    Owner.NOTICE,
    Owner.ACCOUNT_ITSELF,
    Owner.GRANT,
    Owner.OVERSIGHT,
    Owner.OFFICE,
)
_OWN_OR_UNITS = (Owner.ACCOUNT_ITSELF, Owner.GRANT)
_UNITS = Filter("own", None, "unit_id", Operator.IS, "")
_ITSELF = Filter("own", None, "id", Operator.IS, "")
_MINE = Filter("own_steps", None, "account_id", Operator.IS, "")
_OF_ACCOUNT = (Owner.ACCOUNT, Owner.SESSION)
_ACCOUNT = Filter("own", None, "account_id", Operator.IS, "")
_OWN_KINDS = Filter("own_kinds", None, "kind", Operator.AMONG, "")
_SHOWN_BY = Filter("shown_by", None, "first_day", Operator.AT_MOST, "")
_SHOWN_STILL = Filter("shown_still", None, "shown_until", Operator.AT_LEAST, "")
_REGION = Filter("own_region", None, "region", Operator.WITHIN, "")
_DISTRICT = Filter("own_district", None, "region", Operator.IS, "")
"""Of a region with none below it the newest rows come straight from the index, unsorted."""


def scope(
    table: type[Base], viewer: Viewer, today: date, *, mine: bool = False
) -> tuple[tuple[Filter, Any], ...]:
    """Narrow a list to rows of the viewer's account, unit or region (X10); work to their kinds.

    What is published is for everybody, on the days on which it is shown (X7).
    """
    if table is PublicNotice:
        return ((_SHOWN_BY, today), (_SHOWN_STILL, today))
    if table is WorkItem:
        return (*_reach(table, viewer), (_OWN_KINDS, kinds_of(viewer)))
    reach = _reach(table, viewer)
    return (*reach, (_MINE, viewer.account_id)) if mine else reach


def _reach(table: type[Base], viewer: Viewer) -> tuple[tuple[Filter, Any], ...]:
    if table.owner in _OF_ACCOUNT and viewer.account_id is not None:
        return ((_ACCOUNT, viewer.account_id),)
    if table.owner in _OWN and viewer.unit_id is not None:
        return ((_OWN[table.owner], viewer.unit_id),)
    low, high = see = actor_of(viewer).see
    if table.owner in _IN_REGION and see != NOWHERE:
        return ((_DISTRICT if low == high else _REGION, viewer.region),)
    if table.owner in _OWN_OR_UNITS and viewer.account_id is not None:
        return _own_or_units(table, viewer.account_id, viewer.unit_id)
    return ()


def _own_or_units(
    table: type[Base], account_id: UUID, unit_id: UUID | None
) -> tuple[tuple[Filter, Any], ...]:
    """Narrow accounts to those of one's unit or one's own, and grants to one's own (S1)."""
    if table.owner is Owner.GRANT:
        return ((_ACCOUNT, account_id),)
    return ((_UNITS, unit_id),) if unit_id is not None else ((_ITSELF, account_id),)
