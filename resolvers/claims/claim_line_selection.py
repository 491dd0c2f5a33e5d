"""Which lines of approved claims somebody decides on: held, and their claims before them (X12)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import GenericAlias
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from strawberry import UNSET

from loaders.filter import Filter, Operator
from loaders.key import parse_key
from models import (
    Claim,
    ClaimKind,
    ClaimLine,
    LineState,
    Publicity,
    PublicityLine,
    PublicityOutcome,
)
from resolvers.claims import standing
from resolvers.claims.claim_line_transitions import LineKey, lock_lines
from resolvers.kernel.record_selection import (
    build_filter_conditions,
    find_count_faults,
    load_matching_keys,
)
from resolvers.kernel.transaction import Transaction
from rules.claims.claim import ClaimStanding, find_claim_fault
from rules.kernel.action import Action
from rules.kernel.input_check import find_list_faults
from rules.kernel.refusal import Fault, Path, Reason, fault, refuse_if
from rules.kernel.review import ReviewOutcome
from rules.kernel.value import RegionCode, RowId, YearMonth
from rules.payment.publicity import (
    PUBLISHABLE_STATUSES,
    SETTLER_DIFFERS,
    FiledLine,
    is_sent_back,
)

MAX_LINES_AT_ONCE = 1000


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
    month_from: YearMonth | None = None
    month_to: YearMonth | None = None
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


LINE_FILTERS = (
    Filter(
        name="kind",
        type=GenericAlias(list, (ClaimKind,)),
        column="claim_kind",
        operator=Operator.AMONG,
        description="One of these kinds. 补贴类型",
    ),
    Filter(
        name="region",
        type=RegionCode,
        column="region",
        operator=Operator.WITHIN,
        description="This region and all below it. 行政区划",
    ),
    Filter(
        name="month_from",
        released_as="from_month",
        type=YearMonth,
        column="claim_month",
        operator=Operator.AT_LEAST,
        description="From this month on. 起始月份",
    ),
    Filter(
        name="month_to",
        released_as="to_month",
        type=YearMonth,
        column="claim_month",
        operator=Operator.AT_MOST,
        description="Up to this month. 截止月份",
    ),
    Filter(
        name="year",
        type=int,
        column="claim_year",
        operator=Operator.IS,
        description="Of this year. 申请年度",
    ),
    Filter(
        name="unit_name",
        type=str,
        column="unit_name",
        operator=Operator.CONTAINS,
        description="Words of the unit's name on the line, or parts of them. 单位名称包含",
    ),
)
"""By what lines are chosen, in a list as in a decision (S16).

Names are compared on the line itself: a decision reaches names that a list may not look up.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectedLines:
    """Lines in their places, held with their claims; and where in the input they were named."""

    lines: Sequence[ClaimLine | None]
    claims: Mapping[LineKey, Claim]
    faults: Mapping[int, Fault]
    named: bool

    @property
    def current_lines(self) -> Mapping[int, ClaimLine]:
        """List by their place the lines that there are in the version that was read."""
        placed = enumerate(self.lines)
        return {n: line for n, line in placed if line is not None and n not in self.faults}

    def build_filed_line(self, line: ClaimLine) -> FiledLine:
        """Return how a line and its claim stand."""
        claim = self.claims[line.unit_id, line.claim_id]
        return FiledLine(
            kind=line.claim_kind,
            state=line.state,
            status=claim.status,
            submitted_by=claim.submitted_by,
            sent_back=is_sent_back(line.state, line.reason, claim.status),
            barred_reviewers=claim.barred_reviewers,
        )

    def list_claims(self, lines: Iterable[ClaimLine]) -> Sequence[Claim]:
        """Return the claims of some lines, each once."""
        keys = dict.fromkeys((line.unit_id, line.claim_id) for line in lines)
        return [self.claims[key] for key in keys]

    def build_outcomes(self, barred: Mapping[int, Fault]) -> Sequence[ReviewOutcome]:
        """Return what came of each line, and why it did not move."""
        every = {**barred, **self.faults}
        return [
            ReviewOutcome(line, (self._locate_fault(every[n], n),) if n in every else ())
            for n, line in enumerate(self.lines)
        ]

    def _locate_fault(self, why: Fault, n: int) -> Fault:
        at: Path = ("input", "which", "records", n) if self.named else ("input", "which")
        return why.at(*at)


