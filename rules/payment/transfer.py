"""Payments into one account of one claim that the bank makes as one transfer 合并支付 (X8)."""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from rules.kernel.viewer import Viewer

Line = TypeVar("Line", bound=Hashable)


def group_transfers(accounts: Mapping[Line, Hashable | None]) -> Sequence[Sequence[Line]]:
    """Group what goes into one account together, in the order in which it was given.

    What has no account to share goes alone.
    """
    groups: dict[Hashable, list[Line]] = {}
    for line, account in accounts.items():
        key = (False, line) if account is None else (True, account)
        groups.setdefault(key, []).append(line)
    return list(groups.values())


def build_transfer_reference(batch: str, place: int) -> str:
    """Return by what the bank calls a transfer; no payment is called so."""
    return f"{batch}-T{place:05d}"


def get_bank_reference(transfer: str | None, reference: str) -> str:
    """Return by what the bank calls a payment: its transfer, where it goes with others."""
    return transfer or reference


def count_transfers(transfer_count: int | None, payment_count: int, *, viewer: Viewer) -> int:
    """Return how many transfers the bank makes; older batches have one for each payment."""
    return payment_count if transfer_count is None else transfer_count
