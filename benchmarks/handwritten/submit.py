"""The mutation by hand: a monthly report is submitted, in the service's statements and locks."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from starlette.exceptions import HTTPException
from uuid_utils.compat import uuid7

from benchmarks.policy import PARAMETERS, policy_of
from gateways.key_ring import list_history_keys
from loaders.actor import build_actor
from rules.internship.monthly_report import ReportableTerm, assess_report, find_term_faults
from rules.kernel.chain import ChainHead, HistoryKey, compute_hash
from rules.kernel.viewer import Viewer
from server.settings.settings import load_settings

Row = Mapping[str, Any]
NAMES = tuple(build_actor(Viewer()).to_settings())
STATE = "SELECT " + ", ".join(
    f"set_config('app.{name}', ${n}, true)" for n, name in enumerate(NAMES, start=1)
)
REPORT = """
    SELECT region, intern_id, person_id, month, days_attended, wage_paid, status, version
    FROM monthly_report WHERE unit_id = $1 AND id = $2 FOR UPDATE"""
DECLARATION = """
    SELECT 1 FROM declaration WHERE unit_id = $1 AND status = 'APPROVED' FOR SHARE"""
INTERN = """
    SELECT category, status, starts_on, coalesce(ended_on, ends_on) FROM intern
    WHERE unit_id = $1 AND id = $2"""
CHANGE = """
    UPDATE monthly_report SET payable_subsidy = $3, assessment = $4::jsonb, status = 'SUBMITTED',
      submitted_by = $5, submitted_at = $6, reviewed_by = NULL, reviewed_at = NULL, reason = NULL,
      version = $7, updated_at = $6
    WHERE unit_id = $1 AND id = $2"""
UNIT = "SELECT id FROM unit WHERE id = $1 FOR NO KEY UPDATE"
HEAD = "SELECT sequence, hash FROM history WHERE unit_id = $1 ORDER BY sequence DESC LIMIT 1"
REMEMBER = """
    INSERT INTO history (unit_id, id, sequence, record, record_id, person_id, title, action,
      from_status, to_status, reason, changes, at, account_id, account_name, role, hash, region,
      at_home, key_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::jsonb, $13, $14, $15, $16, $17, $18,
      true, $19)
    """


async def submitted(pool: asyncpg.Pool, viewer: Viewer, asked: dict[str, Any]) -> bytes:
    """Answer the mutation."""
    unit, report = UUID(asked["id"][-64:-32]), UUID(asked["id"][-32:])
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(STATE, *build_actor(viewer).to_settings().values())
        made = await _submitted(connection, viewer, (unit, report), asked["version"])
    return orjson.dumps({"data": {"submitMonthlyReports": {"id": asked["id"], **made}}})


async def _submitted(
    connection: asyncpg.Connection, viewer: Viewer, key: tuple[UUID, UUID], asked_version: int
) -> dict[str, Any]:
    now = datetime.now(UTC)
    row = await connection.fetchrow(REPORT, *key)
    if row is None or row["version"] != asked_version or row["status"] not in {"DRAFT", "RETURNED"}:
        raise HTTPException(409)
    if await connection.fetchval(DECLARATION, key[0]) is None:
        raise HTTPException(409)
    policy = policy_of(await connection.fetch(PARAMETERS))
    category, state, starts_on, ends_on = await connection.fetchrow(
        INTERN, key[0], row["intern_id"]
    )
    if any(
        find_term_faults(ReportableTerm(state == "APPROVED", starts_on, ends_on), row["month"], ())
    ):
        raise HTTPException(409)
    figures = row["month"], row["days_attended"], row["wage_paid"]
    found = assess_report(category, row["region"], *figures, policy)
    spelled, version = orjson.dumps(dict(found.explanation)).decode(), row["version"] + 1
    account = viewer.account_id
    await connection.execute(CHANGE, *key, found.payable, spelled, account, now, version)
    await _remembered(connection, viewer, key, row, now)
    payable = None if found.payable is None else f"{found.payable:.2f}"
    return {
        "month": f"{row['month']:%Y-%m}",
        "status": "SUBMITTED",
        "version": version,
        "payableSubsidy": payable,
    }


@cache
def _get_history_key() -> HistoryKey:
    """Take the key that the service marks its entries by (ADR 0068)."""
    return list_history_keys(load_settings().key_ring)[0]


async def _remembered(
    connection: asyncpg.Connection, viewer: Viewer, key: tuple[UUID, UUID], row: Row, now: datetime
) -> None:
    """Add the entry to the unit's chain, as the service does (X9)."""
    await connection.execute(UNIT, key[0])
    last = await connection.fetchrow(HEAD, key[0])
    head = ChainHead(*last) if last else ChainHead()
    entry = {
        "unit_id": key[0],
        "id": uuid7(),
        "sequence": head.sequence + 1,
        "record": "MonthlyReport",
        "record_id": key[1],
        "person_id": row["person_id"],
        "title": f"{row['month']:%Y-%m}",
        "action": "SUBMIT",
        "from_status": row["status"],
        "to_status": "SUBMITTED",
        "reason": None,
        "changes": {},
        "at": now,
        "account_id": viewer.account_id,
        "account_name": viewer.name,
        "role": viewer.role,
    }
    mark = _get_history_key()
    placed = entry | {"key_id": mark.id, "region": row["region"], "at_home": True}
    sealed = compute_hash(head.hash, placed, key=mark)
    values = [*(entry | {"changes": "{}"}).values(), sealed, row["region"], mark.id]
    await connection.execute(REMEMBER, *values)
