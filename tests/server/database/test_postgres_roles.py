import asyncpg
import pytest

from tests.factories.database import Database


async def test_the_service_is_neither_superuser_nor_owner(database: Database) -> None:
    connection = await asyncpg.connect(database.url.replace("+asyncpg", ""))
    role = await connection.fetchrow("SELECT * FROM pg_roles WHERE rolname = current_user")
    owned = await connection.fetchval(
        "SELECT count(*) FROM pg_shdepend WHERE deptype = 'o' "
        "AND refobjid = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("CREATE TABLE mine ()")
    await connection.close()
    assert role is not None
    assert role["rolname"] == "jiuye"
    powers = ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb")
    assert not any(role[power] for power in powers)
    assert owned == 0


async def test_the_owner_is_no_superuser_and_can_add_the_extension(database: Database) -> None:
    connection = await asyncpg.connect(database.owner_url.replace("+asyncpg", ""))
    await connection.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    superuser = await connection.fetchval(
        "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    )
    await connection.close()
    assert superuser is False


async def test_a_cluster_is_utf8_with_checksums(database: Database) -> None:
    connection = await asyncpg.connect(database.url.replace("+asyncpg", ""))
    shown = [
        await connection.fetchval(f"SHOW {name}")
        for name in ("server_encoding", "data_checksums", "listen_addresses")
    ]
    collation = await connection.fetchval(
        "SELECT datcollate FROM pg_database WHERE datname = current_database()"
    )
    await connection.close()
    assert shown == ["UTF8", "on", ""]
    assert collation == "C.UTF-8"
