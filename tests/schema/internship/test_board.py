"""Posts on the national job board 就业在线: told through the schema, the board behind real HTTP."""

import asyncio
from typing import Any

import pytest

from models import SYSTEM_ACCOUNT, BoardFailure, BoardPush, BoardState, History, Role
from rules.internship.board import FAILURE_WORDING
from rules.kernel.viewer import Language
from server.runtime.board_stand_in import Mode
from tests.factories.board import (
    SteppedWorker,
    WatchedBoard,
    a_board,
    a_worker,
    get_timeout_seconds,
)
from tests.factories.internship_scenario import POST_DRAFT, InternshipScenario, to_decision
from tests.factories.refusal import assert_refused
from tests.factories.rows import NANGUAN_DISTRICT, an_account
from tests.factories.story import story
from tests.factories.world import World

STANDING = """... on Post { id version status boardState boardFailure boardMessage boardVersion
  boardPushes { totalCount edges { node { postVersion announcement state attempts failure } } } }"""
PUSHES = """query ($state: [BoardState!]) { boardPushes(state: $state) { edges { node {
  id version state message attempts post { name } possibleActions { action allowed } } } } }"""
BROKEN = {
    Mode.FAIL: BoardFailure.SERVER_FAILED,
    Mode.BUSY: BoardFailure.OVERLOADED,
    Mode.UNAUTHORISED: BoardFailure.UNAUTHORISED,
    Mode.REDIRECT: BoardFailure.REDIRECTED,
    Mode.HANG: BoardFailure.TIMED_OUT,
    Mode.GARBAGE: BoardFailure.MALFORMED,
    Mode.WRONG_TYPES: BoardFailure.MALFORMED,
    Mode.HUGE: BoardFailure.TOO_LARGE,
}


@story
async def chain(world: World) -> InternshipScenario:
    made = InternshipScenario(world)
    await made.approve_declaration()
    return made


async def standing(world: World, post: Any, as_: str = "unit", language: str = "en") -> Any:
    """Read how a post stands with the board."""
    document = f"query ($id: ID!) {{ node(id: $id) {{ {STANDING} }} }}"
    return (await world.ask(document, as_, language, id=post["id"])).only


def told(found: Any) -> list[tuple[int, str, str]]:
    """List what the board learned of a post, oldest first."""
    nodes = [edge["node"] for edge in found["boardPushes"]["edges"]]
    return [(n["postVersion"], n["announcement"], n["state"]) for n in reversed(nodes)]


async def changed(chain: InternshipScenario, **changes: Any) -> Any:
    """Change the post."""
    input = POST_DRAFT | to_decision(chain.post) | changes
    chain.post = await chain.run_step("changePost", input, "unit", "post")
    return chain.post


async def reviewed(chain: InternshipScenario) -> None:
    """Demand that posts be reviewed (J10)."""
    draft = {
        "key": "post.review_required",
        "region": "220000",
        "value": "true",
        "effectiveFrom": "2020-01-01",
        "source": "测试",
        "confirmed": True,
    }
    row = await chain.run_step("proposeParameter", draft, "province", "parameter")
    await chain.run_step("approveParameter", to_decision(row), "deputy", "parameter")


async def test_j12_a_post_waits_in_the_outbox_and_is_pushed_once(
    chain: InternshipScenario, worker: SteppedWorker, board: WatchedBoard
) -> None:
    post = await chain.add_post()
    waiting = await standing(chain.world, post)
    assert (waiting["boardState"], waiting["boardVersion"]) == ("PENDING", None)
    assert await worker.push_due() == 1
    assert await worker.push_due() == 0
    found = await standing(chain.world, post)
    assert (found["boardState"], found["boardVersion"], found["version"]) == ("PUSHED", 1, 1)
    assert told(found) == [(1, "SHOW", "PUSHED")]
    ((name, version),) = board.changes
    kept = board.posts[name]
    assert (version, kept.listed, kept.region) == (1, True, "220104")
    assert kept.employer["name"] == "unit有限公司"
    assert kept.post == {k: POST_DRAFT[k] for k in kept.post}


async def test_j12_every_change_of_a_post_is_pushed_in_its_order(
    chain: InternshipScenario, worker: SteppedWorker, board: WatchedBoard
) -> None:
    await chain.add_post()
    await changed(chain, headcount=6)
    post = await changed(chain, headcount=7)
    assert await worker.push_due() == 3
    assert [version for _, version in board.changes] == [1, 2, 3]
    found = await standing(chain.world, post)
    assert (found["boardState"], found["boardVersion"]) == ("PUSHED", 3)


