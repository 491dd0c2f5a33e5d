"""What a viewer may see, said once more as a filter, so that indexes help the policies."""

from typing import Any

from loaders.actor import NOWHERE, actor_of
from loaders.filter import Filter, Operator
from models import Base, Owner, WorkItem
from rules.viewer import Viewer
from rules.work import kinds_of

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
_IN_REGION = (*_OWN_COLUMN, Owner.PERSON, Owner.PERSON_ITSELF, Owner.APPEAL, Owner.OFFICE)
_OF_ACCOUNT = (Owner.ACCOUNT, Owner.SESSION)
_ACCOUNT = Filter("own", None, "account_id", Operator.IS, "")
_OWN_KINDS = Filter("own_kinds", None, "kind", Operator.AMONG, "")
_REGION = Filter("own_region", None, "region", Operator.WITHIN, "")
_DISTRICT = Filter("own_district", None, "region", Operator.IS, "")
"""Of a region with none below it the newest rows come straight from the index, unsorted."""


def scope(table: type[Base], viewer: Viewer) -> tuple[tuple[Filter, Any], ...]:
    """Narrow a list to rows of the viewer's account, unit or region (X10); work to their kinds."""
    if table is WorkItem:
        return (*_reach(table, viewer), (_OWN_KINDS, kinds_of(viewer)))
    return _reach(table, viewer)


def _reach(table: type[Base], viewer: Viewer) -> tuple[tuple[Filter, Any], ...]:
    if table.owner in _OF_ACCOUNT and viewer.account_id is not None:
        return ((_ACCOUNT, viewer.account_id),)
    if table.owner in _OWN and viewer.unit_id is not None:
        return ((_OWN[table.owner], viewer.unit_id),)
    low, high = see = actor_of(viewer).see
    if table.owner in _IN_REGION and see != NOWHERE:
        return ((_DISTRICT if low == high else _REGION, viewer.region),)
    return ()
