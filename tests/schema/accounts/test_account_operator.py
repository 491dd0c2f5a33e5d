"""J3: a unit's operators, kept by its legal person; passwords and sessions, kept by oneself."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from argon2 import PasswordHasher
from orjson import OPT_SORT_KEYS, dumps
from sqlalchemy import select, update

from gateways.password import PasswordHashing
from loaders.actor import Actor
from models import Account, DatabaseRole, History, Request, Role, SignInSession
from resolvers.kernel.public_access import transaction_as
from resolvers.kernel.rate_limit import PASSWORD_LIMIT as PASSWORD_TRIES
from tests.factories.refusal import assert_refused, list_refusal_reasons
from tests.factories.story import story
from tests.factories.stranger import PASSWORD, ask_with_token, mutate_as_stranger, sign_in
from tests.factories.world import NOW, REFUSAL_SELECTION, World, build_global_id
from tests.schema.kernel.test_once_only import one_winner

OPERATOR = {"account": "clerk", "name": "孙经办", "password": PASSWORD}
THEN = "... on AccountPayload { account { id version active username name role } }"
ACCOUNTS = """{ viewer { unit { accounts(orderBy: NAME) { totalCount
  edges { node { username role active possibleActions { action allowed } } } } } } }"""
CHANGE = """mutation ($input: PasswordChangeInput!, $key: String) {
  changePassword(input: $input, idempotencyKey: $key) { __typename
    ... on AccountPayload { account { username version } }
    ... on Problem { message cure } ... on Refusal { reason path }
    ... on Invalid { faults { reason path message cure } } } }"""
OWN = "{ viewer { functions passwordGiven unit { name } } }"
SESSIONS = """{ viewer { sessions { totalCount edges { node {
  id way userAgent startedAt seenAt endedAt own } } } } }"""
SIGN_INS = "{ viewer { signIns { edges { node { way succeeded userAgent } } } } }"
NEXT = "another horse battery staple"


@story
async def world(world: World) -> World:
    """The unit's legal person, with a password that is known."""
    hashed = await world.service.passwords.hash_password(PASSWORD)
    unit_id = world.accounts["unit"].unit_id
    await world.add_account("boss", Role.LEGAL_PERSON, unit_id=unit_id, password_hash=hashed)
    return world


async def add(world: World, **changes: Any) -> Any:
    result = await world.mutate("addOperator", OPERATOR | changes, "boss", THEN)
    assert result["__typename"] == "AccountPayload", result
    return result["account"]


async def change_password(world: World, token: str) -> None:
    given = {"present": PASSWORD, "password": NEXT}
    answer = await ask_with_token(world, token, CHANGE, input=given)
    assert answer.only["__typename"] == "AccountPayload", answer


async def change(world: World, row: Any, as_: str = "boss", **changes: Any) -> Any:
    named = {"id": row["id"], "version": row["version"]}
    return await world.mutate("changeOperator", named | changes, as_, THEN)


async def test_j3_an_operator_is_added_signs_in_and_files_for_the_unit(world: World) -> None:
    added = await add(world)
    assert (added["username"], added["role"], added["active"]) == ("clerk", "UNIT_OPERATOR", True)
    token = (await sign_in(world, "clerk"))["accessToken"]
    await change_password(world, token)
    viewer = (await ask_with_token(world, token, OWN)).only
    assert viewer["unit"] == {"name": "unit有限公司"}
    assert "FILE_CLAIMS" in viewer["functions"]
    assert "MANAGE_OPERATORS" not in viewer["functions"]


async def test_x28_an_operator_sets_a_password_of_their_own_before_anything_else(
    world: World,
) -> None:
    """The legal person chose the first one, and would act in the operator's name for ever."""
    await add(world)
    token = (await sign_in(world, "clerk"))["accessToken"]
    first = (await ask_with_token(world, token, OWN)).only
    assert (first["passwordGiven"], first["unit"]) == (True, None)
    assert "FILE_CLAIMS" not in first["functions"]
    await change_password(world, token)
    own = (await ask_with_token(world, token, OWN)).only
    assert (own["passwordGiven"], "FILE_CLAIMS" in own["functions"]) == (False, True)
    world.clock.now += world.service.reset_life
    assert (await sign_in(world, "clerk", NEXT))["__typename"] == "SessionPayload"


