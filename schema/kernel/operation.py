"""What every operation needs at its end: its snapshot closed, its refusals told."""

from collections.abc import AsyncIterator
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionContext

from gateways.fair_line import Crowded
from resolvers.kernel.context import Context
from rules.accounts.permission import Forbidden
from rules.kernel.refusal import Fault, InvalidInput, Reason, Refusal, RuleError, fault
from rules.kernel.viewer import Viewer
from rules.kernel.wording import format_fault


class SnapshotExtension(SchemaExtension):
    """Closes the operation's snapshot on every exit; each event of a subscription has its own."""

    async def on_stream_result(self, result: object) -> AsyncIterator[None]:
        """Hand out a result of a stream, then forget what was read for it."""
        context = self.execution_context.context
        try:
            yield
        finally:
            if isinstance(context, Context):
                await context.close()

    async def on_execute(self) -> AsyncIterator[None]:
        """Run the operation, then clean up after it."""
        context = self.execution_context.context
        try:
            yield
        finally:
            if isinstance(context, Context):
                await context.close()


class RefusalSchema(strawberry.Schema):
    """A schema that puts rules' refusals into words, before anything masks or logs an error."""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Log what rules refused where no type has a place for it; pass on all other errors."""
        context = execution_context.context if execution_context else None
        if isinstance(context, Context):
            errors[:] = [describe_graphql_error(error, context.viewer) for error in errors]
        super().process_errors(errors, execution_context)


def describe_graphql_error(error: GraphQLError, viewer: Viewer) -> GraphQLError:
    """Return a rule's refusal that has no typed place in words, any other error as it is."""
    if isinstance(error.original_error, Crowded):
        return _describe_crowd(error, error.original_error, viewer)
    if not isinstance(error.original_error, RuleError):
        return error
    fault = _get_first_fault(error.original_error)
    words = format_fault(fault, viewer.language)
    forbidden = isinstance(error.original_error, Forbidden)
    code = "FORBIDDEN" if forbidden or fault.reason is Reason.FORBIDDEN else "REFUSED"
    told: dict[str, Any] = {"code": code, "reason": str(fault.reason), "cure": words.cure}
    if isinstance(error.original_error, Forbidden):
        told["missing"] = [str(function) for function in error.original_error.missing]
    return GraphQLError(words.text, nodes=error.nodes, path=error.path, extensions=told)


def _describe_crowd(error: GraphQLError, crowd: Crowded, viewer: Viewer) -> GraphQLError:
    """Say that too many ask for the same at once, and when to come again."""
    words = format_fault(fault(Reason.TOO_MANY_TRIES, seconds=crowd.seconds), viewer.language)
    extensions = {
        "code": "TOO_BUSY",
        "reason": str(Reason.TOO_MANY_TRIES),
        "cure": words.cure,
        "retryAfter": crowd.seconds,
    }
    return GraphQLError(words.text, nodes=error.nodes, path=error.path, extensions=extensions)


def _get_first_fault(refusal: RuleError) -> Fault:
    match refusal:
        case Forbidden() | Refusal():
            return refusal.fault
        case InvalidInput():
            return refusal.faults[0]
        case _:
            return Fault(Reason.STALE_VERSION)
