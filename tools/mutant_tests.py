"""Which tests a mutant is tried with, of those that call its function."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path


def choose_tests(
    function: str, tests: Iterable[str], breadth: Counter[str], most: int
) -> Sequence[str]:
    """Choose the tests most about a function, those first.

    Each test's first case comes before any second one, tests of the module's own file before
    others, and what calls few functions before what calls many.
    """
    module = function.split(".x", 1)[0].rpartition(".")[2]
    cases: Counter[str] = Counter()
    ranks = {}
    for test in sorted(tests):
        sentence = test.partition("[")[0]
        foreign = module not in Path(sentence.partition("::")[0]).stem
        ranks[test] = (cases[sentence], foreign, breadth[test], test)
        cases[sentence] += 1
    return sorted(ranks, key=ranks.__getitem__)[:most]


def sort_by_file(tests: Sequence[str], durations: Mapping[str, float]) -> list[str]:
    """Put the tests of a file together, as they share fixtures, and the quick ones first."""
    files = list(dict.fromkeys(test.partition("::")[0] for test in tests))
    return sorted(tests, key=lambda test: (files.index(test.partition("::")[0]), durations[test]))
