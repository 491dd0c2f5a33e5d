"""Look for canaries in all that the service leaves: answers, logs, figures, dump, files."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.canaries.canary import Aviary, Canary, Kind
from tests.canaries.kept import is_kept
from tests.canaries.stage import dump_database
from tests.canaries.walk import Walk, is_done

_COPY = re.compile(r"COPY \w+\.(\w+) \((.*)\) FROM stdin;\n")
_PIECE_BYTES = 1 << 22
_OVERLAP_BYTES = 256


class Leak(NamedTuple):
    """A canary, and where it stands."""

    where: str
    canary: Canary

    def __str__(self) -> str:
        return f"{self.where}: {self.canary.came_by}"


async def find_leaks(walk: Walk) -> list[Leak]:
    """Look everywhere but into logs, which are whole once the processes have ended."""
    dump = walk.stage.home / "dump.sql"
    await dump_database(walk.stage.database, dump)
    metrics = (await walk.stage.served.client.get("/metrics")).text
    found = [
        *find_in_answers(walk),
        *(Leak("metrics", canary) for canary in walk.aviary.find(metrics)),
        *find_in_dump(walk.aviary, dump),
    ]
    dump.unlink()
    found += find_in_files(walk.aviary, walk.stage.home)
    return found


def find_in_answers(walk: Walk) -> Iterator[Leak]:
    """No number is answered by what took it, and no name with a refusal."""
    for answer in walk.answers:
        for canary in walk.aviary.find(answer.text):
            if canary.kind is not Kind.NAME or not is_done(answer.text):
                yield Leak("answer", canary)


def find_in_dump(aviary: Aviary, dump: Path) -> Iterator[Leak]:
    """Look into each column of a dump, and into what was never sealed."""
    table, columns = "", list[str]()
    with dump.open(encoding="utf-8") as lines:
        for line in lines:
            if begun := _COPY.fullmatch(line):
                table, columns = begun[1], [name.strip(' "') for name in begun[2].split(",")]
            elif line == "\\.\n":
                table = ""
            elif table:
                for column, value in zip(columns, line.rstrip("\n").split("\t"), strict=True):
                    place = f"{table}.{column}"
                    for canary in aviary.find(_read_value(value)):
                        if not is_kept(canary, place):
                            yield Leak(place, canary)


def find_in_files(aviary: Aviary, directory: Path) -> Iterator[Leak]:
    """Look into all files below a directory, and at their names."""
    for path in sorted(directory.rglob("*")):
        where = str(path.relative_to(directory))
        for canary in aviary.find(where):
            yield Leak("name of a file", canary)
        if path.is_file():
            for canary in find_in_file(aviary, path):
                yield Leak(where, canary)


def find_in_file(aviary: Aviary, path: Path) -> Iterator[Canary]:
    """Look into a file's bytes, piece by piece."""
    with path.open("rb") as file:
        rest = b""
        while piece := file.read(_PIECE_BYTES):
            yield from aviary.find((rest + piece).decode("utf-8", errors="ignore"))
            rest = piece[-_OVERLAP_BYTES:]


def find_in_cluster(aviary: Aviary, data: Path) -> Iterator[Leak]:
    """Look into the files of the database itself: what a copy of the disk would hold."""
    for leak in find_in_files(aviary, data):
        if leak.canary.kind is not Kind.NAME and not leak.canary.is_code:  # see `kept.py`
            yield leak


def _read_value(value: str) -> str:
    if not value.startswith("\\\\x"):
        return value
    return bytes.fromhex(value.removeprefix("\\\\x")).decode("utf-8", errors="ignore")
