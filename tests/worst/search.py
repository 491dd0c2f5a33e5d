"""Hill climbing over the shapes: turn a knob, keep what cost more."""

from dataclasses import dataclass, field
from random import Random

from tests.worst.probe import Answer, Probe, Request
from tests.worst.shapes import SHAPES, Knobs, Shape

AGAIN = 5
"""So often the worst of a shape is measured again; the least of it counts, for machines stutter."""


@dataclass
class Found:
    """The worst of one shape, for one kind of client."""

    shape: Shape
    signed_in: bool
    ms: float = 0.0
    knobs: Knobs = field(default_factory=dict)
    status: int = 0
    told: str = ""


@dataclass
class Search:
    """Searches every shape, for strangers and for who is signed in."""

    probe: Probe
    seed: int
    documents: int = 0

    async def run(self, tries: int) -> list[Found]:
        """Try each shape so often, and return the worst of each, the worst of all first."""
        found = [
            await self._climb(shape, tries, signed_in=signed_in)
            for shape in SHAPES
            for signed_in in (False, True)
        ]
        return sorted(found, key=lambda one: -one.ms)

    async def _climb(self, shape: Shape, tries: int, *, signed_in: bool) -> Found:
        dice = Random(f"{self.seed} {shape.name} {signed_in}")
        best = Found(shape, signed_in)
        for number in range(tries):
            fresh = number < max(2, tries // 3)
            knobs = draw(shape, dice) if fresh else turn(best.knobs, shape, dice)
            answer = await self._measure(shape, knobs, signed_in=signed_in)
            if answer.ms > best.ms:
                keep(best, knobs, answer)
        again = await self._measure(shape, best.knobs, signed_in=signed_in, times=AGAIN)
        keep(best, best.knobs, again)
        return best

    async def _measure(
        self, shape: Shape, knobs: Knobs, *, signed_in: bool, times: int = 1
    ) -> Answer:
        query, variables = shape.build(self.probe.schema, knobs)
        self.documents += 1
        name = "Q0" if shape.name == "operations" else None
        return await self.probe.measure(Request(query, variables, signed_in, name), times)


def keep(best: Found, knobs: Knobs, answer: Answer) -> None:
    """Note what was found."""
    best.ms, best.knobs, best.status = answer.ms, knobs, answer.status
    best.told = answer.body[:160].decode(errors="replace")


def draw(shape: Shape, dice: Random) -> Knobs:
    """Draw knobs, small values as often as large ones."""
    return {name: _draw_one(most, dice) for name, most in shape.most.items()}


def turn(knobs: Knobs, shape: Shape, dice: Random) -> Knobs:
    """Turn one knob or two."""
    turned = dict(knobs)
    for name in dice.sample(sorted(turned), min(len(turned), dice.choice((1, 1, 2)))):
        most = shape.most[name]
        step = dice.choice((0.5, 0.8, 0.95, 1.05, 1.25, 2.0))
        near = round(turned[name] * step) + dice.choice((-1, 0, 1))
        turned[name] = min(most, max(0, near)) if dice.random() < 0.8 else _draw_one(most, dice)
    return turned


def _draw_one(most: int, dice: Random) -> int:
    return dice.randint(0, most) if dice.random() < 0.5 else round(most ** dice.random())
