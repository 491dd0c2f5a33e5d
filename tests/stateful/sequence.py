"""Sequences that broke an invariant once, the shortest of each kind, kept to be sent again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import orjson

from tests.stateful.step import Step, parse_step

FOLDER = Path(__file__).parent / "sequences"


@dataclass(frozen=True)
class KeptSequence:
    """What it breaks, and the requests that do."""

    violation: str
    steps: Sequence[Step]


def list_sequences() -> list[str]:
    """Name all that are kept."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def load_sequence(name: str) -> KeptSequence:
    """Read one."""
    told = orjson.loads((FOLDER / f"{name}.json").read_bytes())
    return KeptSequence(told["violation"], [parse_step(step) for step in told["steps"]])


def save_sequence(violation: str, steps: Sequence[Step]) -> str:
    """Keep one, under a name that tells what it breaks."""
    plain = re.sub(r"[^a-z0-9]+", "-", violation.lower()).strip("-")[:50].strip("-")
    name = f"{plain}-{sha256(violation.encode()).hexdigest()[:6]}"
    told = {"violation": violation, "steps": [step.to_json() for step in steps]}
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.json").write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n")
    return name
