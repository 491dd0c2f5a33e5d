"""The statements behind every batch: rows by key, rows that point at a key, pages, counts."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    Uuid,
    and_,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    not_,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, RelationshipProperty, aliased
from sqlalchemy.sql.selectable import TableValuedAlias

from loaders.filter import Bounds, Columns, Filter, Operator, Order
from loaders.page import MOST_COUNTED
from loaders.related_value import RelatedValue
from loaders.search_filter import SearchFilter
from models import Base, Gathered

KeyParts = tuple[Any, ...]
"""A key's parts: ids, and for a few relations a code that several rows share."""
Relation = InstrumentedAttribute[Any]
Filters = tuple[Filter, ...]


def list_column_pairs(relation: Relation) -> list[tuple[Any, Any]]:
    """List the columns of a relation: the child's, and the parent's that each equals."""
    prop = relation.property
    if not isinstance(prop, RelationshipProperty):
        raise TypeError(relation)
    return [(local, remote) for local, remote in prop.local_remote_pairs or ()]


def get_target_table(relation: Relation) -> type[Base]:
    """Return which table a relation points at."""
    found: type[Base] = relation.property.mapper.class_
    return found


def get_source_table(relation: Relation) -> type[Base]:
    """Return which table a relation points from."""
    found: type[Base] = relation.parent.class_
    return found


PAGE_ALIAS = "page"
PLACE_COLUMN = "place_of_key"
"""At which place a row's key stands in the list of keys, from 1: cheaper to send than the key."""


def build_keys_table(of: Sequence[Any]) -> TableValuedAlias:
    """Stand for a list of keys of some columns, one array a part.

    Joined, it costs a tenth of two `= any`.
    """
    types = {f"k{n}": own.type for n, own in enumerate(of)}
    arrays = [bindparam(name, type_=ARRAY(type_)) for name, type_ in types.items()]
    columns = [column(name, type_) for name, type_ in types.items()]
    return (
        func.unnest(*arrays)
        .table_valued(*columns, with_ordinality=PLACE_COLUMN)
        .render_derived("keys")
    )


def to_key_arrays(keys: Sequence[KeyParts]) -> dict[str, list[Any]]:
    """Spell keys as the arrays of `keys_table`."""
    return {f"k{n}": [key[n] for key in keys] for n in range(len(keys[0]))}


@lru_cache(maxsize=512)
def select_by_key(table: type[Base]) -> Select[Any]:
    """Read rows of a table by primary key; of each branch, if it has."""
    if issubclass(table, Gathered):
        return _select_gathered_by_key(table)
    return _join_keys(table, list(table.__table__.primary_key))


@lru_cache(maxsize=512)
def select_by_one_key(table: type[Base]) -> Select[Any]:
    """Read the row of one key, part by part, at the first place.

    A statement with a list is planned at each execution (`driver_statement.select_by_key`).
    """
    parts = list(table.__table__.primary_key)
    named = (own == bindparam(f"k{n}", type_=own.type) for n, own in enumerate(parts))
    place: Any = literal_column("1").label(PLACE_COLUMN)
    return select(place, table).where(*named)


def to_key_parts(key: KeyParts) -> dict[str, Any]:
    """Spell one key as the parameters of `select_by_one_key`."""
    return {f"k{n}": part for n, part in enumerate(key)}


@lru_cache(maxsize=512)
def select_related(table: type[Base], asked: tuple[RelatedValue, ...]) -> Select[Any]:
    """Read what other rows say of rows of a table, by primary key."""
    columns = list(table.__table__.primary_key)
    keys = build_keys_table(columns)
    own = get_columns(table)
    values = [each.build(own).label(f"v{n}") for n, each in enumerate(asked)]
    of_keys = select(keys.c[PLACE_COLUMN], *values)
    return of_keys.join_from(keys, table, _match_keys(columns, keys))


@lru_cache(maxsize=512)
def select_parents(relation: Relation) -> Select[Any]:
    """Read the rows that a relation points at."""
    return _join_keys(
        get_target_table(relation), [remote for _, remote in list_column_pairs(relation)]
    )


@lru_cache(maxsize=512)
def select_children(relation: Relation, order: Order, narrowed: Filters = ()) -> Select[Any]:
    """Read all rows that point at the keys through a relation."""
    table = get_source_table(relation)
    order.require_not_null(table)
    statement, known = (
        _join_keys(table, [local for local, _ in list_column_pairs(relation)]),
        get_columns(table),
    )
    return statement.where(*(f.build_condition(known) for f in narrowed)).order_by(
        *order.build_order_by(known)
    )


