"""The page that browsers get at /graphql: asks, shows, needs no address but this one."""

from pathlib import Path

from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

PAGE = Path(__file__).parent / "static" / "console.html"


async def console(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve the page."""
    await HTMLResponse(PAGE.read_text(encoding="utf-8"))(scope, receive, send)
