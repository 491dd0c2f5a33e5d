"""S13, S24 of the walk: persons are entered by form, one by one, and judged as a roster's rows."""

import asyncio
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from models import ClaimLine, History, Person, Roster, RosterRow, Unit
from resolvers.kernel.rate_limit import LOOK_UP_LIMIT
from tests.factories.hiring_scenario import (
    CARD_NUMBER,
    END,
    START,
    HiringScenario,
    a_cell_row,
)
from tests.factories.roster import BORN
from tests.factories.rows import (
    CHAOYANG_DISTRICT,
    CHENGDU_DISTRICT,
    NATIONWIDE_ACTOR,
    an_id_number,
)
from tests.schema.hiring.test_hiring import faults, hired  # noqa: F401 - a fixture

ROW = """... on RosterRowPayload { rosterRow { id passed name idNumberMasked
  faults { column reason } findings { control outcome reason message }
  roster { id entered state total checked passed failed name } } }"""


def a_form(number: int, **more: object) -> dict[str, Any]:
    """Fill in the form of somebody who was hired on 2024-09-01."""
    return {
        "kind": "HIRING",
        "place": CHENGDU_DISTRICT,
        "name": f"见习生{number}",
        "idNumber": an_id_number(number, BORN, CHAOYANG_DISTRICT),
        "group": "REGISTERED_UNEMPLOYED",
        "contractStartsOn": f"{START}",
        "contractEndsOn": f"{END}",
    } | more


def a_placement(number: int, employer: Unit, **more: object) -> dict[str, Any]:
    placed = {"employerCreditCode": employer.credit_code, "employerName": employer.name}
    return a_form(number, kind="SERVICE", beneficiary="UNIT", **placed) | more


async def enter(of: HiringScenario, form: dict[str, Any], **more: Any) -> Any:
    result = await of.world.mutate("addRosterPerson", form, of.unit, ROW, **more)
    return result.get("rosterRow", result)


async def test_s13_a_form_answers_what_a_rosters_row_answers(
    hired: HiringScenario,  # noqa: F811
) -> None:
    """The same controls with the same words, passed or failed, for somebody unknown as well."""
    await hired.add_people(1, 2)
    await hired.check_roster(a_cell_row(1), a_cell_row(2, ends="2025-06-30"), a_cell_row(3))
    kept = await hired.world.load_rows(RosterRow)
    by_name = {row.name: row for row in kept}
    for number, ends in ((1, f"{END}"), (2, "2025-06-30"), (3, f"{END}")):
        row, told = (
            by_name[f"见习生{number}"],
            await enter(hired, a_form(number, contractEndsOn=ends)),
        )
        assert told["passed"] is row.passed is (number == 1)
        assert [(f["control"], f["outcome"], f["reason"]) for f in told["findings"]] == [
            (f["control"], f["outcome"], f["reason"]) for f in row.findings
        ]
        assert [(f["column"], f["reason"]) for f in told["faults"]] == [
            (f["column"], f["reason"]) for f in row.faults
        ]
    assert by_name["见习生3"].faults[0]["reason"] == "PERSON_NOT_ON_FILE"


async def test_s13_persons_entered_one_by_one_are_claimed_together(
    hired: HiringScenario,  # noqa: F811
) -> None:
    await hired.add_people(1, 2, 3)
    first = await enter(hired, a_form(1))
    roster = first["roster"]
    assert (roster["entered"], roster["state"], roster["name"]) == (True, "CHECKED", "逐人录入")
    assert (await enter(hired, a_form(2, rosterId=roster["id"])))["passed"]
    failed = await enter(hired, a_form(3, rosterId=roster["id"], contractEndsOn="2025-01-01"))
    told = failed["roster"]
    assert [told[each] for each in ("total", "checked", "passed", "failed")] == [3, 3, 2, 1]
    cured = await enter(
        hired, a_form(3, rosterId=roster["id"], contractEndsOn=None, openEnded=True)
    )
    assert cured["roster"]["total"] == 3
    claim = await hired.submit_claim(roster)
    assert claim["amount"] == "2000.00"
    names = {row.name for row in await hired.world.load_rows(RosterRow) if row.passed}
    assert names == {"见习生1", "见习生2"}
    entries = [r for r in await hired.world.load_rows(History) if r.action == "ENTER_PERSON"]
    assert len(entries) == 4
    assert "见习生" not in str([each.changes for each in entries])


