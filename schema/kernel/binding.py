"""What stands behind a field, as data that every executor reads."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from inspect import Parameter, Signature, getdoc
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import strawberry
from sqlalchemy import Select
from strawberry import Parent
from strawberry.parent import StrawberryParent

from loaders.filter import NEWEST, OLDEST, Filter, Order, to_graphql_name
from loaders.key import Key
from loaders.page import Page, Total, Window, build_page, read_total
from loaders.related_value import RelatedValue
from loaders.statement import Relation, list_column_pairs
from models import Base
from resolvers.kernel.context import Info
from resolvers.kernel.service import Service
from rules.kernel.function import Functions
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Fault, InvalidInput, Reason, Unreadable, refuse_if
from rules.kernel.viewer import Viewer
from schema.kernel.permission import build_permission_options

BINDING = "binding"
MAY = "may"
MAX_PAGE_SIZE = 100
_NO_POLICY = Policy(())
DEFAULT_PAGE_SIZE = 20


@dataclass(frozen=True)
class Identity:
    """The row's global id."""


@dataclass(frozen=True)
class Column:
    """The row's column of a name."""

    name: str | None = None


@dataclass(frozen=True)
class One:
    """The row that a relation points at."""

    relation: Relation


@dataclass(frozen=True)
class PolymorphicOne:
    """The row that one of several relations points at; a column says which."""

    column: str
    relations: tuple[tuple[str, Relation], ...]


@dataclass(frozen=True)
class Many:
    """All rows that point here."""

    relation: Relation
    order: Order
    filters: tuple[Filter, ...]


@dataclass(frozen=True)
class ChildConnection:
    """A connection of the rows that point here."""

    relation: Relation
    orders: tuple[Order, ...]
    filters: tuple[Filter, ...]


@dataclass(frozen=True)
class RootConnection:
    """A connection of a whole table, as far as the viewer sees it."""

    table: type[Base]
    orders: tuple[Order, ...]
    filters: tuple[Filter, ...]
    mine: bool = False


@dataclass(frozen=True)
class Derived:
    """A function of named columns and the viewer, pure unless it is given the service as well.

    What it reads of other rows is a value of them, read with the row. A `policed` one is given the
    approved parameters; where some of those values say whether it asks them, only if one does.
    """

    rule: Callable[..., object]
    reads: tuple[str | RelatedValue, ...]
    served: bool = False
    policed: bool = False

    def compute(
        self, values: Iterable[Any], viewer: Viewer, service: Service, policy: Policy | None = None
    ) -> Any:
        """Ask the rule."""
        given: dict[str, object] = {"service": service} if self.served else {}
        if self.policed:
            given["policy"] = policy or _NO_POLICY
        return self.rule(*values, viewer=viewer, **given)

    @property
    def policed_reads(self) -> list[RelatedValue]:
        """List the values that say whether the rule asks the approved parameters."""
        reads = (each for each in self.reads if isinstance(each, RelatedValue))
        return [each for each in reads if each.is_policed]

    def is_policed(self, values: Sequence[Any]) -> bool:
        """Return whether the rule asks the approved parameters of a row's values."""
        read = dict(zip(self.reads, values, strict=True))
        says = [each.is_policed(read[each]) for each in self.policed_reads if each.is_policed]
        return self.policed and (not says or any(says))


@dataclass(frozen=True)
class ComputedFromChildren:
    """What a rule makes of named columns of the rows that point here, oldest first."""

    relation: Relation
    rule: Callable[..., object]
    reads: tuple[str, ...]


class AggregateQuery(NamedTuple):
    """A statement that counts, its parameters, and what its rows come to."""

    select: Select[Any]
    values: Mapping[str, Any]
    answer: Callable[[Sequence[Any]], object]


@dataclass(frozen=True)
class Aggregate:
    """Figures that one statement counts: a function of the arguments, the viewer and the day."""

    read: Callable[[dict[str, Any], Viewer, date], AggregateQuery]


