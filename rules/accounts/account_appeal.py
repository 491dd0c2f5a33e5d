"""Account appeals 账号申诉: who settles them, and how access is given back (J2)."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from models import AppealKind, AppealStatus
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.term import NO_ACTIONS_TEXT
from rules.kernel.text import read_text
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import PossibleAction, describe_action

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter in it is taken for a digit when it is read out on the telephone."""

APPEAL_NUMBER_LENGTH, RESET_CODE_LENGTH, CODE_GROUP_LENGTH = 20, 12, 4
_MISREAD = str.maketrans("OIL", "011")

ACCESS_RESTORED_STATUSES = (AppealStatus.RESTORED, AppealStatus.CORRECTED)


def format_code(raw: bytes, length: int) -> str:
    """Write the first bits of a secret as text that can be read out: 7K2M-0XQ4."""
    number = int.from_bytes(raw)
    letters = "".join(CODE_ALPHABET[(number >> (5 * n)) & 31] for n in range(length))
    return "-".join(letters[n : n + CODE_GROUP_LENGTH] for n in range(0, length, CODE_GROUP_LENGTH))


def parse_code(text: str, length: int) -> str | None:
    """Read such a text however it was typed, and give it as it was written; None for any other."""
    if len(text) > 4 * length:
        return None
    letters = re.sub(r"[\s-]", "", read_text(text)).upper().translate(_MISREAD)
    if len(letters) != length or not set(letters) <= set(CODE_ALPHABET):
        return None
    return "-".join(letters[n : n + CODE_GROUP_LENGTH] for n in range(0, length, CODE_GROUP_LENGTH))


def find_settlement_fault(status: AppealStatus) -> Fault | None:
    """Return why an appeal can't be settled; None where it can (J2)."""
    if status is AppealStatus.LODGED:
        return None
    return fault(Reason.WRONG_STATUS, status=status, possible=NO_ACTIONS_TEXT)


def find_correction_fault(status: AppealStatus, credit_code: str | None) -> Fault | None:
    """Return why no holder can be corrected: only a unit's account has one (J2)."""
    if credit_code is None:
        return fault(Reason.APPEAL_OF_PERSON)
    return find_settlement_fault(status)


def find_trouble_faults(trouble: AppealKind) -> Iterable[Fault]:
    """Refuse to say that a person's own account has another holder (J2)."""
    if trouble is AppealKind.HOLDER_CHANGED:
        yield fault(Reason.APPEAL_OF_PERSON, "trouble")


def list_possible_actions(
    status: AppealStatus, credit_code: str | None, *, viewer: Viewer
) -> Sequence[PossibleAction]:
    """List what may be done to an appeal: an officer settles it (J2, X4)."""
    if Function.SETTLE_APPEALS not in viewer.functions:
        return []
    barred = find_settlement_fault(status)
    faults = {
        Action.RESTORE_ACCESS: barred,
        Action.CORRECT_HOLDER: find_correction_fault(status, credit_code),
        Action.REFUSE: barred,
    }
    return [describe_action(action, why, viewer) for action, why in faults.items()]


def find_recovery_fault(
    status: AppealStatus,
    settled_at: datetime | None,
    recovered_at: datetime | None,
    life: timedelta,
    now: datetime,
) -> Fault | None:
    """Return why an appeal gives no access, or no more; None where it does (J2)."""
    if status not in ACCESS_RESTORED_STATUSES or settled_at is None:
        return fault(Reason.RESET_CODE_WRONG, "code")
    if recovered_at is not None:
        return fault(Reason.RESET_CODE_USED, "code")
    if settled_at + life <= now:
        return fault(Reason.RESET_CODE_EXPIRED, "code")
    return None