async def test_x28_a_first_password_that_the_operator_does_not_change_ends(world: World) -> None:
    await add(world)
    world.clock.now += world.service.reset_life
    assert (await sign_in(world, "clerk"))["reason"] == "SIGN_IN_FAILED"


async def test_j3_the_legal_person_lists_all_accounts_and_an_operator_only_their_own(
    world: World,
) -> None:
    await world.add_unit("other")
    await add(world)
    found = (await world.ask(ACCOUNTS, "boss")).only["unit"]["accounts"]
    assert [edge["node"]["username"] for edge in found["edges"]] == ["boss", "unit", "clerk"]
    offered = {e["node"]["username"]: e["node"]["possibleActions"] for e in found["edges"]}
    assert offered["clerk"] == [{"action": "CHANGE", "allowed": True}]
    assert offered["boss"] == [{"action": "CHANGE", "allowed": False}]
    own = (await world.ask(ACCOUNTS, "unit")).only["unit"]["accounts"]
    assert [edge["node"]["username"] for edge in own["edges"]] == ["unit"]
    seen = (
        await world.ask("{ units { edges { node { accounts { totalCount } } } } }", "officer")
    ).only
    assert {edge["node"]["accounts"]["totalCount"] for edge in seen["edges"]} == {3, 1}


async def test_s1_nobody_but_the_legal_person_keeps_operators(world: World) -> None:
    row = await add(world)
    for who in ("unit", "officer", "province"):
        assert await assert_refused(world, "addOperator", OPERATOR, who) == [
            ("FORBIDDEN", "MANAGE_OPERATORS")
        ]
        named = {"id": row["id"], "version": 1, "active": False}
        assert await assert_refused(world, "changeOperator", named, who) == [
            ("FORBIDDEN", "MANAGE_OPERATORS")
        ]


async def test_j1_an_operators_name_and_password_keep_the_same_rules(world: World) -> None:
    assert await assert_refused(world, "addOperator", OPERATOR | {"account": "Clerk"}, "boss") == [
        ("ACCOUNT_NAME_MALFORMED", "input.account")
    ]
    weak = OPERATOR | {"password": "clerk"}
    assert await assert_refused(world, "addOperator", weak, "boss") == [
        ("PASSWORD_TOO_SHORT", "input.password"),
        ("PASSWORD_TOO_SIMPLE", "input.password"),
        ("PASSWORD_HOLDS_NAME", "input.password"),
    ]
    await add(world)
    assert await assert_refused(world, "addOperator", OPERATOR, "boss") == [
        ("ACCOUNT_NAME_TAKEN", "input.account")
    ]


async def test_j3_a_closed_operator_is_out_at_once_and_may_be_let_in_again(world: World) -> None:
    row = await add(world)
    session = await sign_in(world, "clerk")
    closed = (await change(world, row, active=False))["account"]
    assert closed["active"] is False
    answer = await mutate_as_stranger(
        world, "refreshSession", {"refreshToken": session["refreshToken"]}
    )
    assert answer["reason"] == "SESSION_ENDED"
    assert (await sign_in(world, "clerk"))["reason"] == "SIGN_IN_FAILED"
    await change(world, closed, active=True)
    assert (await sign_in(world, "clerk"))["__typename"] == "SessionPayload"


