import json
import re
from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx
import pytest
from starlette.responses import HTMLResponse

from tests.server.graphql_probe import ask, client, code, make_app, post

MODERN = "application/graphql-response+json"
NAME = '{"query":"{ viewer { name } }"}'


async def get(url: str, **headers: str) -> httpx.Response:
    async with client() as http:
        return await http.get(f"/graphql/{url}", headers=headers)


async def test_a_plain_query_is_answered() -> None:
    response = await ask("{ viewer { name } }")
    assert response.status_code == 200
    assert response.json() == {"data": {"viewer": {"name": "x"}}}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
async def test_other_methods_are_405_with_allow(method: str) -> None:
    async with client() as http:
        response = await http.request(method, "/graphql/")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("method", ["OPTIONS", "GET", "POST"])
async def test_no_answer_opens_itself_to_pages_of_other_origins(method: str) -> None:
    asked = {
        "origin": "https://elsewhere.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization, content-type",
    }
    async with client() as http:
        response = await http.request(method, "/graphql/?query={echo}", headers=asked)
    assert [name for name in response.headers if name.startswith("access-control")] == []


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=gbk",
        "application/json-seq",
        "text/plain; a=application/json",
        "",
    ],
)
async def test_a_form_or_plain_text_is_415_so_no_page_can_forge_a_request(kind: str) -> None:
    assert (await post(NAME.encode(), content_type=kind)).status_code == 415


async def test_json_with_a_utf8_charset_is_accepted() -> None:
    response = await post(NAME.encode(), content_type="application/json; charset=UTF-8")
    assert response.status_code == 200


async def test_a_compressed_body_is_415() -> None:
    assert (await post(NAME.encode(), content_encoding="gzip")).status_code == 415


async def test_a_body_above_the_limit_is_413_declared_or_not() -> None:
    big = json.dumps({"query": "{ viewer { name } }", "x": "y" * 2_100_000}).encode()

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(big), 100_000):
            yield big[start : start + 100_000]

    assert (await post(big)).status_code == 413
    async with client() as http:
        kind = {"content-type": "application/json"}
        response = await http.post("/graphql/", content=chunks(), headers=kind)
    assert response.status_code == 413
    assert code(response) == "BODY_TOO_LARGE"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b'{"query":"\xff"}', "BAD_JSON"),
        (b"{", "BAD_JSON"),
        (b"", "BAD_JSON"),
        (b"null", "BAD_REQUEST"),
        (b'"text"', "BAD_REQUEST"),
        (b"7", "BAD_REQUEST"),
        (b"true", "BAD_REQUEST"),
        (b"[]", "BATCHING_OFF"),
        (f"[{NAME},{NAME}]".encode(), "BATCHING_OFF"),
        (b"{}", "QUERY_MISSING"),
        (b'{"query":7}', "BAD_REQUEST"),
        (b'{"query":"{ viewer { name } }","query":"{ fault }"}', "BAD_JSON"),
        (NAME[:-1].encode() + b',"variables":[]}', "BAD_REQUEST"),
        (NAME[:-1].encode() + b',"variables":"{}"}', "BAD_REQUEST"),
        (NAME[:-1].encode() + b',"variables":{"a":1,"a":2}}', "BAD_JSON"),
        (NAME[:-1].encode() + b',"operationName":1}', "BAD_REQUEST"),
        (NAME[:-1].encode() + b',"extensions":1}', "BAD_REQUEST"),
        (b"[" * 100_000, "BAD_JSON"),
        (b"[" + b"[]," * 600_000 + b"[]]", "LIMIT_EXCEEDED"),
        (b"[" + b"1," * 900_000 + b"1]", "LIMIT_EXCEEDED"),
        (
            NAME[:-1].encode() + b',"variables":{"a":' + b"[" * 70 + b"]" * 70 + b"}}",
            "LIMIT_EXCEEDED",
        ),
        (NAME[:-1].encode() + b',"variables":{"a":' + b"9" * 5000 + b"}}", "BAD_JSON"),
        (NAME[:-1].encode() + b',"variables":{"a":' + b"9" * 101 + b"}}", "BAD_JSON"),
        (NAME[:-1].encode() + b',"variables":{"a":NaN}}', "BAD_JSON"),
        (NAME[:-1].encode() + b',"variables":{"a":-Infinity}}', "BAD_JSON"),
        (NAME[:-1].encode() + b',"variables":{"a":1e999}}', "BAD_JSON"),
        (rb'{"query":"{ viewer { name } } # \ud800"}', "BAD_JSON"),
        (rb'{"query":"{ viewer { name } } # \u0000"}', "BAD_JSON"),
    ],
)
async def test_a_malformed_body_is_400_with_a_graphql_error(raw: bytes, expected: str) -> None:
    response = await post(raw)
    assert response.status_code == 400
    assert code(response) == expected
    assert "data" not in response.json()


async def test_sixty_four_levels_and_a_hundred_digits_are_still_read() -> None:
    deep = "[" * 60 + "9" * 100 + "]" * 60
    raw = '{"query":"{ viewer { name } }","variables":{"a":' + deep + "}}"
    assert (await post(raw.encode())).status_code == 200


