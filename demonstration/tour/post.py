"""The tour's post, and what the national job board makes of it 就业在线 (J10-J13)."""

import time
from collections.abc import Mapping
from typing import Any

from demonstration.tour.document import BOARD_STATE_QUERY
from demonstration.tour.session import TourSession

POST_DRAFT = {
    "name": "综合业务助理",
    "headcount": 3,
    "monthlyWage": "3400.00",
    "workplace": "长春市二道区东盛大街",
    "duties": "协助日常业务，由带教老师一对一指导。",
}
WAIT_SECONDS = 60
PAUSE_SECONDS = 0.2


def add_post(party: TourSession) -> Mapping[str, Any]:
    """Add a post; it waits for the worker to push it (J10, J12)."""
    row: Mapping[str, Any] = party.expect_success(party.operator, "addPost", **POST_DRAFT)
    party.report_step(f"Post 岗位 added: {row['name']}, {row['status']}")
    return row


def check_job_board(party: TourSession, row: Mapping[str, Any]) -> None:
    """See the post on the job board, and whom the board has sent for it (J12, J13)."""
    found = _poll_board(party, row)
    state = found["boardState"]
    if found["applicantsAsOf"] is None:
        why = found["boardMessage"] or "no worker runs, or no board answers"
        party.report_step(f"Job board 就业在线 not heard from in {WAIT_SECONDS} s ({state}): {why}")
        return
    party.expect_equal("the post on the job board", state, "PUSHED")
    sent = [edge["node"] for edge in found["applicants"]["edges"]]
    party.report_step(f"Post {state} to the job board 就业在线, which names {len(sent)} applicants")
    for one in sent:
        party.report_step(f"  {one['name']} {one['mobileMasked']} {one['education'] or '-'}")


def _poll_board(party: TourSession, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Ask until the board has sent its applicants, for a while."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        found: Mapping[str, Any] = party.operator.ask(BOARD_STATE_QUERY, {"id": row["id"]})["node"]
        if found["applicantsAsOf"] is not None or time.monotonic() > until:
            return found
        time.sleep(PAUSE_SECONDS)
