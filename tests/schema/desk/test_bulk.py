"""However many rows a mutation writes, the statements stay few (J25, J30, X12)."""

from datetime import date
from typing import Any

import pytest

from tests.factories.crowd import a_crowd, add_approved_reports
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.kept_database import KeptDatabase
from tests.factories.peopled import Peopled
from tests.factories.world import World, a_world

OUTCOMES = "... on ReviewPayload { outcomes { record { id version } faults { reason } } }"
REPORTS = "... on MonthlyReportsPayload { monthlyReports { id version } }"
CLAIM = "... on ClaimPayload { claim { id version amount } }"


async def crowded(world: World, size: int) -> tuple[InternshipScenario, list[dict[str, Any]]]:
    chain = InternshipScenario(world)
    await chain.approve_declaration()
    await chain.add_post()
    return chain, await a_crowd(chain, size)


async def test_j25_a_hundred_reports_are_saved_changed_and_moved_in_a_dozen_statements(
    world: World,
) -> None:
    _, interns = await crowded(world, 100)
    usual = {"daysAttended": 22, "wagePaid": "3400.00", "insurancePaid": "1.00"}
    rows: list[dict[str, Any]] = [usual | {"internId": intern["id"]} for intern in interns]

    async def done(mutation: str, input: dict[str, Any], who: str = "unit") -> list[Any]:
        found: list[Any] = (await world.mutate(mutation, input, who, REPORTS))["monthlyReports"]
        assert len(found) == 100
        assert len(world.statements) <= 12, (mutation, len(world.statements))
        return found

    reports = await done("saveMonthlyReports", {"month": "2024-09", "rows": rows})
    for n, (row, report) in enumerate(zip(rows, reports, strict=True)):
        row |= {"version": report["version"], "daysAttended": 14 + n % 2}
        row |= {"wagePaid": f"{2999 + n % 3 * 200}.00"}
    reports = await done("saveMonthlyReports", {"month": "2024-09", "rows": rows})
    reports = await done("submitMonthlyReports", {"records": list(map(to_decision, reports))})
    await done("approveMonthlyReports", {"records": list(map(to_decision, reports))}, "officer")


async def month_of(world: World, size: int) -> dict[str, int]:
    """Save, change, submit, return, submit again and review a month; count each's statements."""
    _, interns = await crowded(world, size)
    usual = {"daysAttended": 22, "wagePaid": "3400.00", "insurancePaid": "1.00"}
    rows: list[dict[str, Any]] = [usual | {"internId": intern["id"]} for intern in interns]
    counts: dict[str, int] = {}

    async def done(step: str, mutation: str, input: dict[str, Any], who: str = "unit") -> list[Any]:
        then = OUTCOMES if mutation.startswith("review") else REPORTS
        result = await world.mutate(mutation, input, who, then)
        assert result["__typename"] in {"MonthlyReportsPayload", "ReviewPayload"}, result
        counts[step] = len(world.statements)
        found = result.get("monthlyReports") or [o["record"] for o in result["outcomes"]]
        assert len(found) == size
        return [to_decision(row) for row in found]

    reports = await done("save", "saveMonthlyReports", {"month": "2024-09", "rows": rows})
    for row, report in zip(rows, reports, strict=True):
        row |= {"version": report["version"], "wagePaid": "2999.00"}
    reports = await done("change", "saveMonthlyReports", {"month": "2024-09", "rows": rows})
    reports = await done("submit", "submitMonthlyReports", {"records": reports})
    back = {"verdict": "RETURN", "records": reports, "reason": "更正"}
    reports = await done("return", "reviewMonthlyReports", back, "officer")
    reports = await done("submit again", "submitMonthlyReports", {"records": reports})
    half = [row | {"version": row["version"] - n % 2} for n, row in enumerate(reports)]
    approve = {"verdict": "APPROVE", "records": half}
    await done("review", "reviewMonthlyReports", approve, "officer")
    return counts


@pytest.mark.slow
async def test_j25_x12_five_hundred_reports_take_as_many_statements_as_fifty(
    kept_database: KeptDatabase, peopled: Peopled
) -> None:
    found = []
    for size in (50, 500):
        async with a_world(await kept_database.load(peopled.stage)) as world:
            world.accounts.update(peopled.accounts)
            found.append(await month_of(world, size))
    assert found[0] == found[1]
    assert max(found[0].values()) <= 12, found


async def test_j30_a_claim_for_sixty_interns_takes_some_twenty_statements(
    world: World,
) -> None:
    chain, interns = await crowded(world, 60)
    await add_approved_reports(world, interns, [date(2024, month, 1) for month in range(8, 11)])
    await chain.confirm_parameters()
    account = await chain.add_bank_account()
    draft = {"month": "2024-10", "bankAccountId": account["id"]}

    async def done(mutation: str, input: dict[str, Any], who: str = "unit") -> Any:
        claim = (await world.mutate(mutation, input, who, CLAIM))["claim"]
        assert claim["amount"] == "352800.00"
        assert len(world.statements) <= 22, (mutation, len(world.statements))
        return claim

    claim = await done("createLivingAllowanceClaim", draft)
    claim = await done("changeLivingAllowanceClaim", to_decision(claim) | draft)
    claim = await done("submitClaim", to_decision(claim))
    await done("approveClaim", to_decision(claim), "officer")
