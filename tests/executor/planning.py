"""Plans without a service, and the statements that one takes."""

from functools import cache

from graphql import GraphQLSchema, OperationDefinitionNode, parse
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues
from graphql.language import FragmentDefinitionNode

from executor.field_collector import FieldCollector
from tests.executor.document import GeneratedRequest
from tests.executor.scene import BothPaths
from tests.schema.plain_schema import build_plain_schema


@cache
def schema_of() -> GraphQLSchema:
    """Build the schema once."""
    return build_plain_schema()._schema


def parsed(query: str) -> tuple[OperationDefinitionNode, dict[str, FragmentDetails]]:
    """Read a document of one operation."""
    definitions = parse(query).definitions
    (operation,) = [d for d in definitions if isinstance(d, OperationDefinitionNode)]
    fragments = [d for d in definitions if isinstance(d, FragmentDefinitionNode)]
    return operation, {d.name.value: FragmentDetails(d) for d in fragments}


def collected(schema: GraphQLSchema, query: str) -> FieldCollector:
    """Make the collector of a document without conditions."""
    operation, fragments = parsed(query)
    return FieldCollector(schema, fragments, operation, VariableValues({}, {}))


async def statements(
    paths: BothPaths, query: str, who: str = "near", **variables: object
) -> list[int]:
    """List the levels of a plan's statements, in the order in which they ran."""
    await paths.ask_path(GeneratedRequest(query, dict(variables)), who)
    return [line.level for line in paths.ran]
