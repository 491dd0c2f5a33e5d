"""What each role of the database may do is declared, and holds for every statement (ADR 0059)."""

from collections.abc import AsyncIterator, Iterator
from typing import NamedTuple

import asyncpg
import pytest

from migrations.role_grants import list_divided_tables, list_rights
from models import Base, DatabaseRole
from server.settings.role import ADMINISTRATION, SERVICE, SIGN_IN
from tests.factories.database import Database
from tests.factories.failures import AllFailures

NAMES = {
    DatabaseRole.SERVICE: SERVICE,
    DatabaseRole.SIGN_IN: SIGN_IN,
    DatabaseRole.ADMINISTRATION: ADMINISTRATION,
}
TABLES: list[type[Base]] = sorted(
    (m.class_ for m in Base.registry.mappers if m.class_.metadata is Base.metadata),
    key=lambda table: table.__tablename__,
)
Connections = dict[DatabaseRole, asyncpg.Connection]


@pytest.fixture
async def roles(database: Database) -> AsyncIterator[Connections]:
    """Connect as each role, acting everywhere: what is denied, grants deny."""
    urls = {DatabaseRole.SERVICE: database.url, **database.urls_beside}
    made = {role: await asyncpg.connect(url.replace("+asyncpg", "")) for role, url in urls.items()}
    for connection in made.values():
        for setting, value in (("see_low", "0"), ("see_high", "9"), ("act_low", "0")):
            await connection.execute(f"SELECT set_config('app.{setting}', '{value}', false)")
        await connection.execute("SELECT set_config('app.act_high', '9', false)")
    yield made
    for connection in made.values():
        await connection.close()


class Tried(NamedTuple):
    """A statement that writes nothing, and whether a role may run it."""

    sql: str
    allowed: bool


def list_tried(table: type[Base], role: DatabaseRole) -> Iterator[Tried]:
    """Try each command on a table, an update of each of its columns, and what nobody may."""
    name = table.__tablename__
    rights = {*list_rights(table, role)}
    if role is not DatabaseRole.SERVICE:  # as a member
        rights |= {*list_rights(table, DatabaseRole.SERVICE)}
    columns = {
        column
        for right in rights
        if right.startswith("UPDATE (")
        for column in right.removeprefix("UPDATE (").removesuffix(")").split(", ")
    }
    reads = next((right for right in rights if right.startswith("SELECT (")), "")
    yield Tried(f"SELECT 1 FROM {name} WHERE false", bool(reads) or "SELECT" in rights)
    for column in table.__table__.c:
        read = "SELECT" in rights or column.name in reads.removeprefix("SELECT (")[:-1].split(", ")
        yield Tried(f'SELECT "{column.name}" FROM {name} WHERE false', read)
    yield Tried(f"INSERT INTO {name} SELECT * FROM {name} WHERE false", "INSERT" in rights)
    yield Tried(f"DELETE FROM {name} WHERE false", "DELETE" in rights)
    yield Tried(f"TRUNCATE {name}", allowed=False)
    for column in table.__table__.c:
        allowed = "UPDATE" in rights or column.key in columns
        yield Tried(f'UPDATE {name} SET "{column.name}" = NULL WHERE false', allowed)


async def is_allowed(connection: asyncpg.Connection, sql: str) -> bool:
    """Run a statement and undo it; anything but a lack of rights counts as allowed."""
    change = connection.transaction()
    await change.start()
    try:
        await connection.execute(sql)
    except asyncpg.InsufficientPrivilegeError:
        return False
    except asyncpg.PostgresError:
        return True
    finally:
        await change.rollback()
    return True


@pytest.mark.parametrize("role", DatabaseRole)
async def test_x10_each_statement_is_allowed_or_denied_as_declared(
    roles: Connections, role: DatabaseRole
) -> None:
    tried = [each for table in TABLES for each in list_tried(table, role)]
    assert len(tried) > 600
    assert {each.allowed for each in tried} == {True, False}
    with AllFailures() as failures:
        for each in tried:
            with failures.at(each.sql):
                assert await is_allowed(roles[role], each.sql) is each.allowed


