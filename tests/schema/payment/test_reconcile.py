"""X8: whatever is done to claims and payments, in whatever order, all stays accounted for."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from models import (
    BatchState,
    Claim,
    ClaimKind,
    ClaimLine,
    Clawback,
    DisbursementBatch,
    LineState,
    Payment,
    PaymentState,
    Role,
    Status,
)
from resolvers.claims.claim_line_transitions import move_lines
from resolvers.kernel.transaction import Transaction
from rules.kernel.refusal import RuleError
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import LineAction
from rules.payment.reconciliation import Discrepancy, format_report
from server.cli.reconcile import Reconciliation, reconcile_database
from tests.factories.crowd import a_crowd, add_approved_reports
from tests.factories.internship_scenario import to_decision
from tests.factories.payment_scenario import PaymentScenario, build_paid_row, list_payments
from tests.factories.story import story
from tests.factories.world import World, build_global_id

WHY = {"reason": "核实"}
STEPS, MOST_STEPS = 60, 400
NEEDED = ("approveClaim", "makeBatch", "exportBatch", "importBankAnswer", "sendBackClaimLine")
"""What a walk goes on for."""


@story
async def chain(world: World) -> PaymentScenario:
    return await PaymentScenario(world).set_up()


async def held_together(world: World) -> Reconciliation:
    """Demand that everything is accounted for."""
    found = await reconcile_database(world.service.reads)
    assert found.holds, format_report(found.ledgers, found.found)
    return found


def of_batch(row: Any) -> dict[str, Any]:
    return {"batchId": row["id"], "version": row["version"]}


class Walk:
    """Does one thing after another, chosen by lot, as anybody might; some of it is refused."""

    def __init__(self, chain: PaymentScenario, seed: int) -> None:
        self.chain = chain
        self.lot = random.Random(seed)  # noqa: S311 - nothing is to be kept secret
        self.done: Counter[str] = Counter()

    async def begin(self) -> None:
        """Submit three claims, each for two interns of three months."""
        interns = await a_crowd(self.chain, 6)
        await add_approved_reports(
            self.chain.world, interns, [date(2024, n, 1) for n in (8, 9, 10)]
        )
        account = await self.chain.add_bank_account()
        for n in range(0, 6, 2):
            ids = [intern["id"] for intern in interns[n : n + 2]]
            draft = {"month": "2024-10", "bankAccountId": account["id"], "internIds": ids}
            row = await self.chain.run_step("createLivingAllowanceClaim", draft, "unit", "claim")
            await self.chain.run_step("submitClaim", to_decision(row), "unit", "claim")

    async def one(self, table: Any, name: str, *where: Callable[[Any], bool]) -> Any:
        """Choose a row by lot, and write its handle."""
        rows = [
            row for row in await self.chain.world.load_rows(table) if all(w(row) for w in where)
        ]
        if not rows:
            return None
        row = self.lot.choice(sorted(rows, key=lambda row: str(row.id)))
        parts = (row.unit_id, row.id) if hasattr(row, "unit_id") else (row.id,)
        return {"id": build_global_id(name, *parts), "version": row.version}

    async def step(self) -> None:
        name = self.lot.choice([name for name in dir(self) if name.startswith("do_")])
        await getattr(self, name)()

    async def ask(self, mutation: str, input: Any, who: str) -> None:
        if input is not None:
            result = await self.chain.world.mutate(mutation, input, who)
            self.done[mutation] += result["__typename"].endswith("Payload")

    async def claim(self, mutation: str, status: Status, who: str, **more: Any) -> None:
        one = await self.one(Claim, "LivingAllowanceClaim", lambda row: row.status is status)
        await self.ask(mutation, one and one | more, who)

    async def line(self, mutation: str, state: LineState, who: str, **more: Any) -> None:
        one = await self.one(ClaimLine, "ClaimLine", lambda row: row.state is state)
        await self.ask(mutation, one and one | more, who)

    async def saw_enough(self) -> bool:
        """Tell whether everything was done once that a walk goes on for."""
        paid = {LineState.PAID, LineState.CLAWED_BACK}
        reached = {row.state for row in await self.chain.world.load_rows(ClaimLine)}
        return bool(paid & reached) and all(self.done[name] for name in NEEDED)

    async def do_approve(self) -> None:
        await self.claim("approveClaim", Status.SUBMITTED, "officer")

    async def do_return(self) -> None:
        if self.lot.random() < 0.3:
            await self.claim("returnClaim", Status.SUBMITTED, "officer", **WHY)

    async def do_submit(self) -> None:
        await self.claim("submitClaim", Status.RETURNED, "unit")

    async def do_revoke(self) -> None:
        if self.lot.random() < 0.3:
            await self.claim("revokeClaim", Status.APPROVED, "officer", **WHY)

    async def do_strike(self) -> None:
        if self.lot.random() < 0.3:
            await self.line("strikeClaimLine", LineState.OPEN, "officer", **WHY)

    async def do_send_back(self) -> None:
        if self.lot.random() < 0.5:
            await self.line("sendBackClaimLine", LineState.PAYABLE, "officer", **WHY)

    async def do_readmit(self) -> None:
        await self.line("readmitClaimLine", LineState.OPEN, "officer")

    async def do_batch(self) -> None:
        rows = [
            r for r in await self.chain.world.load_rows(ClaimLine) if r.state is LineState.PAYABLE
        ]
        if rows:
            await self.ask("makeBatch", {"expected": len(rows)}, "finance")

    async def do_batch_of_one(self) -> None:
        one = await self.one(ClaimLine, "ClaimLine", lambda row: row.state is LineState.PAYABLE)
        await self.ask("makeBatch", one and {"lineIds": [one["id"]]}, "finance")

    async def do_cancel(self) -> None:
        one = await self.one(
            DisbursementBatch, "DisbursementBatch", lambda row: row.state is BatchState.OPEN
        )
        if self.lot.random() < 0.4:
            await self.ask("cancelBatch", one and one | WHY, "finance")

    async def do_export(self) -> None:
        one = await self.one(DisbursementBatch, "DisbursementBatch")
        await self.ask("exportBatch", one and of_batch(one) | {"format": "CSV"}, "finance")

    async def do_answer(self) -> None:
        """Answer some payments of a batch, one of them wrongly now and then, some twice."""
        batch = await self.one(
            DisbursementBatch, "DisbursementBatch", lambda row: row.state is not BatchState.OPEN
        )
        rows = await self.chain.world.load_rows(Payment)
        chosen = [row for row in rows if batch and self.lot.random() < 0.7]
        answer = {"batchId": batch and batch["id"], "rows": [self.answer(row) for row in chosen]}
        await self.ask("importBankAnswer", answer if chosen else None, "finance")

    do_answer_again = do_answer

    def answer(self, row: Payment) -> dict[str, Any]:
        paid = self.lot.random() < 0.6
        slip = self.lot.choice([0, 0, 0, 0, 1])
        told = {"reference": row.reference, "amount": f"{row.amount + slip}"}
        if paid:
            return told | {"outcome": "成功", "paidOn": "2025-03-10"}
        return told | {"outcome": "失败", "reason": "账号不存在"}

    async def do_mark(self) -> None:
        state = self.lot.choice([LineState.PAYABLE, LineState.IN_BATCH])
        one = await self.one(ClaimLine, "ClaimLine", lambda row: row.state is state)
        paid = {"paidOn": "2025-03-10", "bankReference": "现金"}
        if self.lot.random() < 0.3:
            await self.ask("markDisbursed", one and {"lineIds": [one["id"]], **paid}, "second")

    async def do_propose(self) -> None:
        more = {"amount": self.lot.choice(["1.00", "5880.00", "5880.01"]), **WHY}
        one = await self.one(ClaimLine, "ClaimLine", lambda row: row.state is LineState.PAID)
        line = one and {"lineId": one["id"], "version": one["version"]}
        await self.ask("proposeClawback", line and line | more, "officer")

    async def do_decide(self) -> None:
        one = await self.one(Clawback, "Clawback", lambda row: row.status is Status.SUBMITTED)
        if self.lot.random() < 0.5:
            await self.ask("confirmClawback", one, "colleague")
        else:
            await self.ask("rejectClawback", one and one | WHY, "colleague")

    async def publicity(
        self, action: LineAction, state: LineState, where: Sequence[Status]
    ) -> None:
        """Take all lines of a claim along as publicity does (S17, S18)."""
        rows = [row for row in await self.chain.world.load_rows(Claim) if row.status in where]
        if rows:
            claim = self.lot.choice(sorted(rows, key=lambda row: str(row.id)))
            self.done[action] += await moved(self.chain.world, claim, action, state)

    async def do_publish(self) -> None:
        await self.publicity(LineAction.PUBLISH, LineState.OPEN, [Status.APPROVED])

    async def do_pass(self) -> None:
        among = [Status.IN_PUBLICITY]
        await self.publicity(LineAction.PASS_PUBLICITY, LineState.IN_PUBLICITY, among)

    async def do_fail(self) -> None:
        among = [Status.IN_PUBLICITY]
        if self.lot.random() < 0.1:
            await self.publicity(LineAction.FAIL_PUBLICITY, LineState.IN_PUBLICITY, among)


async def moved(world: World, claim: Claim, action: LineAction, came_from: LineState) -> bool:
    """Take a claim's lines along a way, as an officer."""
    account = world.accounts["colleague"]
    viewer = Viewer(
        account_id=account.id, name="x", role=Role.DISTRICT_OFFICER, region=account.region
    )
    async with AsyncSession(world.administration, expire_on_commit=False) as session:
        tx = Transaction(world.service, viewer, session)
        await set_rls_context(session, tx.actor)
        held = await tx.all(select(Claim).where(Claim.id == claim.id).with_for_update())
        own = ClaimLine.claim_id == claim.id, ClaimLine.state == came_from
        found = await tx.all(select(ClaimLine).where(*own).with_for_update())
        try:
            if found:
                await move_lines(tx, held, found, action)
        except RuleError:
            return False
        await session.commit()
        return bool(found)


