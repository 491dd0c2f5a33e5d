import time

import pytest
from graphql import DocumentNode, get_introspection_query

from server.http.document_admission import DocumentCache
from server.http.limits import Limits
from tests.server.graphql_probe import ask, code, make_app, make_schema


def doubling(levels: int) -> str:
    parts = [
        f"fragment F{n} on Person {{ a: friend {{ ...F{n + 1} }} b: friend {{ ...F{n + 1} }} }}"
        for n in range(levels)
    ]
    return "{ viewer { ...F0 } } " + " ".join(parts) + f" fragment F{levels} on Person {{ name }}"


def flat_doubling(levels: int) -> str:
    parts = [f"fragment F{n} on Person {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels)]
    return "{ viewer { ...F0 } } " + " ".join(parts) + f" fragment F{levels} on Person {{ name }}"


def nested(levels: int) -> str:
    return "{ viewer " + "{ friend " * levels + "{ name }" + " }" * (levels + 1)


@pytest.mark.parametrize(
    ("query", "limit"),
    [
        (nested(14), "levels of depth"),
        ("{" + " ".join(f"a{n}: echo" for n in range(21)) + "}", "root fields"),
        ("{ viewer {" + " ".join(f"a{n}: name" for n in range(61)) + "} }", "aliases"),
        ("{ viewer { name " + "@include(if: true) " * 51 + "} }", "directives"),
        (
            "{ viewer { " + " ".join("... { " + "name " * 20 + "}" for _ in range(100)) + " } }",
            "selected fields",
        ),
        ("{ viewer { " + "name " * 21 + "} }", "repeats of one field in one place"),
        ("{ viewer { page(first: 100001) { nodes { name } } } }", "nodes"),
        ("{ echo(ids: [" + "1 " * 2001 + "]) }", "list items"),
        ("{ echo(n: " + "9" * 5000 + ") }", "digits in a number"),
        ("{ viewer { " + "name " * 10_001 + "} }", "tokens"),
        ('{ echo(text: "' + "x" * 70_000 + '") }', "characters"),
        ("query Q($ids: [Int!] = [" + "1 " * 2001 + "]) { echo(ids: $ids) }", "list items"),
    ],
)
async def test_each_limit_is_named_with_its_figure(query: str, limit: str) -> None:
    response = await ask(query)
    error = response.json()["errors"][0]
    assert response.status_code == 400
    assert code(response) == "LIMIT_EXCEEDED"
    assert error["extensions"]["limit"] == limit
    assert f"{error['extensions']['bound']} {limit}" in error["message"]


@pytest.mark.parametrize(
    "query",
    [
        nested(13),
        "{ viewer {" + " ".join(f"a{n}: name" for n in range(60)) + "} }",
        "{ viewer { page(first: 99999) { nodes { name } } } }",
        "{ viewer { page(first: 100) { nodes { page(first: 100) { nodes { name } } } } } }",
        "{ echo(ids: [" + "1 " * 2000 + "]) }",
        get_introspection_query(),
    ],
)
async def test_a_document_at_its_limits_passes(query: str) -> None:
    response = await ask(query)
    assert response.status_code == 200, response.text


@pytest.mark.parametrize(
    ("arguments", "pages"), [("", 4), ("(first: $n)", 3), ("(first: null)", 4), ("(first: 47)", 3)]
)
async def test_page_sizes_multiply_and_unknown_ones_are_assumed(arguments: str, pages: int) -> None:
    def query(levels: int) -> str:
        inner = "{ name }"
        for _ in range(levels):
            inner = "{ page" + arguments + " { nodes " + inner + " } }"
        return "query Q($n: Int) { echo(n: $n) viewer " + inner + "}"

    assert (await ask(query(pages - 1), {"n": 1})).status_code == 200
    assert (await ask(query(pages), {"n": 1})).json()["errors"][0]["extensions"]["limit"] == "nodes"


async def test_both_ways_to_read_a_connection_count_each_row_once() -> None:
    for rows in ("nodes { name }", "edges { node { name } }"):
        query = "{ viewer { page(first: FIRST) { " + rows + " } } }"
        assert (await ask(query.replace("FIRST", "99998"))).status_code == 200
        assert code(await ask(query.replace("FIRST", "100001"))) == "LIMIT_EXCEEDED"


async def test_plain_lists_count_as_ten_each() -> None:
    def query(levels: int) -> str:
        return "{ viewer " + "{ friends " * levels + "{ name }" + " }" * (levels + 1)

    assert (await ask(query(4))).status_code == 200
    assert code(await ask(query(5))) == "LIMIT_EXCEEDED"


@pytest.mark.parametrize(
    "document", [doubling(24), doubling(12), flat_doubling(24), flat_doubling(400)]
)
async def test_doubling_fragments_are_refused_without_walking_them_all(document: str) -> None:
    """Walked without a memory they take over 40 seconds; a slow processor needs far less than 5."""
    app = make_app()
    await ask("{ echo }", app=app)
    started = time.thread_time()
    response = await ask(document, app=app)
    assert time.thread_time() - started < 5
    assert code(response) == "LIMIT_EXCEEDED"


async def test_cyclic_fragments_are_refused_and_do_not_loop() -> None:
    cycle = "fragment A on Person { friend { ...B } } fragment B on Person { friend { ...A } }"
    response = await ask("{ viewer { ...A } } " + cycle)
    assert code(response) == "GRAPHQL_VALIDATION_FAILED"


async def test_a_document_is_parsed_and_validated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    parse = DocumentCache.parse

    def noted(documents: DocumentCache, text: str) -> DocumentNode:
        parsed.append(text)
        return parse(documents, text)

    monkeypatch.setattr(DocumentCache, "parse", noted)
    app = make_app()
    for _ in range(3):
        assert (await ask("{ echo }", app=app)).status_code == 200
    assert parsed == ["{ echo }"]


async def test_the_cache_is_bounded_by_entries_and_characters() -> None:
    documents = DocumentCache(Limits(), max_entries=10, max_characters=1_000)
    document = documents.parse("{ echo }")
    for n in range(1_000):
        documents.store_document(f"# {n}", document, ())
    assert len(documents) == 10
    documents.store_document("#" * 999, document, ())
    assert len(documents) == 1
    documents.store_document("#" * 5_000, document, ())
    assert documents.find_document("#" * 5_000) is None
    assert documents.find_document("#" * 999) is not None


async def test_a_refused_document_is_not_remembered() -> None:
    schema = make_schema()
    for _ in range(2):
        result = await schema.execute("{ nope }")
        assert result.errors is not None
        assert "nope" in result.errors[0].message
