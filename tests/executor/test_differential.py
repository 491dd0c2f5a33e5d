"""Generated documents: whatever is asked, both paths say the same, byte for byte."""

import gc
import os
from collections import Counter

import orjson
import pytest
from graphql import build_schema

from tests.executor.document import generate_request
from tests.executor.scene import ROLES, BothPaths
from tools.sdl import SNAPSHOT

FEW, SOME, MANY = 40, 200, 2_000
COUNT = MANY if os.environ.get("JIUYE_NIGHTLY") else SOME
FLOOR = 0.9


# After an error that graphql-core meets at once, it drops its siblings' coroutines unawaited.
@pytest.mark.filterwarnings(
    "ignore:coroutine .* was never awaited:RuntimeWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
)
@pytest.mark.parametrize(
    ("seeds", "refused"),
    [(range(FEW), 0.2), pytest.param(range(FEW, COUNT), 0.1, marks=pytest.mark.slow)],
)
async def test_generated_documents_get_the_same_answer_from_both_paths(
    paths: BothPaths, seeds: range, refused: float
) -> None:
    schema = build_schema(SNAPSHOT.read_text(encoding="utf-8"))
    tally: Counter[str] = Counter()
    asides: Counter[str] = Counter()
    for seed in seeds:
        who = ROLES[seed % len(ROLES)]
        made = generate_request(schema, paths.known, seed, who)
        said = await paths.ask_both(made, who, "en" if seed % 3 else "zh")
        body = orjson.loads(said.body)
        outcome = said.path or "refused"
        plannable = made.planned and said.path is not None and "errors" not in body
        tally[outcome] += 1
        tally["plannable"] += plannable
        tally["planned"] += plannable and said.path == "compiled"
        tally["bytes"] += len(said.body)
        if said.path == "reference":
            asides[str(said.aside)] += 1
    gc.collect()
    share = tally["planned"] / tally["plannable"]
    print(f"\n{dict(tally)}; compiled {share:.1%} of what has a plan; {asides}")
    assert share >= FLOOR
    assert tally["refused"] <= len(seeds) * refused
    assert tally["compiled"] >= len(seeds) * 0.5
