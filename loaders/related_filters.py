"""Filters that look beside a row: at the row it points at, at those that point at it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Date, and_, bindparam, func, literal, not_, select

from loaders.filter import Columns, Filter, Operator
from loaders.key import parse_key
from loaders.statement import Relation, get_source_table, get_target_table, list_column_pairs
from models import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedFilter(Filter):
    """Narrow a list by a column of the row that each row points at, as far as the viewer sees it.

    A claim is found by its class's number, which is the class's to tell (S25).
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
class RecordFilter(Filter):
    """Narrow a list to the rows that point at one record, named by its global id.

    Whatever is no id of such a record narrows it to nothing, as an id of a hidden one does.
    """

    relation: Relation

    def build_condition(self, columns: Columns) -> ColumnElement[bool]:
        """Write the condition that the row points at the key."""
        return and_(
            *(
                columns[own.key] == bindparam(f"f_{self.name}_{far.key}", type_=far.type)
                for own, far in list_column_pairs(self.relation)
            )
        )

    def to_parameters(self, given: Any) -> dict[str, Any]:
        """Read the id as the key's parts."""
        table = get_target_table(self.relation)
        key = parse_key(given, table)
        names = [part.key for part in table.__table__.primary_key]
        parts = [None] * len(names) if key is None else key.parts
        known = dict(zip(names, parts, strict=True))
        pairs = list_column_pairs(self.relation)
        return {f"f_{self.name}_{far.key}": known[far.key] for _, far in pairs}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildFilter(Filter):
    """Narrow a list to rows at which a row points whose column is as wanted, seen by the viewer."""

    relation: Relation

    def build_condition(self, columns: Columns) -> ColumnElement[bool]:
        """Write the condition that there is such a row."""
        child: Any = get_source_table(self.relation).__table__.alias(self.name)
        met = [
            child.c[own.key] == columns[far.key] for own, far in list_column_pairs(self.relation)
        ]
        found = select(literal(1)).where(*met, Filter.build_condition(self, child.c))
        return found.correlate_except(child).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanFilter(Filter):
    """Narrow a list of approved records by a day and the days from `column` to the last.

    The last day is the first of `last` that there is. IS finds those that run on the day, AT_MOST
    those that had ended before it, AT_LEAST those that had not.
    """

    last: tuple[str, ...]

    def build_condition(self, columns: Columns) -> ColumnElement[bool]:
        """Write the condition that the day lies within, or after the last."""
        day = bindparam(f"f_{self.name}", type_=Date())
        last = func.coalesce(*(columns[name] for name in self.last))
        found = {
            Operator.IS: and_(columns[self.column] <= day, last >= day),
            Operator.AT_MOST: last < day,
            Operator.AT_LEAST: last >= day,
        }
        return and_(columns["status"] == Status.APPROVED, found[self.operator])


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
