"""One row by its key, by hand: what a mobile app asks for when a record is opened."""

from typing import Any
from uuid import UUID

import asyncpg
import orjson
from starlette.exceptions import HTTPException

from benchmarks.handwritten.door import snapshot
from rules.kernel.viewer import Viewer

REPORT = """
    SELECT to_char(month, 'YYYY-MM'), status, payable_subsidy::text FROM monthly_report
    WHERE unit_id = $1 AND id = $2"""


async def answer_record(pool: asyncpg.Pool, viewer: Viewer, asked: dict[str, Any]) -> bytes:
    """Answer a monthly report."""
    unit, report = UUID(asked["id"][-64:-32]), UUID(asked["id"][-32:])
    async with snapshot(pool, viewer) as (reader, _):
        row = await reader.fetchrow(REPORT, unit, report)
    if row is None:
        raise HTTPException(404)
    month, status, payable = row
    told = {"id": asked["id"], "month": month, "status": status, "payableSubsidy": payable}
    return orjson.dumps({"data": {"node": told}})
