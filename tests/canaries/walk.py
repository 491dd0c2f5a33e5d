"""Let canaries out by every input of the SDL in every spelling, and note what is answered."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zlib import crc32

import orjson
from graphql import GraphQLUnionType, get_named_type

from tests.canaries.canary import Aviary, Canary, Kind, Spelling, list_spellings
from tests.canaries.inputs import Place, build_given, list_places
from tests.canaries.stage import Stage
from tests.factories.stranger import PASSWORD, a_person_registration, a_unit_registration
from tests.matrix.expectation import list_expectations
from tests.schema.places import meant
from tests.schema.shape import InputPath, a_sample, replace_at

SHARES = 10_000
FEW_TRIES = 5
"""After so many mutations the tries are forgotten that some of them count (X11)."""
ASKERS = (
    *("near", "boss", "officer", "finance", "objections", "province", "person", "supplier"),
    *("district", "auditor"),
)
"""Who asks: the first of them who may; else a stranger."""
TOLD = """{ __typename ... on Problem { message cure } ... on Refusal { reason path }
  ... on Invalid { faults { reason path message cure } } ... on StaleVersion { current path }
  ... on Forbidden { missing } }"""
TYPED = {
    *("String", "Text", "Code", "Paragraph", "IdNumber", "MobileNumber", "CardNumber"),
    *("AccountName", "CreditCode"),
}
"""Scalars that people type freely. All others take a few letters and signs alone."""
COPIED = {"idempotencyKey", "after"}
"""What programs copy, and nobody spells."""
LATER_DAYS = {"endsOn", "validTo"}
OPENED: dict[str, Callable[[int], dict[str, Any]]] = {
    "registerUnit": lambda number: a_unit_registration(1000 + number % 8000),
    "registerPerson": lambda number: a_person_registration(number % 900),
    "recoverPersonAccount": lambda _: {"password": PASSWORD},
    "recoverAccount": lambda _: {"password": PASSWORD},
    "addOperator": lambda number: {"password": PASSWORD, "account": f"operator-{number}"},
}
"""What opens something new must not be there yet."""


class Answer(NamedTuple):
    """What came back: by which canary's request, as what, and its text."""

    came_by: str
    is_payload: bool
    text: str


@dataclass
class Walk:
    """What was sent, and what came back."""

    stage: Stage
    seed: int = 1
    share: float = 1.0
    aviary: Aviary = field(default_factory=Aviary)
    answers: list[Answer] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """Requests that failed within: what they would have kept is not known."""
    places: set[str] = field(default_factory=set)
    carried_out: Counter[str] = field(default_factory=Counter)
    _sent: int = 0

    def is_sampled(self, label: str) -> bool:
        """Return whether a request is part of the share: the same for a seed in any process."""
        return crc32(f"{self.seed} {label}".encode()) % SHARES < self.share * SHARES

    async def ask_all(self) -> None:
        """Send all requests of the SDL that are part of the share."""
        may = dict(list_expectations())
        for place, kind, spelling in list_requests():
            label = f"{place} {kind} {spelling}"
            if self.is_sampled(label):
                who = next((who for who in ASKERS if who in may.get(place.name, ())), None)
                self.places.add(str(place))
                is_code = place.scalar == "Code"
                canary = self.aviary.release(kind, spelling, label, is_code=is_code)
                await self.ask(place, canary, who)

    async def ask(self, place: Place, canary: Canary, who: str | None) -> None:
        """Send one request with one canary, and put back what it changed."""
        self._sent += 1
        if self._sent % FEW_TRIES == 0:
            await self.stage.forget_tries()
        given = build_given(place, self._fill(place))
        await self._state_versions(given)
        given = replace_at(given, place.path, canary.text)
        body = {"query": write_document(place, given), "variables": given}
        if place.operation == "subscription":
            text = await self.stage.subscribe(body, who)
        else:
            text = await self.stage.post(body, who)
        if self.note(canary.came_by, text):
            self.carried_out[place.name] += 1
            if place.operation == "mutation":
                await self.stage.put_back({*list_ids(given)})

    def note(self, came_by: str, text: str) -> bool:
        """Note an answer, and tell whether something was done or shown."""
        is_payload = is_done(text)
        self.answers.append(Answer(came_by, is_payload, text))
        if '"INTERNAL"' in text:
            self.faults.append(f"{came_by}: fails within")
        return is_payload

    def _fill(self, place: Place) -> Callable[[InputPath, str], object]:
        """Fill in a request so that it is about records that there are."""
        opened = OPENED[place.name](self._sent) if place.name in OPENED else {}
        scene = self.stage.scene

        def fill(path: InputPath, scalar: str) -> object:
            if path[-1] in opened:
                return opened[str(path[-1])]
            if path[-1] in LATER_DAYS:
                return "2025-01-15"
            if path == ("idempotencyKey",):
                return f"canary-{self._sent}"
            if scalar == "ID" and place.operation == "mutation":
                type_name = meant(place.name, path)
                for whose in ("near", "own"):
                    if type_name in scene.records[whose]:
                        return scene.get_id(whose, type_name)
            return a_sample(path, scalar)

        return fill

    async def _state_versions(self, given: Any) -> None:
        """State the version that each named record has."""
        if isinstance(given, dict):
            if "version" in given and isinstance(given.get("id"), str):
                found = await self.stage.read_version(given["id"])
                given["version"] = found or given["version"]
            for part in given.values():
                await self._state_versions(part)
        elif isinstance(given, list):
            for part in given:
                await self._state_versions(part)


def list_requests() -> Iterator[tuple[Place, Kind, Spelling]]:
    """Give each place with each form: every spelling where people type, else the plain one."""
    for place in list_places():
        typed = place.scalar in TYPED and place.path[-1] not in COPIED
        for kind in Kind:
            for spelling in list_spellings(kind) if typed else (Spelling.PLAIN,):
                yield place, kind, spelling


def write_document(place: Place, given: dict[str, Any]) -> str:
    """Write an operation that takes the arguments that are given."""
    heads = ", ".join(f"${name}: {place.field.args[name].type}" for name in given)
    passed = ", ".join(f"{name}: ${name}" for name in given)
    shape = get_named_type(place.field.type)
    told = "{ __typename }" if hasattr(shape, "fields") else ""
    told = TOLD if isinstance(shape, GraphQLUnionType) else told
    return f"{place.operation} X({heads}) {{ {place.name}({passed}) {told} }}"


def is_done(text: str) -> bool:
    """Return whether an answer is no refusal and no error."""
    try:
        told = orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    if not isinstance(told, dict) or "errors" in told:
        return False
    value = next(iter((told.get("data") or {}).values()), None)
    return isinstance(value, dict) and value.get("__typename", "").endswith("Payload")


def list_ids(given: Any) -> Iterator[str]:
    """Give every id that a request names."""
    if isinstance(given, dict):
        for name, part in given.items():
            if isinstance(part, str) and (name == "id" or name.endswith("Id")):
                yield part
            yield from list_ids(part)
    elif isinstance(given, list):
        for part in given:
            yield from list_ids(part)
