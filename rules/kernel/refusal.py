"""How a rule says no: a stable reason and figures, never personal data."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from rules.kernel.reason import Reason as Reason  # noqa: PLC0414 - whoever refuses needs it too

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an input, and where."""

    reason: Reason
    path: Path = ()
    figures: Mapping[str, str] = field(default_factory=dict)

    def at(self, *path: str | int) -> "Fault":
        """Return the fault as it stands in what lies around it: the path goes before its own."""
        return Fault(self.reason, (*path, *self.path), self.figures)

    def moved_to(self, *path: str | int) -> "Fault":
        """Return the fault at another place, in an input that has not the one it was found in."""
        return Fault(self.reason, path, self.figures)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What an input scalar hands on instead of raising: the value itself is not kept."""

    reason: Reason


def is_readable(value: object) -> bool:
    """Return whether an input scalar could read what it was given."""
    return not isinstance(value, Unreadable)


class RuleError(Exception):
    """A rule said no: an expected outcome, not a fault of the program."""


class Refusal(RuleError):
    """One rule refuses what was asked."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


class InvalidInput(RuleError):
    """An input has faults; all of them are told at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(", ".join(fault.reason for fault in self.faults))


class StaleVersion(RuleError):
    """A change was made against a version that is no longer the record's (X12)."""

    def __init__(self, current: int, path: Path = ()) -> None:
        super().__init__(Reason.STALE_VERSION)
        self.current = current
        self.path = path


def refuse_if(faults: Iterable[Fault]) -> None:
    """Raise all faults at once, if there are any."""
    found = tuple(faults)
    if found:
        raise InvalidInput(found)


def build_refusal(reason: Reason, *path: str | int, **figures: object) -> Refusal:
    """Build the refusal of one rule."""
    return Refusal(Fault(reason, path, {name: str(value) for name, value in figures.items()}))


def fault(reason: Reason, *path: str | int, **figures: object) -> Fault:
    """Build one fault."""
    return Fault(reason, path, {name: str(value) for name, value in figures.items()})


@contextmanager
def prefix_fault_paths(*path: str | int) -> Iterator[None]:
    """Raise what is refused inside with its place in what lies around it."""
    with move_fault_paths(lambda inner: (*path, *inner)):
        yield


@contextmanager
def move_fault_paths(move: Callable[[Path], Path]) -> Iterator[None]:
    """Raise what is refused inside at another place."""
    try:
        yield
    except Refusal as no:
        raise Refusal(no.fault.moved_to(*move(no.fault.path))) from no
    except InvalidInput as no:
        raise InvalidInput(fault.moved_to(*move(fault.path)) for fault in no.faults) from no
    except StaleVersion as no:
        raise StaleVersion(no.current, move(no.path)) from no
