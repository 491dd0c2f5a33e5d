"""What the database holds, read whole after each step by whom no policy binds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from tests.factories.world import build_global_id

Row = Mapping[str, Any]

TYPES = {
    "unit": "Unit",
    "person": "Person",
    "account": "Account",
    "course": "Course",
    "declaration": "Declaration",
    "post": "Post",
    "intern": "Intern",
    "monthly_report": "MonthlyReport",
    "reduction": "Reduction",
    "change_request": "ChangeRequest",
    "bank_account": "BankAccount",
    "roster": "Roster",
    "roster_row": "RosterRow",
    "training_class": "TrainingClass",
    "trainee": "Trainee",
    "completion": "Completion",
    "claim": "Claim",
    "claim_line": "ClaimLine",
    "claimed_report": "ClaimedReport",
    "publicity": "PublicNotice",
    "publicity_line": "PublicLine",
    "objection": "Objection",
    "disbursement_batch": "DisbursementBatch",
    "payment": "Payment",
    "clawback": "Clawback",
    "amount_difference": "AmountDifference",
    "parameter": "Parameter",
    "function_grant": "FunctionGrant",
    "qualification": "Qualification",
    "declaration_staff": "DeclarationStaff",
    "audit_finding": "AuditFinding",
    "board_push": "BoardPush",
    "applicant": "Applicant",
    "account_appeal": "AccountAppeal",
    "sign_in_session": "SignInSession",
    "insurance_contribution": "InsuranceContribution",
}
"""The tables that are watched, what others point at first, and what their rows are called."""

CLAIM_TYPES = {
    "LIVING_ALLOWANCE": "LivingAllowanceClaim",
    "MENTORING": "MentoringClaim",
    "HIRING": "HiringClaim",
    "SERVICE": "ServiceClaim",
    "TRAINING": "TrainingClaim",
}
KEYED_ALONE = {"objection", "account", "account_appeal", "sign_in_session"}
"""Rows that tell of a unit, and whose id needs none."""

HEAVY_COLUMNS = (
    *("explanation", "judgements", "parameters", "assessment", "cells", "outcomes"),
    *("seen_at", "password_hash"),
)
HISTORY = """
SELECT unit_id, id, sequence, record, record_id, person_id, title, action, from_status, to_status,
  reason, changes, at, account_id, account_name, role, hash, key_id, region,
  at_home
FROM history WHERE sequence > coalesce(($1::jsonb ->> unit_id::text)::int, 0)
ORDER BY unit_id, sequence
"""


OFFICE_HISTORY = """
SELECT region, id, sequence, record, record_id, holder_id, title, action, from_status, to_status,
  reason, changes, at, account_id, account_name, role, hash, key_id
FROM office_history WHERE sequence > coalesce(($1::jsonb ->> region)::int, 0)
ORDER BY region, sequence
"""


@dataclass
class Ledger:
    """All rows by table and id, and what history says that it did not say before."""

    tables: Mapping[str, Mapping[str, Row]]
    entries: Sequence[Mapping[str, Any]] = field(default_factory=list)
    office: Sequence[Mapping[str, Any]] = field(default_factory=list)
    """What the histories of offices say that they did not say before."""

    def add_entries_of(self, earlier: "Ledger") -> None:
        """Put what history said in an earlier look before what it says now."""
        self.entries = [*earlier.entries, *self.entries]
        self.office = [*earlier.office, *self.office]

    def list_rows(self, table: str) -> list[Row]:
        """List a table's rows, in the order in which they were made."""
        return list(self.tables[table].values())

    def find(self, table: str, id: str | None) -> Row | None:
        """Find a row by its id."""
        return self.tables[table].get(id or "")

    def iterate_all(self) -> Iterator[tuple[str, Row]]:
        """Give all rows, each with its table."""
        return ((table, row) for table, rows in self.tables.items() for row in rows.values())

    def iterate_new(self, before: "Ledger") -> Iterator[tuple[str, Row]]:
        """Give the rows that there were not before."""
        return (
            (table, row)
            for table, rows in self.tables.items()
            if rows is not before.tables[table]
            for row in rows.values()
            if row["id"] not in before.tables[table]
        )

    def iterate_changed(self, before: "Ledger") -> Iterator[tuple[str, Row, Row]]:
        """Give the rows that were otherwise before: table, old and new."""
        for table, rows in self.tables.items():
            old = before.tables[table]
            for id, row in rows.items() if rows is not old else ():
                if id in old and old[id] != row:
                    yield table, old[id], row

    def describe_difference(self, before: "Ledger") -> str:
        """Name the tables that differ, and whether history does."""
        names = [
            name
            for name, rows in self.tables.items()
            if rows is not before.tables[name] and rows != before.tables[name]
        ]
        return ", ".join([*names, *(["history"] if self.entries or self.office else [])])


