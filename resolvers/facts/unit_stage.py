"""The register of units on its way in: rows that are about units, and nobody on file (X13)."""

from collections.abc import Sequence

from sqlalchemy import Integer, String, Uuid, and_, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from gateways.seal import Seal
from loaders.actor import ALL_REGIONS, RegionRange
from models import FactKind, RegisteredUnit
from resolvers.facts.fact_stage import LineFault, Stage
from rules.facts.fact import FactRow
from rules.kernel.refusal import Reason, fault


class UnitStage(Stage):
    """The temporary table of a file of the register; `home` is where units are by default."""

    def __init__(
        self, session: AsyncSession, seal: Seal, home: str, reach: RegionRange = ALL_REGIONS
    ) -> None:
        super().__init__(session, seal, FactKind.REGISTERED_UNIT, reach)
        self._home = home
        self.identity = self.keys
        self.columns = ["id", *self.own]
        before = (("line", Integer()), ("id", Uuid()), ("verdict", String()))
        self.table = self.build_table("staged_unit", before)

    async def open(self) -> None:
        """Make the table."""
        await self.create_tables(self.table)

    async def copy_rows(self, rows: Sequence[FactRow]) -> None:
        """Copy rows aside."""
        records = []
        for row in rows:
            id_ = uuid7()
            values = {**row.values, "region": row.values["region"] or self._home}
            records.append((row.line, id_, *self.build_values(id_, values)))
        await self.copy_records(self.table, ["line", "id", *self.own], records)

    async def analyze(self) -> None:
        """Have the planner know how many rows there are."""
        await self.session.execute(text(f"ANALYZE {self.table.name}"))

    async def find_outside_faults(self) -> Sequence[LineFault]:
        """List rows about units that are, or were, where whoever loads has no say (X10)."""
        s, known = self.table.c, RegisteredUnit
        low, high = self.reach
        here = and_(
            s.region.between(low, high),
            func.coalesce(known.region, s.region).between(low, high),
        )
        on_file = known.credit_code == s.credit_code
        query = select(s.line).outerjoin(known, on_file).where(or_(~here, s.region.is_(None)))
        lines = await self.session.scalars(query)
        return [(line, fault(Reason.REGION_OUTSIDE, "region")) for line in lines]