async def test_s13_who_is_entered_again_takes_their_rows_place_until_it_is_claimed(
    hired: HiringScenario,  # noqa: F811
) -> None:
    await hired.add_people(1)
    roster = (await enter(hired, a_form(1, contractEndsOn="2025-01-01")))["roster"]
    again = await enter(hired, a_form(1, rosterId=roster["id"]))
    assert (again["passed"], again["roster"]["total"]) == (True, 1)
    assert len(await hired.world.load_rows(RosterRow)) == 1
    await hired.submit_claim(roster)
    held = await enter(hired, a_form(1, rosterId=roster["id"]))
    assert (held["reason"], held["path"]) == ("PERSON_ENTERED", ["input", "idNumber"])


async def test_x12_who_is_entered_again_while_being_claimed_is_claimed_or_refused(
    hired: HiringScenario,  # noqa: F811
) -> None:
    await hired.add_people(1)
    roster = (await enter(hired, a_form(1)))["roster"]
    again = a_form(1, rosterId=roster["id"])
    told = await asyncio.gather(
        *(each for _ in range(3) for each in (enter(hired, again), hired.try_draft_claim(roster)))
    )
    drafted = [each for each in told if each.get("__typename") == "ClaimPayload"]
    others = [each for each in told if each not in drafted and "roster" not in each]
    assert {each["reason"] for each in others} <= {"PERSON_ENTERED"}
    assert len(drafted) == 3
    lines = await hired.world.load_rows(ClaimLine)
    kept = {row.id for row in await hired.world.load_rows(RosterRow)}
    assert {line.roster_row_id for line in lines} <= kept


async def test_s14_a_placed_person_is_entered_with_employer_and_own_card(
    hired: HiringScenario,  # noqa: F811
) -> None:
    """S25 of the walk: nobody names the agency's account where each person is paid."""
    employer = await hired.add_employer()
    await hired.add_people(1, 2, employer=employer)
    card = {"beneficiary": "PERSON", "payeeBank": "中国银行", "payeeNumber": CARD_NUMBER}
    first = await enter(hired, a_placement(1, employer, **card))
    assert first["passed"], first
    wrong = a_placement(2, employer, **card) | {"payeeNumber": CARD_NUMBER[:-1] + "0"}
    bad = await enter(hired, wrong | {"rosterId": first["roster"]["id"]})
    assert bad["faults"] == [{"column": "payee_number", "reason": "CARD_NUMBER_CHECKSUM"}]
    named = await hired.try_draft_claim(first["roster"], kind="Service")
    assert (named["reason"], named["path"]) == ("ACCOUNT_NOT_ASKED", ["input", "bankAccountId"])
    claim = await hired.submit_claim(first["roster"], kind="Service", paid_themselves=True)
    account = "query ($id: ID!) { node(id: $id) { ... on ServiceClaim { bankAccount { id } } } }"
    assert (await hired.world.ask(account, hired.unit, id=claim["id"])).only["bankAccount"] is None
    (line,) = await hired.world.load_rows(ClaimLine)
    assert line.payee_name == "见习生1"


