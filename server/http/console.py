"""The page that browsers get at /graphql: asks, shows, needs no address but this one."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

STATIC = Path(__file__).parent / "static"
INLINED_FILES = (
    ('<link rel="stylesheet" href="console.css">', "<style>{}</style>", "console.css"),
    (' src="examples.graphql"></script>', ">{}</script>", "examples.graphql"),
    ('<script src="console.js"></script>', "<script>{}</script>", "console.js"),
)
POLICY = (
    "default-src 'none'; script-src {script}; style-src {style}; img-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


def build_page() -> str:
    """Return the page with style, examples and script in it: it comes as one answer."""
    text = _read_static_file("console.html")
    for reference, inline, name in INLINED_FILES:
        text = text.replace(reference, inline.format(_read_static_file(name)))
    return text


def build_policy() -> str:
    """Allow the page its own script and style, known by their hashes, and nothing else."""
    return POLICY.format(
        script=_hash_static_file("console.js"), style=_hash_static_file("console.css")
    )


def _read_static_file(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def _hash_static_file(name: str) -> str:
    digest = b64encode(sha256(_read_static_file(name).encode()).digest()).decode()
    return f"'sha256-{digest}'"


PAGE = build_page()
HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": build_policy(),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "Accept",
}


async def serve_console(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve the page."""
    await HTMLResponse(PAGE, headers=HEADERS)(scope, receive, send)
