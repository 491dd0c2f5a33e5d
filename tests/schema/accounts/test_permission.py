"""S1: what is declared beside a field decides who may use it; generated from the schema."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from models import Role
from rules.kernel.function import ROLE_FUNCTIONS, Function, Functions
from tests.factories.database import TestCluster
from tests.factories.failures import AllFailures
from tests.schema.scene import Scene, a_scene, mark_others_slow
from tests.schema.shape import (
    ANONYMOUS_MUTATIONS,
    MUTATIONS,
    QUERIES,
    build_arguments,
    read_may,
    write_document,
)

WHO: dict[str | None, Role | None] = {
    "person": Role.PERSON,
    "boss": Role.LEGAL_PERSON,
    "near": Role.UNIT_OPERATOR,
    "officer": Role.DISTRICT_OFFICER,
    "agent": Role.AGENCY_OPERATOR,
    "finance": Role.FINANCE,
    "district": Role.DISTRICT_ADMINISTRATOR,
    "auditor": Role.AUDITOR,
    "reporting": Role.REPORTING,
    "supplier": Role.DATA_SUPPLIER,
    "city": Role.CITY_ADMINISTRATOR,
    "province": Role.PROVINCE_ADMINISTRATOR,
    "sysadmin": Role.SYSTEM_ADMINISTRATOR,
    "security": Role.SECURITY_ADMINISTRATOR,
    "audit": Role.AUDIT_ADMINISTRATOR,
    None: None,
}
MUTATION_DOCUMENTS = {
    name: (write_document("mutation", name, field), build_arguments(field))
    for name, field in MUTATIONS.items()
}
QUERY_DOCUMENTS = {
    name: (write_document("query", name, field), build_arguments(field))
    for name, field in QUERIES.items()
}


def lacking(who: str | None, needed: Functions | None) -> list[str]:
    assert needed is not None
    role = WHO[who]
    held = ROLE_FUNCTIONS[role] if role else frozenset()
    return [function for function in Function if function in needed - held]


def test_every_role_is_asked_as() -> None:
    assert set(WHO.values()) == {*Role, None} - {Role.SYSTEM}  # nobody signs in as the system


@pytest.fixture(scope="module")
async def written_scene(cluster: TestCluster) -> AsyncIterator[Scene]:
    """A scene of its own, since whoever may write, does."""
    async with a_scene(cluster) as made:
        yield made


@pytest.mark.parametrize("who", mark_others_slow(WHO, None, "near", "officer"))
async def test_a_mutation_is_forbidden_to_who_lacks_its_function(
    written_scene: Scene, who: str | None
) -> None:
    with AllFailures() as failures:
        for name, field in MUTATIONS.items():
            if name in ANONYMOUS_MUTATIONS:
                continue
            with failures.at(name):
                text, given = MUTATION_DOCUMENTS[name]
                answer = (await written_scene.world.ask(text, who, **given)).only
                missing = lacking(who, read_may(field))
                if missing:
                    assert (answer["__typename"], answer["missing"]) == ("Forbidden", missing)
                    assert answer["message"]
                    assert answer["cure"]
                else:
                    assert answer["__typename"] != "Forbidden"


@pytest.mark.parametrize("who", mark_others_slow(WHO, None, "near", "officer"))
async def test_a_query_is_forbidden_to_who_lacks_its_function(
    scene: Scene, who: str | None
) -> None:
    with AllFailures() as failures:
        for name, field in QUERIES.items():
            with failures.at(name):
                text, given = QUERY_DOCUMENTS[name]
                answer = await scene.world.ask(text, who, **given)
                missing = lacking(who, read_may(field))
                codes = [error["extensions"]["code"] for error in answer.errors]
                assert codes == (["FORBIDDEN"] if missing else []), answer.body
                assert answer.status == 200
                if missing:
                    (error,) = answer.errors
                    assert error["path"] == [name]
                    assert error["extensions"]["missing"] == missing


async def test_one_forbidden_mutation_leaves_the_others_their_data(scene: Scene) -> None:
    text = """mutation ($d: DecisionInput!) {
      a: approveDeclaration(input: $d) { __typename }
      b: submitDeclaration(input: $d) { __typename }
      c: approveParameter(input: $d) { __typename }
      signOut { __typename } }"""
    answer = await scene.world.ask(text, "near", d={"id": "unknown", "version": 1})
    assert {name: part["__typename"] for name, part in answer.data.items()} == {
        "a": "Forbidden",
        "b": "Refusal",
        "c": "Forbidden",
        "signOut": "SignOutPayload",
    }


async def test_a_stranger_is_asked_to_sign_in_and_keeps_what_is_for_everybody(scene: Scene) -> None:
    text = "{ viewer { name } regions { code } claims { totalCount } }"
    answer = await scene.world.ask(text, language="zh")
    assert answer.body["data"]["regions"]
    assert answer.body["data"]["claims"] is None
    (error,) = answer.errors
    assert (error["path"], error["message"]) == (["claims"], "请先登录。")
    assert error["extensions"]["reason"] == "SIGN_IN_FIRST"


async def test_one_forbidden_nullable_query_leaves_the_others_their_data(scene: Scene) -> None:
    text = '{ node(id: "x") { id } viewer { role } regions { code } }'
    answer = await scene.world.ask(text)
    assert answer.body["data"]["node"] is None
    assert answer.body["data"]["viewer"] == {"role": None}
    assert [error["path"] for error in answer.errors] == [["node"]]


async def test_a_refusal_names_who_can_grant_what_lacks(scene: Scene) -> None:
    text = (
        'mutation { approveDeclaration(input: {id: "x", version: 1}) { ... on Problem { cure } } }'
    )
    english = (await scene.world.ask(text, "near")).only["cure"]
    chinese = (await scene.world.ask(text, "near", language="zh")).only["cure"]
    assert "district officer" in english
    assert english != chinese


async def test_forbidden_comes_before_whatever_else_is_wrong(scene: Scene) -> None:
    """The reading of input comes after permission: a stranger learns nothing of the rules."""
    field = MUTATIONS["addPost"]
    given: dict[str, Any] = {"input": _draft() | {"monthlyWage": "1E+9"}}
    answer = (
        await scene.world.ask(write_document("mutation", "addPost", field), None, **given)
    ).only
    assert answer["__typename"] == "Forbidden"


def _draft() -> dict[str, object]:
    return {"name": "x", "headcount": 1, "workplace": "x", "duties": "x"}
