"""What ran against the service is told as it was: by the last line of a suite, and on a page."""

import json

import pytest
from graphql import build_schema

from server.cli.client_setup import Client, print_client_setup
from tests.clients.page import PAGE, list_versions, read_results, render_page
from tests.clients.suite import EXAMPLES, SUITES, Outcome, read_outcome
from tools.sdl import SNAPSHOT


@pytest.mark.parametrize(
    ("told", "ended_well", "outcome"),
    [
        ("FAILED x\nws=23/24\n", False, Outcome("ws", "23/24", passed=False)),
        ("ws=24/24\n", True, Outcome("ws", "24/24", passed=True)),
        ("ws=24/24\nTypeError\n", True, Outcome("ws", "failed", passed=False)),
        ("", True, Outcome("ws", "failed", passed=False)),
    ],
)
def test_a_suite_has_passed_only_if_its_last_line_and_its_end_say_so(
    told: str, ended_well: bool, outcome: Outcome
) -> None:
    assert read_outcome("ws", told, ended_well) == outcome


def test_the_page_tells_each_suite_with_the_versions_of_its_lock_file() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == render_page({}), "run: make clients"
    assert [name for name, result in read_results(page).items() if not result] == []
    assert all(version in page for suite in SUITES.values() for version in list_versions(suite))


def test_a_suite_that_could_not_run_keeps_its_last_result_on_the_page() -> None:
    kept = read_results(render_page({"ws": "skipped"}))
    assert kept["ws"] == read_results(PAGE.read_text(encoding="utf-8"))["ws"]
    assert read_results(render_page({"ws": "0/24"}))["ws"] == "0/24"


def test_examples_are_set_up_as_the_product_prints_it() -> None:
    schema = build_schema(SNAPSHOT.read_text(encoding="utf-8"))
    codegen = (EXAMPLES / "web" / "codegen.ts").read_text(encoding="utf-8")
    assert codegen.rstrip("\n") == print_client_setup(Client.CODEGEN, schema).rstrip("\n")
    relay = json.loads((EXAMPLES / "relay" / "relay.config.json").read_text(encoding="utf-8"))
    printed = json.loads(print_client_setup(Client.RELAY, schema))
    assert {name: relay[name] for name in printed} == printed