@lru_cache(maxsize=64)
def select_about_persons(table: type[Base]) -> Select[Any]:
    """Read the rows of a table about `persons`, oldest first."""
    known = get_columns(table)
    persons: Any = bindparam("persons", type_=ARRAY(Uuid()))
    return select(table).where(known["person_id"] == func.any(persons)).order_by(known["id"])


@lru_cache(maxsize=512)
def select_child_pages(
    relation: Relation, order: Order, narrowed: Filters, bounds: Bounds
) -> Select[Any]:
    """Read one page of the rows that point at each key; a backward one from its end."""
    table = get_source_table(relation)
    keys = build_keys_table([local for local, _ in list_column_pairs(relation)])
    within = [
        local == key
        for (local, _), key in zip(list_column_pairs(relation), _list_key_parts(keys), strict=True)
    ]
    rows = (
        _select_page(table, order, narrowed, bounds, of_one=True)
        .where(*within)
        .correlate(keys)
        .lateral(PAGE_ALIAS)
    )
    child = aliased(table, rows, adapt_on_names=True)
    return select(keys.c[PLACE_COLUMN], child).select_from(keys).join(rows, true())


@lru_cache(maxsize=512)
def select_table_page(
    table: type[Base], order: Order, narrowed: Filters, bounds: Bounds
) -> Select[Any]:
    """Read one page of a whole table, as far as the actor sees it; a backward one from its end.

    The page is cut first: what is made of a row is made of these rows only.
    """
    searched = next((each for each in narrowed if isinstance(each, SearchFilter)), None)
    if searched is None:
        rows = _select_page(table, order, narrowed, bounds).subquery(PAGE_ALIAS)
    else:
        rows = _select_found_page(table, order, narrowed, bounds, searched).subquery(PAGE_ALIAS)
    found = select(aliased(table, rows, adapt_on_names=True)).select_from(rows)
    return found.order_by(*order.build_order_by(rows.c, backward=bounds.backward))


MAX_FOUND = 50
"""So many names that were found are looked up one by one; of more the list is walked (ADR 0102)."""


def _select_found_page(
    table: type[Base], order: Order, narrowed: Filters, bounds: Bounds, searched: SearchFilter
) -> Select[Any]:
    """Cut a page of rows by names: from a page of each name, or, where there are many, from all.

    How many there are decides when it runs: a plan is made before the text is known.
    """
    known = get_columns(table)
    rest = tuple(each for each in narrowed if each is not searched)
    found = searched.select_keys(rest)
    some = found.limit(MAX_FOUND + 1).cte("found")
    are_few = select(func.count() <= MAX_FOUND).select_from(some).scalar_subquery()
    keys = select(some).distinct().subquery("keys")
    own = [known[name] for name, _ in searched.keys]
    within = (column == key for column, key in zip(own, keys.c, strict=True))
    of_name = _select_page(table, order, rest, bounds, of_one=True).where(*within)
    near = of_name.correlate(keys).lateral("near")
    few = select(near).select_from(keys).join(near, true()).where(are_few)
    # Not as a condition of its own: PostgreSQL would join it, and sort what the join gives.
    listed = [
        each.build_condition(known).is_(true())
        for each in narrowed
        if isinstance(each, SearchFilter)
    ]
    plain = tuple(each for each in narrowed if not isinstance(each, SearchFilter))
    many = _select_page(table, order, plain, bounds).where(*listed, not_(are_few))
    each = union_all(few, many.subquery("walked").select()).subquery("branches")
    limit: Any = bindparam("limit")
    return (
        select(each).order_by(*order.build_order_by(each.c, backward=bounds.backward)).limit(limit)
    )


def _select_page(
    table: type[Base], order: Order, narrowed: Filters, bounds: Bounds, *, of_one: bool = False
) -> Select[Any]:
    """Cut a page; where a table is a list of branches, each is cut, and the first of all.

    Of the rows of one other row, which an index finds, the page is sorted.
    """

    def list_order(known: Columns) -> list[ColumnElement[Any]]:
        return order.build_order_by(known, backward=bounds.backward, walked=walked)

    def cut(rows: Iterable[Any], known: Columns) -> Select[Any]:
        conditions = _build_conditions(known, narrowed)
        between = order.build_bound_conditions(known, bounds, walked=walked)
        return select(*rows).where(*conditions, *between).order_by(*list_order(known)).limit(limit)

    walked = not (of_one or any(_names_a_row(table, each) for each in narrowed))

    limit: Any = bindparam("limit")
    order.require_not_null(table)
    if not issubclass(table, Gathered):
        return cut(_list_page_columns(table), get_columns(table))
    each = union_all(*(cut([branch], branch.c) for branch in table.branches)).subquery("branches")
    return select(each).order_by(*list_order(each.c)).limit(limit)


