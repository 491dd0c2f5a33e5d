"""What the printed schema says, for tests that are generated from it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_required_argument,
)

from rules.kernel.function import Function
from tests.factories.rows import a_credit_code, an_id_number
from tests.factories.world import REFUSAL_SELECTION
from tools.sdl import print_sdl

SCHEMA = build_schema(print_sdl())
assert SCHEMA.query_type is not None
assert SCHEMA.mutation_type is not None
QUERIES = SCHEMA.query_type.fields
MUTATIONS = SCHEMA.mutation_type.fields
ANONYMOUS_MUTATIONS = {
    "signIn",
    "completeSignIn",
    "startPasskeySignIn",
    "completePasskeySignIn",
    "startProviderSignIn",
    "completeProviderSignIn",
    "refreshSession",
    "signOut",
    "registerUnit",
    "registerPerson",
    "requestSignInTicket",
    "redeemSignInTicket",
    "lodgeAccountAppeal",
    "lodgePersonAppeal",
    "lookUpAccountAppeal",
    "requestEvidenceUpload",
    "addEvidence",
    "lodgeObjection",
    "lookUpObjection",
    "recoverAccount",
    "requestPersonCode",
    "recoverPersonAccount",
}
"""What is done at the door, by strangers, without an idempotency key."""

KEYLESS_MUTATIONS = {*ANONYMOUS_MUTATIONS, "proveAgain", "beginPasskey"}
"""What tells a token, which is kept nowhere to be told again."""

SAMPLE_VALUES: Mapping[str, object] = {
    "AccountName": "new-account",
    "Boolean": True,
    "CardNumber": "6222020200112233446",
    "Code": "B2025-0001",
    "CreditCode": a_credit_code(900),
    "Date": "2024-07-15",
    "ID": "unknown",
    "IdNumber": an_id_number(1),
    "Int": 1,
    "MobileNumber": "13800005678",
    "Money": "100.00",
    "Paragraph": "说明",
    "RegionCode": "220104",
    "Score": "60",
    "String": "text",
    "Text": "文字",
    "YearMonth": "2024-09",
    "absent": False,
    "year": 2024,
}
"""A value of each scalar; some arguments take one of their own."""
FAULTS_SELECTION = "faults { reason path message cure }"
OUTCOME_SELECTIONS = {
    "ReviewResult": f"... on ReviewPayload {{ outcomes {{ record {{ id }} {FAULTS_SELECTION} }} }}",
    "LinesResult": f"... on LinesPayload {{ outcomes {{ line {{ id }} {FAULTS_SELECTION} }} }}",
}
ALTERNATIVE_MEMBERS = {"where"}
"""Members by which is chosen what others name: only one of the two may be given."""
MAX_WORDS = 1500
"""How much one document selects: a word is a field, or a bracket."""
InputPath = tuple[str | int, ...]
Fill = Callable[[InputPath, str], object]


def a_sample(place: InputPath, name: str) -> object:
    return SAMPLE_VALUES.get(str(place[-1]), SAMPLE_VALUES[name])


def read_may(of: GraphQLField | GraphQLNamedType) -> frozenset[Function] | None:
    """Read who may from the printed directive."""
    node: Any = of.ast_node
    for directive in (node.directives or ()) if node else ():
        if directive.name.value == "may":
            values = directive.arguments[0].value
            return frozenset(Function(value.value) for value in values.values)
    return None


def build_value(type_: GraphQLInputType, place: InputPath = (), fill: Fill = a_sample) -> object:
    """Make up an input value; every field is given (of `oneOf` the first), a list has one item."""
    inner = get_nullable_type(type_)
    if is_list_type(inner):
        return [build_value(inner.of_type, (*place, 0), fill)]
    if isinstance(inner, GraphQLInputObjectType):
        members = [(n, f) for n, f in inner.fields.items() if n not in ALTERNATIVE_MEMBERS]
        members = members[: 1 if inner.is_one_of else None]
        return {n: build_value(f.type, (*place, n), fill) for n, f in members}
    if isinstance(inner, GraphQLEnumType):
        return next(iter(inner.values))
    return fill(place, str(inner))


def find_scalar_paths(field: GraphQLField, scalar: str) -> list[InputPath]:
    """List the places in a field's arguments where a scalar stands."""
    found: list[InputPath] = []

    def note(place: InputPath, name: str) -> object:
        if name == scalar:
            found.append(place)
        return SAMPLE_VALUES[name]

    for name, argument in field.args.items():
        build_value(argument.type, (name,), note)
    return found


