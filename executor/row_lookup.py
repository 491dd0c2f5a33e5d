"""What a link reached, given back to the rows that it started from."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from executor.connection_writer import ConnectionWriter, PageSlice
from executor.plan_node import Row, Texts
from executor.sql_json import NULL_MARKER
from loaders.page import Window
from rules.kernel.viewer import Viewer


class RelationRows(NamedTuple):
    """Where a link led: each row's key by its place, and the rows as each view writes them."""

    size: int
    places: Sequence[int]
    rows: Sequence[Row]
    views: Mapping[int, Texts]
    window: Window
    longer: set[int]
    counts: Mapping[int, int]
    viewer: Viewer
    lists: Mapping[int, Sequence[str]] | None = None


RowLookup = Callable[[int], str]
"""Gives what belongs to the key at a place in the list of keys; -1 is no key."""
LookupBuilder = Callable[[RelationRows], RowLookup]
"""Makes that of what a link reached."""


def build_single_lookup(view: int, *, optional: bool) -> LookupBuilder:
    """Return what finds for each parent the one row that it points at."""

    def finder(reached: RelationRows) -> RowLookup:
        known: list[str | None] = [None] * (reached.size + 1)  # the last stands for no key
        for place, text in zip(reached.places, reached.views[view], strict=True):
            known[place] = text
        nothing = "null" if optional else NULL_MARKER
        return [text or nothing for text in known].__getitem__

    return finder


def build_list_lookup(view: int) -> LookupBuilder:
    """Return what finds for each parent the rows that point at it."""

    def finder(reached: RelationRows) -> RowLookup:
        groups: list[list[str]] = [[] for _ in range(reached.size + 1)]  # as above
        for place, text in zip(reached.places, reached.views[view], strict=True):
            groups[place].append(text)
        return [f"[{','.join(group)}]" for group in groups].__getitem__

    return finder


def build_computed_lookup(
    read: Callable[[Row], tuple[Any, ...]],
    rule: Callable[..., object],
    write: Callable[[Any], Any],
) -> LookupBuilder:
    """Return what computes for each parent what a rule makes of the rows that point at it."""

    def finder(reached: RelationRows) -> RowLookup:
        groups: list[list[tuple[Any, ...]]] = [[] for _ in range(reached.size + 1)]
        for place, row in zip(reached.places, reached.rows, strict=True):
            groups[place].append(read(row))

        def found(place: int) -> str:
            return orjson.dumps(write(rule(groups[place], viewer=reached.viewer))).decode()

        return found

    return finder


def build_page_lookup(shape: ConnectionWriter) -> LookupBuilder:
    """Return what finds for each parent its page."""

    def finder(reached: RelationRows) -> RowLookup:
        size, places, rows, views, window, longer, counts, _, lists = reached
        own: list[list[int]] = [[] for _ in range(size + 1)]  # as above
        for n, place in enumerate(places):
            own[place].append(n)

        def found(place: int) -> str:
            known = None if lists is None else lists.get(place, ())
            return shape.write(
                PageSlice(
                    places=own[place],
                    rows=rows,
                    views=views,
                    window=window,
                    more=place in longer,
                    total=counts.get(place, 0),
                    lists=known,
                )
            )

        return found

    return finder
