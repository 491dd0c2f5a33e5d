"""What the type checker cannot see: that every field stands on what its binding says."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest
import strawberry
from sqlalchemy import (
    Column as TableColumn,
)
from sqlalchemy import (
    Enum,
    Uuid,
)
from strawberry.types.base import (
    StrawberryContainer,
    StrawberryList,
    StrawberryObjectDefinition,
    StrawberryOptional,
)
from strawberry.types.field import StrawberryField
from strawberry.types.lazy_type import LazyType

from loaders.filter import Order
from loaders.page import Page
from loaders.related_filters import ChildFilter, RelatedFilter
from loaders.search_filter import SearchFilter
from loaders.statement import (
    PAGE_ALIAS,
    PLACE_COLUMN,
    Relation,
    get_source_table,
    get_target_table,
    list_column_pairs,
)
from models import Base, Role, RosterState, Status
from resolvers.kernel.context import ReadAs
from rules.kernel import value
from rules.kernel.viewer import Viewer
from schema.kernel.binding import (
    BINDING,
    ChildConnection,
    Column,
    ComputedFromChildren,
    Derived,
    Identity,
    Many,
    One,
    PolymorphicOne,
    ResolvedBy,
    RootConnection,
)
from schema.kernel.connection import Connection
from schema.kernel.node import Node
from schema.kernel.permission import SemanticNonNull
from tests.factories.failures import AllFailures
from tests.schema.plain_schema import build_plain_schema

SCHEMA = build_plain_schema()
PYTHON: dict[object, type] = {value.Money: Decimal, value.Day: date, value.YearMonth: date}
PYTHON[value.Score] = Decimal
PYTHON[strawberry.ID] = str
PLAIN: dict[object, type] = {
    value.RegionCode: str,
    value.Text: str,
    value.Code: str,
    value.Paragraph: str,
}
PYTHON.update(PLAIN)


def definitions() -> Iterator[StrawberryObjectDefinition]:
    for named in SCHEMA.schema_converter.type_map.values():
        definition = named.definition
        if isinstance(definition, StrawberryObjectDefinition) and not definition.is_input:
            yield definition


def bound_fields() -> list[tuple[str, type, StrawberryField]]:
    return [
        (f"{definition.name}.{field.python_name}", definition.origin, field)
        for definition in definitions()
        for field in definition.fields
    ]


RECORDS = [each for each in bound_fields() if hasattr(each[1], "table")]
RECORDS_BY_TYPE = {
    record: [each for each in RECORDS if each[0].startswith(f"{record}.")]
    for record in dict.fromkeys(name.partition(".")[0] for name, _, _ in RECORDS)
}


def binding_of(field: StrawberryField) -> Any:
    """Give a field's binding; a column of its own name has none but that."""
    return field.metadata.get(BINDING)


def promised(type_: Any) -> tuple[Any, bool, bool]:
    """Tell a field's innermost type, whether it may be null, and whether it is a list."""
    optional = isinstance(type_, StrawberryOptional)
    type_ = type_.of_type if optional else type_
    many = isinstance(type_, StrawberryList)
    while isinstance(type_, StrawberryContainer):
        type_ = type_.of_type
    return _opened(type_), optional, many


def _opened(type_: Any) -> Any:
    if get_origin(type_) is Annotated:
        type_ = next((a for a in get_args(type_)[1:] if hasattr(a, "resolve_type")), type_)
    if isinstance(type_, LazyType):
        return type_.resolve_type()
    return getattr(type_, "wrapped_cls", type_)


def table_of(type_: Any) -> type[Base] | None:
    """Tell which table a type stands on; a connection, on that of its nodes."""
    definition = getattr(type_, "__strawberry_definition__", None)
    inner = getattr(definition, "type_var_map", {}).values()
    found = [_opened(part) for part in inner]
    return getattr(found[0] if found else type_, "table", None)


def test_every_field_of_a_record_has_a_binding() -> None:
    assert len(RECORDS) > 100
    assert [name for name, _, field in RECORDS if binding_of(field) is None] == []


@pytest.mark.parametrize("record", RECORDS_BY_TYPE)
def test_a_record_s_fields_are_what_their_bindings_give(record: str) -> None:
    with AllFailures() as failures:
        for name, owner, field in RECORDS_BY_TYPE[record]:
            with failures.at(name):
                require_binding_to_fit(name, owner, field)


