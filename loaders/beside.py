"""Filters that look beside a row: at the row it points at, or at what came after it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, ColumnElement, bindparam, literal, not_, select

from loaders.filter import Columns, Filter
from loaders.statement import Relation, pairs, target


@dataclass(frozen=True, slots=True)
class Through(Filter):
    """Narrow a list by a column of the row that each row points at, as far as the viewer sees it.

    A class is found by its enterprise's name, which is the enterprise's to tell (S22).
    """

    relation: Relation | None = None

    def condition(self, columns: Columns) -> ColumnElement[bool]:
        """Write the condition on the row pointed at."""
        if self.relation is None:
            raise TypeError(self.name)
        other: Any = target(self.relation).__table__.alias(self.name)
        met = [columns[own.key] == other.c[far.key] for own, far in pairs(self.relation)]
        found = select(literal(1)).where(*met, Filter.condition(self, other.c))
        return found.correlate_except(other).exists()


@dataclass(frozen=True, slots=True)
class Latest(Filter):
    """Narrow a list to the rows that no later one replaces; `column` counts, `of` tells of what.

    False narrows it to those that were replaced.
    """

    of: str = ""

    def condition(self, columns: Columns) -> ColumnElement[bool]:
        """Write the condition that there is, or is not, a row with a higher count."""
        table: Any = columns[self.column].table
        later = table.alias("later")
        after = later.c[self.column] > columns[self.column]
        same = later.c[self.of] == columns[self.of]
        replaced = select(literal(1)).where(same, after).correlate_except(later).exists()
        return not_(replaced) == bindparam(f"f_{self.name}", type_=Boolean())
