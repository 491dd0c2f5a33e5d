import io
import json
import logging
import re
from collections.abc import Iterator

import pytest
import structlog

from server.telemetry.log import OPERATION_LINES, configure_logging, write_operation
from tests.server.graphql_probe import SECRET, ask, post


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    before, level = logging.root.handlers[:], logging.root.level
    stream = io.StringIO()
    configure_logging(stream=stream)
    yield stream
    logging.root.handlers[:] = before
    logging.root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


def events(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    "number",
    [
        SECRET,
        "11010119900307123X",
        "11010119900307123x",
        "110101 19900307 1234",
        "110101900307123",
        "13812345678",
        "138 1234 5678",
        "+86-138-1234-5678",
        "6222021234567890123",
        "6222 0212 3456 7890 123",
        "6222-0212-3456-7890",
        "１１０１０１１９９００３０７１２３４",
    ],
)
def test_a_personal_number_is_masked_wherever_it_stands(lines: io.StringIO, number: str) -> None:
    log = structlog.get_logger("probe")
    log.info(f"a{number}b", number=number, deep={"list": [{"x": f"证件{number}。"}], number: 1})
    logging.getLogger("sqlalchemy.engine").warning("row %s", number)
    try:
        raise LookupError(number)
    except LookupError:
        log.exception("failed")
    assert number not in lines.getvalue()
    assert "LookupError" in lines.getvalue()
    assert len(events(lines)) == 3


def test_a_number_that_is_no_text_is_masked_too(lines: io.StringIO) -> None:
    structlog.get_logger("probe").info("x", number=int(SECRET), ms=12.5, n=42)
    assert events(lines)[0]["number"] == "[redacted]"
    assert events(lines)[0]["n"] == 42


def test_ids_and_times_stay_readable(lines: io.StringIO) -> None:
    kept = {"id": "019a1234-5678-7123-8123-123456789012", "at": "2026-11-21T22:32:19.123456Z"}
    structlog.get_logger("probe").info("x", **kept)
    assert events(lines)[0].items() >= kept.items()


@pytest.mark.parametrize("name", ["uvicorn.error", "strawberry.ws", "sqlalchemy.pool", "asyncio"])
def test_stdlib_loggers_go_the_same_way(lines: io.StringIO, name: str) -> None:
    logging.getLogger(name).warning("hello")
    assert (
        events(lines)[0] | {"logger": name, "level": "warning", "event": "hello"}
        == events(lines)[0]
    )


async def test_an_operation_writes_one_line_without_query_or_variables(lines: io.StringIO) -> None:
    await ask("query Mine($n: Int, $t: String!) { echo(n: $n, text: $t) }", {"n": 1, "t": "张三"})
    (line,) = [event for event in events(lines) if event["event"] == "operation"]
    assert (line["name"], line["type"], line["status"]) == ("Mine", "query", "OK")
    assert isinstance(line["ms"], float)
    assert line["hash"]
    assert "echo" not in lines.getvalue()
    assert "张三" not in lines.getvalue()


@pytest.mark.parametrize("name", ["张三", "二二〇一〇四", f"N {SECRET}"])
async def test_x11_what_is_no_name_of_an_operation_is_not_logged_as_one(
    lines: io.StringIO, name: str
) -> None:
    await post(json.dumps({"query": "query Mine { echo }", "operationName": name}).encode())
    (line,) = [event for event in events(lines) if event["event"] == "operation"]
    assert line["name"] is None


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ('{ echo(n: "张三") }', "GRAPHQL_VALIDATION_FAILED"),
        ("{ echo(", "GRAPHQL_PARSE_FAILED"),
        ("{ fault }", "INTERNAL"),
        ("{ a: fault b: echo }", "INTERNAL"),
    ],
)
async def test_an_error_is_logged_by_code_never_with_the_query(
    lines: io.StringIO, query: str, status: str
) -> None:
    await ask(query)
    (line,) = [event for event in events(lines) if event["event"] == "operation"]
    assert line["status"] == status
    assert "echo" not in lines.getvalue()
    assert SECRET not in lines.getvalue()
    assert "张三" not in lines.getvalue()


def test_the_line_of_an_operation_is_the_same_by_the_processors(
    lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is written without them, since there is one for every operation."""
    for kept in (True, False):
        if not kept:
            monkeypatch.setattr(OPERATION_LINES, "_renderer", None)
        write_operation(
            None, name=f"A{SECRET}", hash="abc", kind="query", status="OK", seconds=0.0123456
        )
    first, second = lines.getvalue().splitlines()
    assert list(json.loads(first)) == list(json.loads(second))
    stamp = re.compile(r'"timestamp":"[-0-9T:.]+Z"')
    assert stamp.search(first)
    assert stamp.sub("", first) == stamp.sub("", second)
    assert SECRET not in first


def test_a_line_of_an_operation_follows_the_level(lines: io.StringIO) -> None:
    configure_logging("WARNING", stream=lines)
    write_operation(None, name=None, hash="abc", kind="query", status="OK", seconds=1)
    assert lines.getvalue() == ""
