"""X10, ADR 0102: names are found by words as people type them, whoever asks, and however many."""

from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import Actor, set_rls_context
from loaders.statement import MAX_FOUND
from models import (
    Base,
    Intern,
    InternNamePart,
    Person,
    PersonNamePart,
    Post,
    PostNamePart,
    Role,
    Unit,
    UnitNamePart,
)
from tests.factories.rows import (
    CHAOYANG_DISTRICT,
    NANGUAN_DISTRICT,
    NATIONWIDE_ACTOR,
    a_person,
    a_post,
    a_unit,
    an_intern,
)
from tests.factories.world import World

UNITS = """query ($name: String, $first: Int! = 20, $after: String) {
  units(name: $name, first: $first, after: $after, orderBy: NAME) {
    totalCount pageInfo { hasNextPage endCursor } nodes { name } } }"""
PERSONS = "query ($name: String) { persons(name: $name) { totalCount nodes { name } } }"
INTERNS = "query ($name: String) { interns(name: $name) { totalCount nodes { name } } }"
PARTS: tuple[type[Base], ...] = (UnitNamePart, PersonNamePart, InternNamePart, PostNamePart)


async def find_units(world: World, as_: str, name: str) -> list[str]:
    """Walk the whole list, page by page."""
    found: list[str] = []
    after: str | None = None
    while True:
        page = (await world.ask(UNITS, as_, name=name, after=after)).only
        found += [each["name"] for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            assert page["totalCount"] == len(found)
            return found


async def load_parts(world: World, actor: Actor, table: type[Base]) -> set[str]:
    async with AsyncSession(world.service.writes) as session:
        await set_rls_context(session, actor)
        return set(await session.scalars(select(table.__table__.c.part)))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("科技 成都", ["成都蓉城（四川）科技有限公司"]),
        ("有限\u3000蓉城  （四川", ["成都蓉城（四川）科技有限公司"]),
        ("ＬＴＤ abc", ["ABC Co., Ltd."]),
        ("100%", ["100%_公司\\"]),
        ("%_", ["100%_公司\\"]),
        ("公司\\", ["100%_公司\\"]),
        ("成都 长春", []),
        ("都成", []),
        ("成都蓉城（四川）科技有限公司有限公司", []),
        ("一" * 500, []),
        ("\U0010ffff", []),
    ],
)
async def test_x10_all_words_of_a_search_are_in_a_name_in_any_order(
    world: World, typed: str, found: list[str]
) -> None:
    names = ("成都蓉城（四川）科技有限公司", "ABC Co., Ltd.", "100%_公司\\")
    for number, name in enumerate(names):
        await world.add_rows(a_unit(50 + number, name=name))
    assert await find_units(world, "officer", typed) == found


async def test_x10_few_names_and_many_are_found_alike_page_by_page(world: World) -> None:
    many = [f"众多{number:03}有限公司" for number in range(MAX_FOUND + 15)]
    rows = [a_unit(100 + number, name=name) for number, name in enumerate(many)]
    await world.add_rows(*rows, a_unit(99, NANGUAN_DISTRICT, name="众多南关有限公司"))
    assert await find_units(world, "officer", "众多") == many
    assert await find_units(world, "officer", "有限 众多 0") == many
    few = [name for name in many if "众多00" in name]
    assert await find_units(world, "officer", "众多00") == few
    assert await find_units(world, "officer", "众多南关") == []
    assert await find_units(world, "city", "众多南关") == ["众多南关有限公司"]
    whole = await find_units(world, "officer", " ")
    assert set(many) < set(whole)
    assert whole == await find_units(world, "officer", "")


