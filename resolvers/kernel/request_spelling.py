"""How a request is spelled, so that it is known again under its key (X12)."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from orjson import OPT_SORT_KEYS, dumps
from strawberry import UNSET

from resolvers.kernel.partial_change import is_change_in_part

LATER_FIELDS: Mapping[str, frozenset[str]] = {
    "BankAccountChange": frozenset({"account_name"}),
    "Credentials": frozenset({"device_token"}),
    "DeclarationFigures": frozenset({"staff"}),
    "LineFilter": frozenset({"month_from", "month_to"}),
    "LineReadmission": frozenset({"reason"}),
    "PublicityFailure": frozenset({"of_their_own"}),
    "ReviewFilter": frozenset({"month_from", "month_to", "created_from", "created_to"}),
    "RosterClaimChange": frozenset({"row_ids", "left_out_row_ids"}),
    "RosterClaimDraft": frozenset({"row_ids", "left_out_row_ids"}),
    "UnitStanding": frozenset({"name"}),
}
"""What 0.1.0's inputs did not have yet and may be left out, by input.

A request of 0.1.0 that is sent again is known by this until its key is forgotten.
"""


def spell_request(given: Mapping[str, object]) -> str:
    """Spell what a client asks for."""
    return _dump(_to_plain_value(given, as_released=False))


def spell_request_as_released(given: Mapping[str, object]) -> str:
    """Spell it as 0.1.0 did: null is what a change leaves out, and later fields are not there."""
    return _dump(_to_plain_value(given, as_released=True))


def _dump(plain: object) -> str:
    return dumps(plain, option=OPT_SORT_KEYS).decode()


def _to_plain_value(value: object, *, as_released: bool) -> object:
    def spell(part: object) -> object:
        return _to_plain_value(part, as_released=as_released)

    match value:
        case Mapping():
            return {name: spell(part) for name, part in value.items()}
        case list():
            return [spell(part) for part in value]
        case _ if is_dataclass(value):
            known = _list_released_parts(value) if as_released else _list_parts(value)
            return {name: spell(part) for name, part in known}
        case None | bool() | int():
            return value
        case _:
            return str(value)


def _list_parts(shape: object) -> Iterator[tuple[str, object]]:
    whole: Any = shape
    return ((each.name, getattr(whole, each.name)) for each in fields(whole))


def _list_released_parts(shape: object) -> Iterator[tuple[str, object]]:
    """List what a shape said in 0.1.0, and null for what a change left out."""
    whole: Any = shape
    later = LATER_FIELDS.get(type(shape).__name__, frozenset())
    unsaid = {each.name for each in fields(whole) if getattr(whole, each.name) is each.default}
    in_part = is_change_in_part(shape)
    for name, part in _list_parts(shape):
        if name not in later & unsaid:
            yield name, None if in_part and part is UNSET else part
