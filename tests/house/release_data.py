"""Rows of every table as a release wrote them: made once, kept, and upgraded ever after (ADR 0048).

`python -m tests.house.release_data 0.2.0`, run where a release is tagged, writes
`releases/0.2.0.sql`: the rows as plain inserts, but for those that migrations bring.
"""

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from migrations.released import RELEASE_NAME
from models import (
    Account,
    AccountAppeal,
    ApiClient,
    ClientCertificate,
    ConsultedRecord,
    FactKind,
    FactLoad,
    History,
    Installation,
    InsuranceContribution,
    LabourContract,
    NumberSeries,
    OfficialMobile,
    Passkey,
    Person,
    RateLimit,
    RegisteredUnit,
    RegistrationStanding,
    Request,
    Role,
    SchemaUsage,
    SecondFactor,
    SignInTicket,
    SmsKind,
    SmsNotice,
    TransferEmployment,
    UnemploymentRegistration,
    Unit,
)
from rules.kernel.chain import FIRST_PREVIOUS_HASH, SEALED_FIELDS, compute_hash
from tests.factories.database import Database, TestCluster, as_superuser, run_cluster
from tests.factories.internship_scenario import InternshipScenario
from tests.factories.rows import CREATED_AT, a_credit_code, an_id, an_sms_code
from tests.factories.world import World
from tests.schema.scene import a_scene

RELEASES = Path(__file__).with_name("releases")
FIRST = date(2024, 9, 1)
DUMP = ("--data-only", "--column-inserts", "--rows-per-insert=100", "--load-via-partition-root")
SEEDED = """
    SET session_replication_role = replica;
    DELETE FROM alembic_version;
    DELETE FROM region;
    DELETE FROM account WHERE role = 'SYSTEM';
    DELETE FROM parameter WHERE proposed_by IS NULL AND status = 'APPROVED';
    DELETE FROM calendar_year WHERE region = '000000';
"""
"""Takes out what migrations bring; the database is of no other use afterwards."""


@asynccontextmanager
async def planted(cluster: TestCluster) -> AsyncIterator[Database]:
    """Fill every table: by a scene, by a story through the service, and by hand."""
    async with a_scene(cluster) as scene:
        await _live(scene.world)
        database = cluster.database(str(scene.world.service.writes.url.database))
        everybody = create_async_engine(database.superuser_url)
        async with AsyncSession(everybody) as session, session.begin():
            await _add_what_is_left(session)
            await _chain_anew(session)
        await everybody.dispose()
        yield database


async def _live(world: World) -> None:
    """Walk a unit from its declaration to a claim, so that history and terms are real."""
    await world.add_account("deputy", Role.PROVINCE_ADMINISTRATOR, "220000")
    await world.add_unit("unit")
    chain = InternshipScenario(world)
    await chain.confirm_parameters()
    await chain.approve_declaration()
    await chain.add_post()
    intern = await chain.approve_intern(4)
    for month in ("2024-08", "2024-09", "2024-10"):
        await chain.approve_reports(month, intern)
    await chain.submit_claim("2024-10")


