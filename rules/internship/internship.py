"""How long a person may be an intern, over all units: months counted, one unit at a time (J23)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rules.kernel.month import compute_term_end
from rules.kernel.refusal import Fault, Reason, fault

DAYS_PER_MONTH = 30
"""So many odd days make a month: those that are left over of several internships are added up."""

SlotRange = tuple[int, int]
"""Slots from the first, included, to the last, excluded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherInternship:
    """What another internship of the person takes; whose it is is not known here."""

    first: date
    last: date
    slots: Sequence[SlotRange]
    here: bool = False
    """Whether it is in the same unit: there a person is an intern once."""


def count_slots(starts_on: date, ends_on: date) -> int:
    """Count what a term takes of a person's slots: 30 for a whole month, one for an odd day (J23).

    Months run from the first day to the day before the same day of the next month, as a term of
    so many months does; of the odd days that remain, at most 30 count.
    """
    months = (ends_on.year - starts_on.year) * 12 + ends_on.month - starts_on.month + 1
    while compute_term_end(starts_on, months) > ends_on:
        months -= 1
    odd = (ends_on - compute_term_end(starts_on, months)).days
    return months * DAYS_PER_MONTH + min(odd, DAYS_PER_MONTH)


def find_term_faults(
    starts_on: date, ends_on: date, others: Sequence[OtherInternship], most_months: int
) -> Iterable[Fault]:
    """Judge a term beside the person's other internships; never says where they are (J23, X14)."""
    if any(other.here for other in others):
        yield fault(Reason.INTERN_ALREADY_HERE)
        return
    if any(other.first <= ends_on and starts_on <= other.last for other in others):
        yield fault(Reason.TERM_OVERLAPS)
    taken = sum(last - first for other in others for first, last in other.slots)
    if taken + count_slots(starts_on, ends_on) > most_months * DAYS_PER_MONTH:
        yield fault(Reason.TERM_USED_UP, months=most_months)


def choose_free_slots(need: int, others: Sequence[OtherInternship]) -> list[SlotRange]:
    """Choose the lowest free slots, as many as are needed (J23)."""
    found: list[SlotRange] = []
    free = 0
    for first, last in sorted(span for other in others for span in other.slots):
        found += _cut_range(free, first, need)
        need -= max(0, min(first - free, need))
        free = max(free, last)
    return [*found, *_cut_range(free, free + need, need)]


def choose_kept_slots(need: int, slots: Sequence[SlotRange]) -> list[SlotRange]:
    """Keep the lowest of the slots that an internship has, as many as it still needs (J23)."""
    found: list[SlotRange] = []
    for first, last in sorted(slots):
        found += _cut_range(first, last, need)
        need -= min(last - first, need)
    return found


def _cut_range(first: int, last: int, need: int) -> list[SlotRange]:
    end = min(last, first + need)
    return [(first, end)] if first < end else []
