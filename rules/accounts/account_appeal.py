"""Account appeals 账号申诉: who settles them, and how access is given back (J2)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

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

UNSETTLED_STATUSES = (AppealStatus.LODGED, AppealStatus.PROPOSED)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealState:
    """How far an appeal has come: who lodged it as an account, and who proposed what since when."""

    status: AppealStatus
    credit_code: str | None
    lodged_by: UUID | None = None
    proposed_by: UUID | None = None
    proposed_as: str | None = None
    opens_on: date | None = None


def find_settlement_fault(
    appeal: AppealState, action: Action, today: date, viewer: Viewer
) -> Fault | None:
    """Return why a viewer can't settle an appeal in a way; None where they can (J2, X2, X18).

    Who lodged or proposed it gives nothing back; who does, does what was proposed, and not before
    the holder had time to stop it. Anybody may refuse it.
    """
    if action is Action.CORRECT_HOLDER and appeal.credit_code is None:
        return fault(Reason.APPEAL_OF_PERSON)  # only a unit's account has a holder
    if appeal.status not in UNSETTLED_STATUSES or action is Action.REFUSE:
        return find_open_fault(appeal.status)
    if viewer.is_one_of(appeal.lodged_by, appeal.proposed_by):
        return fault(Reason.FOUR_EYES)
    if appeal.status is AppealStatus.LODGED:
        return None
    if appeal.proposed_as != action:
        return fault(Reason.RECOVERY_DIFFERS)
    waits = appeal.opens_on is not None and today < appeal.opens_on
    return fault(Reason.RECOVERY_WAITS, until=appeal.opens_on) if waits else None


def find_open_fault(status: AppealStatus) -> Fault | None:
    """Return that an appeal is settled, so that it is refused no more and takes no evidence."""
    if status in UNSETTLED_STATUSES:
        return None
    return fault(Reason.WRONG_STATUS, status=status, possible=NO_ACTIONS_TEXT)


def find_stopping_fault(status: AppealStatus, *, verified: bool) -> Fault | None:
    """Return why a holder can't stop a recovery; None where they can (X18).

    Who registered a unit that no office has verified yet holds nothing that could be taken.
    """
    if status is not AppealStatus.PROPOSED:
        return fault(Reason.WRONG_STATUS, status=status, possible=NO_ACTIONS_TEXT)
    return None if verified else fault(Reason.UNIT_UNVERIFIED)


def add_barred_settlers(
    kept: Sequence[Mapping[str, str]], settlers: Iterable[UUID], until: date, today: date
) -> list[Mapping[str, str]]:
    """Add who gave an account back to those who don't review what the unit files (X2)."""
    new = {str(each): until.isoformat() for each in settlers}
    still = [each for each in kept if each["until"] >= today.isoformat()]
    others = [each for each in still if each["account"] not in new]
    return [*others, *({"account": account, "until": day} for account, day in new.items())]


def list_barred_settlers(kept: Sequence[Mapping[str, str]], today: date) -> list[UUID]:
    """List who gave one of a unit's accounts back so lately that they don't review it (X2)."""
    return [UUID(each["account"]) for each in kept if each["until"] >= today.isoformat()]


def find_trouble_faults(trouble: AppealKind) -> Iterable[Fault]:
    """Refuse to say that a person's own account has another holder (J2)."""
    if trouble is AppealKind.HOLDER_CHANGED:
        yield fault(Reason.APPEAL_OF_PERSON, "trouble")


def list_possible_actions(
    appeal: AppealState, today: date, viewer: Viewer
) -> Sequence[PossibleAction]:
    """List what may be done to an appeal: two officers settle it (J2, X2, X4)."""
    if Function.SETTLE_APPEALS not in viewer.functions:
        return []
    return [
        describe_action(action, find_settlement_fault(appeal, action, today, viewer), viewer)
        for action in (Action.RESTORE_ACCESS, Action.CORRECT_HOLDER, Action.REFUSE)
    ]


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