async def test_j12_a_revoked_post_is_taken_off_the_board_and_comes_back_when_approved(
    chain: InternshipScenario, worker: SteppedWorker, board: WatchedBoard
) -> None:
    await reviewed(chain)
    post = await chain.add_post()
    post = await chain.run_step("submitPost", to_decision(post), "unit", "post")
    assert (await standing(chain.world, post))["boardState"] is None
    assert await worker.push_due() == 0
    post = await chain.run_step("approvePost", to_decision(post), "officer", "post")
    await worker.push_due()
    revoked = to_decision(post) | {"reason": "内容不实"}
    post = await chain.run_step("revokePost", revoked, "officer", "post")
    await worker.push_due()
    assert not next(iter(board.posts.values())).listed
    chain.post = post
    post = await changed(chain, headcount=2)
    post = await chain.run_step("submitPost", to_decision(post), "unit", "post")
    assert await worker.push_due() == 0
    await chain.run_step("approvePost", to_decision(post), "officer", "post")
    await worker.push_due()
    (kept,) = board.posts.values()
    assert (kept.listed, kept.post["headcount"]) == (True, 2)
    found = await standing(chain.world, post)
    assert told(found) == [(3, "SHOW", "PUSHED"), (4, "WITHDRAW", "PUSHED"), (7, "SHOW", "PUSHED")]


async def test_j12_a_change_that_is_refused_leaves_nothing_in_the_outbox(
    chain: InternshipScenario,
) -> None:
    await chain.add_post()
    assert await assert_refused(chain.world, "addPost", POST_DRAFT, "unit") == [
        ("NAME_TAKEN", "input.name")
    ]
    assert len(await chain.world.load_rows(BoardPush)) == 1


async def test_j12_a_mutation_sent_twice_is_one_change(
    chain: InternshipScenario, worker: SteppedWorker, board: WatchedBoard
) -> None:
    for _ in range(2):
        await chain.world.mutate("addPost", POST_DRAFT, "unit", key="only-once")
    await worker.push_due()
    assert len(board.changes) == 1


@pytest.mark.parametrize("mode", BROKEN)
async def test_j12_a_board_that_fails_is_told_by_name_and_tried_again(
    chain: InternshipScenario, world: World, board: WatchedBoard, mode: Mode
) -> None:
    post = await chain.add_post()
    board.mode = mode
    async with a_worker(world, board, get_timeout_seconds(mode)) as worker:
        assert await worker.push_due() == 1
        assert await worker.push_due() == 0
        for language in Language:
            found = await standing(world, post, language=language.lower())
            assert (found["boardState"], found["boardFailure"]) == ("FAILED", BROKEN[mode])
            assert found["boardMessage"] == FAILURE_WORDING[BROKEN[mode]][language]
        assert (found["boardVersion"], board.changes) == (None, [])
    board.mode = Mode.OK
    async with a_worker(world, board) as worker:
        worker.advance_clock(seconds=10)
        assert await worker.push_due() == 1
    found = await standing(world, post)
    assert (found["boardState"], found["boardFailure"]) == ("PUSHED", None)
    assert len(board.changes) == 1


async def test_j12_a_board_that_is_not_there_is_unreachable(
    chain: InternshipScenario, world: World
) -> None:
    post = await chain.add_post()
    async with a_board() as gone:
        pass
    async with a_worker(world, gone) as worker:
        await worker.push_due()
    assert (await standing(world, post))["boardFailure"] == "UNREACHABLE"


async def test_j12_an_answer_that_was_lost_is_asked_for_again_and_changes_nothing(
    chain: InternshipScenario, world: World, board: WatchedBoard
) -> None:
    post = await chain.add_post()
    board.mode = Mode.LOST
    async with a_worker(world, board, seconds=2) as worker:
        await worker.push_due()
        assert len(board.changes) == 1
    board.mode = Mode.OK
    async with a_worker(world, board) as worker:
        worker.advance_clock(seconds=10)
        await worker.push_due()
    assert (len(board.changes), board.repeats) == (1, 1)
    assert (await standing(world, post))["boardState"] == "PUSHED"


