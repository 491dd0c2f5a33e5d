"""J12, X19: the job board shows the posts of units whose declarations are in force, no others."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from models import BoardPush, Post
from tests.factories.board import SteppedWorker, WatchedBoard, a_board, a_worker
from tests.factories.internship_scenario import POST_DRAFT, InternshipScenario, to_decision
from tests.factories.story import story
from tests.factories.world import World
from tests.schema.internship.test_board import reviewed, standing, told
from tests.schema.internship.test_declaration_end import END

REVOKED = {"reason": "材料有误"}


class Standing(InternshipScenario):
    """A unit whose declaration comes into force, and is no longer."""

    declaration: dict[str, Any]

    async def turned(self, mutation: str, as_: str = "officer", **more: Any) -> None:
        asked = to_decision(self.declaration) | more
        self.declaration = await self.run_step(mutation, asked, as_, "declaration")


@pytest.fixture
async def board() -> AsyncIterator[WatchedBoard]:
    async with a_board() as made:
        yield made


@pytest.fixture
async def worker(world: World, board: WatchedBoard) -> AsyncIterator[SteppedWorker]:
    async with a_worker(world, board) as made:
        yield made


@story
async def chain(world: World) -> Standing:
    made = Standing(world)
    made.declaration = await made.approve_declaration()
    return made


async def listed(
    chain: InternshipScenario, worker: SteppedWorker, board: WatchedBoard
) -> list[str]:
    """Tell which posts the board shows when all is pushed."""
    await worker.push_due()
    return sorted(kept.post["name"] for kept in board.posts.values() if kept.listed)


async def test_j12_a_revoked_declaration_takes_its_posts_off_and_an_approval_brings_them_back(
    chain: Standing, worker: SteppedWorker, board: WatchedBoard
) -> None:
    await chain.add_post(name="甲")
    post = await chain.add_post(name="乙")
    assert await listed(chain, worker, board) == ["乙", "甲"]
    await chain.turned("revokeDeclaration", **REVOKED)
    assert await listed(chain, worker, board) == []
    query = "query ($id: ID!) { node(id: $id) { ... on Post { status withheld } } }"
    found = (await chain.world.ask(query, "unit", id=post["id"])).only
    assert found == {"status": "APPROVED", "withheld": True}
    await chain.turned("submitDeclaration", "unit")
    assert await listed(chain, worker, board) == []
    await chain.turned("approveDeclaration")
    assert await listed(chain, worker, board) == ["乙", "甲"]
    assert told(await standing(chain.world, post)) == [
        (1, "SHOW", "PUSHED"),
        (2, "WITHDRAW", "PUSHED"),
        (3, "SHOW", "PUSHED"),
    ]


async def test_j12_the_first_approval_of_a_declaration_announces_nothing(chain: Standing) -> None:
    assert await chain.world.load_rows(BoardPush) == []


async def test_x19_an_ended_declaration_takes_its_posts_off_the_board(
    chain: Standing, worker: SteppedWorker, board: WatchedBoard
) -> None:
    post = await chain.add_post()
    assert await listed(chain, worker, board) == [POST_DRAFT["name"]]
    await chain.turned("endDeclaration", **END)
    assert await listed(chain, worker, board) == []
    query = """query ($id: ID!) { node(id: $id) { ... on Post { history { edges { node {
      action accountName } } } } } }"""
    entries = (await chain.world.ask(query, "unit", id=post["id"])).only["history"]["edges"]
    assert {"action": "WITHHOLD", "accountName": "officer account"} in [e["node"] for e in entries]


async def test_j12_a_post_approved_meanwhile_waits_for_the_declaration(
    chain: Standing, worker: SteppedWorker, board: WatchedBoard
) -> None:
    await reviewed(chain)
    await chain.run_step("submitPost", to_decision(await chain.add_post()), "unit", "post")
    await chain.turned("revokeDeclaration", **REVOKED)
    (row,) = await chain.world.load_rows(Post)
    post = {"id": chain.post["id"], "version": row.version}
    post = await chain.run_step("approvePost", to_decision(post), "officer", "post")
    assert await listed(chain, worker, board) == []
    await chain.turned("submitDeclaration", "unit")
    await chain.turned("approveDeclaration")
    assert await listed(chain, worker, board) == [POST_DRAFT["name"]]
    assert [announced for _, announced, _ in told(await standing(chain.world, post))] == ["SHOW"]


async def test_j12_posts_that_were_withdrawn_or_refused_stay_as_they_are(
    chain: Standing, worker: SteppedWorker, board: WatchedBoard
) -> None:
    await reviewed(chain)
    post = await chain.run_step("submitPost", to_decision(await chain.add_post()), "unit", "post")
    refusal = to_decision(post) | {"reason": "内容不实"}
    post = await chain.run_step("refusePost", refusal, "officer", "post")
    await chain.turned("revokeDeclaration", **REVOKED)
    await chain.turned("submitDeclaration", "unit")
    await chain.turned("approveDeclaration")
    (row,) = await chain.world.load_rows(Post)
    assert row.version == post["version"]
    assert await chain.world.load_rows(BoardPush) == []


async def test_j12_another_unit_s_posts_stay_on_the_board(
    chain: Standing, worker: SteppedWorker, board: WatchedBoard
) -> None:
    await chain.add_post(name="甲")
    await chain.world.add_unit("other")
    other = InternshipScenario(chain.world, "other")
    await other.approve_declaration()
    await other.add_post(name="乙")
    await chain.turned("revokeDeclaration", **REVOKED)
    assert await listed(chain, worker, board) == ["乙"]


async def test_x12_what_comes_while_a_declaration_is_revoked_is_not_shown(
    chain: Standing, worker: SteppedWorker, board: WatchedBoard
) -> None:
    """J12: neither a post that is added just then, nor one that is changed."""
    post = await chain.add_post()
    world = chain.world
    adding = [world.mutate("addPost", POST_DRAFT | {"name": f"岗位{n}"}, "unit") for n in range(6)]
    changing = world.mutate("changePost", POST_DRAFT | to_decision(post) | {"headcount": 9}, "unit")
    revoking = chain.turned("revokeDeclaration", **REVOKED)
    await asyncio.gather(*adding[:3], revoking, changing, *adding[3:])
    assert await listed(chain, worker, board) == []
    assert all(row.withheld for row in await world.load_rows(Post))


async def test_j10_a_closed_post_leaves_the_board_and_a_reopened_one_is_back(
    chain: Standing, worker: SteppedWorker, board: WatchedBoard
) -> None:
    """J10, J12: item J29."""
    post = await chain.add_post()
    assert await listed(chain, worker, board) == [POST_DRAFT["name"]]
    post = await chain.run_step("closePost", to_decision(post), "unit", "post")
    assert await listed(chain, worker, board) == []
    await chain.turned("revokeDeclaration", **REVOKED)
    await chain.turned("submitDeclaration", "unit")
    await chain.turned("approveDeclaration")
    assert await listed(chain, worker, board) == []
    (row,) = await chain.world.load_rows(Post)
    post = {"id": post["id"], "version": row.version}
    await chain.run_step("reofferPost", to_decision(post), "unit", "post")
    assert await listed(chain, worker, board) == [POST_DRAFT["name"]]
