"""Transitions as mutations: find, lock, ask the one table and the rule, write, remember (X1)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from models import Reviewed
from resolvers.files.document import require_documents
from resolvers.kernel.mutation import Mutation
from resolvers.kernel.transaction import Transaction
from rules.kernel import input_check
from rules.kernel.refusal import Fault, InvalidInput, Refusal, refuse_if
from rules.kernel.review import split_faults_by_record
from rules.kernel.value import Paragraph, RowId
from rules.kernel.workflow import Action, RecordKind, find_action_fault, is_reason_required

Record = TypeVar("Record", bound=Reviewed)
TransitionHook = Callable[[Transaction, Sequence[Record]], Awaitable[None]]

MAX_RECORDS_AT_ONCE = 1000

TRANSITION_HOOKS: dict[tuple[RecordKind, Action], TransitionHook[Any]] = {}
"""The rule of each transition that a mutation makes; who reviews many at once asks the same."""


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


async def no_hook(tx: Transaction, rows: Sequence[Record]) -> None:
    """Ask no further rule."""


def build_transition_mutation(
    table: type[Record],
    kind: RecordKind,
    action: Action,
    description: str,
    rule: TransitionHook[Record] = no_hook,
) -> Mutation:
    """Make the mutation that takes one record along a transition."""
    TRANSITION_HOOKS[kind, action] = rule

    async def move(tx: Transaction, input: Decision) -> Record:
        row = await tx.get_locked(table, input.id, input.version)
        barred = find_action_fault(kind, action, row.status, row.submitted_by, tx.viewer)
        if barred:
            raise Refusal(barred)
        await apply_transition(tx, [row], kind, action, rule, getattr(input, "reason", None))
        return row

    shape = ReasonedDecision if is_reason_required(action) else Decision
    return _name_mutation(move, shape, kind, action, description)


def build_bulk_transition_mutation(
    table: type[Record],
    kind: RecordKind,
    action: Action,
    description: str,
    rule: TransitionHook[Record] = no_hook,
) -> Mutation:
    """Make the mutation that takes many records along a transition, all of them or none."""
    TRANSITION_HOOKS[kind, action] = rule

    async def move(tx: Transaction, input: Decisions) -> Sequence[Record]:
        names = [decision.id for decision in input.records]
        refuse_if(input_check.find_list_faults(list(names), MAX_RECORDS_AT_ONCE, ("records",)))
        named = [(decision.id, decision.version) for decision in input.records]
        rows = await tx.require_many_locked(table, named, ("records",))
        refuse_if(await _find_all_faults(tx, rows, kind, action, rule))
        for row in rows:
            tx.move(row, kind, action, getattr(input, "reason", None))
        return rows

    shape = ReasonedDecisions if is_reason_required(action) else Decisions
    return _name_mutation(move, shape, kind, action, description)


async def apply_transition(
    tx: Transaction,
    rows: Sequence[Record],
    kind: RecordKind,
    action: Action,
    rule: TransitionHook[Record],
    reason: str | None,
) -> None:
    """Ask the rules for all rows that the table lets move, and only then write.

    What is submitted has its documents (J8, J15, J25, J33).
    """
    await rule(tx, rows)
    if action is Action.SUBMIT:
        await require_documents(tx, rows)
    for row in rows:
        tx.move(row, kind, action, reason)


async def _find_all_faults(
    tx: Transaction,
    rows: Sequence[Record],
    kind: RecordKind,
    action: Action,
    rule: TransitionHook[Record],
) -> Sequence[Fault]:
    """Ask the table for each row and the rules for those it lets move; tell all faults at once."""
    barred = [
        find_action_fault(kind, action, row.status, row.submitted_by, tx.viewer) for row in rows
    ]
    found: dict[int, tuple[Fault, ...]] = {n: (why,) for n, why in enumerate(barred) if why}
    movable = [n for n, why in enumerate(barred) if why is None]
    asked: Sequence[TransitionHook[Record]] = (
        (rule, _require_documents) if action is Action.SUBMIT else (rule,)
    )
    for each in asked if movable else ():
        told = await _find_hook_faults(each, tx, [rows[n] for n in movable])
        for k, faults in told.items():
            found[movable[k]] = (*found.get(movable[k], ()), *faults)
    return [
        Fault(each.reason, ("records", n, *each.path), each.figures)
        for n in sorted(found)
        for each in found[n]
    ]


async def _require_documents(tx: Transaction, rows: Sequence[Reviewed]) -> None:
    """Ask for the documents of what is submitted, each told by its place (J8, J15, J25, J33)."""
    await require_documents(tx, rows, ("records",))


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
    move: Mutation, shape: type, kind: RecordKind, action: Action, description: str
) -> Mutation:
    move.__annotations__["input"] = shape
    move.__name__ = f"{action}_{kind}".lower()
    move.__doc__ = description
    return move
