from datetime import UTC, datetime, timedelta

import pytest

from rules.accounts.sign_in_ticket import (
    TicketState,
    find_approving_fault,
    find_code_fault,
    find_redeeming_fault,
    is_number_right,
    shorten_address,
)
from rules.kernel.refusal import Reason

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=2)
FRESH = TicketState(LATER, None, None)
APPROVED = TicketState(LATER, NOW, None)


def test_j4_a_fresh_ticket_can_be_approved_and_waits_for_it() -> None:
    assert find_approving_fault(FRESH, NOW) is None
    assert find_redeeming_fault(FRESH, NOW) is None


def test_j4_an_approved_ticket_gives_a_session_and_is_approved_no_more() -> None:
    assert find_redeeming_fault(APPROVED, NOW) is None
    fault = find_approving_fault(APPROVED, NOW)
    assert fault is not None
    assert (fault.reason, fault.path) == (Reason.TICKET_APPROVED, ("ticket",))


@pytest.mark.parametrize(
    ("ticket", "reason"),
    [
        (None, Reason.TICKET_UNKNOWN),
        (TicketState(NOW, None, None), Reason.TICKET_EXPIRED),
        (TicketState(NOW, NOW, None), Reason.TICKET_EXPIRED),
        (TicketState(LATER, NOW, NOW), Reason.TICKET_USED),
        (TicketState(NOW, NOW, NOW), Reason.TICKET_USED),
        (TicketState(LATER, None, None, NOW), Reason.TICKET_ENDED),
    ],
)
def test_j4_unknown_expired_and_used_tickets_are_told_apart(
    ticket: TicketState | None, reason: Reason
) -> None:
    for barred in (find_approving_fault(ticket, NOW), find_redeeming_fault(ticket, NOW)):
        assert barred is not None
        assert barred.reason is reason


@pytest.mark.parametrize("text", ["", "https://example.com/q/1", "jiuye:", "jiuye:" + "a" * 23])
def test_j4_a_code_of_another_service_is_foreign(text: str) -> None:
    barred = find_code_fault(text)
    assert barred is not None
    assert barred.reason is Reason.TICKET_FOREIGN
    assert find_code_fault("jiuye:" + "a" * 22) is None


@pytest.mark.parametrize("entered", ["", "4", "43", "042", "四十二"])
def test_j4_only_the_number_that_is_shown_is_right(entered: str) -> None:
    assert is_number_right("42", "４２ ")
    assert not is_number_right("42", entered)
    assert not is_number_right("", entered)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("203.0.113.9", "203.0.113.*"),
        ("::ffff:203.0.113.250", "203.0.113.*"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("", ""),
        ("unix", ""),
    ],
)
def test_x11_of_an_address_the_network_is_shown(address: str, shown: str) -> None:
    assert shorten_address(address) == shown