AN_ACCOUNT = (
    "INSERT INTO account (id, username, password_hash, name, role, region) "
    "VALUES (gen_random_uuid(), 'mallory', 'x', 'Mallory', '{}', '220000')"
)
HISTORY = ("history", "office_history")
CAN_DO = {
    **dict.fromkeys(
        (
            "UPDATE account SET password_hash = 'x'",
            "SELECT password_hash FROM account",
            "SELECT * FROM account",
            "SELECT account FROM account",
            "COPY (SELECT to_jsonb(a) FROM account AS a) TO STDOUT",
            "UPDATE account SET favourites = '[]' RETURNING password_hash",
            "UPDATE account SET favourites = '[]' WHERE password_hash > ''",
            "UPDATE account SET active = true",
            "UPDATE account SET person_id = NULL",
            AN_ACCOUNT.format("PERSON"),
            AN_ACCOUNT.format("LEGAL_PERSON"),
            AN_ACCOUNT.format("UNIT_OPERATOR"),
            "UPDATE sign_in_session SET token_hash = 'x'",
            "UPDATE sign_in_session SET ended_at = NULL",
            "INSERT INTO sign_in_session SELECT * FROM sign_in_session",
            "UPDATE sign_in_ticket SET approved_by = NULL",
            "UPDATE second_factor SET counter = NULL",
            "DELETE FROM second_factor",
            "UPDATE account_appeal SET status = 'RESTORED'",
            "INSERT INTO sign_in SELECT * FROM sign_in",
        ),
        frozenset({DatabaseRole.SIGN_IN, DatabaseRole.ADMINISTRATION}),
    ),
    **dict.fromkeys(
        (
            AN_ACCOUNT.format("PROVINCE_ADMINISTRATOR"),
            AN_ACCOUNT.format("DISTRICT_OFFICER"),
            AN_ACCOUNT.format("FINANCE"),
            AN_ACCOUNT.format("SYSTEM"),
            "INSERT INTO function_grant SELECT * FROM function_grant",
            "UPDATE function_grant SET revoked = false",
            "UPDATE parameter SET value = '9'",
            "UPDATE parameter SET status = 'APPROVED'",
            "INSERT INTO parameter SELECT * FROM parameter",
            "INSERT INTO calendar_year SELECT * FROM calendar_year",
        ),
        frozenset({DatabaseRole.ADMINISTRATION}),
    ),
    **dict.fromkeys(
        (
            "SET ROLE jiuye_administration",
            "SET ROLE jiuye_sign_in",
            "SET ROLE jiuye_owner",
            "SELECT set_config('role', 'jiuye_administration', true)",
            "SET SESSION AUTHORIZATION jiuye_administration",
            "ALTER TABLE account DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE account DISABLE TRIGGER refuse_officials",
            "SET session_replication_role = replica",
            "DROP TRIGGER refuse_officials ON account",
            "CREATE OR REPLACE FUNCTION refuse_officials() RETURNS trigger LANGUAGE plpgsql "
            "AS $$ BEGIN RETURN NEW; END $$",
            "GRANT jiuye_administration TO jiuye",
            "CREATE FUNCTION mine() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
            "UPDATE account SET role = 'PROVINCE_ADMINISTRATOR'",
            "UPDATE account SET region = '000000'",
            "UPDATE account SET unit_id = NULL",
            "DELETE FROM account",
            "DELETE FROM parameter",
            "DELETE FROM function_grant",
            *(f"UPDATE {table} SET hash = 'x'" for table in HISTORY),
            *(f"UPDATE {table} SET account_name = 'x'" for table in HISTORY),
            *(f"DELETE FROM {table}" for table in HISTORY),
            *(f"TRUNCATE {table}" for table in HISTORY),
        ),
        frozenset[DatabaseRole](),
    ),
    **dict.fromkeys(
        (
            "UPDATE account SET favourites = '[]'",
            "UPDATE parameter SET examined_at = now()",
            *(f"INSERT INTO {table} SELECT * FROM {table}" for table in HISTORY),
        ),
        frozenset(DatabaseRole),
    ),
}
"""Who may do what somebody who got hold of a role would like to."""

BECOME = ("SET ROLE", "set_config('role'", "AUTHORIZATION")


async def test_x10_whoever_has_a_role_becomes_nobody_else_and_sets_no_figure(
    roles: Connections,
) -> None:
    with AllFailures() as failures:
        for sql, able in CAN_DO.items():
            with failures.at(sql):
                found = {role for role in DatabaseRole if await is_allowed(roles[role], sql)}
                itself = {role for role in NAMES if NAMES[role] in sql and "jiuye_" in NAMES[role]}
                become = itself if any(word in sql for word in BECOME) else set()
                assert found - become == able


async def test_x10_rights_are_divided_for_accounts_grants_and_figures() -> None:
    """What is declared: a table that says who signs in, or what counts, has a role of its own."""
    assert {table.__tablename__: table.written_by.value for table in list_divided_tables()} == {
        "account": "SIGN_IN",
        "account_appeal": "SIGN_IN",
        "appeal_evidence": "SIGN_IN",
        "calendar_year": "ADMINISTRATION",
        "client_certificate": "SIGN_IN",
        "function_grant": "ADMINISTRATION",
        "parameter": "ADMINISTRATION",
        "api_client": "SIGN_IN",
        "passkey": "SIGN_IN",
        "second_factor": "SIGN_IN",
        "sign_in": "SIGN_IN",
        "sign_in_session": "SIGN_IN",
        "sign_in_ticket": "SIGN_IN",
        "sms_code": "SIGN_IN",
    }


async def test_x10_the_other_roles_own_nothing_and_are_members_of_the_service_alone(
    database: Database,
) -> None:
    owner = await asyncpg.connect(database.owner_url.replace("+asyncpg", ""))
    rows = await owner.fetch(
        "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb AS powers, "
        "(SELECT count(*) FROM pg_shdepend WHERE refobjid = r.oid AND deptype = 'o') AS owned, "
        "(SELECT array_agg(roleid::regrole::text) FROM pg_auth_members WHERE member = r.oid) "
        "AS above FROM pg_roles AS r WHERE rolname = ANY($1::text[]) ORDER BY 1",
        [SIGN_IN, ADMINISTRATION],
    )
    await owner.close()
    assert [tuple(row) for row in rows] == [
        (name, False, 0, [SERVICE]) for name in sorted((SIGN_IN, ADMINISTRATION))
    ]
