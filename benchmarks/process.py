"""What processes cost, read from /proc: CPU seconds of a tree, peak memory."""

import contextlib
import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


def cpu_seconds(root: int) -> float:
    """Add up what a process, all its living children and its ended ones have used."""
    ticks = sum(_used(pid) for pid in _tree(root))
    fields = _fields(root)
    return (ticks + int(fields[13]) + int(fields[14])) / TICKS


def peak_megabytes(pid: int) -> float:
    """Give the most memory that a process ever held, in MB."""
    return _megabytes(pid, "VmHWM:")


def resident_megabytes(pid: int) -> float:
    """Give the memory that a process holds now, in MB."""
    return _megabytes(pid, "VmRSS:")


def _megabytes(pid: int, what: str) -> float:
    for line in (PROC / str(pid) / "status").read_text().splitlines():
        if line.startswith(what):
            return int(line.split()[1]) * 1024 / 1e6
    raise ValueError(pid)


def _tree(root: int) -> list[int]:
    parents: dict[int, int] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parents[int(entry.name)] = int(_fields(int(entry.name))[1])
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def _used(pid: int) -> int:
    with contextlib.suppress(OSError):
        fields = _fields(pid)
        return int(fields[11]) + int(fields[12])
    return 0


def _fields(pid: int) -> list[str]:
    """Give the fields of /proc/<pid>/stat from the third on: its name may hold anything."""
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
