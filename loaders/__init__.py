"""Batches for one operation; nothing here outlives it."""

import asyncio
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from aiodataloader import DataLoader
from sqlalchemy import Select

from loaders import statement
from loaders.filter import Filter, Order
from loaders.page import Page, Window, page_of
from loaders.scope import scope
from loaders.snapshot import Snapshot
from loaders.statement import Parts, Relation
from models import Base
from rules.kernel.viewer import Viewer

Narrowed = tuple[tuple[Filter, Any], ...]


class Batch(DataLoader[Parts, Any]):
    """Rows for many keys in one statement."""

    def __init__(
        self,
        snapshot: Snapshot,
        select: Select[Any],
        values: Mapping[str, Any],
        gather: Callable[[list[Any]], Any],
    ) -> None:
        super().__init__()
        self._snapshot, self._select, self._values, self._gather = snapshot, select, values, gather

    def load(self, key: Parts) -> "asyncio.Future[Any]":
        """Wait for a row apart from others who wait for it.

        After an error graphql-core cancels what its siblings wait for; others go on waiting.
        """
        shared = super().load(key)
        if shared.done():
            return shared
        shared.add_done_callback(_seen)
        return asyncio.shield(shared)

    async def batch_load_fn(self, keys: list[Parts]) -> list[Any]:
        """Read the rows of all keys, and give each key its own."""
        values = {**statement.key_values(keys), **self._values}
        found: list[list[Any]] = [[] for _ in keys]
        for row in await self._snapshot.all(self._select, values):
            found[row[0] - 1].append(row[1])
        return [self._gather(rows) for rows in found]


class About(Batch):
    """Rows about many persons in one statement, those included that only a decision may see."""

    async def batch_load_fn(self, keys: list[Parts]) -> list[Any]:
        """Read the rows about all persons, oldest first, and give each person their own."""
        persons = [person for (person,) in keys]
        (rows,) = await self._snapshot.about(persons, self._select.params(persons=persons))
        found: dict[Any, list[Any]] = {person: [] for person in persons}
        for (row,) in rows:
            found[row.person_id].append(row)
        return [found[person] for person in persons]


def _seen(future: "asyncio.Future[Any]") -> None:
    """Take note of an error that nobody waits for any more."""
    if not future.cancelled():
        future.exception()


def _only(rows: list[Any]) -> Any:
    return rows[0] if rows else None


def _number(rows: list[Any]) -> int:
    return rows[0] if rows else 0


class Loaders:
    """Every batch that a resolver may ask for."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._batches: dict[Hashable, Batch] = {}

    def row(self, table: type[Base]) -> Batch:
        """Rows of a table by primary key."""
        return self._batch(("row", table), statement.by_key(table), {}, _only)

    def one(self, relation: Relation) -> Batch:
        """Rows that a relation points at."""
        return self._batch(("one", relation), statement.parents(relation), {}, _only)

    def many(self, relation: Relation, order: Order, narrowed: Narrowed = ()) -> Batch:
        """All rows that point at a parent."""
        select = statement.children(relation, order, tuple(f for f, _ in narrowed))
        values = Window(narrowed=narrowed).filter_values
        return self._batch(("many", relation, order, narrowed), select, values, list)

    def page(self, relation: Relation, window: Window) -> Batch:
        """Read one page of the rows that point at a parent; a page is a list, one row too long."""
        narrowed = tuple(f for f, _ in window.narrowed)
        beyond = window.place is not None
        select = statement.pages(relation, window.order, narrowed, beyond)
        return self._batch(("page", relation, window), select, window.values, list)

    def counts(self, relation: Relation, window: Window) -> Batch:
        """How many rows point at a parent."""
        select = statement.counts(relation, tuple(f for f, _ in window.narrowed))
        name = ("counts", relation, window.narrowed)
        return self._batch(name, select, window.filter_values, _number)

    def about_persons(self, table: type[Base]) -> Batch:
        """Rows of a table about a person whom a decision is about, whoever's they are (X14)."""
        name = ("about", table)
        if name not in self._batches:
            self._batches[name] = About(self.snapshot, statement.about(table), {}, list)
        return self._batches[name]

    async def top(
        self,
        table: type[Base],
        window: Window,
        viewer: Viewer,
        today: date,
        *,
        mine: bool = False,
    ) -> Page[Any]:
        """Read one page of a whole table, as far as the viewer sees it."""
        reach = scope(table, viewer, today, mine=mine)
        window = replace(window, narrowed=(*window.narrowed, *reach))
        narrowed = tuple(f for f, _ in window.narrowed)
        select = statement.page(table, window.order, narrowed, window.place is not None)
        rows: Sequence[Any] = [row for (row,) in await self.snapshot.all(select, window.values)]

        async def count() -> int:
            counted = await self.snapshot.all(
                statement.count(table, narrowed), window.filter_values
            )
            return int(counted[0][0])

        return page_of(rows, window, count)

    def _batch(
        self,
        name: Hashable,
        select: Select[Any],
        values: Mapping[str, Any],
        gather: Callable[[list[Any]], Any],
    ) -> Batch:
        if name not in self._batches:
            self._batches[name] = Batch(self.snapshot, select, values, gather)
        return self._batches[name]
