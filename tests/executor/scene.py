"""The scene of the schema's tests, with nulls, empty lists, every kind of claim, and two paths."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from structlog.testing import capture_logs

from executor.plan_node import PlanRun
from executor.pool import SnapshotPool, open_pool
from loaders.key import NODE_TYPES
from models import (
    Account,
    AttachedTo,
    Base,
    BoardFailure,
    BoardState,
    ClaimKind,
    ClaimLine,
    DocumentKind,
    FileType,
    Gathered,
    Intern,
    InternCategory,
    LineState,
    Parameter,
    PublicityOutcome,
    Status,
)
from resolvers.kernel.context import StatementTrace
from tests.executor.document import ANY_LIST, GeneratedRequest, KnownValues
from tests.factories.database import TestCluster
from tests.factories.rows import (
    CREATED_AT,
    a_board_push,
    a_claim,
    a_claim_line,
    a_history,
    a_person,
    a_post,
    a_publicity,
    a_publicity_line,
    a_report,
    a_unit,
    an_applicant,
    an_attachment,
    an_intern,
    an_objection,
    an_upload,
)
from tests.factories.world import World
from tests.schema.scene import EXPLANATION, Scene, a_scene, build_id, make_unknown_id

ROLES = ("near", "far", "officer", "elsewhere", "city", "province", "person", None)
CITED_PARAMETER = {
    "key": "internship.min_days",
    "region": "220000",
    "category": None,
    "value": "15",
    "unit": "days",
    "effectiveFrom": "2020-01-01",
    "effectiveTo": None,
    "source": "省厅",
    "confirmed": True,
}
SHORT_EXPLANATION: dict[str, Any] = EXPLANATION | {
    "payable": None,
    "why": ["WAGE_BELOW_FLOOR"],
    "confirmed": False,
    "parameters": [
        CITED_PARAMETER,
        CITED_PARAMETER | {"category": "GRADUATE", "effectiveTo": "2030-12-31"},
    ],
    "inputs": {"wagePaid": "1.00", "month": "2024-10", "daysAttended": 3},
    "floor": "2000.00",
    "minDays": 15,
}
ORDERS_BY_LIST = {
    "units": ("NEWEST", "NAME"),
    "posts": ("OLDEST", "NAME"),
    "boardPushes": ("NEWEST", "OLDEST"),
    "interns": ("NEWEST", "NAME"),
    "monthlyReports": ("MONTH", "MONTH_DESCENDING", "OLDEST"),
    "claims": ("NEWEST", "OLDEST"),
    "persons": ("NAME",),
    "parameters": ("NEWEST",),
    "rosters": ("NEWEST", "OLDEST"),
    "claimLines": ("NEWEST", "OLDEST"),
    "publicNotices": ("NEWEST", "OLDEST"),
    "publicities": ("NEWEST",),
    "objections": ("NEWEST", "OLDEST"),
    "calendarYears": ("NEWEST",),
    "courses": ("NEWEST", "NAME"),
    "trainingClasses": ("NEWEST", "OLDEST"),
    "workQueue": ("OLDEST", "NEWEST"),
}


@dataclass(frozen=True)
class PathAnswer:
    """What one path answered, byte for byte, and which one it was."""

    status: int
    body: bytes
    path: str | None
    aside: str | None


@dataclass
class BothPaths:
    """One world, asked through either path."""

    scene: Scene
    pool: SnapshotPool
    known: KnownValues
    ran: list[StatementTrace] = field(default_factory=list)
    """The statements of the plan that ran last."""

    @property
    def world(self) -> World:
        return self.scene.world

    async def ask_path(
        self,
        request: GeneratedRequest,
        who: str | None,
        *,
        compiled: bool = True,
        language: str = "en",
    ) -> PathAnswer:
        """Ask by one path."""
        headers = {"accept-language": language}
        if who is not None:
            headers["authorization"] = f"Bearer {self.world.issue_token(who)}"
        with (
            capture_logs() as lines,
            self.switch_compiled_reads(compiled=compiled),
            self._record_statements(),
        ):
            response = await self.world.client.post("/graphql", json=request.body, headers=headers)
        line = next((line for line in lines if line["event"] == "operation"), {})
        return PathAnswer(
            response.status_code, response.content, line.get("path"), line.get("aside")
        )

    @contextmanager
    def switch_compiled_reads(self, *, compiled: bool) -> Iterator[None]:
        """Let the service have the pool of compiled reads, or not."""
        state, before = self.world.app.state, self.world.app.state.service
        state.service = replace(before, compiled=self.pool if compiled else None)
        try:
            yield
        finally:
            state.service = before

    @contextmanager
    def _record_statements(self) -> Iterator[None]:
        self.ran.clear()
        read = PlanRun.read

        async def recorded(run: PlanRun, *given: Any) -> Any:
            before, run.statements = run.statements, self.ran
            try:
                return await read(run, *given)
            finally:
                run.statements = before

        with patch.object(PlanRun, "read", recorded):
            yield

    async def ask_both(
        self, request: GeneratedRequest, who: str | None, language: str = "en"
    ) -> PathAnswer:
        """Ask by both paths, demand one answer, and give it as the compiled path gave it."""
        plain = await self.ask_path(request, who, compiled=False, language=language)
        said = await self.ask_path(request, who, language=language)
        same = (said.status, said.body) == (plain.status, plain.body)
        assert same, f"{who} {request.body}\n{plain}\n{said}"
        return said


def _build_more_rows(scene: Scene, whose: str, number: int) -> Sequence[Base]:
    """Add what the scene lacks: nulls, other states, lines without interns, real explanations."""
    own: dict[str, Any] = scene.records[whose]
    unit, bank = own["Unit"], own["BankAccount"]
    operator = scene.world.accounts[whose]
    rows: list[Base] = []
    interns: list[Intern] = []
    for n, status in enumerate((Status.DRAFT, Status.SUBMITTED, Status.APPROVED), start=2):
        person = a_person(number + n, unit.region, name=f'见习{n} "quoted" \\ <é>')
        place = a_post(unit, n, status=status, reason="不合格\n第二行" if n == 2 else None)
        category = list(InternCategory)[n - 2]
        intern = an_intern(place, person, status=status, category=category)
        intern.submitted_by = operator.id if n > 2 else None
        intern.submitted_at = datetime(2025, 2, n, 16, tzinfo=UTC) if n == 3 else None
        intern.ended_on = date(2026, 5, 5) if n == 4 else None
        interns.append(intern)
        rows += [person, place, intern]
        if n > 2:
            place.board_state, place.board_failure = BoardState.FAILED, BoardFailure.TIMED_OUT
            place.board_version, place.applicants_as_of = n, datetime(2025, 1, n, tzinfo=UTC)
            place.applicants_due_at = place.applicants_as_of
            given_up = {"state": BoardState.DEAD, "failure": BoardFailure.REJECTED, "attempts": n}
            rows += [a_board_push(place, 1, **given_up), a_board_push(place, 2)]
            rows += [an_applicant(place, 1, education=None), an_applicant(place, 2)]
    blank = {"payable_subsidy": None, "assessment": SHORT_EXPLANATION, "remarks": None}
    waiting = {"status": Status.RETURNED, "submitted_at": datetime(2025, 1, 11, tzinfo=UTC)}
    rows += [a_report(interns[1], date(2024, 10, 1), **blank, **waiting)]
    rows += [
        a_report(interns[1], date(2024, n, 1), **blank, **waiting | {"status": Status.SUBMITTED})
        for n in (11, 12)
    ]
    rows += [
        a_report(interns[2], date(2024, n, 1), assessment=SHORT_EXPLANATION, remarks="备注")
        for n in (8, 9)
    ]
    trained = own["TrainingClass"]
    of_class = {"class_id": trained.id, "course_code": trained.course_code}
    for n, kind in enumerate(ClaimKind, start=10):
        claim = a_claim(
            unit,
            bank,
            n,
            kind=kind,
            status=Status.SUBMITTED,
            amount=Decimal("0.10") * n,
            parameters=[CITED_PARAMETER] * (n % 3),
            submitted_by=operator.id,
            submitted_at=datetime(2025, 1, n, 1, 2, 3, 450000 * (n % 2), tzinfo=UTC),
            month=date(2024, 9, 1) if kind is ClaimKind.LIVING_ALLOWANCE else None,
            **(of_class if kind is ClaimKind.TRAINING else {}),
        )
        explained = SHORT_EXPLANATION | {"amount": "12.50"}
        line = a_claim_line(claim, interns[2], explanation=explained, state=LineState.STRUCK)
        other = a_claim_line(claim, interns[1], explanation=explained, reason="剔除")
        other.intern_id = None
        rows += [claim, line, other]
        changes = {"name": ["旧", None], "id_number": "SEALED"}
        about = {"record": "Claim", "record_id": claim.id, "changes": changes, "reason": "因"}
        rows += [a_history(unit, operator, 100 + n, **about, from_status="DRAFT")]
    rows += _build_publicity_rows(operator, own["ClaimLine"])
    hosts = {
        AttachedTo.STAFF: own["DeclarationStaff"],
        AttachedTo.POST: own["Post"],
        AttachedTo.INTERN: interns[0],
        AttachedTo.MONTHLY_REPORT: own["MonthlyReport"],
        AttachedTo.CLAIM: own["LivingAllowanceClaim"],
    }
    for n, (to, host) in enumerate(hosts.items()):
        shape = {"document": list(DocumentKind)[n], "type": list(FileType)[n]}
        rows += [an_attachment(host, to, n + 10, **shape), an_attachment(host, to, n + 20)]
    sent = {"object_key": f"sent/{whose}", "stored_at": scene.world.service.now()}
    late = {"expires_at": scene.world.service.now() + timedelta(hours=1)}
    rows += [an_upload(operator, 2, **sent), an_upload(operator, 3, **late)]
    about = {"record": "Intern", "record_id": own["Intern"].id}
    rows += [a_history(unit, operator, 200 + n, **about) for n in range(4)]
    about |= {"person_id": own["Person"].id, "title": own["Intern"].name}
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("CHANGE", {"ends_on": ["2025-05-31", "2025-06-15"]}),
        ("RETURN", {}),
        ("CHANGE", {"ends_on": ["2025-06-15", "2025-06-30"], "post_id": ["a", "b"]}),
        ("CHANGE", {"post_id": ["b", "a"], "remarks": ["", "备注"]}),
    )
    rows += [
        a_history(unit, operator, 300 + n, **about, action=action, changes=changes, at=CREATED_AT)
        for n, (action, changes) in enumerate(steps)
    ]
    return rows


def _build_publicity_rows(by: Account, line: ClaimLine) -> Sequence[Base]:
    """Publish a line with every outcome, for everybody to see today, and object to it."""
    publicity = a_publicity(
        by,
        line.region,
        2,
        first_day=date(2025, 3, 3),
        last_day=date(2025, 3, 7),
        shown_until=date(2025, 3, 22),
    )
    public = [
        a_publicity_line(publicity, line, n, outcome=outcome)
        for n, outcome in enumerate(PublicityOutcome, start=1)
    ]
    public[1].course_name, public[1].class_number = "线上课程", "220104-20260302-001"
    waits = an_objection(publicity, None, submitted_at=datetime(2025, 3, 4, tzinfo=UTC))
    dismissed = an_objection(publicity, public[0], 2, status=Status.REFUSED, reason="不属实")
    return [publicity, *public, waits, dismissed]


async def _load_known_values(scene: Scene) -> KnownValues:
    """List ids of every type, seen and hidden, and cursors of every list."""
    world = scene.world
    ids: list[str] = []
    tables = {of.table for of in NODE_TYPES.values() if not issubclass(of.table, Gathered)}
    rows = [row for table in tables for row in await world.load_rows(table)]
    for row in sorted(rows, key=lambda row: str(row.__mapper__.primary_key_from_instance(row))):
        if not (isinstance(row, Parameter) and len(ids) > 10 and row.key != "internship.min_days"):
            ids += [
                build_id(name, row) for name, of in sorted(NODE_TYPES.items()) if of.is_type_of(row)
            ]
    wrong = [build_id("MentoringClaim", scene.records["near"]["LivingAllowanceClaim"])]
    nobody = [make_unknown_id(name) for name in sorted(NODE_TYPES)]
    garbage = [f"{ids[0]}="]
    cursors: dict[str, list[str]] = {}
    for name, orders in ORDERS_BY_LIST.items():
        cursors[name] = []
        for order in orders:
            document = f"{{ {name}(orderBy: {order}) {{ edges {{ cursor }} }} }}"
            who = "officer" if name == "workQueue" else "province"
            found = (await world.ask(document, who)).only["edges"]
            cursors[name] += [edge["cursor"] for edge in found]
    cursors[ANY_LIST] = [c for name in ("claims", "units", "parameters") for c in cursors[name]]
    return KnownValues([*ids, *ids, *wrong, *nobody, *garbage], cursors)


@asynccontextmanager
async def run_both_paths(cluster: TestCluster) -> AsyncIterator[BothPaths]:
    """Run a world that can be asked by both paths."""
    async with a_scene(cluster) as scene:
        for number, whose in ((300, "near"), (400, "far")):
            await scene.world.add_rows(*_build_more_rows(scene, whose, number))
        await scene.world.add_rows(a_unit(500, "220102", name="空单位"), a_person(600, "220104"))
        url = scene.world.service.writes.url.render_as_string(hide_password=False)
        pool = await open_pool(url, 4, {"timezone": "UTC"})
        try:
            yield BothPaths(scene, pool, await _load_known_values(scene))
        finally:
            await pool.close()
