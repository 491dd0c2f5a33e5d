"""Batches for one operation; nothing here outlives it."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from aiodataloader import DataLoader
from sqlalchemy import Select

from loaders import statement
from loaders.filter import Filter, Order
from loaders.page import Page, Total, Window, build_page, read_total
from loaders.related_value import RelatedValue
from loaders.scope import build_scope_filters
from loaders.snapshot import Snapshot
from loaders.statement import KeyParts, Relation
from models import Base
from rules.kernel.viewer import Viewer

GivenFilters = tuple[tuple[Filter, Any], ...]


class Batch(DataLoader[KeyParts, Any]):
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

    def load(self, key: KeyParts) -> "asyncio.Future[Any]":
        """Wait for a row apart from others who wait for it.

        After an error graphql-core cancels what its siblings wait for; others go on waiting.
        """
        shared = super().load(key)
        if shared.done():
            return shared
        shared.add_done_callback(_consume_exception)
        return asyncio.shield(shared)

    async def batch_load_fn(self, keys: list[KeyParts]) -> list[Any]:
        """Read the rows of all keys, and give each key its own."""
        values = {**statement.to_key_arrays(keys), **self._values}
        found: list[list[Any]] = [[] for _ in keys]
        for row in await self._snapshot.load_rows(self._select, values):
            found[row[0] - 1].append(row[1])
        return [self._gather(rows) for rows in found]


class PersonBatch(Batch):
    """Rows about many persons in one statement, those included that only a decision may see."""

    async def batch_load_fn(self, keys: list[KeyParts]) -> list[Any]:
        """Read the rows about all persons, oldest first, and give each person their own."""
        persons = [person for (person,) in keys]
        (rows,) = await self._snapshot.load_about_persons(
            persons, self._select.params(persons=persons)
        )
        found: dict[Any, list[Any]] = {person: [] for person in persons}
        for (row,) in rows:
            found[row.person_id].append(row)
        return [found[person] for person in persons]


class RelatedBatch(Batch):
    """What other rows say of many rows in one statement."""

    def __init__(
        self, snapshot: Snapshot, table: type[Base], asked: Sequence[RelatedValue]
    ) -> None:
        super().__init__(snapshot, statement.select_related(table, tuple(asked)), {}, _take_row)
        self._asked = asked

    async def batch_load_fn(self, keys: list[KeyParts]) -> list[Any]:
        """Read the values of all keys, in the order in which they are asked for."""
        rows = await self._snapshot.load_rows(self._select, statement.to_key_arrays(keys))
        found: dict[int, list[Any]] = {
            row[0] - 1: [each.to_value(raw) for each, raw in zip(self._asked, row[1:], strict=True)]
            for row in rows
        }
        return [found[n] for n in range(len(keys))]


def _consume_exception(future: "asyncio.Future[Any]") -> None:
    """Take note of an error that nobody waits for any more."""
    if not future.cancelled():
        future.exception()


def _take_row(rows: list[Any]) -> Any:
    return rows[0] if rows else None


def _take_count(rows: list[Any]) -> int:
    return rows[0] if rows else 0


class Loaders:
    """Every batch that a resolver may ask for."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._batches: dict[Hashable, Batch] = {}
        self._judged: dict[Hashable, DataLoader[Any, Any]] = {}

    def get_row_batch(self, table: type[Base]) -> Batch:
        """Rows of a table by primary key."""
        return self._get_batch(("row", table), statement.select_by_key(table), {}, _take_row)

    def get_parent_batch(self, relation: Relation) -> Batch:
        """Rows that a relation points at."""
        return self._get_batch(("one", relation), statement.select_parents(relation), {}, _take_row)

    def get_children_batch(
        self, relation: Relation, order: Order, narrowed: GivenFilters = ()
    ) -> Batch:
        """All rows that point at a parent."""
        select = statement.select_children(relation, order, tuple(f for f, _ in narrowed))
        values = Window(narrowed=narrowed).filter_values
        return self._get_batch(("many", relation, order, narrowed), select, values, list)

    def get_page_batch(self, relation: Relation, window: Window) -> Batch:
        """Read one page of the rows that point at a parent; a page is a list, one row too long."""
        narrowed = tuple(f for f, _ in window.narrowed)
        select = statement.select_child_pages(relation, window.order, narrowed, window.bounds)
        return self._get_batch(("page", relation, window), select, window.values, list)

    def get_count_batch(self, relation: Relation, window: Window) -> Batch:
        """How many rows point at a parent."""
        select = statement.select_child_counts(relation, tuple(f for f, _ in window.narrowed))
        name = ("counts", relation, window.narrowed)
        return self._get_batch(name, select, window.filter_values, _take_count)

    def get_related_batch(self, table: type[Base], asked: Sequence[RelatedValue]) -> Batch:
        """Return what other rows say of rows of a table, by primary key."""
        name = ("related", table, tuple(asked))
        if name not in self._batches:
            self._batches[name] = RelatedBatch(self.snapshot, table, asked)
        return self._batches[name]

    def get_judged_batch(
        self, name: Hashable, judge: Callable[[list[Any]], Coroutine[Any, Any, list[Any]]]
    ) -> DataLoader[Any, Any]:
        """Return what is judged of many cases together, whatever reads it takes."""
        if name not in self._judged:
            self._judged[name] = DataLoader(judge)
        return self._judged[name]

    def get_person_batch(self, table: type[Base]) -> Batch:
        """Rows of a table about a person whom a decision is about, whoever's they are (X14)."""
        name = ("about", table)
        if name not in self._batches:
            self._batches[name] = PersonBatch(
                self.snapshot, statement.select_about_persons(table), {}, list
            )
        return self._batches[name]

    async def load_table_page(
        self,
        table: type[Base],
        window: Window,
        viewer: Viewer,
        today: date,
        *,
        mine: bool = False,
    ) -> Page[Any]:
        """Read one page of a whole table, as far as the viewer sees it."""
        reach = build_scope_filters(table, viewer, today, mine=mine)
        window = replace(window, narrowed=(*window.narrowed, *reach))
        narrowed = tuple(f for f, _ in window.narrowed)
        select = statement.select_table_page(table, window.order, narrowed, window.bounds)
        rows: Sequence[Any] = [
            row for (row,) in await self.snapshot.load_rows(select, window.values)
        ]

        async def count() -> Total:
            counted = await self.snapshot.load_rows(
                statement.select_table_count(table, narrowed), window.filter_values
            )
            return read_total(int(counted[0][0]), of_table=True)

        return build_page(rows, window, count)

    def _get_batch(
        self,
        name: Hashable,
        select: Select[Any],
        values: Mapping[str, Any],
        gather: Callable[[list[Any]], Any],
    ) -> Batch:
        if name not in self._batches:
            self._batches[name] = Batch(self.snapshot, select, values, gather)
        return self._batches[name]
