"""What must not be told by how long an answer takes: the secret, and requests on both sides."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loaders.actor import Actor
from models import Person, Role, locate_sealed
from tests.factories.rows import a_session, an_appeal, an_id, an_id_number
from tests.factories.stranger import PASSWORD
from tests.factories.world import NOW, REFUSAL_SELECTION, World

WRONG = "a wrong password 7"
ON_FILE, PROVED, NOBODY = an_id_number(1), an_id_number(2), an_id_number(700)


@dataclass(frozen=True)
class Request:
    """What is sent: a body, and by whom."""

    body: Mapping[str, Any]
    who: str | None = None
    token: str | None = None


@dataclass(frozen=True)
class Secret:
    """What hangs on it, and requests that differ by it alone; the answers are the same."""

    name: str
    sides: Mapping[str, Request]


async def prepare(world: World) -> list[Secret]:
    """Fill a world with those about whom somebody asks, and give the questions."""
    hashed = await world.service.passwords.hash_password(PASSWORD)
    known: dict[str, Any] = {"password_hash": hashed}
    await world.add_account("open", Role.DISTRICT_OFFICER, **known)
    await world.add_account("shut", Role.DISTRICT_OFFICER, active=False, **known)
    unit = await world.add_unit("unit")
    await world.add_person(1)
    id_ = an_id("person", 2)
    proved = Person.proved_mobile_sealed
    sealed = world.service.seal.seal_text(locate_sealed(proved, id_), "13912345678")
    await world.add_person(2, proved_mobile_sealed=sealed)
    await world.add_rows(an_appeal(unit))
    session = a_session(world.accounts["open"], ended_at=NOW)
    await world.add_rows(session, actor=Actor(account=world.accounts["open"].id))
    token = world.issue_token("unit")
    return [
        Secret("whether an account is there, and open", _sign_ins()),
        Secret("whether a person is on file, under another name", _look_ups()),
        Secret("whether a mobile of a person is on file", _codes()),
        Secret("whether there was a session", _refreshes(session.id)),
        Secret("how much of a token's signature is right", _tokens(token)),
    ]


def _sign_ins() -> Mapping[str, Request]:
    tried = {
        "unknown": ("nobody-here", WRONG),
        "wrong password": ("open", WRONG),
        "closed": ("shut", WRONG),
        "closed, right password": ("shut", PASSWORD),
    }
    return {
        side: _build("signIn", "CredentialsInput", {"account": account, "password": password})
        for side, (account, password) in tried.items()
    }


def _look_ups() -> Mapping[str, Request]:
    return {
        side: _build("lookUpPerson", "PersonLookUpInput", {"idNumber": n, "name": "某人"}, "unit")
        for side, n in {"unknown": NOBODY, "on file": ON_FILE}.items()
    }


def _codes() -> Mapping[str, Request]:
    numbers = {"unknown": NOBODY, "on file": ON_FILE, "with a mobile": PROVED}
    return {
        side: _build("requestPersonCode", "PersonCodeRequestInput", {"idNumber": number})
        for side, number in numbers.items()
    }


def _refreshes(session: Any) -> Mapping[str, Request]:
    ids = {"unknown": an_id("no session"), "ended": session}
    return {
        side: _build("refreshSession", "RefreshInput", {"refreshToken": f"{id}.{'x' * 43}"})
        for side, id in ids.items()
    }


def _tokens(token: str) -> Mapping[str, Request]:
    head, _, signature = token.rpartition(".")
    places = {"wrong from the first": 0, "wrong at the end": len(signature) - 2}
    return {
        side: Request({"query": "{ viewer { name } }"}, token=f"{head}.{_change(signature, place)}")
        for side, place in places.items()
    }


def _change(text: str, place: int) -> str:
    """Exchange a character for another one."""
    return f"{text[:place]}{'A' if text[place] != 'A' else 'B'}{text[place + 1 :]}"


def _build(
    mutation: str, input_type: str, given: Mapping[str, object], who: str | None = None
) -> Request:
    document = f"""mutation ($input: {input_type}!) {{
      {mutation}(input: $input) {{ __typename {REFUSAL_SELECTION} }} }}"""
    return Request({"query": document, "variables": {"input": given}}, who)
