"""How a test asks for a no: in both languages, complete in its words, and with nothing written."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from models import Base
from tests.factories.rows import NATIONWIDE_ACTOR
from tests.factories.world import INPUT_TYPES, REFUSAL_SELECTION, World

FoundFaults = list[tuple[str, str]]
_LACKING_FIGURE_PATTERN = re.compile(r"(?<![\w*])-(?![\w*])")
_DASH_ALLOWED_REASONS = ("WRONG_STATUS",)
"""Where nothing is possible any more, the dash is what the sentence means to say."""


_DIGEST_STATEMENT = " UNION ALL ".join(
    f"SELECT '{name}', md5(string_agg(t::text, ';' ORDER BY t::text)) FROM {name} t"
    for name in Base.metadata.tables
    if name not in {"region", "rate_limit"}
)


async def digest_tables(world: World) -> dict[str, str]:
    """Digest every table that a mutation may write to."""
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        rows = (await session.execute(text(_DIGEST_STATEMENT))).all()
    return {str(row[0]): str(row[1]) for row in rows}


@asynccontextmanager
async def assert_nothing_written(world: World) -> AsyncIterator[None]:
    """Demand that every row is afterwards as it was before."""
    before = await digest_tables(world)
    yield
    assert await digest_tables(world) == before


def list_refusal_reasons(result: dict[str, Any]) -> FoundFaults:
    """List the reasons of a no and their places; every sentence is demanded whole."""
    faults: list[dict[str, Any]]
    match result["__typename"]:
        case "Refusal":
            faults = [result]
        case "Invalid":
            faults = result["faults"]
        case "StaleVersion":
            faults = [result | {"reason": f"STALE_VERSION {result['current']}"}]
        case "Forbidden":
            faults = [result | {"reason": "FORBIDDEN", "path": result["missing"]}]
        case other:
            raise AssertionError(f"{other} is no refusal")
    for fault in (result, *faults):
        for sentence in (fault["message"], fault["cure"]):
            assert sentence
            whole = (
                not _LACKING_FIGURE_PATTERN.search(sentence)
                or fault.get("reason") in _DASH_ALLOWED_REASONS
            )
            assert whole, sentence
    return [(fault["reason"], ".".join(fault["path"])) for fault in faults]


async def try_mutation(
    world: World, mutation: str, input: Mapping[str, object], as_: str, language: str = "en"
) -> Any:
    """Carry out a mutation in a language."""
    shape = INPUT_TYPES.get(mutation, "DecisionInput")
    document = f"""mutation ($input: {shape}!) {{
      {mutation}(input: $input) {{ __typename {REFUSAL_SELECTION} }} }}"""
    return (await world.ask(document, as_, language, input=input)).only


async def assert_refused(
    world: World, mutation: str, input: Mapping[str, object], as_: str
) -> FoundFaults:
    """Demand a no, the same in Chinese and in English, that leaves everything as it was."""
    async with assert_nothing_written(world):
        english = await try_mutation(world, mutation, input, as_)
        chinese = await try_mutation(world, mutation, input, as_, "zh-CN")
    assert list_refusal_reasons(english) == list_refusal_reasons(chinese)
    assert not chinese["message"].isascii()
    assert not chinese["cure"].isascii()
    return list_refusal_reasons(english)
