"""What a serving process holds in memory, and what it leaves to other processes."""

import subprocess
import sys

ELSEWHERE = frozenset(
    {
        "alembic",  # migrations
        "benchmarks",
        "demonstration",
        "mako",
        "migrations.versions",
        "openpyxl",  # reads rosters, in a child
        "pyarrow",  # writes Parquet, in a child
        "server.cli",
        "tools",
        "typer",  # the command line
        "zxcvbn",  # 12 MB for who sets a password
    }
)
"""Packages and rooms that a serving process does not import."""
BUILD = """
import sys, server.runtime.production
from server.http.app import build_served_schema
build_served_schema(15, "everybody")
print(*sys.modules)
"""


def test_a_serving_process_imports_nothing_that_only_others_need() -> None:
    command = [sys.executable, "-c", BUILD]
    told = subprocess.run(command, capture_output=True, check=True, text=True)
    names = {*told.stdout.split()}
    assert "server.http.app" in names
    packages = names | {name.partition(".")[0] for name in names}
    assert sorted(packages & ELSEWHERE) == []
