import time
from typing import Any

import pytest
from graphql import DocumentNode, GraphQLError, get_introspection_query, validate

from server.http import document_admission
from server.http.document_admission import DocumentCache
from server.http.limits import MAX_ERRORS, NAMES, SIGNED_IN, STRANGERS, Limits
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


def inline_fragments(count: int) -> str:
    return "{ viewer { " + "... { name } " * count + "} }"


def overlapping(depth: int, breadth: int) -> str:
    inner = "name"
    for _ in range(depth):
        inner = " ".join([f"friend {{ {inner} }}"] * breadth)
        breadth = 3
    return "{ viewer { " + inner + " } }"


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
        ("{ viewer { " + "name " * 4_001 + "} }", "tokens"),
        ('{ echo(text: "' + "x" * 70_000 + '") }', "characters"),
        ("query Q($ids: [Int!] = [" + "1 " * 2001 + "]) { echo(ids: $ids) }", "list items"),
        (inline_fragments(201), "inline fragments"),
        ("{ viewer { " + "...F " * 201 + "} } fragment F on Person { name }", "fragment spreads"),
        ("{ echo } " + "fragment F on Person { name } " * 51, "fragment definitions"),
        ("query(" + "$v: Int " * 51 + ") { echo }", "variables"),
        ("{ echo(" + "n: 1 " * 21 + ") }", "arguments of one field"),
        ("{ echo(n: " + "[" * 20 + "1" + "]" * 20 + ") }", "levels of a literal"),
        ("{ add(person: {age: 1 name: 1 more: 1}) }", "keys beyond those of the input type"),
        (overlapping(4, 9), "pairs of fields with one name"),
    ],
)
async def test_each_limit_is_named_with_its_figure(query: str, limit: str) -> None:
    response = await ask(query)
    error = response.json()["errors"][0]
    assert response.status_code == 400
    assert code(response) == "LIMIT_EXCEEDED"
    told = error["extensions"]
    assert told["limit"] == limit
    assert told["given"] == "over 10^15" or told["given"] > told["bound"]
    chinese = dict(NAMES.values())[limit]
    for words in (f"{told['bound']} {limit}: it has {told['given']}", f"{chinese}最多"):
        assert words in error["message"]


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

    def note_parse(documents: DocumentCache, text: str, limits: Limits) -> DocumentNode:
        parsed.append(text)
        return parse(documents, text, limits)

    monkeypatch.setattr(DocumentCache, "parse", note_parse)
    app = make_app()
    for _ in range(3):
        assert (await ask("{ echo }", app=app)).status_code == 200
    assert parsed == ["{ echo }"]


async def test_the_cache_is_bounded_by_entries_and_characters() -> None:
    documents = DocumentCache(max_entries=10, max_characters=1_000)
    document = documents.parse("{ echo }", SIGNED_IN)
    for n in range(1_000):
        documents.store_document(f"# {n}", document, (), {})
    assert len(documents) == 10
    documents.store_document("#" * 999, document, (), {})
    assert len(documents) == 1
    documents.store_document("#" * 5_000, document, (), {})
    assert documents.find_document("#" * 5_000, ()) is None
    assert documents.find_document("#" * 999, ()) is not None


async def test_a_refused_document_is_not_remembered() -> None:
    schema = make_schema()
    for _ in range(2):
        result = await schema.execute("{ nope }")
        assert result.errors is not None
        assert "nope" in result.errors[0].message


def test_strangers_may_ask_for_no_more_than_who_is_signed_in() -> None:
    wider = [name for name in NAMES if getattr(STRANGERS, name) > getattr(SIGNED_IN, name)]
    assert wider == []
    for name in ("body_bytes", "json_values", "tokens", "fields", "aliases", "variables", "nodes"):
        assert getattr(STRANGERS, name) < getattr(SIGNED_IN, name), name


