"""J3: passkeys are added, sign in alone or beside a password, count once, and are removed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateways.passkey import Passkeys, build_passkeys
from loaders.actor import Actor
from models import DatabaseRole, OfficeHistory, Role
from resolvers.accounts.sign_in_challenge import remove_factor
from resolvers.kernel.public_access import transaction_as
from tests.factories.authenticator import (
    Authenticator,
    begin_totp,
    bind_authenticator,
    confirm_totp,
)
from tests.factories.passkey import DOMAIN, ORIGIN, Device
from tests.factories.refusal import list_refusal_reasons
from tests.factories.story import story
from tests.factories.stranger import (
    PASSWORD,
    SESSION_SELECTION,
    ask_with_token,
    mutate_as_stranger,
    sign_in,
)
from tests.factories.world import REFUSAL_SELECTION, World
from tests.schema.kernel.test_once_only import one_winner

ASKED = "... on AskedBrowserPayload { options ticket }"
BEGIN = f"mutation {{ beginPasskey {{ __typename {ASKED} {REFUSAL_SELECTION} }} }}"
START = f"mutation {{ startPasskeySignIn {{ __typename {ASKED} {REFUSAL_SELECTION} }} }}"
ADD = f"""mutation ($input: NewPasskeyInput!) {{ addPasskey(input: $input) {{ __typename
  ... on AddedPasskeyPayload {{ recoveryCodes account {{ username }} }} {REFUSAL_SELECTION} }} }}"""
REMOVE = f"""mutation ($input: PasskeyRemovalInput!) {{ removePasskey(input: $input) {{ __typename
  ... on RemovedPasskeyPayload {{ removedId }} {REFUSAL_SELECTION} }} }}"""
PROVE = f"""mutation ($input: ProofInput!) {{ proveAgain(input: $input) {{ __typename
  {REFUSAL_SELECTION} }} }}"""
OWN = "{ viewer { name passkeys { id name usedAt } secondFactor { recoveryCodesLeft } } }"
CHALLENGE = f"... on SignInChallengePayload {{ challenge passkeyOptions }} {SESSION_SELECTION}"


@story
async def world(world: World) -> World:
    hashed = await world.service.passwords.hash_password(PASSWORD)
    await world.add_account("amy", Role.DISTRICT_OFFICER, password_hash=hashed)
    await world.add_account("eve", Role.DISTRICT_OFFICER, password_hash=hashed)
    return world


@pytest.fixture(autouse=True)
def passkeys(world: World) -> None:
    ours = Passkeys(domain=DOMAIN, origins=(ORIGIN,))
    world.app.state.service = replace(world.service, passkeys=ours)


async def add(world: World, device: Device, account: str = "amy", token: str = "") -> Any:
    token = token or (await sign_in(world, account))["accessToken"]
    begun = (await ask_with_token(world, token, BEGIN)).only
    given = {
        "ticket": begun["ticket"],
        "credential": device.create(begun["options"]),
        "name": "手机",
    }
    added = (await ask_with_token(world, token, ADD, input=given)).only
    world.clock.now += timedelta(seconds=1)
    return {**added, "token": token}


async def start(world: World) -> Any:
    return (await world.ask(START)).only


async def come_in(world: World, device: Device, **changes: Any) -> Any:
    asked = await start(world)
    given = {"ticket": asked["ticket"], "credential": device.answer(asked["options"], **changes)}
    return await mutate_as_stranger(world, "completePasskeySignIn", given)


async def own(world: World, session: Any) -> Any:
    return (await ask_with_token(world, session["accessToken"], OWN)).only


async def test_j3_a_passkey_signs_in_without_a_password_and_is_listed(world: World) -> None:
    device = Device()
    added = await add(world, device)
    assert len({*added["recoveryCodes"]}) == 10
    session = await come_in(world, device)
    told = await own(world, session)
    assert told["name"] == "amy account"
    assert [each["name"] for each in told["passkeys"]] == ["手机"]
    assert told["passkeys"][0]["usedAt"]
    steps = [row.action for row in await world.load_rows(OfficeHistory)]
    assert "ADD_PASSKEY" in steps


async def test_j3_beside_a_password_a_passkey_or_a_recovery_code_completes_the_sign_in(
    world: World,
) -> None:
    device = Device()
    codes = (await add(world, device))["recoveryCodes"]
    first = {"account": "amy", "password": PASSWORD}
    for _ in range(2):
        asked = await mutate_as_stranger(world, "signIn", first, CHALLENGE)
        answered = {"credential": device.answer(asked["passkeyOptions"])}
        for last, kind in ((answered, "SessionPayload"), (answered, "Refusal")):
            given = {"challenge": asked["challenge"]} | last
            told = await mutate_as_stranger(world, "completeSignIn", given)
            assert told["__typename"] == kind, told
        world.clock.now += timedelta(seconds=1)
    asked = await mutate_as_stranger(world, "signIn", first, CHALLENGE)
    given = {"challenge": asked["challenge"], "code": codes[0]}
    told = await mutate_as_stranger(world, "completeSignIn", given)
    assert told["__typename"] == "SessionPayload"
    assert (await own(world, told))["secondFactor"] == {"recoveryCodesLeft": 9}


async def test_j3_what_a_passkey_answered_counts_once(world: World) -> None:
    device = Device()
    await add(world, device)
    asked = await start(world)
    given = {"ticket": asked["ticket"], "credential": device.answer(asked["options"])}
    told = await one_winner(
        *(mutate_as_stranger(world, "completePasskeySignIn", given) for _ in range(5))
    )
    assert {each["reason"] for each in told} == {"PASSKEY_REFUSED"}


async def test_j3_only_an_unlocked_passkey_on_our_page_for_what_we_asked_is_believed(
    world: World,
) -> None:
    device, other = Device(), Device()
    await add(world, device)
    await add(world, other, "eve")
    refused = [("PASSKEY_REFUSED", "input.credential")]
    for changed in ("origin", "domain"):
        kept = getattr(device, changed)
        setattr(device, changed, "https://jiuye.example" if changed == "origin" else "evil.test")
        assert list_refusal_reasons(await come_in(world, device)) == refused
        setattr(device, changed, kept)
    device.unlocked = False
    assert list_refusal_reasons(await come_in(world, device)) == refused
    device.unlocked = True
    other.user_handle = device.user_handle
    assert list_refusal_reasons(await come_in(world, other)) == refused
    broken = await come_in(world, device, signature="AAAA")
    assert list_refusal_reasons(broken) == refused
    asked, later = await start(world), await start(world)
    crossed = {"ticket": later["ticket"], "credential": device.answer(asked["options"])}
    told = await mutate_as_stranger(world, "completePasskeySignIn", crossed)
    assert list_refusal_reasons(told) == refused
    world.clock.now += timedelta(minutes=5)
    late = {"ticket": asked["ticket"], "credential": device.answer(asked["options"])}
    told = await mutate_as_stranger(world, "completePasskeySignIn", late)
    assert list_refusal_reasons(told) == [("CHALLENGE_LAPSED", "input.ticket")]
    assert (await come_in(world, device))["__typename"] == "SessionPayload"


async def test_j3_a_copy_of_a_passkey_is_noticed_by_its_count(world: World) -> None:
    device = Device()
    await add(world, device)
    for _ in range(3):
        await come_in(world, device)
        world.clock.now += timedelta(seconds=1)
    device.count = 0
    assert (await come_in(world, device))["reason"] == "PASSKEY_REFUSED"


@pytest.mark.parametrize("text", ["", "{}", "null", '{"id": 1}', "x" * 20_000])
async def test_j3_garbage_is_no_passkey(world: World, text: str) -> None:
    asked = await start(world)
    given = {"ticket": asked["ticket"], "credential": text}
    told = await mutate_as_stranger(world, "completePasskeySignIn", given)
    assert told["reason"] == "PASSKEY_REFUSED"
    token = (await sign_in(world, "amy"))["accessToken"]
    begun = (await ask_with_token(world, token, BEGIN)).only
    new = {"ticket": begun["ticket"], "credential": text, "name": "x"}
    told = (await ask_with_token(world, token, ADD, input=new)).only
    assert list_refusal_reasons(told) == [("PASSKEY_REFUSED", "input.credential")]


async def test_j3_a_passkey_is_added_with_a_fresh_proof_to_who_began(world: World) -> None:
    device = Device()
    token = world.issue_token("amy", proved=False)
    assert (await add(world, device, token=token))["reason"] == "PROVE_AGAIN"
    begun = (await ask_with_token(world, token, BEGIN)).only
    given = {"ticket": begun["ticket"], "credential": device.create(begun["options"]), "name": "x"}
    eve = (await sign_in(world, "eve"))["accessToken"]
    told = (await ask_with_token(world, eve, ADD, input=given)).only
    assert list_refusal_reasons(told) == [("CHALLENGE_LAPSED", "input.ticket")]
    amy = (await sign_in(world, "amy"))["accessToken"]
    assert (await ask_with_token(world, amy, ADD, input=given)).only["recoveryCodes"]
    twice = (await ask_with_token(world, amy, ADD, input=given)).only
    assert list_refusal_reasons(twice) == [("PASSKEY_EXISTS", "input.credential")]


async def test_j3_a_passkey_proves_again_and_its_removal_ends_what_it_could(world: World) -> None:
    device = Device()
    await add(world, device)
    session = await come_in(world, device)
    token = session["accessToken"]
    world.clock.now += timedelta(seconds=1)
    asked = await start(world)
    answer = {"ticket": asked["ticket"], "credential": device.answer(asked["options"])}
    proved = (await ask_with_token(world, token, PROVE, input={"passkey": answer})).only
    assert proved["__typename"] == "RenewedProofPayload"
    (known,) = (await own(world, session))["passkeys"]
    removed = (await ask_with_token(world, token, REMOVE, input={"passkey": known["id"]})).only
    assert removed == {"__typename": "RemovedPasskeyPayload", "removedId": known["id"]}
    world.clock.now += timedelta(seconds=1)
    assert (await come_in(world, device))["reason"] == "PASSKEY_REFUSED"
    again = await sign_in(world, "amy")
    assert again["__typename"] == "SessionPayload"
    given = {"passkey": "x"}
    gone = (await ask_with_token(world, again["accessToken"], REMOVE, input=given)).only
    assert list_refusal_reasons(gone) == [("NOT_FOUND", "input.passkey")]


async def test_j3_the_session_goes_on_while_a_factor_is_left_and_ends_with_the_last_one(
    world: World,
) -> None:
    """A session that goes on has a token that says there is a factor, and is believed."""
    devices = Device(), Device()
    token = (await add(world, devices[0]))["token"]
    await add(world, devices[1], token=token)
    session = await come_in(world, devices[0])
    again = {"refreshToken": session["refreshToken"]}
    for known in (await own(world, session))["passkeys"]:
        assert (await mutate_as_stranger(world, "refreshSession", again))["accessToken"]
        token = session["accessToken"]
        removed = (await ask_with_token(world, token, REMOVE, input={"passkey": known["id"]})).only
        assert removed == {"__typename": "RemovedPasskeyPayload", "removedId": known["id"]}
    assert (await mutate_as_stranger(world, "refreshSession", again))["reason"] == "SESSION_ENDED"


async def test_j3_the_session_goes_on_where_an_authenticator_is_left(world: World) -> None:
    session = await sign_in(world, "amy")
    await bind_authenticator(world, session["accessToken"])
    await add(world, Device(), token=session["accessToken"])
    (known,) = (await own(world, session))["passkeys"]
    given = {"passkey": known["id"]}
    removed = (await ask_with_token(world, session["accessToken"], REMOVE, input=given)).only
    assert removed == {"__typename": "RemovedPasskeyPayload", "removedId": known["id"]}
    again = {"refreshToken": session["refreshToken"]}
    assert (await mutate_as_stranger(world, "refreshSession", again))["accessToken"]


async def test_j3_codes_of_an_authenticator_go_on_beside_passkeys(world: World) -> None:
    token = (await sign_in(world, "amy"))["accessToken"]
    shows = await bind_authenticator(world, token)
    device = Device()
    assert (await add(world, device, token=token))["recoveryCodes"] == []
    world.clock.now += timedelta(minutes=1)
    remove = f"""mutation ($input: TotpCodeInput!) {{ removeTotp(input: $input) {{ __typename
      {REFUSAL_SELECTION} }} }}"""
    await ask_with_token(world, token, remove, input={"code": shows.show()})
    asked = await mutate_as_stranger(
        world, "signIn", {"account": "amy", "password": PASSWORD}, CHALLENGE
    )
    given = {"challenge": asked["challenge"], "code": shows.recovery_codes[1]}
    told = await mutate_as_stranger(world, "completeSignIn", given)
    assert told["__typename"] == "SessionPayload"


async def test_j3_an_authenticator_beside_passkeys_replaces_the_codes_once_it_is_confirmed(
    world: World,
) -> None:
    device = Device()
    added = await add(world, device)
    token, codes = added["token"], added["recoveryCodes"]
    begun = await begin_totp(world, token)
    by_password = {"password": {"present": PASSWORD}}
    alone = (await ask_with_token(world, token, PROVE, input=by_password)).only
    assert list_refusal_reasons(alone) == [("CODE_REQUIRED", "input.password.code")]
    by_code = {"password": {"present": PASSWORD, "code": codes[0]}}
    proved = (await ask_with_token(world, token, PROVE, input=by_code)).only
    assert proved["__typename"] == "RenewedProofPayload"
    shows = Authenticator(world, begun["secret"])
    early = {"password": {"present": PASSWORD, "code": shows.show()}}
    unconfirmed = (await ask_with_token(world, token, PROVE, input=early)).only
    assert unconfirmed["reason"] == "CODE_WRONG"
    assert (await confirm_totp(world, token, codes[1]))["reason"] == "CODE_WRONG"
    done = await confirm_totp(world, token, shows.show())
    assert len({*done["recoveryCodes"]} - {*codes}) == 10
    world.clock.now += timedelta(minutes=1)
    late = {"password": {"present": PASSWORD, "code": shows.show()}}
    proved = (await ask_with_token(world, token, PROVE, input=late)).only
    assert proved["__typename"] == "RenewedProofPayload"


async def test_j3_nothing_is_confirmed_beside_passkeys_that_was_not_begun(world: World) -> None:
    token = (await add(world, Device()))["token"]
    assert (await confirm_totp(world, token, "123456"))["reason"] == "FACTOR_MISSING"


async def test_j3_a_password_alone_proves_nothing_of_who_has_a_passkey_and_no_codes(
    world: World,
) -> None:
    token = (await add(world, Device()))["token"]
    own = Actor(account=world.accounts["amy"].id)
    async with transaction_as(world.service, own, DatabaseRole.SIGN_IN) as session:
        assert await remove_factor(session, world.accounts["amy"].id)
    given = {"password": {"present": PASSWORD}}
    told = (await ask_with_token(world, token, PROVE, input=given)).only
    assert list_refusal_reasons(told) == [("CODE_REQUIRED", "input.password.code")]


async def test_j3_where_there_is_no_domain_there_are_no_passkeys(world: World) -> None:
    world.app.state.service = replace(world.service, passkeys=None)
    assert (await start(world))["reason"] == "PASSKEYS_OFF"


@pytest.mark.parametrize(
    "origins", ["", "http://jiuye.test", "https://evil.test", "https://jiuye.test/x", "jiuye.test"]
)
def test_pages_of_another_domain_or_in_clear_take_no_passkeys(origins: str) -> None:
    with pytest.raises(ValueError, match=r"origins|ORIGINS"):
        build_passkeys(DOMAIN, origins)
    assert build_passkeys("", "") is None
    found = build_passkeys(DOMAIN, f"{ORIGIN}, https://www.jiuye.test")
    assert found is not None
    assert len(found.origins) == 2
