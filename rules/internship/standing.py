"""What may be done to records of internships as those around them stand (J10, J14, J19, X16, X4).

Possible actions and the mutations ask the same functions, so that what is told is what happens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from models import ChangeableKind, Status
from rules.kernel.action import Action
from rules.kernel.parameter import MissingParameter, Policy
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import find_action_fault, find_reservation_fault

CLAIMABLE_DAYS_KEY = "declaration.claimable_days_after_end"
_UNTIL_IT_ENDS = {Action.REDUCE, Action.REQUEST_CHANGE, Action.REVOKE}


@dataclass(frozen=True, slots=True)
class DeclarationInForce:
    """A unit's declaration in a region that is approved, or was until it ended."""

    region: str
    ended_on: date | None


def parse_declaration(text: str | None) -> DeclarationInForce | None:
    """Read how a unit's declaration stands: its region, and its end once it has one."""
    if text is None:
        return None
    region, _, day = text.partition(" ")
    return DeclarationInForce(region, date.fromisoformat(day) if day else None)


def has_ended(found: DeclarationInForce | None) -> bool:
    """Return whether a unit's declaration has ended, so that figures of policy count (X19)."""
    return found is not None and found.ended_on is not None


def parse_day(text: str | None) -> date | None:
    """Read a day as it is told in one text."""
    return date.fromisoformat(text) if text else None


class InternTies(NamedTuple):
    """Whether an intern is to be reduced, is to be changed, and is claimed for."""

    reduced: bool
    changing: bool
    held: bool


def parse_ties(text: str) -> InternTies:
    """Read them as they are told in one text, a letter each."""
    return InternTies(*(letter == "t" for letter in text))


class RequestTies(NamedTuple):
    """Whether the intern of a request has ended, and whether it lacks proof of a unit's name."""

    intern_ended: bool
    name_unproven: bool


def parse_request_ties(text: str) -> RequestTies:
    """Read them as they are told in one text, a letter each."""
    return RequestTies(*(letter == "t" for letter in text))


def find_declaration_fault(found: DeclarationInForce | None) -> Fault | None:
    """Return why nothing new is filed under a unit's declaration (J10, J14, X19)."""
    if found is None:
        return fault(Reason.DECLARATION_NOT_APPROVED)
    if found.ended_on is not None:
        return fault(Reason.DECLARATION_ENDED, date=found.ended_on)
    return None


def find_claiming_fault(
    found: DeclarationInForce | None, policy: Policy, today: date
) -> Fault | None:
    """Return why nothing is reported or claimed under a unit's declaration (J24, J29, X19).

    Earlier months stay reportable and claimable for some days after its end, and no longer.
    """
    if found is None:
        return fault(Reason.DECLARATION_NOT_APPROVED)
    if found.ended_on is None:
        return None
    try:
        days = policy.get_integer(CLAIMABLE_DAYS_KEY, found.region, found.ended_on)
    except MissingParameter as no:
        return fault(Reason.PARAMETER_MISSING, key=no.key, region=no.region, date=no.on)
    last = found.ended_on + timedelta(days=days)
    return fault(Reason.CLAIM_TOO_LATE, until=last) if today > last else None


def choose_declaration(
    known: Sequence[DeclarationInForce], starts_on: date
) -> DeclarationInForce | None:
    """Choose under which of a unit's declarations an internship runs (X19, ADR 0080).

    An end ends all that had begun by then: so it is the first that ended after the start, or else
    the one that is approved.
    """
    ended = [each for each in known if each.ended_on is not None and starts_on <= each.ended_on]
    lasting = (each for each in known if each.ended_on is None)
    return min(ended, key=lambda each: each.ended_on or starts_on, default=next(lasting, None))


def find_closing_fault(
    known: Sequence[DeclarationInForce], starts_on: date, policy: Policy, today: date
) -> Fault | None:
    """Return why an internship's months can be reported and claimed no more (X19, ADR 0080).

    Its own declaration's end decides: another declaration opens no month that is closed.
    """
    under = choose_declaration(known, starts_on)
    return find_claiming_fault(under, policy, today) if has_ended(under) else None


def compute_first_start(approved_on: date, ends: Sequence[date]) -> date | None:
    """Compute the first day on which an internship may begin after earlier declarations ended.

    None where none has ended (J7, X19).
    """
    return max(approved_on, max(ends) + timedelta(days=1)) if ends else None


def find_start_fault(starts_on: date, first: date | None) -> Fault | None:
    """Return why an internship can't begin: its unit had no declaration on that day (X19)."""
    early = first is not None and starts_on < first
    return fault(Reason.STARTS_UNDECLARED, "startsOn", first=first) if early else None


def find_post_fault(
    action: Action, declared: DeclarationInForce | None, changing: bool, *, viewer: Viewer
) -> Fault | None:
    """Return why a post can't be filed or changed as its unit stands (J10, X16)."""
    if action in {Action.CHANGE, Action.SUBMIT, Action.REQUEST_CHANGE} and (
        barred := find_declaration_fault(declared)
    ):
        return barred
    return find_pending_fault(action, changing)