def _names_a_row(table: type[Base], narrowing: Filter) -> bool:
    column = get_columns(table).get(narrowing.column)
    is_id = column is not None and isinstance(column.type, Uuid)
    return is_id and narrowing.operator is Operator.IS


@lru_cache(maxsize=512)
def select_child_counts(relation: Relation, narrowed: Filters) -> Select[Any]:
    """Count the rows that point at each key."""
    table = get_source_table(relation)
    own = [local for local, _ in list_column_pairs(relation)]
    keys = build_keys_table(own)
    on = _match_keys(own, keys)
    statement = select(keys.c[PLACE_COLUMN], func.count()).join_from(keys, table, on)
    return statement.where(*_build_conditions(get_columns(table), narrowed)).group_by(
        keys.c[PLACE_COLUMN]
    )


@lru_cache(maxsize=512)
def select_table_count(table: type[Base], narrowed: Filters) -> Select[Any]:
    """Count the rows of a whole table, as far as the actor sees it; of each branch, if it has.

    No more are read than one beyond `MOST_COUNTED`, of each branch.
    """

    def counted(rows: Any, known: Columns) -> Select[Any]:
        some = select(known["id"]).select_from(rows).where(*_build_conditions(known, narrowed))
        return select(func.count().label("n")).select_from(some.limit(MOST_COUNTED + 1).subquery())

    if not issubclass(table, Gathered):
        return counted(table, get_columns(table))
    each = union_all(*(counted(branch, branch.c) for branch in table.branches)).subquery()
    return select(cast(func.sum(each.c.n), BigInteger))


@lru_cache(maxsize=512)
def select_tally(
    table: type[Base], by: tuple[str, ...], age: str, narrowed: Filters
) -> Select[Any]:
    """Count rows by columns, and by where an instant stands among `edges`; branch by branch."""

    def counted(rows: Any, known: Columns) -> Select[Any]:
        edges: Any = bindparam("edges", type_=ARRAY(known[age].type))
        cells = [*(known[name] for name in by), func.width_bucket(known[age], edges).label("age")]
        figures = select(*cells, func.count().label("n")).select_from(rows)
        return figures.where(*_build_conditions(known, narrowed)).group_by(*cells)

    if not issubclass(table, Gathered):
        return counted(table, get_columns(table))
    each = union_all(*(counted(branch, branch.c) for branch in table.branches)).subquery()
    return select(each)


def get_columns(table: type[Base]) -> Columns:
    """Return a table's columns by name."""
    known: Columns = table.__table__.c
    return known


def list_read_columns(table: type[Base]) -> Sequence[ColumnElement[Any]]:
    """List the columns that come with a row: all, but for what is read by who asks for it."""
    come_along = {each.columns[0] for each in table.__mapper__.column_attrs if not each.deferred}
    return [column for column in table.__table__.c if column in come_along]


def _list_page_columns(table: type[Base]) -> Sequence[ColumnElement[Any]]:
    """List a page's columns: for each that does not come along stands null under its name.

    What takes rows of a page for rows of the table looks for all of its columns by name.
    """
    come_along = set(list_read_columns(table))
    return [c if c in come_along else null().label(c.name) for c in table.__table__.c]


def _build_conditions(known: Columns, narrowed: Filters) -> list[ColumnElement[bool]]:
    return [f.build_condition(known) for f in narrowed]


def _join_keys(table: type[Base], columns: Sequence[Any]) -> Select[Any]:
    keys = build_keys_table(columns)
    return select(keys.c[PLACE_COLUMN], table).join_from(keys, table, _match_keys(columns, keys))


def _select_gathered_by_key(table: type[Gathered]) -> Select[Any]:
    names = [column.name for column in table.__table__.primary_key]
    keys = build_keys_table(list(table.__table__.primary_key))
    place = keys.c[PLACE_COLUMN]

    def find(branch: Subquery) -> Select[Any]:
        own = [branch.c[name] for name in names]
        return select(place, branch).join_from(keys, branch, _match_keys(own, keys))

    each = union_all(*map(find, table.branches)).subquery(PAGE_ALIAS)
    return select(each.c[PLACE_COLUMN], aliased(table, each, adapt_on_names=True))


def _match_keys(columns: Sequence[Any], keys: TableValuedAlias) -> ColumnElement[bool]:
    return and_(*(own == key for own, key in zip(columns, _list_key_parts(keys), strict=True)))


def _list_key_parts(keys: TableValuedAlias) -> list[Any]:
    return [part for part in keys.c if part.key != PLACE_COLUMN]