async def test_j3_a_reset_password_ends_the_sessions_and_is_in_no_history(world: World) -> None:
    row = await add(world)
    session = await sign_in(world, "clerk")
    await change(world, row, password=NEXT)
    answer = await mutate_as_stranger(
        world, "refreshSession", {"refreshToken": session["refreshToken"]}
    )
    assert answer["reason"] == "SESSION_ENDED"
    assert (await sign_in(world, "clerk"))["reason"] == "SIGN_IN_FAILED"
    assert (await sign_in(world, "clerk", NEXT))["__typename"] == "SessionPayload"
    query = """query ($id: ID!) { node(id: $id) { ... on Account { history { edges { node {
      action accountName changes { field before after } } } } } } }"""
    history = (await world.ask(query, "boss", id=row["id"])).only["history"]["edges"]
    assert [edge["node"] for edge in history] == [
        {
            "action": "CHANGE",
            "accountName": "boss account",
            "changes": [{"field": "password_hash", "before": None, "after": None}],
        },
        {"action": "CREATE", "accountName": "boss account", "changes": []},
    ]


async def test_j3_a_reset_password_lets_in_who_was_too_late_and_is_changed_first(
    world: World,
) -> None:
    row = await add(world)
    accounts = {each.username: each for each in await world.load_rows(Account)}
    world.accounts["clerk"] = accounts["clerk"]
    await closed(world, "clerk", password_given_at=NOW - world.service.reset_life)
    assert (await sign_in(world, "clerk"))["reason"] == "SIGN_IN_FAILED"
    await change(world, row, password=NEXT)
    session = await sign_in(world, "clerk", NEXT)
    asks = "{ viewer { passwordGiven } }"
    assert (await ask_with_token(world, session["accessToken"], asks)).only["passwordGiven"]


async def test_j3_whoever_is_no_operator_of_the_unit_is_not_changed(world: World) -> None:
    await world.add_unit("other")
    boss, theirs = world.accounts["boss"], world.accounts["other"]
    own = {"id": build_global_id("Account", boss.id), "version": 1, "active": False}
    assert await assert_refused(world, "changeOperator", own, "boss") == [
        ("NOT_AN_OPERATOR", "input.id")
    ]
    other = own | {"id": build_global_id("Account", theirs.id)}
    assert await assert_refused(world, "changeOperator", other, "boss") == [
        ("NOT_FOUND", "input.id")
    ]
    row = await add(world)
    nothing = {"id": row["id"], "version": row["version"]}
    assert await assert_refused(world, "changeOperator", nothing, "boss") == [
        ("NOTHING_CHANGED", "input")
    ]


async def test_x12_of_many_who_add_an_operator_of_one_name_one_wins(world: World) -> None:
    tries = [world.mutate("addOperator", OPERATOR, "boss", THEN) for _ in range(12)]
    for lost in await one_winner(*tries):
        assert list_refusal_reasons(lost) == [("ACCOUNT_NAME_TAKEN", "input.account")]


async def test_x12_of_many_who_change_an_operator_at_once_one_wins(world: World) -> None:
    row = await add(world)
    tries = [change(world, row, active=bool(n % 2)) for n in range(12)]
    for lost in await one_winner(*tries):
        assert lost["__typename"] == "StaleVersion"


async def test_x12_x11_a_key_answers_again_and_keeps_no_hash_that_a_password_can_be_tried_on(
    world: World,
) -> None:
    first = await world.mutate("addOperator", OPERATOR, "boss", THEN, key="the-same-key")
    again = await world.mutate("addOperator", OPERATOR, "boss", THEN, key="the-same-key")
    assert first == again
    mine = Actor(account=world.accounts["boss"].id)
    async with transaction_as(world.service, mine) as session:
        (kept,) = await session.scalars(select(Request.input_hash))
    said_ = dumps({"input": OPERATOR}, option=OPT_SORT_KEYS)
    assert kept != sha256(said_).digest()
    assert kept == world.service.seal.compute_mark("request", said_.decode())


