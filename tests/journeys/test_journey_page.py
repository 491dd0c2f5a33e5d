"""docs/journey.md is true: its requests, in their order, over HTTP, up to money received."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from graphql import NoDeprecatedCustomRule, build_schema, parse, validate

from demonstration.data.account import PASSWORD
from models import Role
from tests.factories.database import Database
from tests.factories.web import a_client, serve_on_socket
from tests.factories.world import World, a_world
from tools.sdl import SNAPSHOT

PAGE = Path(__file__).parents[2] / "docs" / "journey.md"
PART = re.compile(r"^\*\*(\d{4}-\d\d-\d\d)\*\*$|^```(graphql|json|http)\n(.*?)^```$", re.M | re.S)
REFERENCE = re.compile(r"\{([a-zA-Z]\w*(?:\.\w+)+)\}")
WHOLE_REFERENCE = re.compile(rf"^{REFERENCE.pattern}$")
OFFICIALS = (
    ("officer", Role.DISTRICT_OFFICER, "220104"),
    ("finance", Role.FINANCE, "220104"),
    ("province", Role.PROVINCE_ADMINISTRATOR, "220000"),
    ("province-2", Role.PROVINCE_ADMINISTRATOR, "220000"),
)
"""Those whom the demonstration has, by the same names."""
PROBLEM = "... on Problem { __typename message cure }"


class Part(NamedTuple):
    """A day, or what stands in a fence."""

    kind: str
    text: str


def read_parts() -> Iterator[Part]:
    for day, kind, text in PART.findall(PAGE.read_text(encoding="utf-8")):
        yield Part("day", day) if day else Part(kind, text)


@dataclass
class Reader:
    """Sends what the page says, as whoever it says, and keeps what is answered."""

    http: httpx.AsyncClient
    world: World
    tokens: dict[str, str] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    sent: int = 0

    async def follow(self, parts: Sequence[Part]) -> None:
        """Follow the page."""
        for place, part in enumerate(parts):
            if part.kind == "day":
                self.world.clock.set_day(date.fromisoformat(part.text))
            elif part.kind == "http":
                await self.transfer(self.fill(part.text))
            elif part.kind == "graphql":
                for variables in list_variables(parts[place + 1 :]):
                    await self.ask(part.text, variables)

    async def ask(self, document: str, variables: Mapping[str, object]) -> None:
        """Ask as whoever the first line says."""
        who = document.partition("\n")[0].removeprefix("# ")
        token = self.tokens.get(who)
        headers = {"authorization": f"Bearer {token}"} if token else {}
        if "mutation" in document and PROBLEM not in document:
            document = re.sub(r"(\(input: \$input\) \{)", rf"\1 {PROBLEM}", document)
        if "signIn" in document or "register" in document:
            headers = {}
        body = {"query": document, "variables": self.fill(variables)}
        answer = (await self.http.post("/graphql", json=body, headers=headers)).json()
        self.sent += 1
        assert "errors" not in answer, (document, answer)
        for name, result in answer["data"].items():
            self.keep(who, {name: result} if "mutation" not in document else result)

    def keep(self, who: str, answer: dict[str, Any]) -> None:
        """Keep what was answered by its fields' names, and a token for whoever asked."""
        assert "message" not in answer, answer
        self.kept |= answer
        if "accessToken" in answer:
            self.tokens[who] = answer["accessToken"]

    async def transfer(self, text: str) -> None:
        """Send or fetch a file."""
        head, _, content = text.partition("\n\n")
        method, url = head.split()
        answer = await self.http.request(method, url, content=content.encode())
        self.sent += 1
        assert answer.is_success, (head, answer.text)

    def fill(self, value: Any) -> Any:
        """Put what was kept in the place of what names it."""
        if isinstance(value, Mapping):
            return {name: self.fill(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.fill(inner) for inner in value]
        if not isinstance(value, str):
            return value
        whole = WHOLE_REFERENCE.match(value)
        if whole:
            return self.find(whole[1])
        return REFERENCE.sub(lambda found: str(self.find(found[1])), value)

    def find(self, path: str) -> Any:
        """Find what was kept under a path."""
        found: Any = self.kept
        for step in path.split("."):
            found = found[int(step)] if step.isdigit() else found[step]
        return found


def list_variables(after: Sequence[Part]) -> list[Mapping[str, object]]:
    """List the sets of variables that stand below a request; one of none where there are none."""
    found = []
    for part in after:
        if part.kind != "json":
            break
        found.append(json.loads(part.text))
    return found or [{}]


def test_the_page_asks_for_nothing_that_is_on_its_way_out() -> None:
    schema = build_schema(SNAPSHOT.read_text(encoding="utf-8"))
    documents = [parse(part.text) for part in read_parts() if part.kind == "graphql"]
    assert len(documents) > 40
    for document in documents:
        assert validate(schema, document) == []
        assert validate(schema, document, [NoDeprecatedCustomRule]) == []


@pytest.mark.slow
async def test_j1_x8_what_the_page_says_leads_from_registration_to_money_received(
    database: Database,
) -> None:
    parts = list(read_parts())
    async with a_world(database) as world:
        known = await world.service.passwords.hash_password(PASSWORD)
        for name, role, region in OFFICIALS:
            await world.add_account(name, role, region, password_hash=known)
        async with serve_on_socket(world.app) as address, a_client(address) as http:
            reader = Reader(http, world)
            await reader.follow(parts)
    assert reader.sent > len([part for part in parts if part.kind in {"graphql", "http"}])
    [claim] = [edge["node"] for edge in reader.kept["received"]["edges"]]
    assert claim["status"] == "DISBURSED"
    [line] = claim["lineConnection"]["nodes"]
    [payment] = line["payments"]
    assert (payment["state"], payment["paidOn"]) == ("PAID", "2025-03-18")
    assert payment["amount"] == line["amount"] == claim["amount"] == "6120.00"
    [own] = [edge["node"] for edge in reader.kept["viewer"]["person"]["claimLines"]["edges"]]
    assert (own["state"], own["amount"]) == ("PAID", claim["amount"])