@pytest.mark.parametrize(("seed", "published"), [(1, False), (2, True), (3, False)])
async def test_x8_after_any_walk_all_that_was_approved_is_accounted_for(
    world: World, seed: int, published: bool
) -> None:
    chain = await PaymentScenario(world).set_up()
    if published:
        await chain.set_publicity_required(value="true")
    walk = Walk(chain, seed)
    await walk.begin()
    for n in range(MOST_STEPS):
        if n >= STEPS and await walk.saw_enough():
            break
        await walk.step()
        await held_together(world)
    assert await walk.saw_enough(), walk.done
    assert (walk.done[LineAction.PASS_PUBLICITY] > 0) == published


async def test_x8_the_books_show_where_each_amount_is(chain: PaymentScenario) -> None:
    lines_ = await chain.add_payable_lines(3)
    batch = await chain.try_make_batch(*lines_[:2])
    await chain.try_export_batch(batch)
    await chain.try_import_answer(batch, build_paid_row(list_payments(batch)[0]))
    (ledger,) = (await held_together(chain.world)).ledgers
    assert {place: ledger.sum_place(place) for place in ("payable", "in batch", "paid")} == {
        "payable": 5880,
        "in batch": 5880,
        "paid": 5880,
    }
    assert (ledger.region, ledger.kind) == ("220104", ClaimKind.LIVING_ALLOWANCE)
    assert (ledger.approved, ledger.difference) == (Decimal("17640.00"), Decimal(0))
    stands = "{ statistics { figures { standing } } }"
    (cell,) = (await chain.world.ask(stands, "officer")).only
    assert Decimal(cell["figures"]["standing"]) == ledger.standing == 17640
    told = format_report([ledger], [])
    assert "approved 17640.00 = awaiting 0.00" in told[0]
    assert told[-1] == "17640.00 yuan approved: reconciled"


