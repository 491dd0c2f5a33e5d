"""A unit whose interns' year is over: ended, reported, and what is on file of them since."""

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from loaders.key import parse_global_id
from models import Destination, EndReason, FactKind, Intern, Person, Unit
from rules.kernel.month import list_months
from tests.factories.crowd import add_approved_reports
from tests.factories.fact import AS_OF, load_fact_file, write_csv_lines
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.rows import NATIONWIDE_ACTOR, a_credit_code, an_id_number
from tests.factories.world import World

CONTRACT_HEADER = "公民身份号码,姓名,统一社会信用代码,签订日期,合同开始日期,合同结束日期,作废"
CONTRIBUTION_HEADER = "公民身份号码,姓名,缴费月份,统一社会信用代码,作废"
ENDED_ON = date(2024, 12, 31)


class MentoringScenario(InternshipScenario):
    """Walks a unit to the end of its interns' internships, as of 2025-03-01."""

    def __init__(self, world: World, files: Path, unit: str = "unit") -> None:
        super().__init__(world, unit)
        self.files = files

    async def set_up(self) -> "MentoringScenario":
        await self.approve_declaration()
        await self.add_post()
        return self

    async def load_credit_code(self) -> str:
        async with AsyncSession(self.world.administration) as session:
            await set_rls_context(session, NATIONWIDE_ACTOR)
            own = select(Unit.credit_code).where(Unit.name == f"{self.unit}有限公司")
            return str((await session.scalars(own)).one())

    async def add_ended_intern(
        self,
        number: int,
        reason: EndReason | None = EndReason.EMPLOYED,
        destination: Destination | None = Destination.RETAINED,
        ended_on: date | None = ENDED_ON,
        **changes: Any,
    ) -> Any:
        """Add an intern whose months are reported and whose internship ended, as approved."""
        terms = {"endsOn": "2024-12-31"} | changes
        if any(person.name == f"见习生{number}" for person in await self.world.load_rows(Person)):
            row = await self.run_step(
                "addIntern", self.build_terms(number, **terms), self.unit, "intern"
            )
            row = await self.run_step("submitIntern", to_decision(row), self.unit, "intern")
            intern = await self.run_step("approveIntern", to_decision(row), "officer", "intern")
        else:
            intern = await self.approve_intern(number, **terms)
        key = parse_global_id(intern["id"])
        assert key is not None
        (row,) = [r for r in await self.world.load_rows(Intern) if r.id == key.parts[1]]
        months = list_months(row.starts_on, ended_on or row.ends_on)
        await add_approved_reports(self.world, [{"row": row}], months)
        await self.set_end(row, ended_on, reason, destination)
        return intern

    async def set_end(
        self, row: Intern, ended_on: date | None, reason: EndReason | None, to: Destination | None
    ) -> None:
        """Put the end on the intern, as an approved reduction does (J19, J20)."""
        async with AsyncSession(self.world.administration) as session, session.begin():
            await set_rls_context(session, NATIONWIDE_ACTOR)
            values = {"ended_on": ended_on, "end_reason": reason, "destination": to}
            await session.execute(update(Intern).where(Intern.id == row.id).values(values))

    async def load_contracts(
        self,
        *numbers: int,
        starts: str = "2025-01-01",
        ends: str = "2025-12-31",
        code: str | None = None,
        void: str = "",
        as_of: date = AS_OF,
    ) -> None:
        """Load labour contracts of some persons, with this unit unless said otherwise."""
        code = code or await self.load_credit_code()
        rows = [
            f"{an_id_number(n)},见习生{n},{code},2024-12-30,{starts},{ends},{void}" for n in numbers
        ]
        path = write_csv_lines(self.files / "contracts.csv", CONTRACT_HEADER, *rows)
        await load_fact_file(self.world.service, path, FactKind.LABOUR_CONTRACT, as_of=as_of)

    async def load_contributions(
        self,
        *numbers: int,
        months: tuple[str, ...] = ("2025-01", "2025-02"),
        code: str | None = None,
        void: str = "",
        as_of: date = AS_OF,
    ) -> None:
        """Load contributions for some persons, by this unit unless said otherwise."""
        code = code or await self.load_credit_code()
        rows = [
            f"{an_id_number(n)},见习生{n},{month},{code},{void}"
            for n in numbers
            for month in months
        ]
        path = write_csv_lines(self.files / "contributions.csv", CONTRIBUTION_HEADER, *rows)
        await load_fact_file(self.world.service, path, FactKind.INSURANCE_CONTRIBUTION, as_of=as_of)

    async def add_retained_interns(self, *numbers: int) -> list[Any]:
        """Let some interns end as retained, with contract and insurance on file."""
        interns = [await self.add_ended_intern(number) for number in numbers]
        await self.load_contracts(*numbers)
        await self.load_contributions(*numbers)
        return interns


OTHER_EMPLOYER_CODE = a_credit_code(9_999)
"""An employer who is no party to any of this."""
