"""What a roster's faults and findings are called, for whoever reads them (S10, X3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules.kernel.finding import DescribedFinding, describe_finding
from rules.kernel.refusal import Fault, Reason
from rules.kernel.viewer import Viewer
from rules.kernel.wording import format_fault
from rules.rosters.roster_form import map_column_headings
from rules.rosters.roster_row import CellFault

StoredJson = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RosterFault:
    """What is wrong with a file as a whole, and what cures it."""

    reason: Reason
    message: str
    cure: str


@dataclass(frozen=True, slots=True, kw_only=True)
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


def describe_file_faults(faults: Sequence[StoredJson], *, viewer: Viewer) -> Sequence[RosterFault]:
    """Return what is wrong with a file as a whole."""
    return [
        _describe_file_fault(Fault(Reason(f["reason"]), (), f["figures"]), viewer) for f in faults
    ]


def _describe_file_fault(fault: Fault, viewer: Viewer) -> RosterFault:
    words = format_fault(fault, viewer.language)
    return RosterFault(fault.reason, words.text, words.cure)


def describe_row_faults(faults: Sequence[StoredJson], *, viewer: Viewer) -> Sequence[RowFault]:
    """Return everything that is wrong with a row's cells."""
    return [_describe_cell_fault(CellFault.from_json(kept), viewer) for kept in faults]


def _describe_cell_fault(wrong: CellFault, viewer: Viewer) -> RowFault:
    words = format_fault(wrong.fault, viewer.language)
    heading = map_column_headings().get(wrong.column or "")
    reason = wrong.fault.reason
    return RowFault(
        cell=wrong.cell,
        column=wrong.column,
        heading=heading,
        reason=reason,
        message=words.text,
        cure=words.cure,
    )


def describe_findings(kept: Sequence[StoredJson], *, viewer: Viewer) -> Sequence[DescribedFinding]:
    """Return what the risk controls found (X3)."""
    return [describe_finding(each, viewer.language) for each in kept]


def describe_cells(values: Mapping[str, str], *, viewer: Viewer) -> Sequence[RosterCell]:
    """Return the cells that say nothing of who it is, in the order of the template."""
    headings = map_column_headings()
    return [RosterCell(key, h, values[key]) for key, h in headings.items() if key in values]
