"""What the tour says where it cannot go on: sessions of it, without a service."""

from collections.abc import Mapping
from typing import Any

import pytest

from demonstration.data.tour_reserve import MAX_TOURS, build_unit_code
from demonstration.tour import post
from demonstration.tour.client import GraphClient, TourFailed
from demonstration.tour.document import REGISTERED_UNITS_QUERY
from demonstration.tour.session import TourSession


class Registered(GraphClient):
    """A service in which all units of the tour have registered."""

    def sign_in(self, account: str, password: str) -> GraphClient:
        return self

    def ask(self, document: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        codes = [build_unit_code(number) for number in range(1, MAX_TOURS + 1)]
        edges = [{"node": {"creditCode": code}} for code in codes]
        return {"units": {"edges": edges, "pageInfo": {"hasNextPage": False}}}


def test_when_all_units_are_used_up_it_says_how_to_start_afresh() -> None:
    with pytest.raises(TourFailed, match=r"All 30 units .* JIUYE_HOME=/tmp/jiuye-tour make run"):
        TourSession(Registered("127.0.0.1", 1), print)


class WithoutWorker(GraphClient):
    """A service whose post nobody pushes to the job board."""

    def sign_in(self, account: str, password: str) -> GraphClient:
        return self

    def ask(self, document: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        if document == REGISTERED_UNITS_QUERY:
            return {"units": {"edges": [], "pageInfo": {"hasNextPage": False}}}
        return {"node": {"boardState": "PENDING", "boardMessage": None, "applicantsAsOf": None}}


def test_j12_a_post_that_nobody_pushes_is_told_and_the_tour_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(post, "WAIT_SECONDS", 0)
    told: list[str] = []
    post.check_job_board(TourSession(WithoutWorker("127.0.0.1", 1), told.append), {"id": "a post"})
    why = "no worker runs, or no board answers"
    assert told == [f"  1. Job board 就业在线 not heard from in 0 s (PENDING): {why}"]
