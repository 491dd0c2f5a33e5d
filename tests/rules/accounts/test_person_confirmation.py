"""X2, X18: who of two officers speaks, when an identity card is compared by both."""

from dataclasses import replace
from datetime import date, timedelta

from rules.accounts.person_confirmation import (
    ConfirmationProposal,
    find_second_officer_fault,
    is_second_step,
)
from rules.kernel.refusal import Reason
from rules.kernel.viewer import Viewer
from tests.factories.rows import an_id

TODAY = date(2025, 3, 10)
FIRST, SECOND = Viewer(account_id=an_id("first")), Viewer(account_id=an_id("second"))
BOTH = replace(SECOND, same_holder=frozenset({an_id("first")}))
PROPOSAL = ConfirmationProposal(FIRST.account_id, TODAY, b"card")


def test_x2_another_officer_answers_on_the_day_of_the_proposal() -> None:
    assert is_second_step(PROPOSAL, b"card", TODAY, SECOND)
    assert is_second_step(PROPOSAL, b"other", TODAY, SECOND)
    assert not is_second_step(PROPOSAL, b"card", TODAY + timedelta(days=1), SECOND)
    assert not is_second_step(ConfirmationProposal(None, None, None), b"card", TODAY, SECOND)
    assert find_second_officer_fault(PROPOSAL, b"card", SECOND) is None


def test_x18_what_both_read_must_be_the_same() -> None:
    found = find_second_officer_fault(PROPOSAL, b"other", SECOND)
    assert found is not None
    assert found.reason is Reason.CONFIRMATION_DIFFERS


def test_x2_who_proposed_corrects_it_and_does_not_confirm_it_by_a_second_account_either() -> None:
    for viewer in (FIRST, BOTH):
        assert not is_second_step(PROPOSAL, b"other", TODAY, viewer)
        assert is_second_step(PROPOSAL, b"card", TODAY, viewer)
        found = find_second_officer_fault(PROPOSAL, b"card", viewer)
        assert found is not None
        assert found.reason is Reason.FOUR_EYES
