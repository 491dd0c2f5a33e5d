"""The page for browsers: whole in itself, and allowed nothing but itself."""

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path

import httpx
import pytest
from graphql import GraphQLSchema, NoDeprecatedCustomRule, build_schema, parse, validate

from models.kernel.role import Role
from server.http.console import STATIC, find_inlined, serve_console
from server.http.limits import STRANGERS, measure_document
from tests.server.graphql_probe import client, make_app
from tools.sdl import SNAPSHOT

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
EXAMPLES = (STATIC / "examples.graphql").read_text(encoding="utf-8").strip().split("\n\n#")


@cache
def build_snapshot() -> GraphQLSchema:
    return build_schema(SNAPSHOT.read_text(encoding="utf-8"))


async def opened(accept: str = BROWSER) -> httpx.Response:
    async with client(make_app(ide=serve_console)) as http:
        return await http.get("/graphql/", headers={"accept": accept})


async def test_a_browser_gets_the_page() -> None:
    response = await opened()
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["vary"] == "Accept"
    assert 'id="sign-in"' in response.text


async def test_who_does_not_ask_for_html_gets_graphql() -> None:
    response = await opened("application/json")
    assert response.headers["content-type"].startswith("application/json")


async def test_only_the_pages_own_script_and_style_may_run() -> None:
    response = await opened()
    rules = dict(
        rule.strip().split(" ", 1)
        for rule in response.headers["content-security-policy"].split(";")
    )
    for tag in ("script", "style"):
        texts = find_inlined(tag, response.text)
        assert len(texts) == 2
        digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()) for text in texts)
        assert rules[f"{tag}-src"] == " ".join(f"'sha256-{each.decode()}'" for each in digests)
    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert rules["connect-src"] == "'self'"


async def test_the_page_names_no_address_and_loads_nothing() -> None:
    text = (await opened()).text
    assert not re.search(r"(?i)https?:|wss?:|[\"'(]//|@import|url\(", text)
    assert not re.search(r"<(?:img|iframe|object|embed)|<script[^>]* src=|rel=.stylesheet", text)


async def test_the_page_needs_no_inline_handler_or_style_attribute() -> None:
    for html in STATIC.glob("*.html"):
        assert not re.search(r"\s(?:on\w+|style)=", html.read_text(encoding="utf-8"))
    for script in STATIC.glob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|eval\(|document\.write",
            script.read_text(encoding="utf-8"),
        )


async def test_the_page_keeps_no_token_in_the_browser() -> None:
    for name in ("session.js", "console.js"):
        script = (STATIC / name).read_text(encoding="utf-8")
        assert not re.search(r"localStorage|sessionStorage|indexedDB|cookie", script)


def test_the_page_is_small_enough_to_read() -> None:
    files: list[Path] = [*STATIC.glob("console.*"), *STATIC.glob("bar.*"), STATIC / "session.js"]
    assert sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files) < 500


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.splitlines()[0].split("|")[1])
def test_an_example_is_a_query_that_the_schema_answers(example: str) -> None:
    schema = build_snapshot()
    title, second = example.splitlines()[:2]
    document = parse(example if example.startswith("#") else f"#{example}")
    roles = set("".join(title.split("|")[2:]).split())
    assert "|" in title
    assert roles <= set(Role.__members__)
    assert validate(schema, document) == []
    assert validate(schema, document, [NoDeprecatedCustomRule]) == []
    measure_document(schema, document, STRANGERS)
    if second.startswith("# {"):
        assert isinstance(json.loads(second[2:]), dict)
