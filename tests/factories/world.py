"""A small world for stories told through the schema: a unit, its people, its officers, a clock."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from argon2 import PasswordHasher
from pydantic import SecretStr
from sqlalchemy import ColumnElement, event, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from starlette.applications import Starlette

from gateways.access_token import TokenClaims, TokenIssuer
from gateways.password import PasswordHashing
from gateways.revocation_list import RevocationList
from gateways.seal import Seal
from loaders.actor import Actor, set_rls_context
from loaders.key import Key
from models import (
    Account,
    Base,
    DatabaseRole,
    Education,
    InsuranceContribution,
    LegalPersonType,
    Person,
    Role,
    SealedColumn,
    UnemploymentRegistration,
    Unit,
    locate_sealed,
)
from resolvers.accounts.grant import build_account_grants
from resolvers.kernel.sealed_number import build_sealed_columns
from resolvers.kernel.service import Service, build_functions_cache
from rules.kernel.function import Function
from rules.kernel.identity import extract_birth_date
from rules.kernel.point_budget import PointBudgets
from server.database.pools import build_engine
from server.http.app import create_app
from server.settings.file_store import open_file_store
from server.settings.settings import Settings
from tests.factories.database import Database
from tests.factories.kept_engines import KeptEngines
from tests.factories.keys import KEY, SECRET_KEY
from tests.factories.near_app import post_json
from tests.factories.rows import (
    CHAOYANG_DISTRICT,
    NATIONWIDE_ACTOR,
    a_unit,
    an_account,
    an_id,
    an_id_number,
    insert_rows,
)

NOW = datetime(2025, 3, 10, 4, tzinfo=UTC)
GRANTED_AT = datetime(2020, 1, 1, tzinfo=UTC)
"""Long before whatever day a story sets its clock to."""

TIMEOUT_SECONDS = 120
"""Seconds: no story ends early because the machine has much else to do."""

REFUSAL_SELECTION = """
  ... on Problem { message cure }
  ... on Refusal { reason path }
  ... on Invalid { faults { reason path message cure } }
  ... on StaleVersion { current path }
  ... on Forbidden { missing }
"""


@dataclass
class StoppedClock:
    """A clock that stands until it is set."""

    now: datetime = NOW
    _seen: datetime = NOW
    _counted: float = 0.0

    def __call__(self) -> datetime:
        return self.now

    def count_seconds(self) -> float:
        """Count the time that passed, as what is never set back does: any move of the clock."""
        self._counted += abs((self.now - self._seen).total_seconds())
        self._seen = self.now
        return self._counted

    def set_day(self, day: date) -> None:
        self.now = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


@dataclass(frozen=True)
class HttpAnswer:
    """What the service said."""

    status: int
    body: Mapping[str, Any]

    @property
    def data(self) -> Any:
        assert "errors" not in self.body, self.body["errors"]
        return self.body["data"]

    @property
    def only(self) -> Any:
        """The one root field's value."""
        (value,) = self.data.values()
        return value

    @property
    def errors(self) -> list[Any]:
        found: list[Any] = self.body.get("errors", [])
        return found


