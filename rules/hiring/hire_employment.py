"""Risk controls on the employment: insurance and contract with the employer (S5, S6, S9, S32)."""

from datetime import date

from rules.hiring.hire import FindingBuilder, Hire, HireCase, find_first_month_of_run
from rules.internship.mentoring import NEVER_TEXT, ContractRecord
from rules.kernel.finding import Control, Finding, Sentence
from rules.kernel.month import add_months, compute_term_end, to_month
from rules.kernel.refusal import Reason, fault
from rules.kernel.region import get_region_name
from rules.kernel.term import to_chinese_list


def evaluate_insured_now(case: HireCase) -> Finding:
    """Look for a contribution for the latest month loaded, if that is not too old (S5, S32)."""
    control, now = Control.INSURED_NOW, case.told.contributions
    oldest = add_months(to_month(case.today), -case.get_months("insurance.lag_months"))
    figure = case.own.get_last_used("insurance.lag_months")
    known = max(case.known.contributions, key=lambda paid: paid.month, default=None)
    until = f"{now:%Y-%m}" if now else NEVER_TEXT
    latest = f"{known.month:%Y-%m}" if known else NEVER_TEXT
    said = Sentence(
        f"该企业最近缴费月份{latest}（数据至{until}）",
        f"latest month paid by this enterprise: {latest} (known up to {until})",
    )
    source, as_of = (known.source, known.as_of) if known else (None, now)
    found = FindingBuilder(control=control, said=said, figure=figure, source=source, as_of=as_of)
    if now is None or now < oldest:
        return found.build_unknown(fault(Reason.NOW_UNKNOWN, month=until, oldest=f"{oldest:%Y-%m}"))
    if any(paid.month == now for paid in case.known.contributions):
        return found.build_pass()
    return found.build_fail(fault(Reason.NOT_INSURED_NOW, month=until))


def evaluate_insurance_place(case: HireCase) -> Finding:
    """Compare the place stated with where the latest contribution was posted (S10, S13, X21)."""
    stated, told = case.hire.region, case.told.contributions
    latest = max(case.known.contributions, key=lambda paid: paid.month, default=None)
    posted = latest.place if latest else None
    place = Sentence("未载明", "not told") if posted is None else _describe_place(posted)
    said = Sentence(
        f"所选参保地：{_describe_place(stated).zh}；缴费地：{place.zh}",
        f"stated: {_describe_place(stated).en}; posted at: {place.en}",
    )
    source, as_of = (latest.source, latest.as_of) if latest else (None, told)
    found = FindingBuilder(control=Control.INSURANCE_PLACE, said=said, source=source, as_of=as_of)
    if latest is None or posted is None:
        return found.build_unknown(fault(Reason.INSURANCE_PLACE_UNKNOWN))
    if posted == stated:
        return found.build_pass()
    named = _describe_place(stated)
    figures = {
        "stated_zh": named.zh,
        "stated_en": named.en,
        "posted_zh": place.zh,
        "posted_en": place.en,
        "month": f"{latest.month:%Y-%m}",
    }
    return found.build_fail(fault(Reason.INSURANCE_PLACE_DIFFERS, **figures))


