"""Plans and statements are kept, and neither grows without end."""

import asyncio
import gc
import tracemalloc
from itertools import combinations

import orjson
import pytest
from graphql.execution.values import VariableValues

from executor.compiled_statement import compile_statement
from executor.context import PLAN_CACHE
from executor.plan_cache import PlanCache
from tests.executor.document import GeneratedRequest
from tests.executor.planning import parsed, schema_of
from tests.executor.scene import BothPaths

NOTHING = VariableValues({}, {})
WIDE = " ".join(
    f"a{n}: history(first: {n}) {{ edges {{ node {{ id action at changes {{ field }} }} }} }}"
    for n in range(1, 4)
)


def _find(plans: PlanCache, query: str, **variables: object) -> object:
    operation, fragments = parsed(query)
    return plans.require_plan(schema_of(), operation, fragments, VariableValues({}, variables))


def test_a_plan_is_made_once_for_each_document_and_condition() -> None:
    plans = PlanCache()
    operation, fragments = parsed(
        "query ($x: Boolean!, $n: Int) { units(first: $n) { totalCount @skip(if: $x) } }"
    )
    found = [
        plans.require_plan(schema_of(), operation, fragments, VariableValues({}, {"x": x, "n": n}))
        for x in (True, False)
        for n in (1, 2)
    ]
    assert found[0] is found[1]
    assert found[2] is found[3]
    assert found[0] is not found[2]
    assert len(plans) == 2


@pytest.mark.slow
def test_a_hostile_stream_of_documents_keeps_plans_and_memory_flat() -> None:
    plans = PlanCache(most=20, most_fields=500)
    tracemalloc.start()
    seen = []
    for n in range(60):
        _find(plans, f"{{ a{n}: claims {{ edges {{ node {{ {WIDE} }} }} }} }}")
        if n % 20 == 19:
            gc.collect()
            seen.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert plans.field_count <= 500
    assert len(plans) <= 20
    assert seen[-1] < seen[0] * 1.2


def test_conditions_without_end_keep_plans_flat() -> None:
    plans = PlanCache(most_fields=500)
    names = [f"v{n}" for n in range(10)]
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    fields = " ".join(f"{name}: totalCount @skip(if: ${name})" for name in names)
    operation, fragments = parsed(f"query ({declared}) {{ units {{ {fields} }} }}")
    for bits in range(1024):
        given = {name: bool(bits >> n & 1) for n, name in enumerate(names)}
        plans.require_plan(schema_of(), operation, fragments, VariableValues({}, given))
    assert plans.field_count <= 500


def test_a_plan_too_big_to_keep_is_still_a_plan() -> None:
    plans = PlanCache(most_fields=5)
    assert _find(plans, "{ units { edges { node { id name region version } } } }")
    assert len(plans) == 0


def test_an_operation_is_held_as_long_as_its_plan() -> None:
    plans = PlanCache(most=3)
    for n in range(200):
        query = f"{{ units {{ n{n}: totalCount }} }}"
        operation, fragments = parsed(query)
        plan = plans.require_plan(schema_of(), operation, fragments, NOTHING)
        assert plan.collector.operation is operation
        del operation, fragments, plan
        gc.collect(0)


def test_statements_are_kept_up_to_a_number() -> None:
    compile_statement.cache_clear()
    bound = compile_statement.cache_info().maxsize
    assert bound is not None
    assert bound <= 2_000


async def test_combinations_of_filters_share_what_is_kept(paths: BothPaths) -> None:
    filters = {"status": ["DRAFT"], "kind": ["HIRING"], "from": "2024-01", "to": "2026-01"}
    query = """query ($status: [Status!], $kind: [ClaimKind!], $from: YearMonth, $to: YearMonth) {
      claims(status: $status, kind: $kind, from: $from, to: $to) { totalCount } }"""
    before = compile_statement.cache_info().currsize
    for _ in range(2):
        for size in range(len(filters) + 1):
            for names in combinations(filters, size):
                request = GeneratedRequest(query, {name: filters[name] for name in names})
                assert (await paths.ask_path(request, "near")).path == "compiled"
        grown = compile_statement.cache_info().currsize - before
    assert grown == 2 ** len(filters)


async def test_requests_at_once_share_a_plan_and_nothing_else(paths: BothPaths) -> None:
    query = """query ($first: Int!) { interns(first: $first, orderBy: NAME) { totalCount edges {
      node { name history(first: $first) { totalCount } possibleActions { message } } } } }"""
    viewers = ("near", "far", "officer", "elsewhere", "province", "person")
    asked = [(who, GeneratedRequest(query, {"first": n})) for n in (0, 1, 3) for who in viewers]
    alone = [(await paths.ask_both(request, who)).body for who, request in asked]
    with paths.switch_compiled_reads(compiled=True):
        tokens = {
            who: {"authorization": f"Bearer {paths.world.issue_token(who)}"} for who in viewers
        }
        answers = await asyncio.gather(
            *(
                paths.world.client.post(
                    "/graphql",
                    json=request.body,
                    headers=tokens[who] | {"accept-language": "en"},
                )
                for who, request in asked
            )
        )
    assert [answer.content for answer in answers] == alone
    assert len({orjson.dumps(body) for body in map(orjson.loads, alone)}) > 6


async def test_the_service_keeps_its_plans_within_bounds(paths: BothPaths) -> None:
    for n in range(30):
        await paths.ask_path(GeneratedRequest(f"{{ a{n}: units {{ totalCount }} }}"), "near")
    assert PLAN_CACHE.field_count <= 20_000
