"""A unit whose interns' year is over: ended, reported, and what is on file of them since."""

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import state
from loaders.key import decode
from models import Destination, EndReason, FactKind, Intern, Person, Unit
from rules.kernel.month import months_between
from tests.factories.chain import Chain, handle
from tests.factories.crowd import approved_reports
from tests.factories.fact import AS_OF, loaded, written
from tests.factories.rows import EVERYBODY, a_credit_code, an_id_number
from tests.factories.world import World

CONTRACTS = "公民身份号码,姓名,统一社会信用代码,签订日期,合同开始日期,合同结束日期,作废"
INSURED = "公民身份号码,姓名,缴费月份,统一社会信用代码,作废"
END = date(2024, 12, 31)


class Mentored(Chain):
    """Walks a unit to the end of its interns' internships, as of 2025-03-01."""

    def __init__(self, world: World, files: Path, unit: str = "unit") -> None:
        super().__init__(world, unit)
        self.files = files

    async def opened(self) -> "Mentored":
        await self.declared()
        await self.posted()
        return self

    async def code(self) -> str:
        async with AsyncSession(self.world.service.writes) as session:
            await state(session, EVERYBODY)
            own = select(Unit.credit_code).where(Unit.name == f"{self.unit}有限公司")
            return str((await session.scalars(own)).one())

    async def over(
        self,
        number: int,
        reason: EndReason | None = EndReason.EMPLOYED,
        destination: Destination | None = Destination.RETAINED,
        ended_on: date | None = END,
        **changes: Any,
    ) -> Any:
        """Add an intern whose months are reported and whose internship ended, as approved."""
        terms = {"endsOn": "2024-12-31"} | changes
        if any(person.name == f"见习生{number}" for person in await self.world.rows(Person)):
            row = await self.step("addIntern", self.terms(number, **terms), self.unit, "intern")
            row = await self.step("submitIntern", handle(row), self.unit, "intern")
            intern = await self.step("approveIntern", handle(row), "officer", "intern")
        else:
            intern = await self.intern(number, **terms)
        key = decode(intern["id"])
        assert key is not None
        (row,) = [r for r in await self.world.rows(Intern) if r.id == key.parts[1]]
        months = months_between(row.starts_on, ended_on or row.ends_on)
        await approved_reports(self.world, [{"row": row}], months)
        await self.ends(row, ended_on, reason, destination)
        return intern

    async def ends(
        self, row: Intern, ended_on: date | None, reason: EndReason | None, to: Destination | None
    ) -> None:
        """Put the end on the intern, as an approved reduction does (J19, J20)."""
        async with AsyncSession(self.world.service.writes) as session, session.begin():
            await state(session, EVERYBODY)
            values = {"ended_on": ended_on, "end_reason": reason, "destination": to}
            await session.execute(update(Intern).where(Intern.id == row.id).values(values))

    async def contract(
        self,
        *numbers: int,
        starts: str = "2025-01-01",
        ends: str = "2025-12-31",
        code: str | None = None,
        void: str = "",
        as_of: date = AS_OF,
    ) -> None:
        """Load labour contracts of some persons, with this unit unless said otherwise."""
        code = code or await self.code()
        rows = [
            f"{an_id_number(n)},见习生{n},{code},2024-12-30,{starts},{ends},{void}" for n in numbers
        ]
        path = written(self.files / "contracts.csv", CONTRACTS, *rows)
        await loaded(self.world.service, path, FactKind.LABOUR_CONTRACT, as_of=as_of)

    async def insured(
        self,
        *numbers: int,
        months: tuple[str, ...] = ("2025-01", "2025-02"),
        code: str | None = None,
        void: str = "",
        as_of: date = AS_OF,
    ) -> None:
        """Load contributions for some persons, by this unit unless said otherwise."""
        code = code or await self.code()
        rows = [
            f"{an_id_number(n)},见习生{n},{month},{code},{void}"
            for n in numbers
            for month in months
        ]
        path = written(self.files / "contributions.csv", INSURED, *rows)
        await loaded(self.world.service, path, FactKind.INSURANCE_CONTRIBUTION, as_of=as_of)

    async def retained(self, *numbers: int) -> list[Any]:
        """Let some interns end as retained, with contract and insurance on file."""
        interns = [await self.over(number) for number in numbers]
        await self.contract(*numbers)
        await self.insured(*numbers)
        return interns


ELSEWHERE = a_credit_code(9_999)
"""An employer who is no party to any of this."""