async def test_j3_one_changes_ones_own_password_and_ones_other_sessions_end(world: World) -> None:
    here, there = await sign_in(world, "boss"), await sign_in(world, "boss")
    given = {"present": PASSWORD, "password": NEXT}
    done = await ask_with_token(world, here["accessToken"], CHANGE, input=given)
    assert done.only["account"] == {"username": "boss", "version": 2}
    lost = await mutate_as_stranger(
        world, "refreshSession", {"refreshToken": there["refreshToken"]}
    )
    assert lost["reason"] == "SESSION_ENDED"
    kept = await mutate_as_stranger(world, "refreshSession", {"refreshToken": here["refreshToken"]})
    assert kept["__typename"] == "SessionPayload"
    assert (await sign_in(world, "boss"))["reason"] == "SIGN_IN_FAILED"
    assert (await sign_in(world, "boss", NEXT))["__typename"] == "SessionPayload"
    assert [entry.action for entry in await world.load_rows(History)] == ["CHANGE_PASSWORD"]


async def test_j3_a_password_is_changed_only_by_who_knows_it_and_to_a_good_one(
    world: World,
) -> None:
    token = (await sign_in(world, "boss"))["accessToken"]

    async def asked(present: str, password: str) -> Any:
        given = {"present": present, "password": password}
        return list_refusal_reasons((await ask_with_token(world, token, CHANGE, input=given)).only)

    assert await asked("wrong", NEXT) == [("PASSWORD_WRONG", "input.present")]
    assert await asked(PASSWORD, PASSWORD) == [("PASSWORD_UNCHANGED", "input.password")]
    assert await asked(PASSWORD, "boss1") == [
        ("PASSWORD_TOO_SHORT", "input.password"),
        ("PASSWORD_HOLDS_NAME", "input.password"),
    ]
    for _ in range(PASSWORD_TRIES.tries - 3):
        await asked("wrong", NEXT)
    assert await asked(PASSWORD, NEXT) == [("TOO_MANY_TRIES", "")]


async def test_j3_one_lists_ones_sessions_and_ends_one(world: World) -> None:
    phone = await sign_in(world, "boss", agent="Phone/1.0 " + "x" * 400)
    world.clock.now += world.service.tokens.access / 2
    here = await sign_in(world, "boss", agent="Firefox/150")
    await mutate_as_stranger(world, "refreshSession", {"refreshToken": phone["refreshToken"]})
    listed = (await ask_with_token(world, here["accessToken"], SESSIONS)).only["sessions"]
    assert listed["totalCount"] == 2
    first, second = (edge["node"] for edge in listed["edges"])
    assert (first["userAgent"], first["own"], first["way"]) == ("Firefox/150", True, "PASSWORD")
    assert second["userAgent"].startswith("Phone/1.0 xxx")
    assert len(second["userAgent"]) == 120
    assert (second["own"], second["endedAt"]) == (False, None)
    assert (first["seenAt"], second["seenAt"]) == (None, world.clock.now.isoformat())
    assert second["startedAt"] == NOW.isoformat()
    end = """mutation ($input: SessionEndInput!) { endSession(input: $input) {
      ... on SignInSessionPayload { session { endedAt } } } }"""
    ended = await ask_with_token(world, here["accessToken"], end, input={"id": second["id"]})
    assert ended.only["session"]["endedAt"] == world.clock.now.isoformat()
    answer = await mutate_as_stranger(
        world, "refreshSession", {"refreshToken": phone["refreshToken"]}
    )
    assert answer["reason"] == "SESSION_ENDED"


async def test_j3_one_ends_ones_other_sessions_and_goes_on_in_this_one(world: World) -> None:
    phone, other = await sign_in(world, "boss"), await sign_in(world, "boss")
    here = await sign_in(world, "boss")
    end = f"""mutation {{ endOtherSessions {{ __typename
      ... on AccountPayload {{ account {{ username }} }} {REFUSAL_SELECTION} }} }}"""
    ended = (await ask_with_token(world, here["accessToken"], end)).only
    assert ended["account"] == {"username": "boss"}
    for gone in (phone, other):
        answer = await mutate_as_stranger(
            world, "refreshSession", {"refreshToken": gone["refreshToken"]}
        )
        assert answer["reason"] == "SESSION_ENDED"
    kept = await mutate_as_stranger(world, "refreshSession", {"refreshToken": here["refreshToken"]})
    assert kept["__typename"] == "SessionPayload"


