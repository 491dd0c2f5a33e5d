"""The tour as a user runs it: over HTTP, against real service processes (J6-J33)."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from server.demonstration.number import credit_code
from server.demonstration.place import PLACES, TOUR_UNITS
from server.tour import free_port
from server.tour_graph import Graph, TourFailed
from server.tour_party import Party

ROOT = Path(__file__).parents[2]
NO_ONE = {"signIn": {"__typename": "Refusal", "message": "No such account."}}


class WithoutDemonstration(BaseHTTPRequestHandler):
    """A service that lives, and knows nobody."""

    def do_GET(self) -> None:
        self._answer(b"ok")

    def do_POST(self) -> None:
        self._answer(json.dumps({"data": NO_ONE}).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def port_without_demonstration() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), WithoutDemonstration)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


def toured(port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "server.cli", "tour"],
        cwd=ROOT,
        env=os.environ | {"PORT": str(port), "HOST": "127.0.0.1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_tour_walks_the_whole_chain_and_comes_out_as_the_rules_say() -> None:
    """J27: nothing is payable below the floor; J29: two months are too few; J10, X2, X6."""
    done = toured(free_port())
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].endswith("touring one of its own")
    assert lines[-1].startswith("All as expected")
    told = done.stdout
    assert "Post 岗位 refused before the declaration" in told
    assert "A page named 营业执照.pdf refused" in told
    assert "营业执照.pdf sent, attached" in told
    assert "own approval refused" in told
    assert "3100.00 -> empty" in told
    assert "below the floor of 3392.00 yuan for 2024-10" in told
    assert "Claim with two months refused: 2 approved months" in told
    assert "5880.00 + 8000.00 + 4800.00 = 18680.00 yuan" in told
    assert "the internship ended on 2024-11-30" in told
    assert "Month after the end refused" in told
    steps = [re.match(r" *([0-9]+)\. ", line) for line in lines[1:-1]]
    assert [int(found[1]) if found else None for found in steps] == list(range(1, len(lines) - 1))


class Declared(Graph):
    """A service in which all units of the tour have declared."""

    def signed_in(self, account: str, password: str) -> Graph:
        return self

    def ask(self, document: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        codes = [credit_code(PLACES.index(place) + 1) for place in TOUR_UNITS]
        edges = [{"node": {"unit": {"creditCode": code}}} for code in codes]
        return {"declarations": {"edges": edges, "pageInfo": {"hasNextPage": False}}}


def test_when_all_units_are_used_up_it_says_how_to_start_afresh() -> None:
    with pytest.raises(TourFailed, match=r"All 10 units .* JIUYE_HOME=/tmp/jiuye-tour make run"):
        Party(Declared("127.0.0.1", 1), print)


def test_a_service_without_the_demonstration_is_a_clear_message(
    port_without_demonstration: int,
) -> None:
    refused = toured(port_without_demonstration)
    assert refused.returncode == 1
    assert "officer-220105-1 can't sign in" in refused.stderr
    assert "DEMO=true" in refused.stderr
    assert "Traceback" not in refused.stderr
