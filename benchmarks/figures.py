"""The figures of a run, and the goals that they are held against."""

from dataclasses import dataclass
from statistics import median

from benchmarks.measure import Runs, Taken, ratios
from benchmarks.small_read import POINT_READ, TYPENAME
from benchmarks.target import BATCHED, COMPILED, POSTGRAPHILE


@dataclass(frozen=True)
class Goal:
    """A figure that must be reached; where `least` is false, one that must not be exceeded."""

    title: str
    value: float | None
    must: float
    aim: float
    least: bool = True

    @property
    def verdict(self) -> str:
        """Tell how the figure stands to its goal."""
        if self.value is None:
            return "not measured"
        if self._holds(self.value, self.aim):
            return "aim reached"
        return "reached" if self._holds(self.value, self.must) else "missed"

    def _holds(self, value: float, bound: float) -> bool:
        return value >= bound if self.least else value <= bound


@dataclass(frozen=True)
class Figures:
    """The runs, and what follows from them."""

    runs: Runs
    peaks: dict[str, float]

    def taken(self, name: str, first: int, clients: int) -> list[Taken]:
        """Give what was taken of a server, round by round."""
        return self.runs.get((name, first, clients), [])

    def rate(self, peer: str, first: int = 20, clients: int = 8) -> float | None:
        """Tell how many times a peer's requests per second this service makes."""
        pair = self.taken(COMPILED, first, clients), self.taken(peer, first, clients)
        return ratios(*pair) if all(pair) else None

    def p99(self, peer: str, clients: int = 32) -> float | None:
        """Tell this service's p99 as a share of a peer's."""
        pairs = list(zip(*(self.taken(n, 20, clients) for n in (COMPILED, peer)), strict=False))
        return median(a.sample.p99 / b.sample.p99 for a, b in pairs) if pairs else None

    def cpu(self, peer: str, clients: int = 8) -> float | None:
        """Tell this service's CPU per request as a share of a peer's, database included."""
        return self._compare_cpu(COMPILED, peer, (20, clients))

    def growth(self, name: str, first: int) -> float | None:
        """Tell how many times longer one client waits for more claims than for 20."""
        pairs = self.taken(name, 20, 1), self.taken(name, first, 1)
        return ratios(*pairs) if all(pairs) else None

    def mutation(self, clients: int = 8) -> float | None:
        """Tell how many times the hand-written mutations per second this service makes."""
        pair = self.taken(COMPILED, 0, clients), self.taken(BATCHED, 0, clients)
        return ratios(*pair) if all(pair) else None

    def mutation_cpu(self, clients: int = 8) -> float | None:
        """Tell this service's CPU per mutation as a share of the hand-written one's."""
        return self._compare_cpu(COMPILED, BATCHED, (0, clients))

    def point_read(self) -> float | None:
        """Tell this service's CPU for one record as a share of the hand-written one's."""
        own, by_hand = (f"{name}, {POINT_READ}" for name in (COMPILED, BATCHED))
        return self._compare_cpu(own, by_hand, (1, 8))

    def typename_ms(self) -> float | None:
        """Tell the milliseconds of CPU for a bare field, which every request costs."""
        taken = self.taken(TYPENAME, 1, 8)
        return median(each.cpu_per_request for each in taken) if taken else None

    def _compare_cpu(self, own: str, peer: str, asked: tuple[int, int]) -> float | None:
        pairs = list(zip(self.taken(own, *asked), self.taken(peer, *asked), strict=False))
        return median(a.cpu_per_request / b.cpu_per_request for a, b in pairs) if pairs else None

    def goals(self) -> list[Goal]:
        """Hold the figures against the goals."""
        against, by_hand = self.rate(POSTGRAPHILE), self.rate(BATCHED)
        point_read = self.point_read()
        return [
            Goal("flagship, 8 clients, requests/s against PostGraphile 5 bare", against, 1.5, 2.5),
            Goal("flagship, 8 clients, against hand-written batched", by_hand, 0.8, 1.0),
            Goal("p99 at 32 clients against PostGraphile", self.p99(POSTGRAPHILE), 1, 0.5, False),
            Goal(
                "CPU of server + database per request against PostGraphile",
                self.cpu(POSTGRAPHILE),
                0.6,
                0.45,
                False,
            ),
            Goal("time for 500 claims against 20", self.growth(COMPILED, 500), 35, 27, False),
            Goal("mutation, 8 clients, against hand-written", self.mutation(), 0.75, 0.85),
            Goal("mutation, CPU against hand-written", self.mutation_cpu(), 1.33, 1.18, False),
            Goal("one record by its id, CPU, against hand-written", point_read, 1.5, 1.2, False),
            Goal("{ __typename }, CPU, ms", self.typename_ms(), 0.4, 0.25, False),
            Goal("peak memory of one process, MB", self.peaks.get(COMPILED), 150, 100, False),
        ]

    def line(self) -> str:
        """Spell the figures that a run ends with."""
        named = {
            "flagship_vs_postgraphile": self.rate(POSTGRAPHILE),
            "flagship_vs_handwritten": self.rate(BATCHED),
            "mutation_vs_handwritten": self.mutation(),
            "growth_500_vs_20": self.growth(COMPILED, 500),
            "mutation_cpu_vs_handwritten": self.mutation_cpu(),
            "point_read_vs_handwritten": self.point_read(),
            "typename_ms": self.typename_ms(),
        }
        return " ".join(f"{n}={'-' if v is None else format(v, '.2f')}" for n, v in named.items())
