"""The tour: a unit's whole year over HTTP, against the running service or one of its own."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from demonstration.tour import (
    account as tour_account,
)
from demonstration.tour import (
    claim as tour_claim,
)
from demonstration.tour import (
    declaration as tour_declaration,
)
from demonstration.tour import (
    end as tour_end,
)
from demonstration.tour import (
    intern as tour_intern,
)
from demonstration.tour import (
    mentoring as tour_mentoring,
)
from demonstration.tour import (
    month as tour_month,
)
from demonstration.tour import (
    person as tour_person,
)
from demonstration.tour import (
    post as tour_post,
)
from demonstration.tour import (
    sichuan as tour_sichuan,
)
from demonstration.tour.graph import Graph, TourFailed
from demonstration.tour.party import Party
from server.runtime.serving import healthy, reserved
from server.settings.settings import Settings

START_SECONDS = 120
STOP_SECONDS = 30
Say = Callable[[str], None]


def walk(settings: Settings, say: Say) -> None:
    """Walk the whole chain, telling each step; raise TourFailed where one comes out wrong."""
    with somewhere(settings, say) as graph:
        begun = time.monotonic()
        party = Party(graph, say)
        tour_account.registration(party)
        tour_account.operator(party)
        tour_account.qr_code(party)
        tour_declaration.profile(party)
        tour_declaration.declaration(party)
        tour_declaration.parameter(party)
        _year(party)
        tour_sichuan.subsidies(party)
        say(f"All as expected, in {time.monotonic() - begun:.1f} s.")


def _year(party: Party) -> None:
    """Live a year with a post and three interns, up to what is claimed and retained."""
    post = tour_post.post(party)
    tour_person.registration(party)
    interns = tour_intern.interns(party, post)
    tour_post.board(party, post)
    account = tour_claim.allowance(party, interns)
    tour_intern.change(party, post, interns[2])
    tour_end.reduction(party, interns[0])
    tour_end.late_reduction(party, interns[1])
    tour_mentoring.mentoring(party, interns, account)
    tour_person.in_their_name(
        party, [("LIVING_ALLOWANCE", tour_month.due(0)), ("MENTORING", str(tour_mentoring.EACH))]
    )


@contextmanager
def somewhere(settings: Settings, say: Say) -> Iterator[Graph]:
    """Find the running service, or start one."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    if asyncio.run(healthy(host, settings.port)):
        say(f"Touring http://{host}:{settings.port}")
        yield Graph(host, settings.port)
        return
    with started() as port:
        say(f"No service on port {settings.port}: touring one of its own")
        yield Graph("127.0.0.1", port)


@contextmanager
def started() -> Iterator[int]:
    """Run a service with a data directory that is removed afterwards, and give its port."""
    home = Path(tempfile.mkdtemp(prefix="jiuye-tour-"))
    home.chmod(0o711)  # PostgreSQL's own account passes through when root starts it
    try:
        with reserved() as port, _running(home, port):
            yield port
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _running(home: Path, port: int) -> Iterator[None]:
    own = {"JIUYE_HOME": str(home / "data"), "PORT": str(port), "HOST": "127.0.0.1", "DEMO": "true"}
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("DATABASE_")}
    with (home / "log").open("w+b") as log:
        service = subprocess.Popen(
            [sys.executable, "-m", "server.cli.main", "run"],
            env=inherited | own | {"ENVIRONMENT": "development"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            if not _answers(service, port):
                log.seek(0)
                said = log.read().decode(errors="replace")[-2000:]
                raise TourFailed(f"The tour's own service does not start:\n{said}")
            yield
        finally:
            _stop(service)


def _answers(service: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while service.poll() is None and time.monotonic() < deadline:
        if asyncio.run(healthy("127.0.0.1", port)):
            return True
        time.sleep(0.05)
    return False


def _stop(service: subprocess.Popen[bytes]) -> None:
    service.terminate()
    try:
        service.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        service.kill()
        service.wait()
