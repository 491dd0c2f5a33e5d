"""An installation that has posts already: those that anybody may see go to the board (J12)."""

from functools import partial

import asyncpg
from sqlalchemy.ext.asyncio import create_async_engine

from models import Announcement, BoardPush, BoardState, Post
from server.database.migrate import upgrade
from tests.factories.database import Database
from tests.factories.rows import CHAOYANG_DISTRICT, an_id
from tests.factories.world import a_world
from tests.house.test_migrations import downgraded

STATUSES = ("APPROVED", "RETURNED", "SUBMITTED")
UNIT = "INSERT INTO unit (id, region, credit_code, name) VALUES ($1, $2, '9122', '单位')"
ROW = """INSERT INTO post (unit_id, id, region, status, version, name, name_key, headcount,
  monthly_wage, workplace, duties) VALUES ($1, $2, $3, $4, 7, $4, $4, 2, 3100, '朝阳区', '测试')"""
DECLARATION = """INSERT INTO declaration (unit_id, id, region, status, planned_interns,
  monthly_wage, training_plan, accident_insurance)
  VALUES ($1, $2, $3, 'APPROVED', 1, 3100, '轮岗', true)"""


async def test_j12_posts_approved_before_the_board_was_connected_go_into_the_outbox(
    database: Database,
) -> None:
    owner = create_async_engine(database.owner_url)
    async with owner.connect() as connection:
        await connection.run_sync(partial(downgraded, revision="0002"))
        await connection.commit()
    await owner.dispose()
    superuser = await asyncpg.connect(
        host=str(database.socket_directory), user="postgres", database=database.name
    )
    await superuser.execute(UNIT, an_id("unit"), CHAOYANG_DISTRICT)
    for status in STATUSES:
        await superuser.execute(ROW, an_id("unit"), an_id(status), CHAOYANG_DISTRICT, status)
    await superuser.execute(DECLARATION, an_id("unit"), an_id("declaration"), CHAOYANG_DISTRICT)
    await superuser.close()
    await upgrade(database.owner_url, lambda _: None)
    async with a_world(database) as world:
        (push,) = await world.load_rows(BoardPush)
        posts = {post.status: post.board_state for post in await world.load_rows(Post)}
    assert (push.post_id, push.post_version) == (an_id("APPROVED"), 7)
    assert push.content == {
        "name": "APPROVED",
        "headcount": 2,
        "monthlyWage": "3100.00",
        "workplace": "朝阳区",
        "duties": "测试",
    }
    assert posts == {"APPROVED": BoardState.PENDING, "RETURNED": None, "SUBMITTED": None}


async def test_x19_posts_without_a_declaration_in_force_are_taken_off_the_board(
    database: Database,
) -> None:
    owner = create_async_engine(database.owner_url)
    async with owner.connect() as connection:
        await connection.run_sync(partial(downgraded, revision="0008"))
        await connection.commit()
    await owner.dispose()
    superuser = await asyncpg.connect(
        host=str(database.socket_directory), user="postgres", database=database.name
    )
    await superuser.execute(UNIT, an_id("unit"), CHAOYANG_DISTRICT)
    for status in ("APPROVED", "SUBMITTED", "REFUSED"):
        await superuser.execute(ROW, an_id("unit"), an_id(status), CHAOYANG_DISTRICT, status)
    await superuser.close()
    await upgrade(database.owner_url, lambda _: None)
    async with a_world(database) as world:
        (push,) = await world.load_rows(BoardPush)
        posts = {post.status: (post.withheld, post.version) for post in await world.load_rows(Post)}
    assert (push.post_id, push.post_version) == (an_id("APPROVED"), 8)
    assert (push.announcement, push.content) == (Announcement.WITHDRAW, {})
    assert posts == {"APPROVED": (True, 8), "SUBMITTED": (True, 7), "REFUSED": (False, 7)}
