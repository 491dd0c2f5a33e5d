"""What a viewer may see, said once more as a filter, so that indexes help the policies."""

from datetime import date
from typing import Any
from uuid import UUID

from loaders.actor import NO_REGIONS, Actor, build_actor
from loaders.filter import Filter, Operator
from models import Base, Owner, PublicNotice, ReadBy, WorkItem
from rules.desk.work import list_decidable_kinds, may_see_work
from rules.kernel.viewer import Viewer

_UNIT_COLUMNS = {
    Owner.UNIT: "unit_id",
    Owner.HISTORY: "unit_id",
    Owner.CLAIM_LINE: "unit_id",
    Owner.PAYMENT: "unit_id",
    Owner.RECEIPT: "unit_id",
    Owner.UNIT_ITSELF: "id",
}
_UNIT_FILTERS = {
    owner: Filter(name="own", type=None, column=column, operator=Operator.IS, description="")
    for owner, column in _UNIT_COLUMNS.items()
}
_REGIONAL_OWNERS = (
    *_UNIT_COLUMNS,
    Owner.PERSON,
    Owner.PERSON_ITSELF,
    Owner.APPEAL,
    Owner.NOTICE,
    Owner.ACCOUNT_ITSELF,
    Owner.GRANT,
    Owner.OVERSIGHT,
    Owner.OFFICE,
)
_ACCOUNT_OR_UNIT_OWNERS = (Owner.ACCOUNT_ITSELF, Owner.GRANT)
_UNIT_FILTER = Filter(name="own", type=None, column="unit_id", operator=Operator.IS, description="")
_ACCOUNT_ITSELF_FILTER = Filter(
    name="own", type=None, column="id", operator=Operator.IS, description=""
)
_OWN_STEPS_FILTER = Filter(
    name="own_steps", type=None, column="account_id", operator=Operator.IS, description=""
)
_ACCOUNT_OWNERS = (Owner.ACCOUNT, Owner.ACCOUNT_SECRET, Owner.SESSION)
_ACCOUNT_FILTER = Filter(
    name="own", type=None, column="account_id", operator=Operator.IS, description=""
)
_KINDS_FILTER = Filter(
    name="own_kinds", type=None, column="kind", operator=Operator.AMONG, description=""
)
_SHOWN_SINCE_FILTER = Filter(
    name="shown_by", type=None, column="first_day", operator=Operator.AT_MOST, description=""
)
_SHOWN_UNTIL_FILTER = Filter(
    name="shown_still", type=None, column="shown_until", operator=Operator.AT_LEAST, description=""
)
_REGION_FILTER = Filter(
    name="own_region", type=None, column="region", operator=Operator.WITHIN, description=""
)
_NO_REGION_FILTER = Filter(
    name="no_region", type=None, column="region", operator=Operator.IS, description=""
)
_DISTRICT_FILTER = Filter(
    name="own_district", type=None, column="region", operator=Operator.IS, description=""
)
"""Of a region with none below it the newest rows come straight from the index, unsorted."""


def build_scope_filters(
    table: type[Base], viewer: Viewer, today: date, *, mine: bool = False
) -> tuple[tuple[Filter, Any], ...]:
    """Narrow a list to rows of the viewer's account, unit or region (X10); work to their kinds.

    What is published is for everybody, on the days on which it is shown (X7).
    """
    if table is PublicNotice:
        return ((_SHOWN_SINCE_FILTER, today), (_SHOWN_UNTIL_FILTER, today))
    if table is WorkItem:
        return (*_build_reach_filters(table, viewer), (_KINDS_FILTER, list_decidable_kinds(viewer)))
    reach = _build_reach_filters(table, viewer)
    return (*reach, (_OWN_STEPS_FILTER, viewer.account_id)) if mine else reach


def is_within_scope(row: Base, viewer: Viewer) -> bool:
    """Return whether a row that the viewer sees is also in their list of such rows.

    Work is not, where they decide on no such record (S1).
    """
    return not isinstance(row, WorkItem) or may_see_work(row.kind, viewer)


def _build_reach_filters(table: type[Base], viewer: Viewer) -> tuple[tuple[Filter, Any], ...]:
    if table.owner in _ACCOUNT_OWNERS and viewer.account_id is not None:
        return ((_ACCOUNT_FILTER, viewer.account_id),)
    if table.owner in _UNIT_FILTERS and viewer.unit_id is not None:
        return ((_UNIT_FILTERS[table.owner], viewer.unit_id),)
    actor = build_actor(viewer)
    low, high = see = actor.see
    own_alone = table.owner in _ACCOUNT_OR_UNIT_OWNERS and not list_ways(table, actor)
    if table.owner in _REGIONAL_OWNERS and see != NO_REGIONS and not own_alone:
        region = (_DISTRICT_FILTER if low == high else _REGION_FILTER, viewer.region)
        return (region, *_build_reading_filters(table, actor))
    if table.owner in _ACCOUNT_OR_UNIT_OWNERS and viewer.account_id is not None:
        return _build_account_filters(table, viewer.account_id, viewer.unit_id)
    return ()


def list_ways(table: type[Base], actor: Actor) -> list[ReadBy]:
    """List in which ways an actor sees rows of a table that takes readings (section 5)."""
    return [way for way in table.read_by if way.reading is None or way.reading in actor.reads]


def is_narrowed(table: type[Base], actor: Actor) -> bool:
    """Return whether an actor's functions open no more than a part of a table's rows."""
    ways = list_ways(table, actor)
    return bool(table.read_by) and not any(way.is_whole for way in ways)


def _build_reading_filters(table: type[Base], actor: Actor) -> tuple[tuple[Filter, Any], ...]:
    """Narrow a list to what one's functions open: to none, or to some values of one column."""
    ways = list_ways(table, actor)
    if not is_narrowed(table, actor):
        return ()
    if not ways:
        return ((_NO_REGION_FILTER, ""),)
    if len({way.column for way in ways}) > 1 or any(way.through for way in ways):
        return ()
    column, values = ways[0].column or "", [value for way in ways for value in way.among]
    opened = Filter(
        name="opened", type=None, column=column, operator=Operator.AMONG, description=""
    )
    return ((opened, tuple(dict.fromkeys(values))),)


def _build_account_filters(
    table: type[Base], account_id: UUID, unit_id: UUID | None
) -> tuple[tuple[Filter, Any], ...]:
    """Narrow accounts to those of one's unit or one's own, and grants to one's own (S1)."""
    if table.owner is Owner.GRANT:
        return ((_ACCOUNT_FILTER, account_id),)
    return (
        ((_UNIT_FILTER, unit_id),)
        if unit_id is not None
        else ((_ACCOUNT_ITSELF_FILTER, account_id),)
    )
