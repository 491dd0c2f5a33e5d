"""Serve the hand-written endpoints: `python -m benchmarks.handwritten`, set by the environment."""

import base64
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from benchmarks.handwritten import batched, point, single, submit
from benchmarks.handwritten.door import opened, viewer_of
from gateways.access_token import TokenIssuer
from rules.kernel.viewer import Viewer
from server.runtime.serving import bind_listener, run_event_loop, serve_app

Answer = Callable[[asyncpg.Pool, Viewer, dict[str, Any]], Awaitable[bytes]]


def endpoint(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """Put sign-in in front of an answer."""

    async def respond(request: Request) -> Response:
        viewer = viewer_of(request, request.app.state.tokens)
        asked = orjson.loads(await request.body())
        content = await answer(request.app.state.pool, viewer, asked)
        return Response(content, media_type="application/json")

    return respond


async def alive(request: Request) -> Response:
    """Tell that the process lives."""
    return PlainTextResponse("ok\n")


@asynccontextmanager
async def running(app: Starlette) -> AsyncIterator[None]:
    """Hold the pool."""
    app.state.tokens = TokenIssuer(
        base64.b64decode(os.environ["JIUYE_SECRET_KEY"]), timedelta(minutes=10)
    )
    app.state.pool = await opened(os.environ["DATABASE_URL"])
    yield
    await app.state.pool.close()


def main() -> None:
    """Serve until stopped, by the same uvicorn as the service."""
    app = Starlette(
        routes=[
            Route("/batched", endpoint(batched.flagship), methods=["POST"]),
            Route("/single", endpoint(single.flagship), methods=["POST"]),
            Route("/submit", endpoint(submit.submitted), methods=["POST"]),
            Route("/node", endpoint(point.answer_record), methods=["POST"]),
            Route("/healthz", alive),
        ],
        lifespan=running,
    )
    with bind_listener("127.0.0.1", int(os.environ["PORT"])) as listener:
        run_event_loop(serve_app(app, listener, lambda: None))


if __name__ == "__main__":
    main()
