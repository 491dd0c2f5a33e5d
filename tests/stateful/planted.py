"""Faults that the service once had, put back one at a time: a walk has to notice each by itself.

Each was a decision that was wrong, or was not taken. A planted one lasts as long as its
`monkeypatch`; the walk, its requests and its questions are those of every other run.
"""

import random
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

import pytest
from sqlalchemy import and_, or_

from models import ClaimLine, DisbursementBatch, Objection, Person
from resolvers.claims import claim_line, claim_review
from resolvers.claims.claim_line_transitions import move_lines
from resolvers.facts import fact_write
from resolvers.kernel import history
from resolvers.kernel.transaction import Transaction
from resolvers.payment import objection, publicity_result
from resolvers.training import completion_review, control_override
from rules.claims import claim as claim_rules
from rules.claims.claim_line import choose_claim_action, find_revoking_fault
from rules.hiring.hire import FindingBuilder
from rules.hiring.hire_evaluation import CONTROL_EVALUATORS
from rules.internship import standing
from rules.kernel import workflow
from rules.kernel.action import Action
from rules.kernel.finding import Control, Sentence
from rules.kernel.workflow import RESERVING_STATES
from rules.payment import bank_answer, disbursement, publicity
from rules.payment import clawback as clawback_rules
from tests.stateful.campaign import Ground, take_steps
from tests.stateful.walk import MONEY, THEMES, TRAINING, WATCHED, Walk

Patch = pytest.MonkeyPatch
Plant = Callable[[Patch], None]

LAYERS = ("rules", "resolvers", "loaders", "schema", "executor", "server")


def replace_everywhere(patch: Patch, old: object, new: object) -> None:
    """Put something in the place of a function, under whatever name a module knows it."""
    places = [
        (module, name)
        for path, module in [*sys.modules.items()]
        if path.partition(".")[0] in LAYERS
        for name, value in [*vars(module).items()]
        if value is old
    ]
    assert places, f"nobody knows {old}"
    for module, name in places:
        patch.setattr(module, name, new)


@dataclass(frozen=True, kw_only=True)
class PlantedFault:
    """A fault, the rule that it breaks, how it is planted, and by what a walk tells it.

    `seed` is one whose walk on the theme noticed it, at `step`; 0 where none did within some seeds,
    and only a kept sequence shows it. `theme` is a place in `THEMES`.
    `sequence` is a kept one that the real fault left behind: it has to break again.
    """

    name: str
    rule: str
    plant: Plant
    told_by: str
    theme: int
    seed: int = 1
    step: int = 0
    sequence: str = ""

    def format_row(self) -> str:
        """Write the fault's row of the page."""
        shown = "kept sequence" if self.sequence else "open"
        where = f"{self.seed} | {self.step}" if self.step else f"- | {shown}"
        return f"| {self.name} | {self.rule} | {where} |"


async def notice_fault(
    ground: Ground, fault: PlantedFault, seeds: Sequence[int], steps: int
) -> tuple[int, int, str] | None:
    """Walk seeds on a fault's theme until it is noticed; return seed, step and what was told."""
    with pytest.MonkeyPatch.context() as patch:
        fault.plant(patch)
        for seed in seeds:
            async with ground.open_runner() as runner:
                lot = random.Random(f"{fault.name}/{seed}")  # noqa: S311 - nothing is secret
                walk = Walk(runner, lot, *THEMES[fault.theme])
                async for n, found in take_steps(walk, steps):
                    for violation in found:
                        if fnmatchcase(violation.key, fault.told_by):
                            return seed, n, violation.key
    return None


def _forget_bars(*modules: Any) -> Plant:
    """Nobody is kept out of later claims for what came of a line (X15)."""

    def plant(patch: Patch) -> None:
        async def move_without_bars(
            tx: Any, claims: Any, lines: Any, action: Any, reason: Any = None, barred: Any = ()
        ) -> None:
            await move_lines(tx, claims, lines, action, reason)

        for module in modules:
            patch.setattr(module, "move_lines", move_without_bars)

    return plant


def _let_upheld_back(patch: Patch) -> None:
    _forget_bars(publicity_result)(patch)

    async def bar_nobody(tx: Transaction, row: Objection) -> None:
        return None

    patch.setattr(objection, "_bar_failed_line", bar_nobody)


def _take_any_place(patch: Patch) -> None:
    """The place of insurance is what the unit says it is (S10)."""
    said = Sentence("", "")
    builder = FindingBuilder(control=Control.INSURANCE_PLACE, said=said, source=None, as_of=None)
    evaluators: Any = CONTROL_EVALUATORS
    patch.setitem(evaluators, Control.INSURANCE_PLACE, lambda case: builder.build_pass())


def _drop_fields_of_one_day(patch: Patch) -> None:
    """What an office tells is dropped where anything was told of the person that day (X13)."""

    def takes_field(told: Any, known: Any, file: Any) -> Any:
        own = Person.__table__.c
        newer = and_(own.completed_at.is_(None), own.as_of < file.as_of)
        return and_(told.is_not(None), or_(told == known, newer))

    patch.setattr(fact_write, "_takes_field", takes_field)


