"""Any record by its global id, as the type that it is."""

from typing import Any
from uuid import UUID

from loaders.filter import Order
from tests.factories.failures import AllFailures
from tests.schema.scene import Scene, build_id, make_unknown_id
from tests.schema.shape import list_record_types, write_selection

CLAIMS = [name for name in list_record_types() if name.endswith("Claim")]
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"


async def ask(scene: Scene, text: str, **variables: Any) -> Any:
    return (await scene.world.ask(text, "province", **variables)).only


async def test_every_type_is_found_as_itself_with_all_its_fields(scene: Scene) -> None:
    with AllFailures() as failures:
        for name in list_record_types():
            with failures.at(name):
                shape = write_selection(list_record_types()[name], 1)
                text = (
                    f"query ($id: ID!) {{ node(id: $id) {{ __typename ... on {name} {shape} }} }}"
                )
                own = {"SignIn", "SignInSession", "Upload"}
                who = "near" if name in own else "province"
                row = (await scene.world.ask(text, who, id=scene.get_id("near", name))).only
                assert (row["__typename"], row["id"]) == (name, scene.get_id("near", name))


async def test_a_claim_is_of_its_kind_under_every_interface(scene: Scene) -> None:
    others = " ".join(f"... on {name} {{ a{n}: __typename }}" for n, name in enumerate(CLAIMS))
    with AllFailures() as failures:
        for name in CLAIMS:
            with failures.at(name):
                text = f"""query ($id: ID!) {{ node(id: $id) {{ id
                  ... on Claim {{ kind amount unit {{ id }} }}
                  ... on Reviewed {{ status version }}
                  ...Own
                  {others} }} }}
                fragment Own on {name} {{ own: id }}"""
                row = await ask(scene, text, id=scene.get_id("near", name))
                assert row["own"] == row["id"] == scene.get_id("near", name)
                assert [key for key in row if key[0] == "a" and key != "amount"] == [
                    f"a{CLAIMS.index(name)}"
                ]
                assert row["unit"]["id"] == scene.get_id("near", "Unit")


async def test_an_id_that_says_another_kind_finds_nothing(scene: Scene) -> None:
    row = scene.records["near"]["MentoringClaim"]
    for name in (
        "LivingAllowanceClaim",
        "Claim",
        "Node",
        "Nothing",
        "Unit",
        "livingAllowanceClaim",
    ):
        text = "query ($id: ID!) { node(id: $id) { id } }"
        assert await ask(scene, text, id=build_id(name, row)) is None


async def test_nodes_come_in_the_order_asked_for_with_nulls_between(scene: Scene) -> None:
    units = [scene.get_id("far", "Unit"), scene.get_id("near", "Unit")]
    ids = [units[0], "garbage", units[1], make_unknown_id("Unit"), units[0], ""]
    found = await ask(scene, NODES, ids=ids)
    assert [row and row["id"] for row in found] == [units[0], None, units[1], None, units[0], None]


async def test_a_cursor_with_a_number_that_no_row_has_is_unknown(scene: Scene) -> None:
    """One that the database could not even compare is no fault of the service."""
    text = """query ($id: ID!, $after: String) { node(id: $id) { ... on Roster {
      rows(first: 1, after: $after) { edges { cursor } } } } }"""
    order = Order(name="NUMBER", column="number", read=int)
    with AllFailures() as failures:
        for number, known in ((0, True), (2**31 - 1, True), (-1, False), (2**31, False)):
            with failures.at(number):
                after = order.format_place([number, UUID(int=1)])
                given = {"id": scene.get_id("near", "Roster"), "after": after}
                answer = await scene.world.ask(text, "near", **given)
                reasons = [error["extensions"].get("reason") for error in answer.errors]
                assert reasons == ([] if known else ["CURSOR_UNKNOWN"])


async def test_no_ids_and_too_many(scene: Scene) -> None:
    assert await ask(scene, NODES, ids=[]) == []
    assert await ask(scene, NODES, ids=["x"] * 100) == [None] * 100
    answer = await scene.world.ask(NODES, "province", ids=["x"] * 101)
    assert answer.errors[0]["extensions"]["reason"] == "LIST_TOO_LONG"


async def test_nodes_of_one_table_are_one_statement(scene: Scene) -> None:
    ids = [scene.get_id(whose, name) for whose in ("near", "far") for name in CLAIMS]
    assert len(await ask(scene, NODES, ids=ids)) == 10
    assert sum("FROM" in statement for statement in scene.world.statements) == 1


async def test_a_field_under_two_names_is_read_twice(scene: Scene) -> None:
    text = """query ($id: ID!) { a: node(id: $id) { ...F } b: node(id: $id) { c: id ...F } }
      fragment F on Unit { name other: name ...G } fragment G on Node { __typename }"""
    answer = await scene.world.ask(text, "near", id=scene.get_id("near", "Unit"))
    a, b = answer.data["a"], answer.data["b"]
    assert a == {"name": a["name"], "other": a["name"], "__typename": "Unit"}
    assert b == a | {"c": scene.get_id("near", "Unit")}


async def test_a_decision_on_a_claim_of_another_kind_is_answered_in_its_type(scene: Scene) -> None:
    """Whatever is moved must fit into the answer: else it is moved and the answer is an error."""
    text = """mutation ($d: DecisionInput!) { withdrawClaim(input: $d) {
      __typename ... on ClaimPayload { claim { __typename id } } } }"""
    for name in CLAIMS:
        id = scene.get_id("near", name)
        answer = await scene.world.ask(text, "near", d={"id": id, "version": 1})
        assert answer.only["claim"] == {"__typename": name, "id": id}
