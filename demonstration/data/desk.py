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

from demonstration.data.account import officer
from demonstration.data.number import identifier
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
from resolvers.kernel.chain import chained
from resolvers.kernel.outbox import announce
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from rules.internship.monthly_report import assess
from rules.kernel import parameter
from rules.kernel.parameter import Policy
from rules.kernel.region import ancestors
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import Action, RecordKind

Row = TypeVar("Row", bound=Base)


class Notebook(AsyncSession):
    """Stands in for a session where there is nothing to write to yet: keeps what is added."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Base] = []

    def add(self, instance: object, *, _warn: bool = True) -> None:
        """Keep a row."""
        if isinstance(instance, Base):
            self.rows.append(instance)


class Desk:
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

    def keep(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Keep rows of which no history is told."""
        self._kept.extend(rows)
        return rows

    def operator(self, unit: Unit) -> Account:
        """Give the account of a unit's operator."""
        return self._operators[unit.id]

    def officer(self, region: str, number: int = 1) -> Account:
        """Give one of a district's two officers."""
        return self.accounts[officer(region, number)]

    def policy(self, region: str) -> Policy:
        """Give the figures that may count in a region, none of them used yet (X5)."""
        if region not in self._policies:
            above = ancestors(region)
            figures = (f for f in self._figures if f.region in above)
            self._policies[region] = Policy(map(_as_rules_know_it, figures))
        return self._policies[region].afresh()

    def floor(self, category: InternCategory, region: str, month: date) -> Decimal:
        """Give the wage floor of a category in a region and a month (J27)."""
        asked = (category, region, month)
        if asked not in self._floors:
            self._floors[asked] = assess(*asked, 31, Decimal(0), self.policy(region)).floor
        return self._floors[asked]

    def begin(self, who: Account, at: datetime) -> Transaction:
        """Begin a step of somebody at an instant."""
        viewer = Viewer(
            account_id=who.id,
            name=who.name,
            role=who.role,
            region=who.region,
            unit_id=who.unit_id,
            person_id=who.person_id,
        )
        return Transaction(replace(self.service, now=lambda: at), viewer, Notebook())

    def end(self, tx: Transaction) -> None:
        """Keep what a step added; what came of itself is numbered, to be the same everywhere."""
        for row in tx.session.rows if isinstance(tx.session, Notebook) else ():
            if isinstance(row, History):
                self._steps += 1
                row.id = identifier(row.at, "history", row.record_id, self._steps)
            if isinstance(row, BoardPush):
                at, row.version = row.due_at, 1
                row.id = identifier(at, "board_push", row.post_id, row.post_version)
                row.created_at = row.updated_at = at
            self._kept.append(row)

    def create(self, row: UnitOwned, who: Account, at: datetime) -> None:
        """Let somebody create a record, whose id is known beforehand."""
        tx = self.begin(who, at)
        for column in row.__table__.columns:
            if column.key not in vars(row):
                setattr(row, column.key, _first_value(column))
        status = row.status if isinstance(row, Reviewed) else None
        tx.session.add(row)
        tx.session.add(history.created(tx, row, status))
        if isinstance(row, Post):
            announce(tx, row, None)
        self.end(tx)

    def change(
        self, row: UnitOwned, values: Mapping[str, object], action: str, who: Account, at: datetime
    ) -> None:
        """Let somebody write new values to a record."""
        tx = self.begin(who, at)
        tx.change(row, values, action)
        self.end(tx)

    def move(
        self,
        rows: Sequence[Reviewed],
        action: Action,
        who: Account,
        at: datetime,
        reason: str | None = None,
    ) -> None:
        """Let somebody take records along a transition."""
        tx = self.begin(who, at)
        for row in rows:
            tx.move(row, KINDS[type(row).__name__], action, reason)
        self.end(tx)

    def values(self) -> Mapping[type[Base], Sequence[Mapping[str, Any]]]:
        """Give all rows as the database takes them, by table."""
        steps = [row for row in self._kept if isinstance(row, History)]
        chained(sorted(steps, key=lambda step: (step.at, step.id)), {})
        found: defaultdict[type[Base], list[Mapping[str, Any]]] = defaultdict(list)
        for row in self._kept:
            known = vars(row)
            found[type(row)].append({c.key: known.get(c.key) for c in row.__table__.columns})
        return found

    def persons(self) -> Iterator[Person]:
        """List the persons that were kept."""
        return (row for row in self._kept if isinstance(row, Person))


KINDS: Mapping[str, RecordKind] = {
    "Declaration": RecordKind.DECLARATION,
    "Post": RecordKind.POST,
    "Intern": RecordKind.INTERN,
    "MonthlyReport": RecordKind.MONTHLY_REPORT,
    "Claim": RecordKind.CLAIM,
    "Reduction": RecordKind.REDUCTION,
}


def _first_value(column: KeyedColumnElement[Any]) -> object:
    """Give what a new row has in a column of which nothing was said."""
    default = getattr(column, "default", None)
    return default.arg if isinstance(default, ScalarElementColumnDefault) else None


def of_unit(unit: Unit, at: datetime, kind: str, *names: object) -> dict[str, Any]:
    """Give what every row of a unit has: owner, id, region, version, instants."""
    return {
        "unit_id": unit.id,
        "id": identifier(at, kind, unit.id, *names),
        "region": unit.region,
        "version": 1,
        "created_at": at,
        "updated_at": at,
    }


def _as_rules_know_it(row: Parameter) -> parameter.Parameter:
    return parameter.Parameter(
        row.id,
        row.key,
        row.region,
        row.category,
        row.value,
        row.unit,
        row.effective_from,
        row.effective_to,
        row.source,
        row.confirmed,
        row.decided_at or row.created_at,
    )
