"""Policy parameters: who proposes, who approves, and whom they reach (X2, X6, X21)."""

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Update, update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from models import MonthlyReport, Parameter, ParameterStatus
from resolvers.kernel.transaction import Transaction
from rules.kernel.viewer import Viewer
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.rows import CHAOYANG_DISTRICT, NATIONWIDE_ACTOR
from tests.factories.world import World

PARAMETER = """... on ParameterPayload { parameter {
  id version status key value unit confirmed decidedAt reason } }"""
DRAFT = {
    "key": "minimum_wage",
    "region": "220000",
    "value": "2000",
    "effectiveFrom": "2025-01-01",
    "source": "吉政发〔2025〕1号",
}
REPORTS = "... on MonthlyReportsPayload { monthlyReports { id version payableSubsidy } }"


async def propose(world: World, as_: str = "province", **changes: Any) -> Any:
    result = await world.mutate("proposeParameter", DRAFT | changes, as_, PARAMETER)
    return result.get("parameter", result)


async def decide(world: World, row: Any, as_: str = "deputy", verb: str = "approve") -> Any:
    why = {} if verb == "approve" else {"reason": "依据不足"}
    result = await world.mutate(f"{verb}Parameter", to_decision(row) | why, as_, PARAMETER)
    return result.get("parameter", result)


async def given(world: World, **changes: Any) -> None:
    """Have a parameter proposed and approved."""
    decided = await decide(world, await propose(world, **changes))
    assert decided["status"] == "APPROVED", decided


async def test_x6_one_administrator_proposes_and_another_approves(world: World) -> None:
    row = await propose(world)
    assert (row["status"], row["unit"], row["decidedAt"]) == ("PROPOSED", "yuan / month", None)
    own = await decide(world, row, "province")
    assert own["reason"] == "FOUR_EYES"
    assert (await decide(world, row, "province", "refuse"))["reason"] == "FOUR_EYES"
    approved = await decide(world, row)
    assert (approved["status"], approved["version"]) == ("APPROVED", 2)
    assert (await decide(world, approved, "deputy", "refuse"))["reason"] == "PARAMETER_DECIDED"


async def test_x6_a_refused_parameter_says_why_and_never_counts(world: World) -> None:
    refused = await decide(world, await propose(world), verb="refuse")
    assert (refused["status"], refused["reason"]) == ("REFUSED", "依据不足")
    assert (await decide(world, refused))["reason"] == "PARAMETER_DECIDED"


async def test_x12_of_an_approval_and_a_refusal_at_once_one_wins(world: World) -> None:
    row = await propose(world)
    verbs = ["approve", "refuse"] * 4
    results = await asyncio.gather(*(decide(world, row, verb=verb) for verb in verbs))
    assert sum("status" in result for result in results) == 1
    assert sum(result.get("__typename") == "StaleVersion" for result in results) == 7


async def test_x6_nobody_below_the_province_proposes_or_decides(world: World) -> None:
    row = await propose(world)
    for who in ("city", "officer", "unit"):
        assert (await propose(world, who))["missing"] == ["PROPOSE_PARAMETERS"]
        assert (await decide(world, row, who))["missing"] == ["DECIDE_PARAMETERS"]


async def test_x10_a_region_outside_the_own_tree_is_refused(world: World) -> None:
    for region in ("510000", "210102", "000000", "230000"):
        result = await propose(world, region=region)
        found = [(fault["reason"], fault["path"]) for fault in result["faults"]]
        assert found == [("REGION_OUTSIDE", ["input", "region"])]


async def test_x10_another_provinces_administrator_does_not_decide(world: World) -> None:
    role = world.accounts["province"].role
    await world.add_account("sichuan", role, "510000")
    row = await propose(world)
    refused = await decide(world, row, "sichuan")
    assert refused["reason"] in {"NOT_FOUND", "REGION_OUTSIDE"}
    statuses = [row.status for row in await world.load_rows(Parameter)]
    assert statuses.count(ParameterStatus.PROPOSED) == 1


MALFORMED: tuple[tuple[dict[str, str], str], ...] = (
    ({"key": "minimum.wage"}, "PARAMETER_KEY_UNKNOWN"),
    ({"value": "2,000"}, "PARAMETER_VALUE_MALFORMED"),
    ({"value": "-1"}, "PARAMETER_VALUE_MALFORMED"),
    ({"value": "1e3"}, "PARAMETER_VALUE_MALFORMED"),
    ({"value": "２０００"}, "PARAMETER_VALUE_MALFORMED"),
    ({"value": "2120.005"}, "PARAMETER_TOO_PRECISE"),
    ({"value": "0"}, "PARAMETER_OUT_OF_RANGE"),
    ({"key": "internship.min_days", "value": "32"}, "PARAMETER_OUT_OF_RANGE"),
    ({"key": "internship.min_days", "value": "15.0"}, "PARAMETER_VALUE_MALFORMED"),
    ({"key": "internship.youth_age", "value": "24-16"}, "PARAMETER_VALUE_MALFORMED"),
    ({"key": "money.rounding", "value": "UP"}, "PARAMETER_VALUE_MALFORMED"),
    ({"category": "GRADUATE"}, "CATEGORY_UNKNOWN"),
    ({"effectiveTo": "2024-12-31"}, "DATES_REVERSED"),
)


