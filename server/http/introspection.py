"""Who may ask for the schema."""

from collections.abc import Iterator, Sequence
from typing import Literal

from graphql import ASTValidationRule, FieldNode, GraphQLError
from strawberry.extensions import SchemaExtension

from executor.introspection import INTROSPECTION_FIELDS
from resolvers.kernel.context import Context

IntrospectionAudience = Literal["everybody", "signed_in", "nobody"]

MESSAGES: dict[IntrospectionAudience, str] = {
    "signed_in": "Sign in to ask for the schema. 登录后方可查询架构。",
    "nobody": "The schema is not told here: see schema.graphql. 此处不提供架构查询。",
}


def _build_rule(message: str) -> type[ASTValidationRule]:
    class RefuseIntrospection(ASTValidationRule):
        """Refuse the fields that tell the schema."""

        def enter_field(self, node: FieldNode, *_args: object) -> None:
            """Refuse one of them."""
            if node.name.value in INTROSPECTION_FIELDS:
                extensions = {"code": "INTROSPECTION_OFF"}
                self.report_error(GraphQLError(message, node, extensions=extensions))

    return RefuseIntrospection


# Made once: what a document was valid by is compared by the classes of its rules.
RULES = {audience: _build_rule(message) for audience, message in MESSAGES.items()}


class IntrospectionAdmission(SchemaExtension):
    """Adds the rule that refuses introspection, for those who may not ask."""

    def __init__(self, audience: IntrospectionAudience) -> None:
        self.audience = audience

    def on_operation(self) -> Iterator[None]:
        """Add the rule."""
        running = self.execution_context
        stranger = _is_stranger(running.context)
        further = list_further_rules(self.audience, is_stranger=stranger)
        running.validation_rules = (*running.validation_rules, *further)
        yield


def list_further_rules(
    audience: IntrospectionAudience, *, is_stranger: bool
) -> Sequence[type[ASTValidationRule]]:
    """List by what a document is judged beside the usual rules."""
    if audience == "nobody" or (audience == "signed_in" and is_stranger):
        return (RULES[audience],)
    return ()


def _is_stranger(context: object) -> bool:
    return not isinstance(context, Context) or context.viewer.account_id is None
