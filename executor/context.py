"""The seam: graphql-core's executor, which asks a plan before it walks."""

from collections.abc import Awaitable
from typing import Any

import orjson
import structlog
from graphql import ExecutionResult, GraphQLError, OperationType
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from executor.aside import StepAside
from executor.chunk import ABSENT
from executor.level import Run
from executor.plans import Plans
from executor.pool import Pool
from resolvers.kernel.context import Context
from rules.kernel.refusal import RuleError

log = structlog.stdlib.get_logger("jiuye.executor")

PLANS = Plans()


class CompiledReads(StrawberryGraphQLCoreExecutionContext):
    """Runs a query by its plan, and everything else as graphql-core does."""

    def execute_operation(self, serially: bool | None = None) -> Any:
        """Answer by a plan if there is one; else, and on anything unexpected, walk."""
        context = self.context_value
        if not isinstance(context, Context) or not isinstance(context.service.compiled, Pool):
            return super().execute_operation(serially)
        context.path = "reference"
        if self.operation.operation is not OperationType.QUERY:
            context.aside = "mutation"
            return super().execute_operation(serially)
        return self._answer(context, context.service.compiled)

    async def _answer(self, context: Context, pool: Pool) -> ExecutionResult:
        try:
            data = await self._read(context, pool)
        except StepAside as aside:
            context.aside = aside.reason
        except (GraphQLError, RuleError):
            context.aside = "refused"
        except Exception as error:  # noqa: BLE001 - the reference path answers, and this is logged
            context.aside = type(error).__name__
            log.warning("stepped aside", error=type(error).__name__)
        else:
            context.path = "compiled"
            return ExecutionResult(data, None)
        walked: ExecutionResult = await _awaited(super().execute_operation())
        return walked

    async def _read(self, context: Context, pool: Pool) -> Any:
        """Run the plan in one snapshot; the response takes its text in as it is."""
        if self.middleware_manager and self.middleware_manager.middlewares:
            raise StepAside("middleware")
        plan = PLANS.find(self.schema, self.operation, self.fragments, self.variable_values)
        if plan.level is None or not plan.collector.functions <= context.viewer.functions:
            raise StepAside("forbidden")
        async with pool.snapshot(context.actor) as reader:
            variables, noted = self.variable_values, context.statements
            run = Run(context.viewer, context.service, variables, reader, noted)
            ((data,),) = (await plan.level.filled([()], run)).values()
        if ABSENT in data:
            raise StepAside("null")
        return orjson.Fragment(data.encode())


async def _awaited(result: Awaitable[Any] | Any) -> Any:
    return await result if isinstance(result, Awaitable) else result
