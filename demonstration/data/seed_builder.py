"""The desk at which the demonstration is told: the resolvers' own steps, no database behind."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import KeyedColumnElement
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from demonstration.data.account import get_officer_username
from demonstration.data.number import build_identifier
from models import (
    Account,
    Base,
    BoardPush,
    History,
    InternCategory,
    Parameter,
    Person,
    Post,
    Reviewed,
    Unit,
    UnitOwned,
)
from resolvers.kernel import history
from resolvers.kernel.chain import (
    append_to_hash_chain,
    get_history_keys,
    take_held_entries,
)
from resolvers.kernel.outbox import enqueue_board_push
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from rules.internship.monthly_report import assess_report
from rules.kernel import parameter
from rules.kernel.action import Action
from rules.kernel.parameter import Policy
from rules.kernel.record_kind import RecordKind
from rules.kernel.region import list_ancestors
from rules.kernel.viewer import Viewer

Row = TypeVar("Row", bound=Base)


class RecordingSession(AsyncSession):
    """Stands in for a session where there is nothing to write to yet: keeps what is added."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Base] = []

    def add(self, instance: object, *, _warn: bool = True) -> None:
        """Keep a row."""
        if isinstance(instance, Base):
            self.rows.append(instance)


class SeedBuilder:
    """Collects rows; whatever moves does so along the one table of transitions (X1)."""

    def __init__(
        self, service: Service, figures: Sequence[Parameter], accounts: Mapping[str, Account]
    ) -> None:
        self.service = service
        self._figures = figures
        self.accounts = accounts
        self._kept: list[Base] = []
        self._operators = {a.unit_id: a for a in accounts.values() if a.unit_id}
        self._floors: dict[tuple[InternCategory, str, date], Decimal] = {}
        self._policies: dict[str, Policy] = {}
        self._steps = 0
        keys = get_history_keys(service.writes.get_execution_options())
        self._history_key = next(iter(keys), None)

    def add_rows(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Keep rows of which no history is told."""
        self._kept.extend(rows)
        return rows

    def get_operator(self, unit: Unit) -> Account:
        """Return the account of a unit's operator."""
        return self._operators[unit.id]

    def get_officer(self, region: str, number: int = 1) -> Account:
        """Return one of a district's two officers."""
        return self.accounts[get_officer_username(region, number)]

    def build_policy(self, region: str) -> Policy:
        """Return the figures that may count in a region, none of them used yet (X5)."""
        if region not in self._policies:
            above = list_ancestors(region)
            figures = (f for f in self._figures if f.region in above)
            self._policies[region] = Policy(map(_to_rule_parameter, figures))
        return self._policies[region].new_usage_recorder()

    def compute_wage_floor(self, category: InternCategory, region: str, month: date) -> Decimal:
        """Return the wage floor of a category in a region and a month (J27)."""
        asked = (category, region, month)
        if asked not in self._floors:
            self._floors[asked] = assess_report(
                *asked, 31, Decimal(0), self.build_policy(region)
            ).floor
        return self._floors[asked]

    def begin_step(self, who: Account, at: datetime) -> Transaction:
        """Begin a step of somebody at an instant."""
        viewer = Viewer(
            account_id=who.id,
            name=who.name,
            role=who.role,
            region=who.region,
            unit_id=who.unit_id,
            person_id=who.person_id,
        )
        return Transaction(replace(self.service, now=lambda: at), viewer, RecordingSession())

    def end_step(self, tx: Transaction) -> None:
        """Keep what a step added; what came of itself is numbered, to be the same everywhere."""
        added = tx.session.rows if isinstance(tx.session, RecordingSession) else []
        for row in (*added, *take_held_entries(tx.session.sync_session)):
            if isinstance(row, History):
                self._steps += 1
                row.id = build_identifier(row.at, "history", row.record_id, self._steps)
            if isinstance(row, BoardPush):
                at, row.version = row.due_at, 1
                row.id = build_identifier(at, "board_push", row.post_id, row.post_version)
                row.created_at = row.updated_at = at
            self._kept.append(row)

    def create_record(self, row: UnitOwned, who: Account, at: datetime) -> None:
        """Create a record as somebody, whose id is known beforehand."""
        tx = self.begin_step(who, at)
        for column in row.__table__.columns:
            if column.key not in vars(row):
                setattr(row, column.key, _get_default(column))
        status = row.status if isinstance(row, Reviewed) else None
        tx.session.add(row)
        tx.session.add(history.build_creation_entry(tx, row, status))
        if isinstance(row, Post):
            enqueue_board_push(tx, row, None)
        self.end_step(tx)

    def change_record(
        self, row: UnitOwned, values: Mapping[str, object], action: str, who: Account, at: datetime
    ) -> None:
        """Write new values to a record as somebody."""
        tx = self.begin_step(who, at)
        tx.change(row, values, action)
        self.end_step(tx)

    def move_records(
        self,
        rows: Sequence[Reviewed],
        action: Action,
        who: Account,
        at: datetime,
        reason: str | None = None,
    ) -> None:
        """Move records along a transition as somebody."""
        tx = self.begin_step(who, at)
        for row in rows:
            tx.move(row, KIND_BY_CLASS[type(row).__name__], action, reason)
        self.end_step(tx)

    def build_values(self) -> Mapping[type[Base], Sequence[dict[str, Any]]]:
        """Return all rows as the database takes them, by table."""
        steps = [row for row in self._kept if isinstance(row, History)]
        append_to_hash_chain(
            sorted(steps, key=lambda step: (step.at, step.id)), {}, self._history_key
        )
        found: defaultdict[type[Base], list[dict[str, Any]]] = defaultdict(list)
        for row in self._kept:
            columns = row.__table__.columns
            found[type(row)].append({c.key: _get_value(vars(row), c) for c in columns})
        return found

    def list_persons(self) -> Iterator[Person]:
        """List the persons that were kept."""
        return (row for row in self._kept if isinstance(row, Person))


def _get_value(known: Mapping[str, Any], column: KeyedColumnElement[Any]) -> object:
    """Return a row's value of a column; of what nothing was said it is the default."""
    value, said = known.get(column.key), column.nullable and column.key in known
    if value is not None or said or column.default is None:
        return value
    default: Any = column.default
    found: object = default.arg(None) if default.is_callable else default.arg
    return found


KIND_BY_CLASS: Mapping[str, RecordKind] = {
    "Declaration": RecordKind.DECLARATION,
    "Post": RecordKind.POST,
    "Intern": RecordKind.INTERN,
    "MonthlyReport": RecordKind.MONTHLY_REPORT,
    "Claim": RecordKind.CLAIM,
    "Reduction": RecordKind.REDUCTION,
}


def _get_default(column: KeyedColumnElement[Any]) -> object:
    """Return what a new row has in a column of which nothing was said."""
    default = getattr(column, "default", None)
    return default.arg if isinstance(default, ScalarElementColumnDefault) else None


def build_unit_columns(unit: Unit, at: datetime, kind: str, *names: object) -> dict[str, Any]:
    """Return what every row of a unit has: owner, id, region, version, instants."""
    return {
        "unit_id": unit.id,
        "id": build_identifier(at, kind, unit.id, *names),
        "region": unit.region,
        "version": 1,
        "created_at": at,
        "updated_at": at,
    }


def _to_rule_parameter(row: Parameter) -> parameter.Parameter:
    return parameter.Parameter(
        id=row.id,
        key=row.key,
        region=row.region,
        category=row.category,
        value=row.value,
        unit=row.unit,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        source=row.source,
        confirmed=row.confirmed,
        approved_at=row.decided_at or row.created_at,
    )
