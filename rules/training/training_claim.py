"""A trainee to be paid for: what is looked into, and what a line comes to (S25, S29)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from models import ClaimKind, Status, TraineeOutcome
from rules.kernel.claim_title import CLAIM_TITLES
from rules.kernel.finding import Control, Finding, Outcome, Sentence
from rules.kernel.money import round_amount
from rules.kernel.parameter import MissingParameter, Parameter, Policy
from rules.kernel.refusal import Fault, Reason, fault
from rules.policy.difference import DueAmount

AMOUNT_KEY = "training.amount"
WAITING_KEY = "training.payment_waits_for_completion"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedPerson:
    """A trainee's class as a claim sees it; the place and the opening day decide (X21)."""

    number: str
    place: str
    status: Status
    opens_on: date
    course_code: str
    course_name: str
    fee: Decimal
    outcome: TraineeOutcome = TraineeOutcome.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingClaimEvaluation:
    """What was found of a trainee, what a line would come to, and all that bars it (X3, X5)."""

    trained: TrainedPerson
    findings: Sequence[Finding]
    due: DueAmount | None
    lacking: Sequence[Fault]
    used: Sequence[Parameter]

    @property
    def amount(self) -> Decimal | None:
        """Return what a line would ask, in yuan; nothing where nobody has set the figure (X6)."""
        return self.due.amount if self.due else None


def find_class_faults(
    status: Status, opens_on: date, today: date, claimed: Sequence[str] = ()
) -> Sequence[Fault]:
    """Return why a class can't be claimed: it must stand approved and have opened (S25).

    `claimed` are the numbers of the enterprise's other classes that are claimed for the course:
    there is one at most (S33).
    """
    found = []
    if status is not Status.APPROVED:
        found.append(fault(Reason.CLASS_NOT_APPROVED, status=status))
    if today < opens_on:
        found.append(fault(Reason.CLASS_NOT_OPENED, opens=opens_on))
    if claimed:
        found.append(fault(Reason.COURSE_CLAIMED, number=", ".join(claimed)))
    return found


def compute_due(fee: Decimal, region: str, opens_on: date, policy: Policy) -> DueAmount:
    """Compute what is paid for one trainee of a course: a share of the fee, up to a cap (S25, X5).

    Region and day are those of X21; in yuan, rounded by money.rounding. Raises MissingParameter.
    """
    own = policy.new_usage_recorder()
    rate = own.get_capped_share(AMOUNT_KEY, region, opens_on)
    share = fee * rate.share
    amount = round_amount(min(share, rate.most), own.get_text("money.rounding", region, opens_on))
    zh, en = f"{fee}元 × {rate.share} = ", f"{fee} yuan × {rate.share}"
    if share > rate.most:
        whole = f"{share.normalize():f}"
        zh += f"{whole}元，最高{rate.most}元，取"
        en = f"min({en} = {whole} yuan, {rate.most} yuan)"
    formula = {"zh": [f"{zh}{amount}元"], "en": [f"{en} = {amount} yuan"]}
    return DueAmount(amount, formula, own.used)


def evaluate_trainee(
    trained: TrainedPerson,
    found: Sequence[Finding],
    lacking: Sequence[Fault],
    used: Sequence[Parameter],
    today: date,
    policy: Policy,
) -> TrainingClaimEvaluation:
    """Judge a trainee for a claim by what the controls of training found of them (S20, S21, X3).

    To these come two that only a claim asks: that the class stands approved and has opened, and
    that nobody is paid for who did not complete it (S29).
    """
    own = [_evaluate_class_approved(trained, today), _evaluate_completion(trained)]
    faults = [*lacking, *(f.lacking for f in own if f.lacking is not None)]
    try:
        comes_to: DueAmount | None = compute_due(
            trained.fee, trained.place, trained.opens_on, policy
        )
    except MissingParameter as no:
        comes_to = None
        faults.append(_build_missing_fault(no))
    figures = [*used, *(comes_to.used if comes_to else ())]
    policy.add_used_parameters(figures)
    return TrainingClaimEvaluation(
        trained=trained, findings=[*found, *own], due=comes_to, lacking=faults, used=figures
    )


def _evaluate_class_approved(trained: TrainedPerson, today: date) -> Finding:
    said = Sentence(
        f"培训期号{trained.number}，{trained.opens_on}开班",
        f"class {trained.number}, opening on {trained.opens_on}",
    )
    lacking = next(iter(find_class_faults(trained.status, trained.opens_on, today)), None)
    outcome = Outcome.FAIL if lacking else Outcome.PASS
    return Finding(control=Control.CLASS_APPROVED, outcome=outcome, evidence=said, lacking=lacking)


_OUTCOME_TEXTS = {
    TraineeOutcome.OPEN: Sentence("尚未结业", "not yet completed"),
    TraineeOutcome.COMPLETED: Sentence("已结业", "completed"),
    TraineeOutcome.NOT_COMPLETED: Sentence("未结业", "did not complete it"),
}


def _evaluate_completion(trained: TrainedPerson) -> Finding:
    failed = trained.outcome is TraineeOutcome.NOT_COMPLETED
    lacking = fault(Reason.TRAINEE_NOT_COMPLETED) if failed else None
    outcome = Outcome.FAIL if failed else Outcome.PASS
    return Finding(
        control=Control.TRAINEE_COMPLETION,
        outcome=outcome,
        evidence=_OUTCOME_TEXTS[trained.outcome],
        lacking=lacking,
    )


def build_line_explanation(judged: TrainingClaimEvaluation) -> dict[str, Any]:
    """Return what a line stands on: the course and its fee, what was found, the figures (X5)."""
    trained, comes_to = judged.trained, judged.due
    formula = comes_to.formula if comes_to else {"zh": (), "en": ()}
    zh, en = CLAIM_TITLES[ClaimKind.TRAINING]
    return {
        "inputs": {
            "region": trained.place,
            "class": trained.number,
            "course": trained.course_code,
            "courseName": trained.course_name,
            "fee": str(trained.fee),
            "opensOn": trained.opens_on.isoformat(),
        },
        "formula": {
            "zh": [f"{zh}（{trained.course_name}） = {terms}" for terms in formula["zh"]],
            "en": [f"{en} ({trained.course_name}) = {terms}" for terms in formula["en"]],
        },
        "amount": str(judged.amount),
        "findings": [finding.to_json() for finding in judged.findings],
        "confirmed": all(parameter.confirmed for parameter in judged.used),
        "parameters": [parameter.to_citation() for parameter in judged.used],
    }


def select_public_inputs(explanation: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the course and the class of a line for training; nothing of any other (S26)."""
    inputs = explanation.get("inputs", {})
    if "courseName" not in inputs:
        return {}
    return {"course_name": inputs["courseName"], "class_number": inputs["class"]}


def find_waiting_fault(
    outcome: TraineeOutcome, place: str, opens_on: date, policy: Policy
) -> Fault | None:
    """Return that a trainee is not paid for before they completed the class, if policy has it so.

    Place and opening day decide which order of the two tracks holds (S29, X21). Where nobody has
    said, nothing is paid before somebody does (X6).
    """
    if outcome is not TraineeOutcome.OPEN:
        return None
    try:
        return (
            fault(Reason.PAYMENT_WAITS) if policy.get_flag(WAITING_KEY, place, opens_on) else None
        )
    except MissingParameter as no:
        return _build_missing_fault(no)


def _build_missing_fault(no: MissingParameter) -> Fault:
    return fault(Reason.PARAMETER_MISSING, key=no.key, region=no.region, date=no.on)