async def test_x10_nobody_sees_or_ends_the_sessions_of_another(world: World) -> None:
    await sign_in(world, "boss")
    listed = "{ viewer { sessions { totalCount } signIns { totalCount } } }"
    for who in ("unit", "officer", "province", None):
        assert (await world.ask(listed, who)).only == {
            "sessions": {"totalCount": 0},
            "signIns": {"totalCount": 0},
        }
    session = (await sign_in(world, "boss"))["accessToken"]
    (node, _) = (await ask_with_token(world, session, SESSIONS)).only["sessions"]["edges"]
    named = {"id": node["node"]["id"]}
    assert await assert_refused(world, "endSession", named, "officer") == [
        ("NOT_FOUND", "input.id")
    ]


async def test_j3_whoever_tried_and_failed_is_in_the_history_of_the_account(world: World) -> None:
    await sign_in(world, "boss", "wrong", agent="Stranger/1")
    session = await sign_in(world, "boss", agent="Firefox/150")
    found = (await ask_with_token(world, session["accessToken"], SIGN_INS)).only["signIns"]["edges"]
    assert [edge["node"] for edge in found] == [
        {"way": "PASSWORD", "succeeded": True, "userAgent": "Firefox/150"},
        {"way": "PASSWORD", "succeeded": False, "userAgent": "Stranger/1"},
    ]


async def test_j2_a_refused_sign_in_names_the_hotline_of_the_region_that_is_stated(
    world: World,
) -> None:
    """The account's own would tell that there is one: known and unknown answer alike."""
    for account in ("boss", "nobody"):
        given = {"account": account, "password": "wrong", "region": "220104"}
        result = await mutate_as_stranger(world, "signIn", given)
        assert list_refusal_reasons(result) == [("SIGN_IN_FAILED", "input")]
        assert "0431-80767550" in result["cure"]
    odd = {"account": "boss", "password": PASSWORD, "region": "999999"}
    assert list_refusal_reasons(await mutate_as_stranger(world, "signIn", odd)) == [
        ("NOT_A_REGION", "input.region")
    ]


async def closed(world: World, name: str, **values: Any) -> None:
    """Change an account behind the service's back."""
    mine = Actor(account=world.accounts[name].id)
    async with transaction_as(world.service, mine, DatabaseRole.SIGN_IN) as session:
        await session.execute(update(Account).values(**values))


async def test_j2_a_closed_account_that_refreshes_is_told_whom_to_call(world: World) -> None:
    session = await sign_in(world, "boss")
    await closed(world, "boss", active=False)
    result = await mutate_as_stranger(
        world, "refreshSession", {"refreshToken": session["refreshToken"]}
    )
    assert list_refusal_reasons(result) == [("ACCOUNT_CLOSED", "input.refreshToken")]
    assert "0431-80767550" in result["cure"]


@pytest.mark.parametrize("values", [{"active": False}, {"password_hash": "!"}])
async def test_x12_no_session_slips_in_between_a_password_and_its_change(
    world: World, values: dict[str, Any]
) -> None:
    """The password was right when it was compared, and is not any more."""

    class Interrupted(PasswordHashing):
        async def is_match(self, hashed: str | None, password: str, who: str = "") -> bool:
            right = await super().is_match(hashed, password, who)
            await closed(world, "boss", **values)
            return right

    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    world.app.state.service = replace(world.service, passwords=Interrupted(hasher))
    assert (await sign_in(world, "boss"))["reason"] == "SIGN_IN_FAILED"
    mine = Actor(account=world.accounts["boss"].id)
    async with transaction_as(world.service, mine) as session:
        assert (await session.scalars(select(SignInSession))).all() == []
