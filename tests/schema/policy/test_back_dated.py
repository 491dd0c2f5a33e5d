"""X20: a back-dated parameter: approved lines stand, their differences are listed and settled."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from runpy import run_path
from typing import Any

import pytest
from sqlalchemy import CursorResult, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from loaders.key import parse_global_id
from models import (
    AmountDifference,
    Claim,
    ClaimedReport,
    ClaimLine,
    History,
    LineState,
    MonthlyReport,
    Parameter,
    Role,
    Status,
)
from resolvers.kernel.background import JobContext
from resolvers.policy.examination import GRACE_PERIOD, examine_next_parameter
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.payment_scenario import PaymentScenario, build_paid_row, list_payments
from tests.factories.refusal import assert_refused
from tests.factories.rows import NANGUAN_DISTRICT, NATIONWIDE_ACTOR
from tests.factories.story import story
from tests.factories.world import World

MONTHS = ("2024-08", "2024-09", "2024-10")
LISTED = """{ amountDifferences { edges { node { id version granted due gap settlement state
  explanation { formula amount parameters { key } } parameter { key value }
  line { id state } supplement { id amount state } clawback { id amount status } } } } }"""
CLAIMS = """... on SupplementsPayload { claims { id version status amount
    ... on LivingAllowanceClaim { month }
  lines { id amount supplements { id amount } explanation { formula } } } }"""
CLAWBACKS = "... on ClawbacksPayload { clawbacks { id version status amount cause } }"
CLAIM = """... on ClaimPayload { claim { id version status amount
  lines { id state amount } } }"""
CLAIMS_OF = "{ claims { edges { node { id version bankAccount { id } } } } }"
WRITERS = 8


@story
async def chain(world: World) -> InternshipScenario:
    """A graduate's three months, claimed and approved: 1880 + 1880 + 2120 yuan."""
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    intern = await made.approve_intern(1)
    for month in MONTHS:
        await made.approve_reports(month, intern)
    await made.confirm_parameters()
    await made.run_step("approveClaim", await made.submit_claim("2024-10"), "officer", "claim")
    return made


async def minimum_wage(chain: InternshipScenario, value: str, since: str = "2024-08-01") -> None:
    """Let a minimum wage of Chaoyang count from a day that is long gone, and have it examined."""
    draft = {"key": "minimum_wage", "region": "220104", "value": value, "source": "补发通知"}
    draft |= {"effectiveFrom": since, "effectiveTo": "2024-09-30"}
    row = await chain.run_step("proposeParameter", draft, "province", "parameter")
    await chain.run_step("approveParameter", to_decision(row), "deputy", "parameter")
    await examined(chain)


async def examined(chain: InternshipScenario) -> None:
    chain.world.clock.now += GRACE_PERIOD + timedelta(seconds=1)
    while await examine_next_parameter(JobContext(service=chain.world.service)):
        pass


async def listed(chain: InternshipScenario, as_: str = "officer") -> list[Any]:
    found = (await chain.world.ask(LISTED, as_)).only
    return [edge["node"] for edge in found["edges"]]


