"""The page of licences, docs/licences.md: `python -m tools.licences [--check]`."""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement

from tools.fetched_packages import list_fetched_packages
from tools.written_page import ROOT, write_or_check

PAGE = Path(__file__).parent.parent / "docs" / "licences.md"
LOCK = ROOT / "requirements.txt"
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*==[^\\\n]+)", re.MULTILINE)

INTRODUCTION = """\
# Licences 许可证

Written by `make licences` from what each package says of itself; a test keeps it true. These are
the packages that the service runs on, at the versions of `requirements.txt`. None of them is
changed, and none is copied into this repository.

| package | version | licence |
|---|---|---|
"""
FOR_BROWSERS = """
Builds fetch these by npm, for browsers alone (`.ci/graphiql.sha512`); their texts lie beside the
files. GraphiQL's bundle holds what it depends on, which this page does not name.

| package | version | licence |
|---|---|---|
"""
CLASSIFIER = "License :: OSI Approved :: "


class Licence(NamedTuple):
    """A package, its version, and the licence that it names."""

    package: str
    version: str
    licence: str


def list_licences() -> Iterator[Licence]:
    """List what is pinned for this kind of machine and how it is licensed."""
    for text in PINNED.findall(LOCK.read_text(encoding="utf-8")):
        pinned = Requirement(text.strip())
        if pinned.marker is not None and not pinned.marker.evaluate():
            continue
        try:
            found = distribution(pinned.name)
        except PackageNotFoundError:
            yield Licence(pinned.name, _read_version(pinned), "not installed")
        else:
            yield Licence(pinned.name, _read_version(pinned), _read_licence(found))


def _read_version(pinned: Requirement) -> str:
    return next(iter(pinned.specifier)).version


def _read_licence(package: Distribution) -> str:
    """Read the expression, or else the classifiers, or else the first line of the text."""
    told = package.metadata
    for expression in told.get_all("License-Expression", []):
        return str(expression)
    classifiers = [text for text in told.get_all("Classifier", []) if text.startswith(CLASSIFIER)]
    if classifiers:
        return ", ".join(text.removeprefix(CLASSIFIER) for text in classifiers)
    texts = told.get_all("License", [])
    return "".join(texts[:1]).strip().partition("\n")[0] or "not told"


def render_page() -> str:
    """Write the page."""
    rows = (f"| {each.package} | {each.version} | {each.licence} |\n" for each in list_licences())
    fetched = (
        f"| {each.name} | {each.version} | {each.licence} |\n" for each in list_fetched_packages()
    )
    return INTRODUCTION + "".join(rows) + FOR_BROWSERS + "".join(fetched)


def main(arguments: list[str]) -> int:
    """Write the page, or check it."""
    return write_or_check(arguments, PAGE, render_page, "licences")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