@dataclass
class World:
    """Who there is, and a way to ask as any of them."""

    service: Service
    app: Starlette
    client: httpx.AsyncClient
    clock: StoppedClock
    home: Path
    accounts: dict[str, Account] = field(default_factory=dict)
    statements: list[str] = field(default_factory=list)
    without_holder: set[str] = field(default_factory=set)
    """Accounts whose tokens don't say that it is known whose they are (X2)."""

    async def ask(
        self,
        document: str,
        as_: str | None = None,
        language: str = "en",
        *,
        behalf: str | None = None,
        **variables: object,
    ) -> HttpAnswer:
        """Send a document over HTTP, as an account, or at the counter on behalf of a unit."""
        headers = {"accept-language": language}
        if behalf is not None:
            headers["jiuye-on-behalf-of"] = behalf
        if as_ is not None:
            headers["authorization"] = f"Bearer {self.issue_token(as_)}"
        body = {"query": document, "variables": variables}
        self.statements.clear()
        return HttpAnswer(*await post_json(self.app, "/graphql", body, headers))

    async def mutate(
        self,
        mutation: str,
        input: Mapping[str, object],
        as_: str,
        then: str = "",
        key: str | None = None,
        behalf: str | None = None,
    ) -> Any:
        """Carry out a mutation by name and give its result, refusals included."""
        shape = INPUT_TYPES.get(mutation, "DecisionInput")
        document = f"""mutation ($input: {shape}!, $key: String) {{
          {mutation}(input: $input, idempotencyKey: $key) {{
            __typename {then} {REFUSAL_SELECTION} }} }}"""
        return (await self.ask(document, as_, behalf=behalf, input=input, key=key)).only

    def issue_token(self, name: str, *, proved: bool = True) -> str:
        account = self.accounts[name]
        claims = TokenClaims(
            account=account.id,
            session=an_id("session", name),
            name=account.name,
            role=account.role,
            region=account.region,
            unit=account.unit_id,
            person=account.person_id,
            verified=account.unit_id is not None,
            holder=name not in self.without_holder,
            same_holder=account.same_holder or (),
            proved_at=self.clock.now if proved else None,
        )
        return self.service.tokens.issue_access_token(claims, self.service.now())

    @property
    def administration(self) -> AsyncEngine:
        """Connections of the role that may write most (ADR 0059)."""
        return self.service.choose_writes(DatabaseRole.ADMINISTRATION)

    async def add_rows(self, *rows: Base, actor: Actor = NATIONWIDE_ACTOR) -> None:
        """Put rows into the database, whoever they belong to."""
        await insert_rows(self.administration, *rows, actor=actor)

    async def update_where(
        self, table: type[Base], which: ColumnElement[bool], values: Mapping[str, object]
    ) -> None:
        """Write to some rows of a table what no mutation would."""
        async with AsyncSession(self.administration) as session, session.begin():
            await set_rls_context(session, NATIONWIDE_ACTOR)
            await session.execute(update(table).where(which).values(**values))

    async def load_rows(self, table: type[Base]) -> list[Any]:
        """Read all rows of a table."""
        async with AsyncSession(self.service.writes, expire_on_commit=False) as session:
            await set_rls_context(
                session, NATIONWIDE_ACTOR.with_sweep_cutoff(self.service.now() + timedelta(days=1))
            )
            return list((await session.scalars(select(table))).all())

    async def load_password_hash(self, username: str) -> str:
        """Read the hash of an account's password, as a role that may."""
        async with AsyncSession(self.administration) as session:
            await set_rls_context(session, NATIONWIDE_ACTOR)
            found = select(Account.password_hash).where(Account.username == username)
            return (await session.scalars(found)).one()

    async def add_account(
        self,
        name: str,
        role: Role,
        region: str = CHAOYANG_DISTRICT,
        *,
        granted: Sequence[Function] | None = None,
        **more: Any,
    ) -> Account:
        """Open an account that holds all that its role may, or what was granted to it."""
        number = len(self.accounts) + 1
        row = an_account(number, role, region, username=name, name=f"{name} account", **more)
        await self.add_rows(row)
        await self.add_rows(*build_account_grants(row, GRANTED_AT, granted))
        self.accounts[name] = row
        return row

    async def add_unit(self, name: str, region: str = CHAOYANG_DISTRICT, **more: Any) -> Unit:
        """Add a unit with a complete profile, and its operator of the same name."""
        number = len(self.accounts) + 1
        profile: dict[str, Any] = {
            "legal_person_type": LegalPersonType.ENTERPRISE,
            "legal_representative": "赵法人",
            "industry": "制造业",
            "address": "人民大街1号",
            "employees": 120,
            "contact_name": "钱联系",
            "contact_mobile_masked": "138****5678",
        }
        row = a_unit(number, region, name=f"{name}有限公司", **(profile | more))
        await self.add_rows(row)
        await self.add_account(name, Role.UNIT_OPERATOR, region, unit_id=row.id)
        return row

    def open_sealed(self, column: SealedColumn, row: Any) -> str:
        """Open what a row keeps sealed."""
        return self.service.seal.open_sealed(
            locate_sealed(column, tuple(row.__mapper__.primary_key_from_instance(row))),
            getattr(row, column.key),
        )

    async def add_person(
        self,
        number: int,
        born: date = date(2003, 5, 4),
        region: str = CHAOYANG_DISTRICT,
        **more: Any,
    ) -> Person:
        """Put a person on file, as a fresh graduate unless said otherwise."""
        id_number = an_id_number(number, born, region)
        seal = self.service.seal
        values: dict[str, Any] = {
            "education": Education.BACHELOR,
            "graduated_on": date(2024, 6, 30),
            "completed_at": NOW - timedelta(days=30),
        }
        id_ = an_id("person", number)
        row = Person(
            id=id_,
            region=region,
            name=f"见习生{number}",
            birth_date=extract_birth_date(id_number),
            **(build_sealed_columns(seal, Person.id_number_sealed, id_, id_number) | values | more),
        )
        await self.add_rows(row)
        return row

    async def add_contribution(self, person: Person, month: date) -> None:
        await self.add_rows(
            InsuranceContribution(
                person_id=person.id,
                region=person.region,
                month=month,
                employer_credit_code="91220101MA0000001X",
                source="test",
                as_of=month,
            )
        )

    async def add_unemployment(
        self, person: Person, since: date, until: date | None = None
    ) -> None:
        await self.add_rows(
            UnemploymentRegistration(
                person_id=person.id,
                region=person.region,
                registered_on=since,
                ended_on=until,
                source="test",
                as_of=since,
            )
        )