async def _add_what_is_left(session: AsyncSession) -> None:
    """Add facts, and what lives for hours at most."""
    person = (await session.scalars(select(Person).order_by(Person.id).limit(1))).one()
    account = (await session.scalars(select(Account).order_by(Account.id).limit(1))).one()
    unit = (await session.scalars(select(Unit).order_by(Unit.id).limit(1))).one()
    appeal = (
        await session.scalars(select(AccountAppeal).order_by(AccountAppeal.id).limit(1))
    ).one()
    told: dict[str, Any] = {"region": person.region, "source": "测试", "as_of": FIRST}
    about = {"person_id": person.id, **told}
    code = {"employer_credit_code": a_credit_code(9)}
    hashes = {"ticket_hash": b"ticket", "secret_hash": b"secret"}
    session.add_all(
        [
            InsuranceContribution(**about, **code, month=FIRST),
            UnemploymentRegistration(**about, registered_on=FIRST),
            TransferEmployment(**about, transferred_on=FIRST, destination="浙江"),
            LabourContract(**about, **code, signed_on=FIRST, starts_on=FIRST, open_ended=True),
            OfficialMobile(**about, mobile_index=b"it", mobile_sealed=b"sealed"),
            RegisteredUnit(
                **told,
                credit_code=a_credit_code(9),
                name="单位",
                representative="赵法人",
                standing=RegistrationStanding.ACTIVE,
            ),
            FactLoad(**told, kind=FactKind.LABOUR_CONTRACT, digest=b"it", loaded=1, refused=0),
            Request(
                account_id=account.id, key="once", mutation="addPost", input_hash=b"it", answer={}
            ),
            ConsultedRecord(region=person.region, record_id=person.id, unit_id=unit.id),
            NumberSeries(bucket="class/220104/20240901", last=3),
            RateLimit(bucket="sign in/unit", window_start=CREATED_AT, count=2),
            an_sms_code(),
            SmsNotice(
                region=appeal.region, appeal_id=appeal.id, kind=SmsKind.RECOVERY_BEGUN, values={}
            ),
            SecondFactor(account_id=account.id, secret_sealed=b"sealed", begun_at=CREATED_AT),
            Passkey(
                account_id=account.id,
                credential_id=b"it",
                public_key=b"key",
                sign_count=0,
                name="手机",
                added_at=CREATED_AT,
                asked_at=CREATED_AT,
            ),
            ApiClient(
                account_id=account.id,
                secret_hash=b"it",
                name="汇总程序",
                functions=["READ_STATISTICS"],
                added_at=CREATED_AT,
            ),
            ClientCertificate(
                account_id=account.id,
                fingerprint=b"it",
                name="汇总程序的证书",
                functions=["READ_STATISTICS"],
                added_at=CREATED_AT,
                valid_to=FIRST,
            ),
            Installation(id=an_id("installation"), sweeps=1),
            SchemaUsage(
                day=FIRST,
                client="desk",
                version="0.1.0",
                coordinate="Claim.status",
                count=7,
                counted_at=CREATED_AT,
            ),
            SignInTicket(
                id=an_id("ticket"),
                **hashes,
                requested_at=CREATED_AT,
                expires_at=CREATED_AT,
                approved_by=account.id,
            ),
        ]
    )
    await session.flush()


async def _chain_anew(session: AsyncSession) -> None:
    """Seal the history anew, where a scene's entries were put past the chain (X9)."""
    before: dict[UUID, bytes] = {}
    for entry in await session.scalars(select(History).order_by(History.unit_id, History.sequence)):
        sealed = {name: getattr(entry, name) for name in SEALED_FIELDS}
        entry.key_id = None
        entry.hash = before[entry.unit_id] = compute_hash(
            before.get(entry.unit_id, FIRST_PREVIOUS_HASH), sealed
        )


async def dumped(cluster: TestCluster) -> str:
    """Write the rows as a release keeps them."""
    async with planted(cluster) as database:
        async with as_superuser(database) as connection:
            await connection.execute(SEEDED)
        said = await asyncio.to_thread(_dump, cluster.cluster.programs, database)
    return "\n\n".join([*re.findall(r"^INSERT INTO .*?;$", said, re.DOTALL | re.MULTILINE), ""])


def _dump(programs: Path, database: Database) -> str:
    where = f"--host={database.socket_directory}"
    command = [str(programs / "pg_dump"), *DUMP, where, "--username=postgres", database.name]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


async def write(release: str) -> None:
    """Keep a release's rows."""
    async with run_cluster() as cluster:
        text = await dumped(cluster)
    (RELEASES / f"{release}.sql").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not RELEASE_NAME.fullmatch(sys.argv[1]):
        raise SystemExit(__doc__)
    asyncio.run(write(sys.argv[1]))
