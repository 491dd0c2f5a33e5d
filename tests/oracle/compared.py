"""What two computations say of one case, and how many cases were asked."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from tests.oracle.dice import Dice

SHOWN = 3
"""So many differences of each rule are printed."""


class Silence(Enum):
    """Where the rulebook leaves a case open, nothing is compared."""

    OPEN = "OPEN"


@dataclass(frozen=True, slots=True)
class Compared:
    """A case, what the rulebook says of it, and what the service says."""

    case: object
    expected: object
    answered: object
    granted: bool
    """Whether the rulebook grants something: both sides of each rule are to be tried."""

    @property
    def open(self) -> bool:
        return self.expected is Silence.OPEN

    @property
    def differs(self) -> bool:
        return not self.open and self.expected != self.answered

    def __str__(self) -> str:
        return f"{self.case}\n    rulebook: {self.expected}\n    service:  {self.answered}"


Compare = Callable[[Dice], Compared]


@dataclass
class Tally:
    """How many cases of each rule were compared, how they came out, and which differ."""

    cases: Counter[str] = field(default_factory=Counter)
    granted: Counter[str] = field(default_factory=Counter)
    open: Counter[str] = field(default_factory=Counter)
    differences: list[tuple[str, Compared]] = field(default_factory=list)

    def add(self, rule: str, found: Compared) -> None:
        self.cases[rule] += 1
        if found.open:
            self.open[rule] += 1
        elif found.differs:
            self.differences.append((rule, found))
        self.granted[rule] += found.granted

    def merge(self, other: "Tally") -> None:
        self.cases += other.cases
        self.granted += other.granted
        self.open += other.open
        self.differences += other.differences

    def describe(self) -> Iterable[str]:
        """Describe the differences, the counts by rule, and at last all in one line."""
        for rule in self.cases:
            differ = [found for name, found in self.differences if name == rule]
            yield from (f"{rule}: {found}" for found in differ[:SHOWN])
        for rule, cases in self.cases.items():
            differ = [found for name, found in self.differences if name == rule]
            counts = f"granted={self.granted[rule]} open={self.open[rule]}"
            yield f"{rule}: cases={cases} {counts} differences={len(differ)}"
        yield f"cases={self.cases.total()} differences={len(self.differences)}"


def compare_cases(rules: Mapping[str, Compare], seed: int, cases: int) -> Tally:
    """Draw so many cases of each rule and compare; the same seed draws the same cases."""
    tally = Tally()
    for name, compare in rules.items():
        dice = Dice(f"{name} {seed}")
        for _ in range(cases):
            tally.add(name, compare(dice))
    return tally