def evaluate_contract_term(case: HireCase) -> Finding:
    """Demand a term that is long enough, and that the contract on file bears out (S6, S32).

    Where row and register contradict each other nobody can tell which is right: that is no PASS.
    """
    control, hire = Control.CONTRACT_TERM, case.hire
    months = case.get_months("hiring.contract_months")
    figure, stated = (
        case.own.get_last_used("hiring.contract_months"),
        _describe_term(hire.starts_on, hire.ends_on),
    )
    needed = compute_term_end(hire.starts_on, months)
    filed = [c for c in case.known.contracts if _is_overlapping(c, hire)]
    same = next((c for c in filed if _is_as_stated(c, hire)), None)
    best = same or max(filed, key=lambda c: c.starts_on, default=None)
    said = Sentence(
        f"所填合同：{stated.zh}；备案合同：{_describe_filed_contract(best).zh}",
        f"stated: {stated.en}; on file: {_describe_filed_contract(best).en}",
    )
    source, as_of = (best.source, best.as_of) if best else (None, case.told.contracts)
    found = FindingBuilder(control=control, said=said, figure=figure, source=source, as_of=as_of)
    if hire.ends_on is not None and hire.ends_on < needed:
        return found.build_fail(fault(Reason.CONTRACT_TOO_SHORT, months=months, needed=needed))
    if same is not None:
        return found.build_pass()
    if best is not None:
        return found.build_fail(fault(Reason.CONTRACT_DIFFERS))
    if case.told.contracts is None or case.told.contracts < hire.starts_on:
        day = case.told.contracts or NEVER_TEXT
        return found.build_unknown(fault(Reason.CONTRACT_NOT_TOLD, day=day, start=hire.starts_on))
    return found.build_fail(fault(Reason.CONTRACT_NOT_ON_FILE, day=case.told.contracts))


def evaluate_not_insured_before(case: HireCase) -> Finding:
    """Demand months without insurance here before the current run of contributions (S9)."""
    control, paid = Control.NOT_INSURED_BEFORE, {c.month for c in case.known.contributions}
    count = case.get_months("hiring.uninsured_months_before")
    figure = case.own.get_last_used("hiring.uninsured_months_before")
    first = find_first_month_of_run(paid) or to_month(case.hired_on)
    before = [add_months(first, -n) for n in range(count, 0, -1)]
    insured = [month for month in before if month in paid]
    span = f"{before[0]:%Y-%m} – {before[-1]:%Y-%m}" if before else NEVER_TEXT
    listed = ", ".join(f"{month:%Y-%m}" for month in insured) or NEVER_TEXT
    said = Sentence(
        f"本次连续缴费自{first:%Y-%m}起；此前{span}在本单位缴费：{to_chinese_list(listed)}",
        f"unbroken from {first:%Y-%m}; paid here in {span} before: {listed}",
    )
    told = case.told.contributions
    found = FindingBuilder(control=control, said=said, figure=figure, source=None, as_of=told)
    if insured:
        return found.build_fail(fault(Reason.INSURED_BEFORE, months=listed, first=f"{first:%Y-%m}"))
    if not paid and (told is None or told < first):
        until = f"{told:%Y-%m}" if told else NEVER_TEXT
        lacking = fault(Reason.INSURANCE_UNKNOWN, month=until, since=f"{first:%Y-%m}")
        return found.build_unknown(lacking)
    return found.build_pass()


def _is_as_stated(filed: ContractRecord, hire: Hire) -> bool:
    same_days = filed.starts_on == hire.starts_on and filed.ends_on == hire.ends_on
    return same_days and filed.open_ended == (hire.ends_on is None)


def _is_overlapping(filed: ContractRecord, hire: Hire) -> bool:
    """Return whether a contract on file is about the time of the stated one; older ones are not."""
    last, until = hire.ends_on or date.max, filed.ends_on or date.max
    return filed.starts_on <= last and hire.starts_on <= until


def _describe_filed_contract(filed: ContractRecord | None) -> Sentence:
    if filed is None:
        return Sentence("未查到", "none")
    if filed.ends_on is None and not filed.open_ended:
        start = filed.starts_on
        return Sentence(f"{start}起，未载明期限", f"from {start}, term not stated")
    return _describe_term(filed.starts_on, filed.ends_on)


def _describe_place(code: str) -> Sentence:
    name = get_region_name(code)
    return Sentence(f"{name}（{code}）", f"{name} ({code})")


def _describe_term(starts_on: date, ends_on: date | None) -> Sentence:
    if ends_on is None:
        return Sentence(f"{starts_on}起，无固定期限", f"from {starts_on}, open-ended")
    return Sentence(f"{starts_on}至{ends_on}", f"{starts_on} to {ends_on}")
