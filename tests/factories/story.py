"""Stories that are told once per worker: who comes later starts from the rows where they ended.

A story is a fixture that brings the world to where a test begins, by real mutations. `@story` in
the place of `@pytest.fixture` saves what it wrote, and gives later tests those rows and a copy of
what it returned. What a story builds on is a story as well, or writes nothing.
"""

import inspect
import io
import itertools
import pickle
import shutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from models import Account
from tests.factories.database import Database
from tests.factories.kept_database import KeptDatabase, Stage
from tests.factories.world import World

Tell = Callable[..., Awaitable[Any]]
Asked = tuple[tuple[object, ...], frozenset[Tell]]


@dataclass(frozen=True)
class Told:
    """Where a story ended."""

    tell: Tell
    stage: Stage
    now: datetime
    accounts: Mapping[str, Account]
    files: Path
    result: bytes


class StoryTeller:
    """Tells each story once from where it begins, and knows where it ended."""

    def __init__(self, kept_database: KeptDatabase, home: Path) -> None:
        self._kept = kept_database
        self._told: dict[tuple[Tell, Stage], Told] = {}
        self._homes = (home / f"story_{number}" for number in itertools.count(1))
        self._ways: dict[Asked, list[Told]] = {}
        self._asked: Asked = ((), frozenset())
        self._begun_at = kept_database.pristine
        self._way: list[Told] = []
        self._ahead: list[Told] = []

    async def begin(self, asked: Asked, stage: Stage) -> Database:
        """Load what a test that asks for those stories starts from.

        Where a test went through the same stories before, that is already the end of the last one:
        the rows are put back once, not once for each story.
        """
        self._ways[self._asked] = self._way
        self._asked = asked
        self._begun_at, self._way = stage, []
        self._ahead = list(self._ways.get(self._asked, ()))
        return await self._kept.load(self._ahead[-1].stage if self._ahead else stage)

    async def bring(self, world: World, tell: Tell, given: Mapping[str, Any]) -> Any:
        """Bring a world to the end of a story, and give what the story returned."""
        dirty = await self._kept.find_dirty()
        assert dirty == [], f"what was written to {dirty} before is no story"
        told = await self._go_on(world, tell, given)
        if tell in self._asked[1]:
            self._way.append(told)
        world.clock.now = told.now
        world.accounts.update(told.accounts)
        if told.files.exists():
            shutil.copytree(told.files, world.home, dirs_exist_ok=True)
        return _unpack(told.result, {"world": world, **given})

    async def _go_on(self, world: World, tell: Tell, given: Mapping[str, Any]) -> Told:
        if self._ahead and self._ahead[0].tell is tell:
            return self._ahead.pop(0)
        if self._ahead:  # told in another order
            self._ahead = []
            await self._kept.load(self._way[-1].stage if self._way else self._begun_at)
        base = self._kept.loaded
        told = self._told.get((tell, base))
        if told is None:
            told = self._told[tell, base] = await self._tell(world, tell, given)
        await self._kept.load(told.stage)
        return told

    async def _tell(self, world: World, tell: Tell, given: Mapping[str, Any]) -> Told:
        things, before = {"world": world, **given}, _pack_states(world, given)
        result = await tell(**given)
        assert _pack_states(world, given) == before, "what a story is given it does not change"
        assert world.app.state.service is world.service, "a service that is replaced is not kept"
        files = next(self._homes)
        if world.home.exists():
            shutil.copytree(world.home, files)
        stage, accounts = await self._kept.save(), dict(world.accounts)
        return Told(tell, stage, world.clock.now, accounts, files, _pack(result, things))


class _Pickler(pickle.Pickler):
    def __init__(self, into: io.BytesIO, things: Mapping[str, object]) -> None:
        super().__init__(into)
        self._names = {id(thing): name for name, thing in things.items()}

    def persistent_id(self, obj: object) -> str | None:
        return self._names.get(id(obj))


class _Unpickler(pickle.Unpickler):
    def __init__(self, packed: io.BytesIO, things: Mapping[str, object]) -> None:
        super().__init__(packed)
        self._things = things

    def persistent_load(self, pid: str) -> object:
        return self._things[pid]


def _pack(value: object, things: Mapping[str, object]) -> bytes:
    """Write an object down; what is one of the things is told by its name."""
    into = io.BytesIO()
    _Pickler(into, things).dump(value)
    return into.getvalue()


def _pack_states(world: World, given: Mapping[str, Any]) -> bytes:
    states = {name: vars(each) for name, each in given.items() if hasattr(each, "__dict__")}
    return _pack({name: each for name, each in states.items() if name != "world"}, {"world": world})


def _unpack(packed: bytes, things: Mapping[str, object]) -> Any:
    return _Unpickler(io.BytesIO(packed), things).load()


def find_stories(test: pytest.FixtureRequest) -> Asked:
    """Tell which fixtures of a test are stories, or stand in the place of one, and the stories."""
    known = test.node._fixtureinfo.name2fixturedefs
    asked, stories = [], set()
    for name in test.fixturenames:
        told = {each.func.story for each in known.get(name, ()) if hasattr(each.func, "story")}
        if told:
            asked.append(known[name][-1])
            stories.update(told)
    return tuple(asked), frozenset(stories)


def story(tell: Tell) -> Any:
    """Make a fixture of a story."""
    signature = inspect.signature(tell)

    async def begin(world: World, story_teller: StoryTeller, **given: Any) -> Any:
        if "world" in signature.parameters:
            given["world"] = world
        return await story_teller.bring(world, tell, given)

    names = ("world", "story_teller", *signature.parameters)
    parameters = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in dict.fromkeys(names)
    ]
    begin.__dict__["__signature__"] = inspect.Signature(parameters)
    begin.__doc__, begin.__module__ = tell.__doc__, tell.__module__
    begin.__dict__["story"] = tell
    return pytest.fixture(name=tell.__name__)(begin)
