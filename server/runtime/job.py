"""What is done in the background, and how often: one line for each job."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from prometheus_client import Gauge

from resolvers.accounts.recovery_notice import send_next_notice
from resolvers.claims.claim_closing import close_settled_claims
from resolvers.desk.audit_finding import search_all_units
from resolvers.files.file_sweep import sweep_unused_files
from resolvers.internship.applicant import fetch_next_applicants
from resolvers.internship.board import count_pushes, push_next_post
from resolvers.kernel.background import JobContext
from resolvers.kernel.checkpoint import make_checkpoint
from resolvers.kernel.clearing import CLEARINGS
from resolvers.kernel.resealing import ResealingPass
from resolvers.kernel.sweep import SWEEPS
from resolvers.policy.examination import examine_next_parameter
from resolvers.rosters.roster_check_job import check_next_roster
from resolvers.rosters.roster_clearing import clear_next_rows
from resolvers.units.verification import RegisterPass

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
PUSH_GAUGE = Gauge(
    "jiuye_board_pushes", "Pushes to the job board that wait or were given up.", ("state",)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something done again and again: at once while there is something to do, else after a pause.

    `run` tells how much it did. It may be cut off anywhere and run beside itself, in `lanes` of
    one worker and in other workers: so it does its work in transactions, and twice what may be
    done twice.
    """

    name: str
    pause: timedelta
    run: Callable[[JobContext], Coroutine[Any, Any, int]]
    lanes: int = 1


async def sweep_files(work: JobContext) -> int:
    """Clear away files that nobody took up."""
    swept = await sweep_unused_files(work.service)
    return swept.uploads + swept.objects


async def anchor_history(work: JobContext) -> int:
    """Write down outside of the database how far the history has come (X9)."""
    if work.checkpoints is None:
        return 0
    return int(await make_checkpoint(work.service, work.checkpoints))


async def update_push_gauge(work: JobContext) -> int:
    """Show whoever watches how many pushes wait, and how many were given up."""
    for state, count in (await count_pushes(work)).items():
        PUSH_GAUGE.labels(state).set(count)
    return 0


_REGISTER = RegisterPass()


async def verify_units(work: JobContext) -> int:
    """Verify units of whom the register says what they say themselves (X18)."""
    return await _REGISTER.verify_next(work.service)


_RESEALING = ResealingPass()


async def reseal_values(work: JobContext) -> int:
    """Seal anew what former keys sealed, a page at a time; a pass over everything once a day."""
    return await _RESEALING.reseal_next(work.service)


JOBS: tuple[Job, ...] = (
    Job(name="push_posts", pause=SECOND, run=push_next_post, lanes=4),
    Job(name="fetch_applicants", pause=5 * SECOND, run=fetch_next_applicants, lanes=2),
    Job(name="check_rosters", pause=SECOND, run=check_next_roster, lanes=2),
    Job(name="clear_rosters", pause=HOUR, run=clear_next_rows),
    Job(name="send_notices", pause=5 * SECOND, run=send_next_notice),
    Job(name="verify_units", pause=MINUTE, run=verify_units),
    Job(name="gauge_pushes", pause=15 * SECOND, run=update_push_gauge),
    Job(name="examine_parameters", pause=15 * SECOND, run=examine_next_parameter),
    Job(name="reseal_values", pause=HOUR, run=reseal_values),
    Job(name="close_claims", pause=HOUR, run=close_settled_claims),
    Job(name="sweep_files", pause=HOUR, run=sweep_files),
    Job(name="anchor_history", pause=MINUTE, run=anchor_history),
    Job(name="look_for_signs", pause=24 * HOUR, run=search_all_units),
    *(Job(name=f"clear_{name}", pause=HOUR, run=run) for name, run in CLEARINGS.items()),
    *(Job(name=f"sweep_{name}", pause=HOUR, run=run) for name, run in SWEEPS.items()),
)
"""All jobs of the worker; a new one is a line here."""