GRANTS = """region = '220104'
  AND function IN ('REVIEW_CLAIMS', 'PUBLISH_CLAIMS', 'DISBURSE_CLAIMS')"""
NARROWED = {"parameter": "proposed_by IS NOT NULL", "function_grant": GRANTS}
"""Of these, only what somebody did, or may undo, is read."""


MARKS = ", ".join(
    f"(SELECT concat(count(*), ' ', bit_xor(hashtextextended(concat(ctid, xmin), 0))) FROM {table})"
    for table in TYPES
)
"""Tells all versions of a table's rows apart, so that what has not changed is not read again."""

HISTORIES = {"history": (HISTORY, "unit_id"), "office_history": (OFFICE_HISTORY, "region")}
LENGTHS = ", ".join(f"(SELECT count(*)::text FROM {table})" for table in HISTORIES)


@cache
def _build_query(tables: tuple[str, ...]) -> str:
    heavy = ", ".join(f"'{name}'" for name in HEAVY_COLUMNS)
    parts = []
    for table in tables:
        which = f"WHERE {NARROWED[table]}" if table in NARROWED else ""
        plain = f"SELECT to_jsonb(t) - ARRAY[{heavy}] FROM {table} t {which} ORDER BY t.id"
        parts.append(f"'{table}', ARRAY({plain})")
    return f"SELECT jsonb_build_object({', '.join(parts)})"


class Reader:
    """Reads the database again and again, and history from where it was read last."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._heads: dict[str, int] = {}
        self._marks: dict[str, str] = {}
        self._tables: dict[str, Mapping[str, Row]] = {}

    async def read(self) -> Ledger:
        """Read all that is watched, tables that nobody wrote as they were read before."""
        watched = (*TYPES, *HISTORIES)
        told = await self._connection.fetchrow(f"SELECT {MARKS}, {LENGTHS}")
        marks = dict(zip(watched, told, strict=True))
        changed = [name for name in watched if marks[name] != self._marks.get(name)]
        self._marks = marks
        if tables := tuple(name for name in changed if name in TYPES):
            new = orjson.loads(await self._connection.fetchval(_build_query(tables)))
            read = {name: {row["id"]: row for row in rows} for name, rows in new.items()}
            self._tables = {**self._tables, **read}
        entries = {name: await self._read_entries(name) for name in HISTORIES if name in changed}
        return Ledger(self._tables, entries.get("history", []), entries.get("office_history", []))

    async def _read_entries(self, table: str) -> list[dict[str, Any]]:
        query, chain = HISTORIES[table]
        heads = orjson.dumps(self._heads).decode()
        entries = [dict(row) for row in await self._connection.fetch(query, heads)]
        for entry in entries:
            entry["changes"] = orjson.loads(entry["changes"])
            self._heads[str(entry[chain])] = entry["sequence"]
        return entries


def name_type(table: str, row: Row) -> str:
    """Name a row's type as the schema does."""
    return CLAIM_TYPES[row["kind"]] if table == "claim" else TYPES[table]


def to_global_id(table: str, row: Row) -> str:
    """Write a row's global id."""
    owned = ("unit_id",) if row.get("unit_id") and table not in KEYED_ALONE else ()
    parts = [UUID(row[name]) for name in (*owned, "id")]
    return build_global_id(name_type(table, row), *parts)
