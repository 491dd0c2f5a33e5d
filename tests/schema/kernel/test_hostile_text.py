"""J11, X9: whatever stands in any text of any input, the answer is typed and nothing is broken."""

import json
import unicodedata
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import ColumnElement, String, select
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from models import Base
from rules.kernel.function import ROLE_FUNCTIONS
from tests.factories.database import TestCluster
from tests.factories.failures import AllFailures
from tests.factories.rows import NATIONWIDE_ACTOR
from tests.factories.world import World
from tests.schema.accounts.test_permission import WHO
from tests.schema.scene import Scene, a_scene
from tests.schema.shape import (
    ANONYMOUS_MUTATIONS,
    MUTATIONS,
    InputPath,
    a_sample,
    build_arguments,
    read_may,
    write_document,
)

TYPED = {"Text", "Paragraph", "String", "Code", "AccountName"}
MARK = "甲乙丙"
"""Stands in all of them, so that what was written is found again."""
HOSTILE = {
    "NUL": "a\0b",
    "bidi": "王\u202eexe.小",
    "zero width": "王\u200b\u2060\ufeff小",
    "long": "长" * 10_000,
    "markup": "<script>alert(1)</script>&amp;<!--",
    "formula": '=HYPERLINK("http://x",1)',
    "full-width formula": "＝ＣＭＤ|' /C calc'!A0",
    "quotes": "'); DROP TABLE account; --",
    "template": "${7*7}{{7*7}}%s%n{0}",
    "marks": "e" + "\u0301" * 400,
    "private": "\ue000王",
    "controls": "\x1b[31m\r\nSet-Cookie: x",
}
BODY_REFUSED = {"NUL": ("BAD_JSON",), "long": ("BODY_TOO_LARGE",)}
"""What is refused before any field is read, by 400 or 413."""
HALVES = {"first half": "\\ud800", "second half": "\\udc00", "both, turned": "\\udc00\\ud800"}
"""As JSON spells halves of characters, which no text is."""


@pytest.fixture(scope="module")
async def written_scene(cluster: TestCluster) -> AsyncIterator[Scene]:
    """A scene of its own, since whatever is taken is written."""
    async with a_scene(cluster) as made:
        yield made


def find_holder(name: str) -> str | None:
    """Find somebody who may send a mutation; a stranger where anybody may."""
    if name in ANONYMOUS_MUTATIONS:
        return None
    needed = read_may(MUTATIONS[name]) or frozenset()
    return next(who for who, role in WHO.items() if role and needed <= ROLE_FUNCTIONS[role])


async def list_written(world: World) -> list[tuple[str, str]]:
    """List what was written anywhere of texts that hold the mark, with its column."""
    found = []
    async with AsyncSession(world.administration) as session:
        await set_rls_context(session, NATIONWIDE_ACTOR)
        for mapper in Base.registry.mappers:
            table = mapper.class_
            if table.metadata is not Base.metadata:
                continue
            for column in list_text_columns(table):
                marked = select(column).where(column.contains(MARK))
                rows = (await session.scalars(marked)).all()
                found += [(f"{table.__tablename__}.{column.key}", row) for row in rows]
    return found


def list_text_columns(table: type[Base]) -> Iterator[ColumnElement[str]]:
    for column in table.__table__.c:
        # What names are compared and searched by is folded, and never shown (J11, ADR 0102).
        if type(column.type) is String and column.name not in {"name_key", "part"}:
            yield column


def spell(text: str) -> str:
    """Spell a text as the service writes it: trimmed, composed (docs/clients.md)."""
    return unicodedata.normalize("NFC", text).strip()


@pytest.mark.slow
@pytest.mark.parametrize("kind", HOSTILE)
async def test_j11_whatever_stands_in_any_text_is_answered_by_type_and_written_as_it_was_sent(
    written_scene: Scene, kind: str
) -> None:
    sent = f"{MARK}{HOSTILE[kind]}"

    def fill(place: InputPath, name: str) -> object:
        return sent if name in TYPED else a_sample(place, name)

    world = written_scene.world
    before = {text for _, text in await list_written(world)}
    with AllFailures() as failures:
        for name, field in MUTATIONS.items():
            with failures.at(name):
                given = build_arguments(field, fill)
                document = write_document("mutation", name, field)
                answer = await world.ask(document, find_holder(name), **given)
                codes = [each["extensions"].get("code") for each in answer.errors]
                allowed = {"TOO_BUSY", "RATE_LIMITED", *BODY_REFUSED.get(kind, ())}
                assert {*codes} <= allowed, answer.errors
    written = {text for _, text in await list_written(world)} - before
    assert written <= {spell(sent)}


@pytest.mark.slow
@pytest.mark.parametrize("kind", HALVES)
async def test_j11_half_of_a_character_is_refused_or_answered_by_type(
    written_scene: Scene, kind: str
) -> None:
    world, mark = written_scene.world, "HALF"

    def fill(place: InputPath, name: str) -> object:
        return mark if name in TYPED else a_sample(place, name)

    with AllFailures() as failures:
        for name, field in MUTATIONS.items():
            with failures.at(name):
                body = {
                    "query": write_document("mutation", name, field),
                    "variables": build_arguments(field, fill),
                }
                raw = json.dumps(body).replace(mark, HALVES[kind])
                headers = {"content-type": "application/json"}
                who = find_holder(name)
                if who is not None:
                    headers["authorization"] = f"Bearer {world.issue_token(who)}"
                answer = await world.client.post("/graphql", content=raw, headers=headers)
                said = answer.json()
                codes = [each["extensions"].get("code") for each in said.get("errors", ())]
                assert "INTERNAL" not in codes, said
                assert answer.status_code in {200, 400, 429}
