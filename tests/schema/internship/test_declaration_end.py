"""The end of a declaration: nothing new, its interns end with it, earlier months stay (X19)."""

import asyncio
from datetime import date, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from models import (
    Claim,
    ClaimLine,
    Clawback,
    EndReason,
    Intern,
    InternshipTerm,
    LineState,
    MonthlyReport,
    Reduction,
    Status,
)
from tests.factories.crowd import a_crowd
from tests.factories.internship_scenario import (
    ACCOUNT_DRAFT,
    DECLARATION_DRAFT,
    POST_DRAFT,
    STAFF_DRAFT,
    InternshipScenario,
    to_decision,
)
from tests.factories.refusal import assert_refused, try_mutation
from tests.factories.rows import NATIONWIDE_ACTOR
from tests.factories.story import story
from tests.factories.world import World

END = {"endedOn": "2024-11-15", "kind": "DEREGISTERED", "reason": "市场监管部门已注销"}
MONTHS = ("2024-08", "2024-09", "2024-10")
ROW = {"daysAttended": 10, "wagePaid": "3400.00", "insurancePaid": "1.00"}


class Ended(InternshipScenario):
    """A unit whose declaration an officer ends."""

    declaration: dict[str, Any]

    async def list_actions(self, kind: str, id: str) -> dict[str, str | None]:
        """Ask what the unit may do to a record, and why not."""
        query = """query ($id: ID!) { node(id: $id) { ... on %s {
          possibleActions { action reason } } } }"""
        node = (await self.world.ask(query % kind, "unit", id=id)).only
        return {each["action"]: each["reason"] for each in node["possibleActions"]}

    async def ended(self, **changes: Any) -> Any:
        asked = to_decision(self.declaration) | END | changes
        row = await self.run_step("endDeclaration", asked, "officer", "declaration")
        self.declaration = row
        return row


@story
async def chain(world: World) -> Ended:
    made = Ended(world)
    made.declaration = await made.approve_declaration()
    await made.add_post()
    return made


async def the_intern(chain: InternshipScenario) -> Intern:
    (row,) = await chain.world.load_rows(Intern)
    assert isinstance(row, Intern)
    return row


async def test_x19_a_declaration_ends_with_date_and_kind(chain: Ended) -> None:
    await chain.ended()
    query = """{ declarations { edges { node { status endedOn endKind reason
      possibleActions { action allowed } history { edges { node { action toStatus } } } } } } }"""
    ((edge),) = (await chain.world.ask(query, "officer")).only["edges"]
    node = edge["node"]
    assert (node["status"], node["endedOn"], node["endKind"]) == (
        "ENDED",
        "2024-11-15",
        "DEREGISTERED",
    )
    assert node["reason"] == END["reason"]
    assert not any(item["allowed"] for item in node["possibleActions"])
    assert {"action": "END", "toStatus": "ENDED"} in [e["node"] for e in node["history"]["edges"]]


async def test_x19_nothing_new_follows(chain: Ended) -> None:
    """J10, J14: neither posts nor interns; nor another declaration (J7)."""
    drafted = await chain.add_intern(1)
    terms = chain.build_terms(2)
    await chain.ended()
    for mutation, asked in (
        ("addPost", POST_DRAFT | {"name": "新岗位"}),
        ("addIntern", terms),
        ("submitIntern", to_decision(drafted)),
    ):
        assert await assert_refused(chain.world, mutation, asked, "unit") == [
            ("DECLARATION_ENDED", "input")
        ]
    again = {
        "plannedInterns": 1,
        "monthlyWage": "1.00",
        "trainingPlan": "新",
        "accidentInsurance": True,
        "staff": STAFF_DRAFT,
    }
    assert await assert_refused(chain.world, "createDeclaration", again, "unit") == [
        ("UNIT_DEREGISTERED", "input")
    ]


