"""The kinds of claim 补贴类型: how each is drafted, judged, and opened to whom (X1, X3)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol, TypeVar
from uuid import UUID

from models import Claim, ClaimKind, ClaimLine
from resolvers.claims import claim
from resolvers.claims.claim import ClaimDraftRequest, ClaimProposal
from resolvers.claims.claim_line import LinesByPosition, Reevaluation
from resolvers.kernel.decision_reader import DecisionReader
from resolvers.kernel.mutation import Mutation
from resolvers.kernel.transaction import Transaction
from rules.kernel.finding import Finding
from rules.kernel.parameter import Policy


class Reevaluator(Protocol):
    """Judges the open lines of a claim of its kind again."""

    def __call__(
        self, tx: Transaction, row: Claim, placed: LinesByPosition, *, review: bool
    ) -> Awaitable[Reevaluation]:
        """Return what bars the claim, and how each line's amount comes about now."""


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
        """Return what was found, by the line's id."""


SupplementReevaluator = Callable[[Transaction, LinesByPosition], Awaitable[Reevaluation]]
"""Judges lines again that pay the rest of an earlier one (X20)."""


class ClaimMutations(NamedTuple):
    """The mutations by which a kind's claims are drafted, and changed before review."""

    create: Mutation
    change: Mutation


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimKindDefinition:
    """A kind of claim: its mutations, what judges its lines, and what must stand for its unit.

    Without a precondition the risk controls look into what a unit must be (S4, S12, S20); a kind
    without risk controls has no `evaluate_controls`.
    """

    mutations: ClaimMutations
    reevaluate: Reevaluator
    precondition: Callable[[Transaction, UUID], Awaitable[object]] | None = None
    evaluate_controls: ControlEvaluator | None = None


Draft = TypeVar("Draft", bound=claim.ClaimDraftInput)
Change = TypeVar("Change", bound=claim.ClaimChangeInput)


def make_claim_mutations(
    kind: ClaimKind,
    shapes: tuple[type[Draft], type[Change]],
    propose: Callable[[Transaction, Draft | Change], Awaitable[ClaimProposal]],
    create_says: str,
    change_says: str,
) -> ClaimMutations:
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
    return ClaimMutations(create, change)


_KINDS: dict[ClaimKind, ClaimKindDefinition] = {}
_SUPPLEMENTS: list[SupplementReevaluator] = []


def declare_claim_kind(kind: ClaimKind, definition: ClaimKindDefinition) -> None:
    """Enter how claims of a kind are drafted and judged; a programme does so for its own."""
    _KINDS[kind] = definition


def get_claim_kind(kind: ClaimKind) -> ClaimKindDefinition:
    """Return how claims of a kind are drafted and judged."""
    return _KINDS[kind]


def declare_supplements(reevaluate: SupplementReevaluator) -> None:
    """Enter who judges lines again that pay the rest of an earlier one (X20)."""
    _SUPPLEMENTS[:] = [reevaluate]


async def reevaluate_claim(
    tx: Transaction, claim: Claim, placed: LinesByPosition, *, review: bool
) -> Reevaluation:
    """Judge a claim's lines again, by its kind or as supplements (X3, X20)."""
    if any(line.supplements_id for line in placed.values()):
        (reevaluate,) = _SUPPLEMENTS
        return await reevaluate(tx, placed)
    return await get_claim_kind(claim.kind).reevaluate(tx, claim, placed, review=review)
