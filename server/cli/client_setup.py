"""What clients have to be told of the schema before they can cache what it answers."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    GraphQLWrappingType,
    get_named_type,
    is_introspection_type,
    is_non_null_type,
    is_specified_scalar_type,
)

PAGE_ARGUMENTS = frozenset({"first", "after", "last", "before"})
"""What tells pages of one list apart; all other arguments make another list."""

NATURAL_KEYS: Mapping[str, str] = {
    "OfferedFunction": "function",
    "Region": "code",
    "RiskControl": "control",
}
"""Types without an id whose rows one of their fields tells apart wherever they are found."""


class Client(StrEnum):
    """Whose set-up is printed."""

    APOLLO = "apollo"
    URQL = "urql"
    RELAY = "relay"
    CODEGEN = "codegen"


def print_client_setup(client: Client, schema: GraphQLSchema) -> str:
    """Print what a client has to be told of the schema, in the form in which it takes it."""
    return _PRINTERS[client](schema)


def list_possible_types(schema: GraphQLSchema) -> dict[str, list[str]]:
    """List the types that may stand where an interface or a union is asked for."""
    return {
        each.name: sorted(possible.name for possible in schema.get_possible_types(each))
        for each in _list_own_types(schema)
        if isinstance(each, GraphQLInterfaceType | GraphQLUnionType)
    }


def list_connections(schema: GraphQLSchema) -> dict[str, dict[str, list[str]]]:
    """List the fields that are pages, type by type, with the arguments that tell lists apart."""
    found: dict[str, dict[str, list[str]]] = {}
    for each in _list_own_types(schema):
        if isinstance(each, GraphQLObjectType):
            for name, field in each.fields.items():
                if get_named_type(field.type).name.endswith("Connection"):
                    arguments = [given for given in field.args if given not in PAGE_ARGUMENTS]
                    found.setdefault(each.name, {})[name] = arguments
    return found


def list_key_fields(schema: GraphQLSchema) -> dict[str, str | None]:
    """Name the field by which each type's objects are told apart; None where nothing does."""
    roots = {schema.query_type, schema.mutation_type, schema.subscription_type}
    return {
        each.name: "id" if "id" in each.fields else NATURAL_KEYS.get(each.name)
        for each in _list_own_types(schema)
        if isinstance(each, GraphQLObjectType) and each not in roots
    }


def list_scalars(schema: GraphQLSchema) -> list[str]:
    """List the scalars that a client has to map; all of them are JSON strings."""
    return [
        each.name
        for each in _list_own_types(schema)
        if isinstance(each, GraphQLScalarType) and not is_specified_scalar_type(each)
    ]


def _list_own_types(schema: GraphQLSchema) -> Sequence[GraphQLNamedType]:
    types = (each for each in schema.type_map.values() if not is_introspection_type(each))
    return sorted(types, key=lambda each: each.name)


def _print_apollo(schema: GraphQLSchema) -> str:
    return _join(
        _head(Client.APOLLO, "new InMemoryCache({ possibleTypes, typePolicies })"),
        'import { relayStylePagination } from "@apollo/client/utilities";\n',
        f"export const possibleTypes = {_dump(list_possible_types(schema))};\n",
        "// Where the key is not asked for, the object is kept inside what holds it.",
        "export const typePolicies = {",
        *(
            f'  {name}: {{ keyFields: (object) => (object.{key} ? ["{key}"] : false) }},'
            for name, key in sorted(NATURAL_KEYS.items())
        ),
        "};\n",
        "// For lists that grow as one scrolls: each page is put behind the one before it.",
        "export const pagedTypePolicies = {",
        "  ...typePolicies,",
        *_list_paged_policies(schema),
        "};",
    )


def _print_urql(schema: GraphQLSchema) -> str:
    keys = {
        name: f"(data) => data.{key} ?? null" if key else "() => null"
        for name, key in list_key_fields(schema).items()
        if key != "id"
    }
    paged = {
        name: dict.fromkeys(fields, "relayPagination()")
        for name, fields in list_connections(schema).items()
    }
    return _join(
        _head(Client.URQL, "cacheExchange({ schema, keys, resolvers: pagedResolvers })"),
        'import { relayPagination } from "@urql/exchange-graphcache/extras";\n',
        "export const keys = {",
        *(f"  {name}: {call}," for name, call in keys.items()),
        "};\n",
        "// For lists that grow as one scrolls: each page is put behind the one before it.",
        "export const pagedResolvers = {",
        *(
            f"  {name}: {{ {', '.join(f'{field}: {call}' for field, call in calls.items())} }},"
            for name, calls in paged.items()
        ),
        "};\n",
        f"export const schema = {json.dumps(_introspect(schema), separators=(',', ':'))};",
    )


