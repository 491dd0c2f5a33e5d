"""The flagship query by hand: one statement that gives the answer as JSON."""

from datetime import date
from typing import Any

import asyncpg

from benchmarks.handwritten.door import snapshot
from rules.kernel.viewer import Viewer


def _named(prefix: str, *parts: str) -> str:
    """Write the expression of a global id."""
    raw = " || ".join(f"uuid_send({part})" for part in parts)
    return f"{prefix} || encode({raw}, 'hex')"


CLAIM_TYPE = """CASE claim.kind WHEN 'LIVING_ALLOWANCE' THEN 'LivingAllowanceClaim-'
  WHEN 'MENTORING' THEN 'MentoringClaim-' WHEN 'HIRING' THEN 'HiringClaim-'
  WHEN 'SERVICE' THEN 'ServiceClaim-' ELSE 'TrainingClaim-' END"""

REPORT = f"""json_build_object(
  'id', {_named("'MonthlyReport-'", "report.unit_id", "report.id")},
  'month', left(report.month::text, 7), 'wagePaid', report.wage_paid::text,
  'payableSubsidy', report.payable_subsidy::text, 'status', report.status)"""

LINE = f"""json_build_object(
  'id', {_named("'ClaimLine-'", "line.unit_id", "line.id")}, 'amount', line.amount::text,
  'intern', json_build_object(
    'id', {_named("'Intern-'", "intern.unit_id", "intern.id")}, 'name', intern.name,
    'idNumberMasked', intern.id_number_masked, 'category', intern.category,
    'post', json_build_object(
      'id', {_named("'Post-'", "post.unit_id", "post.id")}, 'name', post.name),
    'monthlyReports', coalesce(reports.found, '[]'::json)))"""

CLAIM = f"""json_build_object('node', json_build_object(
  'id', {_named(CLAIM_TYPE, "claim.unit_id", "claim.id")}, 'status', claim.status,
  'amount', claim.amount::text,
  'unit', json_build_object(
    'id', {_named("'Unit-'", "unit.id")}, 'name', unit.name, 'creditCode', unit.credit_code),
  'lines', coalesce(lines.found, '[]'::json)))"""

FLAGSHIP = f"""
SELECT json_build_object('data', json_build_object('claims', json_build_object(
  'edges', coalesce(json_agg({CLAIM} ORDER BY claim.id DESC), '[]'::json))))::text
FROM (SELECT * FROM claim WHERE region = $1 ORDER BY id DESC LIMIT $2) claim
JOIN unit ON unit.id = claim.unit_id
LEFT JOIN LATERAL (
  SELECT json_agg({LINE} ORDER BY line.id) AS found
  FROM claim_line line
  LEFT JOIN intern ON intern.unit_id = line.unit_id AND intern.id = line.intern_id
  LEFT JOIN post ON post.unit_id = intern.unit_id AND post.id = intern.post_id
  LEFT JOIN LATERAL (
    SELECT json_agg({REPORT} ORDER BY report.month, report.id) AS found
    FROM monthly_report report
    WHERE report.unit_id = line.unit_id AND report.intern_id = line.intern_id
      AND report.month >= $3 AND report.month <= $4
  ) reports ON true
  WHERE line.unit_id = claim.unit_id AND line.claim_id = claim.id
) lines ON true"""  # noqa: S608 - made of constants


async def flagship(pool: asyncpg.Pool, viewer: Viewer, asked: dict[str, Any]) -> bytes:
    """Answer the flagship query."""
    months = date.fromisoformat(f"{asked['from']}-01"), date.fromisoformat(f"{asked['to']}-01")
    async with snapshot(pool, viewer) as (reader, actor):
        answer: str = await reader.fetchval(FLAGSHIP, actor.see[0], asked["first"], *months)
    return answer.encode()
