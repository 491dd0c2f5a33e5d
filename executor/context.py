"""The seam: graphql-core's executor, which asks a plan before it walks."""

from collections.abc import Awaitable
from typing import Any

import orjson
import structlog
from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    OperationType,
)
from graphql.execution.collect_fields import FieldDetails
from graphql.execution.executor import CollectedErrors
from graphql.pyutils import Path

from executor.introspection import ALONE, IntrospectionDesk, find_introspection
from executor.not_plannable import NotPlannable
from executor.payload_writer import PayloadWriters
from executor.plan_cache import Plan, PlanCache
from executor.plan_run import answer_by_plan
from executor.pool import SnapshotPool
from loaders.database_fault import is_connection_lost
from resolvers.kernel.context import Context
from resolvers.kernel.place import name_asker
from schema.kernel.execution import ReferenceExecution

log = structlog.stdlib.get_logger("jiuye.executor")

PLAN_CACHE = PlanCache()
PAYLOAD_WRITERS = PayloadWriters()
INTROSPECTION_DESK = IntrospectionDesk()


class CompiledExecutionContext(ReferenceExecution):
    """Runs a query by its plan, and everything else as graphql-core does."""

    def execute_operation(self, serially: bool | None = None) -> Any:
        """Answer by a plan if there is one; else, and on anything unexpected, walk."""
        context = self.context_value
        if self.operation.operation is OperationType.QUERY:
            asks, further = find_introspection(self.operation, self.fragments)
            if asks:
                return self._answer_introspection(alone=not further)
        if not isinstance(context, Context) or not isinstance(
            context.service.compiled, SnapshotPool
        ):
            return self._walk(serially)
        context.path = "reference"
        if context.begun is not None:  # its plan was run already, and stepped aside
            return self._walk(serially)
        if self.operation.operation is not OperationType.QUERY:
            context.unplannable_reason = "mutation"
            return self._walk(serially)
        return self._answer_compiled(context, context.service.compiled)

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_details_list: list[FieldDetails],
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        """Write what a mutation answers by generated code where it is at hand; else walk."""
        context = self.context_value
        if self.operation.operation is OperationType.MUTATION and isinstance(context, Context):
            written = self._write_payload(context, return_type, field_details_list, result)
            if written is not None:
                return written
        return super().complete_object_value(
            return_type, field_details_list, info, path, result, position_context
        )

    def _write_payload(
        self,
        context: Context,
        type_: GraphQLObjectType,
        details: list[FieldDetails],
        payload: Any,
    ) -> dict[str, Any] | None:
        if not isinstance(context.service.compiled, SnapshotPool):
            return None
        writer = PAYLOAD_WRITERS.find_writer(
            self.schema, self.operation, self.fragments, self.variable_values, type_, details
        )
        if writer is None or not writer.functions <= context.viewer.functions:
            return None
        try:
            return writer.write(payload, context)
        except NotPlannable:
            return None
        except Exception as error:  # noqa: BLE001 - the reference path answers, and this is logged
            log.warning("stepped aside", error=type(error).__name__)
            return None

    async def _answer_introspection(self, *, alone: bool) -> ExecutionResult:
        """Answer what is asked of the schema; what else is asked needs another request."""
        context, who = self.context_value, ""
        if isinstance(context, Context):
            context.path, context.unplannable_reason = "reference", "introspection"
            who = name_asker(context.viewer, context.address)
        if not alone:
            return ExecutionResult(None, [ALONE])
        return await INTROSPECTION_DESK.answer(self, who)

    async def _answer_compiled(self, context: Context, pool: SnapshotPool) -> ExecutionResult:
        """Answer by a plan; the response takes its text in as it is."""
        data = await answer_by_plan(self._require_plan, self.variable_values, context, pool)
        if data is not None:
            written: Any = orjson.Fragment(data.encode())
            return ExecutionResult(written, None)
        walked: ExecutionResult = await _await_if_needed(self._walk())
        return walked

    def _walk(self, serially: bool | None = None) -> Any:
        """Walk as graphql-core does; a read whose connection broke meanwhile, once more."""
        walked = super().execute_operation(serially)
        if self.operation.operation is not OperationType.QUERY or not isinstance(walked, Awaitable):
            return walked
        return self._walk_again_if_lost(walked)

    async def _walk_again_if_lost(self, walking: Awaitable[Any]) -> ExecutionResult:
        walked: ExecutionResult = await walking
        if not any(_tells_of_a_lost_connection(error) for error in walked.errors or ()):
            return walked
        if isinstance(self.context_value, Context):
            await self.context_value.close()
        self.collected_errors = CollectedErrors()
        again: ExecutionResult = await _await_if_needed(super().execute_operation())
        return again

    def _require_plan(self) -> Plan:
        if self.middleware_manager and self.middleware_manager.middlewares:
            raise NotPlannable("middleware")
        return PLAN_CACHE.require_plan(
            self.schema, self.operation, self.fragments, self.variable_values
        )


def _tells_of_a_lost_connection(error: GraphQLError) -> bool:
    cause = error.original_error
    return cause is not None and is_connection_lost(cause)


async def _await_if_needed(result: Awaitable[Any] | Any) -> Any:
    return await result if isinstance(result, Awaitable) else result
