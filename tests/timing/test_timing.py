"""Both sides of a secret cost the same: statements of the database and hashes of passwords.

How long they take is measured by `make timing`; a test must not depend on that.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from tests.factories.database import Database
from tests.factories.world import World, a_world
from tests.timing.secrets import Request, prepare

HASHES = ("hash_password", "is_match")


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with a_world(database) as made:
        yield made


@pytest.fixture
def hashes(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each hash of a password that is computed."""
    made: list[str] = []
    passwords = world.service.passwords

    def note(name: str) -> Callable[..., Any]:
        compute = getattr(passwords, name)

        def note_call(*given: Any) -> Any:
            made.append(name)
            return compute(*given)

        return note_call

    for name in HASHES:
        monkeypatch.setattr(passwords, name, note(name))
    return made


async def ask(world: World, request: Request, hashes: list[str]) -> tuple[str, object]:
    """Ask, and give the answer and what it cost."""
    token = request.token or (world.issue_token(request.who) if request.who else None)
    headers = {"authorization": f"Bearer {token}"} if token else {}
    world.statements.clear()
    hashes.clear()
    answer = await world.client.post("/graphql", json=request.body, headers=headers)
    kinds = [statement.split()[0] for statement in world.statements]
    return answer.text, (len(kinds), kinds.count("SELECT"), [*hashes])


async def test_x10_x11_what_is_hidden_costs_as_much_as_what_is_not_there(
    world: World, hashes: list[str]
) -> None:
    for secret in await prepare(world):
        told = {side: await ask(world, each, hashes) for side, each in secret.sides.items()}
        costs = {side: cost for side, (_, cost) in told.items()}
        assert len({str(cost) for cost in costs.values()}) == 1, (secret.name, costs)
        answers = {answer for answer, _ in told.values() if "ticket" not in answer}
        assert len(answers) <= 1, (secret.name, answers)
