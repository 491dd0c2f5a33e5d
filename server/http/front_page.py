"""The page at /: leads whoever opens the bare address to what there is to see."""

from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from server.http.public_page import HEADERS, STYLE


def build_front_page(console: bool) -> str:
    """Build the page; it names the console only where there is one."""
    return "".join(_render_page(console))


def _render_page(console: bool) -> Iterator[str]:
    yield '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>就业 Jiuye</title><style>{STYLE}</style></head><body><h1>就业 Jiuye</h1>"
    yield "<p>公共就业补贴服务：申报、审核、公示、发放。</p>"
    yield '<p lang="en">Public-employment subsidies as one GraphQL graph.</p><ul>'
    yield '<li><a href="/public/notices">补贴公示</a> <span lang="en">Public notices</span></li>'
    if console:
        yield '<li><a href="/graphql">接口控制台</a> '
        yield '<span lang="en">Console: ask the graph in the browser</span></li>'
    else:
        yield "<li>接口：<code>POST /graphql</code> "
        yield '<span lang="en">The graph, for programs</span></li>'
    yield "</ul><p>接口说明见源代码中的 <code>docs/clients.md</code>、"
    yield "<code>schema.graphql</code>。"
    yield '<span lang="en">How to write a client: both files of the source.</span></p>'
    yield "</body></html>"


class FrontPage:
    """Answers with the page, built once."""

    def __init__(self, *, console: bool) -> None:
        self._page = build_front_page(console)

    async def answer(self, request: Request) -> Response:
        """Answer who opens the bare address."""
        return HTMLResponse(self._page, headers=HEADERS)