@dataclass(frozen=True)
class ViewerItself:
    """Who asks, as the request knows them."""


@dataclass(frozen=True)
class OwnRow:
    """The row of a table that is the viewer's own; its key is known of them, or there is none."""

    table: type[Base]
    find_key: Callable[[Viewer], UUID | None]


@dataclass(frozen=True)
class ResolvedBy:
    """Anything else."""

    resolver: Callable[..., object]


Binding = (
    Identity
    | Column
    | One
    | PolymorphicOne
    | Many
    | ChildConnection
    | RootConnection
    | Derived
    | ComputedFromChildren
    | Aggregate
    | ViewerItself
    | OwnRow
    | ResolvedBy
)


def bind_field(
    binding: Binding,
    resolver: Any = None,
    description: str | None = None,
    may: Functions | None = None,
    *,
    proved: bool = False,
    typed: bool = False,
    **options: Any,
) -> Any:
    """Make a field that carries its binding."""
    return strawberry.field(
        resolver=resolver,
        description=description,
        metadata={BINDING: binding, MAY: may},
        **build_permission_options(may, proved=proved, typed=typed),
        **options,
    )


def identity() -> Any:
    """Bind a field to the row's global id."""

    def encode(row: Parent[Any], info: Info) -> str:
        parts = row.__mapper__.primary_key_from_instance(row)
        return Key(info.path.typename or "", tuple(parts)).format_global_id()

    return bind_field(Identity(), encode, "The global id. 全局标识")


def column(
    description: str,
    name: str | None = None,
    may: Functions | None = None,
    known_as: str | None = None,
) -> Any:
    """Bind a field to the row's column of that name."""
    if name is None:
        return bind_field(Column(), None, description, may)
    named: str = name

    def read(row: Parent[Any]) -> Any:
        return getattr(row, named)

    return bind_field(Column(named), read, description, may, name=known_as)


def deprecate_field(field: Any, instead: str) -> Any:
    """Keep a field that was released, and name the one that took its place."""
    field.deprecation_reason = say_instead(instead)
    return field


def say_instead(instead: str) -> str:
    """Say in both languages what to use in place of what is deprecated."""
    return f"Use `{instead}`. 请改用 `{instead}`"


def one(relation: Relation, description: str, may: Functions | None = None) -> Any:
    """Bind a field to the row that a relation points at."""
    names = [local.key for local, _ in list_column_pairs(relation)]

    async def load(row: Parent[Any], info: Info) -> Any:
        key = tuple(getattr(row, name) for name in names)
        return (
            None if None in key else await info.context.loaders.get_parent_batch(relation).load(key)
        )

    return bind_field(One(relation), load, description, may)


def polymorphic_one(
    column: str,
    relations: Mapping[str, Relation],
    description: str,
    may: Functions | None = None,
) -> Any:
    """Bind a field to the row that one of several relations points at, by a column's value."""
    named = {
        value: (relation, [local.key for local, _ in list_column_pairs(relation)])
        for value, relation in relations.items()
    }

    async def load(row: Parent[Any], info: Info) -> Any:
        if getattr(row, column) not in named:
            return None
        relation, names = named[getattr(row, column)]
        key = tuple(getattr(row, name) for name in names)
        return await info.context.loaders.get_parent_batch(relation).load(key)

    return bind_field(PolymorphicOne(column, tuple(relations.items())), load, description, may)


def many(
    relation: Relation,
    description: str,
    order: Order = NEWEST,
    filters: Sequence[Filter] = (),
    may: Functions | None = None,
) -> Any:
    """Bind a field to all rows that point here."""
    names = [remote.key for _, remote in list_column_pairs(relation)]

    async def load(row: Any, info: Info, **given: Any) -> Any:
        key = tuple(getattr(row, name) for name in names)
        window = parse_window(given, (order,), filters)
        return await info.context.loaders.get_children_batch(relation, order, window.narrowed).load(
            key
        )

    resolver = _build_list_resolver(load, _build_filter_parameters(filters), parent=True)
    return bind_field(Many(relation, order, tuple(filters)), resolver, description, may)


