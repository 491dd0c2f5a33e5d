from decimal import Decimal

import pytest

from models import LineState, Status
from rules.claims.claim_line import choose_claim_action, find_revoking_fault, sum_amounts
from rules.kernel.action import Action
from rules.kernel.refusal import Reason

L, S = LineState, Status


def test_x15_a_claim_asks_what_its_lines_ask_that_were_neither_struck_nor_failed() -> None:
    one = Decimal("10.10")
    assert sum_amounts((state, one) for state in LineState) == one * (len(LineState) - 2)


@pytest.mark.parametrize(
    ("status", "states", "way"),
    [
        (S.APPROVED, [L.OPEN], None),
        (S.APPROVED, [L.OPEN, L.IN_PUBLICITY], Action.PUBLISH),
        (S.IN_PUBLICITY, [L.IN_PUBLICITY, L.PAYABLE], None),
        (S.IN_PUBLICITY, [L.OPEN, L.PAYABLE], None),
        (S.IN_PUBLICITY, [L.PAYABLE, L.PUBLICITY_FAILED], Action.PASS_PUBLICITY),
        (S.IN_PUBLICITY, [L.PUBLICITY_FAILED, L.STRUCK], Action.FAIL_PUBLICITY),
        (S.PUBLICITY_PASSED, [L.PAID, L.IN_BATCH], None),
        (S.PUBLICITY_PASSED, [L.PAID, L.OPEN], None),
        (S.PUBLICITY_PASSED, [L.PAID, L.STRUCK], Action.DISBURSE),
        (S.PUBLICITY_PASSED, [L.CLAWED_BACK, L.PAID], Action.DISBURSE),
        (S.PUBLICITY_PASSED, [L.STRUCK], Action.CLOSE),
        (S.APPROVED, [L.STRUCK, L.STRUCK], Action.CLOSE),
        (S.IN_PUBLICITY, [L.STRUCK, L.STRUCK], Action.CLOSE),
        (S.IN_PUBLICITY, [L.PAID, L.PUBLICITY_FAILED], Action.PASS_PUBLICITY),
        (S.APPROVED, [L.PAYABLE], None),
        (S.APPROVED, [L.PAID], Action.DISBURSE),
        (S.DISBURSED, [L.CLAWED_BACK], None),
        (S.SUBMITTED, [L.STRUCK, L.STRUCK], Action.CLOSE),
        (S.SUBMITTED, [L.STRUCK, L.OPEN], None),
        (S.RETURNED, [L.STRUCK], None),
    ],
)
def test_x15_a_claim_goes_where_its_lines_go(
    status: Status, states: list[LineState], way: Action | None
) -> None:
    assert choose_claim_action(status, states) is way


def test_x1_an_approval_is_not_revoked_while_finance_has_a_line() -> None:
    assert find_revoking_fault([L.OPEN, L.PAYABLE, L.STRUCK]) is None
    for state in (L.IN_BATCH, L.PAID, L.CLAWED_BACK):
        barred = find_revoking_fault([L.PAYABLE, state])
        assert barred is not None
        assert (barred.reason, barred.figures) == (Reason.LINES_WITH_FINANCE, {"lines": "1"})
