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
from rules.kernel.refusal import Path, Reason, build_refusal, move_fault_paths
from rules.kernel.text import to_camel_case


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

    Who is chosen stays chosen where a change leaves the field out, unless it names another
    `source`; it may leave some of them `out`.
    """

    field: str
    table: type[UnitOwned]
    column: str
    source: str | None = None
    out: str | None = None


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
        places: dict[Path, Path] = {}

        async def ask(row: Claim, placed: LinesByPosition) -> ClaimDraftRequest:
            kept = {**_keep_source(row), **await keep(tx, [*placed.values()])}
            stay: Mapping[str, int] = {}
            if getattr(input, chosen.field) is UNSET and not _names_another(
                input, row, kept, chosen.source
            ):
                stay = _list_staying(placed, input, chosen)
            at = to_camel_case(chosen.field)
            places.update(((at, n), ("lines", own)) for n, own in enumerate(stay.values()))
            return asked(tx, fill_in(input, row, {**kept, chosen.field: lambda: [*stay] or None}))

        # Nobody sent the ids that stay: what bars one of them is told of the claim's line.
        with move_fault_paths(lambda path: (*places.get(path[:2], path[:2]), *path[2:])):
            return await claim.redraft_claim(tx, input.id, input.version, kind, ask)

    for door, shape, verb, said in (
        (create, shapes[0], "create", create_says),
        (change, shapes[1], "change", change_says),
    ):
        door.__annotations__["input"] = shape
        door.__name__ = f"{verb}_{kind}_claim".lower()
        door.__doc__ = said
    return ClaimMutations(create, change)


def _keep_source(row: Claim) -> Kept:
    """Say into which account is paid and for which class, where a change leaves them out."""

    def name(table: type[UnitOwned], id_: UUID | None) -> str | None:
        return Key(table.__name__, (row.unit_id, id_)).format_global_id() if id_ else None

    return {
        "bank_account_id": lambda: name(BankAccount, row.bank_account_id),
        "class_id": lambda: name(TrainingClass, row.class_id),
    }


def _names_another(input: ClaimChangeInput, row: Claim, kept: Kept, source: str | None) -> bool:
    """Whether a change names another class, year or rosters than the claim's, in any order."""
    given = UNSET if source is None else getattr(input, source)
    if source is None or given in (UNSET, None):
        return False
    known = kept[source]() if source in kept else getattr(row, source)
    return set(given) != set(known) if isinstance(known, list) else given != known


def _list_staying(
    placed: LinesByPosition, input: ClaimChangeInput, chosen: ChosenLines
) -> Mapping[str, int]:
    """List whom a claim is for, each by its line's place, but for those that a change leaves out.

    None are left only where the claim has none.
    """
    names = {
        Key(chosen.table.__name__, (line.unit_id, id_)).format_global_id(): n
        for n, line in placed.items()
        if (id_ := getattr(line, chosen.column)) is not None
    }
    out = (getattr(input, chosen.out) if chosen.out else None) or ()
    staying = {name: n for name, n in names.items() if name not in out}
    if names and not staying:
        raise build_refusal(Reason.NO_LINES, to_camel_case(chosen.out or chosen.field))
    return staying


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
