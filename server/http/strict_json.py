"""JSON as strict as a public door needs it: no duplicates, no huge numbers, no deep nesting."""

import json
from typing import NoReturn, TypeAlias

import orjson

from server.http.limits import SIGNED_IN, Limits

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class BadJson(ValueError):
    """Say in one sentence, without quoting the text, why it is not acceptable JSON."""


class TooMuchJson(BadJson):
    """Say which bound of `Limits` the JSON is beyond."""

    def __init__(self, name: str, bound: int, given: int) -> None:
        super().__init__(f"more than {bound}: {name}")
        self.name, self.bound, self.given = name, bound, given


def read_json(raw: bytes, limits: Limits = SIGNED_IN, digits: int = 100) -> Json:
    """Parse UTF-8 JSON within the limits, integers at most so many digits long.

    Raises BadJson for anything else. C counts first: what is refused is walked no further.
    """
    try:
        loose: Json = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise BadJson(f"invalid JSON or UTF-8 at character {error.pos}") from None
    counted = _estimate_values(raw)
    if counted > limits.json_values:
        counted = _count_values(loose, limits.json_values)
    if counted > limits.json_values:
        raise TooMuchJson("json_values", limits.json_values, counted)
    _refuse_deep(loose, limits.json_depth)
    if b"\\u0000" not in raw and orjson.dumps(loose) == raw:
        # Written as it was read: so nothing was read twice, rounded or left out.
        return loose

    def integer(text: str) -> int:
        if len(text.lstrip("-")) > digits:
            raise BadJson(f"an integer has more than {digits} digits")
        return int(text)

    exact: Json = json.loads(
        raw, object_pairs_hook=_build_members, parse_int=integer, parse_constant=_refuse_constant
    )
    if b"\\u0000" in raw:
        _refuse_nul(exact)
    return exact


def _build_members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise BadJson("a member occurs twice in an object")
    return members


def _refuse_constant(_text: str) -> NoReturn:
    raise BadJson("NaN and Infinity are not JSON")


def _list_children(value: Json) -> list[Json]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _estimate_values(raw: bytes) -> int:
    """Return at least how many values there are: signs in strings are counted as well."""
    return 1 + sum(map(raw.count, (b"[", b"{", b",")))


def _count_values(value: Json, most: int) -> int:
    """Count the values, and stop beyond the most."""
    level, counted = [value], 1
    while level and counted <= most:
        children = _list_children(level.pop())
        counted += len(children)
        level.extend(child for child in children if isinstance(child, (dict, list)) and child)
    return counted


def _refuse_deep(value: Json, depth: int) -> None:
    level = [value]
    for _ in range(depth + 1):
        level = [
            child
            for parent in level
            for child in _list_children(parent)
            if isinstance(child, (dict, list)) and child
        ]
        if not level:
            return
    raise TooMuchJson("json_depth", depth, depth + 1)


def _refuse_nul(value: Json) -> None:
    rest = [value]
    while rest:
        item = rest.pop()
        rest.extend(_list_children(item))
        texts = item.keys() if isinstance(item, dict) else [item]
        if any(isinstance(text, str) and "\0" in text for text in texts):
            raise BadJson("a string holds a NUL character")
