"""A query that is known to be valid and to have a plan: what is not asked again each time."""

from collections.abc import Mapping
from typing import Any, TypeGuard

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
    get_variable_values,
    is_leaf_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
    get_variable_signature,
)
from graphql.execution.values import VariableValues, VariableValueSource
from graphql.pyutils import Undefined
from graphql.utilities.coerce_input_value import coerce_input_value

from executor.context import PLAN_CACHE
from executor.introspection import find_introspection
from executor.not_plannable import NotPlannable
from executor.plan_cache import Plan


class KnownQuery:
    """One operation of a valid document; it is run by its plan or not at all."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode
    ) -> None:
        self.document, self.operation = document, operation
        self._schema = schema
        self._fragments = {
            each.name.value: FragmentDetails(each)
            for each in document.definitions
            if isinstance(each, FragmentDefinitionNode)
        }
        found = [get_variable_signature(schema, d) for d in operation.variable_definitions or ()]
        self._leaves = [each for each in found if is_plain_leaf(each)]
        self._is_plain = len(self._leaves) == len(found)

    @property
    def variable_names(self) -> tuple[str, ...]:
        """Name the variables."""
        definitions = self.operation.variable_definitions or ()
        return tuple(each.variable.name.value for each in definitions)

    def read_variables(self, given: Mapping[str, Any]) -> VariableValues | None:
        """Return the values of the variables; None where graphql-core has to say what is wrong."""
        if not self._is_plain:
            return self._read_any(given)
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for signature in self._leaves:
            name = signature.name
            value = given.get(name, Undefined)
            if value is Undefined:
                return self._read_any(given)
            coerced[name] = found = coerce_input_value(value, signature.type)
            if found is Undefined:
                return None
            sources[name] = VariableValueSource(signature, value)
        return VariableValues(sources, coerced)

    def _read_any(self, given: Mapping[str, Any]) -> VariableValues | None:
        definitions = self.operation.variable_definitions or ()
        found = get_variable_values(self._schema, definitions, dict(given), max_errors=1)
        return found if isinstance(found, VariableValues) else None

    def find_plan(self, variables: VariableValues) -> Plan | None:
        """Return the plan for some variables; None where there is none."""
        try:
            return PLAN_CACHE.require_plan(self._schema, self.operation, self._fragments, variables)
        except NotPlannable:
            return None
        except Exception:  # noqa: BLE001 - the usual way meets it again, and says what it is
            return None


def find_known_query(
    schema: GraphQLSchema, document: DocumentNode, name: str | None
) -> KnownQuery | None:
    """Return a query of a valid document; None for what is no query, and for introspection."""
    operation = get_operation_ast(document, name)
    if operation is None or operation.operation is not OperationType.QUERY:
        return None
    try:
        known = KnownQuery(schema, document, operation)
    except GraphQLError:
        return None
    asks, _ = find_introspection(operation, known._fragments)
    return None if asks else known


def is_plain_leaf(
    signature: GraphQLVariableSignature | GraphQLError,
) -> TypeGuard[GraphQLVariableSignature]:
    """Tell whether a variable is one value, and has no default."""
    if isinstance(signature, GraphQLError) or signature.default is not None:
        return False
    type_ = signature.type
    return is_leaf_type(type_.of_type if is_non_null_type(type_) else type_)
