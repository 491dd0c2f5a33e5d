"""X14: the warning signs of the audits: found once, told to overseers, settled by officers."""

import asyncio
from datetime import date
from typing import Any

from models import (
    AuditFinding,
    AuditSign,
    BankAccount,
    FactKind,
    FactLoad,
    FindingState,
    InsuranceContribution,
    Person,
    Role,
    Unit,
)
from resolvers.desk.audit_finding import search_all_units
from resolvers.kernel.background import JobContext
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.office import list_ways, read_office_history
from tests.factories.rows import NANGUAN_DISTRICT, a_contribution, an_id
from tests.factories.story import story
from tests.factories.world import World, build_global_id
from tests.schema.kernel.test_once_only import one_winner

MONTHS = ("2024-08", "2024-09", "2024-10")
FINDING = "id version sign state evidence region reason settledByName possibleActions { action }"
FINDINGS = f"""query ($sign: [AuditSign!], $state: [FindingState!]) {{
  auditFindings(sign: $sign, state: $state) {{ totalCount edges {{ node {{ {FINDING}
    record {{ __typename }} person {{ name }} unit {{ name }} }} }} }} }}"""
SEARCHED = f"... on AuditFindingsPayload {{ findings {{ {FINDING} }} }}"
SETTLED = f"... on AuditFindingPayload {{ finding {{ {FINDING} }} }}"


@story
async def chain(world: World) -> InternshipScenario:
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    await world.add_account("auditor", Role.AUDITOR, "220100")
    return made


async def unit_id(chain: InternshipScenario) -> str:
    (unit,) = [u for u in await chain.world.load_rows(Unit) if u.name == f"{chain.unit}有限公司"]
    return build_global_id("Unit", unit.id)


async def claimed_person(chain: InternshipScenario) -> Any:
    intern = await chain.approve_intern(1)
    for month in MONTHS:
        await chain.approve_reports(month, intern)
    await chain.submit_claim("2024-10")
    return intern


async def paid(
    chain: InternshipScenario, *months: str, code: str | None = None, until: str = ""
) -> None:
    """Put months of insurance on file, by the unit itself unless said otherwise."""
    world = chain.world
    (unit,) = [u for u in await world.load_rows(Unit) if u.name == f"{chain.unit}有限公司"]
    (person,) = [p for p in await world.load_rows(Person) if p.name == "见习生1"]
    for month in months:
        day = date.fromisoformat(f"{month}-01")
        row = a_contribution(person, day, id=an_id("paid", month, code), void=False)
        row.employer_credit_code = code or unit.credit_code
        await world.add_rows(row)
    if until:
        await world.add_rows(a_load(date.fromisoformat(f"{until}-01")))


def a_load(latest: date) -> FactLoad:
    return FactLoad(
        id=an_id("load", latest),
        region="220000",
        kind=FactKind.INSURANCE_CONTRIBUTION,
        source="test",
        as_of=latest,
        latest=latest,
        digest=b"digest",
        loaded=1,
        refused=0,
    )


async def search(chain: InternshipScenario, who: str) -> Any:
    return await chain.world.mutate(
        "searchFindings", {"unitId": await unit_id(chain)}, who, SEARCHED
    )


async def listed(world: World, who: str, **given: Any) -> list[Any]:
    answer = (await world.ask(FINDINGS, who, **given)).only
    nodes = [edge["node"] for edge in answer["edges"]]
    assert answer["totalCount"] == len(nodes)
    return nodes


async def test_x14_insured_just_before_the_claim_and_gone_after_is_found(
    chain: InternshipScenario,
) -> None:
    await claimed_person(chain)  # in 2025-03, by the clock of the world
    await paid(chain, "2025-02", "2025-03", until="2025-06")
    assert (await search(chain, "officer"))["__typename"] == "AuditFindingsPayload"
    (found,) = await listed(chain.world, "officer")
    assert (found["sign"], found["state"]) == ("INSURED_ONLY_AROUND_CLAIM", "OPEN")
    assert "2025-02 to 2025-03" in found["evidence"]
    assert found["record"] == {"__typename": "ClaimLine"}
    assert found["person"] == {"name": "见习生1"}


async def test_x14_who_stays_insured_or_of_whom_nobody_knows_yet_is_no_sign(
    chain: InternshipScenario,
) -> None:
    await claimed_person(chain)
    await paid(chain, "2025-02", "2025-03", until="2025-04")
    assert (await search(chain, "officer"))["findings"] == []
    await paid(chain, "2025-04", "2025-05", "2025-06", until="2025-06")
    assert (await search(chain, "officer"))["findings"] == []


async def test_x14_one_account_in_several_units_is_a_finding_in_each(
    chain: InternshipScenario,
) -> None:
    world = chain.world
    await chain.add_bank_account()
    await world.add_unit("other", NANGUAN_DISTRICT)
    await world.add_account("elsewhere", Role.DISTRICT_OFFICER, NANGUAN_DISTRICT)
    (own,) = await world.load_rows(BankAccount)
    (other,) = [u for u in await world.load_rows(Unit) if u.name == "other有限公司"]
    columns = {c.key: getattr(own, c.key) for c in BankAccount.__mapper__.column_attrs}
    twin = columns | {"unit_id": other.id, "region": NANGUAN_DISTRICT, "id": an_id("twin")}
    await world.add_rows(BankAccount(**twin))
    assert await search_all_units(JobContext(service=world.service)) == 0
    (near,), (far,) = [await listed(world, who) for who in ("officer", "elsewhere")]
    for found in (near, far):
        assert found["sign"] == "ACCOUNT_IN_SEVERAL_UNITS"
        assert "1 other units" in found["evidence"]
        assert found["record"] == {"__typename": "BankAccount"}
    assert {near["unit"]["name"], far["unit"]["name"]} == {"unit有限公司", "other有限公司"}
    assert len(await listed(world, "auditor")) == 2


