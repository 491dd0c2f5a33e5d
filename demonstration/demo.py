"""The demonstration: loaded once into an empty installation, and what to open first."""

from collections.abc import Iterator
from enum import Enum
from textwrap import dedent

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from demonstration.data.account import PASSWORD
from demonstration.data.applicant import build_newcomers
from demonstration.data.assembly import seed_demonstration
from demonstration.data.business_number import number_records
from loaders.actor import ALL_REGIONS, Actor, set_rls_context
from loaders.advisory_lock import AdvisoryLock
from models import Account, Base, DatabaseRole, NumberSeries, Parameter, Role
from resolvers.kernel.business_number import NUMBER_SERIES
from server.database.pools import open_patient_service
from server.http.explorer import is_fetched
from server.runtime.serving import find_reachable_host
from server.settings.settings import Settings

NATIONWIDE_ACTOR = Actor(see=ALL_REGIONS, act=ALL_REGIONS)
FIRST_ACCOUNT = "unit"

DESCRIPTION_BY_ACCOUNT = {
    "unit": "单位经办人 unit operator, 长春恒睿智能科技有限公司",
    "legal": "法人账号 legal person of the same unit, who keeps its operators",
    "officer": "区县经办人 district officer, 长春市朝阳区 (officer-2: the second pair of eyes)",
    "city": "市级管理员 city administrator, 长春市",
    "province": "省级管理员 province administrator, 吉林省 (province-2: who approves)",
    "district": "区县管理员 district administrator, 长春市朝阳区: grants functions",
    "finance": "财务 finance, 长春市朝阳区",
    "auditor": "审计 auditor, 长春市朝阳区: sees, and changes nothing",
    "reporting": "报表 reporting, 长春市朝阳区: aggregates alone",
    "agent": "机构经办人 agency operator, 成都锦江芙蓉人力资源服务有限公司",
    "person": "个人 person, an intern of the unit above",
    "newcomer": "a unit that has nothing yet: try the whole chain by hand",
}
"""Who may sign in, and as what; there are more of each."""

SAMPLE_QUERY = """{ claims(first: 20) { edges { node { id status amount unit { name creditCode }
  lineConnection { nodes { amount intern { name idNumberMasked category post { name }
    monthlyReports { month wagePaid payableSubsidy status } } } } } } } }"""
"""What to ask first."""

STOP_HINT = "Ctrl-C stops the service."

SIGN_IN_MUTATION = (
    'mutation {{ signIn(input: {{account: "{account}", password: "{password}"}}) '
    "{{ ... on SessionPayload {{ accessToken }} }} }}"
)


class Demonstration(Enum):
    """What came of the demonstration at a start."""

    LOADED = "just loaded"
    THERE = "loaded by an earlier start"
    BARRED = "not loaded: this database has accounts of its own"
    OFF = "left out: DEMO=false"


async def load_demonstration(settings: Settings) -> Demonstration:
    """Load the demonstration into an empty installation, once.

    Its accounts share one well-known password, so they are kept off anybody's own data.
    """
    if not settings.demo:
        return Demonstration.OFF
    async with (
        open_patient_service(settings) as service,
        AsyncSession(
            service.choose_writes(DatabaseRole.ADMINISTRATION), expire_on_commit=False
        ) as session,
        session.begin(),
    ):
        await set_rls_context(session, NATIONWIDE_ACTOR)
        await AdvisoryLock.DEMONSTRATION.lock(session)
        known = select(Account.username).where(Account.role != Role.SYSTEM)
        names = set((await session.scalars(known)).all())
        if names:
            # All of them are there, or none was loaded here: a single one may be anybody's.
            own = names >= DESCRIPTION_BY_ACCOUNT.keys()
            return Demonstration.THERE if own else Demonstration.BARRED
        figures = (await session.scalars(select(Parameter))).all()
        desk = seed_demonstration(service, figures, await service.passwords.hash_password(PASSWORD))
        rows = desk.build_values()
        last_by_series = number_records(rows)
        for table in Base.metadata.sorted_tables:
            for mapped in (mapped for mapped in rows if mapped.__table__ is table):
                await session.execute(insert(table), rows[mapped])
        for series, last in last_by_series.items():
            bucket = f"{NUMBER_SERIES}:{series}"
            await set_rls_context(session, NATIONWIDE_ACTOR.with_lookup_secret(bucket))
            await session.execute(insert(NumberSeries).values(bucket=bucket, last=last))
    return Demonstration.LOADED


def build_introduction(settings: Settings, address: str, found: Demonstration) -> str:
    """Return what to open, who may sign in, and what to ask first."""
    told = ["\n".join(_describe_place(settings, address))]
    if found is Demonstration.BARRED:
        told.append(f"The demonstration was {found.value}.")
    if found in (Demonstration.LOADED, Demonstration.THERE):
        told.append(_describe_demonstration(found))
    return "\n\n".join((*told, STOP_HINT))


def _describe_place(settings: Settings, address: str) -> Iterator[str]:
    """Say where it answers, and what the settings leave out there."""
    if settings.introspection:
        page = "GraphiQL" if is_fetched() else "the small console: GraphiQL was not fetched"
        yield f"Open {address}/graphql ({page})"
    else:
        yield f"Send GraphQL to {address}/graphql (INTROSPECTION=false: no console there)"
    if find_reachable_host(settings.host) != settings.host:
        yield f"HOST={settings.host}: other machines reach it by this machine's own addresses"
    if settings.entrance != "both":
        yield f"ENTRANCE={settings.entrance}: functions of the other entrance are refused here"
    if not settings.worker:
        yield "WORKER=false: no rosters are checked, and posts wait"


def _describe_demonstration(found: Demonstration) -> str:
    width = max(map(len, DESCRIPTION_BY_ACCOUNT))
    accounts = "\n".join(
        f"  {name:{width}}  {what}" for name, what in DESCRIPTION_BY_ACCOUNT.items()
    )
    first = build_newcomers()[0]
    unless = "" if found is Demonstration.LOADED else " (unless it was changed since)"
    return dedent("""\
        With the password {password}{unless} you are one of
        {accounts}
          (the newcomer may look up and add {name}, {id_number})

        Sign in with this mutation:
        {sign_in}
        and send the token as the header  Authorization: Bearer ...

        Then ask, for instance:
        {query}""").format(
        password=PASSWORD,
        unless=unless,
        accounts=accounts,
        name=first.name,
        id_number=first.id_number,
        sign_in=SIGN_IN_MUTATION.format(account=FIRST_ACCOUNT, password=PASSWORD),
        query=SAMPLE_QUERY,
    )
