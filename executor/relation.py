"""The links that relations and whole tables stand for, and the arguments that lists take."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from graphql.execution.values import get_argument_values

from executor.collect import Selected
from executor.level import Level, Run
from executor.link import Link, Selecting
from loaders import statement
from loaders.page import Window
from loaders.scope import scope
from loaders.statement import pairs, source, target
from schema.kernel import binding as b

Relation = b.One | b.Many | b.Pages | b.Top


def link_of(level: Level, field: Any, part: Selected, binding: Relation) -> Link:
    """Make the link of a relation, or of a whole table, which hangs below no row."""
    select, count = _statements(binding)
    depth, window = level.depth + 1, _window(field, part, binding)
    if isinstance(binding, b.Top):
        return Link(Level(binding.table, keyed=False, depth=depth), (), select, count, window)
    one, joined = isinstance(binding, b.One), pairs(binding.relation)
    names = [(local.key, remote.key) for local, remote in joined]
    on = tuple((remote, local) for local, remote in names) if one else tuple(names)
    table = target(binding.relation) if one else source(binding.relation)
    order = binding.order if isinstance(binding, b.Many) else None
    return Link(Level(table, keyed=True, depth=depth), on, select, count, window, order)


def found_by_index(link: Link) -> bool:
    """Tell whether an index finds the rows below a row, so that each may be looked up by itself."""
    table, own = link.child.table.__table__, {own for own, _ in link.on}
    keys = [list(table.primary_key)]
    if link.order is not None:  # there may be many
        whole = [i for i in table.indexes if i.dialect_options["postgresql"]["where"] is None]
        keys += [list(index.expressions) for index in whole]
    elif len(own) < len(keys[0]):
        return False
    return any({getattr(c, "key", None) for c in key[: len(own)]} == own for key in keys)


def _statements(binding: Relation) -> tuple[Selecting, Selecting | None]:
    """Give what writes a link's statement, and the one that counts."""
    match binding:
        case b.One(relation):
            return lambda _: statement.parents(relation), None
        case b.Many(relation):
            return lambda w: statement.children(relation, w.order, _filters(w)), None
        case b.Pages(relation):
            return (
                lambda w: statement.pages(relation, w.order, _filters(w), w.place is not None),
                lambda w: statement.counts(relation, _filters(w)),
            )
        case b.Top(table):
            return (
                lambda w: statement.page(table, w.order, _filters(w), w.place is not None),
                lambda w: statement.count(table, _filters(w)),
            )


def _filters(window: Window) -> statement.Filters:
    return tuple(narrowing for narrowing, _ in window.narrowed)


def _window(field: Any, part: Selected, binding: Relation) -> Callable[[Run], Window] | None:
    """Give what reads a list's arguments; a whole table is narrowed to what the viewer sees."""
    if isinstance(binding, b.One):
        return None
    given, filters = given_to(field, part), binding.filters
    orders = (binding.order,) if isinstance(binding, b.Many) else binding.orders
    if not isinstance(binding, b.Top):
        return lambda run: b.window_of(dict(given(run)), orders, filters)
    table, mine = binding.table, binding.mine

    def scoped(run: Run) -> Window:
        window = b.window_of(dict(given(run)), orders, filters)
        reach = scope(table, run.viewer, run.service.today(), mine=mine)
        return replace(window, narrowed=(*window.narrowed, *reach))

    return scoped


def given_to(field: Any, part: Selected) -> Callable[[Run], Mapping[str, Any]]:
    """Give what reads a field's arguments, by the names that resolvers know."""
    known = {
        argument: definition.extensions["strawberry-definition"].python_name
        for argument, definition in field.args.items()
    }

    def given(run: Run) -> dict[str, Any]:
        values = get_argument_values(field, part.node, run.variables)
        return {known[name]: value for name, value in values.items()}

    return given
