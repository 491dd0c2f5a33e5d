"""What somebody gets who opens the bare address."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from server.http.app import create_app
from tests.factories.database import Database
from tests.factories.world import build_settings


@asynccontextmanager
async def browser(database: Database, introspection: bool) -> AsyncIterator[httpx.AsyncClient]:
    own = build_settings(database).model_copy(update={"introspection": introspection})
    app = create_app(own)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://jiuye",
            headers={"accept": "text/html"},
        ) as client,
    ):
        yield client


@pytest.mark.parametrize(
    ("introspection", "links"),
    [(True, ["/public/notices", "/graphql"]), (False, ["/public/notices"])],
)
async def test_the_bare_address_leads_to_what_there_is(
    database: Database, introspection: bool, links: list[str]
) -> None:
    async with browser(database, introspection) as client:
        page = await client.get("/")
        assert page.status_code == 200
        assert re.findall(r'href="([^"]+)"', page.text) == links
        for link in links:
            there = await client.get(link)
            assert (there.status_code, "<h1" in there.text) == (200, True), link
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "<script" not in page.text
        assert (await client.head("/")).status_code == 200
        assert (await client.post("/")).status_code == 405


async def test_an_address_with_a_slash_too_many_is_none(database: Database) -> None:
    """Sent on, it would name the host that the client said, and a link's secret, without TLS."""
    async with browser(database, introspection=False) as client:
        for path in ("/healthz/", "/files/secret/", "/graphql/"):
            answer = await client.get(path, headers={"host": "elsewhere.example"})
            assert (answer.status_code, answer.headers.get("location")) == (404, None), path
