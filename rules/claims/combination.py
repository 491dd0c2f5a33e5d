"""Which subsidies exclude each other for one person 不得重复享受 (X14)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from models import ClaimKind, LineState, Status
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.region import compute_code_range

FORBIDDEN_PAIRS_KEY = "combination.forbidden"
HIDDEN_UNIT_NAME = "***"
"""What stands for a unit of another region."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """A line of the same person, wherever it was claimed."""

    line_id: UUID
    unit_id: UUID
    region: str
    unit_name: str
    kind: ClaimKind
    month: date | None
    year: int | None
    status: Status
    state: LineState
    amount: Decimal
    held: bool

    @property
    def period(self) -> str:
        """Return for when it was claimed: a month or a year, where its kind has one."""
        return f"{self.month:%Y-%m}" if self.month else str(self.year or "")


def list_excluded_kinds(
    policy: Policy, kind: ClaimKind, region: str, on: date
) -> frozenset[ClaimKind]:
    """List the kinds that exclude a kind, in a region on a day; pairs hold both ways (X14)."""
    found = set()
    for pair in policy.get_names(FORBIDDEN_PAIRS_KEY, region, on):
        one, other = (ClaimKind(name) for name in pair.split("+"))
        if kind in {one, other}:
            found.add(other if kind is one else one)
    return frozenset(found)


def find_conflicting_benefits(
    kind: ClaimKind, unit_id: UUID, forbidden: frozenset[ClaimKind], others: Iterable[Benefit]
) -> Sequence[Benefit]:
    """List the benefits that stand against a line (X14).

    Only what holds its person counts: it was submitted, and neither struck nor refused since. A
    kind that excludes itself may still be claimed again and again by the same unit, month by month.
    """
    return [
        other
        for other in others
        if other.held
        and other.kind in forbidden
        and not (other.kind is kind and other.unit_id == unit_id)
    ]


def find_conflict_fault(against: Sequence[Benefit], *, review: bool) -> Fault | None:
    """Return that a line can't stand; the reviewer learns what excludes it, nobody else."""
    if not against:
        return None
    if not review:
        return fault(Reason.BENEFIT_CONFLICT)
    told = sorted({f"{other.kind} {other.period}".strip() for other in against})
    return fault(Reason.COMBINATION_FORBIDDEN, benefits=", ".join(told))


def mask_unit_name(name: str, region: str, viewer_region: str | None) -> str:
    """Name a unit to an officer of its region, and to nobody else (X10, X14)."""
    low, high = compute_code_range(viewer_region) if viewer_region else ("", "")
    return name if low <= region <= high else HIDDEN_UNIT_NAME
