"""Which lines of approved claims somebody decides on: held, and their claims before them (X12)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import GenericAlias
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from strawberry import UNSET

from loaders.filter import Filter, Operator
from loaders.key import key_of
from models import (
    Claim,
    ClaimKind,
    ClaimLine,
    LineState,
    Publicity,
    PublicityLine,
    PublicityOutcome,
)
from resolvers.claims.line_life import LineKey, held_lines
from resolvers.kernel.choice import count_faults, keys_of, narrowed
from resolvers.kernel.transaction import Transaction
from rules.kernel.check import some
from rules.kernel.refusal import Fault, Path, Reason, fault, refuse_if
from rules.kernel.review import ReviewOutcome
from rules.kernel.value import RegionCode, RowId, YearMonth
from rules.payment.publicity import PUBLISHED_FROM, Filed

MOST_LINES = 1000


@dataclass(kw_only=True)
class LineChoice:
    """Which line, in the version that was read."""

    id: RowId
    version: int


@dataclass(kw_only=True)
class LineFilter:
    """Which lines are meant, and how many of them the client has seen.

    Of claims that were approved, in the one state that the decision is about.
    """

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
    Filter(
        "kind",
        GenericAlias(list, (ClaimKind,)),
        "claim_kind",
        Operator.AMONG,
        "One of these kinds. 补贴类型",
    ),
    Filter(
        "region", RegionCode, "region", Operator.WITHIN, "This region and all below it. 行政区划"
    ),
    Filter(
        "from_month", YearMonth, "claim_month", Operator.AT_LEAST, "From this month on. 起始月份"
    ),
    Filter("to_month", YearMonth, "claim_month", Operator.AT_MOST, "Up to this month. 截止月份"),
    Filter("year", int, "claim_year", Operator.IS, "Of this year. 申请年度"),
    Filter(
        "unit_name", str, "unit_name", Operator.CONTAINS, "A part of the unit's name. 单位名称包含"
    ),
)
"""By what lines are chosen, in a list as in a decision (S16)."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Lines in their places, held with their claims; and where in the input they were named."""

    lines: Sequence[ClaimLine | None]
    claims: Mapping[LineKey, Claim]
    faults: Mapping[int, Fault]
    named: bool

    @property
    def standing(self) -> Mapping[int, ClaimLine]:
        """List by their place the lines that there are in the version that was read."""
        placed = enumerate(self.lines)
        return {n: line for n, line in placed if line is not None and n not in self.faults}

    def filed(self, line: ClaimLine) -> Filed:
        """Tell how a line and its claim stand."""
        claim = self.claims[line.unit_id, line.claim_id]
        return Filed(line.claim_kind, line.state, claim.status, claim.submitted_by)

    def claims_of(self, lines: Iterable[ClaimLine]) -> Sequence[Claim]:
        """Give the claims of some lines, each once."""
        keys = dict.fromkeys((line.unit_id, line.claim_id) for line in lines)
        return [self.claims[key] for key in keys]

    def outcomes(self, barred: Mapping[int, Fault]) -> Sequence[ReviewOutcome]:
        """Tell what came of each line, and why it did not move."""
        every = {**barred, **self.faults}
        return [
            ReviewOutcome(line, (self._placed(every[n], n),) if n in every else ())
            for n, line in enumerate(self.lines)
        ]

    def _placed(self, why: Fault, n: int) -> Fault:
        at: Path = ("input", "which", "records", n) if self.named else ("input", "which")
        return Fault(why.reason, (*at, *why.path), why.figures)


async def chosen(tx: Transaction, which: WhichLines, state: LineState) -> Chosen:
    """Find and hold the lines that are meant; who does not name them means those in a state."""
    match which:
        case WhichLines(records=list(records)):
            refuse_if(some([each.id for each in records], MOST_LINES, ("which", "records")))
            keys = [_line_key(each.id) for each in records]
            versions: Sequence[int | None] = [each.version for each in records]
        case _:
            keys = [*await _meant(tx, which, state)]
            refuse_if(some([*keys], MOST_LINES, ("which",)))
            versions = [None] * len(keys)
    claims, found = await held_lines(tx, [key for key in keys if key])
    held = {(line.unit_id, line.id): line for line in found}
    lines = [held.get(key) if key else None for key in keys]
    named = isinstance(which.records, list)
    return Chosen(lines, claims, _faults(lines, versions), named)


async def _meant(tx: Transaction, which: WhichLines, state: LineState) -> Sequence[LineKey]:
    """Find the keys of lines that are not named one by one, oldest first."""
    statement: Select[UUID, UUID | None]
    match which:
        case WhichLines(where=LineFilter() as where):
            means = narrowed(ClaimLine, FILTERS, where, ("which", "where"))
            more = [ClaimLine.state == state, ClaimLine.claim_status.in_(PUBLISHED_FROM)]
            found = await keys_of(tx, ClaimLine, means, more, MOST_LINES)
            at = ("which", "where")
            refuse_if(count_faults(len(found), where.expected, MOST_LINES, at))
            return [(unit_id, id_) for unit_id, id_ in found]
        case WhichLines(publicity_id=str(named)):
            row = await tx.found(Publicity, named, "which", "publicityId")
            of_it = PublicityLine.publicity_id == row.id
            pending = PublicityLine.outcome == PublicityOutcome.PENDING
            statement = (
                select(PublicityLine.unit_id, PublicityLine.line_id)
                .where(of_it, pending, PublicityLine.line_id.is_not(None))
                .order_by(PublicityLine.number)
            )
        case _:
            claims = await _claim_keys(tx, which.claim_ids or [])
            of_them = tuple_(ClaimLine.unit_id, ClaimLine.claim_id).in_(claims)
            statement = (
                select(ClaimLine.unit_id, ClaimLine.id.label("line_id"))
                .where(of_them, ClaimLine.state == state)
                .order_by(ClaimLine.id)
            )
    rows = await tx.session.execute(statement.limit(MOST_LINES + 1))
    return [(unit_id, id_) for unit_id, id_ in rows if id_]


async def _claim_keys(tx: Transaction, named: Sequence[str]) -> Sequence[LineKey]:
    """Read the ids of claims; what is none that the viewer sees is a fault of its place."""
    refuse_if(some([*named], MOST_LINES, ("which", "claimIds")))
    keys = [key_of(text, Claim) for text in named]
    wanted = [key.parts for key in keys if key]
    statement = select(Claim.unit_id, Claim.id).where(tuple_(Claim.unit_id, Claim.id).in_(wanted))
    known = {(unit_id, id_) for unit_id, id_ in await tx.session.execute(statement)}
    refuse_if(
        fault(Reason.NOT_FOUND, "which", "claimIds", n)
        for n, key in enumerate(keys)
        if key is None or key.parts not in known
    )
    return list(known)


def _line_key(text: str) -> LineKey | None:
    key = key_of(text, ClaimLine)
    return (key.parts[0], key.parts[1]) if key else None


def _faults(
    lines: Sequence[ClaimLine | None], versions: Sequence[int | None]
) -> Mapping[int, Fault]:
    found: dict[int, Fault] = {}
    for n, (line, version) in enumerate(zip(lines, versions, strict=True)):
        if line is None:
            found[n] = fault(Reason.NOT_FOUND)
        elif version is not None and line.version != version:
            found[n] = fault(Reason.STALE_VERSION, current=line.version)
    return found