async def lock_selected_lines(
    tx: Transaction, which: WhichLines, state: LineState, action: Action
) -> SelectedLines:
    """Find and hold the lines that are meant; who does not name them means those in a state.

    Where claims are named and none has such a line, each tells why (X4).
    """
    match which:
        case WhichLines(records=list(records)):
            refuse_if(
                find_list_faults(
                    [each.id for each in records], MAX_LINES_AT_ONCE, ("which", "records")
                )
            )
            keys = [_parse_line_key(each.id) for each in records]
            versions: Sequence[int | None] = [each.version for each in records]
        case _:
            keys = [*await _load_selected_keys(tx, which, state)]
            if not keys and which.claim_ids:
                refuse_if(await _find_claim_faults(tx, which.claim_ids, action))
            refuse_if(find_list_faults([*keys], MAX_LINES_AT_ONCE, ("which",)))
            versions = [None] * len(keys)
    seen = await tx.select_seen_keys(ClaimLine, [key for key in keys if key])
    claims, found = await lock_lines(tx, [(unit_id, id_) for unit_id, id_ in seen])
    held = {(line.unit_id, line.id): line for line in found}
    lines = [held.get(key) if key else None for key in keys]
    named = isinstance(which.records, list)
    return SelectedLines(
        lines=lines, claims=claims, faults=_find_selection_faults(lines, versions), named=named
    )


async def _load_selected_keys(
    tx: Transaction, which: WhichLines, state: LineState
) -> Sequence[LineKey]:
    """Find the keys of lines that are not named one by one, oldest first."""
    statement: Select[UUID, UUID | None]
    match which:
        case WhichLines(where=LineFilter() as where):
            means = build_filter_conditions(ClaimLine, LINE_FILTERS, where, ("which", "where"))
            more = [ClaimLine.state == state, ClaimLine.claim_status.in_(PUBLISHABLE_STATUSES)]
            found = await load_matching_keys(tx, ClaimLine, means, more, MAX_LINES_AT_ONCE)
            at = ("which", "where")
            refuse_if(find_count_faults(len(found), where.expected, MAX_LINES_AT_ONCE, at))
            return [(unit_id, id_) for unit_id, id_ in found]
        case WhichLines(publicity_id=str(named)):
            row = await tx.get(Publicity, named, "which", "publicityId")
            of_it = PublicityLine.publicity_id == row.id
            pending = PublicityLine.outcome == PublicityOutcome.PENDING
            statement = (
                select(PublicityLine.unit_id, PublicityLine.line_id)
                .where(of_it, pending, PublicityLine.line_id.is_not(None))
                .order_by(PublicityLine.number)
            )
        case _:
            claims = await _load_claim_keys(tx, which.claim_ids or [])
            of_them = tuple_(ClaimLine.unit_id, ClaimLine.claim_id).in_(claims)
            statement = (
                select(ClaimLine.unit_id, ClaimLine.id.label("line_id"))
                .where(of_them, ClaimLine.state == state)
                .order_by(ClaimLine.id)
            )
    rows = await tx.session.execute(statement.limit(MAX_LINES_AT_ONCE + 1))
    return [(unit_id, id_) for unit_id, id_ in rows if id_]


async def _load_claim_keys(tx: Transaction, named: Sequence[str]) -> Sequence[LineKey]:
    """Read the ids of claims; what is none that the viewer sees is a fault of its place."""
    refuse_if(find_list_faults([*named], MAX_LINES_AT_ONCE, ("which", "claimIds")))
    keys = [parse_key(text, Claim) for text in named]
    wanted = await tx.select_seen_keys(Claim, [key.parts for key in keys if key])
    statement = select(Claim.unit_id, Claim.id).where(tuple_(Claim.unit_id, Claim.id).in_(wanted))
    known = {(unit_id, id_) for unit_id, id_ in await tx.session.execute(statement)}
    refuse_if(
        fault(Reason.NOT_FOUND, "which", "claimIds", n)
        for n, key in enumerate(keys)
        if key is None or key.parts not in known
    )
    return list(known)


async def _find_claim_faults(
    tx: Transaction, named: Sequence[str], action: Action
) -> Sequence[Fault]:
    """Tell of each claim why nothing can be done to its lines, as its possible actions do (X4)."""
    found, policy = [], await tx.load_policy()
    for n, text in enumerate(named):
        claim = await tx.get(Claim, text)
        lines, running = await tx.load_related(claim, standing.LINES, standing.PUBLICITY)
        stands = ClaimStanding(
            status=claim.status,
            submitted_by=claim.submitted_by,
            lines=lines,
            publicity=running,
            settler_differs=policy.get_flag(SETTLER_DIFFERS, claim.region, tx.today),
            barred_reviewers=claim.barred_reviewers,
        )
        if why := find_claim_fault(action, stands, tx.today, tx.viewer):
            found.append(why.at("which", "claimIds", n))
    return found


def _parse_line_key(text: str) -> LineKey | None:
    key = parse_key(text, ClaimLine)
    return (key.parts[0], key.parts[1]) if key else None


def _find_selection_faults(
    lines: Sequence[ClaimLine | None], versions: Sequence[int | None]
) -> Mapping[int, Fault]:
    found: dict[int, Fault] = {}
    for n, (line, version) in enumerate(zip(lines, versions, strict=True)):
        if line is None:
            found[n] = fault(Reason.NOT_FOUND)
        elif version is not None and line.version != version:
            found[n] = fault(Reason.STALE_VERSION, current=line.version)
    return found
