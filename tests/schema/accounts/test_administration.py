"""X28: administrators 三员 open, close and secure officials' accounts, and are read by auditors."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from loaders.key import Key
from models import Account, Role
from tests.factories.authenticator import bind_authenticator
from tests.factories.refusal import list_refusal_reasons
from tests.factories.rows import NANGUAN_DISTRICT, an_id_number
from tests.factories.story import story
from tests.factories.stranger import PASSWORD, ask_with_token, mutate_as_stranger, sign_in
from tests.factories.world import REFUSAL_SELECTION, World
from tests.schema.kernel.test_once_only import one_winner

ACCOUNT = """account { id version active pendingChange pendingByName
  possibleActions { action allowed reason } }"""
OFFICIAL = f"... on OfficialAccountPayload {{ password {ACCOUNT} }}"
PLAIN = f"... on AccountPayload {{ {ACCOUNT} }}"
HISTORY = """query ($id: ID!) { node(id: $id) { ... on Account { officeHistory { edges { node {
  action fromStatus toStatus reason accountName } } } } } }"""
WITH_PASSWORD = {"openAccount", "resetPasswordOfAccount", "confirmAccountChange"}


@story
async def world(world: World) -> World:
    for name, role in (
        ("sysadmin", Role.SYSTEM_ADMINISTRATOR),
        ("security", Role.SECURITY_ADMINISTRATOR),
        ("audit", Role.AUDIT_ADMINISTRATOR),
    ):
        await world.add_account(name, role, "220000")
    await world.add_account("examiner", Role.AUDITOR, "220000")
    await world.add_account("second-security", Role.SECURITY_ADMINISTRATOR, "220000")
    hashed = await world.service.passwords.hash_password(PASSWORD)
    await world.add_account("amy", Role.DISTRICT_OFFICER, password_hash=hashed)
    return world


async def do(world: World, mutation: str, as_: str, **given: Any) -> Any:
    then = OFFICIAL if mutation in WITH_PASSWORD else PLAIN
    return await world.mutate(mutation, given, as_, then)


def name_account(world: World, name: str) -> str:
    return Key("Account", (world.accounts[name].id,)).format_global_id()


async def change(world: World, mutation: str, as_: str, name: str = "amy", version: int = 1) -> Any:
    id_ = name_account(world, name)
    return await do(world, mutation, as_, id=id_, version=version, reason="离岗")


async def open_account(world: World, as_: str = "sysadmin", **changes: Any) -> Any:
    given = {
        "account": "new-officer",
        "name": "新人",
        "role": "DISTRICT_OFFICER",
        "region": "220104",
        "idNumber": an_id_number(7),
        "reason": "新入职",
    }
    return await do(world, "openAccount", as_, **given | changes)


async def confirm(world: World, account: Any, as_: str = "security") -> Any:
    given = {"id": account["id"], "version": account["version"]}
    return await do(world, "confirmAccountChange", as_, **given)


async def load_by_name(world: World, name: str) -> Account:
    rows: dict[str, Account] = {row.username: row for row in await world.load_rows(Account)}
    return rows[name]


def list_barred(account: Any) -> dict[str, str | None]:
    return {each["action"]: each["reason"] for each in account["possibleActions"]}


async def test_x28_an_account_is_opened_by_two_and_its_password_told_once_to_who_confirms(
    world: World,
) -> None:
    proposed = await open_account(world)
    account = proposed["account"]
    assert proposed["password"] is None
    assert (account["active"], account["pendingChange"]) == (False, "OPEN")
    assert list_refusal_reasons(await confirm(world, account, "sysadmin"))[0][0] == "FOUR_EYES"
    done = await confirm(world, account)
    assert done["account"]["active"]
    assert done["account"]["pendingChange"] is None
    session = await sign_in(world, "new-officer", done["password"])
    assert session["__typename"] == "SessionPayload"
    again = {"id": done["account"]["id"], "version": done["account"]["version"]}
    gone = await do(world, "confirmAccountChange", "second-security", **again)
    assert gone["reason"] == "ACCOUNT_CHANGE_MISSING"


async def test_x28_who_proposed_a_password_is_never_told_it_by_asking_again(world: World) -> None:
    reset = {"id": name_account(world, "amy"), "version": 1, "reason": "忘记"}
    ask_reset = partial(
        world.mutate, "resetPasswordOfAccount", reset, "security", OFFICIAL, key="reset-of-amy"
    )
    proposed = await ask_reset()
    confirmation = {key: proposed["account"][key] for key in ("id", "version")}
    ask_confirm = partial(
        world.mutate, "confirmAccountChange", confirmation, "sysadmin", OFFICIAL, key="confirm-amy"
    )
    done = await ask_confirm()
    assert done["password"]
    replayed = await ask_reset()
    assert replayed["account"]["version"] == done["account"]["version"]
    assert replayed["password"] is None
    assert (await ask_confirm())["password"] == done["password"]  # an answer lost on the way


async def test_x28_a_password_that_was_given_ends_unless_the_holder_takes_one_of_their_own(
    world: World,
) -> None:
    done = await confirm(world, (await open_account(world))["account"])
    world.clock.now += timedelta(days=7)
    late = await sign_in(world, "new-officer", done["password"])
    assert late["reason"] == "SIGN_IN_FAILED"


async def test_x28_what_was_proposed_is_refused_or_withdrawn_and_opens_nothing(
    world: World,
) -> None:
    account = (await open_account(world))["account"]
    given = {"id": account["id"], "version": account["version"], "reason": "重复"}
    refused = await do(world, "refuseAccountChange", "sysadmin", **given)
    assert refused["account"]["pendingChange"] is None
    assert not refused["account"]["active"]
    told = await world.ask(HISTORY, "audit", id=account["id"])
    steps = [each["node"] for each in told.only["officeHistory"]["edges"]]
    assert [(step["action"], step["toStatus"]) for step in steps] == [
        ("OPEN", "REFUSED"),
        ("OPEN", "PROPOSED"),
        ("CREATE", None),
    ]
    assert steps[0]["accountName"] == "sysadmin account"


async def test_x28_who_has_to_be_stopped_is_stopped_at_once_by_one(world: World) -> None:
    session = await sign_in(world, "amy")
    ended = await change(world, "endSessionsOfAccount", "security")
    assert ended["account"]["active"]
    again = {"refreshToken": session["refreshToken"]}
    assert (await mutate_as_stranger(world, "refreshSession", again))["reason"] == "SESSION_ENDED"
    closed = await change(world, "closeAccount", "sysadmin", version=ended["account"]["version"])
    assert not closed["account"]["active"]
    assert (await sign_in(world, "amy"))["reason"] == "SIGN_IN_FAILED"
    reopened = await change(
        world, "reopenAccount", "sysadmin", version=closed["account"]["version"]
    )
    assert reopened["account"]["pendingChange"] == "REOPEN"
    assert (await sign_in(world, "amy"))["reason"] == "SIGN_IN_FAILED"
    assert (await confirm(world, reopened["account"]))["account"]["active"]
    assert (await sign_in(world, "amy"))["__typename"] == "SessionPayload"


async def test_x28_a_lost_authenticator_is_removed_by_two(world: World) -> None:
    token = (await sign_in(world, "amy"))["accessToken"]
    missing = await change(world, "removeFactorOfAccount", "security")
    assert missing["account"]["pendingChange"] == "REMOVE_FACTOR"
    told = await confirm(world, missing["account"], "sysadmin")
    assert list_refusal_reasons(told)[0][0] == "FACTOR_MISSING"
    await bind_authenticator(world, token)
    version = (await load_by_name(world, "amy")).version
    done = await confirm(world, missing["account"] | {"version": version}, "sysadmin")
    assert done["account"]["pendingChange"] is None
    assert (await sign_in(world, "amy"))["__typename"] == "SessionPayload"


async def set_parameter(world: World, key: str, value: str) -> None:
    draft = {
        "key": key,
        "region": "220000",
        "value": value,
        "effectiveFrom": "2020-01-01",
        "source": "省厅确认",
        "confirmed": True,
    }
    then = "... on ParameterPayload { parameter { id version } }"
    row = (await world.mutate("proposeParameter", draft, "province", then))["parameter"]
    await world.mutate("approveParameter", row, "deputy", then)


async def test_x28_nobody_has_more_proposals_waiting_than_the_parameter_allows(
    world: World,
) -> None:
    await set_parameter(world, "administration.max_pending", "2")
    await world.add_account("bea", Role.FINANCE)
    await world.add_account("cai", Role.FINANCE)
    ask = partial(change, world, "resetPasswordOfAccount", "security")
    names = ("amy", "bea", "cai")
    told = await asyncio.gather(*(ask(name) for name in names))
    refused = [each for each in told if each["__typename"] == "Refusal"]
    assert [each["reason"] for each in refused] == ["ACCOUNT_CHANGES_TOO_MANY"]
    waiting = next(each["account"] for each in told if each not in refused)
    await confirm(world, waiting, "sysadmin")
    (left,) = (who for who, each in zip(names, told, strict=True) if each in refused)
    assert (await ask(left))["__typename"] != "Refusal"


async def test_x28_by_parameter_one_administrator_is_enough_and_is_told_the_password(
    world: World,
) -> None:
    await set_parameter(world, "administration.by_two", "false")
    given = await change(world, "resetPasswordOfAccount", "security")
    assert given["password"]
    assert (await sign_in(world, "amy"))["reason"] == "SIGN_IN_FAILED"
    assert (await sign_in(world, "amy", given["password"]))["__typename"] == "SessionPayload"


@pytest.mark.parametrize("name", ["audit", "examiner", "security", "unit"])
@pytest.mark.parametrize(
    ("mutation", "as_"), [("closeAccount", "sysadmin"), ("endSessionsOfAccount", "security")]
)
async def test_x28_who_audits_them_is_out_of_their_reach(
    world: World, name: str, mutation: str, as_: str
) -> None:
    refused = await change(world, mutation, as_, name)
    assert list_refusal_reasons(refused)[0][0] == "ACCOUNT_NOT_ADMINISTERED"


async def test_x28_an_administrator_of_a_district_reaches_no_other(world: World) -> None:
    await world.add_account("near-system", Role.SYSTEM_ADMINISTRATOR, NANGUAN_DISTRICT)
    assert (await change(world, "closeAccount", "near-system"))["reason"] == "NOT_FOUND"
    outside = await open_account(world, "near-system")
    assert list_refusal_reasons(outside) == [("REGION_OUTSIDE", "input.region")]


async def test_x28_all_that_is_wrong_with_a_new_account_is_told_at_once(world: World) -> None:
    told = await open_account(world, role="AUDIT_ADMINISTRATOR", region="510000")
    assert list_refusal_reasons(told) == [
        ("ACCOUNT_NOT_ADMINISTERED", "input.role"),
        ("REGION_OUTSIDE", "input.region"),
    ]
    taken = await open_account(world, account="officer")
    assert list_refusal_reasons(taken) == [("ACCOUNT_NAME_TAKEN", "input.account")]


async def test_x28_nobody_is_an_administrator_and_an_official_too(world: World) -> None:
    index = world.service.seal.compute_index("id_number", an_id_number(7))
    await world.add_account("twin", Role.AUDIT_ADMINISTRATOR, "220000", holder_index=index)
    refused = await open_account(world)
    assert list_refusal_reasons(refused)[0][0] == "ROLE_EXCLUDED"


async def test_x28_x2_a_proposed_opening_touches_no_account_of_the_number_until_it_is_confirmed(
    world: World,
) -> None:
    index = world.service.seal.compute_index("id_number", an_id_number(7))
    hashed = await world.service.passwords.hash_password(PASSWORD)
    amy = await world.add_account("amy-too", Role.FINANCE, password_hash=hashed, holder_index=index)
    session = await sign_in(world, "amy-too")
    proposed = (await open_account(world))["account"]
    decision = {key: proposed[key] for key in ("id", "version")}
    await do(world, "refuseAccountChange", "security", **decision, reason="重复")
    account = (await open_account(world, account="newer-officer"))["account"]
    again = {"refreshToken": session["refreshToken"]}
    refreshed = await mutate_as_stranger(world, "refreshSession", again)
    assert refreshed["__typename"] == "SessionPayload"
    assert (await load_by_name(world, "amy-too")).same_holder == []

    await confirm(world, account)
    newer = await load_by_name(world, "newer-officer")
    assert newer.same_holder == [amy.id]  # and not the one that was refused
    assert (await load_by_name(world, "amy-too")).same_holder == [newer.id]
    again = {"refreshToken": refreshed["refreshToken"]}
    assert (await mutate_as_stranger(world, "refreshSession", again))["reason"] == "SESSION_ENDED"


async def test_x28_x2_a_refused_opening_that_is_made_good_gives_a_password_and_links(
    world: World,
) -> None:
    index = world.service.seal.compute_index("id_number", an_id_number(7))
    amy = await world.add_account("amy-too", Role.FINANCE, holder_index=index)
    proposed = (await open_account(world))["account"]
    decision = {key: proposed[key] for key in ("id", "version")}
    given = decision | {"reason": "重复"}
    refused = (await do(world, "refuseAccountChange", "security", **given))["account"]
    given |= {"version": refused["version"]}
    reopened = (await do(world, "reopenAccount", "sysadmin", **given))["account"]
    done = await confirm(world, reopened)
    assert (await sign_in(world, "new-officer", done["password"]))["__typename"] == "SessionPayload"
    assert (await load_by_name(world, "new-officer")).same_holder == [amy.id]


async def test_x28_x4_what_may_be_done_to_an_account_is_told_as_it_is_done(world: World) -> None:
    account = (await change(world, "resetPasswordOfAccount", "security"))["account"]
    assert list_barred(account) == {
        "END_SESSIONS": None,
        "REMOVE_FACTOR": "ACCOUNT_CHANGE_PENDING",
        "RESET_PASSWORD": "ACCOUNT_CHANGE_PENDING",
        "CONFIRM": "FOUR_EYES",
        "REFUSE": None,
    }
    again = await change(world, "removeFactorOfAccount", "security", version=account["version"])
    assert list_refusal_reasons(again)[0][0] == "ACCOUNT_CHANGE_PENDING"


async def test_x28_of_two_who_confirm_at_once_one_does(world: World) -> None:
    account = (await open_account(world))["account"]
    await one_winner(*(confirm(world, account, as_) for as_ in ("security", "second-security")))


async def test_x28_administrators_see_no_business_record(world: World) -> None:
    document = "{ claims { totalCount } persons { totalCount } interns { totalCount } }"
    for who in ("sysadmin", "security", "audit"):
        told = (await world.ask(document, who)).data
        assert {part["totalCount"] for part in told.values()} == {0}, who
    read = '{ accounts(name: "amy") { totalCount } }'
    assert (await world.ask(read, "audit")).only == {"totalCount": 1}


async def test_x28_whose_password_was_given_sets_one_of_their_own_before_anything_else(
    world: World,
) -> None:
    reset = {"id": name_account(world, "amy"), "version": 1, "reason": "忘记"}
    proposed = await world.mutate("resetPasswordOfAccount", reset, "security", OFFICIAL)
    done = await confirm(world, proposed["account"], "sysadmin")
    token = (await sign_in(world, "amy", done["password"]))["accessToken"]
    asks = "{ viewer { passwordGiven functions account { username } } }"
    told = (await ask_with_token(world, token, asks)).only
    assert told == {
        "passwordGiven": True,
        "functions": ["KEEP_ACCOUNT"],
        "account": {"username": "amy"},
    }
    units = "{ units { edges { node { name } } } }"
    (error,) = (await ask_with_token(world, token, units)).errors
    assert error["extensions"]["reason"] == "PASSWORD_GIVEN"
    review = f"""mutation {{ approveClaim(input: {{id: "Claim-0", version: 1}}) {{ __typename
      {REFUSAL_SELECTION} }} }}"""
    refused = (await ask_with_token(world, token, review)).only
    assert (refused["__typename"], "changePassword" in refused["cure"]) == ("Forbidden", True)
    change_own = f"""mutation ($input: PasswordChangeInput!) {{
      changePassword(input: $input) {{ __typename {REFUSAL_SELECTION} }} }}"""
    given = {"present": done["password"], "password": done["password"]}
    same = (await ask_with_token(world, token, change_own, input=given)).only
    assert same["__typename"] == "Invalid"
    given["password"] = "another horse staple"
    await ask_with_token(world, token, change_own, input=given)
    assert not (await ask_with_token(world, token, asks)).only["passwordGiven"]
    assert (await ask_with_token(world, token, units)).errors == []


async def test_x28_a_new_password_of_ones_own_stays_good(world: World) -> None:
    done = await confirm(world, (await open_account(world))["account"])
    token = (await sign_in(world, "new-officer", done["password"]))["accessToken"]
    change_own = """mutation ($input: PasswordChangeInput!) {
      changePassword(input: $input) { __typename } }"""
    given = {"present": done["password"], "password": "another horse staple"}
    told = (await ask_with_token(world, token, change_own, input=given)).only
    assert told == {"__typename": "AccountPayload"}
    world.clock.now += timedelta(days=30)
    assert (await sign_in(world, "new-officer", given["password"]))["__typename"] == (
        "SessionPayload"
    )
