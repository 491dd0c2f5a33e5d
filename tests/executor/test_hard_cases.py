"""Hand-picked cases in which a plan is easily wrong."""

from typing import Any

import orjson
import pytest
from graphql import GraphQLSchema

from executor import planner
from executor.field_collector import FieldCollector
from executor.not_plannable import NotPlannable
from executor.planner import Planner
from rules.kernel.function import Function
from schema.kernel.binding import BINDING
from schema.units.bank_account import BankAccount
from tests.executor.document import GeneratedRequest
from tests.executor.planning import collected, schema_of, statements
from tests.executor.scene import BothPaths
from tests.factories.rows import CHAOYANG_DISTRICT
from tests.schema.scene import build_id

KINDS_AND_OTHERS = ("LivingAllowanceClaim", "HiringClaim", "Intern", "Unit")
KINDS = ("LivingAllowanceClaim", "MentoringClaim", "HiringClaim", "ServiceClaim", "TrainingClaim")


async def compiled(paths: BothPaths, query: str, who: str = "near", **variables: Any) -> Any:
    """Ask by both paths, demand that a plan answered, and give the data."""
    said = await paths.ask_both(GeneratedRequest(query, variables), who)
    assert said.path == "compiled", (said.aside, said.body)
    return orjson.loads(said.body)["data"]


async def walked(paths: BothPaths, query: str, who: str | None = "near", **variables: Any) -> Any:
    """Ask by both paths, demand that none had a plan, and give the reason and the answer."""
    said = await paths.ask_both(GeneratedRequest(query, variables), who)
    assert said.path == "reference"
    return said.aside, orjson.loads(said.body)


async def test_an_alias_given_twice_with_equal_arguments_is_one_field(paths: BothPaths) -> None:
    data = await compiled(
        paths,
        """{ units { edges { node {
          a: interns(first: 1, orderBy: NAME) { edges { node { name } } }
          a: interns(orderBy: NAME, first: 1) { totalCount edges { cursor node { id } } }
        } } } }""",
    )
    (edge,) = data["units"]["edges"][0]["node"]["a"]["edges"]
    assert list(edge) == ["node", "cursor"]
    assert list(edge["node"]) == ["name", "id"]


async def test_a_column_called_as_anything_is_told_as_it_stands(paths: BothPaths) -> None:
    query = """{ units { edges { node {
      trainingClasses { edges { node { place trainees { edges { node { place score } } } } } }
    } } } }"""
    data = await compiled(paths, query)
    units = [edge["node"]["trainingClasses"]["edges"] for edge in data["units"]["edges"]]
    places = {edge["node"]["place"] for edges in units for edge in edges}
    assert places == {CHAOYANG_DISTRICT}


async def test_equal_relations_under_two_names_are_one_statement(paths: BothPaths) -> None:
    query = """{ claims { edges { node {
      unit { ...A } again: unit { region ...A } lines { ...E } more: lines { amount ...E }
      one: history(first: 2) { totalCount } two: history(first: 2) { edges { cursor } }
    } } } }
    fragment A on Unit { possibleActions { action } }
    fragment E on ClaimLine { explanation { amount } }"""
    await compiled(paths, query)
    assert await statements(paths, query) == [1, 2, 2, 2, 2]


async def test_roots_with_equal_arguments_are_one_statement(paths: BothPaths) -> None:
    query = "{ a: posts(first: 2) { totalCount } b: posts(first: 2) { edges { node { name } } } }"
    await compiled(paths, query)
    assert len(await statements(paths, query)) == 2


async def test_a_relation_of_an_interface_is_one_statement_for_all_kinds(paths: BothPaths) -> None:
    parts = " ".join(f"... on {kind} {{ {kind}: lines {{ id }} unit {{ id }} }}" for kind in KINDS)
    query = "{ claims { edges { node { __typename lines { amount%s } %s } } } }"
    data = await compiled(paths, query % ("", parts))
    assert {e["node"]["__typename"] for e in data["claims"]["edges"]} == set(KINDS)
    assert len(await statements(paths, query % ("", parts))) == 1
    await compiled(paths, query % (" explanation { amount }", parts))
    assert len(await statements(paths, query % (" explanation { amount }", parts))) == 2


