"""What a roster's faults and findings are called, for whoever reads them (S10, X3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules.kernel.finding import ToldFinding, told
from rules.kernel.refusal import Fault, Reason
from rules.kernel.viewer import Viewer
from rules.kernel.wording import message
from rules.rosters.roster_form import HEADINGS
from rules.rosters.roster_row import CellFault

Kept = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RosterFault:
    """What is wrong with a file as a whole, and what cures it."""

    reason: Reason
    message: str
    cure: str


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a cell, and what cures it."""

    cell: str
    column: str | None
    heading: str | None
    reason: Reason
    message: str
    cure: str


@dataclass(frozen=True, slots=True)
class RosterCell:
    """A cell as it stands in the file."""

    column: str
    heading: str
    text: str


def file_faults(faults: Sequence[Kept], *, viewer: Viewer) -> Sequence[RosterFault]:
    """Tell what is wrong with a file as a whole."""
    return [_of_file(Fault(Reason(f["reason"]), (), f["figures"]), viewer) for f in faults]


def _of_file(fault: Fault, viewer: Viewer) -> RosterFault:
    words = message(fault, viewer.language)
    return RosterFault(fault.reason, words.text, words.cure)


def row_faults(faults: Sequence[Kept], *, viewer: Viewer) -> Sequence[RowFault]:
    """Tell everything that is wrong with a row's cells."""
    return [_of_cell(CellFault.read(kept), viewer) for kept in faults]


def _of_cell(wrong: CellFault, viewer: Viewer) -> RowFault:
    words = message(wrong.fault, viewer.language)
    heading = HEADINGS.get(wrong.column or "")
    reason = wrong.fault.reason
    return RowFault(wrong.cell, wrong.column, heading, reason, words.text, words.cure)


def findings(kept: Sequence[Kept], *, viewer: Viewer) -> Sequence[ToldFinding]:
    """Tell what the risk controls found (X3)."""
    return [told(each, viewer.language) for each in kept]


def cells(values: Mapping[str, str], *, viewer: Viewer) -> Sequence[RosterCell]:
    """Tell the cells that say nothing of who it is, in the order of the template."""
    return [RosterCell(key, h, values[key]) for key, h in HEADINGS.items() if key in values]
