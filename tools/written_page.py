"""What is written from the code and kept in the repository: written anew, or checked to be true."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent


def write_or_check(
    arguments: Sequence[str], page: Path, render: Callable[[], str], target: str
) -> int:
    """Write the page, or with --check say whether it is true; 1 where it isn't."""
    name = page.name if page.parent == ROOT else f"{page.parent.name}/{page.name}"
    parser = ArgumentParser(description=f"Write {name} from the code: make {target}.")
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if it is not true")
    if not parser.parse_args(arguments).check:
        page.write_text(render(), encoding="utf-8")
        return 0
    if page.exists() and page.read_text(encoding="utf-8") == render():
        return 0
    sys.stderr.write(f"{name} is not what the code says. Run: make {target}\n")
    return 1