@pytest.mark.parametrize(
    ("table", "values", "difference"),
    [
        (Claim, {"approved_amount": 1}, Discrepancy.APPROVED),
        (Claim, {"amount": 1}, Discrepancy.AMOUNT),
        (Claim, {"status": Status.RETURNED}, Discrepancy.STATUS),
        (ClaimLine, {"state": LineState.PAID}, Discrepancy.PAYMENTS),
        (ClaimLine, {"state": LineState.CLAWED_BACK}, Discrepancy.CLAWBACK),
        (Payment, {"amount": 1}, Discrepancy.PAYMENTS),
        (Payment, {"state": PaymentState.FAILED}, Discrepancy.BATCH),
        (DisbursementBatch, {"amount": 1}, Discrepancy.BATCH),
        (DisbursementBatch, {"state": BatchState.SETTLED}, Discrepancy.BATCH),
    ],
)
async def test_x8_what_does_not_agree_is_named(
    chain: PaymentScenario, table: Any, values: Any, difference: Discrepancy
) -> None:
    await chain.try_make_batch(*await chain.add_payable_lines(1))
    await chain.update_all(table, **values)
    found = await reconcile_database(chain.world.service.reads)
    assert not found.holds
    assert difference in {each.difference for each in found.found}
    assert all(each.key for each in found.found)