def build_arguments(field: GraphQLField, fill: Fill = a_sample) -> dict[str, Any]:
    """Make up a value for each argument that must be given."""
    return {
        name: build_value(argument.type, (name,), fill)
        for name, argument in field.args.items()
        if is_required_argument(argument)
    }


def replace_at(value: Any, place: InputPath, new: object) -> Any:
    """Put another value at a place, all else as it was."""
    if not place:
        return new
    head, *rest = place
    changed: Any = list(value) if isinstance(value, list) else dict(value)
    changed[head] = replace_at(changed[head], tuple(rest), new)
    return changed


def write_document(kind: str, name: str, field: GraphQLField, selection: str | None = None) -> str:
    """Write an operation of one root field, a variable for each argument that must be given."""
    taken = [(n, a) for n, a in field.args.items() if is_required_argument(a)]
    heads = ", ".join(f"${n}: {a.type}" for n, a in taken)
    passed = ", ".join(f"{n}: ${n}" for n, _ in taken)
    shape = selection if selection is not None else write_selection(get_named_type(field.type))
    head, args = (f"({heads})" if heads else ""), (f"({passed})" if passed else "")
    return f"{kind} X{head} {{ {name}{args} {shape} }}"


def write_selection(type_: GraphQLNamedType, depth: int = 0) -> str:
    """Select the type's name, refusals told in full, and fields some levels down."""
    if isinstance(type_, GraphQLUnionType):
        each = OUTCOME_SELECTIONS.get(type_.name, "")
        return f"{{ __typename {REFUSAL_SELECTION} {each} }}"
    if not isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        return ""
    parts = ["__typename", *_write_fields(type_, depth)]
    return f"{{ {' '.join(parts)} }}"


def _write_fields(type_: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> Iterator[str]:
    for name, field in type_.fields.items():
        inner = get_named_type(field.type)
        leaf = not isinstance(inner, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)
        if any(map(is_required_argument, field.args.values())):
            continue
        if name == "nodes" and "edges" in type_.fields:
            continue  # the rows of its edges once more
        if (read_may(field) or frozenset()) - {Function.READ_RECORDS}:
            continue  # an officer's, of a record that others see too: told by tests of its own
        wrapper = inner.name.endswith(("Connection", "Edge")) or inner.name == "PageInfo"
        if leaf or wrapper or depth > 0:
            paged = "(first: 5)" if "first" in field.args else ""
            yield f"{name}{paged} {write_selection(inner, depth if wrapper else depth - 1)}"


def write_selections(type_: GraphQLObjectType, depth: int) -> Iterator[str]:
    """Select fields some levels down in as many parts as limits on documents ask for."""
    parts: list[str] = []
    for part in _write_fields(type_, depth):
        if len(f"{parts} {part}".split()) > MAX_WORDS:
            yield f"{{ __typename {' '.join(parts)} }}"
            parts = []
        parts.append(part)
    yield f"{{ __typename {' '.join(parts)} }}"


NODES_WITHOUT_TABLE = {"Viewer", "WorkItem"}
"""Who asks, and what waits: rows of other tables, whose tests tell of their ids."""


def list_record_types() -> dict[str, GraphQLObjectType]:
    """List the object types whose rows stand in a table and have a global id."""
    node = SCHEMA.get_type("Node")
    assert isinstance(node, GraphQLInterfaceType)
    found = {t.name: t for t in SCHEMA.get_implementations(node).objects}
    return {name: type_ for name, type_ in found.items() if name not in NODES_WITHOUT_TABLE}
