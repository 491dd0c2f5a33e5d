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
    KEYS,
    CappedShare,
    Days,
    Names,
    Period,
    Span,
    has_category,
    read_value,
)
from rules.kernel.refusal import Unreadable
from rules.kernel.region import ancestors

__all__ = [
    "KEYS",
    "Json",
    "MissingParameter",
    "Parameter",
    "Policy",
    "UsedParameter",
    "has_category",
    "in_force",
    "read_value",
]

Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]
T = TypeVar("T")


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

    def holds_on(self, day: date) -> bool:
        """Tell whether a day is between the first and the last one, both included (X6)."""
        return self.effective_from <= day and (
            self.effective_to is None or day <= self.effective_to
        )

    def cited(self) -> dict[str, Json]:
        """Put down what an explanation names of a parameter (X5)."""
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


@dataclass(frozen=True, slots=True)
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
    def read(cls, cited: Mapping[str, Any]) -> "UsedParameter":
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


def in_force(
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
    above = ancestors(region)

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
        and parameter.holds_on(on)
    )
    return max(holding, key=weight, default=None)


_read = lru_cache(maxsize=1024)(read_value)
"""Reads a value once, however many decisions ask for it."""

Find = Callable[[str, str, date, str | None], Parameter | None]
"""Finds the parameter of a key that counts in a region on a day, for a category."""


def _find_among(parameters: Iterable[Parameter]) -> Find:
    """Make what finds among some parameters; decisions about many ask the same again and again."""
    by_key: defaultdict[str, list[Parameter]] = defaultdict(list)
    for parameter in parameters:
        by_key[parameter.key].append(parameter)

    @lru_cache(maxsize=1024)
    def find(key: str, region: str, on: date, category: str | None) -> Parameter | None:
        return in_force(by_key.get(key, ()), key, region, on, category)

    return find


class Policy:
    """The parameters that a rule may ask for; it remembers those that were used (X5, X6)."""

    def __init__(self, parameters: Iterable[Parameter], find: Find | None = None) -> None:
        self.used: list[Parameter] = []
        self._known: set[UUID] = set()
        self._find = find or _find_among(parameters)

    @property
    def confirmed(self) -> bool:
        """Tell whether all that was used is confirmed: else no claim is approved on it (X6)."""
        return all(parameter.confirmed for parameter in self.used)

    def afresh(self) -> "Policy":
        """Give the same parameters with none of them used yet (X5)."""
        return Policy((), self._find)

    def remember(self, used: Iterable[Parameter]) -> None:
        """Add to what was used, each parameter once (X6)."""
        for parameter in used:
            if parameter.id not in self._known:
                self._known.add(parameter.id)
                self.used.append(parameter)

    def latest(self, key: str) -> Parameter | None:
        """Give the parameter of a key that was used last (X5)."""
        return next((p for p in reversed(self.used) if p.key == key), None)

    def decimal(self, key: str, region: str, on: date, category: str | None = None) -> Decimal:
        """Give a number with decimals, or raise MissingParameter (X6)."""
        return self._value(Decimal, key, region, on, category)

    def integer(self, key: str, region: str, on: date, category: str | None = None) -> int:
        """Give a whole number, or raise MissingParameter (X6)."""
        return self._value(int, key, region, on, category)

    def text(self, key: str, region: str, on: date, category: str | None = None) -> str:
        """Give a choice or a text, or raise MissingParameter (X6)."""
        return self._value(str, key, region, on, category)

    def flag(self, key: str, region: str, on: date, category: str | None = None) -> bool:
        """Give a yes or no, or raise MissingParameter (X6)."""
        return self._value(bool, key, region, on, category)

    def span(self, key: str, region: str, on: date, category: str | None = None) -> Span:
        """Give a span of whole numbers, or raise MissingParameter (J17)."""
        return self._value(Span, key, region, on, category)

    def days(self, key: str, region: str, on: date, category: str | None = None) -> Days:
        """Give a number of working or calendar days, or raise MissingParameter (X7)."""
        return self._value(Days, key, region, on, category)

    def period(self, key: str, region: str, on: date, category: str | None = None) -> Period:
        """Give a first and a last day, or raise MissingParameter (section 4)."""
        return self._value(Period, key, region, on, category)

    def capped_share(
        self, key: str, region: str, on: date, category: str | None = None
    ) -> CappedShare:
        """Give a share and its cap, or raise MissingParameter (section 4)."""
        return self._value(CappedShare, key, region, on, category)

    def names(self, key: str, region: str, on: date, category: str | None = None) -> Names:
        """Give a list of names, or raise MissingParameter (section 4)."""
        return self._value(tuple, key, region, on, category)

    def _value(self, kind: type[T], key: str, region: str, on: date, category: str | None) -> T:
        found = self._find(key, region, on, category)
        if found is None:
            raise MissingParameter(key, region, on, category)
        value = _read(key, found.value)
        if isinstance(value, Unreadable) or not isinstance(value, kind):
            raise TypeError(f"{key} is {found.value}, which is no {kind.__name__}")
        self.remember((found,))
        return value