async def test_lists_within_rows_keep_their_own_arguments(paths: BothPaths) -> None:
    query = """query ($from: YearMonth) { interns { edges { node {
      early: monthlyReports(to: "2024-09") { month } late: monthlyReports(from: $from) { month }
      all: monthlyReports { month intern { monthlyReports(from: "2024-10") { month } } }
    } } } }"""
    for given in ({}, {"from": "2024-10"}, {"from": "2030-01"}):
        data = await compiled(paths, query, **given)
        assert len(await statements(paths, query, **given)) == 1
    found = max((e["node"] for e in data["interns"]["edges"]), key=lambda node: len(node["all"]))
    assert len(found["early"]) < len(found["all"])
    assert found["late"] == []


async def test_what_is_too_large_for_one_row_is_read_by_itself(
    paths: BothPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = "{ interns { edges { node { monthlyReports { large: id month status } } } } }"
    monkeypatch.setattr(planner, "MOST_PARTS", 5)
    await compiled(paths, query)
    assert await statements(paths, query) == [1, 2]


async def test_what_no_index_finds_is_read_for_all_rows_at_once(paths: BothPaths) -> None:
    query = "{ declarations { edges { node { staff { name } } } } }"
    await compiled(paths, query)
    assert await statements(paths, query) == [1, 2]


async def test_a_relation_that_only_one_kind_asks_for_is_read_for_that_kind(
    paths: BothPaths,
) -> None:
    query = """{ claims(kind: [TRAINING, HIRING]) { edges { node {
      __typename ... on LivingAllowanceClaim { lines { id } } } } } }"""
    await compiled(paths, query)
    assert len(await statements(paths, query)) == 1


async def test_fragments_on_an_interface_may_add_arguments_by_type(paths: BothPaths) -> None:
    data = await compiled(
        paths,
        """query ($ids: [ID!]!) { nodes(ids: $ids) {
          ...R ... on HiringClaim { h: history(first: 1) { totalCount } }
          ... on LivingAllowanceClaim { h: history(first: 2) { totalCount } } ...C
          ... on Intern { h: history(first: 2, orderBy: OLDEST) { totalCount } }
          ... on Unit { h: interns(name: "见习") { totalCount } } } }
        fragment R on Reviewed { status ... on Node { id } }
        fragment C on Claim { ... on LivingAllowanceClaim { month } ... on Node { __typename } }""",
        ids=[paths.scene.get_id("near", n) for n in KINDS_AND_OTHERS],
    )
    assert [list(row) for row in data["nodes"]] == [
        ["status", "id", "h", "month", "__typename"],
        ["status", "id", "h", "__typename"],
        ["status", "id", "h"],
        ["h"],
    ]


async def test_ids_keep_their_order_and_may_come_twice_or_not_at_all(paths: BothPaths) -> None:
    post, claim = paths.scene.get_id("near", "Post"), paths.scene.get_id("near", "HiringClaim")
    hidden = paths.scene.get_id("far", "Post")
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } none: nodes(ids: []) { id } }"
    data = await compiled(paths, query, ids=[claim, post, hidden, "garbage", claim, post])
    assert [row and row["id"] for row in data["nodes"]] == [claim, post, None, None, claim, post]
    assert data["none"] == []


async def test_an_id_of_another_kind_finds_nothing(paths: BothPaths) -> None:
    found = paths.scene.records["near"]["LivingAllowanceClaim"]
    query = "query ($id: ID!) { node(id: $id) { id } }"
    assert await compiled(paths, query, id=build_id("HiringClaim", found)) == {"node": None}