INPUT_TYPES = {
    "beginTotp": "TotpBeginInput",
    "confirmTotp": "TotpCodeInput",
    "removeTotp": "TotpCodeInput",
    "confirmPersonByCode": "CodeProofInput",
    "proveAgain": "ProofInput",
    "endSession": "SessionEndInput",
    "grantFunctions": "FunctionGrantsInput",
    "revokeFunctions": "ReasonedDecisionsInput",
    "setFavourites": "FavouritesInput",
    "approveSignInTicket": "TicketApprovalInput",
    "openAccount": "OfficialAccountInput",
    **dict.fromkeys(
        (
            *("closeAccount", "reopenAccount", "endSessionsOfAccount", "refuseAccountChange"),
            *("removeFactorOfAccount", "resetPasswordOfAccount"),
        ),
        "ReasonedDecisionInput",
    ),
    "addOperator": "OperatorDraftInput",
    "changeOperator": "OperatorChangeInput",
    "changePassword": "PasswordChangeInput",
    "registerHolder": "HolderNumberInput",
    "restoreAccess": "AccessRestorationInput",
    "confirmPerson": "PersonConfirmationInput",
    "stopRecovery": "RecoveryStopInput",
    "correctHolder": "HolderCorrectionInput",
    "refuseAppeal": "AppealRefusalInput",
    "completeUnitProfile": "UnitProfileInput",
    "verifyUnit": "UnitVerificationInput",
    "createDeclaration": "DeclarationDraftInput",
    "changeDeclaration": "DeclarationChangeInput",
    "addPost": "PostDraftInput",
    "changePost": "PostChangeInput",
    "refreshApplicants": "ApplicantsRefreshInput",
    "lookUpPerson": "PersonLookUpInput",
    "searchClaims": "ClaimSearchInput",
    "completeInformation": "BasicInformationInput",
    "addIntern": "InternDraftInput",
    "changeIntern": "InternChangeInput",
    "saveMonthlyReports": "MonthOfReportsInput",
    "submitMonthlyReports": "DecisionsInput",
    "withdrawMonthlyReports": "DecisionsInput",
    "approveMonthlyReports": "DecisionsInput",
    "returnMonthlyReports": "ReasonedDecisionsInput",
    "revokeMonthlyReports": "ReasonedDecisionsInput",
    **{
        f"review{kinds}": "ReviewInput"
        for kinds in (
            *("Declarations", "Posts", "Interns", "MonthlyReports", "Claims"),
            *("Reductions", "Clawbacks", "ChangeRequests", "Qualifications"),
            *("TrainingClasses", "Completions"),
        )
    },
    "enterCourse": "CourseDraftInput",
    "createTrainingClass": "TrainingClassDraftInput",
    "addTrainee": "TraineeDraftInput",
    "removeTrainee": "TraineeRemovalInput",
    "overrideControl": "ControlOverrideInput",
    "changeTrainingClass": "TrainingClassChangeInput",
    "requestUpload": "UploadDraftInput",
    "requestRosterUpload": "FileDraftInput",
    "createRoster": "RosterDraftInput",
    "addRosterPerson": "RosterPersonDraftInput",
    "withdrawRoster": "RosterChoiceInput",
    "requestFailedRows": "RosterChoiceInput",
    "addTraineesFromRoster": "ClassRosterChoiceInput",
    "importScores": "ClassRosterChoiceInput",
    "requestScoreSheet": "ScoreSheetChoiceInput",
    "attach": "AttachmentDraftInput",
    "detach": "AttachmentRemovalInput",
    "addBankAccount": "BankAccountDraftInput",
    "changeBankAccount": "BankAccountChangeInput",
    "createLivingAllowanceClaim": "LivingAllowanceDraftInput",
    "changeLivingAllowanceClaim": "LivingAllowanceChangeInput",
    "createMentoringClaim": "MentoringDraftInput",
    "changeMentoringClaim": "MentoringChangeInput",
    "searchFindings": "FindingSearchInput",
    "explainFinding": "ReasonedDecisionInput",
    "confirmFinding": "ReasonedDecisionInput",
    "unmask": "UnmaskInput",
    **{
        f"{verb}{kind}Claim": f"RosterClaim{shape}Input"
        for kind in ("Hiring", "Service")
        for verb, shape in (("create", "Draft"), ("change", "Change"))
    },
    "createTrainingClaim": "TrainingClaimDraftInput",
    "changeTrainingClaim": "TrainingClaimChangeInput",
    "strikeClaimLine": "LineStrikeInput",
    "proposeParameter": "ParameterDraftInput",
    "publishLines": "PublicityDraftInput",
    "passPublicity": "PublicityPassInput",
    "failPublicity": "PublicityFailureInput",
    "settleObjection": "ObjectionSettlementInput",
    "enterCalendarYear": "CalendarYearDraftInput",
    "refuseParameter": "ReasonedDecisionInput",
    "addReduction": "ReductionDraftInput",
    "changeReduction": "ReductionChangeInput",
    "endDeclaration": "DeclarationEndingInput",
    "makeBatch": "BatchDraftInput",
    "cancelBatch": "BatchCancellationInput",
    "exportBatch": "BatchExportDraftInput",
    "importBankAnswer": "BankAnswerInput",
    "markDisbursed": "OfflinePaymentInput",
    "sendBackClaimLine": "LineReturnInput",
    "readmitClaimLine": "LineReadmissionInput",
    "proposeClawback": "ClawbackDraftInput",
    "recordRecovery": "RecoveryInput",
    "addInterns": "InternDraftsInput",
    "callApplicant": "ApplicantCallInput",
    "nameLineAccount": "LineAccountDraftInput",
    "confirmLineAccount": "LineAccountConfirmationInput",
    "confirmReceipt": "ReceiptDraftInput",
    "rejectClawback": "ReasonedDecisionInput",
    "supplementDifferences": "DecisionsInput",
    "clawBackDifferences": "ReasonedDecisionsInput",
    "requestChange": "ChangeDraftInput",
    "amendChangeRequest": "ChangeAmendmentInput",
    "loadFacts": "FactsDraftInput",
    "scoreTrainee": "TraineeScoreInput",
    "scoreTrainees": "TraineeScoresInput",
    "completeClass": "ClassCompletionInput",
    "addQualification": "QualificationDraftInput",
    "changeQualification": "QualificationChangeInput",
    "changeRemarks": "RemarksInput",
    "changeStaffContact": "StaffContactInput",
    **{
        f"{verb}{kind}": "ReasonedDecisionInput"
        for verb in ("return", "refuse", "revoke")
        for kind in (
            *("Declaration", "Post", "Intern", "Claim", "Reduction", "ChangeRequest"),
            *("Qualification", "TrainingClass", "Completion"),
        )
    },
}
"""The input type of each mutation that does not take a plain decision."""


