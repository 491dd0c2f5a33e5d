"""Shapes of requests that cost much: each is built from a few numbers, which the search turns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_input_object_type,
    is_interface_type,
    is_non_null_type,
    is_object_type,
)

Knobs = dict[str, int]
Built = tuple[str, object]


@dataclass(frozen=True)
class Shape:
    """A name, the knobs with their greatest values, and what is built from them."""

    name: str
    most: Mapping[str, int]
    build: Callable[[GraphQLSchema, Knobs], Built]


SHAPES: list[Shape] = []


def shape(**most: int) -> Callable[[Callable[[GraphQLSchema, Knobs], Built]], None]:
    """Enter a shape under its function's name."""

    def enter(build: Callable[[GraphQLSchema, Knobs], Built]) -> None:
        SHAPES.append(Shape(build.__name__, most, build))

    return enter


def join(parts: Any) -> str:
    return " ".join(parts)


def fields_of(type_: GraphQLNamedType) -> dict[str, GraphQLField]:
    return type_.fields if is_object_type(type_) or is_interface_type(type_) else {}


def list_kinds(schema: GraphQLSchema) -> list[GraphQLObjectType]:
    node = schema.type_map["Node"]
    return list(schema.get_possible_types(node)) if is_abstract_type(node) else []


def select(schema: GraphQLSchema, type_: GraphQLNamedType, dice: Random, left: list[int]) -> str:
    """Select at random of what a type has, until so many fields are selected."""
    parts = ["__typename"]
    named = list(fields_of(type_).items())
    dice.shuffle(named)
    for name, field in named:
        if left[0] <= 0 or any(is_non_null_type(a.type) for a in field.args.values()):
            continue
        left[0] -= 1
        below = get_named_type(field.type)
        if not is_composite_type(below):
            parts.append(name)
        elif left[1] > 0:
            left[1] -= 1
            inner = select(schema, below, dice, left)
            left[1] += 1
            page = "(first: 1)" if "first" in field.args else ""
            parts.append(f"{name}{page} {{ {inner} }}")
    if is_abstract_type(type_):
        for possible in schema.get_possible_types(type_):
            if left[0] > 0 and left[1] > 0:
                left[1] -= 1
                parts.append(f"... on {possible.name} {{ {select(schema, possible, dice, left)} }}")
                left[1] += 1
    return join(parts)


