"""How a query was answered, for those who may know: levels, statements and times."""

from collections.abc import Iterator
from typing import Any

from strawberry.extensions import SchemaExtension

from resolvers.kernel.context import Context
from rules.kernel.function import Function


class PlanExtension(SchemaExtension):
    """Answers `extensions.plan` to a request with `"extensions": {"plan": true}`."""

    def on_operation(self) -> Iterator[None]:
        """Note the statements, if the viewer asks for them and may."""
        context, asked = self.execution_context.context, self.execution_context.operation_extensions
        if isinstance(context, Context) and asked and asked.get("plan") is True:
            may = Function.EXPLAIN_PLANS in context.viewer.functions
            context.statements = [] if may else None
        yield

    def get_results(self) -> dict[str, Any]:
        """Return the path, why it was not the plan's, and what the plan ran."""
        context = self.execution_context.context
        if not isinstance(context, Context) or context.statements is None:
            return {}
        plan = {
            "path": context.path,
            "aside": context.unplannable_reason,
            "levels": max((ran.level for ran in context.statements), default=0),
            "statements": [ran._asdict() for ran in context.statements],
        }
        return {"plan": plan}
