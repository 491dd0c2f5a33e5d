"""Every answer tells browsers to keep, run, show and tell nothing: no way in is forgotten."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.http.app import create_app
from server.http.security_headers import DEFAULT_HEADERS
from tests.factories.database import Database
from tests.factories.world import build_settings

PAGES = frozenset({"/", "/graphql", "/public/notices"})
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")


async def fail(_: Request) -> Response:
    raise RuntimeError("a fault of ours")


@pytest.fixture
async def browser(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(build_settings(database))
    app.router.routes.append(Route("/fault", fail))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://jiuye") as client,
    ):
        yield client


def find_paths(client: httpx.AsyncClient) -> set[str]:
    transport = client._transport
    assert isinstance(transport, httpx.ASGITransport)
    routes = [route for route in transport.app.routes if isinstance(route, Route)]  # type: ignore[attr-defined]
    paths = {route.path.replace("{purpose}", "roster").replace("{token}", "x") for route in routes}
    return paths | {"/nowhere", "/files/export/"}


async def test_every_answer_of_every_way_in_carries_the_headers(
    browser: httpx.AsyncClient,
) -> None:
    paths = find_paths(browser)
    assert paths > PAGES | {"/healthz", "/metrics", "/fault"}
    statuses = set()
    for path in sorted(paths):
        for method in METHODS:
            for accept in ("text/html", "application/json"):
                answer = await browser.request(method, path, headers={"accept": accept})
                statuses.add(answer.status_code)
                missing = DEFAULT_HEADERS.keys() - {name.lower() for name in answer.headers}
                assert missing == set(), (method, path, answer.status_code)
                told = (method, path, answer.headers)
                assert answer.headers["x-content-type-options"] == "nosniff", told
                assert answer.headers["referrer-policy"] == "no-referrer", told
                policy = answer.headers["content-security-policy"]
                assert "default-src 'none'" in policy, told
                assert "frame-ancestors 'none'" in policy, told
    assert {200, 404, 405, 406, 500} <= statuses


async def test_a_page_keeps_the_policy_of_its_own(browser: httpx.AsyncClient) -> None:
    for path in sorted(PAGES):
        page = await browser.get(path, headers={"accept": "text/html"})
        assert page.status_code == 200
        policy = page.headers["content-security-policy"]
        assert re.search(r"style-src '(?:sha256|nonce)-", policy)
        assert "sandbox" not in policy
        assert len(page.headers.get_list("content-security-policy")) == 1
