"""Officers decide on many records at once, each by itself: what may move is moved (X1, X2, X12)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError

from loaders.filter import Filter
from models import ClaimKind, InternCategory, Reviewed, Status
from resolvers.kernel.business_number import assign_numbers
from resolvers.kernel.constraint import fault_for_integrity_error
from resolvers.kernel.mutation import Mutation
from resolvers.kernel.record_selection import (
    build_filter_conditions,
    find_count_faults,
    load_matching_keys,
)
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.workflow import TransitionHook, find_hook, follow_transition
from rules.kernel.action import Action, Verdict
from rules.kernel.parameter import MissingParameter
from rules.kernel.record_kind import RecordKind, RecordKindDeclaration
from rules.kernel.refusal import (
    Fault,
    InvalidInput,
    Path,
    Reason,
    Refusal,
    RuleError,
    fault,
    refuse_if,
)
from rules.kernel.review import (
    LockedRecord,
    ReviewOutcome,
    find_choice_faults,
    find_review_fault,
    prefix_input_path,
    split_faults_by_record,
)
from rules.kernel.value import Day, Paragraph, RegionCode, RowId, YearMonth
from rules.kernel.workflow import is_reason_required

Faults = Mapping[int, tuple[Fault, ...]]


@dataclass(kw_only=True)
class Choice:
    """Which record is decided on, in which version it was read, and a reason of its own."""

    id: RowId
    version: int
    reason: Paragraph | None = None


@dataclass(kw_only=True)
class ReviewFilter:
    """Which records are meant, as their list is filtered, and how many the client has seen."""

    expected: int
    status: list[Status] | None = None
    region: RegionCode | None = None
    name: str | None = None
    category: list[InternCategory] | None = None
    kind: list[ClaimKind] | None = None
    year: int | None = None
    month_from: YearMonth | None = None
    month_to: YearMonth | None = None
    created_from: Day | None = None
    created_to: Day | None = None
    from_month: YearMonth | None = None
    to_month: YearMonth | None = None
    since: Day | None = None
    until: Day | None = None
    submitted_from: Day | None = None
    submitted_to: Day | None = None


@dataclass(kw_only=True)
class Review:
    """What is decided, on which records, and why: needed unless they are approved.

    Records are named one by one, or all meant that a filter finds.
    """

    verdict: Verdict
    records: list[Choice] | None = None
    where: ReviewFilter | None = None
    reason: Paragraph | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _LockedSelection:
    """Records that are held, in their places; what bars some; and why they are decided on."""

    found: Sequence[Reviewed | None]
    versions: Sequence[int | None]
    reasons: Sequence[str | None]
    path: Callable[[int], Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReviewBatch:
    """One review: the records that are held, by their place, and what is done to them."""

    tx: Transaction
    table: type[Reviewed]
    kind: RecordKind
    action: Action
    hook: TransitionHook[Any] | None
    rows: Mapping[int, Reviewed]
    reasons: Sequence[str | None]

    async def move_records(self, places: Sequence[int]) -> Faults:
        """Move records together; of those that the rule refuses, tell why, and move the others.

        A rule that does not say which record it refuses is asked again for each half.
        """
        if not places:
            return {}
        try:
            # What a hook wrote before it refused one record is undone, and the locks stay.
            async with self.tx.session.begin_nested():
                if self.hook is not None:
                    await self.hook(self.tx, [self.rows[n] for n in places])
                chosen = [self.rows[n] for n in places]
                await assign_numbers(self.tx, chosen, self.kind, self.action)
                for n in places:
                    self.tx.move(self.rows[n], self.kind, self.action, self.reasons[n])
                await follow_transition(self.tx, chosen, self.kind, self.action)
            return {}
        except (RuleError, MissingParameter, IntegrityError) as error:
            said = _to_faults(error)
        await self.tx.refresh_locked(self.table, [self.rows[n] for n in places])
        named = {
            places[k]: faults for k, faults in split_faults_by_record(said, len(places)).items()
        }
        if named:
            return named | {**await self.move_records([n for n in places if n not in named])}
        if len(places) == 1:
            return {places[0]: said}
        half = len(places) // 2
        return {**await self.move_records(places[:half]), **await self.move_records(places[half:])}


def build_review_mutation(declared: RecordKindDeclaration, filters: Sequence[Filter]) -> Mutation:
    """Make the mutation by which an officer decides on many records of a kind."""
    kind, table, most = declared.kind, declared.record_table, declared.reviewed_at_once

    async def decide(tx: Transaction, input: Review) -> Sequence[ReviewOutcome]:
        action = Action(input.verdict)
        if (input.records is None) is (input.where is None):
            reason = Reason.CHOICE_UNCLEAR if input.where else Reason.LIST_EMPTY
            refuse_if([fault(reason, "records")])
        if input.where is not None:
            chosen = await _lock_filtered_records(tx, table, filters, input, action, most)
        else:
            chosen = await _lock_named_records(tx, table, input, action, most)
        found, refused = chosen.found, dict[int, tuple[Fault, ...]]()
        for n, (row, version) in enumerate(zip(found, chosen.versions, strict=True)):
            why = find_review_fault(kind, action, _build_locked_record(row), version, tx.viewer)
            refused |= {n: (why,)} if why else {}
        rows = {n: row for n, row in enumerate(found) if row is not None and n not in refused}
        if rows:
            hook = find_hook(kind, action)
            sitting = _ReviewBatch(
                tx=tx,
                table=table,
                kind=kind,
                action=action,
                hook=hook,
                rows=rows,
                reasons=chosen.reasons,
            )
            refused |= await sitting.move_records(list(rows))
        return [
            ReviewOutcome(row, prefix_input_path(refused.get(n, ()), chosen.path(n)))
            for n, row in enumerate(found)
        ]

    decide.__name__ = f"review_{declared.plural}".replace(" ", "_")
    decide.__doc__ = (
        f"Decide on up to {most} {declared.plural}: those that may move are moved, each other one "
        "is told why not; named, or all that a filter finds (S16, X1, X2, X12). "
        "批量审核, 逐条反馈."
    )
    return decide


async def _lock_named_records(
    tx: Transaction, table: type[Reviewed], input: Review, action: Action, most: int
) -> _LockedSelection:
    """Hold the records that are named one by one."""
    records = input.records or []
    ids = [choice.id for choice in records]
    reasons = [choice.reason or input.reason for choice in records]
    refuse_if(find_choice_faults(ids, reasons, action, most))
    found = await tx.get_many_locked(table, ids)
    versions = [choice.version for choice in records]
    return _LockedSelection(
        found=found, versions=versions, reasons=reasons, path=lambda n: ("records", n)
    )


async def _lock_filtered_records(
    tx: Transaction,
    table: type[Reviewed],
    filters: Sequence[Filter],
    input: Review,
    action: Action,
    most: int,
) -> _LockedSelection:
    """Hold all records that a filter finds, if they are as many as the client has seen (S16)."""
    expected = input.where.expected if input.where else 0
    if is_reason_required(action) and input.reason is None:
        refuse_if([fault(Reason.REASON_MISSING, "reason")])
    means = build_filter_conditions(table, filters, input.where, ("where",))
    keys = await load_matching_keys(tx, table, means, [], most)
    refuse_if(find_count_faults(len(keys), expected, most, ("where",)))
    held = await tx.get_by_keys_locked(table, keys)
    found = [held.get(key) for key in keys]
    return _LockedSelection(
        found=found,
        versions=[None] * len(keys),
        reasons=[input.reason] * len(keys),
        path=lambda n: ("where",),
    )


def _build_locked_record(row: Reviewed | None) -> LockedRecord | None:
    if row is None:
        return None
    return LockedRecord(row.status, row.submitted_by, row.version, row.barred_reviewers)


def _to_faults(error: RuleError | MissingParameter | IntegrityError) -> tuple[Fault, ...]:
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
            known = fault_for_integrity_error(error)
            if known is not None:
                return (known,)
    raise error
