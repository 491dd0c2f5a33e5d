"""Whether what was paid arrived, and what of it is to come back (X1, X2, X8, J38)."""

import asyncio
from typing import Any

import pytest

from models import ClaimLine, Clawback, LineState, MonthlyReport, Receipt, Role, Status
from server.cli.reconcile import reconcile_database
from tests.factories.internship_scenario import to_decision
from tests.factories.payment_scenario import PaymentScenario, build_paid_row, list_payments
from tests.factories.story import story
from tests.factories.world import World

RECEIPT = """... on ReceiptPayload { receipt { id arrived note payment { state payeeNumberMasked }
  line { id } } }"""
CLAWBACK = """... on ClawbackPayload { clawback { id version status amount cause
  explanation { formula } line { id state } } }"""
MINE = """{ claimLines { edges { node { id state unitName claim { id } intern { id }
  possibleActions { action allowed reason } receipts { arrived }
  payments { state reference unit { id } batch { number } line { id } } } } } }"""
SAID = "{ receipts(arrived: false) { totalCount edges { node { note line { id } } } } }"


@story
async def chain(world: World) -> PaymentScenario:
    return await PaymentScenario(world).set_up()


async def paid(chain: PaymentScenario, people: int = 2) -> list[Any]:
    batch = await chain.try_make_batch(*await chain.add_payable_lines(people))
    await chain.try_export_batch(batch)
    await chain.try_import_answer(batch, *map(build_paid_row, list_payments(batch)))
    return await chain.read_lines()


async def person_of(chain: PaymentScenario, line: Any) -> str:
    """Give the person of a line an account."""
    (row,) = [r for r in await chain.world.load_rows(ClaimLine) if r.id.hex == line["id"][-32:]]
    name = f"person {row.id.hex[-4:]}"
    await chain.world.add_account(name, Role.PERSON, row.region, person_id=row.person_id)
    return name


async def say(
    chain: PaymentScenario, line: Any, as_: str, *, arrived: bool, note: str | None = None
) -> Any:
    told = {"lineId": line["id"], "arrived": arrived, "note": note}
    result = await chain.world.mutate("confirmReceipt", told, as_, RECEIPT)
    return result.get("receipt", result)


async def test_x8_a_person_sees_what_is_paid_in_their_name_and_says_whether_it_arrived(
    chain: PaymentScenario,
) -> None:
    mine, other = await paid(chain)
    who = await person_of(chain, mine)
    (edge,) = (await chain.world.ask(MINE, who)).only["edges"]
    seen = edge["node"]
    assert (seen["id"], seen["claim"], seen["intern"]) == (mine["id"], None, None)
    (payment,) = seen["payments"]
    assert (payment["state"], payment["unit"], payment["batch"]) == ("PAID", None, None)
    assert seen["possibleActions"] == [
        {"action": "CONFIRM_RECEIPT", "allowed": True, "reason": None}
    ]
    missing = await say(chain, mine, who, arrived=False, note="未到账")
    assert missing["payment"]["state"] == "PAID"
    told = (await chain.world.ask(SAID, "finance")).only
    assert [(e["node"]["note"], e["node"]["line"]["id"]) for e in told["edges"]] == [
        ("未到账", mine["id"])
    ]
    await say(chain, mine, who, arrived=True)
    (edge,) = (await chain.world.ask(MINE, who)).only["edges"]
    assert [receipt["arrived"] for receipt in edge["node"]["receipts"]] == [True, False]
    hidden = await say(chain, other, who, arrived=True)
    assert hidden["reason"] == "NOT_FOUND"


async def test_x8_a_unit_says_so_of_what_it_was_paid_and_nobody_before_that(
    chain: PaymentScenario,
) -> None:
    (line,) = await chain.add_payable_lines(1)
    early = await say(chain, line, "unit", arrived=True)
    assert (early["reason"], early["path"]) == ("LINE_NOT_PAID", ["input", "lineId"])
    done = {"lineIds": [line["id"]], "paidOn": "2025-03-10", "bankReference": "1"}
    await chain.world.mutate("markDisbursed", done, "finance")
    assert (await say(chain, line, "unit", arrived=True))["arrived"] is True
    assert (await say(chain, line, "officer", arrived=True))["__typename"] == "Forbidden"
    assert len(await chain.world.load_rows(Receipt)) == 1