async def test_j7_a_unit_that_lost_its_status_declares_anew_and_goes_on(chain: Ended) -> None:
    """J7, X19: item J13."""
    world = chain.world
    await chain.approve_intern(1)
    drafted = await chain.add_intern(4)
    await chain.ended(kind="STATUS_LOST")
    results = await asyncio.gather(
        *(try_mutation(world, "createDeclaration", DECLARATION_DRAFT, "unit") for _ in range(8))
    )
    assert sum(each["__typename"] == "DeclarationPayload" for each in results) == 1
    no = [("DECLARATION_ENDED", "input")]
    assert await assert_refused(world, "addPost", POST_DRAFT | {"name": "新岗位"}, "unit") == no
    query = "{ declarations { edges { node { id version status } } } }"
    found = [edge["node"] for edge in (await world.ask(query, "unit")).only["edges"]]
    assert [row["status"] for row in found] == ["DRAFT", "ENDED"]
    row = await chain.run_step("submitDeclaration", to_decision(found[0]), "unit", "declaration")
    row = await chain.run_step("approveDeclaration", to_decision(row), "officer", "declaration")
    await chain.add_post(name="新岗位")
    await world.add_person(3)
    for day in ("2024-08-01", "2024-12-01", "2025-03-09"):  # before the end, and in the gap
        early = chain.build_terms(3, startsOn=day)
        found = await assert_refused(world, "addIntern", early, "unit")
        assert found == [("STARTS_UNDECLARED", "input.startsOn")]
    told = await chain.list_actions("Intern", drafted["id"])
    assert (told["SUBMIT"], told["CHANGE"]) == ("STARTS_UNDECLARED", None)
    found = await assert_refused(world, "submitIntern", to_decision(drafted), "unit")
    assert found == [("STARTS_UNDECLARED", "input.startsOn")]
    await chain.approve_intern(2, startsOn="2025-03-10")
    assert await assert_refused(world, "createDeclaration", DECLARATION_DRAFT, "unit") == [
        ("DECLARATION_EXISTS", "input")
    ]
    account = ACCOUNT_DRAFT | {"holder": "LIQUIDATOR", "accountName": "清算组"}
    assert await assert_refused(world, "addBankAccount", account, "unit") == [
        ("LIQUIDATOR_TOO_EARLY", "input.holder")
    ]
    chain.declaration = row
    await chain.ended(endedOn="2025-03-01", kind="STATUS_LOST")
    again = await try_mutation(world, "createDeclaration", DECLARATION_DRAFT, "unit")
    assert again["__typename"] == "DeclarationPayload"


async def test_x19_an_intern_who_began_under_a_declaration_is_filed_though_it_was_approved_again(
    chain: Ended,
) -> None:
    """The day of the first approval counts: a revocation in between takes back no start."""
    await chain.ended(kind="STATUS_LOST")
    row = await chain.run_step("createDeclaration", DECLARATION_DRAFT, "unit", "declaration")
    row = await chain.run_step("submitDeclaration", to_decision(row), "unit", "declaration")
    row = await chain.run_step("approveDeclaration", to_decision(row), "officer", "declaration")
    await chain.add_post(name="新岗位")
    began = chain.world.service.today().isoformat()
    drafted = await chain.add_intern(1, startsOn=began)
    chain.world.clock.now += timedelta(days=2)
    why = to_decision(row) | {"reason": "核实"}
    row = await chain.run_step("revokeDeclaration", why, "officer", "declaration")
    row = await chain.run_step("submitDeclaration", to_decision(row), "unit", "declaration")
    await chain.run_step("approveDeclaration", to_decision(row), "officer", "declaration")
    assert (await chain.list_actions("Intern", drafted["id"]))["SUBMIT"] is None
    sent = await chain.run_step("submitIntern", to_decision(drafted), "unit", "intern")
    assert sent["id"] == drafted["id"]


async def test_x19_its_interns_are_ended_by_the_officer_as_unable_to_complete(
    chain: Ended,
) -> None:
    """X19, J22."""
    await chain.approve_intern(1)
    await chain.ended()
    intern, (reduction,) = await the_intern(chain), await chain.world.load_rows(Reduction)
    assert (intern.ended_on, intern.end_reason) == (
        date(2024, 11, 15),
        EndReason.COULD_NOT_COMPLETE,
    )
    assert (reduction.status, reduction.cause, reduction.note) == (
        Status.APPROVED,
        "单位注销",
        END["reason"],
    )
    assert reduction.reviewed_by == chain.world.accounts["officer"].id
    assert reduction.submitted_by is None
    (term,) = await chain.world.load_rows(InternshipTerm)
    assert sum(s.upper - s.lower for s in term.slots) == 105


