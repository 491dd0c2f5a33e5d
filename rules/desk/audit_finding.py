"""Warning signs of the audits 审计疑点, and what becomes of them (X14)."""

from collections.abc import Mapping, Sequence
from datetime import date

from models import AuditSign, FindingState
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.month import add_months
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.term import NO_ACTIONS_TEXT
from rules.kernel.viewer import Language, Viewer
from rules.kernel.workflow import PossibleAction, describe_action

SignFigures = Mapping[str, str]

_EVIDENCE_TEXTS: Mapping[AuditSign, tuple[str, str]] = {
    AuditSign.INSURED_ONLY_AROUND_CLAIM: (
        "{claimed}申报；本单位参保仅{months}个月：{first}至{last}，其后至{known}无缴费。",
        "Claimed in {claimed}; insured by the unit for {months} months only, {first} to {last}, "
        "and not since, up to {known}.",
    ),
    AuditSign.ACCOUNT_IN_SEVERAL_UNITS: (
        "同一银行账号另登记在{units}家单位名下。",
        "The same account number is on file for {units} other units.",
    ),
    AuditSign.TWO_PLACES_IN_A_MONTH: (
        "{month}已填月报，同月另在{employers}家用人单位参保。",
        "Reported for {month}, and insured by {employers} other employers in that month.",
    ),
}


def detect_insured_only_around_claim(
    paid: Sequence[date], claimed: date, before: int, after: int, known_until: date | None
) -> SignFigures | None:
    """Return whether a person was insured just before a claim and gone after it (X14).

    `paid` are the months that the claiming unit paid for, `claimed` is the month of the claim. The
    first may lie at most `before` months before it, the last at most `after` months behind it. It
    is no sign as long as nobody knows of the month after those.
    """
    if not paid or known_until is None or known_until <= add_months(claimed, after):
        return None
    first, last = min(paid), max(paid)
    if first < add_months(claimed, -before) or last > add_months(claimed, after):
        return None
    return {
        "claimed": f"{claimed:%Y-%m}",
        "months": str(len(set(paid))),
        "first": f"{first:%Y-%m}",
        "last": f"{last:%Y-%m}",
        "known": f"{known_until:%Y-%m}",
    }


def describe_evidence(sign: AuditSign, figures: SignFigures, *, viewer: Viewer) -> str:
    """Return what was found, in the viewer's language (X14)."""
    zh, en = _EVIDENCE_TEXTS[sign]
    return (zh if viewer.language is Language.ZH else en).format(**figures)


def find_settlement_fault(state: FindingState) -> Fault | None:
    """Return why nothing can be said to a finding any more; None where it can (X12)."""
    if state is FindingState.OPEN:
        return None
    return fault(Reason.WRONG_STATUS, status=state, possible=NO_ACTIONS_TEXT)


def list_possible_actions(state: FindingState, *, viewer: Viewer) -> Sequence[PossibleAction]:
    """List what may be done to a finding: an officer explains or confirms it (X4, X14)."""
    if Function.SETTLE_FINDINGS not in viewer.functions:
        return []
    return [
        describe_action(action, find_settlement_fault(state), viewer)
        for action in (Action.EXPLAIN, Action.CONFIRM)
    ]
