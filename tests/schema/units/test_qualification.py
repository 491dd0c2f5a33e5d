"""Units' qualifications: drafted, reviewed, and none of a kind twice on a day (S4, S12)."""

import asyncio
from datetime import date
from typing import Any

from models import EnterpriseSize, Qualification, QualificationKind, Role, Status
from tests.factories.filing import attach_files, upload_file
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.refusal import assert_refused, list_refusal_reasons
from tests.factories.world import World

SMALL = {"content": {"enterpriseSize": "SMALL"}, "validFrom": "2024-01-01"}
NUMBER = "(川)人服证字〔2021〕第0100001234号"
LICENCE = {
    "content": {"agencyLicence": {"number": NUMBER}},
    "validFrom": "2021-06-01",
    "validTo": "2026-05-31",
}
WHY = {"reason": "材料不符"}
SHOWN = """{ viewer { unit { qualifications(first: 20, orderBy: OLDEST) { edges { node {
  kind size licenceNumber validFrom validTo status attachments { name }
  possibleActions { action allowed } } } } } } }"""
QUEUE = "{ workQueue(first: 20) { edges { node { kind record { __typename id status } } } } }"
SIZE, AGENCY = QualificationKind.ENTERPRISE_SIZE, QualificationKind.AGENCY_LICENCE


async def drafted(chain: InternshipScenario, draft: dict[str, Any] = SMALL, **more: Any) -> Any:
    return await chain.run_step("addQualification", draft | more, chain.unit, "qualification")


async def moved(
    chain: InternshipScenario, verb: str, row: Any, as_: str = "officer", **more: Any
) -> Any:
    return await chain.run_step(
        f"{verb}Qualification", to_decision(row) | more, as_, "qualification"
    )


async def submitted(chain: InternshipScenario, draft: dict[str, Any] = SMALL, **more: Any) -> Any:
    return await moved(chain, "submit", await drafted(chain, draft, **more), chain.unit)


async def approved(chain: InternshipScenario, draft: dict[str, Any] = SMALL, **more: Any) -> Any:
    return await moved(chain, "approve", await submitted(chain, draft, **more))


async def in_force(world: World, kind: QualificationKind, on: date) -> Qualification | None:
    unit = world.accounts["unit"].unit_id
    found = [
        row
        for row in await world.load_rows(Qualification)
        if (row.unit_id, row.kind, row.status) == (unit, kind, Status.APPROVED)
        and row.valid_from <= on <= (row.valid_to or on)
    ]
    return found[0] if found else None


async def shown(world: World) -> list[Any]:
    edges = (await world.ask(SHOWN, "unit")).only["unit"]["qualifications"]["edges"]
    return [edge["node"] for edge in edges]


async def read_reasons(world: World, row: Any, who: str) -> dict[str, str | None]:
    query = """query ($id: ID!) { node(id: $id) { ... on Qualification {
      possibleActions { action reason } } } }"""
    actions = (await world.ask(query, who, id=row["id"])).only["possibleActions"]
    return {each["action"]: each["reason"] for each in actions}


async def test_s4_a_size_counts_once_an_officer_approved_it_and_on_its_days_alone(
    world: World,
) -> None:
    chain = InternshipScenario(world)
    row = await submitted(chain, validTo="2024-12-31")
    assert await in_force(world, SIZE, date(2024, 6, 1)) is None
    await moved(chain, "approve", row)
    for day in (date(2024, 1, 1), date(2024, 12, 31)):
        found = await in_force(world, SIZE, day)
        assert found is not None
        assert (found.size, found.licence_number) == (EnterpriseSize.SMALL, None)
    for day in (date(2023, 12, 31), date(2025, 1, 1)):
        assert await in_force(world, SIZE, day) is None
    assert await in_force(world, AGENCY, date(2024, 6, 1)) is None


async def test_s4_what_has_no_last_day_holds_until_it_is_revoked(world: World) -> None:
    chain = InternshipScenario(world)
    row = await approved(chain)
    assert await in_force(world, SIZE, date(2030, 1, 1)) is not None
    row = await moved(chain, "revoke", row, **WHY)
    assert await in_force(world, SIZE, date(2030, 1, 1)) is None
    ended = SMALL | {"validTo": "2024-06-30"}
    row = await moved(chain, "change", row, "unit", **ended)
    await moved(chain, "approve", await moved(chain, "submit", row, "unit"))
    medium = {"content": {"enterpriseSize": "MEDIUM"}, "validFrom": "2024-07-01"}
    await approved(chain, medium)
    sizes = [await in_force(world, SIZE, date(2024, month, 30)) for month in (6, 7)]
    assert [row.size for row in sizes if row] == [EnterpriseSize.SMALL, EnterpriseSize.MEDIUM]


