"""Change the code a little, many times, and count which changes the tests notice.

`make mutants` tries 400 mutants of the rules in a few minutes. `MUTANTS=--all` tries 3,000, and
125 of the resolvers against a real PostgreSQL. mutmut makes the changes, the mutants, and records
which tests call which function; here stands what is changed, and what is reported. Every mutant
that was tried stands in `build/mutants/<room>.tsv`.

A sample is drawn by the text of a change and its module's name, not by its path. Whoever moves
modules or tests to other folders has the same changes tried again.
"""

import argparse
import csv
import hashlib
import json
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
WORK = ROOT / "build" / "mutants"
KILLED = {"killed", "timeout"}
READS_SOURCE = "not whoever_refuses_supplies"
"""Leaves out a test that reads the source, into which mutmut writes functions of its own."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """What is changed, and the tests that have to notice.

    A mutant is tried with at most `max_tests` tests that call its function. `sample` is how many
    mutants are tried by default, `whole` with `--all`; `--count` overrides both.
    """

    tests: str
    max_tests: int
    sample: int
    whole: int
    left_out: tuple[str, ...] = ()
    needs_database: bool = False


ROOMS = {
    "rules": Room(
        tests="tests/rules",
        max_tests=10_000,
        sample=400,
        whole=3000,
        left_out=("wording", "reason", "seed", "field_name", "function_name", "parameter_key"),
    ),
    "resolvers": Room(tests="tests/schema", max_tests=20, sample=0, whole=125, needs_database=True),
}


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One change; `repeat` counts equal changes of a module, `name` is mutmut's."""

    path: str
    line: int
    function: str
    before: str
    after: str
    repeat: int
    name: str

    @property
    def identity(self) -> tuple[str, ...]:
        """Return what is the same wherever the module lies."""
        return (Path(self.path).stem, self.before, self.after, str(self.repeat))

    def draw(self, seed: int) -> bytes:
        """Return where the mutant stands in the order in which samples are drawn."""
        return hashlib.sha256("\0".join((str(seed), *self.identity)).encode()).digest()


def try_room(name: str, room: Room, count: int, seed: int) -> None:
    """Try mutants of a room in a copy of the checkout, and write what became of each.

    Raises CalledProcessError where the tests fail even without a change.
    """
    work = WORK / name
    shutil.rmtree(work, ignore_errors=True)
    ignored = shutil.ignore_patterns(".*", "build", "__pycache__", "*.egg-info")
    shutil.copytree(ROOT, work, ignore=ignored)
    with (work / "pyproject.toml").open("a", encoding="utf-8") as project:
        project.write("\n[tool.mutmut]\n")
        for key, value in _configure(name, room, work).items():
            project.write(f"{key} = {json.dumps(value)}\n")
    command = [sys.executable, "-m", "tools.mutant_draw", name, str(count), str(seed)]
    subprocess.run(command, cwd=work, check=True)


def _configure(name: str, room: Room, work: Path) -> dict[str, object]:
    beside = sorted(path.name for path in work.iterdir() if path.name not in {name, "mutants"})
    return {
        "source_paths": [name],
        "also_copy": beside,
        "do_not_mutate": [f"{name}/*{module}.py" for module in room.left_out],
        "pytest_add_cli_args_test_selection": [room.tests],
        "pytest_add_cli_args": ["-k", READS_SOURCE, "-p", "no:cacheprovider", "-p", "no:xdist"],
        "process_isolation": "forkserver",
        "track_dependencies": False,
        "use_git_change_detection": False,
        "timeout_constant": 30.0 if room.needs_database else 4.0,
        "timeout_multiplier": 5.0,
    }


def write_results(path: Path, results: dict[Mutant, str]) -> None:
    """Write what became of each mutant, in the order of the source."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, ("status", *Mutant.__dataclass_fields__), dialect="excel-tab")
        table.writeheader()
        for mutant in sorted(results, key=lambda each: (each.path, each.line, each.name)):
            table.writerow({"status": results[mutant], **asdict(mutant)})


def read_results(path: Path) -> dict[Mutant, str]:
    """Return the mutants of a table with what became of each."""
    with path.open(encoding="utf-8", newline="") as file:
        found = {}
        for row in csv.DictReader(file, dialect="excel-tab"):
            status = row.pop("status")
            line, repeat = int(row.pop("line")), int(row.pop("repeat"))
            found[Mutant(line=line, repeat=repeat, **row)] = status
    return found


def print_results(name: str, results: dict[Mutant, str], earlier: Path | None) -> None:
    """Print a room's figures; with an earlier table, also what was killed then and lives now."""
    counts = Counter(results.values()).most_common()
    print(f"{name}: " + ", ".join(f"{count} {status}" for status, count in counts))
    if earlier is None:
        return
    then = {mutant.identity: status for mutant, status in read_results(earlier).items()}
    for mutant, status in results.items():
        if status not in KILLED and then.get(mutant.identity) in KILLED:
            where = f"{mutant.path}:{mutant.line}"
            print(f"no longer killed: {where}: {mutant.before} -> {mutant.after}")


def main() -> None:
    """Try mutants of the rooms and print, as the last line, how many there were and died."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--all", action="store_true", help="many more, and some of the resolvers")
    parser.add_argument("--room", choices=ROOMS, action="append", help="this one only")
    parser.add_argument("--count", type=int, help="how many mutants of a room are tried")
    parser.add_argument("--seed", type=int, default=1, help="another one draws another sample")
    parser.add_argument("--against", type=Path, help="folder with a copy of earlier tables")
    given = parser.parse_args()
    tried: dict[str, dict[Mutant, str]] = {}
    for name in given.room or ROOMS:
        room = ROOMS[name]
        count = given.count or (room.whole if given.all or given.room else room.sample)
        if count != 0:
            try_room(name, room, count, given.seed)
            tried[name] = read_results(WORK / f"{name}.tsv")
    for name, results in tried.items():
        print_results(name, results, given.against and given.against / f"{name}.tsv")
    statuses = [status for results in tried.values() for status in results.values()]
    print(f"mutants={len(statuses)} killed={sum(status in KILLED for status in statuses)}")


if __name__ == "__main__":
    main()
