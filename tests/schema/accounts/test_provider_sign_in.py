"""J3, X18: who signs in elsewhere is whom the provider says, and nobody else's account opens."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from loaders.actor import Actor
from models import Account, DatabaseRole, History, OfficeHistory, Person, Role, Unit
from resolvers.accounts import provider_sign_in
from resolvers.kernel import minute_bound
from resolvers.kernel.public_access import transaction_as
from resolvers.kernel.refusal_log import RefusalLog
from tests.factories.authenticator import CHALLENGE_SELECTION, bind_authenticator
from tests.factories.identity_provider import BACK, StandIn, run_provider
from tests.factories.refusal import list_refusal_reasons
from tests.factories.rows import CHAOYANG_DISTRICT, a_credit_code, an_id_number
from tests.factories.stranger import (
    SESSION_SELECTION,
    a_person_registration,
    a_unit_registration,
    ask_with_token,
    mutate_as_stranger,
    register_proved_person,
    sign_in,
)
from tests.factories.world import REFUSAL_SELECTION, World

STARTED = "... on StartedSignInPayload { url secret expiresAt }"
WAYS = "{ viewer { signIns(first: 1) { edges { node { way succeeded } } } } }"
OWN = "{ viewer { role name person { name } unit { name } } }"


@pytest.fixture
async def elsewhere(world: World) -> AsyncIterator[StandIn]:
    """A provider that this installation accepts; who signs in there is person 1."""
    async with run_provider() as (stand_in, provider):
        stand_in.claims = {"id_number": an_id_number(1), "name": "见习生1"}
        world.app.state.service = replace(world.service, providers={"jilin": provider})
        yield stand_in


async def start(world: World, **changes: Any) -> Any:
    asked = {"provider": "jilin", "subject": "PERSON", "redirectUri": BACK} | changes
    return await mutate_as_stranger(world, "startProviderSignIn", asked, STARTED)


async def come_back(world: World, elsewhere: StandIn, token: str = "", **changes: Any) -> Any:
    """Sign in at the provider, and complete the sign-in with what came back."""
    started = await start(world, **changes)
    back = {"secret": started["secret"], **elsewhere.let_in(started["url"])}
    return await complete(world, back, token)


async def complete(world: World, back: dict[str, str], token: str = "") -> Any:
    if not token:
        return await mutate_as_stranger(world, "completeProviderSignIn", back)
    document = f"""mutation ($input: ProviderReturnInput!) {{ completeProviderSignIn(
      input: $input) {{ __typename {SESSION_SELECTION} {REFUSAL_SELECTION} }} }}"""
    return (await ask_with_token(world, token, document, input=back)).only


async def own(world: World, session: Any) -> Any:
    return (await ask_with_token(world, session["accessToken"], OWN)).only


async def list_persons_accounts(world: World) -> list[Account]:
    rows = [row for row in await world.load_rows(Account) if row.role is Role.PERSON]
    return sorted(rows, key=lambda row: row.id)


async def test_the_ways_in_are_listed_for_strangers(world: World, elsewhere: StandIn) -> None:
    answer = await world.ask("{ signInProviders { id name } }", None, "zh")
    assert answer.only == [{"id": "jilin", "name": "吉林省统一身份认证"}]


async def test_x18_a_person_with_an_account_signs_in_to_it(
    world: World, elsewhere: StandIn
) -> None:
    await world.add_person(1)
    await register_proved_person(world, 1)
    session = await come_back(world, elsewhere)
    assert (await own(world, session))["person"] == {"name": "见习生1"}
    told = (await ask_with_token(world, session["accessToken"], WAYS)).only
    assert told["signIns"]["edges"][0]["node"] == {"way": "PROVIDER", "succeeded": True}
    assert len(await list_persons_accounts(world)) == 1


async def test_x18_who_is_signed_in_to_an_account_that_claims_the_number_gets_the_record(
    world: World, elsewhere: StandIn
) -> None:
    await world.add_person(1)
    squatter = a_person_registration(1, account="squatter", name="别人")
    await mutate_as_stranger(world, "registerPerson", squatter)
    mine = await mutate_as_stranger(world, "registerPerson", a_person_registration(1))
    assert (await own(world, mine))["person"] is None
    session = await come_back(world, elsewhere, mine["accessToken"])
    assert (await own(world, session))["person"] == {"name": "见习生1"}
    assert list_refusal_reasons(await sign_in(world, "squatter"))[0][0] == "SIGN_IN_FAILED"
    assert "CONFIRM_PERSON" in [step.action for step in await world.load_rows(OfficeHistory)]


async def test_x18_a_session_of_somebody_else_gets_nothing(
    world: World, elsewhere: StandIn
) -> None:
    await world.add_person(1)
    other = await mutate_as_stranger(world, "registerPerson", a_person_registration(2))
    refused = await come_back(world, elsewhere, other["accessToken"])
    assert list_refusal_reasons(refused) == [("ACCOUNT_NOT_OPENED", "input")]
    assert {row.person_id for row in await list_persons_accounts(world)} == {None}


@pytest.mark.parametrize("on_file", [True, False])
async def test_x18_a_person_without_an_account_gets_one_who_accepts_the_agreement(
    world: World, elsewhere: StandIn, on_file: bool
) -> None:
    if on_file:
        await world.add_person(1)
    assert list_refusal_reasons(await come_back(world, elsewhere)) == [
        ("ACCOUNT_NOT_OPENED", "input")
    ]
    agreed = {
        "agreementVersion": a_person_registration(1)["agreementVersion"],
        "region": CHAOYANG_DISTRICT,
    }
    session = await come_back(world, elsewhere, **agreed)
    assert (await own(world, session))["person"] == {"name": "见习生1"}
    (row,) = await list_persons_accounts(world)
    assert (row.agreement, row.region) == (agreed["agreementVersion"], CHAOYANG_DISTRICT)
    again = await come_back(world, elsewhere)
    assert (await own(world, again))["person"] == {"name": "见习生1"}
    assert len(await list_persons_accounts(world)) == len(await world.load_rows(Person)) == 1


async def test_x18_of_many_first_sign_ins_at_once_one_account_remains(
    world: World, elsewhere: StandIn
) -> None:
    agreed = {
        "agreementVersion": a_person_registration(1)["agreementVersion"],
        "region": CHAOYANG_DISTRICT,
    }
    await asyncio.gather(*(come_back(world, elsewhere, **agreed) for _ in range(6)))
    rows = await list_persons_accounts(world)
    (person,) = await world.load_rows(Person)
    assert [row.person_id for row in rows if row.active] == [person.id]
    assert (await own(world, await come_back(world, elsewhere)))["person"] == {"name": "见习生1"}


async def test_x18_a_unit_signs_in_as_its_legal_person_and_is_verified_by_that(
    world: World, elsewhere: StandIn
) -> None:
    elsewhere.claims = {"credit_code": a_credit_code(50), "name": "赵法人"}
    refused = await come_back(world, elsewhere, subject="UNIT")
    assert list_refusal_reasons(refused) == [("UNIT_NOT_REGISTERED", "input.code")]
    await mutate_as_stranger(world, "registerUnit", a_unit_registration(50))
    found = await own(world, await come_back(world, elsewhere, subject="UNIT"))
    assert (found["role"], found["unit"]) == ("LEGAL_PERSON", {"name": "新单位50有限公司"})
    (unit,) = [row for row in await world.load_rows(Unit) if row.credit_code == a_credit_code(50)]
    assert unit.verified_at == world.clock.now
    (step,) = [row for row in await world.load_rows(History) if row.action == "VERIFY"]
    assert (step.record_id, step.reason) == (unit.id, "吉林省统一身份认证")


async def test_a_closed_account_stays_closed(world: World, elsewhere: StandIn) -> None:
    await world.add_person(1)
    await register_proved_person(world, 1)
    (row,) = await list_persons_accounts(world)
    own_actor = Actor(account=row.id)
    async with transaction_as(world.service, own_actor, DatabaseRole.SIGN_IN) as session:
        await session.execute(update(Account).where(Account.id == row.id).values(active=False))
    refused = await come_back(world, elsewhere)
    assert list_refusal_reasons(refused) == [("ACCOUNT_CLOSED", "input")]


async def test_what_does_not_prove_who_it_is_opens_nothing(
    world: World, elsewhere: StandIn
) -> None:
    await world.add_person(1)
    await register_proved_person(world, 1)
    for claims in (
        {},
        {"name": "见习生1"},
        {"id_number": an_id_number(1)},
        {"id_number": "220102200305040019", "name": "见习生1"},
        {"id_number": [an_id_number(1)], "name": "见习生1"},
    ):
        elsewhere.claims = claims
        refused = await come_back(world, elsewhere)
        assert list_refusal_reasons(refused) == [("PROVIDER_TELLS_TOO_LITTLE", "input.code")]


async def test_only_what_was_asked_for_here_is_completed(world: World, elsewhere: StandIn) -> None:
    await world.add_person(1)
    await register_proved_person(world, 1)
    started, other = await start(world), await start(world)
    back = elsewhere.let_in(started["url"])
    lapsed = [("PROVIDER_SIGN_IN_LAPSED", "input.secret")]
    for secret, state in (
        (other["secret"], back["state"]),
        (started["secret"][:-3] + "abc", back["state"]),
        ("", back["state"]),
        (started["secret"], "another"),
    ):
        wrong = {"secret": secret, "state": state, "code": back["code"]}
        assert list_refusal_reasons(await complete(world, wrong)) == lapsed
    wrong = {"secret": started["secret"], "state": back["state"], "code": "guessed"}
    assert list_refusal_reasons(await complete(world, wrong)) == [
        ("PROVIDER_REFUSED", "input.code")
    ]
    right = {"secret": started["secret"], **back}
    world.clock.now += timedelta(minutes=11)
    assert list_refusal_reasons(await complete(world, right)) == lapsed
    world.clock.now -= timedelta(minutes=11)
    assert (await complete(world, right))["__typename"] == "SessionPayload"
    assert list_refusal_reasons(await complete(world, right)) == [
        ("PROVIDER_REFUSED", "input.code")
    ]


async def test_a_code_that_is_guessed_again_and_again_fills_no_disk(
    world: World, elsewhere: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_sign_in, "refusals", RefusalLog("jiuye.test", "warning"))
    monkeypatch.setattr(minute_bound, "ENTRIES_PER_MINUTE", 2)
    started = await start(world)
    back = elsewhere.let_in(started["url"])
    wrong = {"secret": started["secret"], "state": back["state"], "code": "guessed"}
    with capture_logs() as logs:
        for _ in range(3):
            assert list_refusal_reasons(await complete(world, wrong)) == [
                ("PROVIDER_REFUSED", "input.code")
            ]
    told = [(each["event"], each["log_level"]) for each in logs if "provider" in each]
    assert told == [("provider refused", "warning")] * 2


async def test_only_addresses_that_were_agreed_are_returned_to(
    world: World, elsewhere: StandIn
) -> None:
    for address in (
        f"{BACK}/",
        f"{BACK}?x=1",
        "https://front.example",
        "https://evil.example/back",
    ):
        refused = await start(world, redirectUri=address)
        assert list_refusal_reasons(refused) == [("REDIRECT_NOT_AGREED", "input.redirectUri")]
    refused = await start(world, provider="sichuan")
    assert list_refusal_reasons(refused) == [("PROVIDER_UNKNOWN", "input.provider")]


async def test_what_a_new_account_takes_is_judged_before_anybody_is_sent_away(
    world: World, elsewhere: StandIn
) -> None:
    refused = await start(world, agreementVersion="0", region="220000")
    assert list_refusal_reasons(refused) == [
        ("AGREEMENT_OUTDATED", "input.agreementVersion"),
        ("REGION_NOT_A_DISTRICT", "input.region"),
    ]
    refused = await start(world, agreementVersion="0")
    assert list_refusal_reasons(refused) == [("REGION_NOT_A_DISTRICT", "input.region")]


async def test_a_provider_that_is_away_is_told(world: World, elsewhere: StandIn) -> None:
    elsewhere.status = 503
    assert list_refusal_reasons(await start(world)) == [("PROVIDER_AWAY", "input")]


async def test_j3_who_has_a_second_factor_is_asked_for_it_after_the_provider_too(
    world: World, elsewhere: StandIn
) -> None:
    await world.add_person(1)
    shows = await bind_authenticator(world, await register_proved_person(world, 1))
    world.clock.now += timedelta(minutes=1)
    started = await start(world)
    back = {"secret": started["secret"], **elsewhere.let_in(started["url"])}
    asked = await mutate_as_stranger(world, "completeProviderSignIn", back, CHALLENGE_SELECTION)
    assert asked["__typename"] == "SignInChallengePayload"
    given = {"challenge": asked["challenge"], "code": shows.show_wrong()}
    wrong = await mutate_as_stranger(world, "completeSignIn", given)
    assert list_refusal_reasons(wrong) == [("CODE_WRONG", "input.code")]
    given["code"] = shows.show()
    session = await mutate_as_stranger(world, "completeSignIn", given)
    assert (await own(world, session))["person"] == {"name": "见习生1"}
    told = (await ask_with_token(world, session["accessToken"], WAYS)).only
    assert told["signIns"]["edges"][0]["node"] == {"way": "PROVIDER", "succeeded": True}


async def test_j3_a_sign_in_elsewhere_proves_as_of_when_the_provider_asked(
    world: World, elsewhere: StandIn
) -> None:
    await world.add_person(1)
    await register_proved_person(world, 1)
    now = int(world.clock.now.timestamp())
    for known_at, lapsed in ((now, False), (now + 30, False), (now - 3600, True), (None, False)):
        elsewhere.token_claims = {"auth_time": known_at}
        session = await come_back(world, elsewhere)
        asks = "{ viewer { proofLapsed } }"
        told = (await ask_with_token(world, session["accessToken"], asks)).only
        assert told == {"proofLapsed": lapsed}, known_at
