"""`jiuye schema client` prints what caches of clients have to be told, from the schema itself."""

import json
import re

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    build_client_schema,
    get_named_type,
    is_introspection_type,
    is_non_null_type,
)
from typer.testing import CliRunner

from server.cli.client_setup import (
    NATURAL_KEYS,
    Client,
    list_connections,
    list_key_fields,
    list_possible_types,
    list_scalars,
    print_client_setup,
)
from server.cli.main import app
from tests.schema.shape import SCHEMA


def run(client: Client) -> str:
    result = CliRunner().invoke(app, ["schema", "client", "--for", client])
    assert result.exit_code == 0
    return result.stdout


def test_apollo_is_told_what_may_stand_for_each_interface_and_union() -> None:
    possible = list_possible_types(SCHEMA)
    abstract = [
        t.name
        for t in SCHEMA.type_map.values()
        if isinstance(t, GraphQLInterfaceType | GraphQLUnionType)
    ]
    assert sorted(possible) == sorted(abstract)
    assert possible["Problem"] == ["Forbidden", "Invalid", "Refusal", "StaleVersion"]
    assert "HiringClaim" in possible["Claim"]
    text = run(Client.APOLLO)
    (printed,) = re.findall(r"possibleTypes = (\{.*?\n\});", text, flags=re.DOTALL)
    assert json.loads(printed) == possible


def test_lists_are_told_apart_by_all_arguments_but_those_of_pages() -> None:
    connections = list_connections(SCHEMA)
    assert {"status", "region"} <= set(connections["Query"]["declarations"])
    told = {name for fields in connections.values() for given in fields.values() for name in given}
    assert told.isdisjoint({"first", "after", "last", "before"})
    assert all(
        "after" in type_.fields[field].args
        for name, fields in connections.items()
        if isinstance(type_ := SCHEMA.type_map[name], GraphQLObjectType)
        for field in fields
    )


def test_every_object_without_an_id_says_what_else_tells_it_apart_or_that_nothing_does() -> None:
    keys = list_key_fields(SCHEMA)
    for name, key in keys.items():
        type_ = SCHEMA.type_map[name]
        assert isinstance(type_, GraphQLObjectType)
        assert key is None or is_non_null_type(type_.fields[key].type)
    assert {name for name, key in keys.items() if key not in {"id", None}} == set(NATURAL_KEYS)
    assert keys["Post"] == "id"
    assert keys["Explanation"] is None


def test_urqls_part_of_an_introspection_is_one_and_has_every_field() -> None:
    text = run(Client.URQL)
    (printed,) = re.findall(r"schema = (\{.*\});", text)
    part = json.loads(printed)["__schema"]
    fields = {t["name"]: {f["name"] for f in t.get("fields", ())} for t in part["types"]}
    for type_ in SCHEMA.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not is_introspection_type(type_):
            assert fields[type_.name] == set(type_.fields)
    for each in part["types"]:
        each.setdefault("enumValues", None)
        each.setdefault("inputFields", None)
    rebuilt = build_client_schema({"__schema": part | {"directives": []}})
    claims = rebuilt.query_type.fields["claims"] if rebuilt.query_type else None
    assert claims is not None
    assert get_named_type(claims.type).name == "ClaimConnection"


@pytest.mark.parametrize("client", [Client.RELAY, Client.CODEGEN])
def test_compilers_are_told_every_scalar(client: Client) -> None:
    text = run(client)
    assert len(list_scalars(SCHEMA)) > 10
    for scalar in list_scalars(SCHEMA):
        assert f'"{scalar}": "string"' in text


def test_what_is_printed_is_the_same_each_time() -> None:
    for client in Client:
        assert print_client_setup(client, SCHEMA) == print_client_setup(client, SCHEMA)
