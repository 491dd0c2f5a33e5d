"""The kinds of claim 补贴类型: how each is drafted, judged, and opened to whom (X1, X3)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar
from uuid import UUID

from models import Claim, ClaimKind, ClaimLine
from resolvers.claims import claim
from resolvers.claims.claim import Asked, Proposal
from resolvers.claims.claim_line import Again, Placed
from resolvers.hiring import hire_claim
from resolvers.hiring.hire_claim import RosterClaimChange, RosterClaimDraft
from resolvers.internship import living_allowance, mentoring
from resolvers.internship.declaration import must_be_claimable
from resolvers.internship.living_allowance import LivingAllowanceChange, LivingAllowanceDraft
from resolvers.internship.mentoring import MentoringChange, MentoringDraft
from resolvers.kernel.mutation import Mutation
from resolvers.kernel.reading import Reading
from resolvers.kernel.transaction import Transaction
from resolvers.training import training_claim
from resolvers.training.training_claim import TrainingClaimChange, TrainingClaimDraft
from rules.kernel.finding import Finding
from rules.kernel.parameter import Policy


class Judge(Protocol):
    """Judges the open lines of a claim of its kind again."""

    def __call__(
        self, tx: Transaction, row: Claim, placed: Placed, *, review: bool
    ) -> Awaitable[Again]:
        """Say what bars the claim, and how each line's amount comes about now."""


class FindingsNow(Protocol):
    """Lets the risk controls of a kind run on lines of any claims of it (X3)."""

    def __call__(
        self,
        read: Reading,
        today: date,
        policy: Policy,
        claims: Sequence[Claim],
        lines: Sequence[ClaimLine],
    ) -> Awaitable[Mapping[UUID, Sequence[Finding]]]:
        """Give what was found, by the line's id."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of claim: its two doors, its judge, and who must stand approved for it.

    A kind without risk controls has no `findings`.
    """

    create: Mutation
    change: Mutation
    judge: Judge
    open_to: Callable[[Transaction, UUID], Awaitable[object]]
    findings: FindingsNow | None = None


Draft = TypeVar("Draft", bound=claim.Draft)
Change = TypeVar("Change", bound=claim.Change)


def _doors(
    kind: ClaimKind,
    shapes: tuple[type[Draft], type[Change]],
    propose: Callable[[Transaction, Draft | Change], Awaitable[Proposal]],
    create_says: str,
    change_says: str,
) -> tuple[Mutation, Mutation]:
    """Make the two mutations by which a kind's claims are drafted, and changed before review."""

    def asked(tx: Transaction, input: Draft | Change) -> Asked:
        return Asked(kind, input.bank_account_id, lambda: propose(tx, input))

    async def create(tx: Transaction, input: Draft) -> Claim:
        return await claim.drafted(tx, asked(tx, input))

    async def change(tx: Transaction, input: Change) -> Claim:
        return await claim.redrafted(tx, input.id, input.version, asked(tx, input))

    for door, shape, verb, said in (
        (create, shapes[0], "create", create_says),
        (change, shapes[1], "change", change_says),
    ):
        door.__annotations__["input"] = shape
        door.__name__ = f"{verb}_{kind}_claim".lower()
        door.__doc__ = said
    return create, change


async def _anyone(tx: Transaction, unit_id: UUID) -> None:
    """Ask for no declaration: what a unit must be, the risk controls look into (S4, S12, S20)."""


KINDS: Mapping[ClaimKind, Kind] = {
    ClaimKind.LIVING_ALLOWANCE: Kind(
        *_doors(
            ClaimKind.LIVING_ALLOWANCE,
            (LivingAllowanceDraft, LivingAllowanceChange),
            living_allowance.proposed,
            "Draft a living-allowance claim from the interns who can be claimed (J29-J32). "
            "新增申报.",
            "Change a claim that is a draft or was returned; its lines are made anew (J30). "
            "修改申报.",
        ),
        living_allowance.judged_again,
        must_be_claimable,
    ),
    ClaimKind.MENTORING: Kind(
        *_doors(
            ClaimKind.MENTORING,
            (MentoringDraft, MentoringChange),
            mentoring.proposed,
            "Draft a mentoring claim for a year, from its retained interns (J34-J36). "
            "新增带教补贴申报.",
            "Change a claim that is a draft or was returned; its lines are made anew. "
            "修改带教补贴申报.",
        ),
        mentoring.judged_again,
        must_be_claimable,
        mentoring.findings_now,
    ),
    ClaimKind.HIRING: Kind(
        *_doors(
            ClaimKind.HIRING,
            (RosterClaimDraft, RosterClaimChange),
            hire_claim.proposed(ClaimKind.HIRING),
            "Draft a hiring claim from the passed rows of rosters that no line holds yet (S4, "
            "S11). 新增一次性吸纳就业补贴申报.",
            "Change a hiring claim that is a draft or was returned; its lines are made anew. "
            "修改一次性吸纳就业补贴申报.",
        ),
        hire_claim.judged_again,
        _anyone,
        hire_claim.findings_now,
    ),
    ClaimKind.SERVICE: Kind(
        *_doors(
            ClaimKind.SERVICE,
            (RosterClaimDraft, RosterClaimChange),
            hire_claim.proposed(ClaimKind.SERVICE),
            "Draft an agency's claim from the passed rows of rosters that no line holds yet "
            "(S12-S14). 新增就业创业服务补助申报.",
            "Change an agency's claim that is a draft or was returned; its lines are made anew. "
            "修改就业创业服务补助申报.",
        ),
        hire_claim.judged_again,
        _anyone,
        hire_claim.findings_now,
    ),
    ClaimKind.TRAINING: Kind(
        *_doors(
            ClaimKind.TRAINING,
            (TrainingClaimDraft, TrainingClaimChange),
            training_claim.proposed,
            "Draft a claim for the trainees of an approved class whom no line holds yet; the "
            "first, or a later one (S25, S33). 新增培训补贴申报.",
            "Change a training claim that is a draft or was returned; its lines are made anew. "
            "修改培训补贴申报.",
        ),
        training_claim.judged_again,
        _anyone,
        training_claim.findings_now,
    ),
}
"""All kinds that can be claimed."""
