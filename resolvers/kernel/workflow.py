"""Transitions as mutations: find, lock, ask the one table and the rule, write, remember (X1)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from models import Reviewed
from resolvers.kernel.business_number import assign_numbers
from resolvers.kernel.mutation import Mutation
from resolvers.kernel.transaction import Transaction
from rules.kernel import input_check
from rules.kernel.action import Action
from rules.kernel.record_kind import RecordKind, RecordKindDeclaration
from rules.kernel.refusal import Fault, InvalidInput, Path, Refusal, refuse_if
from rules.kernel.review import split_faults_by_record
from rules.kernel.value import Paragraph, RowId
from rules.kernel.workflow import find_action_fault, is_reason_required

Record = TypeVar("Record", bound=Reviewed)
TransitionHook = Callable[[Transaction, Sequence[Record]], Awaitable[None]]

MAX_RECORDS_AT_ONCE = 1000


@dataclass(kw_only=True)
class Decision:
    """Which record is moved, and in which version it was read."""

    id: RowId
    version: int


@dataclass(kw_only=True)
class ReasonedDecision(Decision):
    """Which record is moved, in which version it was read, and why."""

    reason: Paragraph


@dataclass(kw_only=True)
class Decisions:
    """Which records are moved, each in the version in which it was read; all of them or none."""

    records: list[Decision]


@dataclass(kw_only=True)
class ReasonedDecisions(Decisions):
    """Which records are moved, and why; all of them or none."""

    reason: Paragraph


SubmissionCheck = Callable[[Transaction, Sequence[Reviewed], Path], Awaitable[None]]
"""Refuses records that are not fit to be submitted, each told by its place below a path."""

_HOOKS: dict[tuple[RecordKind, Action], TransitionHook[Any]] = {}
_FOLLOWERS: dict[tuple[RecordKind, Action], list[TransitionHook[Any]]] = {}
_FILING: dict[RecordKind, tuple[Mutation, ...]] = {}
_SUBMISSION_CHECKS: list[SubmissionCheck] = []


def declare_transitions(
    kind: RecordKind,
    hooks: Mapping[Action, TransitionHook[Any]],
    filing: Sequence[Mutation] = (),
) -> None:
    """Enter what a kind's transitions demand and bring about, and the mutations that file it.

    One record alone and many in bulk, by their owner or by an officer, meet the same hook.
    """
    _HOOKS.update({(kind, action): hook for action, hook in hooks.items()})
    _FILING[kind] = tuple(filing)


def find_hook(kind: RecordKind, action: Action) -> TransitionHook[Any] | None:
    """Return what a transition demands and brings about beyond the table, none for most."""
    return _HOOKS.get((kind, action))


def declare_transition_follower(
    kind: RecordKind, action: Action, follow: TransitionHook[Any]
) -> None:
    """Enter what follows in another area once records of a kind took a transition."""
    _FOLLOWERS.setdefault((kind, action), []).append(follow)


def list_filing_mutations(kind: RecordKind) -> tuple[Mutation, ...]:
    """Return the mutations by which records of a kind are made and changed."""
    return _FILING.get(kind, ())


def declare_submission_check(check: SubmissionCheck) -> None:
    """Enter what is asked of whatever is submitted."""
    _SUBMISSION_CHECKS.append(check)


async def check_submission(tx: Transaction, rows: Sequence[Reviewed], path: Path = ()) -> None:
    """Refuse records that are not fit to be submitted, whatever kind they are."""
    for check in _SUBMISSION_CHECKS:
        await check(tx, rows, path)


def build_transition_mutation(declared: RecordKindDeclaration, action: Action) -> Mutation:
    """Make the mutation that takes one record along a transition."""
    kind, table = declared.kind, declared.record_table

    async def move(tx: Transaction, input: Decision) -> Reviewed:
        row = await tx.get_locked(table, input.id, input.version)
        barred = _find_row_fault(tx, row, kind, action)
        if barred:
            raise Refusal(barred)
        await apply_transition(tx, [row], kind, action, getattr(input, "reason", None))
        return row

    shape = ReasonedDecision if is_reason_required(action) else Decision
    return _name_mutation(move, shape, declared, action)


def build_bulk_transition_mutation(declared: RecordKindDeclaration, action: Action) -> Mutation:
    """Make the mutation that takes many records along a transition, all of them or none."""
    kind, table = declared.kind, declared.record_table

    async def move(tx: Transaction, input: Decisions) -> Sequence[Reviewed]:
        names = [decision.id for decision in input.records]
        refuse_if(input_check.find_list_faults(list(names), MAX_RECORDS_AT_ONCE, ("records",)))
        named = [(decision.id, decision.version) for decision in input.records]
        rows = await tx.require_many_locked(table, named, ("records",))
        refuse_if(await _find_all_faults(tx, rows, kind, action))
        await assign_numbers(tx, rows, kind, action)
        for row in rows:
            tx.move(row, kind, action, getattr(input, "reason", None))
        await follow_transition(tx, rows, kind, action)
        return rows

    shape = ReasonedDecisions if is_reason_required(action) else Decisions
    return _name_mutation(move, shape, declared, action)


async def apply_transition(
    tx: Transaction,
    rows: Sequence[Record],
    kind: RecordKind,
    action: Action,
    reason: str | None,
) -> None:
    """Ask the rules for all rows that the table lets move, and only then write.

    What is submitted has its documents (J8, J15, J25, J33).
    """
    hook = find_hook(kind, action)
    if hook is not None:
        await hook(tx, rows)
    if action is Action.SUBMIT:
        await check_submission(tx, rows)
    await assign_numbers(tx, rows, kind, action)
    for row in rows:
        tx.move(row, kind, action, reason)
    await follow_transition(tx, rows, kind, action)


async def follow_transition(
    tx: Transaction, rows: Sequence[Record], kind: RecordKind, action: Action
) -> None:
    """Bring about what follows once rows are moved: it finds them as they are now."""
    followers = _FOLLOWERS.get((kind, action), ())
    if followers:
        await tx.session.flush()
    for follow in followers:
        await follow(tx, rows)


def _find_row_fault(
    tx: Transaction, row: Reviewed, kind: RecordKind, action: Action
) -> Fault | None:
    state = row.status, row.submitted_by
    return find_action_fault(kind, action, *state, tx.viewer, row.barred_reviewers)


async def _find_all_faults(
    tx: Transaction,
    rows: Sequence[Record],
    kind: RecordKind,
    action: Action,
) -> Sequence[Fault]:
    """Ask the table for each row and the rules for those it lets move; tell all faults at once."""
    barred = [_find_row_fault(tx, row, kind, action) for row in rows]
    found: dict[int, tuple[Fault, ...]] = {n: (why,) for n, why in enumerate(barred) if why}
    movable = [n for n, why in enumerate(barred) if why is None]
    checks = [find_hook(kind, action), _check_submitted if action is Action.SUBMIT else None]
    for each in checks if movable else ():
        if each is None:
            continue
        told = await _find_hook_faults(each, tx, [rows[n] for n in movable])
        for k, faults in told.items():
            found[movable[k]] = (*found.get(movable[k], ()), *faults)
    return [each.at("records", n) for n in sorted(found) for each in found[n]]


async def _check_submitted(tx: Transaction, rows: Sequence[Reviewed]) -> None:
    """Ask whatever is submitted for what all of it needs, each told by its place."""
    await check_submission(tx, rows, ("records",))


async def _find_hook_faults(
    rule: TransitionHook[Record], tx: Transaction, rows: Sequence[Record]
) -> Mapping[int, tuple[Fault, ...]]:
    """Ask a rule, and give each row's faults by its place."""
    try:
        await rule(tx, rows)
    except InvalidInput as no:
        named = split_faults_by_record(no.faults, len(rows))
        if not named:
            raise
        return named
    return {}


def _name_mutation(
    move: Mutation, shape: type, declared: RecordKindDeclaration, action: Action
) -> Mutation:
    move.__annotations__["input"] = shape
    move.__name__ = declared.get_mutation_name(action)
    move.__doc__ = declared.transitions[action]
    return move
