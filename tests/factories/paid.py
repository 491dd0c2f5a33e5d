"""The steps from an approved claim to money that arrived, each done as a user would."""

from datetime import date
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import state
from models import Base, Declaration, DeclarationEnd, Role, Status
from tests.factories.chain import Chain, handle
from tests.factories.crowd import a_crowd, approved_reports
from tests.factories.rows import EVERYBODY
from tests.factories.world import World

BATCH = """... on DisbursementBatchPayload { batch { id version number state paymentCount amount
  paidCount paidAmount failedCount failedAmount sentBack reason
  payments(first: 100, orderBy: OLDEST) { edges { node {
    id reference number state amount payeeName payeeBank payeeNumberMasked reason
    line { id version state reason } } } } } }"""
ANSWER = """... on BatchImportPayload { answer { id
  rowCount paidCount failedCount knownCount faultCount
  outcomes { row reference outcome faults { reason place message cure } }
  batch { id version state paidCount paidAmount failedCount failedAmount } } }"""
EXPORT = """... on BatchExportPayload { export { id name sha256 size paymentCount amount url
  batch { id version state } } }"""
LINES = """{ claimLines(first: 100, orderBy: OLDEST) { edges { node { id version state reason amount
  claim { id status amount approvedAmount } possibleActions { action allowed reason }
  payments { state reference reason paidOn } receipts { arrived note } } } } }"""


class Paid(Chain):
    """Walks claims of a unit to payment."""

    def __init__(self, world: World, unit: str = "unit") -> None:
        super().__init__(world, unit)

    async def opened(self) -> "Paid":
        """Let finance and a person of the first intern's name join; nothing is published first."""
        await self.world.account("finance", Role.FINANCE)
        await self.world.account("second", Role.FINANCE)
        await self.declared()
        await self.posted()
        await self.confirmed_parameters()
        await self.unpublished()
        return self

    async def unpublished(self, kind: str = "LIVING_ALLOWANCE", value: str = "false") -> None:
        """Let claims of a kind be paid without publicity, or with it again (X7)."""
        draft = {
            "key": "publicity.required",
            "region": "220000",
            "category": kind,
            "value": value,
            "effectiveFrom": "2020-01-01",
            "source": "省厅确认",
            "confirmed": True,
        }
        row = await self.step("proposeParameter", draft, "province", "parameter")
        await self.step("approveParameter", handle(row), "deputy", "parameter")

    async def payable(self, people: int = 2, month: str = "2024-10") -> list[Any]:
        """Have a claim for some interns of three months approved, and give its lines."""
        interns = await a_crowd(self, people)
        await approved_reports(self.world, interns, [date(2024, n, 1) for n in (8, 9, 10)])
        await self.approved(month)
        return await self.lines()

    async def approved(self, month: str = "2024-10") -> Any:
        claim = await self.claimed(month)
        return await self.step("approveClaim", claim, "officer", "claim")

    async def lines(self, as_: str = "finance") -> list[Any]:
        answer = (await self.world.ask(LINES, as_)).only
        return [edge["node"] for edge in answer["edges"]]

    async def batched(self, *lines: Any, as_: str = "finance") -> Any:
        """Put lines into a batch."""
        draft = {"lineIds": [line["id"] for line in lines]}
        result = await self.world.do("makeBatch", draft, as_, BATCH)
        return result.get("batch", result)

    async def exported(self, batch: Any, format: str = "CSV", as_: str = "finance") -> Any:
        """Have a batch written for the bank."""
        draft = {"batchId": batch["id"], "version": batch["version"], "format": format}
        result = await self.world.do("exportBatch", draft, as_, EXPORT)
        return result.get("export", result)

    async def answered(self, batch: Any, *rows: Any, as_: str = "finance") -> Any:
        """Bring what the bank answered."""
        answer = {"batchId": batch["id"], "rows": list(rows)}
        result = await self.world.do("importBankAnswer", answer, as_, ANSWER)
        return result.get("answer", result)

    async def put(self, table: type[Base], **values: Any) -> None:
        """Write to all rows of a table what no mutation would."""
        async with AsyncSession(self.world.service.writes) as session, session.begin():
            await state(session, EVERYBODY)
            await session.execute(update(table).values(**values))

    async def ended(self) -> None:
        """Let the unit's declaration have ended (X19)."""
        values = {"status": Status.ENDED, "ended_on": date(2025, 3, 1)}
        await self.put(Declaration, **values, end_kind=DeclarationEnd.DEREGISTERED)


def payments_of(batch: Any) -> list[Any]:
    return [edge["node"] for edge in batch["payments"]["edges"]]


def succeeded(payment: Any, **changes: Any) -> dict[str, Any]:
    """Write the bank's row of a payment that was made."""
    return {
        "reference": payment["reference"],
        "outcome": "成功",
        "amount": payment["amount"],
        "paidOn": "2025-03-10",
        "bankReference": "ICBC-1",
    } | changes


def failed(payment: Any, reason: str = "账号与户名不符", **changes: Any) -> dict[str, Any]:
    """Write the bank's row of a payment that came back."""
    amount = payment["amount"]
    row = {"reference": payment["reference"], "outcome": "失败", "amount": amount}
    return row | {"reason": reason} | changes
