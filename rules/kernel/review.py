"""Many records decided on at once: each is told what came of it (X1, X2, X12)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from models import Status
from rules.kernel.action import Action
from rules.kernel.input_check import find_list_faults
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Fault, Path, Reason, fault
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import find_action_fault, is_reason_required


@dataclass(frozen=True, slots=True)
class ReviewOutcome:
    """What came of one record: the record where there is one, and why it did not move."""

    record: object | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class LockedRecord:
    """How a record stands while it is held."""

    status: Status
    submitted_by: UUID | None
    version: int
    barred: Collection[UUID] = ()


def find_choice_faults(
    ids: Sequence[str], reasons: Sequence[str | None], action: Action, most: int
) -> Iterable[Fault]:
    """Refuse a choice that is empty, too long or double, or that lacks its reasons."""
    yield from find_list_faults([*ids], most, ("records",))
    if is_reason_required(action):
        lacking = [n for n, reason in enumerate(reasons) if reason is None]
        yield from (fault(Reason.REASON_MISSING, "records", n, "reason") for n in lacking)


def find_review_fault(
    kind: RecordKind,
    action: Action,
    found: LockedRecord | None,
    version: int | None,
    viewer: Viewer,
) -> Fault | None:
    """Return why a record can't move, before its own rule is asked (X1, X2, X12)."""
    if found is None:
        return fault(Reason.NOT_FOUND)
    if version is not None and found.version != version:
        return fault(Reason.STALE_VERSION, current=found.version)
    state = found.status, found.submitted_by
    return find_action_fault(kind, action, *state, viewer, found.barred)


def list_record_paths(count: int) -> Sequence[Path]:
    """Return where the faults of each of so many records are told; those of an only one, in it."""
    return [("records", n) for n in range(count)] if count > 1 else [()]


def split_faults_by_record(faults: Iterable[Fault], count: int) -> dict[int, tuple[Fault, ...]]:
    """Return each record's faults, by its place; nothing where one is not about a record."""
    found: dict[int, tuple[Fault, ...]] = {}
    for each in faults:
        match each.path:
            case ("records", int(n), *rest) if n < count:
                found[n] = (*found.get(n, ()), each.moved_to(*rest))
            case _:
                return {}
    return found


def prefix_input_path(faults: Iterable[Fault], path: Path) -> tuple[Fault, ...]:
    """Return the place of a record's faults as the client wrote it."""
    at: Path = ("input", *path)
    return tuple(each.at(*at) for each in faults)
