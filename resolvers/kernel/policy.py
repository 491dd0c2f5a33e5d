"""The approved parameters as the rules know them, read again only where one has changed (X6)."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, func, literal_column, select

from loaders.driver_statement import compile_statement
from models import Parameter, ParameterStatus
from rules.kernel import parameter as parameters

APPROVED_PARAMETERS = select(
    Parameter.id,
    Parameter.key,
    Parameter.region,
    Parameter.category,
    Parameter.value,
    Parameter.unit,
    Parameter.effective_from,
    Parameter.effective_to,
    Parameter.source,
    Parameter.confirmed,
    func.coalesce(Parameter.decided_at, Parameter.created_at),
).where(Parameter.status == ParameterStatus.APPROVED)
"""The figures of policy, column by column as the rules know them (X6)."""

_ROW_VERSION = func.concat(literal_column("ctid"), literal_column("xmin"))
_MARK = func.concat(func.count(), " ", func.bit_xor(func.hashtextextended(_ROW_VERSION, 0)))
POLICY_FINGERPRINT = compile_statement(select(_MARK).select_from(Parameter))
"""Tells all versions of all parameters apart, whoever writes them.

A version of a row has its own place (ctid) and its own transaction (xmin), even one that its own
transaction alone can see. `open_mutation` in the database compares the same mark (r0054).
"""


def build_policy(rows: Iterable[Row[*tuple[Any, ...]]]) -> parameters.Policy:
    """Return the approved parameters as the rules know them (X6)."""
    return parameters.Policy(parameters.Parameter(*row) for row in rows)