def require_binding_to_fit(name: str, owner: Any, field: StrawberryField) -> None:
    kind, optional, many = promised(field.type)
    columns = owner.table.__mapper__.columns
    match binding_of(field):
        case Identity():
            assert (field.python_name, kind, optional, many) == ("id", strawberry.ID, False, False)
        case Column(known):
            column = columns[known or field.python_name]
            assert not many
            assert PYTHON.get(kind, kind) is python_type(column)
            assert optional or not column.nullable or name in NEVER_NULL
        case One(relation):
            assert get_source_table(relation) is owner.table
            assert table_of(kind) is get_target_table(relation)
            assert not many
            nullable = name not in NEVER_NULL and any(
                o.nullable for o, _ in list_column_pairs(relation)
            )
            assert optional == (nullable or name in MAYBE_HIDDEN)
        case Many(relation, order, filters):
            points_at(relation, owner, kind)
            assert many
            assert not optional
            assert set(order.names) <= set(get_source_table(relation).__mapper__.columns.keys())
            assert {f.column for f in filters} <= set(
                get_source_table(relation).__mapper__.columns.keys()
            )
        case ChildConnection(relation, orders, filters):
            points_at(relation, owner, kind)
            assert not optional
            names = {c for order in orders for c in order.names} | {f.column for f in filters}
            assert names <= set(get_source_table(relation).__mapper__.columns.keys())
        case PolymorphicOne(column, relations):
            assert column in columns
            assert not many
            for _, relation in relations:
                assert get_source_table(relation) is owner.table
                (shown,) = {t for _, t, _ in RECORDS if is_type_of(t, get_target_table(relation))}
                assert issubclass(shown, kind)
            assert optional == (name in MAYBE_HIDDEN)
        case ComputedFromChildren(relation, rule, reads):
            assert get_target_table(relation) is owner.table
            assert set(reads) <= set(get_source_table(relation).__mapper__.columns.keys())
            assert (optional, many) == returned(rule)[1:]
            made = returned(rule)[0]
            assert made is kind or made.__name__ == kind.__strawberry_definition__.name
        case Derived(rule, reads):
            assert {each for each in reads if isinstance(each, str)} <= set(columns.keys())
            given = returned(rule)
            assert (given[1], given[2]) == (optional, many)
            named = given[0].__name__.removeprefix(
                "Described"
            )  # a finding in the viewer's language
            assert (
                given[0] in (kind, PYTHON.get(kind, kind))
                or named == kind.__strawberry_definition__.name
            )
        case ResolvedBy():
            pass  # below, with all that is resolved
        case other:
            pytest.fail(f"{name} is bound to {other}")


NEVER_NULL = {"LivingAllowanceClaim.month", "MentoringClaim.year"} | {
    *(f"TrainingClaim.{name}" for name in ("course_code", "training_class"))
}
"""Columns that are empty for other kinds only."""
MAYBE_HIDDEN = {
    "Intern.person",
    "ClaimLine.claim",
    "History.unit",
    "History.record",
    "OfficeHistory.record",
} | {
    *(f"ChangeRequest.{name}" for name in ("changed_record", "declaration", "post", "intern")),
    *(f"Trainee.{name}" for name in ("training_class", "unit", "person")),
    "AuditFinding.record",
    "Payment.unit",
}
MAYBE_HIDDEN |= {"PublicityLine.publicity", "WorkItem.unit"}
"""Rows that the viewer may not see (X10), that are another kind's, or that are no more."""


def is_type_of(type_: Any, table: type[Base]) -> bool:
    """Tell the type of a table's rows from those of one kind of them."""
    return type_.table is table and issubclass(type_, Node) and type_.kind is None


def points_at(relation: Relation, owner: Any, kind: Any) -> None:
    assert get_target_table(relation) is owner.table
    assert table_of(kind) is get_source_table(relation)


def python_type(column: TableColumn[Any]) -> type:
    if isinstance(column.type, Enum):
        found = column.type.enum_class
        assert found is not None
        return found
    if isinstance(column.type, Uuid):
        pytest.fail("an id of a row must not be shown")
    return column.type.python_type


def returned(function: Any) -> tuple[Any, bool, bool]:
    """Tell what a function returns: innermost type, whether None, whether many."""
    return read_hint(get_type_hints(function)["return"])


def read_hint(hint: Any) -> tuple[Any, bool, bool]:
    if get_origin(hint) in (Union, UnionType):
        (inner,) = (arg for arg in get_args(hint) if arg is not NoneType)
        return (*read_hint(inner)[:1], True, read_hint(inner)[2])
    if get_origin(hint) is Page:
        return Connection, False, False
    if get_origin(hint) is ReadAs:
        return read_hint(get_args(hint)[0])
    if get_origin(hint) is not None and get_origin(hint) is not Annotated:
        return read_hint(get_args(hint)[0])[0], False, True
    return hint, False, False


