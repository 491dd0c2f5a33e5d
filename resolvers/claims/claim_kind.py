"""The kinds of claim 补贴类型: how each is drafted, judged, and opened to whom (X1, X3)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol, TypeVar
from uuid import UUID

from strawberry import UNSET

from loaders.key import Key
from models import BankAccount, Claim, ClaimKind, ClaimLine, TrainingClass, UnitOwned
from resolvers.claims import claim
from resolvers.claims.claim import ClaimChangeInput, ClaimDraftRequest, ClaimProposal
from resolvers.claims.claim_line import LinesByPosition, Reevaluation
from resolvers.kernel.decision_reader import DecisionReader
from resolvers.kernel.mutation import Mutation
from resolvers.kernel.partial_change import Kept, fill_in
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


class ChosenLines(NamedTuple):
    """By which field of its input a kind's lines are chosen, and whom each is for.

    Who is chosen stays chosen where a change leaves the field out, unless it names other `sources`.
    """

    field: str
    table: type[UnitOwned]
    column: str
    sources: tuple[str, ...] = ()


async def _keep_nothing(tx: Transaction, lines: Sequence[ClaimLine]) -> Kept:
    return {}


Draft = TypeVar("Draft", bound=claim.ClaimDraftInput)
Change = TypeVar("Change", bound=claim.ClaimChangeInput)


def make_claim_mutations(
    kind: ClaimKind,
    shapes: tuple[type[Draft], type[Change]],
    propose: Callable[[Transaction, Draft | Change], Awaitable[ClaimProposal]],
    create_says: str,
    change_says: str,
    *,
    chosen: ChosenLines,
    keep: Callable[[Transaction, Sequence[ClaimLine]], Awaitable[Kept]] = _keep_nothing,
) -> ClaimMutations:
    """Make the two mutations by which a kind's claims are drafted, and changed before review."""

    def asked(tx: Transaction, input: Draft | Change) -> ClaimDraftRequest:
        return ClaimDraftRequest(kind, input.bank_account_id, lambda: propose(tx, input))

    async def create(tx: Transaction, input: Draft) -> Claim:
        return await claim.draft_claim(tx, asked(tx, input))

    async def change(tx: Transaction, input: Change) -> Claim:
        async def ask(row: Claim, lines: Sequence[ClaimLine]) -> ClaimDraftRequest:
            kept = {**_keep_choice(row, lines, input, chosen), **await keep(tx, lines)}
            return asked(tx, fill_in(input, row, kept))

        return await claim.redraft_claim(tx, input.id, input.version, kind, ask)

    for door, shape, verb, said in (
        (create, shapes[0], "create", create_says),
        (change, shapes[1], "change", change_says),
    ):
        door.__annotations__["input"] = shape
        door.__name__ = f"{verb}_{kind}_claim".lower()
        door.__doc__ = said
    return ClaimMutations(create, change)


def _keep_choice(
    row: Claim, lines: Sequence[ClaimLine], input: ClaimChangeInput, chosen: ChosenLines
) -> Kept:
    """Say into which account is paid and whom lines are for, where a change leaves them out."""

    def name(table: type[UnitOwned], id_: UUID) -> str:
        return Key(table.__name__, (row.unit_id, id_)).format_global_id()

    def keep_account() -> str | None:
        return name(BankAccount, row.bank_account_id) if row.bank_account_id else None

    def keep_chosen() -> list[str] | None:
        if any(getattr(input, source) not in (UNSET, None) for source in chosen.sources):
            return None
        ids = (getattr(line, chosen.column) for line in lines)
        return [name(chosen.table, id_) for id_ in ids if id_ is not None] or None

    def keep_class() -> str | None:
        return name(TrainingClass, row.class_id) if row.class_id else None

    return {"bank_account_id": keep_account, "class_id": keep_class, chosen.field: keep_chosen}


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
