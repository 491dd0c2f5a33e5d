"""Whom the board sent for a post 就业在线推送人员信息, as clients see them (J13)."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from models import (
    Applicant,
    History,
    Post,
    Role,
)
from server.runtime.board_stand_in import Mode
from tests.factories.board import (
    SteppedWorker,
    WatchedBoard,
    a_board,
    a_worker,
    get_timeout_seconds,
)
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.refusal import assert_refused
from tests.factories.rows import NANGUAN_DISTRICT
from tests.factories.world import NOW, World

MOBILE = "19900001234"
LIST = """query ($id: ID!) { node(id: $id) { ... on Post {
  applicantsStale applicantsFailure applicantsAsOf
  applicants(orderBy: NAME) { totalCount edges { node {
    id name mobileMasked education appliedAt post { name } } } } } } }"""


def one(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "reference": f"JYZX-{number}",
        "name": f"求职者{number}",
        "mobile": MOBILE,
        "education": "本科",
        "appliedAt": "2025-03-01T09:30:00+08:00",
    } | changes


@pytest.fixture
async def board() -> AsyncIterator[WatchedBoard]:
    async with a_board() as made:
        made.applicants = [one(1), one(2, education=None)]
        yield made


@pytest.fixture
async def worker(world: World, board: WatchedBoard) -> AsyncIterator[SteppedWorker]:
    async with a_worker(world, board) as made:
        yield made


@pytest.fixture
async def post(world: World, worker: SteppedWorker) -> Any:
    """A post that the board shows."""
    chain = InternshipScenario(world)
    await chain.approve_declaration()
    made = await chain.add_post()
    await worker.push_due()
    return made


async def listed(world: World, post: Any, as_: str = "unit") -> Any:
    return (await world.ask(LIST, as_, id=post["id"])).only


async def test_j13_applicants_are_fetched_kept_and_shown_with_masked_mobiles(
    world: World, worker: SteppedWorker, post: Any
) -> None:
    before = await listed(world, post)
    assert (before["applicantsStale"], before["applicants"]["totalCount"]) == (True, 0)
    assert await worker.fetch_due() == 1
    for who in ("unit", "officer"):
        found = await listed(world, post, who)
        assert (found["applicantsStale"], found["applicantsFailure"]) == (False, None)
        first, second = [edge["node"] for edge in found["applicants"]["edges"]]
        assert (first["name"], first["education"], second["education"]) == ("求职者1", "本科", None)
        assert first["mobileMasked"] == "199****1234"
        assert first["appliedAt"] == "2025-03-01T01:30:00+00:00"
    kept = (await world.load_rows(Applicant))[0]
    assert MOBILE.encode() not in kept.mobile_sealed
    assert world.open_sealed(Applicant.mobile_sealed, kept) == MOBILE


async def test_j13_they_are_fetched_again_when_they_are_due_and_those_gone_are_forgotten(
    world: World, worker: SteppedWorker, board: WatchedBoard, post: Any
) -> None:
    await worker.fetch_due()
    (kept,) = [row for row in await world.load_rows(Applicant) if row.reference == "JYZX-1"]
    assert await worker.fetch_due() == 0
    board.applicants = [one(1, name="改名者"), one(3)]
    worker.advance_clock(hours=1)
    assert await worker.fetch_due() == 1
    rows = {row.reference: row for row in await world.load_rows(Applicant)}
    assert rows.keys() == {"JYZX-1", "JYZX-3"}
    assert (rows["JYZX-1"].id, rows["JYZX-1"].name) == (kept.id, "改名者")
    assert rows["JYZX-1"].as_of == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("mode", "failure"),
    [(Mode.FAIL, "SERVER_FAILED"), (Mode.HANG, "TIMED_OUT"), (Mode.GARBAGE, "MALFORMED")],
)
async def test_j13_while_the_board_is_down_those_it_sent_before_are_shown_as_stale(
    world: World, worker: SteppedWorker, board: WatchedBoard, post: Any, mode: Mode, failure: str
) -> None:
    await worker.fetch_due()
    fetched = (await listed(world, post))["applicantsAsOf"]
    worker.advance_clock(hours=1)
    board.mode = mode
    async with a_worker(world, board, get_timeout_seconds(mode)) as other:
        assert await other.fetch_due() == 1
    found = await listed(world, post)
    assert (found["applicantsStale"], found["applicantsFailure"]) == (True, failure)
    assert (found["applicantsAsOf"], found["applicants"]["totalCount"]) == (fetched, 2)
    board.mode = Mode.OK
    worker.advance_clock(minutes=5)
    assert await worker.fetch_due() == 1
    assert not (await listed(world, post))["applicantsStale"]


@pytest.mark.parametrize(
    "sent",
    [
        [one(1), one(1)],
        [one(1), one(2, mobile="12345")],
        [one(1), one(2, name="")],
        [one(1), one(2, name="a\0b")],
        [one(1), one(2, name=7)],
        [one(1), one(2, appliedAt="yesterday")],
        [one(1), one(2, appliedAt="2025-03-01T09:30:00")],
        [one(1), {"reference": "JYZX-9"}],
        [one(1), "x"],
        [one(n) for n in range(501)],
    ],
)
async def test_j13_an_answer_with_one_bad_applicant_is_not_used_at_all(
    world: World, worker: SteppedWorker, board: WatchedBoard, post: Any, sent: list[Any]
) -> None:
    board.applicants = [one(7)]
    await worker.fetch_due()
    board.applicants = sent
    worker.advance_clock(hours=1)
    await worker.fetch_due()
    assert [row.reference for row in await world.load_rows(Applicant)] == ["JYZX-7"]
    assert (await listed(world, post))["applicantsFailure"] == "MALFORMED"


async def test_j13_a_unit_has_them_fetched_on_demand(
    world: World, worker: SteppedWorker, board: WatchedBoard, post: Any
) -> None:
    await worker.fetch_due()
    board.applicants = []
    then = "... on PostPayload { post { id version } }"
    asked = await world.mutate("refreshApplicants", {"id": post["id"]}, "unit", then)
    assert asked["post"]["version"] == post["version"]
    assert await worker.fetch_due() == 1
    assert (await listed(world, post))["applicants"]["totalCount"] == 0


async def test_j13_a_post_that_the_board_does_not_show_has_none_to_fetch(
    world: World, worker: SteppedWorker, post: Any
) -> None:
    await worker.fetch_due()
    revoked = to_decision(post) | {"reason": "内容不实"}
    await world.mutate("revokePost", revoked, "officer")
    await worker.push_due()
    refresh = {"id": post["id"]}
    assert await assert_refused(world, "refreshApplicants", refresh, "unit") == [
        ("POST_NOT_ON_BOARD", "input.id")
    ]
    worker.advance_clock(hours=2)
    assert await worker.fetch_due() == 0
    assert (await listed(world, post))["applicantsStale"]


async def test_j13_refreshing_is_limited(world: World, worker: SteppedWorker, post: Any) -> None:
    refresh = {"id": post["id"]}
    for _ in range(60):
        await world.mutate("refreshApplicants", refresh, "unit")
    last = await world.mutate("refreshApplicants", refresh, "unit")
    assert last["reason"] == "TOO_MANY_TRIES"


async def test_x10_applicants_are_seen_by_the_unit_and_its_region_only(
    world: World, worker: SteppedWorker, post: Any
) -> None:
    await worker.fetch_due()
    await world.add_unit("other")
    await world.add_account("elsewhere", Role.DISTRICT_OFFICER, NANGUAN_DISTRICT)
    mine = (await listed(world, post))["applicants"]["edges"][0]["node"]["id"]
    ask = "query ($id: ID!) { node(id: $id) { id } }"
    for who, seen in (("unit", True), ("officer", True), ("other", False), ("elsewhere", False)):
        assert ((await world.ask(ask, who, id=mine)).only is not None) == seen
    assert await assert_refused(world, "refreshApplicants", {"id": post["id"]}, "other") == [
        ("NOT_FOUND", "input.id")
    ]


async def test_j13_two_who_fetch_at_once_ask_for_different_posts(
    world: World, worker: SteppedWorker, board: WatchedBoard, post: Any
) -> None:
    """X12: whoever took a post has it for a while; nobody else asks meanwhile."""
    async with a_worker(world, board) as other:
        first, second = await worker.fetch_due(), await other.fetch_due()
    assert first + second == 1
    (row,) = await world.load_rows(Post)
    assert row.applicants_due_at == world.clock.now + timedelta(hours=1)


CALLED = "... on ApplicantCallPayload { applicant { name mobileMasked } mobile }"


async def test_j13_the_posts_unit_sees_whom_it_wants_to_call_one_by_one_and_it_is_recorded(
    world: World, worker: SteppedWorker, post: Any
) -> None:
    """J13, X11: item J28."""
    await worker.fetch_due()
    first, second = [e["node"] for e in (await listed(world, post))["applicants"]["edges"]]
    called = await world.mutate("callApplicant", {"id": first["id"]}, "unit", CALLED)
    assert called["mobile"] == MOBILE
    assert called["applicant"] == {"name": "求职者1", "mobileMasked": "199****1234"}
    (step,) = [row for row in await world.load_rows(History) if row.action == "CALL_APPLICANT"]
    assert (step.record, step.account_name) == ("Post", world.accounts["unit"].name)
    assert step.changes == {"applicant": ["", "JYZX-1"]}
    assert MOBILE not in str([vars(row) for row in await world.load_rows(History)])
    query = """query ($id: ID!) { node(id: $id) { ... on Applicant {
      possibleActions { action allowed reason } } } }"""
    offered = (await world.ask(query, "unit", id=second["id"])).only["possibleActions"]
    assert offered == [{"action": "CALL", "allowed": True, "reason": None}]


async def test_j13_nobody_else_sees_the_number_and_nobody_once_the_post_is_closed(
    world: World, worker: SteppedWorker, post: Any
) -> None:
    await worker.fetch_due()
    await world.add_unit("other")
    first = (await listed(world, post))["applicants"]["edges"][0]["node"]
    call = {"id": first["id"]}
    assert await assert_refused(world, "callApplicant", call, "other") == [
        ("NOT_FOUND", "input.id")
    ]
    for who in ("officer", "city"):
        told = await world.mutate("callApplicant", call, who, CALLED)
        assert (told["__typename"], told["missing"]) == ("Forbidden", ["FILE_POSTS"])
    (row,) = await world.load_rows(Post)
    closed = {"id": post["id"], "version": row.version}
    await InternshipScenario(world).run_step("closePost", closed, "unit", "post")
    assert await assert_refused(world, "callApplicant", call, "unit") == [
        ("POST_CLOSED", "input.id")
    ]
    assert not [r for r in await world.load_rows(History) if r.action == "CALL_APPLICANT"]
