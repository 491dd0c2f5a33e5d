"""Which lines of approved claims somebody decides on: held with their claims, claims first (X12)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_
from strawberry import UNSET

from loaders.filter import Filter, Operator
from loaders.key import key_of
from models import Claim, ClaimKind, ClaimLine, LineState, PublicityLine, PublicityOutcome
from resolvers.choice import count_faults, keys_of, narrowed
from resolvers.transaction import Transaction
from rules.check import some
from rules.publicity import Filed
from rules.refusal import Fault, Path, Reason, StaleVersion, fault, refuse_if
from rules.value import RegionCode, RowId, YearMonth

MOST_LINES = 1000

Key = tuple[UUID, ...]
Filter_ = Filter


@dataclass(kw_only=True)
class LineChoice:
    """Which line, in the version that was read."""

    id: RowId
    version: int


@dataclass(kw_only=True)
class LineFilter:
    """Which lines are meant, and how many of them the client has seen."""

    expected: int
    kind: list[ClaimKind] | None = None
    region: RegionCode | None = None
    from_month: YearMonth | None = None
    to_month: YearMonth | None = None
    year: int | None = None
    unit_name: str | None = None


@dataclass(kw_only=True)
class WhichLines:
    """Lines by name, all of some claims, all of a publicity, or those that a filter finds."""

    records: list[LineChoice] | None = UNSET
    claim_ids: list[RowId] | None = UNSET
    publicity_id: RowId | None = UNSET
    where: LineFilter | None = UNSET


FILTERS = (
    Filter("kind", list, "claim_kind", Operator.AMONG, ""),
    Filter("region", RegionCode, "region", Operator.WITHIN, ""),
    Filter("from_month", YearMonth, "claim_month", Operator.AT_LEAST, ""),
    Filter("to_month", YearMonth, "claim_month", Operator.AT_MOST, ""),
    Filter("year", int, "claim_year", Operator.IS, ""),
    Filter("unit_name", str, "unit_name", Operator.CONTAINS, ""),
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Lines in their places, held with their claims, and what can't be decided on at all."""

    lines: Sequence[ClaimLine | None]
    claims: Mapping[Key, Claim]
    paths: Sequence[Path]
    faults: Mapping[int, Fault]

    def filed(self, line: ClaimLine) -> Filed:
        """Tell how a line and its claim stand."""
        claim = self.claims[line.unit_id, line.claim_id]
        return Filed(line.claim_kind, line.state, claim.status, claim.submitted_by)

    @property
    def standing(self) -> Mapping[int, ClaimLine]:
        """List the lines that there are, by their place."""
        return {n: e for n, e in enumerate(self.lines) if e is not None and n not in self.faults}

    def claims_of(self, lines: Collection[ClaimLine]) -> Sequence[Claim]:
        """Give the claims of some lines, each once."""
        keys = dict.fromkeys((line.unit_id, line.claim_id) for line in lines)
        return [self.claims[key] for key in keys]


async def chosen(tx: Transaction, which: WhichLines, state: LineState) -> Chosen:
    """Find and hold the lines that are meant; whoever filters means those in a state (S16, S17)."""
    match which:
        case WhichLines(records=list(records)):
            refuse_if(some([each.id for each in records], MOST_LINES, ("which", "records")))
            keys = [_key(each.id) for each in records]
            versions: Sequence[int | None] = [each.version for each in records]
            paths: list[Path] = [("which", "records", n) for n in range(len(keys))]
        case _:
            keys = list(await _found(tx, which, state))
            versions = [None] * len(keys)
            paths = [("which",)] * len(keys)
    claims, lines = await _held(tx, [key for key in keys if key])
    placed = [lines.get(key) if key else None for key in keys]
    return Chosen(placed, claims, paths, _faults(placed, versions))


async def _found(tx: Transaction, which: WhichLines, state: LineState) -> Sequence[Key]:
    """Find the keys of lines that are not named one by one."""
    in_state = ClaimLine.state == state
    match which:
        case WhichLines(where=LineFilter() as where):
            means = narrowed(ClaimLine, FILTERS, where)
            standing = ClaimLine.claim_status.in_(PUBLIC_STATES)
            keys = await keys_of(tx, ClaimLine, means, [in_state, standing], MOST_LINES)
            refuse_if(count_faults(len(keys), where.expected, MOST_LINES))
            return keys
        case WhichLines(publicity_id=str(named)):
            meant = _of_publicity(named)
        case WhichLines(claim_ids=list(named)):
            refuse_if(some([*named], MOST_LINES, ("which", "claimIds")))
            meant = await _of_claims(tx, named)
        case _:
            meant = None
    statement = select(ClaimLine.unit_id, ClaimLine.id).where(in_state)
    if meant is None:
        refuse_if([fault(Reason.NOT_FOUND, "which", "publicityId")])
        return []
    found = await tx.session.execute(statement.where(meant).order_by(ClaimLine.id))
    keys = [tuple(row) for row in found]
    refuse_if(some([*keys], MOST_LINES, ("which",)))
    return keys
