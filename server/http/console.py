"""The small page that browsers get at /graphql: asks, shows, needs no address but this one."""

import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

STATIC = Path(__file__).parent / "static"
INCLUDED = re.compile(r"<!-- (bar\.html) -->")
STYLE = re.compile(r'<link rel="stylesheet" href="([a-z-]+\.css)">')
SCRIPT = re.compile(r'<script( [^>]*?)? src="([a-z-]+\.(?:js|graphql))"></script>')
POLICY = (
    "default-src 'none'; script-src {script}; style-src {style}; img-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types {trusted}"
)


def build_page(name: str, refer: Callable[[str], str | None] = lambda _: None) -> str:
    """Return a page with what it names in it, as one answer.

    Where `refer` returns attributes for a file's name, the page goes on naming that file.
    """

    def inline_style(found: re.Match[str]) -> str:
        attributes = refer(found[1])
        if attributes is not None:
            return f'<link rel="stylesheet"{attributes}>'
        return f"<style>{read_static_file(found[1])}</style>"

    def inline_script(found: re.Match[str]) -> str:
        attributes = refer(found[2])
        if attributes is not None:
            return f"<script{attributes}></script>"
        return f"<script{found[1] or ''}>{read_static_file(found[2])}</script>"

    text = INCLUDED.sub(lambda found: read_static_file(found[1]), read_static_file(name))
    return SCRIPT.sub(inline_script, STYLE.sub(inline_style, text))


def build_policy(page: str) -> str:
    """Allow a page its own scripts and styles, known by their hashes, and nothing else."""
    return POLICY.format(
        script=" ".join(_hash_text(text) for text in find_inlined("script", page)),
        style=" ".join(_hash_text(text) for text in find_inlined("style", page)),
        trusted="'none'",
    )


def find_inlined(tag: str, page: str) -> list[str]:
    """Find the texts of all elements of one tag that have no attributes."""
    return re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)


def read_static_file(name: str) -> str:
    """Read a file of a page."""
    return (STATIC / name).read_text(encoding="utf-8")


def _hash_text(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


PAGE = build_page("console.html")
HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": build_policy(PAGE),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "Accept",
}


async def serve_console(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve the page."""
    await HTMLResponse(PAGE, headers=HEADERS)(scope, receive, send)
