"""One run of a plan: in a snapshot of its own, for one viewer."""

from collections.abc import Callable
from contextlib import nullcontext

import structlog
from graphql import GraphQLError
from graphql.execution.values import VariableValues

from executor.not_plannable import NotPlannable
from executor.plan_cache import Plan
from executor.plan_node import NO_READER, PlanRun
from executor.pool import Snapshot, SnapshotPool
from executor.sql_json import NULL_MARKER
from loaders.database_fault import find_database_fault
from resolvers.kernel.context import Context
from rules.kernel.refusal import RuleError

log = structlog.stdlib.get_logger("jiuye.executor")


async def answer_by_plan(
    find_plan: Callable[[], Plan], variables: VariableValues, context: Context, pool: SnapshotPool
) -> str | None:
    """Return an answer's data as JSON; None where the reference path must answer.

    The context says which path it was, and why.
    """
    context.path = "reference"
    try:
        data = await execute_plan(find_plan(), variables, context, pool)
    except NotPlannable as aside:
        context.unplannable_reason = aside.reason
    except (GraphQLError, RuleError):
        context.unplannable_reason = "refused"
    except Exception as error:  # noqa: BLE001 - the reference path answers, and this is logged
        context.unplannable_reason = type(error).__name__
        if find_database_fault(error) is None:  # else whoever walks tells of it, if at all
            log.warning("stepped aside", error=type(error).__name__)
    else:
        context.path = "compiled"
        return data
    return None


async def execute_plan(
    plan: Plan, variables: VariableValues, context: Context, pool: SnapshotPool
) -> str:
    """Run a plan in one snapshot, and return the answer's data as JSON.

    Raises NotPlannable where the reference path must answer.
    """
    if plan.root is None or not plan.functions <= context.viewer.functions:
        raise NotPlannable("forbidden")
    # What is told of the schema, or of who asks, needs no connection: `{ __typename }`.
    reading = _open_snapshot(context, pool) if plan.reads_rows else nullcontext(NO_READER)
    async with reading as reader:
        run = PlanRun(
            viewer=context.viewer,
            service=context.service,
            variables=variables,
            reader=reader,
            statements=context.statements,
        )
        data: str = (await plan.root.write_rows(_ONE_ROW, run))[0][0]
    if NULL_MARKER in data:
        raise NotPlannable("null")
    return data


def _open_snapshot(context: Context, pool: SnapshotPool) -> Snapshot:
    if context.opening is not None:
        return Snapshot(pool, context.opening)
    return pool.open_snapshot(context.actor)


_ONE_ROW = ((),)
"""The operation itself stands above all rows."""
