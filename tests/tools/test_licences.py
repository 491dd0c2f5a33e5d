"""What the service stands on may be used by everybody, and the page of licences says so."""

import re

from tools.fetched_packages import list_fetched_packages
from tools.licences import LOCK, PAGE, PINNED, list_licences
from tools.sbom import add_fetched_packages

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


def test_what_browsers_run_stands_on_the_page_and_in_the_list_of_components() -> None:
    """Whatever a build fetches by npm, as its digests say, once, and again the same."""
    fetched = list(list_fetched_packages())
    assert {each.name for each in fetched} == {"graphiql", "react", "react-dom"}
    page = PAGE.read_text(encoding="utf-8")
    for each in fetched:
        assert f"| {each.name} | {each.version} | {each.licence} |" in page, "run: make licences"
        assert ACCEPTED.search(each.licence)
    ours = {"bom-ref": "root-component", "name": "jiuye"}
    listed = {
        "metadata": {"component": ours},
        "components": [{"bom-ref": "requirements-L1", "name": "rich"}],
        "dependencies": [{"ref": "root-component", "dependsOn": ["requirements-L1"]}],
    }
    found = add_fetched_packages(listed)
    assert [each["name"] for each in found["components"]] == ["rich", *(f.name for f in fetched)]
    assert {each["hashes"][0]["content"] for each in found["components"][1:]} == {
        each.sha512 for each in fetched
    }
    (root,) = [each for each in found["dependencies"] if each["ref"] == "root-component"]
    refs = {f"pkg:npm/{each.name}@{each.version}" for each in fetched}
    assert root["dependsOn"] == sorted({"requirements-L1", *refs})
    assert add_fetched_packages(found) == found