async def test_x14_insured_elsewhere_in_a_reported_month_is_two_places_at_once(
    chain: InternshipScenario,
) -> None:
    intern = await chain.approve_intern(1)
    await chain.approve_reports("2024-08", intern)
    await chain.save_reports("2024-09", intern)  # a draft says nothing yet
    await paid(chain, "2024-08", "2024-09", code="91510104MA0000009X")
    await paid(chain, "2024-08")
    (found,) = (await search(chain, "auditor"))["findings"]
    assert found["sign"] == "TWO_PLACES_IN_A_MONTH"
    assert (
        found["evidence"] == "Reported for 2024-08, and insured by 1 other employers in that month."
    )
    assert found["possibleActions"] == []


async def test_x14_what_was_found_is_not_found_again_and_stays_as_it_was_settled(
    chain: InternshipScenario,
) -> None:
    intern = await chain.approve_intern(1)
    await chain.approve_reports("2024-08", intern)
    await paid(chain, "2024-08", code="91510104MA0000009X")
    (found,) = (await search(chain, "officer"))["findings"]
    assert (await search(chain, "officer"))["findings"] == [found]
    await paid(chain, "2024-08", code="91510104MA0000008X")
    (grown,) = (await search(chain, "officer"))["findings"]
    assert (grown["id"], grown["version"]) == (found["id"], found["version"] + 1)
    assert "2 other employers" in grown["evidence"]
    said = to_decision(grown) | {"reason": "已核实为劳务派遣"}
    done = (await chain.world.mutate("explainFinding", said, "officer", SETTLED))["finding"]
    assert (done["state"], done["reason"]) == ("EXPLAINED", "已核实为劳务派遣")
    await paid(chain, "2024-08", code="91510104MA0000007X")
    (kept,) = (await search(chain, "officer"))["findings"]
    assert kept == done
    again = await chain.world.mutate(
        "confirmFinding", to_decision(done) | {"reason": "x"}, "officer"
    )
    assert again["reason"] == "WRONG_STATUS"


async def test_x14_looking_at_once_puts_each_sign_down_once(chain: InternshipScenario) -> None:
    intern = await chain.approve_intern(1)
    await chain.approve_reports("2024-08", intern)
    await paid(chain, "2024-08", code="91510104MA0000009X")
    work = JobContext(service=chain.world.service)
    searches = [search(chain, who) for who in ("officer", "auditor") * 4]
    results = await asyncio.gather(*searches, search_all_units(work), search_all_units(work))
    assert all(r == 0 or r["__typename"] == "AuditFindingsPayload" for r in results)
    (row,) = await chain.world.load_rows(AuditFinding)
    assert (row.sign, row.version) == (AuditSign.TWO_PLACES_IN_A_MONTH, 1)


async def test_x12_of_officers_who_settle_a_finding_at_once_one_wins(
    chain: InternshipScenario,
) -> None:
    intern = await chain.approve_intern(1)
    await chain.approve_reports("2024-08", intern)
    await paid(chain, "2024-08", code="91510104MA0000009X")
    (found,) = (await search(chain, "officer"))["findings"]
    said = to_decision(found) | {"reason": "核实"}
    ways = ("explainFinding", "confirmFinding") * 4
    await one_winner(*(chain.world.mutate(way, said, "officer") for way in ways))
    (row,) = await chain.world.load_rows(AuditFinding)
    assert row.version == found["version"] + 1
    assert row.state in {FindingState.EXPLAINED, FindingState.CONFIRMED}
    (step,) = await read_office_history(chain.world, "AuditFinding", found["id"], "auditor")
    assert list_ways([step])[0][1:] == ("OPEN", row.state, "officer account")
    assert await read_office_history(chain.world, "AuditFinding", found["id"], "unit") == []


async def test_x14_the_unit_never_learns_of_a_finding(chain: InternshipScenario) -> None:
    intern = await chain.approve_intern(1)
    await chain.approve_reports("2024-08", intern)
    await paid(chain, "2024-08", code="91510104MA0000009X")
    assert (await search(chain, "unit"))["__typename"] == "Forbidden"
    await search_all_units(JobContext(service=chain.world.service))
    assert await listed(chain.world, "unit") == []
    history = "{ viewer { unit { timeline(first: 100) { edges { node { action title } } } } } }"
    answer = await chain.world.ask(history, "unit")
    assert "FINDING" not in str(answer.body).upper()


async def test_x14_looking_takes_as_many_statements_for_many_units_as_for_one(
    chain: InternshipScenario,
) -> None:
    world, work = chain.world, JobContext(service=chain.world.service)
    await search_all_units(work)
    world.statements.clear()
    await search_all_units(work)
    before = len(world.statements)
    for n in range(10):
        await world.add_unit(f"more {n}")
    world.statements.clear()
    await search_all_units(work)
    assert len(world.statements) == before


async def test_x14_findings_are_listed_by_sign_and_state(chain: InternshipScenario) -> None:
    intern = await chain.approve_intern(1)
    await chain.approve_reports("2024-08", intern)
    await paid(chain, "2024-08", code="91510104MA0000009X")
    await search(chain, "officer")
    world = chain.world
    assert len(await listed(world, "officer", sign=["TWO_PLACES_IN_A_MONTH"])) == 1
    assert await listed(world, "officer", sign=["ACCOUNT_IN_SEVERAL_UNITS"]) == []
    assert await listed(world, "officer", state=["CONFIRMED"]) == []
    assert len(await world.load_rows(InsuranceContribution)) == 1
