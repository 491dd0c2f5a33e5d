"""Filters that look beside a row: at the row it points at, or at what came after it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, ColumnElement, bindparam, literal, not_, select

from loaders.filter import Columns, Filter
from loaders.statement import Relation, get_target_table, list_column_pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedFilter(Filter):
    """Narrow a list by a column of the row that each row points at, as far as the viewer sees it.

    A class is found by its enterprise's name, which is the enterprise's to tell (S22).
    """

    relation: Relation

    def build_condition(self, columns: Columns) -> ColumnElement[bool]:
        """Write the condition on the row pointed at."""
        other: Any = get_target_table(self.relation).__table__.alias(self.name)
        met = [
            columns[own.key] == other.c[far.key] for own, far in list_column_pairs(self.relation)
        ]
        found = select(literal(1)).where(*met, Filter.build_condition(self, other.c))
        return found.correlate_except(other).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestFilter(Filter):
    """Narrow a list to the rows that no later one replaces; `column` counts, `of` tells of what.

    False narrows it to those that were replaced.
    """

    of: str

    def build_condition(self, columns: Columns) -> ColumnElement[bool]:
        """Write the condition that there is, or is not, a row with a higher count."""
        table: Any = columns[self.column].table
        later = table.alias("later")
        after = later.c[self.column] > columns[self.column]
        same = later.c[self.of] == columns[self.of]
        replaced = select(literal(1)).where(same, after).correlate_except(later).exists()
        return not_(replaced) == bindparam(f"f_{self.name}", type_=Boolean())