async def test_j12_without_a_board_a_post_waits_and_says_so(
    chain: InternshipScenario, board: WatchedBoard
) -> None:
    post = await chain.add_post()
    async with a_worker(chain.world, None) as worker:
        assert await worker.push_due() == 0
    found = await standing(chain.world, post)
    assert (found["boardState"], found["boardFailure"]) == ("PENDING", "NO_BOARD")
    assert found["boardMessage"].startswith("This installation is not connected")
    async with a_worker(chain.world, board) as worker:
        assert await worker.push_due() == 1
    assert (await standing(chain.world, post))["boardState"] == "PUSHED"


async def given_up(chain: InternshipScenario, worker: SteppedWorker, board: WatchedBoard) -> Any:
    """Have a push fail as often as it is tried."""
    post = await chain.add_post()
    board.mode = Mode.FAIL
    for _ in range(3):
        await worker.push_due()
        worker.advance_clock(minutes=2)
    board.mode = Mode.OK
    return post


async def test_j12_a_push_given_up_is_listed_for_the_region_s_officer_who_has_it_tried_anew(
    chain: InternshipScenario, worker: SteppedWorker, board: WatchedBoard
) -> None:
    world = chain.world
    post = await given_up(chain, worker, board)
    assert await worker.push_due() == 0
    assert (await standing(world, post))["boardState"] == "DEAD"
    found = (await world.ask(PUSHES, "officer", state=["DEAD"])).only
    (dead,) = [edge["node"] for edge in found["edges"]]
    assert (dead["attempts"], dead["post"]["name"]) == (3, POST_DRAFT["name"])
    assert dead["possibleActions"] == [{"action": "RETRY", "allowed": True}]
    then = "... on BoardPushPayload { boardPush { state attempts post { boardState } } }"
    again = await world.mutate("retryBoardPush", to_decision(dead), "officer", then)
    assert again["boardPush"] == {
        "state": "PENDING",
        "attempts": 0,
        "post": {"boardState": "PENDING"},
    }
    assert await worker.push_due() == 1
    assert (await standing(world, post))["boardState"] == "PUSHED"
    assert len(board.changes) == 1
    assert await assert_refused(world, "retryBoardPush", to_decision(dead), "officer") == [
        ("STALE_VERSION 6", "input.id")
    ]


async def test_x10_the_dead_are_seen_in_their_own_region_only(
    chain: InternshipScenario, worker: SteppedWorker, board: WatchedBoard
) -> None:
    await given_up(chain, worker, board)
    world = chain.world
    await world.add_account("elsewhere", Role.DISTRICT_OFFICER, NANGUAN_DISTRICT)
    (dead,) = (await world.ask(PUSHES, "officer", state=["DEAD"])).only["edges"]
    assert (await world.ask(PUSHES, "elsewhere", state=["DEAD"])).only["edges"] == []
    mine = (await world.ask(PUSHES, "unit", state=["DEAD"])).only["edges"]
    assert mine[0]["node"]["possibleActions"] == []
    push = to_decision(dead["node"])
    assert await assert_refused(world, "retryBoardPush", push, "elsewhere") == [
        ("NOT_FOUND", "input.id")
    ]
    assert await assert_refused(world, "retryBoardPush", push, "unit") == [
        ("FORBIDDEN", "RETRY_BOARD_PUSHES")
    ]


async def test_j12_a_newer_change_takes_the_place_of_one_that_was_given_up(
    chain: InternshipScenario, worker: SteppedWorker, board: WatchedBoard
) -> None:
    world = chain.world
    await given_up(chain, worker, board)
    (dead,) = (await world.ask(PUSHES, "officer", state=["DEAD"])).only["edges"]
    chain.post = await standing(world, chain.post)
    post = await changed(chain, headcount=9)
    push = to_decision(dead["node"])
    assert await assert_refused(world, "retryBoardPush", push, "officer") == [
        ("BOARD_PUSH_OUTDATED", "input")
    ]
    await worker.push_due()
    found = await standing(world, post)
    assert told(found) == [(1, "SHOW", "SUPERSEDED"), (2, "SHOW", "PUSHED")]
    assert [version for _, version in board.changes] == [2]


async def test_j12_what_the_board_rejects_is_given_up_until_the_post_is_changed(
    chain: InternshipScenario, worker: SteppedWorker, board: WatchedBoard
) -> None:
    await chain.add_post()
    board.mode, board.times = Mode.REJECT, 1
    assert await worker.push_due() == 1
    found = await standing(chain.world, chain.post)
    assert (found["boardState"], found["boardFailure"]) == ("DEAD", "REJECTED")
    await changed(chain, duties="测试与文档")
    await worker.push_due()
    assert (await standing(chain.world, chain.post))["boardState"] == "PUSHED"