async def test_x19_who_had_not_begun_or_was_not_approved_does_not_count_any_more(
    chain: Ended,
) -> None:
    """J23: their months are free again."""
    later = {"startsOn": "2024-12-01", "endsOn": "2025-03-31"}
    await chain.approve_intern(1, **later)
    row = await chain.add_intern(2)
    await chain.run_step("submitIntern", to_decision(row), "unit", "intern")
    await chain.ended()
    assert {row.status for row in await chain.world.load_rows(Intern)} == {Status.VOIDED}
    assert all(term.term.isempty for term in await chain.world.load_rows(InternshipTerm))


async def test_x19_who_ended_before_is_left_as_they_are(chain: Ended) -> None:
    intern = await chain.approve_intern(1)
    await chain.approve_reduction(intern, "2024-09-30")
    await chain.ended()
    row = await the_intern(chain)
    assert (row.ended_on, row.end_reason) == (date(2024, 9, 30), EndReason.EMPLOYED)


async def test_x19_who_was_to_end_later_ends_now_for_their_own_reason(chain: Ended) -> None:
    intern = await chain.approve_intern(1)
    await chain.approve_reduction(intern, "2025-02-28")
    await chain.ended()
    row, (reduction,) = await the_intern(chain), await chain.world.load_rows(Reduction)
    assert (row.ended_on, row.end_reason) == (date(2024, 11, 15), EndReason.EMPLOYED)
    assert reduction.ended_on == date(2024, 11, 15)


async def test_x19_a_draft_of_a_reduction_gives_way_and_one_under_review_is_decided_first(
    chain: Ended,
) -> None:
    drafted, sent = await chain.approve_intern(1), await chain.approve_intern(2)
    await chain.draft_reduction(drafted, "2025-02-28")
    row = await chain.submit_reduction(sent, "2024-10-31")
    asked = to_decision(chain.declaration) | END
    assert await assert_refused(chain.world, "endDeclaration", asked, "officer") == [
        ("REDUCTION_PENDING", "input")
    ]
    await chain.run_step("approveReduction", to_decision(row), "officer", "reduction")
    await chain.ended()
    found = sorted((r.status, r.end_reason) for r in await chain.world.load_rows(Reduction))
    assert found == [
        ("APPROVED", "COULD_NOT_COMPLETE"),
        ("APPROVED", "EMPLOYED"),
        ("VOIDED", "EMPLOYED"),
    ]


