"""J12, J13: units take turns at the job board, however many posts each of them has."""

from datetime import timedelta

import pytest

from models import Post, Unit
from resolvers.internship.applicant import fetch_next_applicants
from resolvers.internship.board import push_next_post
from tests.factories.board import SteppedWorker
from tests.factories.rows import a_board_push, a_post
from tests.factories.story import story
from tests.factories.world import NOW, World

POSTS = 3


@story
async def posts(world: World) -> None:
    """Put posts of one unit on file, and a later one of another; all of them are due."""
    (unit,) = await world.load_rows(Unit)
    other = await world.add_unit("other")
    for number, owner in enumerate([*[unit] * POSTS, other], start=1):
        due = NOW - timedelta(days=1) + timedelta(minutes=number)
        post = a_post(owner, number, applicants_due_at=due)
        await world.add_rows(post)
        await world.add_rows(a_board_push(post, 1, due_at=due))


async def list_turns(worker: SteppedWorker, column: str) -> list[str]:
    """Name the units in the order in which a column of their posts was written."""
    names = {account.unit_id: name for name, account in worker.world.accounts.items()}
    rows = [row for row in await worker.world.load_rows(Post) if getattr(row, column)]
    return [names[row.unit_id] or "" for row in sorted(rows, key=lambda row: getattr(row, column))]


@pytest.mark.parametrize(
    ("job", "column"),
    [(push_next_post, "board_changed_at"), (fetch_next_applicants, "applicants_asked_at")],
)
async def test_j12_a_unit_with_one_post_waits_for_one_post_of_another_and_no_more(
    worker: SteppedWorker, posts: None, job: object, column: str
) -> None:
    assert callable(job)
    for _ in range(POSTS + 1):
        worker.advance_clock(seconds=1)
        assert await job(worker.work) == 1
    assert await list_turns(worker, column) == ["unit", "other", *["unit"] * (POSTS - 1)]
