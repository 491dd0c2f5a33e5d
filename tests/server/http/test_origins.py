"""Pages of other origins ask where they are named, and nowhere else (docs/clients.md)."""

from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import ValidationError

from server.http.app import create_app
from server.settings.origins import parse_origins
from tests.factories.database import Database
from tests.factories.world import build_settings

DESK = "https://desk.example"
PHONE = "capacitor://localhost"
STRANGE = ("https://elsewhere.example", "http://desk.example", "https://desk.example:8443", "null")
PREFLIGHT = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization, content-type, jiuye-on-behalf-of",
}
PATHS = ("/graphql", "/files/upload/x", "/files/x", "/public/notices")


@pytest.fixture
async def browser(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(build_settings(database, allowed_origins=f"{DESK}, {PHONE}"))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://jiuye") as client,
    ):
        yield client


def test_origins_are_read_as_browsers_send_them() -> None:
    assert parse_origins("") == ()
    assert parse_origins(" https://Desk.example:443/ ,capacitor://localhost") == (PHONE, DESK)
    assert parse_origins("http://localhost:5173") == ("http://localhost:5173",)


@pytest.mark.parametrize(
    "given", ["*", "https://a.example,*", "null", "desk.example", "https://a/b"]
)
def test_what_is_no_origin_stops_the_start(database: Database, given: str) -> None:
    with pytest.raises(ValidationError, match="origin"):
        build_settings(database, allowed_origins=given)


@pytest.mark.parametrize("origin", [DESK, PHONE])
async def test_a_page_that_is_named_asks_and_reads_the_answer(
    browser: httpx.AsyncClient, origin: str
) -> None:
    for path in PATHS:
        told = await browser.options(path, headers={"origin": origin} | PREFLIGHT)
        assert (told.status_code, told.headers["access-control-allow-origin"]) == (200, origin)
        allowed = told.headers["access-control-allow-headers"].lower()
        assert all(
            name in allowed for name in PREFLIGHT["access-control-request-headers"].split(", ")
        )
        assert {"GET", "POST", "PUT"} <= {*told.headers["access-control-allow-methods"].split(", ")}
        assert int(told.headers["access-control-max-age"]) > 0
        assert "access-control-allow-credentials" not in told.headers
    asked = {"query": "{ __typename }"}
    answer = await browser.post("/graphql", json=asked, headers={"origin": origin})
    assert answer.json() == {"data": {"__typename": "Query"}}
    assert answer.headers["access-control-allow-origin"] == origin
    assert "RateLimit" in answer.headers["access-control-expose-headers"]
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize(
    ("path", "status"), [("/graphql", 401), ("/files/x", 404), ("/public/x", 404)]
)
async def test_a_page_that_is_named_reads_refusals_too(
    browser: httpx.AsyncClient, path: str, status: int
) -> None:
    sent = {"origin": DESK, "authorization": "Bearer x.y.z"}
    answer = await browser.get(path, params={"query": "{__typename}"}, headers=sent)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (status, DESK)


@pytest.mark.parametrize("origin", STRANGE)
async def test_a_page_of_another_origin_is_opened_nothing(
    browser: httpx.AsyncClient, origin: str
) -> None:
    for path in PATHS:
        told = await browser.options(path, headers={"origin": origin} | PREFLIGHT)
        assert told.status_code == 400
        assert "access-control-allow-origin" not in told.headers
        answer = await browser.get(path, headers={"origin": origin})
        assert "access-control-allow-origin" not in answer.headers
