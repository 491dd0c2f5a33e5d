"""How the schema is walked: by graphql-core, below some values as another viewer."""

from copy import copy
from typing import Any

from graphql import GraphQLObjectType, GraphQLResolveInfo
from graphql.execution.collect_fields import FieldDetails
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from resolvers.kernel.context import ReadAs


class ReferenceExecution(StrawberryGraphQLCoreExecutionContext):
    """Walks an operation; a sign-in's answer goes on as whoever signed in."""

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_details_list: list[FieldDetails],
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        """Complete a value in its own context where it has one."""
        given = (return_type, field_details_list, info, path)
        if not isinstance(result, ReadAs):
            return super().complete_object_value(*given, result, position_context)
        # A copy shares the errors with this one, and whatever else the walk gathers.
        below = copy(self)
        below.context_value = result.context
        return below.complete_object_value(*given, result.value, position_context)