async def pay(chain: InternshipScenario) -> None:
    async with AsyncSession(chain.world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        await session.execute(update(ClaimLine).values(state=LineState.PAID))
        await session.execute(update(Claim).values(status=Status.DISBURSED))


async def supplement(chain: InternshipScenario, row: Any, as_: str = "officer") -> Any:
    return await chain.world.mutate(
        "supplementDifferences", {"records": [to_decision(row)]}, as_, CLAIMS
    )


async def move(chain: InternshipScenario, mutation: str, row: Any, as_: str, **more: Any) -> Any:
    result = await chain.world.mutate(mutation, to_decision(row) | more, as_, CLAIM)
    return result.get("claim", result)


async def test_x20_what_was_approved_stands_and_its_difference_is_listed(
    chain: InternshipScenario,
) -> None:
    assert await listed(chain) == []
    await minimum_wage(chain, "1980")
    (row,) = await listed(chain)
    assert (row["granted"], row["due"], row["gap"]) == ("5880.00", "6080.00", "200.00")
    assert (row["state"], row["settlement"]) == ("OPEN", "SUPPLEMENT")
    assert row["parameter"] == {"key": "minimum_wage", "value": "1980"}
    assert row["explanation"]["formula"][-1] == (
        "difference = due 6080.00 - granted 5880.00 = 200.00 yuan"
    )
    (line,) = await chain.world.load_rows(ClaimLine)
    assert (line.amount, line.state) == (Decimal("5880.00"), LineState.OPEN)


async def test_x20_a_later_parameter_changes_or_lapses_a_difference(
    chain: InternshipScenario,
) -> None:
    await minimum_wage(chain, "1980")
    await minimum_wage(chain, "2000", "2024-08-02")
    (row,) = await listed(chain)
    assert (row["due"], row["state"]) == ("6100.00", "OPEN")
    await minimum_wage(chain, "1880", "2024-08-03")
    states = [(row["due"], row["state"]) for row in await listed(chain)]
    assert states == [("5980.00", "OPEN")]


async def test_x20_what_was_listed_lapses_where_the_claim_is_revoked_and_made_anew(
    chain: InternshipScenario,
) -> None:
    await minimum_wage(chain, "1980")
    (claim,) = [edge["node"] for edge in (await chain.world.ask(CLAIMS_OF, "unit")).only["edges"]]
    draft = {"month": "2024-10", "bankAccountId": claim["bankAccount"]["id"]}
    claim = await move(chain, "revokeClaim", claim, "officer", reason="核实")
    changed = await move(chain, "changeLivingAllowanceClaim", claim, "unit", **draft)
    assert (changed["status"], changed["amount"]) == ("RETURNED", "6080.00")
    assert [each["state"] for each in await listed(chain)] == ["LAPSED"]
    steps = [(row.action, row.changes) for row in await chain.world.load_rows(History)]
    assert ("EXAMINE", {"state": ["OPEN", "LAPSED"]}) in steps


async def test_x20_a_parameter_that_changes_nothing_lists_nothing(
    chain: InternshipScenario,
) -> None:
    await minimum_wage(chain, "1880")
    assert await listed(chain) == []
    now = chain.world.clock()
    decided = [row for row in await chain.world.load_rows(Parameter) if row.decided_at]
    assert all(row.examined_at for row in decided if row.decided_at <= now)


async def test_x20_whoever_approved_by_the_old_parameter_is_waited_for(
    chain: InternshipScenario,
) -> None:
    draft = {"key": "minimum_wage", "region": "220104", "value": "1980", "source": "补发通知"}
    row = await chain.run_step(
        "proposeParameter", draft | {"effectiveFrom": "2024-08-01"}, "province", "parameter"
    )
    await chain.run_step("approveParameter", to_decision(row), "deputy", "parameter")
    while await examine_next_parameter(JobContext(service=chain.world.service)):
        pass
    assert await listed(chain) == []
    await examined(chain)
    assert len(await listed(chain)) == 1


async def test_x20_too_little_is_paid_by_a_line_that_names_the_first(
    chain: InternshipScenario,
) -> None:
    await minimum_wage(chain, "1980")
    (row,) = await listed(chain)
    (claim,) = (await supplement(chain, row))["claims"]
    assert (claim["status"], claim["amount"], claim["month"]) == ("SUBMITTED", "200.00", "2024-10")
    (line,) = claim["lines"]
    assert line["supplements"] == {"id": row["line"]["id"], "amount": "5880.00"}
    assert (await listed(chain))[0]["state"] == "SETTLED"
    assert sum(row.held for row in await chain.world.load_rows(ClaimedReport)) == 3
    assert (await move(chain, "approveClaim", claim, "officer"))["reason"] == "FOUR_EYES"
    approved = await move(chain, "approveClaim", claim, "colleague")
    assert (approved["status"], approved["amount"]) == ("APPROVED", "200.00")
    await examined(chain)
    assert [row["state"] for row in await listed(chain)] == ["SETTLED"]


async def test_x20_what_is_refused_is_lacking_again(chain: InternshipScenario) -> None:
    await minimum_wage(chain, "1980")
    (row,) = await listed(chain)
    (claim,) = (await supplement(chain, row))["claims"]
    await move(chain, "refuseClaim", claim, "colleague", reason="有误")
    (again,) = await listed(chain)
    assert (again["state"], again["supplement"]) == ("OPEN", None)
    (claim,) = (await supplement(chain, again))["claims"]
    assert claim["amount"] == "200.00"


async def test_x2_who_made_a_supplement_does_not_decide_on_it_after_its_unit_sent_it_again(
    chain: InternshipScenario,
) -> None:
    await minimum_wage(chain, "1980")
    (row,) = await listed(chain)
    (claim,) = (await supplement(chain, row))["claims"]
    back = await move(chain, "returnClaim", claim, "colleague", reason="请核对")
    again = await move(chain, "submitClaim", back, "unit")
    for action in ("approveClaim", "refuseClaim"):
        more = {"reason": "有误"} if action == "refuseClaim" else {}
        assert (await move(chain, action, again, "officer", **more))["reason"] == "FOUR_EYES"
    assert (await move(chain, "approveClaim", again, "colleague"))["status"] == "APPROVED"


async def test_x20_a_supplement_is_judged_again_as_it_is_reviewed(
    chain: InternshipScenario,
) -> None:
    await minimum_wage(chain, "1980")
    (row,) = await listed(chain)
    (claim,) = (await supplement(chain, row))["claims"]
    await minimum_wage(chain, "2080", "2024-08-02")
    result = await move(chain, "approveClaim", claim, "colleague")
    assert [fault["reason"] for fault in result["faults"]] == ["AMOUNT_CHANGED"]


async def test_x20_a_supplements_lines_are_not_the_units_to_change(
    chain: InternshipScenario,
) -> None:
    await minimum_wage(chain, "1980")
    (row,) = await listed(chain)
    (claim,) = (await supplement(chain, row))["claims"]
    back = await move(chain, "returnClaim", claim, "colleague", reason="请核对")
    account = await chain.add_bank_account(number="6222020200112233453", isDefault=False)
    draft = {"month": "2024-10", "bankAccountId": account["id"]}
    result = await move(chain, "changeLivingAllowanceClaim", back, "unit", **draft)
    assert result["reason"] == "SUPPLEMENT_FIXED"


async def test_x20_too_much_that_was_paid_is_proposed_for_clawback(
    chain: InternshipScenario,
) -> None:
    await pay(chain)
    await minimum_wage(chain, "1780")
    (row,) = await listed(chain)
    assert (row["gap"], row["settlement"]) == ("-200.00", "CLAW_BACK")
    given = {"records": [to_decision(row)], "reason": "标准下调"}
    result = await chain.world.mutate("clawBackDifferences", given, "officer", CLAWBACKS)
    (clawback,) = result["clawbacks"]
    assert (clawback["amount"], clawback["status"]) == ("200.00", "SUBMITTED")
    assert (await listed(chain))[0]["clawback"]["id"] == clawback["id"]
    confirmed = await chain.world.mutate("confirmClawback", to_decision(clawback), "colleague")
    assert confirmed["__typename"] == "ClawbackPayload"


async def read_intern(chain: InternshipScenario) -> Any:
    nodes = (await chain.world.ask("{ interns { edges { node { id } } } }", "unit")).only["edges"]
    return nodes[0]["node"]


async def list_proposals(chain: InternshipScenario) -> list[tuple[str, bool]]:
    """Say what is proposed to be clawed back, and whether of a supplement."""
    asked = "{ clawbacks { edges { node { amount line { supplements { id } } } } } }"
    nodes = [edge["node"] for edge in (await chain.world.ask(asked, "officer")).only["edges"]]
    return sorted((node["amount"], node["line"]["supplements"] is not None) for node in nodes)


async def list_clawbacks(chain: InternshipScenario) -> list[Any]:
    asked = "{ clawbacks(orderBy: OLDEST) { edges { node { id version status amount } } } }"
    return [edge["node"] for edge in (await chain.world.ask(asked, "officer")).only["edges"]]


@pytest.mark.parametrize(
    ("months", "proposed"),
    [("3", [("200.00", True), ("5880.00", False)]), ("1", [("100.00", True), ("4000.00", False)])],
)
async def test_j39_a_supplement_of_months_that_became_void_is_proposed_for_clawback_too(
    chain: InternshipScenario, months: str, proposed: list[tuple[str, bool]]
) -> None:
    """X20: all of it where nothing is due, else what it paid for the months that are void."""
    draft: dict[str, Any] = {"key": "internship.min_months_for_claim", "value": months}
    draft |= {"region": "220104", "effectiveFrom": "2020-01-01"}
    draft |= {"source": "省厅确认", "confirmed": True}
    row = await chain.run_step("proposeParameter", draft, "province", "parameter")
    await chain.run_step("approveParameter", to_decision(row), "deputy", "parameter")
    await minimum_wage(chain, "1980")
    (claim,) = (await supplement(chain, (await listed(chain))[0]))["claims"]
    await move(chain, "approveClaim", claim, "colleague")
    await pay(chain)
    await chain.approve_reduction(await read_intern(chain), "2024-08-31")
    assert await list_proposals(chain) == proposed


async def test_j39_an_unpaid_supplement_of_months_that_became_void_is_struck_and_not_made_again(
    chain: InternshipScenario,
) -> None:
    """X20: its first line was paid; what is void is lacking no more."""
    await pay(chain)
    await minimum_wage(chain, "1980")
    await supplement(chain, (await listed(chain))[0])
    await chain.approve_reduction(await read_intern(chain), "2024-08-31")
    lines = await chain.world.load_rows(ClaimLine)
    states = {line.supplements_id is not None: line.state for line in lines}
    assert states == {True: LineState.STRUCK, False: LineState.PAID}
    (again,) = await listed(chain)
    result = await supplement(chain, again)
    assert [fault["reason"] for fault in result["faults"]] == ["DIFFERENCE_CHANGED"]


async def test_x20_what_is_not_paid_yet_is_struck_not_clawed_back(
    chain: InternshipScenario,
) -> None:
    await minimum_wage(chain, "1780")
    (row,) = await listed(chain)
    given = {"records": [to_decision(row)], "reason": "标准下调"}
    at = "input.records.0"
    clawed = await assert_refused(chain.world, "clawBackDifferences", given, "officer")
    assert clawed == [("DIFFERENCE_UNPAID", at)]
    given.pop("reason")
    paid = await assert_refused(chain.world, "supplementDifferences", given, "officer")
    assert paid == [("DIFFERENCE_OTHER_WAY", at)]


@story
async def payable(world: World) -> PaymentScenario:
    """A supplement that is payable, of a line that is payable as well."""
    made = await PaymentScenario(world).set_up()
    await made.add_payable_lines(1)
    await minimum_wage(made, "1980")
    (row,) = await listed(made)
    (claim,) = (await supplement(made, row))["claims"]
    approved = await move(made, "approveClaim", claim, "colleague")
    assert [line["state"] for line in approved["lines"]] == ["PAYABLE"]
    return made


async def test_x15_x20_a_supplement_is_not_paid_once_its_first_line_was_struck(
    payable: PaymentScenario,
) -> None:
    first, more = await payable.read_lines("officer")
    for mutation in ("sendBackClaimLine", "strikeClaimLine"):
        given = to_decision(first) | {"reason": "本人未在岗"}
        then = "... on ClaimLinePayload { line { id version state } }"
        first = (await payable.world.mutate(mutation, given, "officer", then))["line"]
    assert first["state"] == "STRUCK"
    batch = await payable.try_make_batch(more)
    assert (batch["state"], batch["sentBack"]) == ("CANCELLED", 1), batch
    (row,) = [line for line in await payable.read_lines("officer") if line["id"] == more["id"]]
    assert row["state"] == "OPEN"
    assert "首笔明细" in row["reason"]


async def test_x1_x20_a_claim_whose_supplement_is_paid_is_not_revoked_and_paid_again(
    payable: PaymentScenario,
) -> None:
    _, more = await payable.read_lines("officer")
    batch = await payable.try_make_batch(more)
    await payable.try_export_batch(batch)
    await payable.try_import_answer(batch, build_paid_row(list_payments(batch)[0]))
    asked = """{ claims { edges { node { id version status
      possibleActions { action allowed reason } } } } }"""
    edges = (await payable.world.ask(asked, "officer")).only["edges"]
    (claim,) = [edge["node"] for edge in edges if edge["node"]["status"] == "APPROVED"]
    (offered,) = [each for each in claim["possibleActions"] if each["action"] == "REVOKE"]
    assert (offered["allowed"], offered["reason"]) == (False, "LINES_WITH_FINANCE")
    refused = await move(payable, "revokeClaim", claim, "officer", reason="核实")
    assert refused["reason"] == "LINES_WITH_FINANCE", refused


async def count_written(session: AsyncSession, statement: str) -> int:
    written = await session.execute(text(statement))
    assert isinstance(written, CursorResult)
    return written.rowcount


COPY_INPUTS = run_path("migrations/versions/r0050_supplement_inputs.py")["COPY_INPUTS"]


async def test_x3_x20_a_supplement_of_before_is_given_what_its_first_line_was_judged_by(
    payable: PaymentScenario,
) -> None:
    """Its controls run as it is paid, and failed for want of them; it is told once, and no more."""
    told = {"inputs": {"region": "220104"}, "amount": "1"}
    await payable.update_all(ClaimLine, explanation=told)
    more = ClaimLine.supplements_id.is_not(None)
    await payable.update_where(ClaimLine, more, {"explanation": {"amount": "200"}})
    async with AsyncSession(payable.world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        counts = [await count_written(session, COPY_INPUTS) for _ in range(2)]
    assert counts == [1, 0]
    lines = {row.supplements_id is None: row for row in await payable.world.load_rows(ClaimLine)}
    assert lines[True].explanation == told
    assert lines[False].explanation == {**told, "amount": "200"}


async def strike(chain: PaymentScenario, line: Any) -> None:
    """Send a payable line back to its reviewer, who strikes it."""
    then = "... on ClaimLinePayload { line { id version state } }"
    for mutation in ("sendBackClaimLine", "strikeClaimLine"):
        given = to_decision(line) | {"reason": "本人未在岗"}
        line = (await chain.world.mutate(mutation, given, "officer", then))["line"]
    assert line["state"] == "STRUCK"


async def pay_line(chain: PaymentScenario, batch: Any) -> None:
    """Have the bank pay what is in a batch."""
    await chain.try_export_batch(batch)
    await chain.try_import_answer(batch, build_paid_row(list_payments(batch)[0]))


@pytest.mark.parametrize("paid_first", [True, False])
async def test_x20_what_was_paid_besides_a_struck_line_is_proposed_for_clawback(
    payable: PaymentScenario, paid_first: bool
) -> None:
    """J30: its months are free and claimed anew, whole; so be it paid before the strike or after.

    An end of the internship leaves that proposal, which is for all of it (J39).
    """
    first, more = await payable.read_lines("officer")
    batch = await payable.try_make_batch(more)
    if paid_first:
        await pay_line(payable, batch)
        await strike(payable, first)
    else:
        await strike(payable, first)
        assert await list_proposals(payable) == []
        await pay_line(payable, batch)
    assert await list_proposals(payable) == [(more["amount"], True)]
    await payable.approve_reduction(await read_intern(payable), "2024-08-31")
    assert await list_proposals(payable) == [(more["amount"], True)]


async def test_j39_x20_a_strike_by_an_end_claws_back_what_was_paid_besides(
    payable: PaymentScenario,
) -> None:
    """The end leaves some months, which are claimed anew: what was paid for them comes back too."""
    _, more = await payable.read_lines("officer")
    await pay_line(payable, await payable.try_make_batch(more))
    await payable.approve_reduction(await read_intern(payable), "2024-09-30")
    assert await list_proposals(payable) == [(more["amount"], True)]


async def propose(chain: PaymentScenario, line: Any) -> Any:
    """Propose to claw back 10 yuan of what a line was paid."""
    draft = {"lineId": line["id"], "version": line["version"], "amount": "10.00"}
    given = draft | {"reason": "金额有误"}
    return await chain.run_step("proposeClawback", given, "officer", "clawback")


@pytest.mark.parametrize("paid_first", [True, False])
async def test_x20_a_supplement_stays_paid_where_a_part_of_its_first_line_is_clawed_back(
    payable: PaymentScenario, paid_first: bool
) -> None:
    """X15: that line holds its months still; nothing of them can be claimed anew."""
    first, more = await payable.read_lines("officer")
    await pay_line(payable, await payable.try_make_batch(first))
    batch = await payable.try_make_batch(more)
    if paid_first:
        await pay_line(payable, batch)
    first, _ = await payable.read_lines("officer")
    made = to_decision(await propose(payable, first))
    await payable.run_step("confirmClawback", made, "colleague", "clawback")
    if not paid_first:
        await pay_line(payable, batch)
    assert [line["state"] for line in await payable.read_lines()] == ["CLAWED_BACK", "PAID"]
    assert await list_proposals(payable) == [("10.00", False)]


async def test_x20_a_supplement_is_looked_at_anew_once_a_part_of_its_first_line_is_clawed_back(
    payable: PaymentScenario,
) -> None:
    """X15, ADR 0104: nobody knows whether that part was for what the supplement adds to."""
    first, more = await payable.read_lines("officer")
    await pay_line(payable, await payable.try_make_batch(first))
    first, more = await payable.read_lines("officer")
    made = to_decision(await propose(payable, first))
    await payable.run_step("confirmClawback", made, "colleague", "clawback")
    batch = await payable.try_make_batch(more)
    assert (batch["state"], batch["sentBack"]) == ("CANCELLED", 1), batch
    (row,) = [line for line in await payable.read_lines("officer") if line["id"] == more["id"]]
    assert (row["state"], "首笔明细" in row["reason"]) == ("OPEN", True)


async def test_j39_a_last_month_is_corrected_where_its_line_is_struck_and_its_supplement_paid(
    payable: PaymentScenario,
) -> None:
    """X20: all of the supplement comes back; claimed anew, the month would pay for all its days."""
    _, more = await payable.read_lines("officer")
    await pay_line(payable, await payable.try_make_batch(more))
    await payable.approve_reduction(await read_intern(payable), "2024-09-10")
    assert await list_proposals(payable) == [(more["amount"], True)]
    rows = await payable.world.load_rows(MonthlyReport)
    assert {row.month.month: row.status for row in rows} == {
        8: Status.APPROVED,
        9: Status.RETURNED,
        10: Status.VOIDED,
    }
    assert [row.held_by for row in rows] == [None] * 3


async def test_j39_an_end_takes_the_place_of_what_an_officer_proposed_for_a_supplement(
    payable: PaymentScenario,
) -> None:
    """X20: its first line is struck, but to claw all of it back was rejected."""
    first, more = await payable.read_lines("officer")
    await pay_line(payable, await payable.try_make_batch(more))
    await strike(payable, first)
    (whole,) = await list_clawbacks(payable)
    rejected = to_decision(whole) | {"reason": "本人未在岗"}
    await payable.run_step("rejectClawback", rejected, "colleague", "clawback")
    _, more = await payable.read_lines("officer")
    await propose(payable, more)
    await payable.approve_reduction(await read_intern(payable), "2024-08-31")
    found = [(row["amount"], row["status"]) for row in await list_clawbacks(payable)]
    assert found == [
        (more["amount"], "REFUSED"),
        ("10.00", "VOIDED"),
        (more["amount"], "SUBMITTED"),
    ]


async def test_x20_a_payable_supplement_waits_while_the_first_claim_is_revoked(
    payable: PaymentScenario,
) -> None:
    first, more = await payable.read_lines("officer")
    asked = "query ($id: ID!) { node(id: $id) { ... on Claim { id version } } }"
    claim = (await payable.world.ask(asked, "officer", id=first["claim"]["id"])).only
    await move(payable, "revokeClaim", claim, "officer", reason="核实")
    batch = await payable.try_make_batch(more)
    assert (batch["state"], batch["sentBack"]) == ("CANCELLED", 1), batch


async def test_x8_x20_a_supplement_goes_to_the_account_that_was_confirmed_for_the_first_line(
    world: World,
) -> None:
    made = await PaymentScenario(world).set_up()
    (line,) = await made.add_payable_lines(1)
    other = await made.add_bank_account(number="44050162123400000599", isDefault=False)
    then = "... on ClaimLinePayload { line { id version account { id } } }"
    named = to_decision(line) | {"bankAccountId": other["id"]}
    line = (await world.mutate("nameLineAccount", named, "unit", then))["line"]
    line = (await world.mutate("confirmLineAccount", to_decision(line), "officer", then))["line"]
    await minimum_wage(made, "1980")
    (row,) = await listed(made)
    await supplement(made, row)
    _, more = await world.load_rows(ClaimLine)
    key = parse_global_id(other["id"])
    assert key is not None
    assert more.account_id == key.parts[1]
    assert more.account_confirmed_by == world.accounts["officer"].id


async def test_x12_of_many_who_settle_a_difference_one_does(chain: InternshipScenario) -> None:
    await minimum_wage(chain, "1980")
    (row,) = await listed(chain)
    results = await asyncio.gather(*(supplement(chain, row) for _ in range(WRITERS)))
    assert [r["__typename"] for r in results].count("SupplementsPayload") == 1
    lines = [line for line in await chain.world.load_rows(ClaimLine) if line.supplements_id]
    assert [line.amount for line in lines] == [Decimal("200.00")]


async def test_x12_many_workers_list_a_difference_once(chain: InternshipScenario) -> None:
    draft = {"key": "minimum_wage", "region": "220104", "value": "1980", "source": "补发通知"}
    row = await chain.run_step(
        "proposeParameter", draft | {"effectiveFrom": "2024-08-01"}, "province", "parameter"
    )
    await chain.run_step("approveParameter", to_decision(row), "deputy", "parameter")
    chain.world.clock.now += GRACE_PERIOD + timedelta(seconds=1)
    work = JobContext(service=chain.world.service)
    await asyncio.gather(*(examine_next_parameter(work) for _ in range(WRITERS)))
    assert len(await chain.world.load_rows(AmountDifference)) == 1


async def test_x10_a_unit_sees_its_differences_and_settles_none(chain: InternshipScenario) -> None:
    await minimum_wage(chain, "1980")
    (row,) = await listed(chain, "unit")
    assert (await supplement(chain, row, "unit"))["__typename"] == "Forbidden"
    await chain.world.add_account("elsewhere", Role.DISTRICT_OFFICER, NANGUAN_DISTRICT)
    assert await listed(chain, "elsewhere") == []