@pytest.mark.parametrize(
    ("accept", "answer"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        (MODERN, MODERN),
        (f"{MODERN}, application/json;q=0.9", MODERN),
        (f"{MODERN};q=0.1, application/json", "application/json"),
        (f"{MODERN}, application/graphql+json, application/json, text/event-stream", MODERN),
        ("application/*", "application/json"),
    ],
)
async def test_the_media_type_follows_accept(accept: str, answer: str) -> None:
    response = await post(NAME.encode(), accept=accept)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{answer}; charset=utf-8"


@pytest.mark.parametrize("accept", ["text/html", "text/event-stream", "application/json;q=0"])
async def test_an_unacceptable_answer_is_406(accept: str) -> None:
    assert (await post(NAME.encode(), accept=accept)).status_code == 406


@pytest.mark.parametrize(
    ("accept", "status"), [("", 400), ("*/*", 400), (MODERN, 400), ("application/json", 200)]
)
@pytest.mark.parametrize(
    "query",
    [
        "{ nope }",
        "{ viewer(",
        "query($n: Int!) { echo(n: $n) }",
        "query A { echo } query B { echo }",
    ],
)
async def test_a_faulty_document_is_400_without_data_and_200_for_clients_of_old(
    query: str, accept: str, status: int
) -> None:
    response = await post(json.dumps({"query": query}).encode(), accept=accept)
    assert response.status_code == status
    assert response.json().keys() == {"errors"}


@pytest.mark.parametrize("accept", ["application/json", MODERN])
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b'{"query":7}', 400),
        (b"{}", 400),
        (b'{"query":"subscription { count }"}', 400),
        (json.dumps({"query": "{ viewer { " + "name " * 4_001 + "} }"}).encode(), 400),
        (b"x" * 2_100_000, 413),
    ],
)
async def test_what_is_no_request_or_beyond_a_limit_is_4xx_for_everybody(
    body: bytes, status: int, accept: str
) -> None:
    assert (await post(body, accept=accept)).status_code == status


async def test_a_fault_in_a_field_is_200_with_data() -> None:
    response = await ask("{ fault }")
    assert response.status_code == 200
    assert response.json()["data"] == {"fault": None}


async def test_several_operations_need_a_name() -> None:
    both = "query A { viewer { name } } query B { echo }"
    assert code(await ask(both)) == "OPERATION_NAME_REQUIRED"
    named = await post(json.dumps({"query": both, "operationName": "B"}).encode())
    assert named.json() == {"data": {"echo": 0}}


async def test_an_unknown_operation_name_is_400() -> None:
    both = "query A { viewer { name } } query B { echo }"
    response = await post(json.dumps({"query": both, "operationName": "C"}).encode())
    assert response.status_code == 400
    assert code(response) == "OPERATION_UNKNOWN"


async def test_an_empty_operation_name_is_none() -> None:
    by_post = await post(json.dumps({"query": "{ echo }", "operationName": ""}).encode())
    by_get = await get("?query={echo}&operationName=")
    assert by_post.json() == by_get.json() == {"data": {"echo": 0}}


async def test_a_byte_order_mark_before_the_body_is_taken() -> None:
    assert (await post(b"\xef\xbb\xbf" + NAME.encode())).status_code == 200


@pytest.mark.parametrize(("url", "status"), [("?query={echo}", 200), ("?query={none}", 400)])
async def test_head_is_answered_as_get_without_a_body(url: str, status: int) -> None:
    async with client() as http:
        answers = [await http.request(method, f"/graphql/{url}") for method in ("GET", "HEAD")]
    assert [answer.status_code for answer in answers] == [status, status]
    assert answers[0].headers == answers[1].headers
    assert answers[1].content == b""


async def test_a_mutation_by_head_does_not_run() -> None:
    async with client() as http:
        answer = await http.request("HEAD", f"/graphql/?query={quote('mutation { write }')}")
    assert answer.status_code == 405


@pytest.mark.parametrize(
    "asked", ["{ nope }", "{ echo(", "{ echo(n: true) }", "", "{ echo } mutation { write }"]
)
async def test_the_door_refuses_in_both_languages(asked: str) -> None:
    (error,) = (await ask(asked)).json()["errors"]
    assert re.match(r"[\x20-\x7e`]+[.,]", error["message"])
    assert re.search(r"[\u4e00-\u9fff]", error["message"])


async def test_a_query_may_come_by_get_with_variables() -> None:
    query = quote("query Q($n: Int) { echo(n: $n) }")
    response = await get(f"?query={query}&variables={quote(json.dumps({'n': 3}))}&operationName=Q")
    assert response.json() == {"data": {"echo": 3}}


async def test_a_mutation_by_get_is_405_and_does_not_run() -> None:
    response = await get(f"?query={quote('mutation { write }')}")
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert "data" not in response.json()


@pytest.mark.parametrize(
    "url", ["?query=%FF", "?query=a&query=b", "?query={echo}&variables=[1]", "?variables={}", "?x"]
)
async def test_a_malformed_query_string_is_400(url: str) -> None:
    assert (await get(url)).status_code == 400


async def test_a_browser_gets_the_ide_or_nothing() -> None:
    html = "text/html,application/xhtml+xml,*/*;q=0.8"
    assert (await get("", accept=html)).status_code == 404
    async with client(make_app(ide=HTMLResponse("ide"))) as http:
        assert (await http.get("/graphql/", headers={"accept": html})).text == "ide"
        plain = await http.get("/graphql/?query={echo}", headers={"accept": "application/json"})
    assert plain.json() == {"data": {"echo": 0}}