async def test_j7_a_unit_is_found_by_its_name_and_former_ones_and_no_longer_by_a_wrong_one(
    world: World,
) -> None:
    unit = a_unit(50, name="春城甲公司")
    await world.add_rows(unit)
    former = [{"name": "旧名乙公司", "until": "2024-05-01"}]
    whose = Unit.id == unit.id
    await world.update_where(Unit, whose, {"name": "夏城丙公司", "former_names": former})
    for typed in ("夏城丙", "旧名", "乙公司 丙公司"):
        assert await find_units(world, "officer", typed) == ["夏城丙公司"]
    assert await find_units(world, "officer", "春城") == []
    await world.update_where(Unit, whose, {"region": NANGUAN_DISTRICT})
    assert await find_units(world, "officer", "夏城") == []
    assert await find_units(world, "city", "夏城") == ["夏城丙公司"]


async def test_x10_whoever_writes_a_name_its_ends_are_kept_and_go_with_it(world: World) -> None:
    unit, person = a_unit(50, name="甲"), a_person(50, name="欧阳修")
    post = a_post(unit, name="文员", name_key="文员")
    intern = an_intern(post, person, name="欧阳修")
    elsewhere = Actor(act=NATIONWIDE_ACTOR.act, see=NATIONWIDE_ACTOR.see)
    await world.add_rows(unit, person, post, intern, actor=elsewhere)
    ends = {"欧阳修", "阳修", "修"}
    assert ends <= await load_parts(world, NATIONWIDE_ACTOR, PersonNamePart)
    assert ends <= await load_parts(world, NATIONWIDE_ACTOR, InternNamePart)
    assert {"文员", "员"} <= await load_parts(world, NATIONWIDE_ACTOR, PostNamePart)
    async with AsyncSession(world.service.writes) as session, session.begin():
        await set_rls_context(session, elsewhere)
        await session.execute(update(Person).where(Person.id == person.id).values(name="苏轼"))
        stated = await session.scalar(text("SELECT current_setting('app.person', true)"))
        assert stated == ""
    kept = await load_parts(world, NATIONWIDE_ACTOR, PersonNamePart)
    assert {"苏轼", "轼"} <= kept
    assert not ends & kept
    async with AsyncSession(world.service.writes) as session, session.begin():
        await set_rls_context(session, Actor(unit=unit.id))
        await session.execute(delete(Intern).where(Intern.id == intern.id))
        await session.execute(delete(Post).where(Post.id == post.id))
        assert await session.scalar(text("SELECT current_setting('app.unit')")) == str(unit.id)
    assert not ends & await load_parts(world, NATIONWIDE_ACTOR, InternNamePart)
    assert "文员" not in await load_parts(world, NATIONWIDE_ACTOR, PostNamePart)


async def test_x10_who_may_not_see_a_name_finds_nothing_by_it_and_no_end_of_it(
    world: World,
) -> None:
    await world.add_account("elsewhere", Role.DISTRICT_OFFICER, NANGUAN_DISTRICT)
    unit, person = a_unit(50, CHAOYANG_DISTRICT, name="隐秘公司"), a_person(50, name="隐秘人")
    post = a_post(unit, name="隐秘岗")
    await world.add_rows(unit, person, post, an_intern(post, person, name="隐秘人"))

    async def count(document: str, as_: str) -> list[Any]:
        page = (await world.ask(document, as_, name="隐秘")).only
        return [page["totalCount"], len(page["nodes"])]

    for document in (UNITS, PERSONS, INTERNS):
        assert await count(document, "officer") == [1, 1]
        assert await count(document, "elsewhere") == [0, 0]
    nobody, other = Actor(), Actor(unit=a_unit(51).id, see=(NANGUAN_DISTRICT, NANGUAN_DISTRICT))
    without_readings = Actor(see=(CHAOYANG_DISTRICT, CHAOYANG_DISTRICT), reads=frozenset())
    for table in PARTS:
        for actor in (nobody, other):
            assert not {"隐秘公司", "隐秘人", "隐秘岗"} & await load_parts(world, actor, table)
    for table in (PersonNamePart, InternNamePart, PostNamePart):
        assert await load_parts(world, without_readings, table) == set()
