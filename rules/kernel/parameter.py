"""Policy parameters: which one counts in a region on a day, and which ones were used (X6, X21)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from rules.kernel.parameter_key import (
    PARAMETER_KEYS,
    CappedShare,
    DayCount,
    IntegerRange,
    NameList,
    Period,
    has_category,
    parse_value,
)
from rules.kernel.refusal import Unreadable
from rules.kernel.region import list_ancestors

__all__ = [
    "PARAMETER_KEYS",
    "Json",
    "MissingParameter",
    "Parameter",
    "Policy",
    "UsedParameter",
    "find_parameter_in_force",
    "has_category",
    "parse_value",
]

Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]
T = TypeVar("T")


# Made by position from rows of the database, whose columns are selected in this order.
@dataclass(frozen=True, slots=True)
class Parameter:
    """An approved figure of policy, where and from when to when it holds. 政策参数"""

    id: UUID
    key: str
    region: str
    category: str | None
    value: str
    unit: str
    effective_from: date
    effective_to: date | None
    source: str
    confirmed: bool
    approved_at: datetime

    def is_in_force_on(self, day: date) -> bool:
        """Return whether a day is between the first and the last one, both included (X6)."""
        return self.effective_from <= day and (
            self.effective_to is None or day <= self.effective_to
        )

    def to_citation(self) -> dict[str, Json]:
        """Return what an explanation names of a parameter (X5)."""
        return {
            "id": str(self.id),
            "key": self.key,
            "region": self.region,
            "category": self.category,
            "value": self.value,
            "unit": self.unit,
            "effectiveFrom": self.effective_from.isoformat(),
            "effectiveTo": self.effective_to.isoformat() if self.effective_to else None,
            "source": self.source,
            "confirmed": self.confirmed,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedParameter:
    """A policy parameter as it stood when an amount was computed (X6)."""

    key: str
    region: str
    category: str | None
    value: str
    unit: str
    effective_from: date
    effective_to: date | None
    source: str
    confirmed: bool

    @classmethod
    def from_citation(cls, cited: Mapping[str, Any]) -> "UsedParameter":
        """Read what `Parameter.cited` put down."""
        last = cited["effectiveTo"]
        return cls(
            key=cited["key"],
            region=cited["region"],
            category=cited["category"],
            value=cited["value"],
            unit=cited["unit"],
            effective_from=date.fromisoformat(cited["effectiveFrom"]),
            effective_to=date.fromisoformat(last) if last else None,
            source=cited["source"],
            confirmed=cited["confirmed"],
        )


class MissingParameter(Exception):
    """No parameter of this key holds in this region on this day (X6)."""

    def __init__(self, key: str, region: str, on: date, category: str | None = None) -> None:
        super().__init__(f"no parameter {key} for {region} on {on} ({category or 'any category'})")
        self.key = key
        self.region = region
        self.on = on
        self.category = category


def find_parameter_in_force(
    parameters: Iterable[Parameter],
    key: str,
    region: str,
    on: date,
    category: str | None = None,
) -> Parameter | None:
    """Find the parameter that counts (X6).

    The most specific region wins, then the category's own over the one for all, then the latest
    in force, then the latest approved.
    """
    above = list_ancestors(region)

    def weight(parameter: Parameter) -> tuple[int, bool, date, datetime, UUID]:
        return (
            -above.index(parameter.region),
            parameter.category is not None,
            parameter.effective_from,
            parameter.approved_at,
            parameter.id,
        )

    holding = (
        parameter
        for parameter in parameters
        if parameter.key == key
        and parameter.region in above
        and parameter.category in {None, category}
        and parameter.is_in_force_on(on)
    )
    return max(holding, key=weight, default=None)


_parse_value = lru_cache(maxsize=1024)(parse_value)
"""Reads a value once, however many decisions ask for it."""

ParameterFinder = Callable[[str, str, date, str | None], Parameter | None]
"""Finds the parameter of a key that counts in a region on a day, for a category."""


def _build_finder(parameters: Iterable[Parameter]) -> ParameterFinder:
    """Make what finds among some parameters; decisions about many ask the same again and again."""
    by_key: defaultdict[str, list[Parameter]] = defaultdict(list)
    for parameter in parameters:
        by_key[parameter.key].append(parameter)

    @lru_cache(maxsize=1024)
    def find(key: str, region: str, on: date, category: str | None) -> Parameter | None:
        return find_parameter_in_force(by_key.get(key, ()), key, region, on, category)

    return find


class Policy:
    """The parameters that a rule may ask for; it remembers those that were used (X5, X6)."""

    def __init__(
        self, parameters: Iterable[Parameter], find: ParameterFinder | None = None
    ) -> None:
        self.used: list[Parameter] = []
        self._known: set[UUID] = set()
        self._find = find or _build_finder(parameters)

    @property
    def confirmed(self) -> bool:
        """Return whether all that was used is confirmed: else no claim is approved on it (X6)."""
        return all(parameter.confirmed for parameter in self.used)

    def new_usage_recorder(self) -> "Policy":
        """Return the same parameters with none of them used yet (X5)."""
        return Policy((), self._find)

    def add_used_parameters(self, used: Iterable[Parameter]) -> None:
        """Add to what was used, each parameter once (X6)."""
        for parameter in used:
            if parameter.id not in self._known:
                self._known.add(parameter.id)
                self.used.append(parameter)

    def get_last_used(self, key: str) -> Parameter | None:
        """Return the parameter of a key that was used last (X5)."""
        return next((p for p in reversed(self.used) if p.key == key), None)

    def get_decimal(self, key: str, region: str, on: date, category: str | None = None) -> Decimal:
        """Return a number with decimals, or raise MissingParameter (X6)."""
        return self._get_value(Decimal, key, region, on, category)

    def get_integer(self, key: str, region: str, on: date, category: str | None = None) -> int:
        """Return a whole number, or raise MissingParameter (X6)."""
        return self._get_value(int, key, region, on, category)

    def get_text(self, key: str, region: str, on: date, category: str | None = None) -> str:
        """Return a choice or a text, or raise MissingParameter (X6)."""
        return self._get_value(str, key, region, on, category)

    def get_flag(self, key: str, region: str, on: date, category: str | None = None) -> bool:
        """Return a yes or no, or raise MissingParameter (X6)."""
        return self._get_value(bool, key, region, on, category)

    def get_span(
        self, key: str, region: str, on: date, category: str | None = None
    ) -> IntegerRange:
        """Return a span of whole numbers, or raise MissingParameter (J17)."""
        return self._get_value(IntegerRange, key, region, on, category)

    def get_days(self, key: str, region: str, on: date, category: str | None = None) -> DayCount:
        """Return a number of working or calendar days, or raise MissingParameter (X7)."""
        return self._get_value(DayCount, key, region, on, category)

    def get_period(self, key: str, region: str, on: date, category: str | None = None) -> Period:
        """Return a first and a last day, or raise MissingParameter (section 4)."""
        return self._get_value(Period, key, region, on, category)

    def get_capped_share(
        self, key: str, region: str, on: date, category: str | None = None
    ) -> CappedShare:
        """Return a share and its cap, or raise MissingParameter (section 4)."""
        return self._get_value(CappedShare, key, region, on, category)

    def get_names(self, key: str, region: str, on: date, category: str | None = None) -> NameList:
        """Return a list of names, or raise MissingParameter (section 4)."""
        return self._get_value(tuple, key, region, on, category)

    def _get_value(self, kind: type[T], key: str, region: str, on: date, category: str | None) -> T:
        found = self._find(key, region, on, category)
        if found is None:
            raise MissingParameter(key, region, on, category)
        value = _parse_value(key, found.value)
        if isinstance(value, Unreadable) or not isinstance(value, kind):
            raise TypeError(f"{key} is {found.value}, which is no {kind.__name__}")
        self.add_used_parameters((found,))
        return value
