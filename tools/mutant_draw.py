"""Draw a sample of a room's mutants and try them, within a copy of the checkout.

mutmut reads its configuration where it is imported, so this is a program of its own.
"""

import argparse
import ast
import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from mutmut import __main__ as mutmut
from mutmut.mutation.data import LineSpan, SourceFileMutationData
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files
from mutmut.utils.format_utils import orig_function_and_class_names_from_key

from tools.mutant_runner import CappedRunner, run_shared_cluster
from tools.mutants import ROOMS, Mutant, write_results


def list_mutants(path: Path) -> Iterator[Mutant]:
    """Yield every mutant that mutmut makes of a module."""
    source = path.read_text(encoding="utf-8")
    made = mutate_file_contents(str(path), source)
    code = made.code.splitlines()
    lines = _find_lines(source)
    spans = made.line_span_by_function_name
    seen: Counter[tuple[str, str]] = Counter()
    for name in made.mutant_names:
        own, of_class = orig_function_and_class_names_from_key(name)
        function = f"{of_class}.{own}" if of_class else own
        original_name = name.partition("__mutmut_")[0] + "__mutmut_orig"
        original = _read_function(code, spans[original_name], original_name)
        offset, before, after = _compare(original, _read_function(code, spans[name], name))
        yield Mutant(
            path=path.as_posix(),
            line=lines[function] + offset,
            function=function,
            before=before,
            after=after,
            repeat=seen[before, after],
            name=".".join((*path.with_suffix("").parts, name)),
        )
        seen[before, after] += 1


def _find_lines(source: str) -> dict[str, int]:
    """Return the line of each function and method."""
    found = {}
    for node in ast.parse(source).body:
        within = node.body if isinstance(node, ast.ClassDef) else [node]
        prefix = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
        for inner in within:
            if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                found[prefix + inner.name] = inner.lineno
    return found


def _read_function(code: Sequence[str], span: LineSpan, name: str) -> list[str]:
    """Return the lines of a function that mutmut made, from its `def` on."""
    lines = code[span.start - 1 : span.end]
    first = next(number for number, line in enumerate(lines) if f"def {name}(" in line)
    return [lines[first].replace(name, ""), *lines[first + 1 :]]


def _compare(original: Sequence[str], mutated: Sequence[str]) -> tuple[int, str, str]:
    """Return how far down a function is changed, what stood there and what stands there."""
    offset, before, after = -1, "", ""
    matcher = difflib.SequenceMatcher(None, original, mutated, autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind != "equal":
            offset = start if offset < 0 else offset
            before += " ".join(line.strip() for line in original[start:end])
            after += " ".join(line.strip() for line in mutated[new_start:new_end])
    return max(offset, 0), before, after


def try_here(name: str, count: int, seed: int) -> None:
    """Try mutants in the working directory, a copy of the checkout that mutmut may write to."""
    mutants = [mutant for path in sorted(walk_mutatable_files()) for mutant in list_mutants(path)]
    chosen = sorted(mutants, key=lambda mutant: mutant.draw(seed))[:count]
    room = ROOMS[name]
    patched: Any = mutmut
    patched.get_mutant_runner = lambda _: CappedRunner(room.max_tests)
    with run_shared_cluster(wanted=room.needs_database):
        mutmut._run([mutant.name for mutant in chosen], 1)
    statuses: dict[str, str] = {}
    for path in walk_mutatable_files():
        data = SourceFileMutationData(path=path)
        data.load()
        statuses |= {key: status_by_exit_code[code] for key, code in data.exit_code_by_key.items()}
    write_results(Path(f"../{name}.tsv"), {each: statuses[each.name] for each in chosen})
    print(f"\n{name}: {len(chosen)} of {len(mutants)} mutants, seed {seed}")


def main() -> None:
    """Try mutants of one room."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("room", choices=ROOMS)
    parser.add_argument("count", type=int)
    parser.add_argument("seed", type=int)
    given = parser.parse_args()
    try_here(given.room, given.count, given.seed)


if __name__ == "__main__":
    main()
