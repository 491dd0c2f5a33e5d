"""GraphiQL for browsers, where a build fetched it: of this address alone, and allowed no more."""

import gzip
import re
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
from starlette.applications import Starlette

from server.http.app import create_app
from server.http.explorer import MEDIA_TYPES, Explorer, find_explorer
from server.settings.settings import Settings
from tests.server.graphql_probe import client

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
FETCHED_TEXT = "/* fetched */"


@pytest.fixture
def fetched(tmp_path: Path) -> Path:
    """What a build would have fetched, in small."""
    for name in MEDIA_TYPES:
        (tmp_path / name).write_text(FETCHED_TEXT)
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(FETCHED_TEXT.encode()))
    return tmp_path


@pytest.fixture
def app(fetched: Path) -> Starlette:
    explorer = Explorer(fetched)
    served = Starlette(routes=[explorer.route])
    served.mount("/graphql", explorer.serve_page)
    return served


async def open_page(app: Starlette) -> httpx.Response:
    async with client(app) as http:
        return await http.get("/graphql/", headers=BROWSER)


async def test_scripts_and_styles_carry_a_word_of_this_answer_alone(app: Starlette) -> None:
    answers = [await open_page(app) for _ in range(2)]
    nonces = []
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        [nonce] = set(re.findall(r"'nonce-([\w-]{20,})'", policy))
        tags = re.findall(r"<(?:script|style|link rel=.stylesheet)[^>]*>", answer.text)
        assert len(tags) == 9
        assert all(f'nonce="{nonce}"' in tag for tag in tags)
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "require-trusted-types-for 'script'" in policy
        nonces.append(nonce)
    assert nonces[0] != nonces[1]
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}


async def test_the_page_loads_what_was_fetched_and_names_no_other_address(app: Starlette) -> None:
    page = (await open_page(app)).text
    sources = re.findall(r"<(?:script|link)[^>]* (?:src|href)=\"([^\"]*)\"", page)
    files = [source for source in sources if not source.startswith("data:")]
    assert [file.rpartition("/")[2] for file in files] == [
        "graphiql.css",
        "react.js",
        "react-dom.js",
        "graphiql.js",
    ]
    assert page.count('integrity="sha384-') == len(files)
    async with client(app) as http:
        for file in files:
            for encoding in ("identity", "gzip"):
                answer = await http.get(
                    urljoin("/graphql", file), headers={"accept-encoding": encoding}
                )
                assert answer.text == FETCHED_TEXT
                assert answer.headers.get("content-encoding", "identity") == encoding
                assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("path", ["0/graphiql.js", "{digest}/graphiql.sha512"])
async def test_nothing_else_is_a_file_of_the_page(app: Starlette, path: str) -> None:
    [digest] = set(re.findall(r"graphql/explorer/(\w+)/", (await open_page(app)).text))
    async with client(app) as http:
        answer = await http.get(f"/graphql/explorer/{path.format(digest=digest)}")
    assert answer.status_code == 404


def test_what_was_fetched_in_part_is_not_served(fetched: Path) -> None:
    assert find_explorer(fetched)
    (fetched / "react.js.gz").unlink()
    assert find_explorer(fetched) is None


@pytest.mark.parametrize("introspection", [True, False])
async def test_the_page_and_its_files_are_there_only_where_the_console_is(
    monkeypatch: pytest.MonkeyPatch, fetched: Path, introspection: bool
) -> None:
    monkeypatch.setattr("server.http.app.find_explorer", lambda: find_explorer(fetched))
    app = create_app(Settings(introspection=introspection))
    async with client(app) as http:
        page = await http.get("/graphql", headers=BROWSER)
    assert page.status_code == (200 if introspection else 404)
    assert ("graphql/explorer/" in page.text) is introspection
    paths = [getattr(route, "path", "") for route in app.routes]
    assert ("/graphql/explorer/{digest}/{name}" in paths) is introspection


async def test_where_nothing_was_fetched_browsers_get_the_small_page(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("server.http.app.find_explorer", lambda: find_explorer(tmp_path))
    async with client(create_app(Settings())) as http:
        page = await http.get("/graphql", headers=BROWSER)
    assert page.status_code == 200
    assert 'id="query"' in page.text