def page(
    relation: Relation,
    description: str,
    orders: Sequence[Order] = (NEWEST,),
    filters: Sequence[Filter] = (),
    order_type: Any = None,
    may: Functions | None = None,
) -> Any:
    """Bind a field to a connection of the rows that point here."""
    names = [remote.key for _, remote in list_column_pairs(relation)]

    async def load(row: Any, info: Info, **given: Any) -> Any:
        key = tuple(getattr(row, name) for name in names)
        window = parse_window(given, orders, filters)
        loaders = info.context.loaders
        rows = await loaders.get_page_batch(relation, window).load(key)

        async def count() -> Total:
            counted = await loaders.get_count_batch(relation, window).load(key)
            return read_total(counted, of_table=False)

        return build_page(rows, window, count)

    resolver = _build_list_resolver(load, _build_page_parameters(filters, order_type), parent=True)
    return bind_field(
        ChildConnection(relation, tuple(orders), tuple(filters)), resolver, description, may
    )


def root_connection(
    table: type[Base],
    description: str,
    may: Functions,
    orders: Sequence[Order] = (NEWEST,),
    filters: Sequence[Filter] = (),
    order_type: Any = None,
    *,
    mine: bool = False,
) -> Any:
    """Bind a field to a connection of a whole table, as far as the viewer sees it.

    With `mine` it holds the rows of the viewer's own account alone.
    """

    async def load(info: Info, **given: Any) -> Any:
        window = parse_window(given, orders, filters)
        context = info.context
        today = context.service.today()
        return await context.loaders.load_table_page(
            table, window, context.viewer, today, mine=mine
        )

    resolver = _build_list_resolver(load, _build_page_parameters(filters, order_type), parent=False)
    return bind_field(
        RootConnection(table, tuple(orders), tuple(filters), mine), resolver, description, may
    )


def resolved_connection(
    read: Callable[..., Awaitable[Page[Any]]],
    description: str,
    may: Functions,
    orders: Sequence[Order] = (NEWEST,),
    filters: Sequence[Filter] = (),
    order_type: Any = None,
    *,
    parameters: Sequence[Parameter] = (),
) -> Any:
    """Bind a field to a connection that a resolver makes of a window; a page is judged as one.

    The resolver is given `parameters` by their names as well.
    """

    async def load(info: Info, **given: Any) -> Any:
        more = {each.name: given[each.name] for each in parameters}
        return await read(info, parse_window(given, orders, filters), **more)

    taken = [*parameters, *_build_page_parameters(filters, order_type)]
    resolver = _build_list_resolver(load, taken, parent=False)
    return bind_field(ResolvedBy(read), resolver, description, may)


def connection_of_parent(
    read: Callable[[Any, Info, Window], Awaitable[Page[Any]]],
    description: str,
    may: Functions,
    orders: Sequence[Order],
    order_type: Any,
) -> Any:
    """Bind a field to a connection that a resolver makes of its parent and a window."""

    async def load(row: Any, info: Info, **given: Any) -> Any:
        return await read(row, info, parse_window(given, orders, ()))

    resolver = _build_list_resolver(load, _build_page_parameters((), order_type), parent=True)
    return bind_field(ResolvedBy(read), resolver, description, may)


