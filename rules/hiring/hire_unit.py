"""Risk controls on whoever claims, and on the day that decides (S4, S12, S20, S31)."""

from collections.abc import Sequence
from datetime import date

from models import ClaimKind
from rules.hiring.hire import FindingBuilder, HireCase, ValidityPeriod, describe_period
from rules.kernel.finding import Control, Finding, Sentence
from rules.kernel.parameter import MissingParameter, Policy
from rules.kernel.refusal import Reason, fault
from rules.kernel.term import get_chinese_term, get_english_term


def evaluate_size(case: HireCase) -> Finding:
    """Demand a size that the subsidy is for, on the day of the hire (S4)."""
    return evaluate_size_on(case.known.sizes, case.hire.region, case.hired_on, case.own)


def evaluate_size_on(
    known: Sequence[ValidityPeriod], region: str, day: date, own: Policy
) -> Finding:
    """Demand a size that the subsidy is for, on the day that decides (S4, S20)."""
    control, sizes = Control.ENTERPRISE_SIZE, own.get_names("enterprise.size", region, day)
    figure = own.get_last_used("enterprise.size")
    shown = next((s for s in known if s.is_valid_on(day)), None)
    if shown is None:
        said = Sentence(f"{day}没有有效的企业规模资质", f"no size is on record for {day}")
        return FindingBuilder(control=control, said=said, figure=figure).build_fail(
            fault(Reason.SIZE_NOT_SHOWN, day=day)
        )
    span = describe_period(shown)
    named, size = get_chinese_term(shown.word or ""), get_english_term(shown.word or "")
    said = Sentence(f"企业规模：{named}，{span.zh}", f"enterprise size {size}, {span.en}")
    found = FindingBuilder(control=control, said=said, figure=figure)
    if shown.word in sizes:
        return found.build_pass()
    listed = ", ".join(sizes)
    return found.build_fail(fault(Reason.SIZE_NOT_SUPPORTED, size=shown.word, sizes=listed))


def evaluate_licence(case: HireCase) -> Finding:
    """Demand an agency licence that holds on the day of the hire (S12)."""
    control, day = Control.AGENCY_LICENCE, case.hired_on
    shown = next((s for s in case.known.licences if s.is_valid_on(day)), None)
    if shown is None:
        said = Sentence(f"{day}没有有效的许可资质", f"no licence is on record for {day}")
        return FindingBuilder(control=control, said=said).build_fail(
            fault(Reason.LICENCE_NOT_SHOWN, day=day)
        )
    span = describe_period(shown)
    said = Sentence(f"许可证{shown.word}，{span.zh}", f"licence {shown.word}, {span.en}")
    return FindingBuilder(control=control, said=said).build_pass()


def evaluate_hire_in_programme(case: HireCase) -> Finding:
    """Demand a hire within the programme's period; where none holds, there is none (S31)."""
    said = Sentence(f"吸纳日期{case.hired_on}", f"hired on {case.hired_on}")
    return evaluate_programme_period(
        case.hire.kind, case.hire.region, case.hired_on, said, case.own
    )


def evaluate_programme_period(
    kind: ClaimKind, region: str, day: date, said: Sentence, own: Policy
) -> Finding:
    """Demand that a day is within the period of a kind's programme (S31)."""
    control, key = Control.PROGRAMME_PERIOD, "programme.period"
    try:
        period = own.get_period(key, region, day, kind)
    except MissingParameter:
        return FindingBuilder(control=control, said=said).build_fail(
            fault(Reason.NO_PROGRAMME, hired=day)
        )
    found = FindingBuilder(control=control, said=said, figure=own.get_last_used(key))
    if period.first <= day <= period.last:
        return found.build_pass()
    span = {"first": period.first, "last": period.last}
    return found.build_fail(fault(Reason.OUTSIDE_PROGRAMME, hired=day, **span))