def _print_relay(schema: GraphQLSchema) -> str:
    return _dump(
        {
            "src": "./src",
            "schema": "./schema.graphql",
            "language": "typescript",
            "eagerEsModules": True,
            "customScalarTypes": dict.fromkeys(list_scalars(schema), "string"),
        }
    )


def _print_codegen(schema: GraphQLSchema) -> str:
    settings = {
        "strictScalars": True,
        "useTypeImports": True,
        "enumsAsTypes": True,
        "scalars": dict.fromkeys(list_scalars(schema), "string"),
    }
    config = {
        "schema": "./schema.graphql",
        "documents": ["src/**/*.{ts,tsx}"],
        "generates": {"./src/gql/": {"preset": "client", "config": settings}},
    }
    return _join(
        _head(Client.CODEGEN, "npx graphql-codegen --config codegen.ts"),
        'import type { CodegenConfig } from "@graphql-codegen/cli";\n',
        f"const config: CodegenConfig = {_dump(config)};\n",
        "export default config;",
    )


_PRINTERS: Mapping[Client, Callable[[GraphQLSchema], str]] = {
    Client.APOLLO: _print_apollo,
    Client.URQL: _print_urql,
    Client.RELAY: _print_relay,
    Client.CODEGEN: _print_codegen,
}


def _head(client: Client, use: str) -> str:
    return f"// Printed by `jiuye schema client --for {client}`, anew for each release.\n// {use}"


def _join(*parts: str) -> str:
    return "\n".join(parts)


def _dump(value: object) -> str:
    return json.dumps(value, indent=2)


def _list_paged_policies(schema: GraphQLSchema) -> Iterator[str]:
    for name, fields in list_connections(schema).items():
        yield f"  {name}: {{"
        yield "    fields: {"
        for field, arguments in fields.items():
            yield f"      {field}: relayStylePagination({json.dumps(arguments)}),"
        yield "    },"
        yield "  },"


def _introspect(schema: GraphQLSchema) -> dict[str, object]:
    """Build the part of an introspection that a cache reads: fields, and what may stand where."""
    roots = {
        "queryType": schema.query_type,
        "mutationType": schema.mutation_type,
        "subscriptionType": schema.subscription_type,
    }
    types = [
        _introspect_type(each, schema)
        for each in _list_own_types(schema)
        if isinstance(each, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)
    ]
    named = {key: {"name": root.name} for key, root in roots.items() if root}
    return {"__schema": {**named, "types": [*types, {"kind": "SCALAR", "name": "Any"}]}}


def _introspect_type(
    type_: GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType, schema: GraphQLSchema
) -> dict[str, object]:
    kinds = {GraphQLObjectType: "OBJECT", GraphQLInterfaceType: "INTERFACE"}
    told: dict[str, object] = {"kind": kinds.get(type(type_), "UNION"), "name": type_.name}
    if not isinstance(type_, GraphQLUnionType):
        told["fields"] = [
            {"name": name, "type": _introspect_reference(field.type), "args": []}
            for name, field in type_.fields.items()
        ]
        told["interfaces"] = [{"kind": "INTERFACE", "name": i.name} for i in type_.interfaces]
    if not isinstance(type_, GraphQLObjectType):
        possible = schema.get_possible_types(type_)
        told["possibleTypes"] = [{"kind": "OBJECT", "name": each.name} for each in possible]
    return told


def _introspect_reference(type_: GraphQLOutputType) -> dict[str, object]:
    if isinstance(type_, GraphQLWrappingType):
        kind = "NON_NULL" if is_non_null_type(type_) else "LIST"
        return {"kind": kind, "ofType": _introspect_reference(type_.of_type)}
    named = get_named_type(type_)
    if isinstance(named, GraphQLScalarType | GraphQLEnumType | GraphQLInputObjectType):
        return {"kind": "SCALAR", "name": "Any"}
    kinds = {GraphQLObjectType: "OBJECT", GraphQLInterfaceType: "INTERFACE"}
    return {"kind": kinds.get(type(named), "UNION"), "name": named.name}
