"""X11: a key that can't open what was sealed before is noticed at the start."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from pydantic import SecretStr
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from gateways.seal import Seal
from loaders.actor import set_rls_context
from models import Person
from server.database.data_key import require_matching_keys
from server.settings.settings import SettingsError
from tests.factories.database import Database
from tests.factories.rows import NATIONWIDE_ACTOR
from tests.factories.world import World, a_world, build_settings

ANOTHER = "mXVqijQu0EjyVIxxLexvppGoAAFV5t7QiDcQhJVvrmg="


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with a_world(database) as made:
        yield made


async def test_x11_another_key_than_the_databases_is_refused_by_name(
    world: World, database: Database
) -> None:
    await world.add_person(1)
    settings = build_settings(database)
    await require_matching_keys(settings)
    with pytest.raises(SettingsError, match="JIUYE_DATA_KEY is not the key"):
        await require_matching_keys(
            settings.model_copy(update={"jiuye_data_key": SecretStr(ANOTHER)})
        )


async def test_before_anything_is_sealed_any_key_will_do(world: World, database: Database) -> None:
    another = {"jiuye_data_key": SecretStr(ANOTHER)}
    await require_matching_keys(build_settings(database).model_copy(update=another))


async def test_a_database_that_does_not_answer_is_told_of_elsewhere(database: Database) -> None:
    nowhere = SecretStr("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")
    await require_matching_keys(
        build_settings(database).model_copy(update={"database_url": nowhere})
    )


async def test_x11_another_index_key_than_the_databases_is_refused_by_name(
    world: World, database: Database
) -> None:
    await world.add_person(1)
    another = {"jiuye_index_key": SecretStr(ANOTHER)}
    with pytest.raises(SettingsError, match="JIUYE_INDEX_KEY is not the key"):
        await require_matching_keys(build_settings(database).model_copy(update=another))


async def test_x11_a_next_key_is_taken_as_long_as_the_one_before_is_given_too(
    world: World, database: Database
) -> None:
    await world.add_person(1)
    settings = build_settings(database)
    both = SecretStr(f"{ANOTHER},{settings.jiuye_data_key.get_secret_value()}")
    await require_matching_keys(settings.model_copy(update={"jiuye_data_key": both}))


async def test_x11_a_row_that_was_exchanged_does_not_keep_the_service_from_starting(
    world: World, database: Database
) -> None:
    one, other = await world.add_person(1), await world.add_person(2)
    async with AsyncSession(world.service.writes) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        for row, foreign in ((one, other), (other, one)):
            own = update(Person).where(Person.id == row.id)
            await session.execute(own.values(id_number_sealed=foreign.id_number_sealed))
    settings = build_settings(database)
    await require_matching_keys(settings)
    with pytest.raises(SettingsError, match="JIUYE_DATA_KEY is not the key"):
        await require_matching_keys(
            settings.model_copy(update={"jiuye_data_key": SecretStr(ANOTHER)})
        )


@pytest.mark.parametrize(("kept", "given"), [("standard", "sm"), ("sm", "standard")])
async def test_x11_another_profile_than_the_databases_is_refused_with_what_to_do(
    database: Database, kept: str, given: str
) -> None:
    settings = build_settings(database).model_copy(update={"crypto_profile": kept})
    async with a_world(database) as world:
        world.service = replace(world.service, seal=Seal(settings.key_ring))
        await world.add_person(1)
    await require_matching_keys(settings)
    with pytest.raises(SettingsError, match=rf"CRYPTO_PROFILE={given},{kept} until"):
        await require_matching_keys(settings.model_copy(update={"crypto_profile": given}))
    await require_matching_keys(settings.model_copy(update={"crypto_profile": f"{given},{kept}"}))
