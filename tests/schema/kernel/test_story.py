"""A story that was told before leaves what it left when it was told."""

from typing import Any

import pytest

from tests.factories.database import Database
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.kept_database import KeptDatabase
from tests.factories.peopled import Peopled
from tests.factories.refusal import digest_tables
from tests.factories.story import StoryTeller
from tests.factories.world import World


class Declared(InternshipScenario):
    tellings = 0
    declaration: Any = None


async def tell_of_a_declaration(world: World) -> Declared:
    Declared.tellings += 1
    told = Declared(world)
    await world.add_unit("later")
    told.declaration = await told.approve_declaration()
    world.home.mkdir(exist_ok=True)
    (world.home / "file").write_text("kept")
    return told


async def test_a_story_is_told_once_and_leaves_the_same_rows_files_and_names(
    world: World,
    story_teller: StoryTeller,
    kept_database: KeptDatabase,
    peopled: Peopled,
) -> None:
    given = {"world": world}
    first = await story_teller.bring(world, tell_of_a_declaration, given)
    rows = await digest_tables(world)
    revoked = to_decision(first.declaration) | {"reason": "更正"}
    await first.run_step("revokeDeclaration", revoked, "officer", "declaration")
    del world.accounts["later"]
    (world.home / "file").unlink()
    await kept_database.load(peopled.stage)
    assert await digest_tables(world) != rows
    second = await story_teller.bring(world, tell_of_a_declaration, given)
    assert await digest_tables(world) == rows
    assert second is not first
    assert (second.world, second.declaration) == (world, first.declaration)
    assert (world.home / "file").read_text() == "kept"
    assert (await world.ask("{ viewer { name } }", "later")).data["viewer"] is not None
    assert Declared.tellings == 1


async def test_what_was_written_before_a_story_is_not_lost_silently(
    world: World, story_teller: StoryTeller
) -> None:
    await world.add_person(1)
    with pytest.raises(AssertionError, match="person"):
        await story_teller.bring(world, tell_of_a_declaration, {"world": world})


async def change_what_is_given(world: World, chain: InternshipScenario) -> None:
    await chain.approve_declaration()
    await chain.add_post()


async def test_a_story_does_not_change_what_it_builds_on(
    world: World, database: Database, story_teller: StoryTeller
) -> None:
    given = {"world": world, "chain": InternshipScenario(world)}
    with pytest.raises(AssertionError, match="does not change"):
        await story_teller.bring(world, change_what_is_given, given)
