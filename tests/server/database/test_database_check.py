"""The roles that the service connects as divide their rights, or it does not start (ADR 0059)."""

import pytest
from pydantic import SecretStr

from server.database.database_check import DatabaseUnavailable, require_roles
from server.database.migrate import upgrade
from server.settings.settings import Settings
from tests.factories.database import ROLES_BESIDE, Database, as_superuser
from tests.factories.world import build_settings


def build_single(database: Database) -> Settings:
    alone = {"database_sign_in_url": None, "database_administration_url": None}
    return build_settings(database).model_copy(update=alone)


async def test_x10_roles_that_are_apart_start(database: Database) -> None:
    await require_roles(build_settings(database))


async def test_x10_one_role_that_lacks_rights_is_told_of_the_others(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"other roles do\. Set DATABASE_SIGN_IN_URL"):
        await require_roles(build_single(database))


@pytest.mark.own_database
async def test_x10_rights_are_united_and_divided_again_by_migrating(database: Database) -> None:
    await upgrade(database.owner_url, lambda _: None)
    await require_roles(build_single(database))
    with pytest.raises(DatabaseUnavailable, match="still reads password hashes"):
        await require_roles(build_settings(database))
    await upgrade(database.owner_url, lambda _: None, beside=ROLES_BESIDE)
    await require_roles(build_settings(database))


async def test_x10_a_role_beside_that_is_no_member_is_refused(database: Database) -> None:
    async with as_superuser(database) as superuser:
        await superuser.execute("CREATE ROLE stranger LOGIN")
        await superuser.execute(f'GRANT CONNECT ON DATABASE "{database.name}" TO stranger')
        try:
            stranger = SecretStr(database.url.replace("jiuye@", "stranger@"))
            given = build_settings(database).model_copy(update={"database_sign_in_url": stranger})
            with pytest.raises(DatabaseUnavailable, match="SIGN_IN_URL: its role is no member"):
                await require_roles(given)
        finally:
            await superuser.execute("DROP OWNED BY stranger")
            await superuser.execute("DROP ROLE stranger")
