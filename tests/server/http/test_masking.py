import json
from collections.abc import Sequence

import pytest
from graphql import GraphQLError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from structlog.testing import capture_logs

from server.http.masking import mask_error
from tests.server.graphql_probe import SECRET, ask, code, make_app, make_schema


async def test_an_unexpected_exception_is_masked_and_logged_under_its_id() -> None:
    with capture_logs() as events:
        response = await ask("{ fault }")
    error = response.json()["errors"][0]
    logged = next(event for event in events if event["event"] == "internal error")
    assert error["message"] == "Internal error. 服务内部错误"
    assert error["extensions"] == {"code": "INTERNAL", "id": logged["id"]}
    assert error["path"] == ["fault"]
    assert "secret_table" not in response.text
    assert "fault }" not in json.dumps(events, default=str)


def test_a_crowd_that_has_all_connections_is_told_to_come_again_and_is_no_fault() -> None:
    """200 sign-ins at once: eight of them were told of an internal error."""
    crowded = GraphQLError("no", path=["signIn"], original_error=NoConnectionError("pool of 8"))
    with capture_logs() as events:
        told = mask_error(crowded)
    assert told.extensions == {"code": "UNAVAILABLE", "retryAfter": 2}
    assert "pool" not in told.message
    assert [event["log_level"] for event in events] == ["warning"]


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        (f'{{ echo(n: "{SECRET}") }}', None),
        (f'{{ pay(money: "{SECRET}") }}', None),
        ('{ pay(money: "张三 found: \' it") }', None),
        ("query Q($n: Int) { echo(n: $n) }", {"n": SECRET}),
        ("query Q($n: Int) { echo(n: $n) }", {"n": int(SECRET)}),
        ("query Q($n: Int) { echo(n: $n) }", {"n": {"张三": ["Smith"]}}),
        ("query Q($m: Money!) { pay(money: $m) }", {"m": SECRET}),
        ("query Q($p: PersonInput!) { add(person: $p) }", {"p": {"age": "张三", "name": "Smith"}}),
        ("query Q($p: PersonInput!) { add(person: $p) }", {"p": {"age": 1, "张三": SECRET}}),
        ("query Q($p: PersonInput!) { add(person: $p) }", {"p": {"name": "Smith"}}),
        ("query Q($p: PersonInput!) { add(person: $p) }", {"p": "Smith"}),
        ('{ add(person: {age: "Smith", name: "张三"}) }', None),
        (f'{{ echo "{SECRET}" }}', None),
        ("{ echo " + SECRET + " }", None),
        ('{ echo(text: "Smith) }', None),
    ],
)
async def test_no_request_error_repeats_a_value(
    query: str, variables: dict[str, object] | None
) -> None:
    with capture_logs() as events:
        response = await ask(query, variables)
    assert response.status_code == 400
    for text in (response.text, json.dumps(events, default=str, ensure_ascii=False)):
        for value in (SECRET, "张三", "Smith", "cannot read"):
            assert value not in text
    error = response.json()["errors"][0]
    assert error["extensions"]["code"]
    assert error["locations"]


async def test_suggestions_are_stripped_from_every_message() -> None:
    for query in (
        "{ ech }",
        "{ echo(nn: 1) }",
        "{ viewer { nam } }",
        "query Q($p: Persn) { echo }",
    ):
        response = await ask(query)
        assert "errors" in response.json()
        assert "Did you mean" not in response.text


UNKNOWN_VALUES: Sequence[tuple[str, dict[str, object] | None]] = (
    ("{ paint(colour: REDD) }", None),
    ("query Q($c: Colour!) { paint(colour: $c) }", {"c": "REDD"}),
    ("query Q($c: Colour!) { paint(colour: $c) }", {"c": SECRET}),
    ("query Q($c: Colour!) { paint(colour: $c) }", {"c": 7}),
    ("{ paint(colour: 7) }", None),
)


async def test_an_unknown_value_of_an_enum_is_told_which_there_are_and_never_repeated() -> None:
    for query, variables in UNKNOWN_VALUES:
        response = await ask(query, variables)
        told = response.json()["errors"][0]["message"]
        assert "It has: RED, GREEN." in told
        assert "'Colour'" in told
        for value in ("REDD", SECRET, "7"):
            assert value not in told


async def test_who_writes_a_client_is_told_what_might_have_been_meant() -> None:
    app = make_app(make_schema(suggests=True))
    for query, meant in (
        ("{ ech }", "'echo'"),
        ("{ echo(tex: 1) }", "'text'"),
        ("{ viewer { nam } }", "'name'"),
        ("query Q($p: PersonInpt) { echo }", "'PersonInput'"),
        ("{ paint(colour: REDD) }", "'RED'"),
        ("query Q($c: Colour!) { paint(colour: $c) }", "'RED'"),
    ):
        errors = (await ask(query, {"c": "REDD"}, app)).json()["errors"]
        suggested = [e["message"] for e in errors if "Did you mean" in e["message"]]
        assert len(suggested) == 1, query
        assert meant in suggested[0], query


async def test_not_even_who_writes_a_client_gets_a_value_back() -> None:
    app = make_app(make_schema(suggests=True))
    for value in (SECRET, f"Did you mean '{SECRET}'?", f"x' Did you mean '{SECRET}'"):
        for query in (
            "query Q($n: Int) { echo(n: $n) }",
            "query Q($c: Colour!) { paint(colour: $c) }",
            "query Q($p: PersonInput!) { add(person: $p) }",
        ):
            given = {"n": value, "c": value, "p": {"age": value, value: value}}
            (name,) = (key for key in given if f"${key}:" in query)
            response = await ask(query, {name: given[name]}, app)
            assert response.status_code == 400
            assert SECRET not in response.text


async def test_what_helps_a_client_stays() -> None:
    response = await ask("{ viewer { nope } }")
    told = response.json()["errors"][0]["message"]
    assert told.startswith("Cannot query field 'nope' on type 'Person'. 语句")
    assert code(response) == "GRAPHQL_VALIDATION_FAILED"
    response = await ask("query Q($n: Int) { echo(n: $n) }", {"n": "x"})
    message = response.json()["errors"][0]["message"]
    told = "Variable '$n' has invalid value: Int cannot represent non-integer value. 变量"
    assert message.startswith(told)
    assert code(response) == "BAD_USER_INPUT"
    assert code(await ask("{ echo(")) == "GRAPHQL_PARSE_FAILED"


async def test_a_null_is_called_null_and_not_by_pythons_name() -> None:
    response = await ask("query Q($n: Int!) { echo(n: $n) }", {"n": None})
    message = response.json()["errors"][0]["message"]
    assert "not to be null. " in message
    assert "None" not in response.text
