"""The schema, put together."""

from collections.abc import Callable
from typing import TypeVar

import strawberry
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig

from schema.api.mutations import Mutation
from schema.api.query import Query
from schema.api.subscription import Subscription
from schema.claims.claim import CLAIM_TYPES
from schema.kernel.description import describe_schema
from schema.kernel.execution import ReferenceExecution
from schema.kernel.operation import SnapshotExtension
from schema.kernel.refusal import HANDLERS
from schema.kernel.scalar import SCALARS

SchemaType = TypeVar("SchemaType", bound=strawberry.Schema)


def assemble_schema(
    kind: type[SchemaType],
    *extensions: Callable[[], SchemaExtension],
    execution: type[ReferenceExecution] = ReferenceExecution,
) -> SchemaType:
    """Build the schema, as whatever kind of schema the server wants."""
    assembled = kind(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=CLAIM_TYPES,
        config=StrawberryConfig(scalar_map=SCALARS),
        exception_handlers=HANDLERS,
        execution_context_class=execution,
        extensions=[*extensions, SnapshotExtension],
    )
    describe_schema(assembled._schema)
    return assembled
