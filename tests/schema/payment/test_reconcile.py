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

from loaders.actor import state
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
from resolvers.claims.line_life import move_lines
from resolvers.kernel.transaction import Transaction
from rules.kernel.refusal import RuleError
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import LineAction
from rules.payment.reconcile import Difference, lines
from server.cli.reconcile import Reconciled, reconcile
from tests.factories.chain import handle
from tests.factories.crowd import a_crowd, approved_reports
from tests.factories.paid import Paid, payments_of, succeeded
from tests.factories.world import World, global_id

WHY = {"reason": "核实"}
STEPS, MOST_STEPS = 60, 400
NEEDED = ("approveClaim", "makeBatch", "exportBatch", "importBankAnswer", "sendBackClaimLine")
"""What a walk goes on for."""


@pytest.fixture
async def chain(world: World) -> Paid:
    return await Paid(world).opened()


async def held_together(world: World) -> Reconciled:
    """Demand that everything is accounted for."""
    found = await reconcile(world.service.reads)
    assert found.holds, lines(found.ledgers, found.found)
    return found


def of_batch(row: Any) -> dict[str, Any]:
    return {"batchId": row["id"], "version": row["version"]}


class Walk:
    """Does one thing after another, chosen by lot, as anybody might; some of it is refused."""

    def __init__(self, chain: Paid, seed: int) -> None:
        self.chain = chain
        self.lot = random.Random(seed)  # noqa: S311 - nothing is to be kept secret
        self.done: Counter[str] = Counter()

    async def begin(self) -> None:
        """Submit three claims, each for two interns of three months."""
        interns = await a_crowd(self.chain, 6)
        await approved_reports(self.chain.world, interns, [date(2024, n, 1) for n in (8, 9, 10)])
        account = await self.chain.account()
        for n in range(0, 6, 2):
            ids = [intern["id"] for intern in interns[n : n + 2]]
            draft = {"month": "2024-10", "bankAccountId": account["id"], "internIds": ids}
            row = await self.chain.step("createLivingAllowanceClaim", draft, "unit", "claim")
            await self.chain.step("submitClaim", handle(row), "unit", "claim")

    async def one(self, table: Any, name: str, *where: Callable[[Any], bool]) -> Any:
        """Choose a row by lot, and write its handle."""
        rows = [row for row in await self.chain.world.rows(table) if all(w(row) for w in where)]
        if not rows:
            return None
        row = self.lot.choice(sorted(rows, key=lambda row: str(row.id)))
        parts = (row.unit_id, row.id) if hasattr(row, "unit_id") else (row.id,)
        return {"id": global_id(name, *parts), "version": row.version}

    async def step(self) -> None:
        name = self.lot.choice([name for name in dir(self) if name.startswith("do_")])
        await getattr(self, name)()

    async def ask(self, mutation: str, input: Any, who: str) -> None:
        if input is not None:
            result = await self.chain.world.do(mutation, input, who)
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
        reached = {row.state for row in await self.chain.world.rows(ClaimLine)}
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
        rows = [r for r in await self.chain.world.rows(ClaimLine) if r.state is LineState.PAYABLE]
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
        rows = await self.chain.world.rows(Payment)
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
        rows = [row for row in await self.chain.world.rows(Claim) if row.status in where]
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
    async with AsyncSession(world.service.writes, expire_on_commit=False) as session:
        tx = Transaction(world.service, viewer, session)
        await state(session, tx.actor)
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
    chain = await Paid(world).opened()
    if published:
        await chain.unpublished(value="true")
    walk = Walk(chain, seed)
    await walk.begin()
    for n in range(MOST_STEPS):
        if n >= STEPS and await walk.saw_enough():
            break
        await walk.step()
        await held_together(world)
    assert await walk.saw_enough(), walk.done
    assert (walk.done[LineAction.PASS_PUBLICITY] > 0) == published


async def test_x8_the_books_show_where_each_amount_is(chain: Paid) -> None:
    lines_ = await chain.payable(3)
    batch = await chain.batched(*lines_[:2])
    await chain.exported(batch)
    await chain.answered(batch, succeeded(payments_of(batch)[0]))
    (ledger,) = (await held_together(chain.world)).ledgers
    assert {place: ledger.at(place) for place in ("payable", "in batch", "paid")} == {
        "payable": 5880,
        "in batch": 5880,
        "paid": 5880,
    }
    assert (ledger.region, ledger.kind) == ("220104", ClaimKind.LIVING_ALLOWANCE)
    assert (ledger.approved, ledger.difference) == (Decimal("17640.00"), Decimal(0))
    told = lines([ledger], [])
    assert "approved 17640.00 = awaiting 0.00" in told[0]
    assert told[-1] == "17640.00 yuan approved: reconciled"