def derived(
    rule: Callable[..., object],
    reads: Sequence[str | RelatedValue],
    description: str,
    may: Functions | None = None,
    *,
    known_as: str | None = None,
    served: bool = False,
    policed: bool = False,
) -> Any:
    """Bind a field to a function of columns and the viewer; of the service too if `served`."""
    binding = Derived(rule, tuple(reads), served, policed)
    asked = tuple(each for each in binding.reads if isinstance(each, RelatedValue))

    def decide(row: Parent[Any], info: Info) -> Any:
        values = (getattr(row, name) for name in binding.reads if isinstance(name, str))
        return binding.compute(values, info.context.viewer, info.context.service)

    async def ask_and_decide(row: Parent[Any], info: Info) -> Any:
        table = type(row)
        key = tuple(table.__mapper__.primary_key_from_instance(row))
        found = await info.context.loaders.get_related_batch(table, asked).load(key)
        told = dict(zip(asked, found, strict=True))
        values = [
            getattr(row, each) if isinstance(each, str) else told[each] for each in binding.reads
        ]
        policy = await info.context.load_policy() if binding.is_policed(values) else None
        return binding.compute(values, info.context.viewer, info.context.service, policy)

    resolver = ask_and_decide if asked or policed else decide
    return bind_field(binding, resolver, description, may, name=known_as)


def computed_from_children(
    relation: Relation,
    rule: Callable[..., object],
    reads: Sequence[str],
    description: str,
    may: Functions | None = None,
) -> Any:
    """Bind a field to what a rule makes of columns of the rows that point here, oldest first."""
    names = [remote.key for _, remote in list_column_pairs(relation)]

    async def load(row: Parent[Any], info: Info) -> Any:
        key = tuple(getattr(row, name) for name in names)
        rows = await info.context.loaders.get_children_batch(relation, OLDEST).load(key)
        read = [tuple(getattr(row, name) for name in reads) for row in rows]
        return rule(read, viewer=info.context.viewer)

    return bind_field(ComputedFromChildren(relation, rule, tuple(reads)), load, description, may)


def aggregate(
    read: Callable[[dict[str, Any], Viewer, date], AggregateQuery],
    filters: Iterable[Filter],
    parameters: Iterable[Parameter],
    description: str,
    may: Functions,
) -> Any:
    """Bind a field to figures that one statement counts."""

    async def load(info: Info, **given: Any) -> Any:
        context = info.context
        counting = read(given, context.viewer, context.service.today())
        rows = await context.loaders.snapshot.load_rows(counting.select, counting.values)
        return counting.answer(rows)

    resolver = _build_list_resolver(
        load, [*parameters, *_build_filter_parameters(filters)], parent=False
    )
    return bind_field(Aggregate(read), resolver, description, may)


def viewer_itself(description: str, may: Functions) -> Any:
    """Bind a field to who asks."""

    def tell(info: Info) -> Viewer:
        return info.context.viewer

    return bind_field(ViewerItself(), tell, description, may)


def own_row(
    table: type[Base],
    find_key: Callable[[Viewer], UUID | None],
    description: str,
    may: Functions,
) -> Any:
    """Bind a field to a row of the viewer's own."""

    async def load(info: Info) -> Any:
        key = find_key(info.context.viewer)
        return None if key is None else await info.context.loaders.get_row_batch(table).load((key,))

    return bind_field(OwnRow(table, find_key), load, description, may)


def resolved_by(resolver: Callable[..., object], may: Functions, **options: Any) -> Any:
    """Bind a resolver that speaks in rows; its docstring becomes the field's description."""
    return bind_field(ResolvedBy(resolver), resolver, getdoc(resolver), may, **options)


def _build_filter_parameters(filters: Iterable[Filter]) -> list[Parameter]:
    found = []
    for f in filters:
        described = f.type | None, f.description
        found.append(build_parameter(f"{f.name}_", *described, f.graphql_name, f.default))
        if f.released_as is not None:
            old, instead = f.released_as, say_instead(f.graphql_name)
            known_as = to_graphql_name(old)
            found.append(build_parameter(f"{old}_", *described, known_as, instead=instead))
    return found