async def test_x12_of_many_who_put_a_line_into_a_batch_one_wins(chain: PaymentScenario) -> None:
    (line,) = await chain.add_payable_lines(1)
    made = await asyncio.gather(
        *(chain.try_make_batch(line, as_=who) for who in ("finance", "second") * 8)
    )
    won = [batch for batch in made if "number" in batch]
    lost = [batch["faults"][0]["reason"] for batch in made if "number" not in batch]
    assert (len(won), lost) == (1, ["LINE_NOT_PAYABLE"] * 15)
    assert len(await chain.world.load_rows(Payment)) == 1
    await held_together(chain.world)


async def test_x12_batches_made_at_once_have_numbers_of_their_own(chain: PaymentScenario) -> None:
    made = await asyncio.gather(
        *(chain.try_make_batch(line) for line in await chain.add_payable_lines(8))
    )
    assert sorted(batch["number"][-3:] for batch in made) == [f"{n:03d}" for n in range(1, 9)]


async def test_x12_the_same_answer_brought_by_many_is_applied_once(chain: PaymentScenario) -> None:
    batch = await chain.try_make_batch(*await chain.add_payable_lines(2))
    await chain.try_export_batch(batch)
    rows = [build_paid_row(payment) for payment in list_payments(batch)]
    told = await asyncio.gather(*(chain.try_import_answer(batch, *rows) for _ in range(12)))
    assert sorted((answer["paidCount"], answer["knownCount"]) for answer in told) == [
        *[(0, 2)] * 11,
        (2, 0),
    ]
    (row,) = await chain.world.load_rows(DisbursementBatch)
    assert (row.paid_count, row.paid_amount) == (2, 11760)
    await held_together(chain.world)


async def test_x12_cancelling_exporting_and_marking_at_once_lose_no_line(
    chain: PaymentScenario,
) -> None:
    lines_ = await chain.add_payable_lines(4)
    batch = await chain.try_make_batch(*lines_)
    do = chain.world.mutate
    done = {"lineIds": [line["id"] for line in lines_[:2]], "paidOn": "2025-03-10"}
    await asyncio.gather(
        do("cancelBatch", to_decision(batch) | WHY, "finance"),
        do("exportBatch", of_batch(batch) | {"format": "CSV"}, "second"),
        do("markDisbursed", done | {"bankReference": "1"}, "second"),
        *(do("makeBatch", {"lineIds": [line["id"]]}, "finance") for line in lines_),
    )
    await held_together(chain.world)


async def test_x12_an_answer_that_was_not_committed_left_nothing(
    chain: PaymentScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The import is one transaction: what is killed before its end is as if it never came."""
    batch = await chain.try_make_batch(*await chain.add_payable_lines(2))
    await chain.try_export_batch(batch)
    rows = [build_paid_row(payment) for payment in list_payments(batch)]

    async def killed(*_: Any) -> None:
        raise ConnectionAbortedError

    with monkeypatch.context() as patch:
        patch.setattr("resolvers.payment.batch_import._apply_consequences", killed)
        document = """mutation ($input: BankAnswerInput!) {
          importBankAnswer(input: $input) { __typename } }"""
        answer = {"batchId": batch["id"], "rows": rows}
        said = await chain.world.ask(document, "finance", input=answer)
        assert said.errors[0]["extensions"]["code"] == "UNAVAILABLE"
    assert {row.state for row in await chain.world.load_rows(Payment)} == {PaymentState.IN_BATCH}
    await held_together(chain.world)
    assert (await chain.try_import_answer(batch, *rows))["paidCount"] == 2
    await held_together(chain.world)