async def test_x19_later_months_are_void_and_what_was_paid_for_them_is_clawed_back(
    chain: Ended,
) -> None:
    """X19, J39."""
    intern = await chain.approve_intern(1)
    for month in (*MONTHS, "2024-11", "2024-12"):
        await chain.approve_reports(month, intern, daysAttended=15)
    await chain.confirm_parameters()
    await chain.submit_claim("2024-12")
    async with AsyncSession(chain.world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        await session.execute(update(ClaimLine).values(state=LineState.PAID))
        await session.execute(update(Claim).values(status=Status.DISBURSED))
    await chain.ended()
    rows = await chain.world.load_rows(MonthlyReport)
    assert [r.month.month for r in rows if r.status is Status.VOIDED] == [12]
    (clawback,) = await chain.world.load_rows(Clawback)
    assert f"{clawback.amount}" == "2120.00"


async def test_x19_earlier_months_stay_reportable_and_claimable_for_ninety_days(
    chain: Ended,
) -> None:
    intern = await chain.approve_intern(1)
    for month in MONTHS:
        await chain.approve_reports(month, intern)
    account = await chain.add_bank_account()
    chain.world.clock.set_day(date(2024, 11, 20))
    await chain.ended()
    claim = {"month": "2024-11", "bankAccountId": account["id"]}
    late = {"month": "2024-12", "rows": [ROW | {"internId": intern["id"]}]}
    last = {"month": "2024-11", "rows": [ROW | {"internId": intern["id"]}]}
    chain.world.clock.set_day(date(2025, 2, 13))
    assert await assert_refused(chain.world, "saveMonthlyReports", late, "unit") == [
        ("MONTH_NOT_RUN", "input.rows.0.internId")
    ]
    await chain.approve_reports("2024-11", intern, daysAttended=11)
    row = await chain.run_step("createLivingAllowanceClaim", claim, "unit", "claim")
    chain.world.clock.set_day(date(2025, 2, 14))
    for mutation, asked in (
        ("saveMonthlyReports", last),
        ("createLivingAllowanceClaim", claim),
        ("submitClaim", to_decision(row)),
    ):
        no, *more = await assert_refused(chain.world, mutation, asked, "unit")
        assert no == ("CLAIM_TOO_LATE", "input")
        assert more == ([("REPORT_EXISTS", "input.rows.0.internId")] if asked is last else [])
    said = await try_mutation(chain.world, "createLivingAllowanceClaim", claim, "unit")
    assert "2025-02-13" in said["message"]


async def test_x4_what_nobody_may_send_any_more_after_the_end_says_so(chain: Ended) -> None:
    """J24, J29, X19: a draft of a claim, and a report that was returned."""
    intern = await chain.approve_intern(1)
    for month in MONTHS:
        await chain.approve_reports(month, intern)
    claim = await chain.draft_claim("2024-10")
    records = [to_decision(row) for row in await chain.save_reports("2024-11", intern)]
    await chain.world.mutate("submitMonthlyReports", {"records": records}, "unit")
    (report,) = [row for row in await chain.world.load_rows(MonthlyReport) if row.month.month == 11]
    returned = {"records": [records[0] | {"version": report.version}], "reason": "请更正"}
    await chain.world.mutate("returnMonthlyReports", returned, "officer")
    chain.world.clock.set_day(date(2024, 11, 20))
    await chain.ended()
    for day, said in ((date(2025, 2, 13), None), (date(2025, 2, 14), "CLAIM_TOO_LATE")):
        chain.world.clock.set_day(day)
        for kind, row in (("LivingAllowanceClaim", claim), ("MonthlyReport", records[0])):
            told = await chain.list_actions(kind, row["id"])
            assert (told["SUBMIT"], told["CHANGE"], told["WITHDRAW"]) == (said, said, None)


async def test_x19_another_declaration_opens_no_month_that_closed_under_the_one_before(
    chain: Ended,
) -> None:
    """J7, X4: nor does it take a day of the deadline; the record says so before it refuses."""
    intern = await chain.approve_intern(1)
    for month in MONTHS:
        await chain.approve_reports(month, intern)
    chain.world.clock.set_day(date(2024, 11, 20))
    await chain.ended(kind="STATUS_LOST")
    (report,) = await chain.save_reports("2024-11", intern, daysAttended=11)
    await chain.approve_declaration()
    account = await chain.add_bank_account()
    asked = {"month": "2024-10", "bankAccountId": account["id"]}
    claim = await chain.run_step("createLivingAllowanceClaim", asked, "unit", "claim")
    given = {"records": [to_decision(report)]}
    kinds = {"LivingAllowanceClaim": claim, "MonthlyReport": report}
    chain.world.clock.set_day(date(2025, 2, 13))
    for kind, row in kinds.items():
        assert (await chain.list_actions(kind, row["id"]))["SUBMIT"] is None
    chain.world.clock.set_day(date(2025, 2, 14))
    for kind, row in kinds.items():
        assert (await chain.list_actions(kind, row["id"]))["SUBMIT"] == "CLAIM_TOO_LATE"
    listed = """{ livingAllowanceCandidates(month: "2024-10") { amount reason } }"""
    (candidate,) = (await chain.world.ask(listed, "unit")).only
    assert candidate == {"amount": "0.00", "reason": "CLAIM_TOO_LATE"}
    for mutation, draft, place in (
        ("submitMonthlyReports", given, "input.records.0"),
        ("submitClaim", to_decision(claim), "input.lines.0"),
        ("createLivingAllowanceClaim", asked, "input"),
    ):
        found = await assert_refused(chain.world, mutation, draft, "unit")
        assert found == [("CLAIM_TOO_LATE", place)]


async def test_x19_a_liquidators_account_takes_an_ended_declaration(chain: Ended) -> None:
    theirs = ACCOUNT_DRAFT | {"accountName": "清算组", "holder": "LIQUIDATOR"}
    assert await assert_refused(chain.world, "addBankAccount", theirs, "unit") == [
        ("LIQUIDATOR_TOO_EARLY", "input.holder")
    ]
    await chain.ended()
    then = "... on BankAccountPayload { bankAccount { accountName holder } }"
    row = await chain.world.mutate("addBankAccount", theirs, "unit", then)
    assert row["bankAccount"] == {"accountName": "清算组", "holder": "LIQUIDATOR"}
    other = ACCOUNT_DRAFT | {"accountName": "某人", "number": "6222020200112233438"}
    found = await assert_refused(chain.world, "addBankAccount", other, "unit")
    assert found == [("ACCOUNT_NAME_DIFFERS", "input.accountName")]


async def test_x19_it_ends_on_a_day_that_has_come_and_once(chain: Ended) -> None:
    asked = to_decision(chain.declaration) | END | {"endedOn": "2025-03-11"}
    assert await assert_refused(chain.world, "endDeclaration", asked, "officer") == [
        ("DATE_IN_FUTURE", "input.endedOn")
    ]
    await chain.ended(endedOn="2025-03-10", kind="STATUS_LOST")
    again = to_decision(chain.declaration) | END
    assert await assert_refused(chain.world, "endDeclaration", again, "officer") == [
        ("WRONG_STATUS", "input")
    ]


async def test_x19_only_an_officer_ends_a_declaration(chain: Ended) -> None:
    asked = to_decision(chain.declaration) | END
    for who in ("unit", "province"):
        assert (await chain.world.mutate("endDeclaration", asked, who))["__typename"] == "Forbidden"


async def test_x19_many_interns_end_in_so_many_statements_whatever_their_number(
    chain: Ended,
) -> None:
    await a_crowd(chain, 200)
    await chain.ended()
    assert len(chain.world.statements) < 40
    assert {row.ended_on for row in await chain.world.load_rows(Intern)} == {date(2024, 11, 15)}


async def test_x19_an_internship_does_not_go_on_under_a_declaration_that_has_ended(
    chain: Ended,
) -> None:
    await chain.approve_intern(1)
    await chain.ended()
    listed = "{ reductions { edges { node { id version } } } }"
    (edge,) = (await chain.world.ask(listed, "unit")).only["edges"]
    asked = to_decision(edge["node"]) | {"reason": "误操作"}
    assert await assert_refused(chain.world, "revokeReduction", asked, "officer") == [
        ("DECLARATION_ENDED", "input")
    ]


async def test_x19_who_was_revoked_but_claimed_for_is_left_for_review(chain: Ended) -> None:
    intern = await chain.approve_intern(1)
    for month in MONTHS:
        await chain.approve_reports(month, intern)
    await chain.submit_claim("2024-10")
    again = to_decision(intern) | {"reason": "重新核实"}
    await chain.run_step("revokeIntern", again, "officer", "intern")
    await chain.ended()
    assert (await the_intern(chain)).status is Status.RETURNED
    assert {r.status for r in await chain.world.load_rows(MonthlyReport)} == {Status.APPROVED}


async def test_x12_an_intern_submitted_while_the_declaration_ends_is_void_or_refused(
    chain: Ended,
) -> None:
    """J23: nobody is left counted in a unit that has ended."""
    rows = [await chain.add_intern(number) for number in range(1, 9)]
    do, asked = chain.world.mutate, to_decision(chain.declaration) | END
    attempts = [do("submitIntern", to_decision(row), "unit") for row in rows]
    attempts.insert(4, do("endDeclaration", asked, "officer"))
    results = await asyncio.gather(*attempts)
    assert results[4]["__typename"] == "DeclarationPayload"
    told = {result.get("reason") for result in results if result["__typename"] == "Refusal"}
    assert told <= {"DECLARATION_ENDED"}
    assert {i.status for i in await chain.world.load_rows(Intern)} <= {Status.DRAFT, Status.VOIDED}
    assert all(term.term.isempty for term in await chain.world.load_rows(InternshipTerm))