async def test_s12_an_agency_files_its_licence_with_a_scan_of_it(world: World) -> None:
    chain = InternshipScenario(world, "agent")
    unit = world.accounts["unit"].unit_id
    await world.add_account("agent", Role.AGENCY_OPERATOR, unit_id=unit)
    row = await drafted(chain, LICENCE)
    upload = await upload_file(world, as_="agent", record="QUALIFICATION")
    await attach_files(world, row["id"], upload, kind="EVIDENCE", as_="agent")
    row = await moved(chain, "submit", row, "agent")
    waiting = (await world.ask(QUEUE, "officer")).only["edges"]
    assert [edge["node"] for edge in waiting] == [
        {
            "kind": "QUALIFICATION",
            "record": {"__typename": "Qualification", "id": row["id"], "status": "SUBMITTED"},
        }
    ]
    await moved(chain, "approve", row)
    (told,) = await shown(world)
    assert told == {
        "kind": "AGENCY_LICENCE",
        "size": None,
        "licenceNumber": NUMBER,
        "validFrom": "2021-06-01",
        "validTo": "2026-05-31",
        "status": "APPROVED",
        "attachments": [{"name": "材料.pdf"}],
        "possibleActions": [
            {"action": action, "allowed": False} for action in ("CHANGE", "SUBMIT", "WITHDRAW")
        ],
    }


async def test_s4_a_qualification_that_ends_before_it_begins_is_refused(world: World) -> None:
    wrong = SMALL | {"validTo": "2023-12-31"}
    faults = [("DATES_REVERSED", "input.validTo")]
    assert await assert_refused(world, "addQualification", wrong, "unit") == faults
    row = await drafted(InternshipScenario(world))
    assert (
        await assert_refused(world, "changeQualification", to_decision(row) | wrong, "unit")
        == faults
    )


async def test_s4_one_that_overlaps_an_approved_one_of_its_kind_goes_no_further(
    world: World,
) -> None:
    chain = InternshipScenario(world)
    late = await submitted(chain, validFrom="2024-03-01")
    await approved(chain, validTo="2024-03-01")
    faults = [("QUALIFICATION_OVERLAPS", "input")]
    assert (
        await assert_refused(world, "approveQualification", to_decision(late), "officer") == faults
    )
    row = await drafted(chain, validFrom="2024-02-01", validTo="2024-02-02")
    assert await assert_refused(world, "submitQualification", to_decision(row), "unit") == faults
    for each, action, who in ((late, "APPROVE", "officer"), (row, "SUBMIT", "unit")):
        assert (await read_reasons(world, each, who))[action] == "QUALIFICATION_OVERLAPS"
    await approved(chain, validFrom="2024-03-02")
    await approved(chain, LICENCE)
    await world.add_unit("other")
    await approved(InternshipScenario(world, "other"))


async def test_s4_of_many_overlapping_approved_at_once_exactly_one_holds(world: World) -> None:
    chain = InternshipScenario(world)
    rows = [await submitted(chain, validFrom=f"2024-01-{day:02}") for day in range(1, 17)]
    results = await asyncio.gather(
        *(world.mutate("approveQualification", to_decision(row), "officer") for row in rows)
    )
    lost = [result for result in results if result["__typename"] != "QualificationPayload"]
    assert [list_refusal_reasons(result) for result in lost] == [
        [("QUALIFICATION_OVERLAPS", "input")]
    ] * 15
    states = [row.status for row in await world.load_rows(Qualification)]
    assert states.count(Status.APPROVED) == 1


async def test_x2_who_filed_a_qualification_does_not_approve_it(world: World) -> None:
    row = await submitted(InternshipScenario(world))
    for who in ("unit", "city"):
        no = await assert_refused(world, "approveQualification", to_decision(row), who)
        assert no == [("FORBIDDEN", "REVIEW_QUALIFICATIONS")]


async def test_x1_many_qualifications_are_reviewed_at_once_each_by_itself(world: World) -> None:
    chain = InternshipScenario(world)
    rows = [await submitted(chain, validFrom=f"202{n}-01-01") for n in (1, 2)]
    rows.append(await submitted(chain, LICENCE))
    input = {"verdict": "APPROVE", "records": [to_decision(row) for row in rows]}
    outcomes = "... on ReviewPayload { outcomes { record { status } faults { reason } } }"
    found = (await world.mutate("reviewQualifications", input, "officer", outcomes))["outcomes"]
    assert [outcome["record"]["status"] for outcome in found] == [
        "APPROVED",
        "SUBMITTED",
        "APPROVED",
    ]
    assert found[1]["faults"] == [{"reason": "QUALIFICATION_OVERLAPS"}]


async def test_x9_what_became_of_a_qualification_is_told_in_its_history(world: World) -> None:
    chain = InternshipScenario(world)
    row = await moved(chain, "return", await submitted(chain), **WHY)
    medium = SMALL | {"content": {"enterpriseSize": "MEDIUM"}}
    await moved(chain, "change", row, "unit", **medium)
    document = """query ($id: ID!) { node(id: $id) { ... on Qualification {
      changes { field fieldName before after }
      history(first: 9) { edges { node { action reason subject: kind } } } } } }"""
    found = (await world.ask(document, "officer", id=row["id"])).only
    assert found["changes"] == [
        {"field": "size", "fieldName": "enterprise size", "before": "SMALL", "after": "MEDIUM"}
    ]
    steps = [edge["node"]["action"] for edge in found["history"]["edges"]]
    assert steps == ["CHANGE", "RETURN", "SUBMIT", "CREATE"]
