"""Lines into one account of one claim go as one transfer (X8)."""

from rules.kernel.viewer import Viewer
from rules.payment.transfer import (
    build_transfer_reference,
    count_transfers,
    get_bank_reference,
    group_transfers,
)


def test_x8_what_goes_into_one_account_goes_together_in_its_order() -> None:
    accounts = {1: ("claim", "a"), 2: ("claim", "b"), 3: ("claim", "a"), 4: ("other", "a")}
    assert group_transfers(accounts) == [[1, 3], [2], [4]]


def test_x8_what_is_not_to_be_paid_together_goes_alone() -> None:
    assert group_transfers({1: None, 2: None, 3: ("claim", "a")}) == [[1], [2], [3]]
    assert group_transfers({}) == []


def test_x8_the_bank_calls_a_payment_by_its_transfer_where_it_has_one() -> None:
    transfer = build_transfer_reference("220104-20250310-001", 2)
    assert transfer == "220104-20250310-001-T00002"
    assert get_bank_reference(transfer, "220104-20250310-001-00002") == transfer
    assert get_bank_reference(None, "220104-20250310-001-00002") == "220104-20250310-001-00002"


def test_x8_a_batch_from_before_transfers_has_as_many_as_payments() -> None:
    assert count_transfers(None, 3, viewer=Viewer()) == 3
    assert count_transfers(1, 3, viewer=Viewer()) == 1
