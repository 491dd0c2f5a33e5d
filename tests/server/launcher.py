"""The command line with a small application: `python -m tests.server.launcher COMMAND`.

It stands in for the service's own application and demonstration, so that these tests hold what
the command line does and nothing else. VERSIONS names a directory of migrations.
"""

import asyncio
import importlib
import signal
import sys
from collections.abc import Callable
from enum import Enum
from functools import partial
from os import environ
from pathlib import Path
from types import ModuleType

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from server.database.migrate import migrate
from server.settings.settings import Settings


def create_app(settings: Settings, *, offload_path: Path | None) -> Starlette:
    assert offload_path is None
    engine = create_async_engine(settings.service_url)

    async def health(_: Request) -> PlainTextResponse:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
        return PlainTextResponse("ok")

    return Starlette(routes=[Route("/healthz", health)])


class Loaded(Enum):
    YES = "just loaded"


async def load(settings: Settings) -> Loaded:
    if seconds := environ.get("DEMO_SECONDS"):
        sys.stdout.write(f"Loading for {seconds} seconds\n")
        sys.stdout.flush()
        await asyncio.sleep(float(seconds))
    return Loaded.YES


def introduction(settings: Settings, address: str, found: Loaded) -> str:
    return f"Open {address}/ with {settings.entrance} entrances, {found.value}"


def stand_in(name: str, **contents: object) -> None:
    module = ModuleType(name)
    vars(module).update(contents)
    sys.modules[name] = module


def command_line() -> Callable[[list[str]], None]:
    environ["OFFLOAD"] = "false"  # it would be the real application
    stand_in("server.http.app", create_app=create_app)
    stand_in("server.runtime.worker", run_jobs=None)
    stand_in("demonstration.demo", load_demonstration=load, build_introduction=introduction)
    cli = importlib.import_module("server.cli.main")
    vars(cli)["upgrade"] = partial(migrate, versions=Path(environ["VERSIONS"]))
    app: Callable[[list[str]], None] = cli.app
    return app


if __name__ == "__main__":
    # Who runs the tests in the background of a script has it ignored, and this would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    command_line()(sys.argv[1:])