@shape(seed=1_000_000, fields=1_200, depth=13, roots=20)
def wide(schema: GraphQLSchema, k: Knobs) -> Built:
    """What the schema has, as much of it as goes in."""
    dice, parts = Random(k["seed"]), []
    assert schema.query_type is not None
    roots = [
        (name, field)
        for name, field in schema.query_type.fields.items()
        if not any(is_non_null_type(a.type) for a in field.args.values())
        and is_composite_type(get_named_type(field.type))
    ]
    for n in range(max(1, k["roots"])):
        name, field = dice.choice(roots)
        left = [k["fields"] // max(1, k["roots"]), k["depth"]]
        inner = select(schema, get_named_type(field.type), dice, left)
        page = "(first: 1)" if "first" in field.args else ""
        parts.append(f"r{n}: {name}{page} {{ {inner} }}")
    return "{ " + join(parts or ["__typename"]) + " }", None


@shape(types=60, fields=60, aliases=3, seed=1_000_000)
def kinds(schema: GraphQLSchema, k: Knobs) -> Built:
    """Inline fragments of many kinds of records."""
    dice = Random(k["seed"])
    possible = list_kinds(schema)
    dice.shuffle(possible)
    parts = [
        f"... on {p.name} {{ {select(schema, p, dice, [k['fields'], 1])} }}"
        for p in possible[: k["types"]]
    ]
    roots = [f'r{n}: nodes(ids: ["{n}"]) {{ {join(parts)} }}' for n in range(max(1, k["aliases"]))]
    return "{ " + join(roots) + " }", None


@shape(count=1_500, root=20)
def aliases(schema: GraphQLSchema, k: Knobs) -> Built:
    below = join(f"a{n}: name" for n in range(k["count"]))
    return "{ " + join(f"r{n}: viewer {{ {below} }}" for n in range(max(1, k["root"]))) + " }", None


@shape(breadth=40, depth=8, inline=1)
def overlap(schema: GraphQLSchema, k: Knobs) -> Built:
    """Fields of one name, which are compared with each other."""
    inner = "id"
    for _ in range(k["depth"]):
        one = f"unit {{ {inner} }}" if not k["inline"] else f"... on Post {{ unit {{ {inner} }} }}"
        inner = join([one] * max(1, k["breadth"]))
        if len(inner) > 60_000:
            break
    return "{ posts { edges { node { " + inner + " } } } }", None


@shape(count=2_000, same=1)
def inline(schema: GraphQLSchema, k: Knobs) -> Built:
    types = ["Intern"] if k["same"] else [t.name for t in list_kinds(schema)]
    parts = [f"... on {types[n % len(types)]} {{ id __typename }}" for n in range(k["count"])]
    return '{ node(id: "1") { ' + join(parts) + " } }", None


@shape(keys=3_500, depth=100, length=200, known=1)
def literals(schema: GraphQLSchema, k: Knobs) -> Built:
    """Keys that are unknown, and values that are wrong, in the literals of a mutation."""
    value = "[" * k["depth"] + "1" + "]" * k["depth"]
    value = "[" + join([value] * max(1, k["length"])) + "]" if k["length"] else value
    type_ = schema.type_map["UnitRegistrationInput"]
    known = list(type_.fields) if is_input_object_type(type_) and k["known"] else []
    names = (known + [f"a{n}" for n in range(3_500)])[: max(1, k["keys"])]
    given = join(f"{name}: {value if n < 3 else 1}" for n, name in enumerate(names))
    return "mutation { registerUnit(input: {" + given + "}) { __typename } }", None


@shape(rows=2_000, cells=12, wrong=1)
def lists(schema: GraphQLSchema, k: Knobs) -> Built:
    """Long lists that a mutation takes, as literals."""
    row = "[" + join(["1" if k["wrong"] else '"x"'] * k["cells"]) + "]"
    head = 'kind: PERSON source: "x" asOf: "2026-01-01" region: "220000" columns: ["x"]'
    given = f"{head} rows: [{join([row] * k['rows'])}]"
    return "mutation { loadFacts(input: {" + given + "}) { __typename } }", None


@shape(count=3_000, where=4, length=60)
def unknown(schema: GraphQLSchema, k: Knobs) -> Built:
    """Names that are not there: of fields, arguments, types, fragments, directives."""
    names = [f"registerUnit{'x' * k['length']}{n}" for n in range(k["count"])]
    match k["where"]:
        case 0:
            return "{ " + join(names or ["a"]) + " }", None
        case 1:
            return "{ posts(" + join(f"{n}: 1" for n in names or ["a"]) + ") { totalCount } }", None
        case 2:
            return "{ viewer { name " + join(f"... on {n} {{ id }}" for n in names) + " } }", None
        case 3:
            return "{ viewer { name " + join(f"...{n}" for n in names) + " } }", None
        case _:
            return "{ viewer { name " + join(f"@{n}" for n in names) + " } }", None


@shape(count=200, spreads=20, fields=40, cyclic=1, chain=1)
def fragments(schema: GraphQLSchema, k: Knobs) -> Built:
    count, parts = max(1, k["count"]), []
    for n in range(count):
        last = count if not k["cyclic"] else 10**6
        targets = [n + 1 if k["chain"] else n + 1 + m for m in range(k["spreads"])]
        spreads = [f"...F{t % count}" for t in targets if t < last]
        below = join([f"f{n}x{m}: name" for m in range(k["fields"])] + spreads) or "name"
        parts.append(f"fragment F{n} on Post {{ {below} }}")
    return "{ posts { edges { node { ...F0 } } } } " + join(parts), None


@shape(count=2_000, used=1, json=2_000, kind=3)
def variables(schema: GraphQLSchema, k: Knobs) -> Built:
    wanted = ("Int", "[Int!]", "UnitRegistrationInput", "Nothing")[k["kind"]]
    value: object = (1, [1] * k["json"], {f"a{n}": 1 for n in range(k["json"])}, 1)[k["kind"]]
    names = [f"v{n}" for n in range(k["count"])]
    uses = join(f"a{n}: posts(first: ${name}) {{ totalCount }}" for n, name in enumerate(names))
    head = join(f"${name}: {wanted}" for name in names) or "$v: Int"
    body = uses if k["used"] and uses else "viewer { name }"
    return f"query ({head}) {{ {body} }}", dict.fromkeys(names[:40], value)


@shape(rows=4_000, cells=20, shape=4)
def json_rows(schema: GraphQLSchema, k: Knobs) -> Built:
    """Rows of a variable: right ones, wrong ones, keys too many, empty lists, long texts."""
    cell: Any = ("x", 1, {"a": 1}, [], "\u4e00\n" * 200)[k["shape"]]
    given = {
        "kind": "PERSON",
        "source": "x",
        "asOf": "2026-01-01",
        "region": "220000",
        "columns": ["x"],
        "rows": [[cell] * k["cells"]] * k["rows"],
    }
    query = "mutation ($input: FactsDraftInput!) { loadFacts(input: $input) { __typename } }"
    return query, {"input": given}


@shape(rows=2_000, keys=14, extra=40)
def json_inputs(schema: GraphQLSchema, k: Knobs) -> Built:
    """Many input objects in a variable, with keys that are missing or too many."""
    assert schema.mutation_type is not None
    wanted = schema.mutation_type.fields["saveMonthlyReports"].args["input"].type
    outer = get_named_type(wanted)
    assert is_input_object_type(outer)
    given: dict[str, Any] = {}
    for name, field in outer.fields.items():
        inner = get_named_type(field.type)
        if is_input_object_type(inner):
            names = [*list(inner.fields)[: k["keys"]], *(f"a{n}" for n in range(k["extra"]))]
            given[name] = [dict.fromkeys(names, "x")] * k["rows"]
        else:
            given[name] = "x"
    query = f"mutation ($input: {wanted}) {{ saveMonthlyReports(input: $input) {{ __typename }} }}"
    return query, {"input": given}


@shape(types=50, fields=40, first=50)
def nodes(schema: GraphQLSchema, k: Knobs) -> Built:
    """Records of every kind, each with what no other kind has otherwise."""
    seen: dict[str, str] = {}
    parts = []
    kinds_ = list_kinds(schema)
    for possible in (kinds_[k["first"] :] + kinds_)[: k["types"]]:
        names = [
            name
            for name, field in possible.fields.items()
            if not is_composite_type(get_named_type(field.type))
            and seen.setdefault(name, str(field.type)) == str(field.type)
            and not any(is_non_null_type(a.type) for a in field.args.values())
        ]
        parts.append(f"... on {possible.name} {{ id {join(names[: k['fields']])} }}")
    return '{ nodes(ids: ["1"]) { id ' + join(parts) + " } }", None


@shape(count=70_000, kind=4, depth=70)
def json(schema: GraphQLSchema, k: Knobs) -> Built:
    """JSON that no document asks for."""
    deep: Any = []
    for _ in range(k["depth"]):
        deep = [deep]
    filling: Any = ([], {}, 1, {"a": {"b": "\x7f\n"}}, deep)[k["kind"]]
    count = k["count"] // (k["depth"] + 1) if k["kind"] == 4 else k["count"]
    return "{ viewer { name } }", {"a": [filling] * count}


@shape(depth=14, width=20, root=20, types=1)
def introspection(schema: GraphQLSchema, k: Knobs) -> Built:
    inner = "name kind"
    for _ in range(k["depth"]):
        inner = f"name kind ofType {{ {inner} }}"
    below = join(f"a{n}: fields {{ name type {{ {inner} }} }}" for n in range(max(1, k["width"])))
    one = (
        f"__schema {{ types {{ {below} }} }}"
        if k["types"]
        else f'__type(name: "Query") {{ {below} }}'
    )
    return "{ " + join(f"r{n}: {one}" for n in range(max(1, k["root"]))) + " }", None


@shape(count=3_000, on=2)
def directives(schema: GraphQLSchema, k: Knobs) -> Built:
    one = ("@skip(if: false)", "@include(if: $v)", "@deprecated")[k["on"]]
    head = "query ($v: Boolean!) " if k["on"] == 1 else ""
    return head + "{ viewer { name " + one * k["count"] + " } }", {"v": True} if head else None


@shape(count=400, fields=100, spreads=40)
def operations(schema: GraphQLSchema, k: Knobs) -> Built:
    made = [f"query Q{n} {{ viewer {{ ...F name }} }}" for n in range(max(1, k["count"]))]
    below = join(f"x{n}: name" for n in range(k["fields"]))
    chain = [
        f"fragment F{m or ''} on Viewer {{ {below} name ...F{m + 1} }}" for m in range(k["spreads"])
    ]
    last = f"fragment F{k['spreads'] or ''} on Viewer {{ name }}"
    return join([*made, *chain, last]), None


@shape(length=64_000, kind=5)
def texts(schema: GraphQLSchema, k: Knobs) -> Built:
    """Long texts: strings, comments, numbers, blanks, and what ends in a syntax error."""
    many = k["length"]
    match k["kind"]:
        case 0:
            return '{ node(id: "' + "\\u4e00" * (many // 6) + '") { id } }', None
        case 1:
            return '{ node(id: """' + " x\n" * (many // 3) + '""") { id } }', None
        case 2:
            return "{ viewer { name } } " + "#\n" * (many // 2), None
        case 3:
            return "{ nodes(ids: " + "9" * many + ") { id } }", None
        case 4:
            return "{" * many, None
        case _:
            return "{ viewer { name } }" + " \n,\ufeff" * (many // 4) + " %", None


@shape(count=20, keys=14, rows=200)
def inputs(schema: GraphQLSchema, k: Knobs) -> Built:
    """Many mutations, each with a literal as large as its type."""
    type_ = schema.type_map["RosterPersonDraftInput"]
    names = list(type_.fields) if is_input_object_type(type_) else []
    row = "{" + join(f'{name}: "x"' for name in names[: k["keys"]]) + "}"
    parts = [
        f"m{n}: addInterns(input: [{join([row] * k['rows'])}]) {{ __typename }}"
        for n in range(max(1, k["count"]))
    ]
    return "mutation { " + join(parts) + " }", None