def build_global_id(type_name: str, *parts: UUID) -> str:
    """Write the global id of a row."""
    return Key(type_name, parts).format_global_id()


def build_settings(database: Database, **changed: Any) -> Settings:
    return Settings(
        **changed,
        database_url=SecretStr(database.url),
        database_sign_in_url=SecretStr(database.urls_beside[DatabaseRole.SIGN_IN]),
        database_administration_url=SecretStr(database.administration_url),
        jiuye_secret_key=SecretStr(SECRET_KEY),
        jiuye_data_key=SecretStr(KEY),
        demo=False,
        jiuye_home=database.home,
        operation_deadline_seconds=TIMEOUT_SECONDS,
        statement_timeout_ms=TIMEOUT_SECONDS * 1000,
    )


@asynccontextmanager
async def a_world(database: Database) -> AsyncIterator[World]:
    """Run the service on a database, with a clock that stands."""
    settings = build_settings(database)
    engines = database.engines or KeptEngines()
    writes, reads = (
        engines.get_engine(
            name, partial(build_engine, database.url, size, settings, TIMEOUT_SECONDS)
        )
        for name, size in (("writes", 40), ("reads", 4))
    )
    beside = {
        role: engines.get_engine(role, partial(build_engine, url, 40, settings, TIMEOUT_SECONDS))
        for role, url in database.urls_beside.items()
    }
    clock = StoppedClock()
    # As if the database had just been heard; tests that want it asked say `mark_lost`.
    revocations = RevocationList(timer=lambda: 0.0)
    revocations.mark_heard(0.0)
    service = Service(
        writes=writes,
        reads=reads.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True),
        beside=beside,
        seal=Seal(settings.key_ring),
        tokens=TokenIssuer(
            settings.secret_key_bytes, timedelta(minutes=10), profiles=settings.crypto_profiles
        ),
        passwords=PasswordHashing(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)),
        files=open_file_store(settings),
        granted_functions=build_functions_cache(timer=clock.count_seconds),
        functions_elsewhere=build_functions_cache(timer=clock.count_seconds),
        revocations=revocations,
        budgets=PointBudgets(account=10**9, tool=10**9, address=10**9, stranger=10**9),
        now=clock,
    )
    app = create_app(settings)
    app.state.service = service
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://jiuye.test") as client:
        world = World(service, app, client, clock, database.home)

        def record(connection: object, cursor: object, statement: str, *rest: object) -> None:
            world.statements.append(statement)

        for engine in (writes, reads, *beside.values()):
            event.listen(engine.sync_engine, "before_cursor_execute", record)
        try:
            yield world
        finally:
            for engine in (writes, reads, *beside.values()):
                event.remove(engine.sync_engine, "before_cursor_execute", record)
            if engines is not database.engines:
                await engines.close()


async def add_officials(world: World) -> World:
    """Add two officers of the district, a city administrator and two of the province."""
    await world.add_account("officer", Role.DISTRICT_OFFICER)
    await world.add_account("colleague", Role.DISTRICT_OFFICER)
    await world.add_account("city", Role.CITY_ADMINISTRATOR, "220100")
    await world.add_account("province", Role.PROVINCE_ADMINISTRATOR, "220000")
    await world.add_account("deputy", Role.PROVINCE_ADMINISTRATOR, "220000")
    return world
