"""J3: who pays, names accounts, unmasks, grants or sets figures has proved of late who they are."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from models import Role
from resolvers.kernel.rate_limit import PROOF_LIMIT
from rules.kernel.fresh_proof import PROVED_FUNCTIONS
from rules.kernel.function import FUNCTION_HOLDERS
from tests.factories.authenticator import bind_authenticator
from tests.factories.failures import AllFailures
from tests.factories.identity_provider import BACK, StandIn, run_provider
from tests.factories.refusal import list_refusal_reasons
from tests.factories.rows import an_id_number
from tests.factories.story import story
from tests.factories.stranger import (
    PASSWORD,
    ask_with_token,
    mutate_as_stranger,
    register_proved_person,
    sign_in,
)
from tests.factories.world import REFUSAL_SELECTION, World
from tests.schema.accounts.test_permission import MUTATION_DOCUMENTS
from tests.schema.shape import MUTATIONS, read_may

PROVE = f"""mutation ($input: ProofInput!) {{ proveAgain(input: $input) {{ __typename
  ... on RenewedProofPayload {{ accessToken provedUntil }} {REFUSAL_SELECTION} }} }}"""
END = f"""mutation ($input: SessionEndInput!) {{ endSession(input: $input) {{ __typename
  {REFUSAL_SELECTION} }} }}"""
WAYS = "{ viewer { signIns { edges { node { way succeeded } } } } }"
LAPSED = "{ viewer { proofLapsed } }"
STARTED = "... on StartedSignInPayload { url secret }"

BY_THEMSELVES = {
    *("nameLineAccount", "confirmLineAccount", "endSession", "endOtherSessions", "registerHolder"),
    *("addPasskey", "removePasskey", "beginTotp", "confirmTotp"),
    *("callApplicant", "requestFailedRows", "requestScoreSheet"),
}
"""What takes a proof, though its function does not."""

PROVED = {
    name
    for name, field in MUTATIONS.items()
    if any(said.name.value == "freshProof" for said in field.ast_node.directives)
}


@story
async def world(world: World) -> World:
    hashed = await world.service.passwords.hash_password(PASSWORD)
    await world.add_account("amy", Role.FINANCE, password_hash=hashed)
    return world


async def open_session(world: World) -> str:
    token: str = (await sign_in(world, "amy"))["accessToken"]
    return token


async def prove(world: World, token: str, code: str | None = None, **changes: Any) -> Any:
    given = {"password": {"present": PASSWORD, "code": code} | changes}
    return (await ask_with_token(world, token, PROVE, input=given)).only


async def is_lapsed(world: World, token: str) -> bool:
    lapsed: bool = (await ask_with_token(world, token, LAPSED)).only["proofLapsed"]
    return lapsed


async def list_proofs(world: World, token: str) -> list[bool]:
    """List what the holder reads of their proofs: whether each of them was one."""
    edges = (await ask_with_token(world, token, WAYS)).only["signIns"]["edges"]
    return [each["node"]["succeeded"] for each in edges if each["node"]["way"] == "PROOF"]


async def wait_until_lapsed(world: World) -> str:
    """Sign in, and go on with the session until its proof is too old; give a token of then."""
    session = await sign_in(world, "amy")
    world.clock.now += timedelta(minutes=31)
    again = {"refreshToken": session["refreshToken"]}
    token: str = (await mutate_as_stranger(world, "refreshSession", again))["accessToken"]
    return token


def test_j3_each_mutation_of_a_function_that_takes_a_proof_says_so() -> None:
    taken = {
        name for name, of in MUTATIONS.items() if PROVED_FUNCTIONS & (read_may(of) or frozenset())
    }
    assert taken == PROVED - BY_THEMSELVES
    assert BY_THEMSELVES <= PROVED
    assert len(taken) > 15


async def test_j3_without_a_fresh_proof_each_such_mutation_is_refused_and_says_the_cure(
    world: World,
) -> None:
    for role in Role:
        if role is not Role.SYSTEM:
            await world.add_account(f"any-{role.lower()}", role)
    with AllFailures() as failures:
        for name in PROVED:
            may = read_may(MUTATIONS[name])
            assert may
            holder = f"any-{FUNCTION_HOLDERS[min(may)][0].lower()}"
            text, given = MUTATION_DOCUMENTS[name]
            with failures.at(name):
                stale = world.issue_token(holder, proved=False)
                refused = (await ask_with_token(world, stale, text, **given)).only
                assert refused["reason"] == "PROVE_AGAIN"
                assert "proveAgain" in refused["cure"]
                fresh = world.issue_token(holder)
                answer = (await ask_with_token(world, fresh, text, **given)).only
                assert answer.get("reason") != "PROVE_AGAIN"


async def test_j3_a_proof_lapses_while_the_session_goes_on_and_is_renewed_by_the_password(
    world: World,
) -> None:
    assert not await is_lapsed(world, await open_session(world))
    stale = await wait_until_lapsed(world)
    assert await is_lapsed(world, stale)
    renewed = await prove(world, stale)
    assert not await is_lapsed(world, renewed["accessToken"])
    assert renewed["provedUntil"] == (world.clock.now + timedelta(minutes=30)).isoformat()
    assert await is_lapsed(world, stale)
    assert await list_proofs(world, stale) == [True]


async def test_j3_a_session_that_is_refreshed_keeps_its_proof(world: World) -> None:
    session = await sign_in(world, "amy")
    world.clock.now += timedelta(minutes=20)
    again = {"refreshToken": session["refreshToken"]}
    moved = await mutate_as_stranger(world, "refreshSession", again)
    assert not await is_lapsed(world, moved["accessToken"])


async def test_j3_a_wrong_password_proves_nothing_and_tries_are_limited(world: World) -> None:
    stale = await wait_until_lapsed(world)
    wrong = await prove(world, stale, present="wrong")
    assert list_refusal_reasons(wrong) == [("PASSWORD_WRONG", "input.password.present")]
    assert await list_proofs(world, stale) == [False]
    for _ in range(PROOF_LIMIT.tries):
        last = await prove(world, stale, present="wrong")
    assert last["reason"] == "TOO_MANY_TRIES"
    assert (await prove(world, stale))["reason"] == "TOO_MANY_TRIES"


async def test_j3_who_has_a_second_factor_proves_with_it_too(world: World) -> None:
    shows = await bind_authenticator(world, await open_session(world))
    world.clock.now += timedelta(minutes=5)
    asked = await mutate_as_stranger(
        world,
        "signIn",
        {"account": "amy", "password": PASSWORD},
        "... on SignInChallengePayload { challenge }",
    )
    given = {"challenge": asked["challenge"], "code": shows.show()}
    token = (await mutate_as_stranger(world, "completeSignIn", given))["accessToken"]
    world.clock.now += timedelta(minutes=1)
    lacking, wrong = await prove(world, token), await prove(world, token, shows.show_wrong())
    assert list_refusal_reasons(lacking) == [("CODE_REQUIRED", "input.password.code")]
    assert list_refusal_reasons(wrong) == [("CODE_WRONG", "input.password.code")]
    assert (await prove(world, token, shows.show()))["__typename"] == "RenewedProofPayload"
    used = await prove(world, token, shows.show())
    assert list_refusal_reasons(used) == [("CODE_WRONG", "input.password.code")]


async def test_j3_a_session_that_has_ended_is_proved_no_more(world: World) -> None:
    token = await open_session(world)
    await ask_with_token(world, token, "mutation { signOut { __typename } }")
    assert (await prove(world, token))["reason"] == "SESSION_ENDED"


async def test_j3_no_proof_is_asked_for_where_the_setting_says_never(world: World) -> None:
    world.app.state.service = replace(world.service, proof_life=None)
    stale = await wait_until_lapsed(world)
    assert not await is_lapsed(world, stale)


@pytest.fixture
async def elsewhere(world: World) -> AsyncIterator[StandIn]:
    async with run_provider() as (stand_in, provider):
        stand_in.claims = {"id_number": an_id_number(1), "name": "见习生1"}
        world.app.state.service = replace(world.service, providers={"jilin": provider})
        yield stand_in


async def prove_elsewhere(world: World, elsewhere: StandIn, token: str, *, again: bool) -> Any:
    asked = {"provider": "jilin", "subject": "PERSON", "redirectUri": BACK, "again": again}
    started = await mutate_as_stranger(world, "startProviderSignIn", asked, STARTED)
    assert ("prompt=login" in started["url"]) == again
    back = {"secret": started["secret"], **elsewhere.let_in(started["url"])}
    return (await ask_with_token(world, token, PROVE, input={"provider": back})).only


async def test_j3_who_is_asked_anew_by_the_provider_proves_by_it(
    world: World, elsewhere: StandIn
) -> None:
    await world.add_person(1)
    token = await register_proved_person(world, 1)
    now = int(world.clock.now.timestamp())
    elsewhere.token_claims = {"auth_time": now}
    proved = await prove_elsewhere(world, elsewhere, token, again=True)
    assert proved["__typename"] == "RenewedProofPayload", proved
    lapsed = [("PROVIDER_SIGN_IN_LAPSED", "input.provider.secret")]
    told = await prove_elsewhere(world, elsewhere, token, again=False)
    assert list_refusal_reasons(told) == lapsed
    for known_at in (None, now - 3600):
        elsewhere.token_claims = {"auth_time": known_at}
        silent = await prove_elsewhere(world, elsewhere, token, again=True)
        assert list_refusal_reasons(silent) == lapsed


async def test_j3_whoever_else_the_provider_knows_proves_nothing(
    world: World, elsewhere: StandIn
) -> None:
    await world.add_person(1)
    await register_proved_person(world, 1)
    elsewhere.token_claims = {"auth_time": int(world.clock.now.timestamp())}
    refused = await prove_elsewhere(world, elsewhere, await open_session(world), again=True)
    assert list_refusal_reasons(refused) == [("PROOF_OF_ANOTHER", "input.provider.code")]
