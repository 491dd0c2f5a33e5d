"""A walk through the cases, or a sample of them, and what was unexpected."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.matrix.case import Case
from tests.matrix.told import Told
from tests.matrix.ways import Ways
from tests.schema.scene import Scene, forget_tries

_COUNTED_WAYS = {"argument", "entry"}
_FEW_TRIES = 10
"""After so many mutations the tries are forgotten that some of them count (X11)."""


@dataclass
class Walk:
    """How many cases were judged, way by way, and what was unexpected."""

    cases: Counter[str] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)

    def describe(self) -> str:
        return f"combinations={self.cases.total()} unexpected={len(self.unexpected)}"


def list_cases(scene: Scene) -> Iterator[Case]:
    """Give all cases: what only reads first, for what mutations write comes after it."""
    ways = Ways(scene)
    yield from ways.list_reads()
    yield from Told(ways)
    yield from ways.list_writes()


async def walk_matrix(scene: Scene, seed: int, share: float) -> Walk:
    """Judge a share of all cases, the same ones for the same seed."""
    walk = Walk()
    for case in list_cases(scene):
        if not case.is_sampled(seed, share):
            continue
        walk.cases[case.way] += 1
        if case.way in _COUNTED_WAYS and walk.cases[case.way] % _FEW_TRIES == 0:
            await forget_tries(scene)
        told = await case.judge()
        if told is not None:
            walk.unexpected.append(f"{case.name}: {told}")
    return walk
