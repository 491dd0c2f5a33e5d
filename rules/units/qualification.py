"""Units' qualifications 单位资质: from when to when they hold (S4, S12)."""

from collections.abc import Iterable
from datetime import date

from rules.kernel.refusal import Fault, Reason, fault


def find_validity_faults(valid_from: date, valid_to: date | None) -> Iterable[Fault]:
    """Refuse a qualification that ends before it begins; without a last day it holds on."""
    if valid_to is not None and valid_to < valid_from:
        yield fault(Reason.DATES_REVERSED, "validTo")
