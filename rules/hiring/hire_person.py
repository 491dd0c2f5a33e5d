"""Risk controls on the person hired: unemployment and transfer employment (S7, S8)."""

from rules.hiring.hire import FindingBuilder, HireCase, describe_period
from rules.internship.mentoring import NEVER_TEXT
from rules.kernel.finding import Control, Finding, Sentence
from rules.kernel.month import add_months
from rules.kernel.refusal import Reason, fault


def evaluate_unemployed(case: HireCase) -> Finding:
    """Demand a registration that stands at hiring, and has for long enough (S7)."""
    control, day = Control.REGISTERED_UNEMPLOYED, case.hired_on
    months = case.get_months("hiring.unemployed_months")
    figure = case.own.get_last_used("hiring.unemployed_months")
    spells = sorted(case.known.registrations, key=lambda s: s.since)
    standing = next((s for s in spells if s.is_valid_on(day)), None)
    shown = standing or (spells[-1] if spells else None)
    span = describe_period(shown) if shown else Sentence("未查到", "none on file")
    said = Sentence(f"失业登记：{span.zh}；吸纳日期{day}", f"registered: {span.en}; hired on {day}")
    source, as_of = (shown.source, shown.as_of) if shown else (None, case.told.registrations)
    found = FindingBuilder(control=control, said=said, figure=figure, source=source, as_of=as_of)
    known_until = max((d for d in (as_of, case.told.registrations) if d), default=None)
    open_then = standing is None or standing.until is None
    if open_then and (known_until is None or known_until < day):
        lacking = fault(Reason.REGISTRATION_UNKNOWN, day=known_until or NEVER_TEXT, hired=day)
        return found.build_unknown(lacking)
    if standing is None:
        return found.build_fail(fault(Reason.NO_STANDING_REGISTRATION, hired=day))
    full = add_months(standing.since, months)
    if full > day:
        lacking = fault(Reason.UNEMPLOYED_TOO_SHORT, months=months, full=full, hired=day)
        return found.build_fail(lacking)
    return found.build_pass()


def evaluate_transferred(case: HireCase) -> Finding:
    """Demand that a transfer-employment record exists (S8)."""
    control, told = Control.TRANSFER_EMPLOYMENT, case.told.transfers
    latest = max(case.known.transfers, key=lambda s: s.since, default=None)
    if latest is not None:
        span = describe_period(latest)
        said = Sentence(f"转移就业：{span.zh}", f"transferred: {span.en}")
        return FindingBuilder(
            control=control, said=said, figure=None, source=latest.source, as_of=latest.as_of
        ).build_pass()
    said = Sentence("未查到转移就业记录", "no transfer-employment record on file")
    found = FindingBuilder(control=control, said=said, figure=None, source=None, as_of=told)
    if told is None or told < case.hired_on:
        lacking = fault(Reason.TRANSFER_UNKNOWN, day=told or NEVER_TEXT, hired=case.hired_on)
        return found.build_unknown(lacking)
    return found.build_fail(fault(Reason.NO_TRANSFER, day=told))
