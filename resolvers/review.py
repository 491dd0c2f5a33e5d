"""Officers decide on many records at once, each by itself: what may move is moved (X1, X2, X12)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError

from models import Reviewed
from resolvers.constraint import told
from resolvers.mutation import Mutation
from resolvers.transaction import Transaction
from resolvers.workflow import RULES, Rule
from rules.parameter import MissingParameter
from rules.refusal import Fault, InvalidInput, Reason, Refusal, RuleError, fault, refuse_if
from rules.review import ReviewOutcome, Standing, barred, choice_faults, placed, shared_out
from rules.value import Paragraph, RowId
from rules.workflow import Action, RecordKind, Verdict

Faults = Mapping[int, tuple[Fault, ...]]


@dataclass(kw_only=True)
class Choice:
    """Which record is decided on, in which version it was read, and a reason of its own."""

    id: RowId
    version: int
    reason: Paragraph | None = None


@dataclass(kw_only=True)
class Review:
    """What is decided, on which records, and why: needed unless they are approved."""

    verdict: Verdict
    records: list[Choice]
    reason: Paragraph | None = None


@dataclass(frozen=True, slots=True)
class _Sitting:
    """One review: the records that are held, by their place, and what is done to them."""

    tx: Transaction
    table: type[Reviewed]
    kind: RecordKind
    action: Action
    rule: Rule[Any]
    rows: Mapping[int, Reviewed]
    reasons: Sequence[str | None]

    async def move(self, places: Sequence[int]) -> Faults:
        """Move records together; of those that the rule refuses, tell why, and move the others.

        A rule that does not say which record it refuses is asked again for each half.
        """
        if not places:
            return {}
        try:
            async with self.tx.session.begin_nested():
                await self.rule(self.tx, [self.rows[n] for n in places])
                for n in places:
                    self.tx.move(self.rows[n], self.kind, self.action, self.reasons[n])
            return {}
        except (RuleError, MissingParameter, IntegrityError) as error:
            said = _said(error)
        await self.tx.held(self.table, [self.rows[n] for n in places])
        named = {places[k]: faults for k, faults in shared_out(said, len(places)).items()}
        if named:
            return named | {**await self.move([n for n in places if n not in named])}
        if len(places) == 1:
            return {places[0]: said}
        half = len(places) // 2
        return {**await self.move(places[:half]), **await self.move(places[half:])}


def review(table: type[Reviewed], kind: RecordKind, most: int, description: str) -> Mutation:
    """Make the mutation by which an officer decides on many records of a kind."""

    async def decide(tx: Transaction, input: Review) -> Sequence[ReviewOutcome]:
        action, chosen = Action(input.verdict), input.records
        reasons = [choice.reason or input.reason for choice in chosen]
        refuse_if(choice_faults([choice.id for choice in chosen], reasons, action, most))
        found = await tx.named(table, [choice.id for choice in chosen])
        refused: dict[int, tuple[Fault, ...]] = {}
        for n, (row, choice) in enumerate(zip(found, chosen, strict=True)):
            why = barred(kind, action, _standing(row), choice.version, tx.viewer)
            refused |= {n: (why,)} if why else {}
        rows = {n: row for n, row in enumerate(found) if row is not None and n not in refused}
        if rows:
            sitting = _Sitting(tx, table, kind, action, RULES[kind, action], rows, reasons)
            refused |= await sitting.move(list(rows))
        return [ReviewOutcome(row, placed(refused.get(n, ()), n)) for n, row in enumerate(found)]

    decide.__name__ = f"review_{kind}".lower()
    decide.__doc__ = description
    return decide


def _standing(row: Reviewed | None) -> Standing | None:
    return Standing(row.status, row.submitted_by, row.version) if row is not None else None


def _said(error: RuleError | MissingParameter | IntegrityError) -> tuple[Fault, ...]:
    """Read a no, whichever way it was said."""
    match error:
        case Refusal():
            return (error.fault,)
        case InvalidInput():
            return error.faults
        case MissingParameter():
            figures = {"key": error.key, "region": error.region, "date": error.on}
            return (fault(Reason.PARAMETER_MISSING, **figures),)
        case IntegrityError():
            known = told(error)
            if known is not None:
                return (known,)
    raise error
