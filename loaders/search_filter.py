"""Filters by a part of a name: an index finds the names, below row-level security (ADR 0102)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    bindparam,
    column,
    func,
    literal_column,
    not_,
    select,
    tuple_,
)

from loaders.filter import Columns, Filter, Operator
from models import Base
from rules.kernel.text import split_search_words

ONE: ColumnElement[int] = literal_column("1")
DECISIVE = frozenset({Operator.IS, Operator.WITHIN})
BEYOND_ALL = "\U0010ffff"
"""The last code point there is; no name has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFilter(Filter):
    """Narrow a list to rows whose name, or that of a row they point at, has all words of a text.

    `parts` holds what names end with from each character on. `keys` says which of its columns
    equals which column of the list. `shares_region` says that a row always lies in the region of
    what has the name.
    """

    parts: type[Base]
    keys: tuple[tuple[str, str], ...]
    shares_region: bool = True

    def build_condition(self, columns: Columns) -> ColumnElement[bool]:
        """Write the condition that the row is one of those whose name is found."""
        own = [columns[name] for name, _ in self.keys]
        left: Any = own[0] if len(own) == 1 else tuple_(*own)
        found: ColumnElement[bool] = left.in_(self.select_keys())
        return found

    def select_keys(self, narrowed: Iterable[Filter] = ()) -> Select[Any]:
        """Find the keys of what has such a name, some of them more than once.

        What a list is `narrowed` by narrows them as well where keys or the region decide it.
        """
        parts: Any = self.parts.__table__.alias(f"{self.name}_part")
        known: Any = {own: parts.c[far] for own, far in self.keys}
        keys = list(known.values())
        known |= {"region": parts.c.region} if self.shares_region else {}
        head: Any = bindparam(f"f_{self.name}", type_=String())
        words: Any = bindparam(f"f_{self.name}_words", type_=ARRAY(String()))
        others = func.unnest(words).table_valued(column("word", String()))
        each_word = others.render_derived(f"{self.name}_words")
        lacking = (
            select(ONE).select_from(each_word).where(not_(self._has_part(parts, each_word.c.word)))
        )
        lacking = lacking.correlate_except(each_word)
        within: list[ColumnElement[bool]] = [
            each.build_condition(known)
            for each in narrowed
            if type(each) is Filter and each.column in known and each.operator in DECISIVE
        ]
        end = bindparam(f"f_{self.name}_end", type_=String())
        return select(*keys).where(
            parts.c.part >= head, parts.c.part < end, *within, not_(lacking.exists())
        )

    def _has_part(self, parts: Any, word: Any) -> ColumnElement[bool]:
        other: FromClause = self.parts.__table__.alias(f"{self.name}_other")
        same = (other.c[far] == parts.c[far] for _, far in self.keys)
        begins = and_(
            other.c.part >= word, other.c.part < word.op("||")(literal_column(f"'{BEYOND_ALL}'"))
        )
        return select(ONE).where(*same, begins).correlate_except(other).exists()

    def to_parameters(self, given: Any) -> dict[str, Any]:
        """Spell the longest word as a range of parts, and the others as they are."""
        head, *others = split_search_words(given)
        name = f"f_{self.name}"
        return {name: head, f"{name}_end": head + BEYOND_ALL, f"{name}_words": others}