def _take_second_debit(patch: Patch) -> None:
    whole = disbursement._is_same_result
    patch.setattr(
        disbursement,
        "_is_same_result",
        lambda row, found, **_: whole(row, found, any_reference=True),
    )


def _take_any_amount(patch: Patch) -> None:
    patch.setattr(bank_answer, "_AMOUNT_PATTERN", re.compile(r"[0-9][0-9,.]*"))


def _take_any_day(patch: Patch) -> None:
    whole = disbursement.evaluate_answer

    def evaluate_answer(rows: Any, known: Any, batch: Any, today: date) -> Any:
        return whole(rows, known, replace(batch, made_on=date.min), today)

    replace_everywhere(patch, whole, evaluate_answer)


def _count_no_clawback(patch: Patch) -> None:
    """What was clawed back already is not counted (X15)."""
    replace_everywhere(patch, clawback_rules.sum_confirmed, lambda clawbacks: Decimal(0))


def _give_paid_places_back(patch: Patch) -> None:
    """Who was paid for and has not completed gives the place back all the same (S33)."""

    async def claw_nothing_back(*_: Any) -> set[Any]:
        return set()

    patch.setattr(completion_review, "_claw_back", claw_nothing_back)


def _never_close(patch: Patch) -> None:
    def choose(status: Any, states: Any) -> Action | None:
        way = choose_claim_action(status, states)
        return None if way is Action.CLOSE else way

    replace_everywhere(patch, choose_claim_action, choose)


def _overwrite_reviewer(patch: Patch) -> None:
    columns: Any = workflow.STEP_COLUMNS
    patch.setitem(columns, Action.PUBLISH, columns[Action.APPROVE])


def _keep_no_office_history(patch: Patch) -> None:
    """Objections and batches have no history (X9)."""
    whole = Transaction._record_history

    def record(tx: Transaction, row: Any, entry: Any, *more: Any) -> None:
        if not isinstance(row, Objection | DisbursementBatch):
            whole(tx, row, entry, *more)

    patch.setattr(Transaction, "_record_history", record)


def _bar_nobody_at_counter(patch: Patch) -> None:
    """Who files at the counter may decide on it (X2)."""
    patch.setattr(history, "bar_reviewer", lambda tx, row: None)


def _bar_no_overrider(patch: Patch) -> None:
    """Who let a trainee through may approve the class (X2)."""
    keeps_all = type("History", (), {"bar_reviewer": staticmethod(lambda tx, row: None)})
    patch.setattr(control_override, "history", keeps_all)


def _promise_whatever_lines_say(patch: Patch) -> None:
    """What may be done to a claim is told by its own status, and refused by its lines (X4)."""
    known = claim_rules.find_claim_fault

    def find_fault(action: Action, claim: Any, today: date, viewer: Any) -> Any:
        found = known(action, claim, today, viewer)
        return found if found and found.reason in {"WRONG_STATUS", "FOUR_EYES"} else None

    patch.setattr(claim_rules, "find_claim_fault", find_fault)


def _publish_what_was_sent_back(patch: Patch) -> None:
    """A line that was sent back goes through another publicity, though none is offered (X4)."""
    known = publicity.find_publishing_fault

    def find_fault(filed: Any, kind: Any, viewer: Any) -> Any:
        return known(replace(filed, sent_back=False), kind, viewer)

    replace_everywhere(patch, known, find_fault)


def _revoke_what_finance_has(patch: Patch) -> None:
    """A claim is revoked though finance has lines of it, which is not offered (X1, X4)."""
    replace_everywhere(patch, find_revoking_fault, lambda states: None)


def _promise_second_reduction(patch: Patch) -> None:
    """A second reduction is offered, and refused (X4, J23)."""
    known = standing.find_intern_fault

    def find_fault(action: Action, *more: Any, viewer: Any) -> Any:
        found = known(action, *more, viewer=viewer)
        return None if found and found.reason == "REDUCTION_EXISTS" else found

    replace_everywhere(patch, known, find_fault)


def _count_drafts(patch: Patch) -> None:
    """The statistics count what drafts and withdrawn claims ask (section 6, invariant 1)."""
    known = claim_line.match_standing_lines
    replace_everywhere(patch, known, lambda: ClaimLine.state.in_(RESERVING_STATES))


_JILIN, _HIRES, _CLASSES, _INTERNS, _ERRANDS = (
    next(n for n, theme in enumerate(THEMES) if theme == wanted)
    for wanted in (
        (("unit",), MONEY),
        (("hirer",), MONEY),
        (("hirer",), TRAINING),
        (("unit",), WATCHED),
        (("unit", "hirer"), WATCHED | {"qualification": 8}, 0.25),
    )
)

