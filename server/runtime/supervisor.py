"""Programs that run beside the service: seen when they die, and started again."""

import asyncio
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.applications import Starlette

from server.database.postgres_process import exit_with_parent
from server.runtime.serving import run_event_loop, serve_app
from server.settings.settings import Settings

GRACE_SECONDS = 5
FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 0.5, 30.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildProcess:
    """A module that is run, with what it needs of the environment and which socket it takes."""

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    listener: socket.socket | None = None


@asynccontextmanager
async def supervise_processes(say: Say) -> AsyncIterator[Callable[[Sequence[ChildProcess]], None]]:
    """Keep programs running from when they are handed over, and end them afterwards.

    They begin once the service answers: its own start is not slowed by theirs.
    """
    tasks: list[asyncio.Task[None]] = []

    def start(programs: Sequence[ChildProcess]) -> None:
        tasks.extend(asyncio.create_task(_restart_forever(program, say)) for program in programs)

    try:
        yield start
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _restart_forever(program: ChildProcess, say: Say) -> None:
    pause = FIRST_PAUSE_SECONDS
    while True:
        code = await _run_process(program, say)
        say(f"The {program.name} ended by itself ({code}) and is started again.")
        await asyncio.sleep(pause)
        pause = min(pause * 2, MAX_PAUSE_SECONDS)


async def _run_process(program: ChildProcess, say: Say) -> int:
    """Run a program to its end, or end it; the kernel ends it when this process dies."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *program.arguments,
        stdin=asyncio.subprocess.DEVNULL,
        env=os.environ | program.environment,
        pass_fds=(program.listener.fileno(),) if program.listener else (),
        start_new_session=True,
        preexec_fn=partial(exit_with_parent, os.getpid(), signal.SIGTERM),
    )
    say(f"Beside it: {program.name} (process {process.pid}).")
    try:
        return await process.wait()
    finally:
        await asyncio.shield(_terminate_process(process))


async def _terminate_process(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), GRACE_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


def list_found_variables(settings: Settings) -> Mapping[str, str]:
    """List what `jiuye run` found out about database and keys, for a program beside it."""
    return {
        "DATABASE_URL": settings.service_url,
        "DATABASE_OWNER_URL": "",
        **{f"DATABASE_{role}_URL": url for role, url in settings.urls_beside.items()},
        **settings.key_variables,
    }


def serve_until_stopped(
    built: Starlette,
    listener: socket.socket,
    answered: Callable[[], None],
    beside: Sequence[ChildProcess] = (),
    sockets: int = 0,
    *,
    say: Say,
) -> None:
    """Serve, with programs beside it; Ctrl-C and SIGTERM are the ordinary end."""

    async def serve_all() -> None:
        async with supervise_processes(say) as start:

            def begin() -> None:
                answered()
                start(beside)

            await serve_app(built, listener, begin, sockets)

    try:
        run_event_loop(serve_all())
    except KeyboardInterrupt:
        say("\nStopped.")


@contextmanager
def plan_offload(
    settings: Settings, level: str, variables: Mapping[str, str]
) -> Iterator[tuple[Path | None, Sequence[ChildProcess]]]:
    """Yield where the offload process will listen, and the process; nothing where it is off."""
    if not settings.offload:
        yield None, ()
        return
    with TemporaryDirectory(prefix="jiuye-") as directory:
        path = Path(directory) / "offload"
        arguments = ("server.runtime.offload", str(path), level)
        yield (
            path,
            (ChildProcess(name="offload process", arguments=arguments, environment=variables),),
        )


def list_child_processes(settings: Settings) -> tuple[list[ChildProcess], str]:
    """List what runs beside the service, and say where the job board is."""
    url = settings.jiuye_board_url
    token = settings.jiuye_board_token.get_secret_value()
    programs: list[ChildProcess] = []
    if url is None:
        listener = socket.create_server(("127.0.0.1", 0))
        token = token or secrets.token_hex(16)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        place = ("server.runtime.board_stand_in", f"fd:{listener.fileno()}")
        known = {"JIUYE_BOARD_TOKEN": token}
        programs.append(
            ChildProcess(
                name="job board's stand-in", arguments=place, environment=known, listener=listener
            )
        )
        where = f"Job board 就业在线: a stand-in, to be told what to do at {url}/control"
    else:
        where = f"Job board 就业在线: {url}"
    environment = {
        **list_found_variables(settings),
        "JIUYE_BOARD_URL": url,
        "JIUYE_BOARD_TOKEN": token,
    }
    programs.append(
        ChildProcess(name="worker", arguments=("server.runtime.worker",), environment=environment)
    )
    return programs, where