def _build_page_parameters(filters: Iterable[Filter], order_type: Any) -> list[Parameter]:
    found = [
        build_parameter(
            "first",
            int | None,
            f"How many rows from the beginning, at most {MAX_PAGE_SIZE}; {DEFAULT_PAGE_SIZE} "
            "unless `last` is given. 每页条数",
            "first",
        ),
        build_parameter("after", str | None, "The cursor to go on from. 起始游标", "after"),
        build_parameter(
            "last",
            int | None,
            f"How many rows from the end, at most {MAX_PAGE_SIZE}. 末尾条数",
            "last",
        ),
        build_parameter("before", str | None, "The cursor to go back from. 截止游标", "before"),
    ]
    if order_type is not None:
        found.append(
            build_parameter("order_by", order_type | None, "In which order. 排序", "orderBy")
        )
    return found + _build_filter_parameters(filters)


def build_parameter(
    name: str,
    type_: Any,
    description: str,
    known_as: str,
    default: Any = None,
    *,
    instead: str | None = None,
) -> Any:
    """Describe an argument of a field; one that is deprecated says what stands `instead`."""
    described = strawberry.argument(
        name=known_as, description=description, deprecation_reason=instead
    )
    annotation = Annotated[type_, described]
    return Parameter(name, Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def build_required_parameter(name: str, type_: Any, description: str) -> Any:
    """Describe an argument of one word that must be given."""
    return build_parameter(name, type_, description, name, Parameter.empty)


_PARENT: Any = Annotated[Any, StrawberryParent()]


def _build_list_resolver(load: Any, parameters: list[Parameter], *, parent: bool) -> Any:
    """Return the resolver of a list, with its arguments."""
    kind = Parameter.POSITIONAL_OR_KEYWORD
    own = [Parameter("row", kind, annotation=_PARENT)] if parent else []
    own.append(Parameter("info", kind, annotation=Info))
    return set_signature(load, Signature([*own, *parameters]))


def set_signature(resolver: Any, signature: Signature) -> Any:
    """Return a resolver with the signature that Strawberry reads its arguments from."""
    resolver.__signature__ = signature
    resolver.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()}
    return resolver


def parse_window(
    given: dict[str, Any],
    orders: Sequence[Order],
    filters: Iterable[Filter],
) -> Window:
    """Read the arguments of a list; whatever can't be read is refused, all of it at once."""
    chosen_values = [(f, f.choose(lambda name: given.get(f"{name}_"))) for f in filters]
    refuse_if(
        Fault(reason, (to_graphql_name(name),))
        for _, (name, value) in chosen_values
        if (reason := _find_unreadable_reason(value)) is not None
    )
    size, backward = _parse_page_size(given.get("first"), given.get("last"))
    chosen = given.get("order_by")
    order = next((o for o in orders if chosen is not None and o.name == chosen), orders[0])
    after, before = (
        None if given.get(name) is None else order.parse_cursor(given[name], name)
        for name in ("after", "before")
    )
    narrowed = tuple(f.narrow(value) for f, (_, value) in chosen_values if value is not None)
    return Window(
        size=size, after=after, before=before, backward=backward, order=order, narrowed=narrowed
    )


def _parse_page_size(first: int | None, last: int | None) -> tuple[int, bool]:
    """Return how many rows are asked for, and whether from the end."""
    if first is not None and last is not None:
        raise InvalidInput([Fault(Reason.FIRST_AND_LAST, ("last",))])
    name, asked = ("first", first) if last is None else ("last", last)
    size = DEFAULT_PAGE_SIZE if asked is None else asked
    if not 0 <= size <= MAX_PAGE_SIZE:
        raise InvalidInput(
            [Fault(Reason.FIRST_OUT_OF_RANGE, (name,), {"most": str(MAX_PAGE_SIZE)})]
        )
    return size, last is not None


def _find_unreadable_reason(value: object) -> Reason | None:
    """Return why a filter's value can't be compared; PostgreSQL takes no NUL in a text."""
    match value:
        case Unreadable(reason):
            return reason
        case str() if "\0" in value:
            return Reason.TEXT_UNPRINTABLE
        case _:
            return None