RESOLVED = [
    (name, field)
    for name, _, field in bound_fields()
    if isinstance(binding_of(field), ResolvedBy)
    and not name.startswith(("Mutation.", "AccountMutation.", "Subscription."))
]


def test_a_resolver_returns_what_its_field_promises() -> None:
    with AllFailures() as failures:
        for name, field in RESOLVED:
            with failures.at(name):
                require_resolver_to_fit(name, field)


def require_resolver_to_fit(name: str, field: StrawberryField) -> None:
    kind, optional, many = promised(field.type)
    found, nullable, listed = returned(binding_of(field).resolver)
    if found is Any:
        assert name in {
            *("Query.node", "Query.nodes"),
            *("FieldChange.before_record", "FieldChange.after_record"),
        }
        return
    empty_at_will = optional and not any(isinstance(d, SemanticNonNull) for d in field.directives)
    assert (nullable, listed) == (empty_at_will, many)
    table = table_of(kind)
    named = getattr(getattr(kind, "__strawberry_definition__", None), "name", None)
    assert found is table or found is kind or found.__name__ == named


def test_a_top_list_is_of_its_type_s_table() -> None:
    found = 0
    for _, _, field in bound_fields():
        match binding_of(field):
            case RootConnection(table, orders, filters):
                found += 1
                assert table_of(promised(field.type)[0]) is table
                columns = set(table.__mapper__.columns.keys())
                require_columns_of_orders(table, orders)
                beside = [f for f in filters if isinstance(f, RelatedFilter)]
                below = [f for f in filters if isinstance(f, ChildFilter)]
                found_names = [f for f in filters if isinstance(f, SearchFilter)]
                others = [*beside, *below, *found_names]
                assert {f.column for f in filters if f not in others} <= columns
                for search in found_names:
                    assert {own for own, _ in search.keys} <= columns
                    theirs = {*(far for _, far in search.keys), "part"}
                    assert theirs == {c.key for c in search.parts.__table__.primary_key}
                for child in below:
                    assert get_target_table(child.relation) is table
                    assert child.column in get_source_table(child.relation).__mapper__.columns
                for f in beside:
                    assert get_source_table(f.relation) is table
                    assert f.column in get_target_table(f.relation).__mapper__.columns
    assert found > 8


def test_a_list_below_a_record_is_ordered_by_columns_of_its_own_table() -> None:
    found = 0
    for _, _, field in bound_fields():
        match binding_of(field):
            case ChildConnection(relation, orders):
                found += 1
                require_columns_of_orders(get_source_table(relation), orders)
    assert found > 8


def require_columns_of_orders(table: type[Base], orders: Iterable[Order]) -> None:
    """Demand the columns that places are told by, and those that are compared."""
    needed = {column for order in orders for column in (*order.names, *order.keys)}
    assert needed <= set(table.__mapper__.columns.keys())


def test_no_column_is_called_like_what_statements_add() -> None:
    added = {PAGE_ALIAS, PLACE_COLUMN, *(f"k{n}" for n in range(4))}
    tables = Base.metadata.tables.values()
    assert not [f"{table.name}.{name}" for table in tables for name in {*table.c.keys()} & added]


def test_no_sealed_column_is_ever_shown() -> None:
    """X11: neither what is sealed nor its blind index has a field."""
    hidden = ("_sealed", "_index", "_hash")
    for _, _, field in RECORDS:
        match binding_of(field):
            case Column(known):
                assert not (known or field.python_name).endswith(hidden)
            case Derived(_, reads):
                names = [read for read in reads if isinstance(read, str)]
                assert not any(name.endswith(hidden) for name in names)


def test_every_instant_is_shown_as_one() -> None:
    assert promised({name: field.type for name, _, field in RECORDS}["History.at"])[0] is datetime


def test_x4_x21_what_one_may_only_consult_offers_nothing() -> None:
    """An officer of another district holds all functions, and acts on none of it."""
    elsewhere = Viewer(account_id=UUID(int=7), role=Role.DISTRICT_OFFICER, region="510104")
    consulted = set()
    with AllFailures() as failures:
        for name, origin, field in RECORDS:
            binding = field.metadata.get(BINDING)
            table: type[Base] = origin.__dict__.get("table", Base)
            if field.python_name != "possible_actions" or not table.consulted_by:
                continue
            assert isinstance(binding, Derived)
            consulted.add(table.__tablename__)
            known = {"region": "510105", "status": Status.APPROVED, "state": RosterState.CHECKED}
            values = [known.get(each) if isinstance(each, str) else None for each in binding.reads]
            with failures.at(name):
                assert binding.rule(*values, viewer=elsewhere) == []
    assert consulted == {
        *("bank_account", "declaration", "person", "qualification", "roster", "unit"),
    }
