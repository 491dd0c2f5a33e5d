"""What a link reached, given back to the rows that it started from."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from executor.chunk import ABSENT
from executor.connection import Cut, Shape
from executor.level import Row, Texts
from loaders.page import Window
from rules.kernel.viewer import Viewer


class Reached(NamedTuple):
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


Find = Callable[[int], str]
"""Gives what belongs to the key at a place in the list of keys; -1 is no key."""
Finder = Callable[[Reached], Find]
"""Makes that of what a link reached."""


def single(view: int, *, optional: bool) -> Finder:
    """Give each parent the one row that it points at."""

    def finder(reached: Reached) -> Find:
        known: list[str | None] = [None] * (reached.size + 1)  # the last stands for no key
        for place, text in zip(reached.places, reached.views[view], strict=True):
            known[place] = text
        nothing = "null" if optional else ABSENT
        return [text or nothing for text in known].__getitem__

    return finder


def listed(view: int) -> Finder:
    """Give each parent the rows that point at it."""

    def finder(reached: Reached) -> Find:
        groups: list[list[str]] = [[] for _ in range(reached.size + 1)]  # as above
        for place, text in zip(reached.places, reached.views[view], strict=True):
            groups[place].append(text)
        return [f"[{','.join(group)}]" for group in groups].__getitem__

    return finder


def made_by(
    read: Callable[[Row], tuple[Any, ...]],
    rule: Callable[..., object],
    write: Callable[[Any], Any],
) -> Finder:
    """Give each parent what a rule makes of the rows that point at it."""

    def finder(reached: Reached) -> Find:
        groups: list[list[tuple[Any, ...]]] = [[] for _ in range(reached.size + 1)]
        for place, row in zip(reached.places, reached.rows, strict=True):
            groups[place].append(read(row))

        def found(place: int) -> str:
            return orjson.dumps(write(rule(groups[place], viewer=reached.viewer))).decode()

        return found

    return finder


def paged(shape: Shape) -> Finder:
    """Give each parent its page."""

    def finder(reached: Reached) -> Find:
        size, places, rows, views, window, longer, counts, _, lists = reached
        own: list[list[int]] = [[] for _ in range(size + 1)]  # as above
        for n, place in enumerate(places):
            own[place].append(n)

        def found(place: int) -> str:
            known = None if lists is None else lists.get(place, ())
            return shape.write(
                Cut(own[place], rows, views, window, place in longer, counts.get(place, 0), known)
            )

        return found

    return finder