async def propose(chain: PaymentScenario, line: Any, amount: str, as_: str = "officer") -> Any:
    input = {"lineId": line["id"], "version": line["version"], "amount": amount}
    input |= {"reason": "核查发现重复享受"}
    result = await chain.world.mutate("proposeClawback", input, as_, CLAWBACK)
    return result.get("clawback", result)


async def test_x1_a_part_of_what_was_paid_is_proposed_by_one_officer_and_confirmed_by_another(
    chain: PaymentScenario,
) -> None:
    line, _ = await paid(chain)
    proposed = await propose(chain, line, "1880.00")
    assert (proposed["status"], proposed["amount"]) == ("SUBMITTED", "1880.00")
    assert proposed["explanation"]["formula"] == [
        "clawback = 1880.00 yuan of 5880.00 paid; 4000.00 are kept"
    ]
    own = await chain.world.mutate("confirmClawback", to_decision(proposed), "officer", CLAWBACK)
    assert own["reason"] == "FOUR_EYES"
    done = await chain.world.mutate("confirmClawback", to_decision(proposed), "colleague", CLAWBACK)
    assert done["clawback"]["line"] == {"id": line["id"], "state": "CLAWED_BACK"}
    assert any(report.clawed_back for report in await chain.world.load_rows(MonthlyReport))
    (after,) = [row for row in await chain.read_lines() if row["id"] == line["id"]]
    assert after["claim"]["status"] == "DISBURSED"


@pytest.mark.parametrize("amount", ["0.00", "5880.01"])
async def test_x15_no_more_is_clawed_back_than_was_paid(
    chain: PaymentScenario, amount: str
) -> None:
    (line,) = await paid(chain, 1)
    (fault,) = (await propose(chain, line, amount))["faults"]
    assert (fault["reason"], fault["path"]) == ("CLAWBACK_TOO_MUCH", ["input", "amount"])
    assert "5880.00" in fault["message"]


async def test_x15_only_what_is_paid_is_clawed_back_and_only_once(chain: PaymentScenario) -> None:
    (line,) = await chain.add_payable_lines(1)
    assert (await propose(chain, line, "1.00"))["reason"] == "LINE_NOT_PAID"
    done = {"lineIds": [line["id"]], "paidOn": "2025-03-10", "bankReference": "1"}
    await chain.world.mutate("markDisbursed", done, "finance")
    (line,) = await chain.read_lines("officer")
    offered = {a["action"]: a["allowed"] for a in line["possibleActions"]}
    assert offered["CLAW_BACK"] is True
    first = await propose(chain, line, "1.00")
    (line,) = await chain.read_lines("officer")
    offered = {a["action"]: a["reason"] for a in line["possibleActions"]}
    assert offered["CLAW_BACK"] == "CLAWBACK_EXISTS"
    twice = await propose(chain, line, "2.00", "colleague")
    assert twice["reason"] == "CLAWBACK_EXISTS"
    no = to_decision(first) | {"reason": "无误"}
    await chain.world.mutate("rejectClawback", no, "colleague")
    assert (await propose(chain, line, "2.00"))["status"] == "SUBMITTED"


async def test_x12_of_many_who_propose_a_clawback_one_wins(chain: PaymentScenario) -> None:
    (line,) = await paid(chain, 1)
    told = await asyncio.gather(
        *(propose(chain, line, "1.00", who) for who in ("officer", "colleague") * 6)
    )
    assert [row.status for row in await chain.world.load_rows(Clawback)] == [Status.SUBMITTED]
    lost = [row["reason"] for row in told if "status" not in row]
    assert lost == ["CLAWBACK_EXISTS"] * 11


