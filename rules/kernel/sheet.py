"""What nobody sees of a sheet, or what stands on another: refused by name, never left out (X13)."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from rules.kernel.refusal import Fault, Reason, fault


@dataclass(frozen=True, slots=True)
class SheetView:
    """What of a workbook whoever opens it may not see: rows and columns are counted from 1.

    Only what holds something is told; of many rows or columns the first few are named.
    """

    name: str
    hidden: bool = False
    others: Sequence[str] = ()
    hidden_rows: Sequence[int] = ()
    hidden_row_count: int = 0
    hidden_columns: Sequence[int] = ()
    filtered: bool = False


def find_view_faults(view: SheetView, aside: Collection[str] = ()) -> Iterator[Fault]:
    """Name what is hidden, and other sheets that hold something; some are known to be no data."""
    beside = [name for name in view.others if name not in aside]
    if beside:
        yield fault(Reason.SHEETS_BESIDE, sheet=view.name, others="、".join(beside))
    if view.hidden:
        yield fault(Reason.SHEET_HIDDEN, sheet=view.name)
    if view.hidden_row_count:
        named = "、".join(map(str, view.hidden_rows))
        more = view.hidden_row_count > len(view.hidden_rows)
        rows = f"{named}…" if more else named
        why = Reason.ROWS_FILTERED if view.filtered else Reason.ROWS_HIDDEN
        yield fault(why, sheet=view.name, rows=rows, count=view.hidden_row_count)
    if view.hidden_columns:
        columns = "、".join(format_column_letters(n - 1) for n in view.hidden_columns)
        yield fault(Reason.COLUMNS_HIDDEN, sheet=view.name, columns=columns)


def format_column_letters(place: int) -> str:
    """Name a column as Excel does; the first place is 0."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name
