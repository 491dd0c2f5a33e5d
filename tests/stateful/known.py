"""Violations that are known and not yet mended: a pattern of each, and its rule's number.

Each has a sequence in `sequences/` that shows it. Once that no longer breaks anything its entry
goes; the sequence stays, and proves from then on that it is mended.
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase

KNOWN: Mapping[str, str] = {
    "I1 paid on a day before its batch": "X8: a payment's day lies between batch and answer",
    "I1 paid by an amount that is none": "X8",
    "I1 a second debit is taken for the first": "X8: another serial number is a fault",
    "I2 paid after *": "X15: who was struck, upheld against or failed stays out",
    "I3 the place of a paid trainee is free": "S33: freed by the clawback alone",
    "I4 decides on what it drafted: *": "X2: who drafts at the counter does not review",
    "I5 all lines at rest, *": "X15: a claim closes when its lines are at rest",
    "I5 no history of *": "X9: batches, parameters, objections and grants have theirs",
    "I5 the reviewer is overwritten by *": "X9: publicity and payment have a person of their own",
    "I6 allowed but refused: *": "X4",
    "I6 not allowed but done: *": "X4",
    "I6 refused for another reason: *": "X4",
    "I7 the same key did it twice: lodgeObjection: objection": "X12: strangers send no key",
}


def is_known(key: str) -> bool:
    """Tell whether a violation is of a kind that is known."""
    return any(fnmatchcase(key, pattern) for pattern in KNOWN)
