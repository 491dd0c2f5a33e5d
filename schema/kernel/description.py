"""Puts words to what is no field: values of enums, fields of inputs, the input of a mutation."""

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_introspection_type,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter

from rules.kernel.function_name import FUNCTION_DESCRIPTIONS
from rules.kernel.respelling import RESPELLED_FIELDS
from rules.kernel.text import to_camel_case
from schema.kernel.binding import say_instead
from schema.kernel.enum_words import describe_value
from schema.kernel.input_words import describe_input_field
from schema.kernel.permission import May

_RESPELLED = {to_camel_case(old): to_camel_case(new) for old, new in RESPELLED_FIELDS.items()}


def describe_schema(schema: GraphQLSchema) -> None:
    """Describe all that bindings don't; what they say stays."""
    for type_ in schema.type_map.values():
        if is_introspection_type(type_):
            continue
        if isinstance(type_, GraphQLEnumType):
            for name, value in type_.values.items():
                value.description = (
                    value.description or describe_value(type_.name, name).description
                )
        elif isinstance(type_, GraphQLInputObjectType):
            for name, field in type_.fields.items():
                field.description = field.description or describe_input_field(type_.name, name)
                if name in _RESPELLED:
                    field.deprecation_reason = say_instead(_RESPELLED[name])
        elif isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            _describe_arguments(type_)
            _describe_functions(type_)


def _describe_arguments(type_: GraphQLObjectType | GraphQLInterfaceType) -> None:
    """Say of an argument that is an input what is said of the input itself."""
    for field in type_.fields.values():
        for argument in field.args.values():
            given = get_named_type(argument.type)
            if argument.description is None and isinstance(given, GraphQLInputObjectType):
                argument.description = given.description


def _describe_functions(type_: GraphQLObjectType | GraphQLInterfaceType) -> None:
    """Say of a field which functions it takes: an introspection has no directives of ours."""
    for field in type_.fields.values():
        definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
        for directive in getattr(definition, "directives", ()):
            if isinstance(directive, May) and directive.functions:
                names = ", ".join(
                    f"{each} {FUNCTION_DESCRIPTIONS[each].zh}" for each in directive.functions
                )
                field.description = f"{(field.description or '').removesuffix('.')}. Takes: {names}"
