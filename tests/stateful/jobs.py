"""What happens beside requests: files as they are sent, and jobs of the worker."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import httpx
import orjson

from gateways.job_board import JobBoard
from resolvers.internship.applicant import fetch_next_applicants
from resolvers.internship.board import push_next_post
from resolvers.kernel.background import JobContext
from resolvers.kernel.service import Service
from resolvers.policy.examination import examine_next_parameter
from resolvers.rosters.roster_check_job import SHEET_NAME, check_next_roster
from server.runtime.board_stand_in import Mode, StandIn
from tests.factories.board import RETRY_POLICY, TOKEN
from tests.factories.files import a_pdf
from tests.factories.workbook import a_workbook

JOBS = {
    "parameter": examine_next_parameter,
    "roster": check_next_roster,
    "push": push_next_post,
    "applicants": fetch_next_applicants,
}
MOST_RUNS = 50


APPLICANTS = [
    {
        "reference": "JYZX-0001-1",
        "name": "王晓雨",
        "mobile": "19900001122",
        "education": "本科",
        "appliedAt": "2025-03-01T01:00:00+00:00",
    }
]
"""Whom the board sends for any post; its own choice goes by the post's key, which is random."""


def build_board() -> StandIn:
    """Build the stand-in of the job board, which knows the posts that it was told of."""
    return StandIn(token=TOKEN, applicants=APPLICANTS)


class NearBoard(JobBoard):
    """The stand-in of the job board, in this process."""

    def __init__(self, board: StandIn) -> None:
        """Ask it without a network."""
        transport = httpx.ASGITransport(board.build_app())
        headers = {"authorization": f"Bearer {TOKEN}"}
        self._seconds = 60.0
        self._client = httpx.AsyncClient(
            transport=transport, base_url="http://board.test", headers=headers
        )


async def run_job(service: Service, stand_in: StandIn, given: Mapping[str, Any]) -> None:
    """Let the worker do all that is due of one kind: examine a parameter where none is named."""
    stand_in.mode = Mode(given.get("mode", Mode.OK))
    board = NearBoard(stand_in)
    try:
        work = JobContext(
            service=service, board=board, retry_policy=RETRY_POLICY, jitter=lambda: 1.0
        )
        job = JOBS[given.get("job", "parameter")]
        for _ in range(MOST_RUNS if "job" in given else 1):
            if not await job(work):
                break
    finally:
        await board.close()


def build_file(told: Mapping[str, Any]) -> bytes:
    """Write a file: a document, or a workbook of some rows."""
    return _build_file(orjson.dumps(told))


@cache
def _build_file(told: bytes) -> bytes:
    """Write it once: a workbook tells when it was written, and may be longer later."""
    given = orjson.loads(told)
    return a_pdf() if given["type"] == "PDF" else a_workbook(given["rows"], SHEET_NAME)
