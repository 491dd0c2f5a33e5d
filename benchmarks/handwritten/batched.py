"""The flagship query by hand: five batched statements, dicts, orjson."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from benchmarks.handwritten.door import snapshot
from rules.kernel.viewer import Viewer

CLAIMS = """
    SELECT unit_id, id, kind, status, amount::text FROM claim
    WHERE region = $1 ORDER BY id DESC LIMIT $2"""
UNITS = "SELECT id, name, credit_code FROM unit WHERE id = any($1)"
LINES = """
    SELECT line.claim_id, line.unit_id, line.intern_id, line.id, line.amount::text
    FROM unnest($1::uuid[], $2::uuid[]) AS key (unit_id, id)
    JOIN claim_line line ON line.unit_id = key.unit_id AND line.claim_id = key.id
    ORDER BY line.id"""
INTERNS = """
    SELECT intern.unit_id, intern.id, intern.name, intern.id_number_masked, intern.category,
      post.id, post.name
    FROM unnest($1::uuid[], $2::uuid[]) AS key (unit_id, id)
    JOIN intern ON intern.unit_id = key.unit_id AND intern.id = key.id
    JOIN post ON post.unit_id = intern.unit_id AND post.id = intern.post_id"""
REPORTS = """
    SELECT report.intern_id, report.unit_id, report.id, left(report.month::text, 7),
      report.wage_paid::text, report.payable_subsidy::text, report.status
    FROM unnest($1::uuid[], $2::uuid[]) AS key (unit_id, id)
    JOIN monthly_report report ON report.unit_id = key.unit_id AND report.intern_id = key.id
    WHERE report.month >= $3 AND report.month <= $4
    ORDER BY report.month, report.id"""

KINDS = {
    "LIVING_ALLOWANCE": "LivingAllowanceClaim",
    "MENTORING": "MentoringClaim",
    "HIRING": "HiringClaim",
    "SERVICE": "ServiceClaim",
    "TRAINING": "TrainingClaim",
}
Json = dict[str, Any]
Rows = Sequence[tuple[Any, ...]]


def named(type_name: str, *parts: UUID) -> str:
    """Write a global id."""
    return f"{type_name}-{''.join([part.hex for part in parts])}"


async def flagship(pool: asyncpg.Pool, viewer: Viewer, asked: Json) -> bytes:
    """Answer the flagship query."""
    async with snapshot(pool, viewer) as (reader, actor):
        claims = await reader.fetch(CLAIMS, actor.see[0], asked["first"])
        units = await reader.fetch(UNITS, list({claim[0] for claim in claims}))
        lines = await reader.fetch(LINES, [c[0] for c in claims], [c[1] for c in claims])
        keys = list({(line[1], line[2]) for line in lines})
        arrays = [key[0] for key in keys], [key[1] for key in keys]
        interns = await reader.fetch(INTERNS, *arrays)
        months = date.fromisoformat(f"{asked['from']}-01"), date.fromisoformat(f"{asked['to']}-01")
        reports = await reader.fetch(REPORTS, *arrays, *months)
    made = _lines(lines, _interns(interns, _reports(reports)))
    return orjson.dumps({"data": {"claims": {"edges": _claims(claims, _units(units), made)}}})


def _units(rows: Rows) -> dict[UUID, Json]:
    return {
        row[0]: {"id": named("Unit", row[0]), "name": row[1], "creditCode": row[2]} for row in rows
    }


def _reports(rows: Rows) -> dict[UUID, list[Json]]:
    found: defaultdict[UUID, list[Json]] = defaultdict(list)
    for intern, unit, id_, month, wage, payable, status in rows:
        found[intern].append(
            {
                "id": named("MonthlyReport", unit, id_),
                "month": month,
                "wagePaid": wage,
                "payableSubsidy": payable,
                "status": status,
            }
        )
    return found


def _interns(rows: Rows, reports: dict[UUID, list[Json]]) -> dict[UUID, Json]:
    return {
        id_: {
            "id": named("Intern", unit, id_),
            "name": name,
            "idNumberMasked": masked,
            "category": category,
            "post": {"id": named("Post", unit, post), "name": post_name},
            "monthlyReports": reports.get(id_, []),
        }
        for unit, id_, name, masked, category, post, post_name in rows
    }


def _lines(rows: Rows, interns: dict[UUID, Json]) -> dict[UUID, list[Json]]:
    found: defaultdict[UUID, list[Json]] = defaultdict(list)
    for claim, unit, intern, id_, amount in rows:
        found[claim].append(
            {"id": named("ClaimLine", unit, id_), "amount": amount, "intern": interns[intern]}
        )
    return found


def _claims(rows: Rows, units: dict[UUID, Json], lines: dict[UUID, list[Json]]) -> list[Json]:
    return [
        {
            "node": {
                "id": named(KINDS[kind], unit, id_),
                "status": status,
                "amount": amount,
                "unit": units[unit],
                "lines": lines.get(id_, []),
            }
        }
        for unit, id_, kind, status, amount in rows
    ]
