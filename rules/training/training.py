"""Risk controls of training: places, days, own staff, a course once (S20, S21, S31, X3)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from models import ClaimKind
from rules.claims.control import list_controls
from rules.hiring.hire import FindingBuilder
from rules.hiring.hire_unit import evaluate_programme_period, evaluate_size_on
from rules.internship.mentoring import NEVER_TEXT, FactCoverage
from rules.kernel.finding import Control, Finding, Sentence, build_unset_finding
from rules.kernel.month import add_months, to_month
from rules.kernel.parameter import MissingParameter, Parameter, Policy
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.term import to_chinese_list
from rules.training.training_case import (
    MAX_PLACES_KEY,
    ClassAttendance,
    TrainingCase,
    TrainingPlace,
    TrainingRecords,
    find_place,
    get_programme_period,
)

LAG_KEY = "insurance.lag_months"
CLASS_CONTROLS = (Control.ENTERPRISE_SIZE, Control.PROGRAMME_PERIOD, Control.COURSE_ONCE)
"""What is about a class, whoever attends it."""
TRAINEE_CONTROLS = (Control.INSURED_STAFF, Control.TRAINING_PLACES, Control.ONE_AT_A_TIME)
"""What is about each trainee."""
PLACE_CONTROLS = (Control.TRAINING_PLACES, Control.ONE_AT_A_TIME)
"""What a place among a person's trainings hangs on (S21)."""


@dataclass(frozen=True, slots=True)
class TrainingEvaluation:
    """What the controls found of a person in a class, and which place they would take (X3)."""

    findings: Sequence[Finding]
    place: TrainingPlace | None
    used: Sequence[Parameter]

    @property
    def lacking(self) -> Sequence[Fault]:
        """Return all that stands in the way; nothing where all controls passed (X3)."""
        return self.list_faults()

    def list_faults(self, controls: Collection[Control] = tuple(Control)) -> Sequence[Fault]:
        """Return what some of the controls hold against it."""
        found = (f.lacking for f in self.findings if f.control in controls)
        return [why for why in found if why is not None]

    def get_finding(self, control: Control) -> Finding:
        """Return what one control found."""
        return next(f for f in self.findings if f.control is control)


def evaluate_training(
    attending: ClassAttendance,
    known: TrainingRecords,
    told: FactCoverage,
    today: date,
    policy: Policy,
) -> TrainingEvaluation:
    """Return what all controls of a training find; none stops at another's no (S20, S21, X3).

    What only a claim asks besides is looked into there (S25).
    """
    case = TrainingCase(
        attending=attending, known=known, told=told, today=today, policy=policy.new_usage_recorder()
    )
    asked = (
        control for control in list_controls(ClaimKind.TRAINING) if control in CONTROL_EVALUATORS
    )
    findings = [_evaluate_control(control, case) for control in asked]
    policy.add_used_parameters(case.policy.used)
    return TrainingEvaluation(findings, find_place(case), case.policy.used)


def _evaluate_control(control: Control, case: TrainingCase) -> Finding:
    try:
        return CONTROL_EVALUATORS[control](case)
    except MissingParameter as lacking:
        return build_unset_finding(control, lacking)


def _evaluate_size(case: TrainingCase) -> Finding:
    """Demand a size that the subsidy is for, on the day of the opening (S20)."""
    at = case.attending
    return evaluate_size_on(case.known.sizes, at.region, at.opens_on, case.policy)


def _evaluate_programme(case: TrainingCase) -> Finding:
    """Demand an opening within the programme's period (S31)."""
    at = case.attending
    said = Sentence(f"开班日期{at.opens_on}", f"opens on {at.opens_on}")
    return evaluate_programme_period(ClaimKind.TRAINING, at.region, at.opens_on, said, case.policy)


