"""Risk controls on the person hired: unemployment and transfer employment (S7, S8)."""

from datetime import timedelta

from rules.hiring.hire import Case, Look, said_span
from rules.internship.mentoring import NEVER
from rules.kernel.finding import Control, Finding, Sentence
from rules.kernel.month import term_end
from rules.kernel.refusal import Reason, fault


def unemployed(case: Case) -> Finding:
    """Demand a registration that stands at hiring, and has for long enough (S7)."""
    control, day = Control.REGISTERED_UNEMPLOYED, case.hired_on
    months = case.months("hiring.unemployed_months")
    figure = case.own.latest("hiring.unemployed_months")
    spells = sorted(case.known.registrations, key=lambda s: s.since)
    standing = next((s for s in spells if s.holds_on(day)), None)
    shown = standing or (spells[-1] if spells else None)
    span = said_span(shown) if shown else Sentence("未查到", "none on file")
    said = Sentence(
        f"失业登记：{span.zh}；吸纳日期 {day}", f"registered: {span.en}; hired on {day}"
    )
    source, as_of = (shown.source, shown.as_of) if shown else (None, case.told.registrations)
    found = Look(control, said, figure, source, as_of)
    known_until = max((d for d in (as_of, case.told.registrations) if d), default=None)
    open_then = standing is None or standing.until is None
    if open_then and (known_until is None or known_until < day):
        lacking = fault(Reason.REGISTRATION_UNKNOWN, day=known_until or NEVER, hired=day)
        return found.unknown(lacking)
    if standing is None:
        return found.failed(fault(Reason.NO_STANDING_REGISTRATION, hired=day))
    full = term_end(standing.since, months) + timedelta(days=1)
    if full > day:
        lacking = fault(Reason.UNEMPLOYED_TOO_SHORT, months=months, full=full, hired=day)
        return found.failed(lacking)
    return found.passed()


def transferred(case: Case) -> Finding:
    """Demand that a transfer-employment record exists (S8)."""
    control, told = Control.TRANSFER_EMPLOYMENT, case.told.transfers
    latest = max(case.known.transfers, key=lambda s: s.since, default=None)
    if latest is not None:
        span = said_span(latest)
        said = Sentence(f"转移就业：{span.zh}", f"transferred: {span.en}")
        return Look(control, said, None, latest.source, latest.as_of).passed()
    said = Sentence("未查到转移就业记录", "no transfer-employment record on file")
    found = Look(control, said, None, None, told)
    if told is None or told < case.hired_on:
        lacking = fault(Reason.TRANSFER_UNKNOWN, day=told or NEVER, hired=case.hired_on)
        return found.unknown(lacking)
    return found.failed(fault(Reason.NO_TRANSFER, day=told))
