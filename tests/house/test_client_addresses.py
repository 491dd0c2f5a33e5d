"""J3: whatever counts by a client's address counts by what the client can't change of it."""

import ast
from pathlib import Path

SERVER = Path(__file__).parents[2] / "server"
BY_ADDRESS = SERVER / "http" / "client_address.py"


def test_j3_an_address_is_read_in_one_place_alone() -> None:
    """Whoever has a /64 of IPv6 has as many addresses as they like."""
    reading = {
        path
        for path in SERVER.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "host"
        if isinstance(node.value, ast.Attribute) and node.value.attr == "client"
    }
    assert reading == {BY_ADDRESS}