async def test_j12_a_newer_change_waits_for_an_older_one_that_failed(
    chain: InternshipScenario, worker: SteppedWorker, board: WatchedBoard
) -> None:
    await chain.add_post()
    board.mode, board.times = Mode.FAIL, 1
    await worker.push_due()
    post = await changed(chain, headcount=8)
    assert await worker.push_due() == 0
    worker.advance_clock(seconds=10)
    assert await worker.push_due() == 2
    assert ([version for _, version in board.changes], board.late) == ([1, 2], 0)
    assert (await standing(chain.world, post))["boardState"] == "PUSHED"


async def test_j12_many_workers_at_once_push_each_change_once_and_in_order(
    chain: InternshipScenario, world: World, board: WatchedBoard
) -> None:
    """X12: rows that one holds the others skip; nothing is pushed twice, nothing out of turn."""
    for number in range(12):
        await chain.add_post(name=f"岗位{number}")
        await changed(chain, name=f"岗位{number}", headcount=6)
    async with a_worker(world, board) as one, a_worker(world, board) as other:
        while sum(await asyncio.gather(*(w.push_due() for w in (one, other) * 4))):
            pass
    assert (board.pushes, len(board.changes)) == (24, 24)
    assert (board.repeats, board.late) == (0, 0)
    pushes = await world.load_rows(BoardPush)
    assert {(p.state, p.attempts) for p in pushes} == {(BoardState.PUSHED, 1)}


async def test_j12_of_many_officers_at_once_one_has_a_push_tried_anew(
    chain: InternshipScenario, worker: SteppedWorker, board: WatchedBoard
) -> None:
    """X12: the others are told that it has changed since."""
    world = chain.world
    await given_up(chain, worker, board)
    (dead,) = (await world.ask(PUSHES, "officer", state=["DEAD"])).only["edges"]
    push = to_decision(dead["node"])
    who = ("officer", "colleague") * 8
    results = await asyncio.gather(*(world.mutate("retryBoardPush", push, name) for name in who))
    names = sorted(result["__typename"] for result in results)
    assert names == ["BoardPushPayload", *["StaleVersion"] * 15]
    await worker.push_due()
    assert len(board.changes) == 1


async def test_j12_a_push_tried_anew_while_the_post_changes_never_comes_after_the_change(
    chain: InternshipScenario, worker: SteppedWorker, board: WatchedBoard
) -> None:
    """X12: either it goes first, or it is refused as outdated."""
    world = chain.world
    for number in range(4):
        board.mode = Mode.OK
        post = await chain.add_post(name=f"岗位{number}")
        board.mode, board.times = Mode.REJECT, 1
        await worker.push_due()
        found = await world.ask(PUSHES, "officer", state=["DEAD"])
        push = to_decision(found.only["edges"][0]["node"])
        change = POST_DRAFT | to_decision(post) | {"name": f"岗位{number}", "headcount": 9}
        retried, _, _ = await asyncio.gather(
            world.mutate("retryBoardPush", push, "officer"),
            world.mutate("changePost", change, "unit"),
            worker.push_due(),
        )
        assert retried.get("reason", "BOARD_PUSH_OUTDATED") == "BOARD_PUSH_OUTDATED"
        await worker.push_due()
    assert board.late == 0
    latest = dict(board.changes)
    assert set(latest.values()) == {2}
    assert (await world.ask(PUSHES, "officer", state=["DEAD"])).only["edges"] == []


async def test_x9_what_the_worker_did_is_remembered_as_the_system_s(
    chain: InternshipScenario, worker: SteppedWorker
) -> None:
    await chain.add_post()
    await worker.push_due()
    (entry,) = [h for h in await chain.world.load_rows(History) if h.action == "BOARD_PUSHED"]
    assert (entry.account_id, entry.role) == (SYSTEM_ACCOUNT, Role.SYSTEM)
    assert entry.changes == {"boardVersion": ["", "1"]}


async def test_j3_nobody_signs_in_as_the_system(world: World) -> None:
    document = """mutation ($p: String!) { signIn(input: {account: "system", password: $p}) {
      ... on Refusal { reason } } }"""
    for password in ("", "!"):
        answer = await world.ask(document, p=password)
        assert answer.only == {"reason": "SIGN_IN_FAILED"}
    assert an_account(1).id != SYSTEM_ACCOUNT
