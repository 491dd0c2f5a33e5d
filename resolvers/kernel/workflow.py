"""Transitions as mutations: find, lock, ask the one table and the rule, write, remember (X1)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from models import Reviewed
from resolvers.files.document import must_be_complete
from resolvers.kernel.mutation import Mutation
from resolvers.kernel.transaction import Transaction
from rules.kernel import check
from rules.kernel.refusal import Fault, InvalidInput, Refusal, refuse_if
from rules.kernel.review import shared_out
from rules.kernel.value import Paragraph, RowId
from rules.kernel.workflow import Action, RecordKind, objection, takes_reason

Record = TypeVar("Record", bound=Reviewed)
Rule = Callable[[Transaction, Sequence[Record]], Awaitable[None]]

MOST_AT_ONCE = 1000

RULES: dict[tuple[RecordKind, Action], Rule[Any]] = {}
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


async def nothing_more(tx: Transaction, rows: Sequence[Record]) -> None:
    """Ask no further rule."""


def transition(
    table: type[Record],
    kind: RecordKind,
    action: Action,
    description: str,
    rule: Rule[Record] = nothing_more,
) -> Mutation:
    """Make the mutation that takes one record along a transition."""
    RULES[kind, action] = rule

    async def move(tx: Transaction, input: Decision) -> Record:
        row = await tx.locked(table, input.id, input.version)
        barred = objection(kind, action, row.status, row.submitted_by, tx.viewer)
        if barred:
            raise Refusal(barred)
        await moved(tx, [row], kind, action, rule, getattr(input, "reason", None))
        return row

    shape = ReasonedDecision if takes_reason(action) else Decision
    return _named(move, shape, kind, action, description)


def transitions(
    table: type[Record],
    kind: RecordKind,
    action: Action,
    description: str,
    rule: Rule[Record] = nothing_more,
) -> Mutation:
    """Make the mutation that takes many records along a transition, all of them or none."""
    RULES[kind, action] = rule

    async def move(tx: Transaction, input: Decisions) -> Sequence[Record]:
        names = [decision.id for decision in input.records]
        refuse_if(check.some(list(names), MOST_AT_ONCE, ("records",)))
        named = [(decision.id, decision.version) for decision in input.records]
        rows = await tx.locked_all(table, named, ("records",))
        refuse_if(await _all_faults(tx, rows, kind, action, rule))
        for row in rows:
            tx.move(row, kind, action, getattr(input, "reason", None))
        return rows

    shape = ReasonedDecisions if takes_reason(action) else Decisions
    return _named(move, shape, kind, action, description)


async def moved(
    tx: Transaction,
    rows: Sequence[Record],
    kind: RecordKind,
    action: Action,
    rule: Rule[Record],
    reason: str | None,
) -> None:
    """Ask the rules for all rows that the table lets move, and only then write.

    What is submitted has its documents (J8, J15, J25, J33).
    """
    await rule(tx, rows)
    if action is Action.SUBMIT:
        await must_be_complete(tx, rows)
    for row in rows:
        tx.move(row, kind, action, reason)


async def _all_faults(
    tx: Transaction, rows: Sequence[Record], kind: RecordKind, action: Action, rule: Rule[Record]
) -> Sequence[Fault]:
    """Ask the table for each row and the rules for those it lets move; tell all faults at once."""
    barred = [objection(kind, action, row.status, row.submitted_by, tx.viewer) for row in rows]
    found: dict[int, tuple[Fault, ...]] = {n: (why,) for n, why in enumerate(barred) if why}
    movable = [n for n, why in enumerate(barred) if why is None]
    asked: Sequence[Rule[Record]] = (rule, _complete) if action is Action.SUBMIT else (rule,)
    for each in asked if movable else ():
        told = await _told(each, tx, [rows[n] for n in movable])
        for k, faults in told.items():
            found[movable[k]] = (*found.get(movable[k], ()), *faults)
    return [
        Fault(each.reason, ("records", n, *each.path), each.figures)
        for n in sorted(found)
        for each in found[n]
    ]


async def _complete(tx: Transaction, rows: Sequence[Reviewed]) -> None:
    """Ask for the documents of what is submitted, each told by its place (J8, J15, J25, J33)."""
    await must_be_complete(tx, rows, ("records",))


async def _told(
    rule: Rule[Record], tx: Transaction, rows: Sequence[Record]
) -> Mapping[int, tuple[Fault, ...]]:
    """Ask a rule, and give each row's faults by its place."""
    try:
        await rule(tx, rows)
    except InvalidInput as no:
        named = shared_out(no.faults, len(rows))
        if not named:
            raise
        return named
    return {}


def _named(
    move: Mutation, shape: type, kind: RecordKind, action: Action, description: str
) -> Mutation:
    move.__annotations__["input"] = shape
    move.__name__ = f"{action}_{kind}".lower()
    move.__doc__ = description
    return move
