"""What clients are told while the database is away, frozen, full or read-only, and afterwards.

The database is a real one of its own, that is stopped, frozen and started again.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import StringIO
from time import monotonic
from typing import Any

import asyncpg
import httpx
import pytest

from loaders.database_fault import CONNECT_TIMEOUT_SECONDS, DATABASE_ERRORS
from models import Request
from resolvers.kernel.service import Service
from server.database.pools import open_service
from server.database.postgres_process import list_process_ids
from server.database.table_version import find_needed_revision
from server.http.app import create_app
from server.telemetry.log import configure_logging
from tests.factories.database import TEMPLATE, Database, TestCluster, run_cluster
from tests.factories.world import World, a_world, add_officials, build_settings

pytestmark = pytest.mark.slow

DEADLINE_SECONDS = 3
SPARE_SECONDS = CONNECT_TIMEOUT_SECONDS + 2
"""What it may take beyond the deadline: a read that was connecting ends with that try."""
UNITS = "{ units { edges { node { id name } } } }"
WALKED = "{ units { edges { node { id possibleActions { action } } } } }"
FAVOURITES = """mutation ($input: FavouritesInput!, $key: String) {
  setFavourites(input: $input, idempotencyKey: $key) { __typename } }"""
READ_AFTER = """mutation ($input: FavouritesInput!) { kept: setFavourites(input: $input) {
  ... on AccountPayload { account { history { totalCount } } } } }"""
SIGN_IN = "mutation ($input: CredentialsInput!) { signIn(input: $input) { __typename } }"
CREDENTIALS = {"input": {"account": "unit", "password": "wrong-password-1"}}


@dataclass
class Outage:
    """A service with its ordinary pools, and a database to which anything may be done."""

    cluster: TestCluster
    database: Database
    world: World
    service: Service
    client: httpx.AsyncClient
    log: StringIO
    keys: Iterator[int] = field(default_factory=lambda: iter(range(10_000)))

    async def ask(self, document: str, who: str | None = "unit", **variables: object) -> Any:
        headers = {"accept-language": "en"}
        if who is not None:
            headers["authorization"] = f"Bearer {self.world.issue_token(who)}"
        body = {"query": document, "variables": variables}
        return await self.client.post("/graphql", json=body, headers=headers)

    async def write(self, key: str | None = None) -> Any:
        key = key or f"outage-{next(self.keys):05}"
        return await self.ask(FAVOURITES, "unit", input={"functions": []}, key=key)

    def list_asks(self) -> dict[str, Callable[[], Awaitable[Any]]]:
        return {
            "read by plan": lambda: self.ask(UNITS),
            "read walked": lambda: self.ask(WALKED, "officer"),
            "mutation": self.write,
            "sign-in": lambda: self.ask(SIGN_IN, None, **CREDENTIALS),
        }

    async def ask_everything(self) -> dict[str, Any]:
        """Ask in all ways at the same time."""
        asks = self.list_asks()
        answers = await asyncio.gather(*(ask() for ask in asks.values()))
        return dict(zip(asks, answers, strict=True))

    async def run(self, statement: str) -> None:
        """Run a statement as a superuser, who may write where nobody else may."""
        async with self.connect() as connection:
            await connection.execute("SET default_transaction_read_only = off")
            await connection.execute(statement)

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(
            host=str(self.database.socket_directory), user="postgres", database=self.database.name
        )
        try:
            yield connection
        finally:
            await connection.close()

    async def end_backends(self, which: str = "true") -> int:
        """End the connections of the service, and tell how many there were."""
        async with self.connect() as connection:
            ended = await connection.fetch(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                f" WHERE application_name = 'jiuye' AND {which}"
            )
        return len(ended)

    @contextmanager
    def freeze(self) -> Iterator[None]:
        """Have no process of the database do anything."""
        self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal(signal.SIGCONT)

    def _signal(self, which: signal.Signals) -> None:
        for pid in list_process_ids(self.cluster.cluster.data):
            with suppress(ProcessLookupError):
                os.kill(pid, which)


@pytest.fixture(scope="module")
async def outage() -> AsyncIterator[Outage]:
    async with run_cluster() as cluster, a_world(cluster.database(TEMPLATE)) as world:
        database = cluster.database(TEMPLATE)
        await add_officials(world)
        await world.add_unit("unit", "220104")
        changed = {"operation_deadline_seconds": DEADLINE_SECONDS, "statement_timeout_ms": 2000}
        settings = build_settings(database).model_copy(update=changed)
        world.clock.now = datetime.now(UTC)
        async with open_service(settings) as service:
            app = create_app(settings)
            app.state.service = service
            transport = httpx.ASGITransport(app=app)
            client = httpx.AsyncClient(transport=transport, base_url="http://jiuye", timeout=60)
            async with client:
                yield Outage(cluster, database, world, service, client, StringIO())


@pytest.fixture(autouse=True)
def _log(outage: Outage, _logged: None) -> None:
    outage.log = StringIO()
    configure_logging(stream=outage.log)


def code_of(answer: Any) -> str:
    (error,) = answer.json()["errors"]
    return str(error["extensions"]["code"])


async def expect_all_is_well(outage: Outage) -> None:
    """Each way to ask works again, at its first try."""
    answers = await outage.ask_everything()
    told = {name: (each.status_code, each.json().get("errors")) for name, each in answers.items()}
    assert told == dict.fromkeys(answers, (200, None))
    assert (await outage.client.get("/readyz")).text == "ready\n"


async def expect_unavailable(answers: dict[str, Any]) -> None:
    for name, answer in answers.items():
        assert (answer.status_code, code_of(answer)) == (503, "UNAVAILABLE"), name
        assert answer.headers["content-type"].startswith("application/"), name
        assert int(answer.headers["retry-after"]) > 0, name
        assert "data" not in answer.json(), name


async def test_connections_that_ended_while_nobody_used_them_are_noticed_by_nobody(
    outage: Outage,
) -> None:
    await expect_all_is_well(outage)
    assert await outage.end_backends() > 3
    await expect_all_is_well(outage)


@pytest.mark.parametrize(
    ("way", "table"),
    [
        *(("read by plan", "unit"), ("read walked", "unit"), ("mutation", "request")),
        *(("read walked", "account"), ("mutation", "account")),
    ],
)
async def test_a_backend_that_dies_in_the_middle_is_asked_again_on_another_connection(
    outage: Outage, way: str, table: str
) -> None:
    """Nothing was sent to the client, and nothing is done twice (X12)."""
    outage.service.granted_functions.clear()  # who asks is asked of the database as well
    async with outage.connect() as blocking:
        transaction = blocking.transaction()
        await transaction.start()
        await blocking.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        asking = asyncio.ensure_future(outage.list_asks()[way]())
        while not await outage.end_backends("wait_event_type = 'Lock'"):
            assert not asking.done(), (await asking).text
        await transaction.rollback()
    answer = await asking
    assert (answer.status_code, answer.json().get("errors")) == (200, None)


async def test_a_commit_that_was_cut_off_is_done_once_under_its_key(outage: Outage) -> None:
    """The commit reaches the database, its answer does not come back: the key tells (X12)."""
    await outage.run(
        """CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
        CREATE SEQUENCE cuts;
        GRANT USAGE ON cuts TO PUBLIC;
        CREATE FUNCTION cut_once() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
          IF nextval('cuts') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
          RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON request DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION cut_once()"""
    )
    try:
        before = len(await outage.world.load_rows(Request))
        answer = await outage.write("cut-off-0001")
        assert (answer.status_code, answer.json().get("errors")) == (200, None)
        assert len(await outage.world.load_rows(Request)) == before + 1
        await outage.run("ALTER SEQUENCE cuts RESTART")
        keyless = await outage.ask(FAVOURITES, input={"functions": []})
        assert keyless.status_code == 200  # without a key there is no row of it, and no cut
    finally:
        await outage.run("DROP TRIGGER cut ON request; DROP FUNCTION cut_once(), cut()")
        await outage.run("DROP SEQUENCE cuts")


async def test_what_was_done_and_could_not_be_read_any_more_does_not_look_undone(
    outage: Outage,
) -> None:
    """By 504 a client would send it again (X12)."""
    async with outage.connect() as blocking:
        transaction = blocking.transaction()
        await transaction.start()
        await blocking.execute("LOCK TABLE history IN ACCESS EXCLUSIVE MODE")
        answer = await outage.ask(READ_AFTER, input={"functions": []})
        await transaction.rollback()
    assert (answer.status_code, code_of(answer)) == (200, "DEADLINE")
    assert answer.json()["errors"][0]["extensions"]["done"] == ["kept"]
    assert "retry-after" not in answer.headers


async def test_a_frozen_database_is_told_of_at_the_deadline_whatever_hangs(outage: Outage) -> None:
    for known in (True, False):
        if not known:  # who asks is asked of the database then, before anything is executed
            outage.service.granted_functions.clear()
        begun = monotonic()
        with outage.freeze():
            answers = await outage.ask_everything()
        taken = {name: each.elapsed.total_seconds() for name, each in answers.items()}
        assert max(taken.values()) < DEADLINE_SECONDS + SPARE_SECONDS, (taken, monotonic() - begun)
        for name, answer in answers.items():
            told = (answer.status_code, code_of(answer))
            assert told in {(504, "DEADLINE"), (503, "UNAVAILABLE")}, (name, told)
            assert int(answer.headers["retry-after"]) > 0, name
    await expect_all_is_well(outage)


async def test_probes_answer_in_a_second_while_the_database_is_frozen(outage: Outage) -> None:
    with outage.freeze():
        begun = monotonic()
        ready, lives = await asyncio.gather(
            *(outage.client.get(path) for path in ("/readyz", "/healthz"))
        )
        taken = monotonic() - begun
    assert (ready.status_code, ready.text) == (503, "The database does not answer.\n")
    assert lives.text == "ok\n"
    assert taken < 1


async def test_probes_answer_while_all_connections_are_taken(outage: Outage) -> None:
    async with outage.connect() as blocking:
        transaction = blocking.transaction()
        await transaction.start()
        await blocking.execute("LOCK TABLE unit IN ACCESS EXCLUSIVE MODE")
        crowd = [asyncio.ensure_future(outage.ask(UNITS)) for _ in range(30)]
        while await blocking.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted") < 8:
            assert not all(each.done() for each in crowd)
        ready, lives = [await outage.client.get(path) for path in ("/readyz", "/healthz")]
        await transaction.rollback()
    assert (ready.text, lives.text) == ("ready\n", "ok\n")
    answers = await asyncio.gather(*crowd)
    assert {each.status_code for each in answers} <= {200, 429, 503, 504}
    assert "INTERNAL" not in "".join(each.text for each in answers)


async def test_an_instance_that_sleeps_in_a_transaction_lets_go_of_what_it_locked(
    outage: Outage,
) -> None:
    """One of two was frozen: the other one answered 136 mutations in place of 3,766."""
    async with outage.service.writes.connect() as asleep:
        await asleep.exec_driver_sql("LOCK TABLE request IN ROW EXCLUSIVE MODE")
        await asleep.exec_driver_sql("LOCK TABLE request IN SHARE ROW EXCLUSIVE MODE")
        async with asyncio.timeout(60):
            while (answer := await outage.write("others-wait")).status_code != 200:
                assert code_of(answer) == "DEADLINE"
        with pytest.raises(DATABASE_ERRORS):
            await asleep.exec_driver_sql("SELECT 1")
        await asleep.invalidate()


async def test_a_database_that_takes_no_writes_is_read(outage: Outage) -> None:
    name = outage.database.name
    await outage.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    await outage.end_backends()
    try:
        answers = await outage.ask_everything()
        assert {answers.pop(name).status_code for name in ("read by plan", "read walked")} == {200}
        await expect_unavailable(answers)
        ready = await outage.client.get("/readyz")
        assert (ready.status_code, "takes no writes" in ready.text) == (503, True)
    finally:
        await outage.run(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        await outage.end_backends()
    await expect_all_is_well(outage)


async def test_a_full_disk_is_told_of_and_nothing_is_half_done(outage: Outage) -> None:
    await outage.run(
        """CREATE FUNCTION be_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          RAISE 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
        CREATE TRIGGER full_disk BEFORE INSERT ON request EXECUTE FUNCTION be_full()"""
    )
    try:
        await expect_unavailable({"mutation": await outage.write("on-a-full-disk")})
        assert (await outage.ask(UNITS)).status_code == 200
    finally:
        await outage.run("DROP TRIGGER full_disk ON request; DROP FUNCTION be_full()")
    assert (await outage.write("on-a-full-disk")).status_code == 200


async def test_a_database_without_a_free_connection_is_told_of(outage: Outage) -> None:
    await outage.run("ALTER ROLE jiuye CONNECTION LIMIT 0")
    await outage.end_backends("usename = 'jiuye'")
    try:
        asked = {"read by plan": await outage.ask(UNITS), "mutation": await outage.write()}
        await expect_unavailable(asked)
        ready = await outage.client.get("/readyz")
        assert (ready.status_code, "no connection left" in ready.text) == (503, True)
    finally:
        await outage.run("ALTER ROLE jiuye CONNECTION LIMIT -1")
    await expect_all_is_well(outage)


async def test_tables_that_are_not_migrated_are_told_of(outage: Outage) -> None:
    await outage.run("UPDATE alembic_version SET version_num = 'r0051'")
    try:
        ready = await outage.client.get("/readyz")
        assert (ready.status_code, "jiuye migrate" in ready.text) == (503, True)
        await outage.run("UPDATE alembic_version SET version_num = 'r9999'")
        assert (await outage.client.get("/readyz")).status_code == 200
    finally:
        revision = find_needed_revision()
        await outage.run(f"UPDATE alembic_version SET version_num = '{revision}'")


async def test_lost_races_are_told_apart_from_faults(outage: Outage) -> None:
    await outage.run(
        """CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          RAISE 'could not serialize access' USING ERRCODE = '40001'; END $$;
        CREATE TRIGGER race BEFORE INSERT ON request EXECUTE FUNCTION lose()"""
    )
    try:
        answer = await outage.write("lost-the-race")
    finally:
        await outage.run("DROP TRIGGER race ON request; DROP FUNCTION lose()")
    assert (answer.status_code, code_of(answer)) == (409, "CONFLICT_RETRY")
    assert answer.headers["retry-after"] == "1"
    assert (await outage.write("lost-the-race")).status_code == 200


async def test_a_database_that_is_stopped_is_told_of_in_few_lines_and_comes_back(
    outage: Outage,
) -> None:
    """4.9 MB of log a minute: each of the lines had a traceback."""
    cluster = outage.cluster.cluster
    cluster.stop(immediately=True)
    try:
        for _ in range(25):
            answers = await outage.ask_everything()
            await expect_unavailable(answers)
        ready = await outage.client.get("/readyz")
        assert (ready.status_code, ready.text) == (503, "The database does not answer.\n")
    finally:
        cluster.start()
    told = outage.log.getvalue()
    assert [line for line in told.splitlines() if "Traceback" in line] == []
    outages = [line for line in told.splitlines() if '"event":"operation"' not in line]
    assert 0 < len(told) < 100 * 400
    assert len(outages) <= 3 * 60 + 20
    await expect_all_is_well(outage)
