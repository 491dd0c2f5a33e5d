"""Brings the peers' answers into one form, so that they can be held against each other."""

from typing import Any
from uuid import UUID

Json = Any
BARE = 36
"""How long a UUID is with its hyphens."""


def claims_of(body: Json) -> list[Json]:
    """Give the claims of an answer: rows in their order, ids as UUIDs, months without days."""
    if not isinstance(body, dict) or body.get("errors") or not isinstance(body.get("data"), dict):
        raise ValueError("the answer carries errors or no data")
    found: list[Json] = []
    for listed in body["data"].values():
        rows = [edge["node"] for edge in listed["edges"]] if isinstance(listed, dict) else listed
        found += [_normal(row) for row in rows]
    return found


def size_of(claims: list[Json]) -> dict[str, int]:
    """Count the rows of an answer."""
    lines = [line for claim in claims for line in claim["lines"]]
    reports = sum(len(line["intern"]["monthlyReports"]) for line in lines)
    return {"claims": len(claims), "lines": len(lines), "reports": reports}


def _normal(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _field(name, part) for name, part in value.items()}
    return [_normal(part) for part in value] if isinstance(value, list) else value


def _field(name: str, value: Json) -> Json:
    if name == "id":
        return _uuid(value)
    return value[:7] if name == "month" else _normal(value)


def _uuid(text: str) -> str:
    """Give the row's own UUID: a global id's last part, or the bare column."""
    return str(UUID(text if len(text) == BARE else text[-32:]))
