"""Which mutations there are, which a walk may send, and which it need not, each with a reason."""

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from graphql import ObjectTypeDefinitionNode, parse

from tests.stateful import errands, requests, walk
from tests.stateful.requests import DECISIONS, NOUNS, PLURALS

SCHEMA = Path("schema.graphql")

EXCUSED: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("openAccount", "closeAccount", "reopenAccount", "endSessionsOfAccount"),
            *("removeFactorOfAccount", "resetPasswordOfAccount"),
            *("confirmAccountChange", "refuseAccountChange"),
        ),
        "takes administrators, whom no walk has: who walks would be shut out by them",
    ),
    **dict.fromkeys(
        (
            *("beginPasskey", "addPasskey", "removePasskey"),
            *("startPasskeySignIn", "completePasskeySignIn"),
        ),
        "takes a device with passkeys, which no walk has",
    ),
    "endOtherSessions": "ends the sessions of who walks beside; `endSession` is walked",
    "registerHolder": "ends the sessions of who walks, and says nothing that a walk depends on",
}
"""Mutations that no walk sends, and why."""

BUILT = {
    *(f"{verb.lower()}{noun}" for verb in DECISIONS for noun in NOUNS.values()),
    *(f"{verb.lower()}MonthlyReports" for verb in DECISIONS),
    *(f"review{kinds}" for kinds in PLURALS.values()),
    *(f"change{kind}Claim" for kind in ("Hiring", "Service")),
}
"""Names that are put together from what a record is and what it tells of."""


@cache
def list_mutations() -> tuple[str, ...]:
    """List all that the schema has, in order."""
    (root,) = [
        each
        for each in parse(SCHEMA.read_text(), no_location=True).definitions
        if isinstance(each, ObjectTypeDefinitionNode) and each.name.value == "Mutation"
    ]
    return tuple(sorted(each.name.value for each in root.fields or ()))


def find_sendable() -> set[str]:
    """Find those whose names stand in the code that builds requests, or are put together there."""
    files = [Path(str(module.__file__)) for module in (errands, requests, walk)]
    written = {
        node.value
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {name for name in list_mutations() if name in written | BUILT}
