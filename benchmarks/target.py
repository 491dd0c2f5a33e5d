"""The measured servers, and how the same rows are asked of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from benchmarks import load, normal, operation, peer, scale
from benchmarks.database import HOME
from benchmarks.operation import Body
from benchmarks.servers import Server, ServerFailed, post

SIZES = (20, 100, 500)
COMPILED, REFERENCE = "compiled", "reference"
BATCHED, SINGLE, POSTGRAPHILE = "hand-written, batched", "hand-written, one JSON", "PostGraphile 5"


@dataclass
class Target:
    """One way to ask one server for the flagship's rows, by how many claims."""

    name: str
    server: Server
    path: str
    bodies: Mapping[int, Body]
    answer_bytes: dict[int, int] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Give the address that is loaded."""
        return self.server.url(self.path)

    def script(self, first: int) -> Path:
        """Write wrk's script for so many claims."""
        name = f"{self.name.replace(' ', '-').replace(',', '')}-{first}.lua"
        return load.script_of(HOME / name, self.bodies[first])

    def ask(self, first: int) -> bytes:
        """Ask once."""
        body = self.bodies[first]
        return post(self.url, body.content, body.token)


def of_service(name: str, server: Server, token: str) -> Target:
    """Ask this service; 500 claims are five pages in one operation, as lists are capped."""
    bodies = {
        first: Body(operation.graphql(operation.FLAGSHIP, first=first, **operation.MONTHS), token)
        for first in SIZES[:2]
    }
    pages = operation.flagship_pages(_cursors(server, token, SIZES[2] // operation.PAGE))
    bodies[SIZES[2]] = Body(operation.graphql(pages, **operation.MONTHS), token)
    return Target(name, server, "/graphql", bodies)


def of_handwritten(name: str, server: Server, path: str, token: str) -> Target:
    """Ask a hand-written endpoint, all claims at once."""
    asked = {first: orjson.dumps({"first": first, **operation.MONTHS}) for first in SIZES}
    return Target(name, server, path, {first: Body(asked[first], token) for first in SIZES})


def of_postgraphile(server: Server) -> Target:
    """Ask PostGraphile, all claims at once; the district is a condition."""
    where = {
        "region": scale.OFFICERS_DISTRICT,
        "from": f"{scale.FROM_MONTH}-01",
        "to": f"{scale.TO_MONTH}-01",
    }
    bodies = {
        first: Body(operation.graphql(peer.QUERY, first=first, **where), None) for first in SIZES
    }
    return Target(POSTGRAPHILE, server, "/graphql", bodies)


def _cursors(server: Server, token: str, pages: int) -> list[str | None]:
    found: list[str | None] = [None]
    while len(found) < pages:
        asked = operation.graphql(operation.CURSORS, after=found[-1])
        answer = orjson.loads(post(server.url("/graphql"), asked, token))
        found.append(answer["data"]["claims"]["pageInfo"]["endCursor"])
    return found


def compare(targets: Sequence[Target]) -> dict[int, dict[str, int]]:
    """Demand that all give the same rows, whole and without errors; tell how many they are."""
    counted = {}
    for first in SIZES:
        expected = None
        for target in targets:
            answer = target.ask(first)
            target.answer_bytes[first] = len(answer)
            claims = normal.claims_of(orjson.loads(answer))
            expected = expected or claims
            if claims != expected or len(claims) != first:
                raise ServerFailed(f"{target.name} gives other data for {first} claims")
        counted[first] = normal.size_of(expected or [])
    return counted