async def test_x6_a_malformed_parameter_is_refused(world: World) -> None:
    for changes, reason in MALFORMED:
        result = await propose(world, **changes)
        assert [fault["reason"] for fault in result["faults"]] == [reason], changes


async def test_x6_all_faults_of_a_proposal_are_told_at_once(world: World) -> None:
    wrong = {"value": "viel", "category": "ALL", "region": "510000", "effectiveTo": "2020-01-01"}
    result = await propose(world, **wrong)
    assert [fault["path"][-1] for fault in result["faults"]] == [
        "value",
        "category",
        "region",
        "effectiveTo",
    ]


async def started(world: World) -> tuple[InternshipScenario, Any]:
    chain = InternshipScenario(world)
    await chain.approve_declaration()
    await chain.add_post()
    return chain, await chain.approve_intern(1)


async def test_x6_a_districts_parameter_overrides_the_provinces(world: World) -> None:
    chain, intern = await started(world)
    await given(world, key="internship.allowance_ratio", value="0.9", category="GRADUATE")
    (january,) = await chain.save_reports("2025-01", intern)
    assert january["payableSubsidy"] == "1908.00"
    await given(
        world,
        key="internship.allowance_ratio",
        value="0.8",
        category="GRADUATE",
        region=CHAOYANG_DISTRICT,
    )
    (february,) = await chain.save_reports("2025-02", intern)
    assert february["payableSubsidy"] == "1696.00"
    (december,) = await chain.save_reports("2024-12", intern)
    assert december["payableSubsidy"] == "2120.00"


async def test_x6_a_parameter_that_is_only_proposed_does_not_count(world: World) -> None:
    chain, intern = await started(world)
    await propose(world, region=CHAOYANG_DISTRICT, value="9999")
    (report,) = await chain.save_reports("2025-01", intern)
    assert report["payableSubsidy"] == "2120.00"


async def test_x6_a_parameter_that_another_process_changes_counts_at_once(world: World) -> None:
    chain, intern = await started(world)
    (january,) = await chain.save_reports("2025-01", intern)
    assert january["payableSubsidy"] == "2120.00"
    await set_in_the_database(world, "1.0", "0.9")
    (february,) = await chain.save_reports("2025-02", intern)
    assert february["payableSubsidy"] == "1908.00"


async def test_x6_a_parameter_that_is_not_committed_counts_for_nobody_else(world: World) -> None:
    chain, intern = await started(world)
    await chain.save_reports("2025-01", intern)
    async with AsyncSession(world.administration) as session:
        tx = Transaction(world.service, Viewer(), session)
        await set_rls_context(session, NATIONWIDE_ACTOR)
        await session.execute(changed("1.0", "0.9"))
        figure = ("internship.allowance_ratio", CHAOYANG_DISTRICT, date(2025, 2, 1), "GRADUATE")
        assert (await tx.load_policy()).get_decimal(*figure) == Decimal("0.9")
        await session.execute(changed("0.9", "0.7"))
        again = Transaction(world.service, Viewer(), session)
        assert (await again.load_policy()).get_decimal(*figure) == Decimal("0.7")
    (february,) = await chain.save_reports("2025-02", intern)
    assert february["payableSubsidy"] == "2120.00"


def changed(old: str, new: str) -> Update:
    """Change figures behind the service's back: neither version nor time tells of it."""
    ratios = Parameter.__table__.c.key == "internship.allowance_ratio"
    return update(Parameter).where(ratios, Parameter.value == old).values(value=new)


async def set_in_the_database(world: World, old: str, new: str) -> None:
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        await session.execute(changed(old, new))


async def test_x21_a_report_is_judged_again_as_it_is_submitted_and_then_stands(
    world: World,
) -> None:
    chain, intern = await started(world)
    (saved,) = await chain.save_reports("2025-01", intern)
    await given(world, region=CHAOYANG_DISTRICT, value="2100")
    records = {"records": [to_decision(saved)]}
    sent = await world.mutate("submitMonthlyReports", records, "unit", REPORTS)
    (report,) = sent["monthlyReports"]
    assert report["payableSubsidy"] == "2100.00"
    await given(world, region=CHAOYANG_DISTRICT, value="2050")
    records = {"records": [to_decision(report)]}
    approved = await world.mutate("approveMonthlyReports", records, "officer", REPORTS)
    assert approved["monthlyReports"][0]["payableSubsidy"] == "2100.00"
    (row,) = await world.load_rows(MonthlyReport)
    assert row.assessment["parameters"][0]["value"] == "2100"
