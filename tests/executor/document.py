"""Documents made from the schema: valid, odd, and the same for the same seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from json import dumps
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from schema.kernel.binding import BINDING, ResolvedBy
from tests.factories.rows import a_credit_code
from tests.schema.plain_schema import build_plain_schema

PLANNED_FIELDS = (
    "units",
    "declarations",
    "posts",
    "interns",
    "monthlyReports",
    "claims",
    "bankAccounts",
    "persons",
    "parameters",
    "accountAppeals",
    "accounts",
    "functionGrants",
    "handled",
    "claimLines",
    "auditFindings",
    "unmaskings",
    "accessHistory",
    "node",
    "nodes",
)
DESK_FIELDS = ("workQueue", "workCounts", "workQueue")
"""What only officers may ask."""
OFFICER_ACCOUNTS = ("officer", "elsewhere")
REFERENCE_FIELDS = (
    "viewer",
    "regions",
    "accountRules",
    "internsToReport",
    "internToReportConnection",
    "livingAllowanceCandidates",
    "livingAllowanceCandidateConnection",
    "completableClassConnection",
    "mentoringCandidates",
)
REGIONS = ("220000", "220100", "220104", "220102", "510104")
MONTHS = ("2024-07", "2024-08", "2024-09", "2026-01")
TEXTS = ("见习", "单位", "岗位", "near", "%", "_", "", "internship.min_days", "'; --")
READABLE_VALUES: Mapping[str, Sequence[Any]] = {
    "Boolean": (True, False),
    "CreditCode": tuple(map(a_credit_code, (1, 2, 500, 999))),
    "RegionCode": REGIONS,
    "YearMonth": MONTHS,
    "Date": ("2024-07-01", "2024-12-31", "2025-01-11", "2025-02-04", "2026-03-02", "9999-12-30"),
    "Int": (1, 3, 7, 400, 2024, 2025),
    "Money": ("0.00", "0.10", "1880.00", "17640"),
}
UNREADABLE_VALUES: Mapping[str, Sequence[Any]] = {
    "CreditCode": ("91", "near", ""),
    "Date": ("2024-02-30", "2024-7-1", "2025-1-1", ""),
    "Int": (0, -1, 4000, 9999),
    "Money": ("1.234", "much", ""),
    "RegionCode": ("999999", "22010", "二二〇一〇四", ""),
    "YearMonth": ("2024-13", "2024-1", ""),
    "String": ("\0", "a\0b"),
}
STRANGE_IDS = ("", "garbage", "VW5pdDo", "单位")
STRANGE_CURSORS = ("", "garbage", "bnVsbA")
ODD_SHARE = 0.04
"""How often an argument is one that is refused."""
MAX_DEPTH = 6
ANY_LIST = "*"
"""The name under which cursors of any list stand."""


@dataclass
class GeneratedRequest:
    """What is sent."""

    query: str
    variables: dict[str, Any] = field(default_factory=dict)
    name: str | None = None
    planned: bool = True

    @property
    def body(self) -> dict[str, Any]:
        named = {"operationName": self.name} if self.name else {}
        return {"query": self.query, "variables": self.variables, **named}


@dataclass
class KnownValues:
    """What of the database documents may name."""

    ids: Sequence[str]
    cursors: Mapping[str, Sequence[str]]


@cache
def list_resolved_fields() -> frozenset[tuple[str, str]]:
    """List the fields of records and values that only the reference path answers.

    Counts of connections are left out: where they stand below what has a plan, they have one too.
    """
    types = build_plain_schema()._schema.type_map
    return frozenset(
        (type_.name, name)
        for type_ in types.values()
        if isinstance(type_, GraphQLObjectType) and not type_.name.endswith("Connection")
        for name, field in type_.fields.items()
        if (definition := field.extensions.get("strawberry-definition")) is not None
        and isinstance(definition.metadata.get(BINDING), ResolvedBy)
        and type_.name != "Query"
    )


def _is_resolved(type_name: str, field_name: str) -> bool:
    return (type_name, field_name) in list_resolved_fields()


class OperationGenerator:
    """Writes one operation and the fragments that it uses."""

    def __init__(
        self, schema: GraphQLSchema, known: KnownValues, random: Random, number: int
    ) -> None:
        self.schema, self.known, self.random, self.number = schema, known, random, number
        self.planned = True
        self.variables: dict[str, Any] = {}
        self._declared: list[str] = []
        self._fragments: list[tuple[str, str, str]] = []
        self._count = 0
        self._left = 55

    def write_operation(self, name: str, more: Sequence[str]) -> str:
        """Write the operation."""
        query = self.schema.query_type
        assert query is not None
        roots = self.random.choices((*PLANNED_FIELDS, *more), k=self.random.choice((1, 1, 2, 3)))
        if self._draw_chance(0.05):
            roots.append(self.random.choice(REFERENCE_FIELDS))
            self.planned = False
        if self._draw_chance(0.04):  # the schema is asked for by itself
            parts = ["__schema { queryType { name } }"]
            self.planned = False
        else:
            parts = [self._write_field(query, root, 1, own=True) for root in roots]
        parts.insert(self.random.randrange(len(parts) + 1), self._write_typename())
        declared = f"({', '.join(self._declared)})" if self._declared else ""
        fragments = "".join(f"\nfragment {f} on {on} {{ {of} }}" for f, on, of in self._fragments)
        return f"query {name}{declared} {{ {' '.join(parts)} }}{fragments}"

    def _make_name(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self.number}_{self._count}"

    def _write_typename(self) -> str:
        return self.random.choice(("__typename", f"{self._make_name('t')}: __typename"))

    def _draw_chance(self, share: float) -> bool:
        return self.random.random() < share

    def _write_directive(self) -> str:
        if not self._draw_chance(0.07):
            return ""
        which, value = self.random.choice(("skip", "include")), self._draw_chance(0.5)
        if self._draw_chance(0.5):
            return f" @{which}(if: {str(value).lower()})"
        name = self._make_name("v")
        if self._draw_chance(0.3):
            self._declared.append(f"${name}: Boolean! = {str(value).lower()}")
        else:
            self._declared.append(f"${name}: Boolean!")
            self.variables[name] = value
        return f" @{which}(if: ${name})"

    def _write_field(self, parent: Any, name: str, depth: int, *, own: bool) -> str:
        """Write a field; `own` gives it a response name of its own."""
        known: GraphQLField = parent.fields[name]
        if _is_resolved(parent.name, name):
            self.planned = False
        arguments = self._write_arguments(name, known.args, depth)
        alias = ""
        if arguments or own:
            self._left -= 1
            alias = f"{self._make_name('a')}: "
        text = f"{alias}{name}{arguments}{self._write_directive()}"
        type_ = get_named_type(known.type)
        if is_leaf_type(type_):
            return text
        whole = (
            f"{text} {{ {self._write_selection(type_, depth + 1, apart=type_.name == 'Node')} }}"
        )
        again = self._draw_chance(0.06) and self._left > 10
        return f"{whole} {whole}" if again else whole

    def _write_selection(self, type_: Any, depth: int, *, apart: bool = False) -> str:
        """Write a selection; `apart` where rows of several types might give one name two types."""
        parts = [self._write_typename()] if self._draw_chance(0.25) else []
        names = list(type_.fields)
        leaves = [n for n in names if is_leaf_type(get_named_type(type_.fields[n].type))]
        deeper = [n for n in names if n not in leaves and self._is_welcome(type_, n)]
        for name in self.random.sample(leaves, min(len(leaves), self.random.choice((1, 2, 4)))):
            parts.append(
                self._write_field(type_, name, depth, own=apart or self._draw_chance(0.05))
            )
        for name in self._choose_deeper(deeper, type_, depth):
            parts.append(
                self._write_field(type_, name, depth, own=apart or self._draw_chance(0.15))
            )
        for on in self._choose_conditions(type_, depth):
            parts.append(self._write_fragment(on, depth, apart=apart))
        self.random.shuffle(parts)
        return " ".join(parts) or "__typename"

    def _is_welcome(self, type_: Any, name: str) -> bool:
        return not _is_resolved(type_.name, name) or self._draw_chance(0.04)

    def _choose_deeper(self, names: list[str], type_: Any, depth: int) -> list[str]:
        if type_.name.endswith(("Connection", "Edge")):
            rows = self.random.choice(("edges", "edges", "nodes"))
            names = [n for n in names if n == rows or n not in {"edges", "nodes"}]
            most = [name for name in names if name != "pageInfo"]
            return (
                names if self._draw_chance(0.3) else most if self._draw_chance(0.9) else names[-1:]
            )
        if depth > MAX_DEPTH or not names or self._left < 15:
            return [n for n in names if n in {"edges", "node"}]
        wanted = (
            self.random.choice((0, 1, 1, 2, 2)) if depth < MAX_DEPTH else self._draw_chance(0.4)
        )
        return self.random.sample(names, min(int(wanted), len(names)))

    def _choose_conditions(self, type_: Any, depth: int) -> list[Any]:
        """Choose types on which fragments of a selection stand."""
        if depth > MAX_DEPTH or self._left < 15:
            return []
        if is_abstract_type(type_):
            possible: list[Any] = [*self.schema.get_possible_types(type_), type_]
            if type_.name == "Node":
                possible += [self.schema.type_map[n] for n in ("Claim", "Reviewed", "Claim")]
            return self.random.sample(possible, min(len(possible), self.random.choice((1, 2, 3))))
        if not isinstance(type_, GraphQLObjectType) or not self._draw_chance(0.25):
            return []
        return [self.random.choice([type_, *type_.interfaces])]

    def _write_fragment(self, on: Any, depth: int, *, apart: bool) -> str:
        known = [name for name, type_name, _ in self._fragments if type_name == on.name]
        if known and not apart and self._draw_chance(0.5):
            return f"...{self.random.choice(known)}{self._write_directive()}"
        selection = self._write_selection(on, depth + 1, apart=apart)
        if self._draw_chance(0.4):
            name = self._make_name("F")
            self._fragments.append((name, on.name, selection))
            return f"...{name}{self._write_directive()}"
        condition = "" if on.name == "" else f" on {on.name}"
        return f"...{condition}{self._write_directive()} {{ {selection} }}"

    def _write_arguments(self, name: str, known: Mapping[str, GraphQLArgument], depth: int) -> str:
        found: list[str] = []
        for argument, of in known.items():
            required = isinstance(of.type, GraphQLNonNull) and not _has_default(of)
            wanted = 0.06 if argument in {"after", "before"} else 0.25
            if argument == "last" and any(each.startswith("first:") for each in found):
                wanted = ODD_SHARE
            if of.deprecation_reason is not None:  # it may be given by its new name as well
                wanted = ODD_SHARE
            if required or self._draw_chance(wanted):
                value = self._choose_value(of.type, name, argument, depth)
                found.append(f"{argument}: {self._write_value(of, argument, value)}")
        return f"({', '.join(found)})" if found else ""

    def _write_value(self, of: GraphQLArgument, argument: str, value: Any) -> str:
        """Write a value in place, or as a variable with or without a default."""
        if argument in {"first", "last"} or self._draw_chance(0.6):
            return _format_literal(value, of.type)
        name, chance = self._make_name("v"), self.random.random()
        type_ = str(of.type)
        if chance < 0.3 and value is not None:
            self._declared.append(f"${name}: {type_} = {_format_literal(value, of.type)}")
            if self._draw_chance(0.3) and not type_.endswith("!"):
                self.variables[name] = None
            return f"${name}"
        self._declared.append(f"${name}: {type_}")
        if value is not None or self._draw_chance(0.5):
            self.variables[name] = value
        return f"${name}"

    def _choose_value(self, type_: Any, field_name: str, argument: str, depth: int) -> Any:
        if not isinstance(type_, GraphQLNonNull) and self._draw_chance(0.08):
            return None
        type_ = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if isinstance(type_, GraphQLList):
            size = self.random.choice((0, 1, 2, 3, 5))
            return [
                self._choose_value(type_.of_type, field_name, argument, depth) for _ in range(size)
            ]
        return self._draw_one(self._list_values(type_, field_name, argument, depth))

    def _list_values(self, type_: Any, field_name: str, argument: str, depth: int) -> Sequence[Any]:
        """List what a value may be; now and then what is refused."""
        odd = self._draw_chance(ODD_SHARE)
        if isinstance(type_, GraphQLEnumType):
            return list(type_.values)
        match argument:
            case "first" | "last" if odd:
                return 101, -1
            case "first" | "last":
                return (0, 1, 3, 5, 20, 50, 100) if depth < 3 else (0, 1, 2, 3, 5)
            case "after" | "before":
                return STRANGE_CURSORS if odd else self._choose_cursors(field_name)
            case "id" | "ids":
                return STRANGE_IDS if self._draw_chance(0.1) else self.known.ids
        strange = UNREADABLE_VALUES.get(type_.name, TEXTS)
        return strange if odd else READABLE_VALUES.get(type_.name, TEXTS)

    def _draw_one(self, values: Sequence[Any]) -> Any:
        return self.random.choice(values)

    def _choose_cursors(self, field_name: str) -> Sequence[str]:
        """Choose cursors of the list itself, or of any other."""
        own = self.known.cursors.get(field_name, ())
        return own if own and self._draw_chance(0.8) else self.known.cursors[ANY_LIST]


def _has_default(of: GraphQLArgument) -> bool:
    return of.default is not None


def _format_literal(value: Any, type_: Any) -> str:
    named = get_named_type(type_)
    if isinstance(value, list):
        return f"[{', '.join(_format_literal(item, named) for item in value)}]"
    if isinstance(named, GraphQLEnumType) and value is not None:
        return str(value)
    return dumps(value)


def generate_request(
    schema: GraphQLSchema, known: KnownValues, seed: int, who: str | None
) -> GeneratedRequest:
    """Make the document of a seed for somebody."""
    random = Random(seed)  # noqa: S311 - the same seed, the same document
    count = random.choice((1, 1, 1, 2))
    operations = [OperationGenerator(schema, known, random, n) for n in range(count)]
    more = DESK_FIELDS if who in OFFICER_ACCOUNTS else ()
    texts = [operation.write_operation(f"O{n}", more) for n, operation in enumerate(operations)]
    chosen = random.randrange(count)
    return GeneratedRequest(
        "\n".join(texts),
        operations[chosen].variables,
        f"O{chosen}" if count > 1 or random.random() < 0.3 else None,
        operations[chosen].planned,
    )
