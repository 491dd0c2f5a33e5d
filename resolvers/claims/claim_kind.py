"""The kinds of claim 补贴类型: how each is drafted, judged, and opened to whom (X1, X3)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar
from uuid import UUID

from models import Claim, ClaimKind, ClaimLine
from resolvers.claims import claim
from resolvers.claims.claim import ClaimDraftRequest, ClaimProposal
from resolvers.claims.claim_line import LinesByPosition, Reevaluation
from resolvers.hiring import hire_claim
from resolvers.hiring.hire_claim import RosterClaimChange, RosterClaimDraft
from resolvers.internship import living_allowance, mentoring
from resolvers.internship.declaration import require_claimable_declaration
from resolvers.internship.living_allowance import LivingAllowanceChange, LivingAllowanceDraft
from resolvers.internship.mentoring import MentoringChange, MentoringDraft
from resolvers.kernel.decision_reader import DecisionReader
from resolvers.kernel.mutation import Mutation
from resolvers.kernel.transaction import Transaction
from resolvers.training import training_claim
from resolvers.training.training_claim import TrainingClaimChange, TrainingClaimDraft
from rules.kernel.finding import Finding
from rules.kernel.parameter import Policy


class Reevaluator(Protocol):
    """Judges the open lines of a claim of its kind again."""

    def __call__(
        self, tx: Transaction, row: Claim, placed: LinesByPosition, *, review: bool
    ) -> Awaitable[Reevaluation]:
        """Say what bars the claim, and how each line's amount comes about now."""


class ControlEvaluator(Protocol):
    """Lets the risk controls of a kind run on lines of any claims of it (X3)."""

    def __call__(
        self,
        read: DecisionReader,
        today: date,
        policy: Policy,
        claims: Sequence[Claim],
        lines: Sequence[ClaimLine],
    ) -> Awaitable[Mapping[UUID, Sequence[Finding]]]:
        """Give what was found, by the line's id."""


@dataclass(frozen=True, slots=True)
class ClaimKindDefinition:
    """A kind of claim: its two doors, its judge, and who must stand approved for it.

    A kind without risk controls has no `findings`.
    """

    create: Mutation
    change: Mutation
    reevaluate: Reevaluator
    precondition: Callable[[Transaction, UUID], Awaitable[object]]
    evaluate_controls: ControlEvaluator | None = None


Draft = TypeVar("Draft", bound=claim.ClaimDraftInput)
Change = TypeVar("Change", bound=claim.ClaimChangeInput)


def _make_create_and_change(
    kind: ClaimKind,
    shapes: tuple[type[Draft], type[Change]],
    propose: Callable[[Transaction, Draft | Change], Awaitable[ClaimProposal]],
    create_says: str,
    change_says: str,
) -> tuple[Mutation, Mutation]:
    """Make the two mutations by which a kind's claims are drafted, and changed before review."""

    def asked(tx: Transaction, input: Draft | Change) -> ClaimDraftRequest:
        return ClaimDraftRequest(kind, input.bank_account_id, lambda: propose(tx, input))

    async def create(tx: Transaction, input: Draft) -> Claim:
        return await claim.draft_claim(tx, asked(tx, input))

    async def change(tx: Transaction, input: Change) -> Claim:
        return await claim.redraft_claim(tx, input.id, input.version, asked(tx, input))

    for door, shape, verb, said in (
        (create, shapes[0], "create", create_says),
        (change, shapes[1], "change", change_says),
    ):
        door.__annotations__["input"] = shape
        door.__name__ = f"{verb}_{kind}_claim".lower()
        door.__doc__ = said
    return create, change


async def _require_nothing(tx: Transaction, unit_id: UUID) -> None:
    """Ask for no declaration: what a unit must be, the risk controls look into (S4, S12, S20)."""


CLAIM_KINDS: Mapping[ClaimKind, ClaimKindDefinition] = {
    ClaimKind.LIVING_ALLOWANCE: ClaimKindDefinition(
        *_make_create_and_change(
            ClaimKind.LIVING_ALLOWANCE,
            (LivingAllowanceDraft, LivingAllowanceChange),
            living_allowance.propose_lines,
            "Draft a living-allowance claim from the interns who can be claimed (J29-J32). "
            "新增申报.",
            "Change a claim that is a draft or was returned; its lines are made anew (J30). "
            "修改申报.",
        ),
        living_allowance.reevaluate,
        require_claimable_declaration,
    ),
    ClaimKind.MENTORING: ClaimKindDefinition(
        *_make_create_and_change(
            ClaimKind.MENTORING,
            (MentoringDraft, MentoringChange),
            mentoring.propose_lines,
            "Draft a mentoring claim for a year, from its retained interns (J34-J36). "
            "新增带教补贴申报.",
            "Change a claim that is a draft or was returned; its lines are made anew. "
            "修改带教补贴申报.",
        ),
        mentoring.reevaluate,
        require_claimable_declaration,
        mentoring.evaluate_controls,
    ),
    ClaimKind.HIRING: ClaimKindDefinition(
        *_make_create_and_change(
            ClaimKind.HIRING,
            (RosterClaimDraft, RosterClaimChange),
            hire_claim.build_proposer(ClaimKind.HIRING),
            "Draft a hiring claim from the passed rows of rosters that no line holds yet (S4, "
            "S11). 新增一次性吸纳就业补贴申报.",
            "Change a hiring claim that is a draft or was returned; its lines are made anew. "
            "修改一次性吸纳就业补贴申报.",
        ),
        hire_claim.reevaluate,
        _require_nothing,
        hire_claim.evaluate_controls,
    ),
    ClaimKind.SERVICE: ClaimKindDefinition(
        *_make_create_and_change(
            ClaimKind.SERVICE,
            (RosterClaimDraft, RosterClaimChange),
            hire_claim.build_proposer(ClaimKind.SERVICE),
            "Draft an agency's claim from the passed rows of rosters that no line holds yet "
            "(S12-S14). 新增就业创业服务补助申报.",
            "Change an agency's claim that is a draft or was returned; its lines are made anew. "
            "修改就业创业服务补助申报.",
        ),
        hire_claim.reevaluate,
        _require_nothing,
        hire_claim.evaluate_controls,
    ),
    ClaimKind.TRAINING: ClaimKindDefinition(
        *_make_create_and_change(
            ClaimKind.TRAINING,
            (TrainingClaimDraft, TrainingClaimChange),
            training_claim.propose_lines,
            "Draft a claim for the trainees of an approved class whom no line holds yet; the "
            "first, or a later one (S25, S33). 新增培训补贴申报.",
            "Change a training claim that is a draft or was returned; its lines are made anew. "
            "修改培训补贴申报.",
        ),
        training_claim.reevaluate,
        _require_nothing,
        training_claim.evaluate_controls,
    ),
}
"""All kinds that can be claimed."""