RECOVERED = """... on ClawbackPayload { clawback { id version recovered recoveredOn
  possibleActions { action allowed reason } } }"""


async def test_x15_x8_a_line_is_clawed_back_in_parts_up_to_what_was_paid(
    chain: PaymentScenario,
) -> None:
    (line,) = await paid(chain, 1)
    for amount in ("1880.00", "3000.00"):
        part = await propose(chain, line, amount)
        assert part["status"] == "SUBMITTED", part
        await chain.world.mutate("confirmClawback", to_decision(part), "colleague")
        (line,) = await chain.read_lines("officer")
    (fault,) = (await propose(chain, line, "1000.01"))["faults"]
    assert fault["reason"] == "CLAWBACK_TOO_MUCH"
    assert "1000.00" in fault["message"]
    rest = await propose(chain, line, "1000.00")
    assert rest["explanation"]["formula"] == [
        "clawback = 1000.00 yuan of 5880.00 paid; 0.00 are kept"
    ]
    await chain.world.mutate("confirmClawback", to_decision(rest), "colleague")
    (line,) = await chain.read_lines("officer")
    offered = {a["action"]: a["reason"] for a in line["possibleActions"]}
    assert offered["CLAW_BACK"] == "CLAWED_BACK_WHOLLY"
    assert (await propose(chain, line, "0.01"))["reason"] == "CLAWED_BACK_WHOLLY"
    found = await reconcile_database(chain.world.service.reads)
    assert found.found == []


async def test_x8_what_comes_back_after_a_clawback_is_recorded_until_all_is_back(
    chain: PaymentScenario,
) -> None:
    (line,) = await paid(chain, 1)
    part = await propose(chain, line, "1880.00")
    early = await recover(chain, part, "1.00")
    assert early["reason"] == "NOT_FOUND"  # finance sees what is confirmed (X10)
    await chain.world.mutate("confirmClawback", to_decision(part), "colleague")
    (row,) = await chain.world.load_rows(Clawback)
    part["version"] = row.version
    for changes, reason in (
        ({"amount": "1880.01"}, "RECOVERY_TOO_MUCH"),
        ({"receivedOn": "2025-03-09"}, "RECOVERED_BEFORE"),
        ({"receivedOn": "2025-03-11"}, "DATE_IN_FUTURE"),
    ):
        (fault,) = (await recover(chain, part, "1.00", **changes))["faults"]
        assert fault["reason"] == reason
    some = await recover(chain, part, "880.00")
    assert (some["recovered"], some["recoveredOn"]) == ("880.00", "2025-03-10")
    told = await asyncio.gather(*(recover(chain, some, "1000.00") for _ in range(6)))
    assert sum("recovered" in each for each in told) == 1
    (last,) = [each for each in told if "recovered" in each]
    assert last["possibleActions"] == [
        {"action": "RECOVER", "allowed": False, "reason": "RECOVERED_WHOLLY"}
    ]
    found = await reconcile_database(chain.world.service.reads)
    assert found.found == []


async def recover(chain: PaymentScenario, row: Any, sum_: str, **changes: Any) -> Any:
    given = to_decision(row) | {"amount": sum_, "receivedOn": "2025-03-10"}
    given |= {"bankReference": "ICBC-9"} | changes
    result = await chain.world.mutate("recordRecovery", given, "finance", RECOVERED)
    return result.get("clawback", result)


async def test_x15_what_was_clawed_back_is_never_paid_again(chain: PaymentScenario) -> None:
    (line,) = await paid(chain, 1)
    proposed = await propose(chain, line, "5880.00")
    await chain.world.mutate("confirmClawback", to_decision(proposed), "colleague")
    again = await chain.try_make_batch(line)
    assert [fault["reason"] for fault in again["faults"]] == ["LINE_NOT_PAYABLE"]
    (row,) = await chain.world.load_rows(ClaimLine)
    assert row.state is LineState.CLAWED_BACK
