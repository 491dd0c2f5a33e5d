"""Risk controls of training: places, days, own staff, a course once (S20, S21, S31, X3)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from models import ClaimKind
from rules.claims.control import asked_of
from rules.hiring.hire import Look
from rules.hiring.hire_unit import size_on, within_programme
from rules.internship.mentoring import NEVER, Coverage
from rules.kernel.finding import Control, Finding, Sentence, unset
from rules.kernel.month import add_months, first_of
from rules.kernel.parameter import MissingParameter, Parameter, Policy
from rules.kernel.refusal import Fault, Reason, fault
from rules.training.training_case import MOST, Attending, Case, Known, Place, period_of, place_of

LAG = "insurance.lag_months"
OF_CLASS = (Control.ENTERPRISE_SIZE, Control.PROGRAMME_PERIOD, Control.COURSE_ONCE)
"""What is about a class, whoever attends it."""
PERSONAL = (Control.INSURED_STAFF, Control.TRAINING_PLACES, Control.ONE_AT_A_TIME)
"""What is about each trainee."""
ABOUT_PLACES = (Control.TRAINING_PLACES, Control.ONE_AT_A_TIME)
"""What a place among a person's trainings hangs on (S21)."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the controls found of a person in a class, and which place they would take (X3)."""

    findings: Sequence[Finding]
    place: Place | None
    used: Sequence[Parameter]

    @property
    def lacking(self) -> Sequence[Fault]:
        """Say all that stands in the way; nothing where all controls passed (X3)."""
        return self.barring()

    def barring(self, controls: Collection[Control] = tuple(Control)) -> Sequence[Fault]:
        """Say what some of the controls hold against it."""
        found = (f.lacking for f in self.findings if f.control in controls)
        return [why for why in found if why is not None]

    def of(self, control: Control) -> Finding:
        """Give what one control found."""
        return next(f for f in self.findings if f.control is control)


def judge(
    attending: Attending, known: Known, told: Coverage, today: date, policy: Policy
) -> Judged:
    """Let all controls of a training run; none stops at another's no (S20, S21, X3).

    What only a claim asks besides is looked into there (S25).
    """
    case = Case(attending, known, told, today, policy.afresh())
    asked = (control for control in asked_of(ClaimKind.TRAINING) if control in JUDGES)
    findings = [_found(control, case) for control in asked]
    policy.remember(case.policy.used)
    return Judged(findings, place_of(case), case.policy.used)


def _found(control: Control, case: Case) -> Finding:
    try:
        return JUDGES[control](case)
    except MissingParameter as lacking:
        return unset(control, lacking)


def _size(case: Case) -> Finding:
    """Demand a size that the subsidy is for, on the day of the opening (S20)."""
    at = case.attending
    return size_on(case.known.sizes, at.region, at.opens_on, case.policy)


def _in_programme(case: Case) -> Finding:
    """Demand an opening within the programme's period (S31)."""
    at = case.attending
    said = Sentence(f"开班日期 {at.opens_on}", f"opens on {at.opens_on}")
    return within_programme(ClaimKind.TRAINING, at.region, at.opens_on, said, case.policy)


def _insured(case: Case) -> Finding:
    """Demand a contribution by the enterprise for the month of the opening (S20).

    Until that month is loaded the latest one stands for it, if that is not too old (S32).
    """
    at, now = case.attending, case.told.contributions
    lag = case.policy.integer(LAG, at.region, at.opens_on)
    opening, oldest = first_of(at.opens_on), add_months(first_of(case.today), -lag)
    asked = opening if now is None else min(opening, now)
    paid = next((c for c in case.known.contributions if c.month == asked), None)
    until = f"{now:%Y-%m}" if now else NEVER
    said = Sentence(
        f"开班月份 {opening:%Y-%m}，社会保险数据至 {until}，核验月份 {asked:%Y-%m}",
        f"opens in {opening:%Y-%m}; contributions known up to {until}; looked for {asked:%Y-%m}",
    )
    on_word = (paid.source, paid.as_of) if paid else (None, now)
    found = Look(Control.INSURED_STAFF, said, case.policy.latest(LAG), *on_word)
    if now is None or (now < opening and now < oldest):
        return found.unknown(fault(Reason.NOW_UNKNOWN, month=until, oldest=f"{oldest:%Y-%m}"))
    if paid is not None:
        return found.passed()
    return found.failed(fault(Reason.NOT_INSURED_NOW, month=f"{asked:%Y-%m}"))


def _course(case: Case) -> Finding:
    """Demand that the enterprise has not claimed for another class of the course (S20, S33)."""
    numbers = ", ".join(sorted(case.known.claimed))
    said = Sentence(
        f"该课程已申报补贴的其他班：{numbers or NEVER}",
        f"other classes claimed for the course: {numbers or NEVER}",
    )
    found = Look(Control.COURSE_ONCE, said)
    return found.failed(fault(Reason.COURSE_CLAIMED, number=numbers)) if numbers else found.passed()


def _places(case: Case) -> Finding:
    """Demand a place among the person's trainings, or an officer's override (S21, X3)."""
    at = case.attending
    period = period_of(at, case.policy)
    most, place = case.policy.integer(MOST, at.region, at.opens_on), place_of(case)
    zh = f"{period.first} 至 {period.last} 每人 {most} 个名额"
    en = f"{most} places per person from {period.first} to {period.last}"
    figure = case.policy.latest(MOST)
    if place is None:
        said = Sentence(f"{zh}，已用完", f"{en}; none is left")
        span = {"most": most, "first": period.first, "last": period.last}
        return Look(Control.TRAINING_PLACES, said, figure).failed(
            fault(Reason.PLACES_USED_UP, **span)
        )
    zh, en = f"{zh}，本期为第 {place.number} 个", f"{en}; this is number {place.number}"
    if place.number > most and (override := case.known.own.override):
        zh += f"，由经办人于 {override.on} 放行"
        en += f", let through by an officer on {override.on}"
    return Look(Control.TRAINING_PLACES, Sentence(zh, en), figure).passed()


def _one_at_a_time(case: Case) -> Finding:
    """Demand days on which the person attends no other class; no officer overrides it (S21)."""
    at = case.attending
    meet = any(o.first <= at.ends_on and at.opens_on <= o.last for o in case.known.others)
    zh = "有其他培训班" if meet else "没有其他培训班"
    en = "attends another class then" if meet else "attends no other class then"
    span = Sentence(f"{at.opens_on} 至 {at.ends_on} {zh}", f"{at.opens_on} to {at.ends_on}: {en}")
    found = Look(Control.ONE_AT_A_TIME, span)
    return found.failed(fault(Reason.TRAINING_OVERLAPS)) if meet else found.passed()


JUDGES: Mapping[Control, Callable[[Case], Finding]] = {
    Control.ENTERPRISE_SIZE: _size,
    Control.PROGRAMME_PERIOD: _in_programme,
    Control.INSURED_STAFF: _insured,
    Control.COURSE_ONCE: _course,
    Control.TRAINING_PLACES: _places,
    Control.ONE_AT_A_TIME: _one_at_a_time,
}
"""How each control that is about a training judges it."""
