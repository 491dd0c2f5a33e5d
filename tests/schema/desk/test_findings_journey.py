"""X07 of the walk, X14: a district in which every sign is to be found, by requests alone.

Two units, one account number, a person insured around the claim and elsewhere in a reported month;
a combination that the province forbids. Officers see all of it, the units that there is a conflict.
"""

from typing import Any

from models import AuditSign, Claim, Person, Role, Unit
from resolvers.desk.audit_finding import search_all_units
from resolvers.kernel.background import JobContext
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.rows import a_credit_code, an_id_number
from tests.factories.story import story
from tests.factories.world import World, build_global_id
from tests.schema.desk.test_audit_finding import FINDINGS, SEARCHED, SETTLED
from tests.schema.internship.test_mentored_once import a_rivals_claim
from tests.schema.policy.test_parameter import given

MONTHS = ("2024-08", "2024-09", "2024-10")
CLAIM = "... on ClaimPayload { claim { id version status } }"
BENEFITS = """query ($id: ID!) { node(id: $id) { ... on Claim { lines {
  otherBenefits { kind year amount unitName } } } } }"""
HEADINGS = ["公民身份号码", "姓名", "缴费月份", "统一社会信用代码"]
LOADED = "... on FactLoadPayload { factLoad { loaded } }"


@story
async def district(world: World) -> InternshipScenario:
    """A claim of a person's months, and what the bureau and the banks know besides."""
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    intern = await made.approve_intern(1)
    for month in MONTHS:
        await made.approve_reports(month, intern)
    await made.confirm_parameters()
    await world.add_account("supplier", Role.DATA_SUPPLIER, "220100")
    await made.submit_claim("2024-10")
    await world.add_unit("rival")
    rival = InternshipScenario(world, "rival")
    await rival.add_bank_account(accountName="rival有限公司")
    return made


async def load_insurance(chain: InternshipScenario) -> None:
    """Insured by the unit in the claim's month alone, and elsewhere in a reported one."""
    rows = await chain.world.load_rows(Unit)
    (own,) = [unit.credit_code for unit in rows if unit.name == "unit有限公司"]
    who = [an_id_number(1), "见习生1"]
    paid = [("2025-02", own), ("2025-03", own), ("2024-09", a_credit_code(77))]
    stranger = [an_id_number(5), "赵六", "2025-06", a_credit_code(77)]
    call = {
        "kind": "INSURANCE_CONTRIBUTION",
        "source": "长春市社会保险事业管理局",
        "asOf": "2025-07-01",
        "region": "220100",
        "columns": HEADINGS,
        "rows": [*([*who, *each] for each in paid), stranger],
    }
    chain.world.clock.now = chain.world.clock.now.replace(month=7)
    result = await chain.world.mutate("loadFacts", call, "supplier", LOADED)
    assert result["factLoad"]["loaded"] == 4, result


async def test_x14_every_sign_is_found_and_seen_by_officers_alone(
    district: InternshipScenario,
) -> None:
    world = district.world
    await load_insurance(district)
    (unit,) = [row for row in await world.load_rows(Unit) if row.name == "unit有限公司"]
    asked = {"unitId": build_global_id("Unit", unit.id)}
    found = (await world.mutate("searchFindings", asked, "officer", SEARCHED))["findings"]
    assert {each["sign"] for each in found} == {sign.value for sign in AuditSign}
    for each in found:
        assert {action["action"] for action in each["possibleActions"]} == {"EXPLAIN", "CONFIRM"}
    await search_all_units(JobContext(service=world.service))  # finds nothing a second time
    listed = [edge["node"] for edge in (await world.ask(FINDINGS, "officer")).only["edges"]]
    assert len(listed) == len(AuditSign) + 1  # the account is a sign at the other unit, too
    assert {each["unit"]["name"] for each in listed} == {"unit有限公司", "rival有限公司"}
    for who in ("unit", "rival"):
        assert (await world.ask(FINDINGS, who)).only["edges"] == []
        said = await world.mutate("searchFindings", asked, who, SEARCHED)
        assert said["__typename"] == "Forbidden"
        node = "query ($id: ID!) { node(id: $id) { id } }"
        for each in listed:
            assert (await world.ask(node, who, id=each["id"])).only is None
    settled = to_decision(found[0]) | {"reason": "已核实：转移接续"}
    told = (await world.mutate("explainFinding", settled, "officer", SETTLED))["finding"]
    assert (told["state"], told["settledByName"]) == ("EXPLAINED", "officer account")
    again = (await world.mutate("searchFindings", asked, "officer", SEARCHED))["findings"]
    assert {e["state"] for e in again if e["id"] == told["id"]} == {"EXPLAINED"}


async def test_x14_a_combination_that_the_province_forbids_is_a_conflict_and_no_more(
    district: InternshipScenario,
) -> None:
    world = district.world
    pairs: dict[str, Any] = {"key": "combination.forbidden", "value": "LIVING_ALLOWANCE+MENTORING"}
    await given(world, **pairs)
    theirs = await a_rivals_claim_of_its_own(district)
    said = await world.mutate("submitClaim", to_decision(theirs), "second", CLAIM)
    (fault,) = said["faults"]
    assert (fault["reason"], fault["path"]) == ("BENEFIT_CONFLICT", ["input", "lines", "0"])
    for word in ("LIVING_ALLOWANCE", "生活费", "2024-10", "unit有限公司", "见习生1"):
        assert word not in str(said)
    # once the pair is allowed again, both stand, and the officer sees each beside the other
    world.clock.now = world.clock.now.replace(day=11)
    await given(world, **pairs | {"value": "none", "effectiveFrom": "2025-03-11"})
    sent = await world.mutate("submitClaim", to_decision(theirs), "second", CLAIM)
    assert sent["__typename"] == "ClaimPayload", sent
    (own,) = [row for row in await world.load_rows(Claim) if row.month]
    of = build_global_id("LivingAllowanceClaim", own.unit_id, own.id)
    (line,) = (await world.ask(BENEFITS, "officer", id=of)).only["lines"]
    assert [(each["kind"], each["unitName"]) for each in line["otherBenefits"]] == [
        ("MENTORING", "second有限公司")
    ]
    refused = await world.ask(BENEFITS, "unit", id=of)
    assert refused.errors[0]["extensions"]["code"] == "FORBIDDEN"


async def a_rivals_claim_of_its_own(chain: InternshipScenario) -> Any:
    """Let a second unit have retained the person, and draft its claim for mentoring."""
    (person,) = [p for p in await chain.world.load_rows(Person) if p.name == "见习生1"]
    return await a_rivals_claim(chain.world, "second", [person])
