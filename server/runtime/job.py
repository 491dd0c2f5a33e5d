"""What is done in the background, and how often: one line for each job."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from prometheus_client import Gauge

from resolvers.desk.audit_finding import look_everywhere
from resolvers.files.file_sweep import sweep
from resolvers.internship.applicant import fetch_next
from resolvers.internship.board import count_pushes, push_next
from resolvers.kernel.background import Work
from resolvers.kernel.sweep import sweep_requests, sweep_sessions, sweep_tickets, sweep_tries
from resolvers.policy.examination import examine_next
from resolvers.rosters.roster_work import check_next

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
PUSHES = Gauge(
    "jiuye_board_pushes", "Pushes to the job board that wait or were given up.", ("state",)
)


@dataclass(frozen=True, slots=True)
class Job:
    """Something done again and again: at once while there is something to do, else after a pause.

    `run` tells how much it did. It may be cut off anywhere and run beside itself, in `lanes` of
    one worker and in other workers: so it does its work in transactions, and twice what may be
    done twice.
    """

    name: str
    pause: timedelta
    run: Callable[[Work], Awaitable[int]]
    lanes: int = 1


async def sweep_files(work: Work) -> int:
    """Clear away files that nobody took up."""
    swept = await sweep(work.service)
    return swept.uploads + swept.objects


async def gauge_pushes(work: Work) -> int:
    """Show whoever watches how many pushes wait, and how many were given up."""
    for state, count in (await count_pushes(work)).items():
        PUSHES.labels(state).set(count)
    return 0


JOBS: tuple[Job, ...] = (
    Job("push_posts", SECOND, push_next, lanes=4),
    Job("fetch_applicants", 5 * SECOND, fetch_next, lanes=2),
    Job("check_rosters", SECOND, check_next, lanes=2),
    Job("gauge_pushes", 15 * SECOND, gauge_pushes),
    Job("examine_parameters", 15 * SECOND, examine_next),
    Job("sweep_files", HOUR, sweep_files),
    Job("look_for_signs", 24 * HOUR, look_everywhere),
    Job("sweep_requests", HOUR, sweep_requests),
    Job("sweep_sessions", HOUR, sweep_sessions),
    Job("sweep_tickets", HOUR, sweep_tickets),
    Job("sweep_tries", HOUR, sweep_tries),
)
"""All jobs of the worker; a new one is a line here."""
