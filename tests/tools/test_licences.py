"""What the service stands on may be used by everybody, and the page of licences says so."""

import re

from tools.licences import LOCK, PAGE, PINNED, list_licences

ACCEPTED = re.compile(r"MIT|BSD|Apache|ISC|MPL|Mozilla Public|PSF|Lesser General Public")
"""A licence that asks nothing of whoever depends on a package, unchanged, from outside."""
FORBIDDEN = re.compile(r"(?<!Lesser )General Public|(?<!L)GPL|Proprietary|not told")


def test_each_pinned_package_stands_on_the_page_with_its_version_and_licence() -> None:
    page = PAGE.read_text(encoding="utf-8")
    listed = list(list_licences())
    assert len(listed) > 0.9 * len(PINNED.findall(LOCK.read_text(encoding="utf-8")))
    rows = [f"| {each.package} | {each.version} | {each.licence} |" for each in listed]
    assert [row for row in rows if row not in page] == [], "run: make licences"


def test_no_package_asks_of_us_what_we_cannot_give() -> None:
    refused = [
        each
        for each in list_licences()
        if not ACCEPTED.search(each.licence) or FORBIDDEN.search(each.licence)
    ]
    assert refused == []
