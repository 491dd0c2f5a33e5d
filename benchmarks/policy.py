"""The approved parameters, as the rules know them, read without the ORM."""

from collections.abc import Iterable
from typing import Any

from rules.kernel.parameter import Parameter, Policy

PARAMETERS = """
    SELECT id, key, region, category, value, unit, effective_from, effective_to, source,
      confirmed, coalesce(decided_at, created_at)
    FROM parameter WHERE status = 'APPROVED'"""


def policy_of(records: Iterable[Any]) -> Policy:
    """Give the rules the rows of `PARAMETERS`."""
    return Policy(Parameter(*record) for record in records)
