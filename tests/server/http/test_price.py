"""What an operation costs is told by its document and variables (ADR 0066)."""

from collections.abc import Mapping

import pytest
from graphql import parse

from server.http import price
from server.http.price import PriceBook, compute_price
from tests.server.graphql_probe import make_schema

SCHEMA = make_schema()._schema
PAGE = """query Q($n: Int) {
  viewer { page(first: $n) { nodes { page(first: $n) { nodes { name } } } } } }"""


def cost(
    document: str, variables: Mapping[str, object] | None = None, name: str | None = None
) -> int:
    return compute_price(SCHEMA, parse(document), name, variables or {})


@pytest.mark.parametrize(
    ("document", "variables", "points"),
    [
        ("{ viewer { name } }", {}, 1),
        ("{ viewer { page(first: 99) { nodes { name } } } }", {}, 1),
        ("{ viewer { page(first: 100) { nodes { name } } } }", {}, 2),
        (PAGE, {"n": 100}, 102),
        (PAGE, {"n": 10}, 2),
        (PAGE, {"n": -3}, 1),
        (PAGE, {"n": None}, 5),
        (PAGE, {}, 5),
        (PAGE, {"n": 10**9}, 102),
        (PAGE.replace("Int)", "Int = 10)"), {}, 2),
        (PAGE.replace("Int)", "Int = 10)"), {"n": 100}, 102),
        ("mutation { write }", {}, 10),
        ("mutation { a: write b: write }", {}, 20),
        ("mutation M($rows: [Int!]) { write }", {"rows": [[1] * 50] * 2}, 10 + 10),
        ("subscription { count(to: 1000000) }", {}, 10),
    ],
)
def test_rows_are_paid_by_the_hundred_and_writes_by_the_transaction(
    document: str, variables: Mapping[str, object], points: int
) -> None:
    assert cost(document, variables) == points


def test_who_is_not_signed_in_pays_a_point_for_a_mutation_which_has_limits_of_its_own() -> None:
    document = parse("mutation { a: write b: write }")
    assert compute_price(SCHEMA, document, None, {}, is_stranger=True) == 2


def test_the_operation_that_is_named_is_paid_for() -> None:
    document = "query A { echo } mutation B { write }"
    assert (cost(document, name="A"), cost(document, name="B")) == (1, 10)


def test_a_fragment_is_paid_for_wherever_it_is_spread() -> None:
    fragment = "fragment F on Person { page(first: 100) { nodes { name } } }"
    one = cost("{ viewer { ...F } } " + fragment)
    three = "{ a: viewer { ...F } b: viewer { ...F } c: viewer { ...F } } "
    assert (one, cost(three + fragment)) == (2, 4)


def test_a_price_is_computed_once_for_what_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    computed = []

    def compute(*given: object, **more: object) -> int:
        computed.append(given)
        return len(computed)

    monkeypatch.setattr(price, "compute_price", compute)
    book, document = PriceBook(), parse(PAGE)

    def ask(**variables: object) -> int:
        return book.find_price(SCHEMA, document, PAGE, "Q", variables, is_stranger=False)

    assert [ask(n=1), ask(n=1), ask(n=2), ask(n=0), ask(), ask(n=None)] == [1, 1, 2, 3, 4, 5]
    assert ask(n=1, text="x") == 1
