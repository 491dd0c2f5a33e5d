"""The steps from an approved claim to money that arrived, each done as a user would."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, true

from models import Base, Declaration, DeclarationEnd, Role, Status
from tests.factories.crowd import a_crowd, add_approved_reports
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.world import World

BATCH_SELECTION = """... on DisbursementBatchPayload { batch {
  id version number state paymentCount amount
  paidCount paidAmount failedCount failedAmount sentBack reason
  leftOut { lineId reason }
  payments(first: 100, orderBy: OLDEST) { edges { node {
    id reference number state amount payeeName payeeBank payeeNumberMasked reason
    line { id version state reason } } } } } }"""
ANSWER_SELECTION = """... on BatchImportPayload { answer { id
  rowCount paidCount failedCount knownCount faultCount
  outcomes { row reference outcome faults { reason place message cure } }
  batch { id version state paidCount paidAmount failedCount failedAmount } } }"""
EXPORT_SELECTION = """... on BatchExportPayload { export {
  id name sha256 size paymentCount amount url
  batch { id version state } } }"""
LINES_QUERY = """{ claimLines(first: 100, orderBy: OLDEST) { edges { node {
  id version state reason amount
  claim { id status amount approvedAmount } possibleActions { action allowed reason }
  payments { state reference reason paidOn } receipts { arrived note } } } } }"""


class PaymentScenario(InternshipScenario):
    """Walks claims of a unit to payment."""

    def __init__(self, world: World, unit: str = "unit") -> None:
        super().__init__(world, unit)

    async def set_up(self) -> "PaymentScenario":
        """Let finance and a person of the first intern's name join; nothing is published first."""
        await self.world.add_account("finance", Role.FINANCE)
        await self.world.add_account("second", Role.FINANCE)
        await self.approve_declaration()
        await self.add_post()
        await self.confirm_parameters()
        await self.set_publicity_required()
        return self

    async def set_publicity_required(
        self, kind: str = "LIVING_ALLOWANCE", value: str = "false"
    ) -> None:
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
        row = await self.run_step("proposeParameter", draft, "province", "parameter")
        await self.run_step("approveParameter", to_decision(row), "deputy", "parameter")

    async def add_payable_lines(self, people: int = 2, month: str = "2024-10") -> list[Any]:
        """Have a claim for some interns of three months approved, and give its lines."""
        interns = await a_crowd(self, people)
        await add_approved_reports(self.world, interns, [date(2024, n, 1) for n in (8, 9, 10)])
        await self.approve_claim(month)
        return await self.read_lines()

    async def approve_claim(self, month: str = "2024-10") -> Any:
        claim = await self.submit_claim(month)
        return await self.run_step("approveClaim", claim, "officer", "claim")

    async def read_lines(self, as_: str = "finance") -> list[Any]:
        answer = (await self.world.ask(LINES_QUERY, as_)).only
        return [edge["node"] for edge in answer["edges"]]

    async def try_make_batch(self, *lines: Any, as_: str = "finance") -> Any:
        """Put lines into a batch."""
        draft = {"lineIds": [line["id"] for line in lines]}
        result = await self.world.mutate("makeBatch", draft, as_, BATCH_SELECTION)
        return result.get("batch", result)

    async def try_export_batch(self, batch: Any, format: str = "CSV", as_: str = "finance") -> Any:
        """Have a batch written for the bank."""
        draft = {"batchId": batch["id"], "version": batch["version"], "format": format}
        result = await self.world.mutate("exportBatch", draft, as_, EXPORT_SELECTION)
        return result.get("export", result)

    async def try_import_answer(self, batch: Any, *rows: Any, as_: str = "finance") -> Any:
        """Bring what the bank answered."""
        answer = {"batchId": batch["id"], "rows": list(rows)}
        result = await self.world.mutate("importBankAnswer", answer, as_, ANSWER_SELECTION)
        return result.get("answer", result)

    async def update_all(self, table: type[Base], **values: Any) -> None:
        """Write to all rows of a table what no mutation would."""
        await self.update_where(table, true(), values)

    async def update_where(
        self, table: type[Base], which: ColumnElement[bool], values: dict[str, Any]
    ) -> None:
        """Write to some rows of a table what no mutation would."""
        await self.world.update_where(table, which, values)

    async def end_declaration(self) -> None:
        """Let the unit's declaration have ended (X19)."""
        values = {"status": Status.ENDED, "ended_on": date(2025, 3, 1)}
        await self.update_all(Declaration, **values, end_kind=DeclarationEnd.DEREGISTERED)


def list_payments(batch: Any) -> list[Any]:
    return [edge["node"] for edge in batch["payments"]["edges"]]


def build_paid_row(payment: Any, **changes: Any) -> dict[str, Any]:
    """Write the bank's row of a payment that was made."""
    return {
        "reference": payment["reference"],
        "outcome": "成功",
        "amount": payment["amount"],
        "paidOn": "2025-03-10",
        "bankReference": "ICBC-1",
    } | changes


def build_failed_row(
    payment: Any, reason: str = "账号与户名不符", **changes: Any
) -> dict[str, Any]:
    """Write the bank's row of a payment that came back."""
    amount = payment["amount"]
    row = {"reference": payment["reference"], "outcome": "失败", "amount": amount}
    return row | {"reason": reason} | changes
