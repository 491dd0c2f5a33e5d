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
    claim,
    declaration,
    end,
    intern,
    mentoring,
    month,
    person,
    sichuan,
)
from demonstration.tour import (
    post as tour_post,
)
from demonstration.tour.client import GraphClient, TourFailed
from demonstration.tour.session import TourSession
from server.runtime.serving import find_reachable_host, is_healthy, reserve_port
from server.settings.settings import Settings

START_SECONDS = 120
STOP_SECONDS = 30
Say = Callable[[str], None]


def run_tour(settings: Settings, say: Say) -> None:
    """Walk the whole chain, telling each step; raise TourFailed where one comes out wrong."""
    with find_or_start_service(settings, say) as graph:
        begun = time.monotonic()
        party = TourSession(graph, say)
        tour_account.register_unit(party)
        tour_account.verify_unit(party)
        tour_account.add_operator(party)
        tour_account.sign_in_by_qr_code(party)
        declaration.complete_profile(party)
        declaration.approve_declaration(party)
        declaration.approve_parameter(party)
        _run_year(party)
        sichuan.run_sichuan(party)
        say(f"All as expected, in {time.monotonic() - begun:.1f} s.")


def _run_year(party: TourSession) -> None:
    """Live a year with a post and three interns, up to what is claimed and retained."""
    post = tour_post.add_post(party)
    person.register_person(party)
    interns = intern.add_interns(party, post)
    tour_post.check_job_board(party, post)
    account = claim.claim_living_allowance(party, interns)
    intern.change_term(party, post, interns[2])
    end.end_internship(party, interns[0])
    end.end_before_reported_month(party, interns[1])
    mentoring.claim_mentoring_subsidy(party, interns, account)
    person.check_own_lines(
        party,
        [
            ("LIVING_ALLOWANCE", month.sum_payable(0)),
            ("MENTORING", str(mentoring.AMOUNT_PER_PERSON)),
        ],
    )


@contextmanager
def find_or_start_service(settings: Settings, say: Say) -> Iterator[GraphClient]:
    """Find the running service, or start one."""
    host = find_reachable_host(settings.host)
    if asyncio.run(is_healthy(host, settings.port)):
        say(f"Touring http://{host}:{settings.port}")
        yield GraphClient(host, settings.port)
        return
    with start_service() as port:
        say(f"No service on port {settings.port}: touring one of its own")
        yield GraphClient("127.0.0.1", port)


@contextmanager
def start_service() -> Iterator[int]:
    """Run a service with a data directory that is removed afterwards, and give its port."""
    home = Path(tempfile.mkdtemp(prefix="jiuye-tour-"))
    home.chmod(0o711)  # PostgreSQL's own account passes through when root starts it
    try:
        with reserve_port() as port, _run_service(home, port):
            yield port
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _run_service(home: Path, port: int) -> Iterator[None]:
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
            if not _wait_until_healthy(service, port):
                log.seek(0)
                said = log.read().decode(errors="replace")[-2000:]
                raise TourFailed(f"The tour's own service does not start:\n{said}")
            yield
        finally:
            _stop_service(service)


def _wait_until_healthy(service: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while service.poll() is None and time.monotonic() < deadline:
        if asyncio.run(is_healthy("127.0.0.1", port)):
            return True
        time.sleep(0.05)
    return False


def _stop_service(service: subprocess.Popen[bytes]) -> None:
    service.terminate()
    try:
        service.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        service.kill()
        service.wait()
