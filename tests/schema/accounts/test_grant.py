"""S1-S3: functions are granted and revoked, offered and refused; the story through the schema."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import Actor, set_rls_context
from models import Account, FunctionGrant, History, Intern, Role
from resolvers.kernel.chain_verification import verify_chains
from rules.accounts.grant import sort_functions
from rules.kernel.function import GRANTABLE_FUNCTIONS, Function
from rules.kernel.term import get_english_term
from tests.factories.office import list_ways, read_office_history
from tests.factories.rows import CHAOYANG_DISTRICT, NANGUAN_DISTRICT, NATIONWIDE_ACTOR, a_grant
from tests.factories.story import story
from tests.factories.world import World, build_global_id

WRITERS = 32
GRANTS = """... on FunctionGrantsPayload { grants { id version function functionName
  validFrom validTo reason revoked revokedBecause revokedByName grantedByName account { username }
  possibleActions { action allowed reason } } }"""
TODAY, LATER = "2025-03-10", "2025-06-30"
CLAIMS, POSTS = "REVIEW_CLAIMS", "REVIEW_POSTS"
APPROVE = {"id": "unknown", "version": 1}
AWHILE = timedelta(seconds=6)


@story
async def world(world: World) -> World:
    await world.add_account("district", Role.DISTRICT_ADMINISTRATOR)
    await world.add_account("novice", Role.DISTRICT_OFFICER, granted=())
    await world.add_account("far", Role.DISTRICT_OFFICER, NANGUAN_DISTRICT, granted=())
    await world.add_account("cashier", Role.FINANCE, granted=())
    return world


def named(world: World, *names: str) -> list[str]:
    return [build_global_id("Account", world.accounts[name].id) for name in names]


async def grant(
    world: World,
    *names: str,
    functions: list[str] | None = None,
    as_: str = "district",
    **more: Any,
) -> Any:
    given = {"accountIds": named(world, *names), "functions": functions or [CLAIMS]}
    return await world.mutate("grantFunctions", given | {"validFrom": TODAY} | more, as_, GRANTS)


async def revoke(world: World, *grants: Any, as_: str = "district") -> Any:
    records = [{"id": each["id"], "version": each["version"]} for each in grants]
    given = {"records": records, "reason": "调离岗位"}
    return await world.mutate("revokeFunctions", given, as_, GRANTS)


async def approve(world: World, who: str) -> str:
    return str((await world.mutate("approveClaim", APPROVE, who))["__typename"])


async def of(world: World, name: str) -> list[FunctionGrant]:
    rows = await world.load_rows(FunctionGrant)
    return [row for row in rows if row.account_id == world.accounts[name].id]


def reasons(result: Any) -> list[tuple[str, list[str]]]:
    return [(fault["reason"], fault["path"]) for fault in result["faults"]]


async def test_s1_without_a_grant_nothing_is_offered_and_the_refusal_names_who_grants(
    world: World,
) -> None:
    result = await world.mutate("approveClaim", APPROVE, "novice")
    assert (result["__typename"], result["missing"]) == ("Forbidden", [CLAIMS])
    assert "district administrator of 吉林省长春市朝阳区" in result["cure"]
    assert "0431-80767550" in result["cure"]
    told = await world.ask("{ viewer { functions } }", "novice")
    assert told.only == {"functions": ["KEEP_ACCOUNT"]}
    listed = await world.ask("{ claims { totalCount } }", "novice", language="zh")
    assert listed.errors[0]["extensions"]["code"] == "FORBIDDEN"
    assert "吉林省长春市朝阳区区县管理员" in listed.errors[0]["extensions"]["cure"]


async def test_s1_what_is_granted_is_offered_and_allowed(world: World) -> None:
    result = await grant(world, "novice", validTo=LATER, reason="新到岗")
    (made,) = result["grants"]
    assert made | {"id": "", "possibleActions": []} == {
        "id": "",
        "version": 1,
        "function": CLAIMS,
        "functionName": "Review claims",
        "validFrom": TODAY,
        "validTo": LATER,
        "reason": "新到岗",
        "revoked": False,
        "revokedBecause": None,
        "revokedByName": None,
        "grantedByName": "district account",
        "account": {"username": "novice"},
        "possibleActions": [],
    }
    assert made["possibleActions"] == [{"action": "REVOKE", "allowed": True, "reason": None}]
    assert await approve(world, "novice") == "Refusal"
    told = (await world.ask("{ viewer { functions } claims { totalCount } }", "novice")).data
    assert told["viewer"]["functions"] == ["READ_RECORDS", CLAIMS, "KEEP_ACCOUNT"]
    assert told["claims"] == {"totalCount": 0}
    result = await world.mutate("approvePost", APPROVE, "novice")
    assert result["missing"] == [POSTS]


async def test_s1_a_grant_holds_from_its_first_day_to_its_last(world: World) -> None:
    await grant(world, "novice", validFrom="2025-04-01", validTo="2025-04-30")
    for day, allowed in (
        (date(2025, 3, 31), False),
        (date(2025, 4, 1), True),
        (date(2025, 4, 30), True),
        (date(2025, 5, 1), False),
    ):
        world.clock.set_day(day)
        assert (await approve(world, "novice") == "Refusal") == allowed, day
    world.clock.now = datetime(2025, 3, 31, 16, 30, tzinfo=UTC)  # the first of April in Shanghai
    assert await approve(world, "novice") == "Refusal"


async def test_s1_a_revoked_grant_is_dead_for_mutations_at_once_and_for_reads_in_seconds(
    world: World,
) -> None:
    """Another process revoked it: nothing in this one was told to forget."""
    await grant(world, "novice")
    assert await approve(world, "novice") == "Refusal"
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        values = {"revoked": True, "revoked_at": world.clock.now}
        mine = FunctionGrant.account_id == world.accounts["novice"].id
        await session.execute(update(FunctionGrant).where(mine).values(values))
    assert await approve(world, "novice") == "Forbidden"
    read = "{ claims { totalCount } }"
    assert not (await world.ask(read, "novice")).errors
    world.clock.now += AWHILE
    assert (await world.ask(read, "novice")).errors[0]["extensions"]["code"] == "FORBIDDEN"


async def test_s1_a_closed_account_may_do_nothing_with_the_token_it_has(world: World) -> None:
    await grant(world, "novice")
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        mine = Account.id == world.accounts["novice"].id
        await session.execute(update(Account).where(mine).values(active=False))
    assert await approve(world, "novice") == "Forbidden"
    result = await grant(world, "novice", functions=[POSTS])
    assert reasons(result) == [("GRANT_TO_CLOSED_ACCOUNT", ["input", "accountIds", "0"])]


async def test_s1_grants_are_revoked_many_at_once_and_stay_on_file(world: World) -> None:
    made = (await grant(world, "novice", functions=[CLAIMS, POSTS]))["grants"]
    result = await revoke(world, *made)
    assert [g["revoked"] for g in result["grants"]] == [True, True]
    assert {g["revokedBecause"] for g in result["grants"]} == {"调离岗位"}
    assert await approve(world, "novice") == "Forbidden"
    again = await revoke(world, *result["grants"])
    assert reasons(again) == [
        ("GRANT_REVOKED", ["input", "records", "0"]),
        ("GRANT_REVOKED", ["input", "records", "1"]),
    ]
    stale = await revoke(world, made[0])
    assert (stale["__typename"], stale["current"]) == ("StaleVersion", 2)
    anew = await grant(world, "novice")
    assert anew["__typename"] == "FunctionGrantsPayload"
    assert len(await of(world, "novice")) == 3


async def test_s1_everything_that_is_wrong_is_told_at_once_and_nothing_written(
    world: World,
) -> None:
    ids = [*named(world, "far", "district", "novice", "cashier"), "garbage"]
    given: dict[str, Any] = {"accountIds": ids}
    given |= {"functions": [CLAIMS, CLAIMS, "DISBURSE_CLAIMS"]}
    given |= {"validFrom": "2025-03-09", "validTo": "2025-03-01"}
    result = await world.mutate("grantFunctions", given, "district", GRANTS)
    assert reasons(result) == [
        ("LISTED_TWICE", ["input", "functions", "1"]),
        ("GRANT_IN_PAST", ["input", "validFrom"]),
        ("DATES_REVERSED", ["input", "validTo"]),
        ("NOT_FOUND", ["input", "accountIds", "0"]),
        ("NOT_FOUND", ["input", "accountIds", "4"]),
        ("GRANT_TO_ONESELF", ["input", "accountIds", "1"]),
        ("FUNCTION_NOT_GRANTABLE", ["input", "functions", "2"]),
        ("FUNCTION_NOT_GRANTABLE", ["input", "functions", "0"]),
        ("FUNCTION_NOT_GRANTABLE", ["input", "functions", "1"]),
    ]
    assert await of(world, "novice") == await of(world, "far") == []


async def test_s1_a_function_that_is_none_is_an_error_of_the_request(world: World) -> None:
    given = {"accountIds": named(world, "novice"), "functions": ["NONE"], "validFrom": TODAY}
    document = "mutation ($i: FunctionGrantsInput!) { grantFunctions(input: $i) { __typename } }"
    answer = await world.ask(document, "district", i=given)
    assert (answer.status, "data" in answer.body) == (400, False)


async def test_s1_days_that_overlap_are_refused_and_those_that_do_not_are_granted(
    world: World,
) -> None:
    await grant(world, "novice", validTo="2025-03-31")
    clash = await grant(world, "novice", functions=[POSTS, CLAIMS], validFrom="2025-03-31")
    assert reasons(clash) == [("GRANT_EXISTS", ["input", "accountIds", "0"])]
    assert get_english_term(CLAIMS) in clash["message"]
    assert get_english_term(POSTS) not in clash["message"]
    after = await grant(world, "novice", validFrom="2025-04-01")
    assert after["__typename"] == "FunctionGrantsPayload"


async def test_s1_a_province_sets_up_city_and_district_administrators(world: World) -> None:
    for name, role, region in (
        ("town", Role.CITY_ADMINISTRATOR, "220100"),
        ("county", Role.DISTRICT_ADMINISTRATOR, NANGUAN_DISTRICT),
    ):
        await world.add_account(name, role, region, granted=())
        assert (await grant(world, "novice", as_=name))["__typename"] == "Forbidden"
    granting = ["GRANT_FUNCTIONS"]
    result = await grant(world, "town", "county", functions=granting, as_="province")
    assert [g["account"]["username"] for g in result["grants"]] == ["town", "county"]
    world.clock.now += AWHILE
    assert (await grant(world, "far", as_="county"))["__typename"] == "FunctionGrantsPayload"
    assert (await grant(world, "novice", as_="town"))["__typename"] == "FunctionGrantsPayload"
    own = await revoke(world, result["grants"][1], as_="county")
    assert own["faults"][0]["reason"] == "GRANT_TO_ONESELF"
    above = await revoke(world, result["grants"][0], as_="county")
    assert above["faults"][0]["reason"] == "NOT_FOUND"


async def test_x12_of_many_who_grant_the_same_one_wins_and_the_others_are_told(
    world: World,
) -> None:
    results = await asyncio.gather(*(grant(world, "novice") for _ in range(WRITERS)))
    won = [r for r in results if r["__typename"] == "FunctionGrantsPayload"]
    assert len(won) == len(await of(world, "novice")) == 1
    assert {r["faults"][0]["reason"] for r in results if r not in won} == {"GRANT_EXISTS"}


async def test_s1_the_database_itself_keeps_grants_single_ordered_and_anothers(
    world: World,
) -> None:
    novice, district = world.accounts["novice"], world.accounts["district"]
    claims = Function.REVIEW_CLAIMS
    await world.add_rows(a_grant(novice, claims, id=district.id))
    for wrong, constraint in (
        (a_grant(novice, claims), "ex_function_grant_account_id_function_term"),
        (a_grant(novice, granted_by=novice.id), "ck_function_grant_by_another"),
        (a_grant(novice, valid_to=date(2019, 1, 1)), "ck_function_grant_in_order"),
        (a_grant(novice, region=NANGUAN_DISTRICT), "fk_function_grant_account_id_region_role"),
        (a_grant(novice, role=Role.FINANCE), "fk_function_grant_account_id_region_role"),
    ):
        with pytest.raises(DBAPIError) as refused:
            await world.add_rows(wrong)
        assert constraint in str(refused.value.orig)


@pytest.mark.parametrize("changed", ["function", "valid_to", "granted_by_name", "account_id"])
async def test_x9_what_was_granted_is_never_changed_nor_deleted(world: World, changed: str) -> None:
    await grant(world, "novice")
    async with AsyncSession(world.administration) as session:
        await set_rls_context(session, NATIONWIDE_ACTOR)
        with pytest.raises(DBAPIError, match="permission denied"):
            await session.execute(update(FunctionGrant).values({changed: None}))
    async with AsyncSession(world.administration) as session:
        await set_rls_context(session, NATIONWIDE_ACTOR)
        with pytest.raises(DBAPIError, match="permission denied"):
            await session.execute(delete(FunctionGrant))


async def test_x10_grants_are_seen_in_the_region_and_by_whose_they_are(world: World) -> None:
    await grant(world, "novice")
    await grant(world, "far", as_="city")
    lists = (
        "{ functionGrants(first: 100, function: [REVIEW_CLAIMS]) { totalCount "
        "edges { node { account { username } } } } }"
    )

    async def seen(who: str) -> set[str]:
        world.clock.now += AWHILE
        found = (await world.ask(lists, who)).only
        names = [edge["node"]["account"]["username"] for edge in found["edges"]]
        assert found["totalCount"] == len(names)
        return set(names)

    assert await seen("district") == {"novice", "officer", "colleague"}
    assert await seen("city") == {"novice", "far", "officer", "colleague"}
    assert await seen("unit") == set()
    assert await seen("far") == {"far"}


async def test_s1_administrators_find_accounts_grants_that_end_soon_and_who_granted(
    world: World,
) -> None:
    await grant(world, "novice", validTo="2025-03-20")
    await grant(world, "novice", functions=[POSTS], validTo=LATER)
    found = await world.ask(
        '{ functionGrants(endsFrom: "2025-03-10", endsTo: "2025-03-31", revoked: false, '
        'grantedBy: "district") { edges { node { function } } } }',
        "district",
    )
    assert [edge["node"]["function"] for edge in found.only["edges"]] == [CLAIMS]
    found = await world.ask(
        '{ accounts(role: [DISTRICT_OFFICER], name: "novice") { edges { node { username withRole '
        "grantable grants(revoked: false) { totalCount edges { node { function } } } } } } }",
        "district",
    )
    (edge,) = found.only["edges"]
    assert edge["node"]["withRole"] == ["KEEP_ACCOUNT"]
    assert edge["node"]["grantable"] == sort_functions(GRANTABLE_FUNCTIONS[Role.DISTRICT_OFFICER])
    grants = [e["node"]["function"] for e in edge["node"]["grants"]["edges"]]
    assert grants == [POSTS, CLAIMS]


@pytest.mark.parametrize("who", ["unit", "boss", "person", "novice", "district"])
async def test_x10_accounts_are_listed_as_far_as_one_may_see_them(world: World, who: str) -> None:
    unit = world.accounts["unit"].unit_id
    await world.add_account("boss", Role.LEGAL_PERSON, unit_id=unit)
    await world.add_account("second", Role.UNIT_OPERATOR, unit_id=unit)
    person = await world.add_person(77)
    await world.add_account("person", Role.PERSON, person_id=person.id)
    await grant(world, "novice")
    found = (await world.ask("{ accounts { totalCount edges { node { username } } } }", who)).only
    names = {edge["node"]["username"] for edge in found["edges"]}
    nearby = {a.username for a in world.accounts.values() if a.region == CHAOYANG_DISTRICT}
    expected = {"boss": {"boss", "unit", "second"}, "district": nearby}.get(who, {who})
    assert names == expected
    assert found["totalCount"] == len(names)


async def test_x9_what_is_granted_to_an_agencys_operator_stands_in_its_units_history(
    world: World,
) -> None:
    unit = world.accounts["unit"].unit_id
    await world.add_account("agent", Role.AGENCY_OPERATOR, unit_id=unit, granted=())
    filed = '{ livingAllowanceCandidates(month: "2024-09") { amount } }'
    assert (await world.ask(filed, "agent")).errors
    await grant(world, "agent", functions=["FILE_CLAIMS"], reason="取得许可")
    steps = [row for row in await world.load_rows(History) if row.action == "GRANT_FUNCTIONS"]
    (step,) = steps
    assert (step.unit_id, step.reason, step.changes) == (
        unit,
        "取得许可",
        {"functions": ["", "FILE_CLAIMS"]},
    )


async def test_s2_an_account_keeps_its_favourites_in_its_own_order(world: World) -> None:
    await grant(world, "novice", functions=[CLAIMS, POSTS])
    chosen = {"functions": [POSTS, "KEEP_ACCOUNT", CLAIMS]}
    shape = "... on AccountPayload { account { favourites } }"
    result = await world.mutate("setFavourites", chosen, "novice", shape)
    assert result["account"]["favourites"] == chosen["functions"]
    ask = "{ viewer { favourites { function name chineseName kind } } }"
    found = (await world.ask(ask, "novice")).only["favourites"]
    assert found[0] == {
        "function": POSTS,
        "name": "Review posts",
        "chineseName": "岗位审核",
        "kind": "OFFICE",
    }
    (posts,) = [row for row in await of(world, "novice") if row.function == POSTS]
    await revoke(world, {"id": build_global_id("FunctionGrant", posts.id), "version": 1})
    found = (await world.ask(ask, "novice")).only["favourites"]
    assert [each["function"] for each in found] == ["KEEP_ACCOUNT", CLAIMS]
    others = await world.ask(
        '{ accounts(name: "novice") { edges { node { favourites } } } }', "city"
    )
    assert others.only["edges"][0]["node"]["favourites"] == []


async def test_s2_favourites_twice_or_not_held_are_refused_together(world: World) -> None:
    given = {"functions": ["READ_RECORDS", "KEEP_ACCOUNT", "KEEP_ACCOUNT", CLAIMS]}
    result = await world.mutate("setFavourites", given, "unit")
    assert reasons(result) == [
        ("LISTED_TWICE", ["input", "functions", "2"]),
        ("FUNCTION_NOT_HELD", ["input", "functions", "3"]),
    ]
    assert (await world.ask("{ viewer { favourites { function } } }", "unit")).only == {
        "favourites": []
    }
    none = await world.mutate("setFavourites", {"functions": []}, "unit")
    assert none["__typename"] == "AccountPayload"


async def test_s3_all_functions_are_listed_as_services(world: World) -> None:
    ask = "{ viewer { services { kind name functions { function description } } } }"
    services = (await world.ask(ask, "officer", language="zh")).only["services"]
    assert [service["name"] for service in services] == ["经办"]
    services = (await world.ask(ask, "unit")).only["services"]
    assert [service["kind"] for service in services] == ["UNIT"]
    assert (await world.ask(ask)).only == {"services": []}


async def test_section_5_an_auditor_sees_the_region_and_can_not_even_lock_a_row(
    world: World,
) -> None:
    await world.add_account("auditor", Role.AUDITOR, "220100")
    await world.add_account("reporting", Role.REPORTING, "220100")
    rows = "{ units { totalCount } handled { totalCount } accounts { totalCount } }"
    audited = (await world.ask(rows, "auditor")).data
    assert audited["units"]["totalCount"] > 0
    assert audited["accounts"]["totalCount"] > 5
    reported = (await world.ask(rows, "reporting")).data
    assert (reported["units"]["totalCount"], reported["accounts"]["totalCount"]) == (0, 1)
    found = [a for a in world.accounts.values() if a.role is Role.AUDITOR]
    actor = Actor(account=found[0].id, see=("220100", "220199"))
    async with AsyncSession(world.administration) as session:
        await set_rls_context(session, actor)
        assert (await session.scalars(select(Account.id))).all()
        held = select(Intern.id).with_for_update()
        assert (await session.scalars(held)).all() == []
        assert (await grant(world, "novice", as_="auditor"))["__typename"] == "Forbidden"


async def test_x9_each_grant_tells_who_gave_and_who_took_it_to_whom_it_is_for(
    world: World,
) -> None:
    await world.add_account("other district", Role.DISTRICT_ADMINISTRATOR)
    await world.add_account("elsewhere", Role.DISTRICT_OFFICER, NANGUAN_DISTRICT)
    given = await grant(world, "novice", functions=[POSTS, "READ_RECORDS"], reason="新到岗")
    (row,) = [each for each in given["grants"] if each["function"] == POSTS]
    await revoke(world, row, as_="other district")
    steps = await read_office_history(world, "FunctionGrant", row["id"], "novice")
    assert list_ways(steps) == [
        ("CREATE", None, "GRANTED", "district account"),
        ("REVOKE", "GRANTED", "REVOKED", "other district account"),
    ]
    assert (steps[0]["title"], steps[1]["reason"]) == (POSTS, "调离岗位")
    assert await read_office_history(world, "FunctionGrant", row["id"], "district") == steps
    assert await read_office_history(world, "FunctionGrant", row["id"], "elsewhere") == []


async def test_x12_of_many_who_grant_or_revoke_at_once_each_step_is_told_once(
    world: World,
) -> None:
    results = await asyncio.gather(*(grant(world, "novice") for _ in range(8)))
    (row,) = [result["grants"][0] for result in results if "grants" in result]
    await asyncio.gather(*(revoke(world, row) for _ in range(8)))
    steps = await read_office_history(world, "FunctionGrant", row["id"], "district")
    assert [step["action"] for step in steps] == ["CREATE", "REVOKE"]
    found = await verify_chains(world.service.reads, {})
    assert (found.broken, found.heads[CHAOYANG_DISTRICT].sequence) == ([], 2)