@pytest.mark.parametrize(
    ("table", "values", "difference"),
    [
        (Claim, {"approved_amount": 1}, Difference.APPROVED),
        (Claim, {"amount": 1}, Difference.AMOUNT),
        (Claim, {"status": Status.RETURNED}, Difference.STATUS),
        (ClaimLine, {"state": LineState.PAID}, Difference.PAYMENTS),
        (ClaimLine, {"state": LineState.CLAWED_BACK}, Difference.CLAWBACK),
        (Payment, {"amount": 1}, Difference.PAYMENTS),
        (Payment, {"state": PaymentState.FAILED}, Difference.BATCH),
        (DisbursementBatch, {"amount": 1}, Difference.BATCH),
        (DisbursementBatch, {"state": BatchState.SETTLED}, Difference.BATCH),
    ],
)
async def test_x8_what_does_not_agree_is_named(
    chain: Paid, table: Any, values: Any, difference: Difference
) -> None:
    await chain.batched(*await chain.payable(1))
    await chain.put(table, **values)
    found = await reconcile(chain.world.service.reads)
    assert not found.holds
    assert difference in {each.difference for each in found.found}
    assert all(each.key for each in found.found)


async def test_x12_of_many_who_put_a_line_into_a_batch_one_wins(chain: Paid) -> None:
    (line,) = await chain.payable(1)
    made = await asyncio.gather(
        *(chain.batched(line, as_=who) for who in ("finance", "second") * 8)
    )
    won = [batch for batch in made if "number" in batch]
    lost = [batch["faults"][0]["reason"] for batch in made if "number" not in batch]
    assert (len(won), lost) == (1, ["LINE_NOT_PAYABLE"] * 15)
    assert len(await chain.world.rows(Payment)) == 1
    await held_together(chain.world)


async def test_x12_batches_made_at_once_have_numbers_of_their_own(chain: Paid) -> None:
    made = await asyncio.gather(*(chain.batched(line) for line in await chain.payable(8)))
    assert sorted(batch["number"][-3:] for batch in made) == [f"{n:03d}" for n in range(1, 9)]


async def test_x12_the_same_answer_brought_by_many_is_applied_once(chain: Paid) -> None:
    batch = await chain.batched(*await chain.payable(2))
    await chain.exported(batch)
    rows = [succeeded(payment) for payment in payments_of(batch)]
    told = await asyncio.gather(*(chain.answered(batch, *rows) for _ in range(12)))
    assert sorted((answer["paidCount"], answer["knownCount"]) for answer in told) == [
        *[(0, 2)] * 11,
        (2, 0),
    ]
    (row,) = await chain.world.rows(DisbursementBatch)
    assert (row.paid_count, row.paid_amount) == (2, 11760)
    await held_together(chain.world)


async def test_x12_cancelling_exporting_and_marking_at_once_lose_no_line(chain: Paid) -> None:
    lines_ = await chain.payable(4)
    batch = await chain.batched(*lines_)
    do = chain.world.do
    done = {"lineIds": [line["id"] for line in lines_[:2]], "paidOn": "2025-03-10"}
    await asyncio.gather(
        do("cancelBatch", handle(batch) | WHY, "finance"),
        do("exportBatch", of_batch(batch) | {"format": "CSV"}, "second"),
        do("markDisbursed", done | {"bankReference": "1"}, "second"),
        *(do("makeBatch", {"lineIds": [line["id"]]}, "finance") for line in lines_),
    )
    await held_together(chain.world)


async def test_x12_an_answer_that_was_not_committed_left_nothing(
    chain: Paid, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The import is one transaction: what is killed before its end is as if it never came."""
    batch = await chain.batched(*await chain.payable(2))
    await chain.exported(batch)
    rows = [succeeded(payment) for payment in payments_of(batch)]

    async def killed(*_: Any) -> None:
        raise ConnectionAbortedError

    with monkeypatch.context() as patch:
        patch.setattr("resolvers.payment.batch_import._follow", killed)
        document = """mutation ($input: BankAnswerInput!) {
          importBankAnswer(input: $input) { __typename } }"""
        answer = {"batchId": batch["id"], "rows": rows}
        said = await chain.world.ask(document, "finance", input=answer)
        assert said.errors[0]["extensions"]["code"] == "INTERNAL"
    assert {row.state for row in await chain.world.rows(Payment)} == {PaymentState.IN_BATCH}
    await held_together(chain.world)
    assert (await chain.answered(batch, *rows))["paidCount"] == 2
    await held_together(chain.world)
