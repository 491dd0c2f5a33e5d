"""A step of a walk: one request, told so that it can be sent again in a world made anew.

Records are named by the step that made them, never by their id: `Claim 12.1` is the first claim
that step 12 made, `Claim 0.1` the first that there was. In an input "@Claim 12.1" stands for its
global id, "#Claim 12.1" for the version that it has when the request is sent, and
"$Payment 12.1 reference" for one of its columns.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

TWICE = "TWICE"
"""Sent again with the same key, as whoever got no answer does (X12)."""

DIES = "DIES"
"""The database goes away in the middle; then it is sent again with the same key (X12)."""

CUT = "CUT"
"""Its connection is cut off once, and it has to be done all the same; then it is sent again."""


@dataclass(frozen=True)
class Promise:
    """Something that a record tells of what may be done to it, to be held against the outcome."""

    record: str
    action: str


@dataclass(frozen=True)
class Step:
    """Who sends what, and how. The clock and the worker are moved by nobody."""

    number: int
    who: str | None
    what: str
    given: Any
    promise: Promise | None = None
    manner: str | None = None
    behalf: str | None = None

    def __str__(self) -> str:
        """Tell it as a request."""
        at_counter = f" for {self.behalf}" if self.behalf else ""
        how = {
            TWICE: " (sent twice)",
            DIES: " (dies, sent again)",
            CUT: " (cut off once, sent again)",
        }.get(self.manner or "", "")
        return f"{self.number}. {self.who or 'anybody'}{at_counter}: {self.what} {self.given}{how}"

    def to_json(self) -> Mapping[str, Any]:
        """Write it as it is kept in a file."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def parse_step(kept: Mapping[str, Any]) -> Step:
    """Read a step that was kept."""
    promise = kept.get("promise")
    values = dict(kept) | {"promise": Promise(**promise) if promise else None}
    return Step(**{"who": None, "given": {}} | values)
