"""J3: whatever counts by a client's address counts by what the client can't change of it."""

import ast
from pathlib import Path

SERVER = Path(__file__).parents[2] / "server"
BY_ADDRESS = SERVER / "http" / "client_address.py"


def _reads_address(node: ast.AST) -> bool:
    """Tell `….client.host`, `scope["client"]` and `scope.get("client")`."""
    match node:
        case ast.Attribute(value=ast.Attribute(attr="client"), attr="host"):
            return True
        case ast.Subscript(value=given, slice=ast.Constant("client")):
            return _names_scope(given)
        case ast.Call(
            func=ast.Attribute(value=given, attr="get"), args=[ast.Constant("client"), *_]
        ):
            return _names_scope(given)
    return False


def _names_scope(node: ast.AST) -> bool:
    return isinstance(node, ast.Name | ast.Attribute) and "scope" in ast.unparse(node)


def test_j3_an_address_is_read_in_one_place_alone() -> None:
    """Whoever has a /64 of IPv6 has as many addresses as they like."""
    reading = {
        path
        for path in SERVER.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if _reads_address(node)
    }
    assert reading == {BY_ADDRESS}
