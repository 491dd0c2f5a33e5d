"""What an invariant of section 6 of the rulebook does not allow, where it was seen."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Violation:
    """`fingerprint` tells one kind of fault from another, whatever the records."""

    invariant: int
    fingerprint: str
    detail: str = ""

    @property
    def key(self) -> str:
        """Name the kind of fault."""
        return f"I{self.invariant} {self.fingerprint}"
