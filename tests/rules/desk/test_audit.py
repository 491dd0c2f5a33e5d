from datetime import date

import pytest

from models import AuditSign, FindingState, Role
from rules.desk.audit_finding import (
    describe_evidence,
    detect_insured_only_around_claim,
    find_settlement_fault,
    list_possible_actions,
)
from rules.kernel.action import Action
from rules.kernel.refusal import Reason
from rules.kernel.viewer import Language, Viewer

CLAIMED = date(2025, 3, 1)
LATER = date(2025, 9, 1)


def months(*numbers: int) -> list[date]:
    return [date(2024 + (n - 1) // 12, (n - 1) % 12 + 1, 1) for n in numbers]


@pytest.mark.parametrize(
    ("paid", "known_until", "is_a_sign"),
    [
        (months(14, 15), LATER, True),
        (months(13, 17), LATER, True),
        (months(12, 15), LATER, False),  # insured for longer before
        (months(15, 18), LATER, False),  # and longer after
        (months(15), None, False),
        (months(15), date(2025, 5, 1), False),  # nobody knows of June yet
        (months(15), date(2025, 6, 1), True),
        ([], LATER, False),
    ],
)
def test_x14_insured_just_before_the_claim_and_gone_after_is_a_sign(
    paid: list[date], known_until: date | None, is_a_sign: bool
) -> None:
    assert (
        detect_insured_only_around_claim(paid, CLAIMED, 2, 2, known_until) is not None
    ) == is_a_sign


def test_x14_the_evidence_is_figures_and_months_in_both_languages() -> None:
    figures = detect_insured_only_around_claim(months(14, 15), CLAIMED, 2, 2, LATER)
    assert figures is not None
    sign = AuditSign.INSURED_ONLY_AROUND_CLAIM
    told = describe_evidence(sign, figures, viewer=Viewer(language=Language.EN))
    assert told == (
        "Claimed in 2025-03; insured by the unit for 2 months only, 2025-02 to 2025-03, and not "
        "since, up to 2025-09."
    )
    assert "参保仅2个月" in describe_evidence(sign, figures, viewer=Viewer(language=Language.ZH))


@pytest.mark.parametrize("state", [FindingState.EXPLAINED, FindingState.CONFIRMED])
def test_x14_a_finding_is_settled_once(state: FindingState) -> None:
    assert find_settlement_fault(FindingState.OPEN) is None
    barred = find_settlement_fault(state)
    assert barred is not None
    assert barred.reason is Reason.WRONG_STATUS


def test_x4_an_officer_may_settle_a_finding_and_an_auditor_only_reads_it() -> None:
    officer, auditor = Viewer(role=Role.DISTRICT_OFFICER), Viewer(role=Role.AUDITOR)
    found = list_possible_actions(FindingState.OPEN, viewer=officer)
    assert [(f.action, f.allowed) for f in found] == [
        (Action.EXPLAIN, True),
        (Action.CONFIRM, True),
    ]
    assert not any(f.allowed for f in list_possible_actions(FindingState.CONFIRMED, viewer=officer))
    assert list_possible_actions(FindingState.OPEN, viewer=auditor) == []
