"""What every operation needs at its end: its snapshot closed, its refusals told."""

from collections.abc import AsyncIterator

from graphql import GraphQLError
from strawberry.extensions import SchemaExtension

from resolvers.context import Context
from rules.refusal import Fault, InvalidInput, Reason, Refusal, RuleError
from rules.viewer import Viewer
from rules.wording import message
from schema.permission import Forbidden


class OneSnapshot(SchemaExtension):
    """Closes the operation's snapshot on every exit, and puts rules' refusals into words."""

    async def on_execute(self) -> AsyncIterator[None]:
        """Run the operation, then clean up after it."""
        context = self.execution_context.context
        try:
            yield
        finally:
            if isinstance(context, Context):
                await context.close()
                self._tell(context.viewer)

    def _tell(self, viewer: Viewer) -> None:
        result = self.execution_context.result
        errors = getattr(result, "errors", None)
        if errors:
            errors[:] = [told(error, viewer) for error in errors]


def told(error: GraphQLError, viewer: Viewer) -> GraphQLError:
    """Put a rule's refusal that has no typed place into words; leave any other error."""
    if not isinstance(error.original_error, RuleError):
        return error
    fault = _fault(error.original_error)
    words = message(fault, viewer.language)
    code = "FORBIDDEN" if fault.reason is Reason.FORBIDDEN else "REFUSED"
    return GraphQLError(
        words.text,
        nodes=error.nodes,
        path=error.path,
        extensions={"code": code, "reason": str(fault.reason), "cure": words.cure},
    )


def _fault(refusal: RuleError) -> Fault:
    match refusal:
        case Forbidden() | Refusal():
            return refusal.fault
        case InvalidInput():
            return refusal.faults[0]
        case _:
            return Fault(Reason.STALE_VERSION)
