"""What else a person receives, as the officer who decides sees it (X14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from strawberry import Parent

from models import ClaimKind, ClaimLine, Intern, LineState, Status
from resolvers.claims.combination import build_benefit
from resolvers.kernel.context import Info
from rules.claims.combination import Benefit, mask_unit_name


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherBenefit:
    """What a person receives besides, as far as the viewer may know."""

    kind: ClaimKind
    month: date | None
    year: int | None
    status: Status
    state: LineState
    amount: Decimal
    unit_name: str


async def load_benefits_beside_line(line: Parent[ClaimLine], info: Info) -> list[OtherBenefit]:
    """List what else is claimed or paid for the person, oldest first (X14). 其他享受情况."""
    found = await _load_benefits(line.person_id, info)
    return [_build_other_benefit(other, info) for other in found if other.line_id != line.id]


async def load_benefits_of_intern(intern: Parent[Intern], info: Info) -> list[OtherBenefit]:
    """List all that is claimed or paid for the person, oldest first (X14). 享受补贴情况."""
    return [
        _build_other_benefit(other, info) for other in await _load_benefits(intern.person_id, info)
    ]


async def _load_benefits(person_id: UUID, info: Info) -> Sequence[Benefit]:
    lines: Sequence[ClaimLine] = await info.context.loaders.get_person_batch(ClaimLine).load(
        (person_id,)
    )
    return [build_benefit(line) for line in lines if line.claim_status is not Status.DRAFT]


def _build_other_benefit(other: Benefit, info: Info) -> OtherBenefit:
    return OtherBenefit(
        kind=other.kind,
        month=other.month,
        year=other.year,
        status=other.status,
        state=other.state,
        amount=other.amount,
        unit_name=mask_unit_name(other.unit_name, other.region, info.context.viewer.region),
    )