async def test_s14_who_is_named_otherwise_by_now_is_told_at_submission(
    hired: HiringScenario,  # noqa: F811
) -> None:
    employer = await hired.add_employer()
    await hired.add_people(1, employer=employer)
    card = {"beneficiary": "PERSON", "payeeBank": "中国银行", "payeeNumber": CARD_NUMBER}
    row = await enter(hired, a_placement(1, employer, **card))
    made = await hired.try_draft_claim(row["roster"], kind="Service", paid_themselves=True)
    async with AsyncSession(hired.world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        await session.execute(update(Person).values(name="另名"))
    sent = await hired.try_transition("submit", made["claim"])
    assert faults(sent) == [("PAYEE_NOT_THE_PERSON", "lines", "0")]


async def test_s14_a_claim_that_pays_the_unit_names_its_account(
    hired: HiringScenario,  # noqa: F811
) -> None:
    await hired.add_people(1)
    row = await enter(hired, a_form(1))
    made = await hired.try_draft_claim(row["roster"], paid_themselves=True)
    assert (made["reason"], made["path"]) == ("ACCOUNT_NEEDED", ["input", "bankAccountId"])


async def test_s13_a_form_is_refused_by_the_field_that_lacks_or_is_not_asked(
    hired: HiringScenario,  # noqa: F811
) -> None:
    employer = await hired.add_employer()
    placement = a_placement(1, employer)
    cases: list[tuple[dict[str, Any], set[tuple[str, ...]]]] = [
        (a_form(1, openEnded=True), {("CONTRACT_END_UNCLEAR", "contractEndsOn")}),
        (a_form(1, contractEndsOn=None), {("CONTRACT_END_UNCLEAR", "contractEndsOn")}),
        (a_form(1, beneficiary="UNIT"), {("BENEFICIARY_NOT_ASKED", "beneficiary")}),
        (a_form(1, employerName="某公司"), {("FIELD_NOT_ASKED", "employerName")}),
        (a_form(1, kind="TRAINEES"), {("ROSTER_NOT_ENTERED", "kind")}),
        (placement | {"employerCreditCode": None}, {("CELL_EMPTY", "employerCreditCode")}),
        (placement | {"payeeBank": "中国银行"}, {("FIELD_NOT_ASKED", "payeeBank")}),
        (
            placement | {"beneficiary": "PERSON"},
            {("CELL_EMPTY", "payeeBank"), ("CELL_EMPTY", "payeeNumber")},
        ),
        (a_form(1, idNumber="123"), {("ID_NUMBER_MALFORMED", "idNumber")}),
    ]
    for form, expected in cases:
        assert set(faults(await enter(hired, form))) == expected, form
    assert await hired.world.load_rows(Roster) == []


async def test_s13_nobody_is_added_to_a_file_to_another_kind_or_to_anothers_roster(
    hired: HiringScenario,  # noqa: F811
) -> None:
    await hired.add_people(1, 2)
    file = await hired.check_roster(a_cell_row(1))
    assert faults(await enter(hired, a_form(2, rosterId=file["id"]))) == [
        ("ROSTER_OF_A_FILE", "rosterId")
    ]
    own = (await enter(hired, a_form(1)))["roster"]
    elsewhere = a_form(2, rosterId=own["id"], place="510100")
    assert faults(await enter(hired, elsewhere)) == [("ROSTER_OTHER_KIND", "rosterId")]
    other = await HiringScenario(hired.world, "other").add_unit()
    foreign = await enter(other, a_form(2, rosterId=own["id"]))
    assert (foreign["reason"], foreign["path"]) == ("NOT_FOUND", ["input", "rosterId"])
    as_officer = await hired.world.mutate("addRosterPerson", a_form(1), "reviewer", ROW)
    assert as_officer["__typename"] == "Forbidden"


async def test_s13_forms_are_limited_and_one_sent_twice_counts_once(
    hired: HiringScenario,  # noqa: F811
) -> None:
    await hired.add_people(1)
    key = "form-0001"
    twice = [await enter(hired, a_form(1), key=key) for _ in range(2)]
    assert twice[0]["id"] == twice[1]["id"]
    assert len(await hired.world.load_rows(Roster)) == 1
    for _ in range(LOOK_UP_LIMIT.tries - 2):
        await enter(hired, a_form(9, rosterId=twice[0]["roster"]["id"]))
    assert (await enter(hired, a_form(1)))["reason"] == "TOO_MANY_TRIES"