async def test_cursors_at_the_ends(paths: BothPaths) -> None:
    query = """query ($after: String) { interns(first: 2, after: $after, orderBy: NAME) {
      edges { cursor } totalCount
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    after, pages = None, []
    for _ in range(4):
        found = (await compiled(paths, query, after=after))["interns"]
        pages.append(found["pageInfo"])
        after = found["pageInfo"]["endCursor"] or after
    assert [page["hasNextPage"] for page in pages] == [True, False, False, False]
    assert [page["hasPreviousPage"] for page in pages] == [False, True, True, True]
    assert pages[-1]["startCursor"] is None


async def test_a_page_of_none_still_tells_whether_there_are_more(paths: BothPaths) -> None:
    query = (
        "{ posts(first: 0) { totalCount pageInfo { hasNextPage } edges { node { unit { id } } } } }"
    )
    data = await compiled(paths, query)
    assert data["posts"]["pageInfo"] == {"hasNextPage": True}
    assert len(await statements(paths, query)) == 2


async def test_the_row_past_a_page_is_not_followed(paths: BothPaths) -> None:
    query = """{ interns(first: 1) { edges { node {
      id history(first: 1) { edges { node { id } } } } } } }"""
    await compiled(paths, query)
    assert len(await statements(paths, query)) == 2


async def test_edges_asked_twice_with_different_nodes(paths: BothPaths) -> None:
    data = await compiled(
        paths,
        """{ claims(first: 3) {
          a: edges { node { lines { id } } } b: edges { cursor node { lines { amount } id } }
          c: pageInfo { hasNextPage } d: pageInfo { t: __typename endCursor } } }""",
    )
    assert [list(edge["node"]) for edge in data["claims"]["a"]] == [["lines"]] * 3
    assert [list(edge["node"]) for edge in data["claims"]["b"]] == [["lines", "id"]] * 3


@pytest.mark.parametrize("given", [{}, {"n": 1}, {"n": 2, "s": ["DRAFT"]}, {"s": None}, {"s": []}])
async def test_variables_with_defaults(paths: BothPaths, given: dict[str, Any]) -> None:
    query = """query ($n: Int! = 3, $s: [Status!] = [APPROVED]) {
      posts(first: $n, status: $s) { totalCount edges { node { status } } } }"""
    await compiled(paths, query, **given)


async def test_everything_may_be_skipped(paths: BothPaths) -> None:
    query = """query ($yes: Boolean!, $no: Boolean = false) {
      units { edges { node { id @skip(if: $yes) ... @include(if: $no) { name } } } }
      claims @skip(if: $yes) { totalCount } posts { ...P @include(if: $no) } }
      fragment P on PostConnection { totalCount }"""
    assert await compiled(paths, query, yes=True) == {
        "units": {"edges": [{"node": {}}]},
        "posts": {},
    }
    assert "claims" in await compiled(paths, query, yes=False, no=True)


async def test_a_row_of_which_nothing_is_asked_is_still_there(paths: BothPaths) -> None:
    query = "query ($x: Boolean!) { claims { edges { node { unit { id @skip(if: $x) } } } } }"
    data = await compiled(paths, query, x=True)
    assert data["claims"]["edges"][0]["node"] == {"unit": {}}


async def test_a_condition_of_null_is_refused_alike(paths: BothPaths) -> None:
    query = "query ($x: Boolean = true) { __typename @skip(if: $x) posts { totalCount } }"
    aside, body = await walked(paths, query, x=None)
    assert aside == "refused"
    assert "data" not in body or body["data"] is None


async def test_introspection_takes_the_reference_path(paths: BothPaths) -> None:
    query = '{ __type(name: "Post") { name } }'
    assert (await walked(paths, query))[0] == "introspection"


async def test_deep_values_of_rules_are_compiled(paths: BothPaths) -> None:
    data = await compiled(
        paths,
        """{ monthlyReports(from: "2024-10", to: "2024-10") { edges { node { explanation {
          __typename formula amount confirmed shortfalls { reason message }
          parameters { __typename effectiveFrom effectiveTo category confirmed } } } } } }""",
    )
    (edge,) = data["monthlyReports"]["edges"]
    assert len(edge["node"]["explanation"]["parameters"]) == 2


async def test_a_fault_in_a_rule_is_the_same_fault(paths: BothPaths, broken: BothPaths) -> None:
    del paths
    query = "{ claims { edges { node { lines { explanation { amount } } } } } }"
    said = await broken.ask_both(GeneratedRequest(query), "near")
    assert said.aside == "KeyError"
    assert orjson.loads(said.body)["errors"][0]["extensions"]["code"] == "INTERNAL"


async def test_a_null_in_a_non_null_field_is_the_same_error(broken: BothPaths) -> None:
    query = """{ claims(kind: LIVING_ALLOWANCE) { edges { node {
      ... on LivingAllowanceClaim { month } } } } }"""
    said = await broken.ask_both(GeneratedRequest(query), "near")
    assert said.aside == "null"
    assert orjson.loads(said.body)["data"] == {"claims": None}


async def test_a_null_beside_nullable_fields_leaves_the_rest(broken: BothPaths) -> None:
    name = broken.scene.get_id("near", "LivingAllowanceClaim")
    query = """query ($id: ID!) {
      node(id: $id) { ... on LivingAllowanceClaim { month } } units { totalCount } }"""
    said = await broken.ask_both(GeneratedRequest(query, {"id": name}), "near")
    assert orjson.loads(said.body)["data"] == {"node": None, "units": {"totalCount": 1}}


async def test_who_lacks_a_function_gets_the_reference_paths_refusal(paths: BothPaths) -> None:
    aside, body = await walked(paths, "{ posts { totalCount } }", None)
    assert aside == "forbidden"
    assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_refused_arguments_get_the_reference_paths_refusal(paths: BothPaths) -> None:
    for arguments in ("first: 101", 'after: "x"', 'region: "1"', 'name: "\\u0000"'):
        aside, body = await walked(paths, f"{{ posts({arguments}) {{ totalCount }} }}")
        assert (aside, body["data"]) == ("refused", {"posts": None})


async def test_a_mutation_takes_the_reference_path(paths: BothPaths) -> None:
    request = GeneratedRequest("mutation { signOut { __typename } }")
    assert (await paths.ask_path(request, "near")).aside == "mutation"


async def test_an_error_beside_a_shared_row_does_not_cancel_the_operation(paths: BothPaths) -> None:
    query = """query ($id: ID!) { claims { edges { node { unit { name }
      history(after: "nonsense") { totalCount } } } }
      node(id: $id) { ... on Claim { unit { name bankAccounts { id } } } } }"""
    _, body = await walked(paths, query, id=paths.scene.get_id("near", "HiringClaim"))
    assert body["errors"][0]["extensions"]["code"] == "REFUSED"


@pytest.mark.parametrize(
    ("type_name", "field", "query"),
    [
        ("Unit", "name", "{ units { edges { node { name } } } }"),
        ("UnitConnection", "totalCount", "{ units { totalCount } }"),
        ("PageInfo", "endCursor", "{ units { pageInfo { endCursor } } }"),
        ("PossibleAction", "action", "{ units { edges { node { possibleActions { action } } } } }"),
    ],
)
def test_a_field_with_another_extension_is_not_compiled(
    type_name: str, field: str, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = schema_of()
    bound = _definition(schema, type_name, field)
    monkeypatch.setattr(bound, "extensions", [object()])
    with pytest.raises(NotPlannable, match="extension"):
        _planned(collected(schema, query))


def test_a_plan_takes_the_functions_of_all_its_fields() -> None:
    collector = collected(schema_of(), "{ units { edges { node { name } } } }")
    _planned(collector)
    assert collector.functions == {Function.READ_RECORDS}


def test_a_field_without_a_binding_is_not_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = schema_of()
    monkeypatch.setattr(_definition(schema, "Unit", "name"), "metadata", {BINDING: None})
    with pytest.raises(NotPlannable, match=r"Unit\.name"):
        _planned(collected(schema, "{ units { edges { node { name } } } }"))


def _definition(schema: GraphQLSchema, type_name: str, field: str) -> Any:
    type_: Any = schema.type_map[type_name]
    return type_.fields[field].extensions["strawberry-definition"]


def _planned(collector: FieldCollector) -> None:
    query = collector.schema.query_type
    assert query is not None
    Planner(collector).plan_query(query)


async def test_the_functions_of_a_type_found_by_id_are_compared_as_well(
    paths: BothPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BankAccount, "may", frozenset({Function.DECIDE_PARAMETERS}))
    name = paths.scene.get_id("near", "BankAccount")
    request = GeneratedRequest(
        "query ($id: ID!) { node(id: $id) { ... on BankAccount { bank } } }", {"id": name}
    )
    assert (await paths.ask_path(request, "near")).aside == "forbidden"
    assert (await paths.ask_path(request, "province")).path == "compiled"
    assert (await paths.ask_path(request, "near")).aside == "forbidden"