def find_declaring_fault(
    action: Action, changing: bool, waiting: int, *, viewer: Viewer
) -> Fault | None:
    """Return why a declaration can't be changed or ended: what waits comes first (X16, X19)."""
    if action is Action.END and waiting:
        return fault(Reason.REDUCTION_PENDING, count=waiting)
    return find_pending_fault(action, changing)


def find_pending_fault(action: Action, changing: bool) -> Fault | None:
    """Return why no change can be asked for: one is asked for already (X16)."""
    asking = action is Action.REQUEST_CHANGE
    return fault(Reason.CHANGE_PENDING) if asking and changing else None


def find_ended_fault(action: Action, ended_on: date | None) -> Fault | None:
    """Return why an intern whose internship has ended is not reduced, changed or revoked (J19)."""
    ended = ended_on is not None and action in _UNTIL_IT_ENDS
    return fault(Reason.INTERN_ENDED) if ended else None


def find_intern_fault(
    action: Action,
    ended_on: date | None,
    declared: DeclarationInForce | None,
    post_approved: bool,
    ties: InternTies,
    first_start: date | None = None,
    *,
    viewer: Viewer,
) -> Fault | None:
    """Return why something can't be done to an intern as the records around it stand.

    `first_start` is the day before which the internship began too early (X19).
    An ended one is history (J19); there is one reduction (J23), and one change (X16); what a
    claim's line holds is neither withdrawn nor refused (J38).
    """
    if ended := find_ended_fault(action, ended_on):
        return ended
    judged = action in {Action.SUBMIT, Action.APPROVE}
    filed = judged or action in {Action.CHANGE, Action.REQUEST_CHANGE}
    if filed and (barred := find_declaration_fault(declared)):
        return barred
    if judged and (not post_approved or first_start is not None):
        undeclared = fault(Reason.STARTS_UNDECLARED, first=first_start)
        return undeclared if post_approved else fault(Reason.POST_NOT_APPROVED)
    if action is Action.REDUCE and ties.reduced:
        return fault(Reason.REDUCTION_EXISTS)
    if action in {Action.WITHDRAW, Action.REFUSE} and ties.held:
        return fault(Reason.REPORT_HELD)
    return find_pending_fault(action, ties.changing)


def find_reducing_fault(status: Status, ended_on: date | None, viewer: Viewer) -> Fault | None:
    """Return why an intern can't be reduced, whether by a new reduction or one there is (J19)."""
    kind, action = RecordKind.INTERN, Action.REDUCE
    return find_action_fault(kind, action, status, None, viewer) or find_ended_fault(
        action, ended_on
    )


def find_reduction_fault(
    action: Action,
    intern_status: str,
    intern_ended: bool,
    declared: DeclarationInForce | None,
    claimed: bool,
    *,
    viewer: Viewer,
) -> Fault | None:
    """Return why a reduction can't be filed, decided on or revoked as its intern stands (J19, J23).

    A mentoring claim stands on the end: it is not taken back under it (J34, X15).
    """
    if action in {Action.CHANGE, Action.SUBMIT, Action.APPROVE}:
        ended_on = date.max if intern_ended else None
        return find_reducing_fault(Status(intern_status), ended_on, viewer)
    if action is not Action.REVOKE:
        return None
    if barred := find_declaration_fault(declared):
        return barred
    return fault(Reason.END_CLAIMED) if claimed else None


def find_requested_fault(
    action: Action,
    record: ChangeableKind,
    status: str | None,
    submitted_by: UUID | None,
    ties: RequestTies,
    declared: DeclarationInForce | None,
    *,
    viewer: Viewer,
) -> Fault | None:
    """Return why a request can't be filed or approved as its record stands (X16, X19).

    Another name of the unit takes a document before it is submitted (J7).
    """
    if action is Action.SUBMIT and ties.name_unproven:
        return fault(Reason.RENAME_UNPROVEN)
    if action not in {Action.CHANGE, Action.SUBMIT, Action.APPROVE} or status is None:
        return None
    asked = RecordKind(record), Action.REQUEST_CHANGE, Status(status), submitted_by
    barred = find_action_fault(*asked, viewer)
    if barred is None and ties.intern_ended:
        barred = fault(Reason.INTERN_ENDED)
    if barred is None and record is not ChangeableKind.DECLARATION:
        barred = find_declaration_fault(declared)
    return barred


def find_report_fault(
    action: Action,
    held_by: UUID | None,
    clawed_back: bool,
    undeclared: Fault | None,
    intern_status: str,
    *,
    viewer: Viewer,
) -> Fault | None:
    """Return why a report can't be changed or sent as its intern and unit stand (J24, J38).

    `undeclared` is why nothing is reported under the unit's declaration.
    """
    if held := find_reservation_fault(action, held_by, clawed_back):
        return held
    if action not in {Action.CHANGE, Action.SUBMIT}:
        return None
    if undeclared is not None:
        return undeclared
    approved = Status(intern_status) is Status.APPROVED
    return None if approved else fault(Reason.INTERN_NOT_APPROVED)