PLANTED: tuple[PlantedFault, ...] = (
    PlantedFault(
        name="a struck person comes back",
        rule="X15",
        plant=_forget_bars(claim_review),
        told_by="I2 paid after a strike: *",
        theme=_JILIN,
        seed=1,
        step=10,
    ),
    PlantedFault(
        name="who failed publicity or was objected to comes back",
        rule="X15",
        plant=_let_upheld_back,
        told_by="I2 paid after *",
        theme=_JILIN,
        sequence="i2-paid-after-failed-publicity-living-allowance-7f7827",
        seed=1,
        step=95,
    ),
    PlantedFault(
        name="an enterprise chooses the place with the higher amount",
        rule="S10",
        plant=_take_any_place,
        told_by="I8 decided where nothing was posted: *",
        theme=_ERRANDS,
        seed=1,
        step=89,
    ),
    PlantedFault(
        name="facts of a person are dropped where others were told that day",
        rule="X13",
        plant=_drop_fields_of_one_day,
        told_by="I7 told and acknowledged, but not on file: *",
        theme=_ERRANDS,
        seed=1,
        step=86,
    ),
    PlantedFault(
        name="a second debit is taken for the first",
        rule="X8",
        plant=_take_second_debit,
        told_by="I1 a second debit is taken for the first",
        theme=_HIRES,
        sequence="i1-a-second-debit-is-taken-for-the-first-b6256b",
        seed=1,
        step=28,
    ),
    PlantedFault(
        name="4,0,0 is an amount",
        rule="X8",
        plant=_take_any_amount,
        told_by="I1 paid by an amount that is none",
        theme=_HIRES,
        sequence="i1-paid-by-an-amount-that-is-none-8b6305",
        seed=1,
        step=47,
    ),
    PlantedFault(
        name="a payment's day lies before its batch",
        rule="X8",
        plant=_take_any_day,
        told_by="I1 paid on a day before its batch",
        theme=_HIRES,
        sequence="i1-paid-on-a-day-before-its-batch-fbcd88",
    ),
    PlantedFault(
        name="several clawbacks take more than was paid",
        rule="X15",
        plant=_count_no_clawback,
        told_by="I1 more was clawed back than was paid",
        theme=_HIRES,
    ),
    PlantedFault(
        name="the place of who was paid for and failed is free",
        rule="S33",
        plant=_give_paid_places_back,
        told_by="I3 the place of a paid trainee is free",
        theme=_CLASSES,
        sequence="i3-the-place-of-a-paid-trainee-is-free-ea6367",
    ),
    PlantedFault(
        name="a claim never closes",
        rule="X15",
        plant=_never_close,
        told_by="I5 all lines at rest, the claim is not: *",
        theme=_HIRES,
        sequence="i5-all-lines-at-rest-the-claim-is-not-submitted-st-109d80",
        seed=1,
        step=80,
    ),
    PlantedFault(
        name="publicity overwrites who reviewed",
        rule="X9",
        plant=_overwrite_reviewer,
        told_by="I5 the reviewer is overwritten by publishLines",
        theme=_JILIN,
        sequence="i5-the-reviewer-is-overwritten-by-publishlines-5ad464",
        seed=1,
        step=56,
    ),
    PlantedFault(
        name="objections and batches have no history",
        rule="X9",
        plant=_keep_no_office_history,
        told_by="I5 no history of *",
        theme=_HIRES,
        sequence="i5-no-history-of-disbursement-batch-exportbatch-ff2b7f",
        seed=1,
        step=8,
    ),
    PlantedFault(
        name="who drafts at the counter decides",
        rule="X2",
        plant=_bar_nobody_at_counter,
        told_by="I4 decides on what it drafted: *",
        theme=_JILIN,
        sequence="i4-decides-on-what-it-drafted-claim-refuse-9ebb86",
        seed=2,
        step=142,
    ),
    PlantedFault(
        name="who overrides a control approves what it let through",
        rule="X2",
        plant=_bar_no_overrider,
        told_by="I4 approves what its override let through: *",
        theme=_CLASSES,
        seed=6,
        step=11,
    ),
    PlantedFault(
        name="a claim offers what its lines don't allow",
        rule="X4",
        plant=_promise_whatever_lines_say,
        told_by="I6 allowed but refused: claim *",
        theme=_JILIN,
        sequence="i6-allowed-but-refused-claim-approved-disburse-lin-9b8694",
        seed=1,
        step=21,
    ),
    PlantedFault(
        name="what was sent back is published again",
        rule="X4",
        plant=_publish_what_was_sent_back,
        told_by="I6 * PUBLISH: *",
        theme=_HIRES,
    ),
    PlantedFault(
        name="a claim is revoked of which finance has lines",
        rule="X1",
        plant=_revoke_what_finance_has,
        told_by="I6 * REVOKE: *",
        theme=_HIRES,
    ),
    PlantedFault(
        name="a second reduction is offered",
        rule="X4",
        plant=_promise_second_reduction,
        told_by="I6 allowed but refused: intern APPROVED REDUCE: *",
        theme=_INTERNS,
    ),
    PlantedFault(
        name="the statistics count drafts",
        rule="section 6",
        plant=_count_drafts,
        told_by="I1 the statistics tell another sum than stands: *",
        theme=_JILIN,
        seed=1,
        step=75,
    ),
)