async def test_a_document_known_from_others_is_held_to_ones_own_limits() -> None:
    """What somebody signed in had validated is in the cache; a stranger may not run it."""
    chosen = [SIGNED_IN]
    schema = make_schema(choose_limits=lambda _: chosen[0])
    query = "{ viewer {" + " ".join(f"a{n}: name" for n in range(50)) + "} }"
    assert (await schema.execute(query)).errors is None
    chosen[0] = STRANGERS
    refused = await schema.execute(query)
    assert refused.errors is not None
    assert refused.errors[0].extensions["bound"] == STRANGERS.aliases  # type: ignore[index]
    chosen[0] = SIGNED_IN
    assert (await schema.execute(query)).errors is None


STRANGER_STOPS_THE_SERVICE = {
    "3,200 unknown keys in 22 kB": "mutation { recoverAccount(input: {"
    + " ".join(f"a{n}:1" for n in range(3_200))
    + "}) { __typename } }",
    "a literal of fewer tokens": "mutation { recoverAccount(input: {"
    + " ".join(f"a{n}:1" for n in range(300))
    + "}) { __typename } }",
    "2,000 variables": "query ("
    + " ".join(f"$v{n}: Int" for n in range(2_000))
    + ") { viewer { name } }",
    "variables of fewer tokens": "query ("
    + " ".join(f"$v{n}: Int" for n in range(100))
    + ") { viewer { name } }",
    "1,500 inline fragments": '{ node(id: "1") {' + "... on Intern { id } " * 1_500 + "} }",
    "inline fragments of fewer tokens": '{ node(id: "1") {' + "... on Intern { id } " * 100 + "} }",
    "unknown arguments": "{ posts("
    + " ".join(f"a{n}: 1" for n in range(100))
    + ") { totalCount } }",
    "unknown fragments": "{ viewer { " + " ".join(f"...F{n}" for n in range(100)) + " } }",
}


@pytest.mark.parametrize("name", STRANGER_STOPS_THE_SERVICE)
@pytest.mark.parametrize("limits", [SIGNED_IN, STRANGERS], ids=["signed in", "stranger"])
async def test_what_stopped_the_service_never_reaches_validation(
    name: str, limits: Limits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused before a rule sees it; where who is signed in may send it, few errors are told."""
    reached: list[int] = []
    whole = validate

    def note_validation(*given: Any, **named: Any) -> list[GraphQLError]:
        reached.append(1)
        return whole(*given, **named)

    monkeypatch.setattr(document_admission, "validate", note_validation)
    schema = make_schema(choose_limits=lambda _: limits)
    result = await schema.execute(STRANGER_STOPS_THE_SERVICE[name])
    assert result.errors is not None
    codes = {(error.extensions or {}).get("code") for error in result.errors}
    if limits is STRANGERS:
        assert not reached
    if not reached:
        assert codes == {"LIMIT_EXCEEDED"}
    assert len(result.errors) <= MAX_ERRORS + 1


async def test_few_errors_are_told_and_no_suggestions_are_sought(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sought: list[str] = []
    monkeypatch.setattr(
        "graphql.validation.rules.fields_on_correct_type.suggestion_list",
        lambda name, _: sought.append(name),
    )
    result = await make_schema().execute("{ " + " ".join(f"ecko{n}" for n in range(19)) + " }")
    assert result.errors is not None
    assert len(result.errors) == MAX_ERRORS + 1
    assert sought == []


async def test_the_errors_of_variables_are_few_as_well() -> None:
    document = "query (" + " ".join(f"$v{n}: Int" for n in range(9)) + ") { echo(n: $v0) "
    document += " ".join(f"a{n}: echo(n: $v{n})" for n in range(1, 9)) + " }"
    result = await make_schema().execute(document, {f"v{n}": "x" for n in range(9)})
    assert result.errors is not None
    assert len(result.errors) == MAX_ERRORS + 1


async def test_operations_are_counted_although_one_is_named() -> None:
    document = " ".join(f"query Q{n} {{ echo }}" for n in range(11))
    result = await make_schema().execute(document, operation_name="Q0")
    assert result.errors is not None
    assert (result.errors[0].extensions or {})["limit"] == "operations"
