"""Changes that leave out what stays: only what is given changes.

What a reader sees masked need not be sent back, as forms leave out what nobody touched. `null`
takes away what may be empty, and is refused for what may not.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, dataclass, fields, replace
from typing import Any, Optional, TypeVar, dataclass_transform, get_type_hints

from strawberry import UNSET

from models import Base
from rules.kernel.refusal import Fault, Reason, build_refusal, refuse_if
from rules.kernel.text import to_camel_case

Shape = TypeVar("Shape")
Kept = Mapping[str, Callable[[], object]]
"""What fields say that a change leaves out, where no column of their name does."""
IDENTIFYING = frozenset({"id", "version"})
_NEVER_EMPTY = "never_empty"


@dataclass_transform(kw_only_default=True)
def change_in_part(*may_be_empty: str) -> Callable[[type[Shape]], type[Shape]]:
    """Make the shape of a change, of which all but the id and the version may be left out.

    `may_be_empty` are the fields that `null` empties. Others that have None as their default keep
    it: there no value says that it stays.
    """

    def decorate(cls: type[Shape]) -> type[Shape]:
        hints = get_type_hints(cls, include_extras=True)
        never_empty = set(getattr(cls, _NEVER_EMPTY, ()))
        for name in hints.keys() - IDENTIFYING:
            required = getattr(cls, name, MISSING) is MISSING
            if required or name in may_be_empty:
                hints[name] = Optional[hints[name]]  # noqa: UP045 - a type that is computed
                setattr(cls, name, UNSET)
                never_empty |= {name} - {*may_be_empty}
        cls.__annotations__ = hints
        setattr(cls, _NEVER_EMPTY, frozenset(never_empty))
        return dataclass(kw_only=True)(cls)

    return decorate


def list_clearable(shape: type) -> Collection[str]:
    """List the fields of a shape that `null` empties, where all may be left out."""
    return {each.name for each in fields(shape) if each.default is UNSET} - getattr(
        shape, _NEVER_EMPTY, frozenset()
    )


def is_change_in_part(shape: object) -> bool:
    """Return whether what a shape leaves out stays."""
    return hasattr(type(shape), _NEVER_EMPTY)


def find_empty_faults(shape: object, *path: str | int) -> list[Fault]:
    """List what a change empties that may not be empty."""
    names: frozenset[str] = getattr(type(shape), _NEVER_EMPTY, frozenset())
    return [
        Fault(Reason.VALUE_MISSING, (*path, to_camel_case(name)))
        for name in sorted(names)
        if getattr(shape, name) is None
    ]


def fill_in(shape: Shape, row: Base, otherwise: Kept | None = None) -> Shape:
    """Return a change with all that it left out as the row has it, or `otherwise` says it is.

    Nothing given is refused, and so is what is left out and was never there.
    """
    given: Any = shape
    known = {each.name: getattr(given, each.name) for each in fields(given)}
    kept = {each.name for each in fields(given) if known[each.name] is each.default}
    if known.keys() - kept <= IDENTIFYING:
        raise build_refusal(Reason.NOTHING_CHANGED)
    ways = otherwise or {}
    left_out = {
        name: ways[name]() if name in ways else getattr(row, name)
        for name, value in known.items()
        if value is UNSET
    }
    filled: Shape = replace(given, **left_out)
    refuse_if(find_empty_faults(filled))
    return filled
