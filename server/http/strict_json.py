"""JSON as strict as a public door needs it: no duplicates, no huge numbers, no deep nesting."""

import json
from typing import NoReturn, TypeAlias

import orjson

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class BadJson(ValueError):
    """Say in one sentence, without quoting the text, why it is not acceptable JSON."""


def read_json(raw: bytes, depth: int = 64, digits: int = 100, values: int = 200_000) -> Json:
    """Parse UTF-8 JSON, at most so many levels deep, integers at most so many digits long.

    Raises BadJson for anything else.
    """
    if sum(map(raw.count, (b"[", b"{", b","))) > values:
        raise BadJson(f"it may hold more than {values} values")
    try:
        loose: Json = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise BadJson(f"invalid JSON or UTF-8 at character {error.pos}") from None
    _refuse_deep(loose, depth)

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
    raise BadJson(f"nested more than {depth} levels deep")


def _refuse_nul(value: Json) -> None:
    rest = [value]
    while rest:
        item = rest.pop()
        rest.extend(_list_children(item))
        texts = item.keys() if isinstance(item, dict) else [item]
        if any(isinstance(text, str) and "\0" in text for text in texts):
            raise BadJson("a string holds a NUL character")
