"""What history tells: of a change, of what changed since a decision, and to whom (X9)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from models import Role
from rules.kernel.field_name import get_field_name, select_visible_fields
from rules.kernel.identity import mask_name, shorten_mask
from rules.kernel.record_kind import Party
from rules.kernel.region import compute_code_range
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import TRANSITIONS

Changes = Mapping[str, str | Sequence[str]]

DECISION_ACTIONS = frozenset(
    way.action.value for way in TRANSITIONS if way.party is not Party.OWNER
)
"""What somebody other than the owner does; what changed is told since the last of them."""

REMARK_FIELDS = frozenset({"reason", "remarks", "note", "override_reason"})
"""What unit and officers tell each other: a person sees that it happened, not what they said."""


COUNTER_FIELD = "counter"
"""Under this name an entry keeps the office at whose counter the step was taken (X17)."""


class Subject(StrEnum):
    """What an entry of a timeline is about; the value is what history calls it. 事项类别"""

    UNIT = "Unit"
    DECLARATION = "Declaration"
    DECLARATION_STAFF = "DeclarationStaff"
    POST = "Post"
    INTERN = "Intern"
    MONTHLY_REPORT = "MonthlyReport"
    CLAIM = "Claim"
    CLAIM_LINE = "ClaimLine"
    BANK_ACCOUNT = "BankAccount"
    REDUCTION = "Reduction"
    CLAWBACK = "Clawback"
    PAYMENT = "Payment"
    CHANGE_REQUEST = "ChangeRequest"
    AMOUNT_DIFFERENCE = "AmountDifference"
    QUALIFICATION = "Qualification"
    TRAINING_CLASS = "TrainingClass"
    TRAINEE = "Trainee"
    COMPLETION = "Completion"
    ACCOUNT = "Account"
    ROSTER = "Roster"
    OBJECTION = "Objection"
    ACCOUNT_APPEAL = "AccountAppeal"
    PARAMETER = "Parameter"
    FUNCTION_GRANT = "FunctionGrant"
    DISBURSEMENT_BATCH = "DisbursementBatch"
    AUDIT_FINDING = "AuditFinding"
    CALENDAR_YEAR = "CalendarYear"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field's old and new value; a sealed one shows neither, an id is that of its row.

    Codes have labels, in the viewer's language.
    """

    field: str
    field_name: str
    before: str | None
    after: str | None
    before_label: str | None = None
    after_label: str | None = None


def parse_subject(record: str, *, viewer: Viewer) -> Subject:
    """Return what kind of record an entry is about."""
    return Subject(record)


def mask_reason(reason: str | None, *, viewer: Viewer) -> str | None:
    """Return the reason of a step, but not to a person: it is said between unit and office."""
    return None if viewer.role is Role.PERSON else reason


def list_changes(changes: Changes, *, viewer: Viewer) -> Sequence[FieldChange]:
    """List what a change did, field by field (X9)."""
    hidden = REMARK_FIELDS if viewer.role is Role.PERSON else frozenset()
    fields = [field for field in select_visible_fields(changes) if field not in hidden]
    return [_build_field_change(field, changes[field], viewer) for field in fields]


def mask_account_name(
    account_name: str, account_id: UUID | None, region: str, *, viewer: Viewer
) -> str:
    """Return who did something for an office; masked for who sees neither it nor below (X6, X10).

    What somebody did themselves, and what their office did, is told in full.
    """
    own = account_id is not None and account_id == viewer.account_id
    return account_name if own or is_office_seen(region, viewer) else mask_name(account_name)


def mask_step_name(
    account_name: str,
    account_id: UUID | None,
    holder_id: UUID | None,
    region: str,
    *,
    viewer: Viewer,
) -> str:
    """Return who took a step; whom a grant is about knows who gave or took it (S1)."""
    if holder_id is not None and holder_id == viewer.account_id:
        return account_name
    return mask_account_name(account_name, account_id, region, viewer=viewer)


def is_office_seen(region: str, viewer: Viewer) -> bool:
    """Return whether a viewer belongs to the office of a region, or to one above it (X10)."""
    if viewer.region is None or viewer.unit_id is not None or viewer.person_id is not None:
        return False
    low, high = compute_code_range(viewer.region)
    return low <= region <= high


def is_at_counter(changes: Changes, *, viewer: Viewer) -> bool:
    """Return whether an officer took the step at the counter, for the applicant (X17)."""
    return COUNTER_FIELD in changes


def list_changes_since_decision(
    entries: Iterable[tuple[str, Changes]], *, viewer: Viewer
) -> Sequence[FieldChange]:
    """Sum up what changed since the last decision, from actions and changes, oldest first (X9).

    A field that was changed and changed back is not told; nor is anything before any decision.
    """
    decided, since = False, dict[str, str | Sequence[str]]()
    for action, changes in entries:
        if action in DECISION_ACTIONS:
            decided, since = True, {}
        for field, pair in _drop_counter(changes):
            since[field] = _merge_changes(since.get(field, pair), pair)
    kept = {f: pair for f, pair in since.items() if isinstance(pair, str) or pair[0] != pair[1]}
    return list_changes(kept, viewer=viewer) if decided else []


def _drop_counter(changes: Changes) -> Iterable[tuple[str, str | Sequence[str]]]:
    return ((field, pair) for field, pair in changes.items() if field != COUNTER_FIELD)


def _merge_changes(first: str | Sequence[str], last: str | Sequence[str]) -> str | Sequence[str]:
    if isinstance(first, str) or isinstance(last, str):
        return last
    return [first[0], last[1]]


def _build_field_change(field: str, pair: str | Sequence[str], viewer: Viewer) -> FieldChange:
    before, after = (text and shorten_mask(text) for text in _split_change(pair))
    name = get_field_name(field, viewer.language)
    return FieldChange(field=field, field_name=name, before=before, after=after)


def _split_change(pair: str | Sequence[str]) -> tuple[str | None, str | None]:
    return (None, None) if isinstance(pair, str) else (pair[0], pair[1])
