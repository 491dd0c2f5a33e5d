"""The steps of the internship chain, each done as a user would, each demanding success."""

from typing import Any

from tests.factories.rows import an_id_number
from tests.factories.world import World

STAFF_DRAFT = [{"name": "孙专职", "duty": "带教管理", "mobile": "13800005678"}]
DECLARATION_DRAFT = {
    "plannedInterns": 10,
    "monthlyWage": "3100.00",
    "trainingPlan": "三个月轮岗",
    "accidentInsurance": True,
    "staff": STAFF_DRAFT,
}
POST_DRAFT = {
    "name": "软件测试",
    "headcount": 5,
    "monthlyWage": "3100.00",
    "workplace": "朝阳区",
    "duties": "测试",
}
ACCOUNT_DRAFT = {
    "bank": "中国工商银行",
    "branch": "朝阳支行",
    "accountName": "unit有限公司",
    "number": "6222020200112233446",
    "isDefault": True,
}


def to_decision(row: Any) -> dict[str, Any]:
    """Name a record in the version that was read."""
    return {"id": row["id"], "version": row["version"]}


class InternshipScenario:
    """Walks a unit through the chain."""

    def __init__(self, world: World, unit: str = "unit") -> None:
        self.world = world
        self.unit = unit
        self.post: dict[str, Any] = {}

    async def run_step(self, mutation: str, input: Any, as_: str, kind: str) -> Any:
        """Do a step that must succeed, and give its record."""
        payload, name = f"{kind[0].upper()}{kind[1:]}Payload", kind
        then = f"... on {payload} {{ {name} {{ id version }} }}"
        result = await self.world.mutate(mutation, input, as_, then)
        assert result["__typename"] == payload, result
        return result[name]

    async def approve_declaration(self) -> Any:
        """Declare and be approved (J6-J9)."""
        row = await self.run_step("createDeclaration", DECLARATION_DRAFT, self.unit, "declaration")
        row = await self.run_step("submitDeclaration", to_decision(row), self.unit, "declaration")
        return await self.run_step("approveDeclaration", to_decision(row), "officer", "declaration")

    async def add_post(self, **changes: Any) -> Any:
        """Add a post (J10)."""
        self.post = await self.run_step("addPost", POST_DRAFT | changes, self.unit, "post")
        return self.post

    def build_terms(self, number: int, **changes: Any) -> dict[str, Any]:
        """Write the terms of an intern who is a fresh graduate (J15)."""
        return {
            "idNumber": an_id_number(number),
            "name": f"见习生{number}",
            "postId": self.post["id"],
            "category": "GRADUATE",
            "agreedOn": "2024-07-15",
            "startsOn": "2024-08-01",
            "endsOn": "2025-07-31",
        } | changes

    async def add_intern(self, number: int, **changes: Any) -> Any:
        """Put a person on file and add them (J14, J15)."""
        await self.world.add_person(number)
        terms = self.build_terms(number, **changes)
        return await self.run_step("addIntern", terms, self.unit, "intern")

    async def approve_intern(self, number: int, **changes: Any) -> Any:
        """Add an intern and be approved (J14-J18)."""
        row = await self.add_intern(number, **changes)
        row = await self.run_step("submitIntern", to_decision(row), self.unit, "intern")
        return await self.run_step("approveIntern", to_decision(row), "officer", "intern")

    async def save_reports(self, month: str, *interns: Any, **figures: Any) -> list[Any]:
        """Save a month of reports (J25)."""
        row = {"daysAttended": 22, "wagePaid": "3400.00", "insurancePaid": "200.00"} | figures
        rows = [row | {"internId": intern["id"]} for intern in interns]
        return await self._run_report_step(
            "saveMonthlyReports", {"month": month, "rows": rows}, self.unit
        )

    async def approve_reports(
        self, month: str, *interns: Any, wage: str = "3400.00", **more: Any
    ) -> Any:
        """Report a month and be approved (J24-J28)."""
        rows = await self.save_reports(month, *interns, wagePaid=wage, **more)
        records = {"records": [to_decision(row) for row in rows]}
        rows = await self._run_report_step("submitMonthlyReports", records, self.unit)
        records = {"records": [to_decision(row) for row in rows]}
        return await self._run_report_step("approveMonthlyReports", records, "officer")

    async def _run_report_step(self, mutation: str, input: Any, as_: str) -> list[Any]:
        then = "... on MonthlyReportsPayload { monthlyReports { id version payableSubsidy } }"
        result = await self.world.mutate(mutation, input, as_, then)
        assert result["__typename"] == "MonthlyReportsPayload", result
        found: list[Any] = result["monthlyReports"]
        return found

    async def add_bank_account(self, **changes: Any) -> Any:
        """Add a bank account (J32)."""
        return await self.run_step(
            "addBankAccount", ACCOUNT_DRAFT | changes, self.unit, "bankAccount"
        )

    async def draft_claim(self, month: str, **changes: Any) -> Any:
        """Draft a claim for all who can be claimed (J30, J32)."""
        account = await self.add_bank_account()
        draft = {"month": month, "bankAccountId": account["id"]} | changes
        return await self.run_step("createLivingAllowanceClaim", draft, self.unit, "claim")

    async def submit_claim(self, month: str, **changes: Any) -> dict[str, Any]:
        """Draft and submit a claim (J33)."""
        row = await self.draft_claim(month, **changes)
        return to_decision(await self.run_step("submitClaim", to_decision(row), self.unit, "claim"))

    async def draft_reduction(self, intern: Any, ended_on: str, **why: Any) -> Any:
        """Draft a reduction of somebody who found employment, unless said otherwise (J19-J22)."""
        reason = why or {"employed": {"destination": "RETAINED"}}
        draft = {"internId": intern["id"], "endedOn": ended_on, "endReason": reason}
        return await self.run_step("addReduction", draft, self.unit, "reduction")

    async def submit_reduction(self, intern: Any, ended_on: str, **why: Any) -> Any:
        """Draft a reduction and submit it (J23)."""
        row = await self.draft_reduction(intern, ended_on, **why)
        return await self.run_step("submitReduction", to_decision(row), self.unit, "reduction")

    async def approve_reduction(self, intern: Any, ended_on: str, **why: Any) -> Any:
        """End an internship by a reduction that is approved (J23)."""
        row = await self.submit_reduction(intern, ended_on, **why)
        return await self.run_step("approveReduction", to_decision(row), "officer", "reduction")

    async def confirm_parameters(self) -> None:
        """Let one administrator confirm what is unconfirmed, and another approve it (X2, X6)."""
        for key, value, category in (
            ("internship.min_days", "15", None),
            ("internship.wage_floor_ratio", "1.6", "GRADUATE"),
            ("internship.wage_floor_ratio", "1.6", "SECONDARY_VOCATIONAL"),
            ("internship.wage_floor_ratio", "1.2", "UNEMPLOYED_YOUTH"),
        ):
            draft = {
                "key": key,
                "region": "220000",
                "category": category,
                "value": value,
                "effectiveFrom": "2020-01-01",
                "source": "省厅确认",
                "confirmed": True,
            }
            row = await self.run_step("proposeParameter", draft, "province", "parameter")
            await self.run_step("approveParameter", to_decision(row), "deputy", "parameter")