def _evaluate_insured(case: TrainingCase) -> Finding:
    """Demand a contribution by the enterprise for the month of the opening (S20).

    Until that month is loaded the latest one stands for it, if that is not too old (S32).
    """
    at, now = case.attending, case.told.contributions
    lag = case.policy.get_integer(LAG_KEY, at.region, at.opens_on)
    opening, oldest = to_month(at.opens_on), add_months(to_month(case.today), -lag)
    asked = opening if now is None else min(opening, now)
    paid = next((c for c in case.known.contributions if c.month == asked), None)
    until = f"{now:%Y-%m}" if now else NEVER_TEXT
    said = Sentence(
        f"开班月份{opening:%Y-%m}，社会保险数据至{until}，核验月份{asked:%Y-%m}",
        f"opens in {opening:%Y-%m}; contributions known up to {until}; looked for {asked:%Y-%m}",
    )
    found = FindingBuilder(
        control=Control.INSURED_STAFF,
        said=said,
        figure=case.policy.get_last_used(LAG_KEY),
        source=paid.source if paid else None,
        as_of=paid.as_of if paid else now,
    )
    if now is None or (now < opening and now < oldest):
        return found.build_unknown(fault(Reason.NOW_UNKNOWN, month=until, oldest=f"{oldest:%Y-%m}"))
    if paid is not None:
        return found.build_pass()
    return found.build_fail(fault(Reason.NOT_INSURED_NOW, month=f"{asked:%Y-%m}"))


def _evaluate_course(case: TrainingCase) -> Finding:
    """Demand that the enterprise has not claimed for another class of the course (S20, S33)."""
    numbers = ", ".join(sorted(case.known.claimed))
    said = Sentence(
        f"该培训项目已申报补贴的其他班：{to_chinese_list(numbers) or NEVER_TEXT}",
        f"other classes claimed for the course: {numbers or NEVER_TEXT}",
    )
    found = FindingBuilder(control=Control.COURSE_ONCE, said=said)
    return (
        found.build_fail(fault(Reason.COURSE_CLAIMED, number=numbers))
        if numbers
        else found.build_pass()
    )


def _evaluate_places(case: TrainingCase) -> Finding:
    """Demand a place among the person's trainings, or an officer's override (S21, X3)."""
    at = case.attending
    period = get_programme_period(at, case.policy)
    most, place = case.policy.get_integer(MAX_PLACES_KEY, at.region, at.opens_on), find_place(case)
    zh = f"{period.first}至{period.last}每人{most}个名额"
    en = f"{most} places per person from {period.first} to {period.last}"
    figure = case.policy.get_last_used(MAX_PLACES_KEY)
    if place is None:
        said = Sentence(f"{zh}，已用完", f"{en}; none is left")
        span = {"most": most, "first": period.first, "last": period.last}
        return FindingBuilder(control=Control.TRAINING_PLACES, said=said, figure=figure).build_fail(
            fault(Reason.PLACES_USED_UP, **span)
        )
    zh, en = f"{zh}，本期为第{place.number}个", f"{en}; this is number {place.number}"
    if place.number > most and (override := case.known.own.override):
        zh += f"，由经办人于{override.on}放行"
        en += f", let through by an officer on {override.on}"
    return FindingBuilder(
        control=Control.TRAINING_PLACES, said=Sentence(zh, en), figure=figure
    ).build_pass()


def _evaluate_overlap(case: TrainingCase) -> Finding:
    """Demand days on which the person attends no other class; no officer overrides it (S21)."""
    at = case.attending
    meet = any(o.first <= at.ends_on and at.opens_on <= o.last for o in case.known.others)
    zh = "有其他培训班" if meet else "没有其他培训班"
    en = "attends another class then" if meet else "attends no other class then"
    span = Sentence(f"{at.opens_on}至{at.ends_on}{zh}", f"{at.opens_on} to {at.ends_on}: {en}")
    found = FindingBuilder(control=Control.ONE_AT_A_TIME, said=span)
    return found.build_fail(fault(Reason.TRAINING_OVERLAPS)) if meet else found.build_pass()


CONTROL_EVALUATORS: Mapping[Control, Callable[[TrainingCase], Finding]] = {
    Control.ENTERPRISE_SIZE: _evaluate_size,
    Control.PROGRAMME_PERIOD: _evaluate_programme,
    Control.INSURED_STAFF: _evaluate_insured,
    Control.COURSE_ONCE: _evaluate_course,
    Control.TRAINING_PLACES: _evaluate_places,
    Control.ONE_AT_A_TIME: _evaluate_overlap,
}
"""How each control that is about a training judges it."""
