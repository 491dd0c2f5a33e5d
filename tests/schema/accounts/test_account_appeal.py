"""J2: whoever is shut out of a unit's account appeals; an officer of the region settles it."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import select

from loaders.actor import Actor
from models import (
    Account,
    AccountAppeal,
    History,
    Role,
    SignInSession,
    Unit,
)
from resolvers.kernel.public_access import transaction_as
from resolvers.kernel.rate_limit import APPEAL_LIMIT, APPEALS_FOR_ONE_LIMIT, RECOVERY_LIMIT
from rules.accounts.account_appeal import RESET_CODE_LENGTH, format_code
from tests.factories.office import read_office_history
from tests.factories.recovery import GIVEN_BACK, give_back
from tests.factories.refusal import assert_nothing_written, assert_refused, list_refusal_reasons
from tests.factories.rows import CHAOYANG_DISTRICT, NANGUAN_DISTRICT, a_credit_code, an_id_number
from tests.factories.story import story
from tests.factories.stranger import PASSWORD, mutate_as_stranger, sign_in
from tests.factories.world import World, build_global_id
from tests.schema.kernel.test_once_only import one_winner

LODGED = "... on LodgedAppealPayload { number regionName hotline }"
STANDING = """... on AppealStandingPayload { trouble status refusalReason settledAt recoverUntil
  regionName hotline }"""
SETTLED = "... on AccountAppealPayload { appeal { id version status settledByName reason } }"
LISTED = """{ accountAppeals { totalCount edges { node { id version trouble text status region
  contactNameMasked contactMobileMasked creditCode unit { name accounts { edges { node {
  id username } } } } possibleActions { action allowed } } } } }"""
NEXT = "another horse battery staple"
MOBILE, NAME = "13700001234", "钱联系"


@story
async def world(world: World) -> World:
    """The unit's legal person, who has lost the password."""
    hashed = await world.service.passwords.hash_password(PASSWORD)
    unit_id = world.accounts["unit"].unit_id
    await world.add_account("boss", Role.LEGAL_PERSON, unit_id=unit_id, password_hash=hashed)
    return world


async def code_of(world: World) -> str:
    (unit,) = [row for row in await world.load_rows(Unit) if row.name == "unit有限公司"]
    return str(unit.credit_code)


async def draft(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "creditCode": await code_of(world),
        "trouble": "PASSWORD_LOST",
        "text": "法人离职，密码遗失",
        "contactName": NAME,
        "contactMobile": MOBILE,
        "region": CHAOYANG_DISTRICT,
    } | changes


async def lodged(world: World, **changes: Any) -> Any:
    result = await mutate_as_stranger(
        world, "lodgeAccountAppeal", await draft(world, **changes), LODGED
    )
    assert result["__typename"] == "LodgedAppealPayload", result
    return result


async def standing(world: World, number: str) -> Any:
    return await mutate_as_stranger(world, "lookUpAccountAppeal", {"number": number}, STANDING)


async def listed(world: World, who: str = "officer") -> Any:
    return [edge["node"] for edge in (await world.ask(LISTED, who)).only["edges"]]


async def asked(world: World, account: str = "boss") -> dict[str, Any]:
    (row,) = await listed(world)
    named = {"id": row["id"], "version": row["version"]}
    return named | {"accountId": build_global_id("Account", world.accounts[account].id)}


async def recover(world: World, number: str, code: str, password: str = NEXT) -> Any:
    given = {"number": number, "code": code, "password": password}
    return await mutate_as_stranger(world, "recoverAccount", given)


async def test_j2_anyone_lodges_an_appeal_and_finds_it_by_its_number(world: World) -> None:
    receipt = await lodged(world)
    assert (receipt["regionName"], receipt["hotline"]) == ("吉林省长春市朝阳区", "0431-80767550")
    told = await standing(world, receipt["number"].replace("-", " ").lower())
    assert told | {"__typename": ""} == {
        "__typename": "",
        "trouble": "PASSWORD_LOST",
        "status": "LODGED",
        "refusalReason": None,
        "settledAt": None,
        "recoverUntil": None,
        "regionName": "吉林省长春市朝阳区",
        "hotline": "0431-80767550",
    }
    for number in ("0000-0000-0000-0000-0000", "", "x", receipt["number"][:-1]):
        result = await standing(world, number)
        assert list_refusal_reasons(result) == [("APPEAL_UNKNOWN", "input.number")]


async def test_x11_a_number_in_an_appeals_text_is_masked_before_it_is_kept(world: World) -> None:
    spelled = "-".join((MOBILE[:3], MOBILE[3:7], MOBILE[7:]))
    await lodged(world, text=f"请打{spelled}\n身份证 {an_id_number(5)}")
    (kept,) = await world.load_rows(AccountAppeal)
    assert kept.text == f"请打{'***-****-****'}\n身份证 {'*' * 18}"


async def test_j2_x11_an_officer_sees_it_masked_and_nobody_of_another_region_does(
    world: World,
) -> None:
    await world.add_account("elsewhere", Role.DISTRICT_OFFICER, NANGUAN_DISTRICT)
    await lodged(world)
    (row,) = await listed(world)
    assert (row["contactNameMasked"], row["contactMobileMasked"]) == ("钱*", "137****1234")
    assert (row["unit"]["name"], row["status"]) == ("unit有限公司", "LODGED")
    usernames = [edge["node"]["username"] for edge in row["unit"]["accounts"]["edges"]]
    assert sorted(usernames) == ["boss", "unit"]
    assert [one["action"] for one in row["possibleActions"] if one["allowed"]] == [
        "RESTORE_ACCESS",
        "CORRECT_HOLDER",
        "REFUSE",
    ]
    for who in ("unit", "boss", "elsewhere"):
        assert await listed(world, who) == []
    assert [one["possibleActions"] for one in await listed(world, "city")] == [[]]
    (kept,) = await world.load_rows(AccountAppeal)
    assert world.open_sealed(AccountAppeal.contact_mobile_sealed, kept) == MOBILE
    assert world.open_sealed(AccountAppeal.contact_name_sealed, kept) == NAME
    assert MOBILE.encode() not in kept.contact_mobile_sealed


async def test_j2_an_appeal_goes_to_the_unit_s_own_region_or_to_the_one_that_is_stated(
    world: World,
) -> None:
    await lodged(world, region=NANGUAN_DISTRICT)
    await lodged(world, creditCode=a_credit_code(800), region=NANGUAN_DISTRICT)
    rows = {row.credit_code: row for row in await world.load_rows(AccountAppeal)}
    assert rows[await code_of(world)].region == CHAOYANG_DISTRICT
    assert (rows[a_credit_code(800)].region, rows[a_credit_code(800)].unit_id) == (
        NANGUAN_DISTRICT,
        None,
    )


async def test_j2_what_is_wrong_with_an_appeal_is_told_at_once(world: World) -> None:
    bad = await draft(world, creditCode="x", contactMobile="1", contactName="", text="")
    async with assert_nothing_written(world):
        result = await mutate_as_stranger(world, "lodgeAccountAppeal", bad, LODGED)
        high = await draft(world, region="220100")
        too_high = await mutate_as_stranger(world, "lodgeAccountAppeal", high, LODGED)
    assert sorted(list_refusal_reasons(result)) == [
        ("CREDIT_CODE_MALFORMED", "input.creditCode"),
        ("MOBILE_MALFORMED", "input.contactMobile"),
        ("TEXT_EMPTY", "input.contactName"),
        ("TEXT_EMPTY", "input.text"),
    ]
    assert list_refusal_reasons(too_high) == [("REGION_NOT_A_DISTRICT", "input.region")]


async def test_j2_appeals_from_one_address_are_limited(world: World) -> None:
    for n in range(APPEAL_LIMIT.tries):
        await lodged(world, creditCode=a_credit_code(100 + n))
    result = await mutate_as_stranger(world, "lodgeAccountAppeal", await draft(world), LODGED)
    assert list_refusal_reasons(result) == [("TOO_MANY_TRIES", "")]


async def appeal_from(world: World, address: str, as_: str | None = None) -> Any:
    given = f"""mutation ($input: AppealDraftInput!) {{ lodgeAccountAppeal(input: $input) {{
      __typename {LODGED} ... on Refusal {{ reason }} }} }}"""
    body = {"query": given, "variables": {"input": await draft(world)}}
    headers = {"authorization": f"Bearer {world.issue_token(as_)}"} if as_ else {}
    transport = httpx.ASGITransport(world.app, client=(address, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://jiuye.test") as client:
        answer = await client.post("/graphql", json=body, headers=headers)
    return answer.json()["data"]["lodgeAccountAppeal"]


async def test_j2_strangers_use_up_their_own_day_and_never_that_of_the_unit(world: World) -> None:
    flooding = "203.0.113.9"
    for _ in range(APPEALS_FOR_ONE_LIMIT.tries):
        assert (await appeal_from(world, flooding))["number"]
    assert (await appeal_from(world, flooding))["reason"] == "TOO_MANY_TRIES"
    for n in range(30):
        assert (await appeal_from(world, f"198.51.100.{n}"))["number"]
    assert (await appeal_from(world, flooding, "unit"))["number"]
    assert (await appeal_from(world, "192.0.2.7"))["number"]


async def test_j2_access_is_restored_and_taken_with_number_and_code(world: World) -> None:
    stolen = await sign_in(world, "boss")
    receipt = await lodged(world)
    done = await give_back(world, "restoreAccess", await asked(world))
    assert (done["appeal"]["status"], done["appeal"]["settledByName"]) == (
        "RESTORED",
        "colleague account",
    )
    code = done["resetCode"]
    lost = await mutate_as_stranger(
        world, "refreshSession", {"refreshToken": stolen["refreshToken"]}
    )
    assert lost["reason"] == "SESSION_ENDED"
    assert (await sign_in(world, "boss"))["reason"] == "SIGN_IN_FAILED"
    assert (await standing(world, receipt["number"]))["recoverUntil"]
    session = await recover(world, receipt["number"], code.lower())
    assert session["__typename"] == "SessionPayload"
    assert (await sign_in(world, "boss", NEXT))["__typename"] == "SessionPayload"
    assert (await standing(world, receipt["number"]))["recoverUntil"] is None
    again = await recover(world, receipt["number"], code)
    assert list_refusal_reasons(again) == [("RESET_CODE_USED", "input.code")]
    history = [(entry.action, entry.account_name) for entry in await world.load_rows(History)]
    assert history == [
        ("PROPOSE_RECOVERY", "officer account"),
        ("RESTORE_ACCESS", "colleague account"),
        ("RECOVER", "boss account"),
    ]
    steps = await read_office_history(world, "AccountAppeal", done["appeal"]["id"])
    assert [
        (s["action"], s["fromStatus"], s["toStatus"], s["accountName"], s["role"]) for s in steps
    ] == [
        ("CREATE", None, "LODGED", "公众 the public", None),
        ("PROPOSE_RECOVERY", "LODGED", "PROPOSED", "officer account", "DISTRICT_OFFICER"),
        ("RESTORE_ACCESS", "PROPOSED", "RESTORED", "colleague account", "DISTRICT_OFFICER"),
        ("RECOVER", None, None, "公众 the public", None),
    ]


async def test_j2_a_code_that_0_1_handed_out_still_gives_access(world: World) -> None:
    """It was made with the index key."""
    receipt = await lodged(world)
    await give_back(world, "restoreAccess", await asked(world))
    (row,) = await world.load_rows(AccountAppeal)
    secret = world.service.seal.compute_index("reset code", str(row.id))
    code = format_code(secret, RESET_CODE_LENGTH)
    session = await recover(world, receipt["number"], code)
    assert session["__typename"] == "SessionPayload"


async def test_j2_neither_number_nor_code_alone_gives_access(world: World) -> None:
    receipt = await lodged(world)
    number = receipt["number"]
    assert list_refusal_reasons(await recover(world, number, "0000-0000-0000")) == [
        ("RESET_CODE_WRONG", "input.code")
    ]
    done = await give_back(world, "restoreAccess", await asked(world))
    code = done["resetCode"]
    async with assert_nothing_written(world):
        assert list_refusal_reasons(await recover(world, number, "0000-0000-0000")) == [
            ("RESET_CODE_WRONG", "input.code")
        ]
        assert list_refusal_reasons(await recover(world, "0000-0000-0000-0000-0000", code)) == [
            ("APPEAL_UNKNOWN", "input.number")
        ]
        assert list_refusal_reasons(await recover(world, number, code, "boss")) == [
            ("PASSWORD_TOO_SHORT", "input.password"),
            ("PASSWORD_TOO_SIMPLE", "input.password"),
            ("PASSWORD_HOLDS_NAME", "input.password"),
        ]
    world.clock.now += world.service.reset_life
    assert list_refusal_reasons(await recover(world, number, code)) == [
        ("RESET_CODE_EXPIRED", "input.code")
    ]


async def test_j2_a_code_is_guessed_only_so_often(world: World) -> None:
    receipt = await lodged(world)
    done = await give_back(world, "restoreAccess", await asked(world))
    for _ in range(RECOVERY_LIMIT.tries):
        await recover(world, receipt["number"], "0000-0000-0000")
    result = await recover(world, receipt["number"], done["resetCode"])
    assert list_refusal_reasons(result) == [("TOO_MANY_TRIES", "")]


async def test_j2_x12_the_same_request_tells_the_code_again_and_a_later_look_does_not(
    world: World,
) -> None:
    await lodged(world)
    first = await give_back(world, "restoreAccess", await asked(world))
    given = await asked(world) | {"version": first["appeal"]["version"] - 1}
    kept = ("restoreAccess", given, "colleague", GIVEN_BACK, "the-same-key")
    again = await world.mutate(*kept)
    assert again["__typename"] == "StaleVersion"
    code = str(first["resetCode"])
    assert code not in (await world.ask(LISTED, "officer")).body.__repr__()


async def test_j2_the_holder_is_corrected_and_the_account_becomes_theirs(world: World) -> None:
    receipt = await lodged(world, trouble="HOLDER_CHANGED")
    number = an_id_number(70)
    given = await asked(world) | {"name": "李新任", "idNumber": number, "mobile": "13600001111"}
    done = await give_back(world, "correctHolder", given)
    assert done["appeal"]["status"] == "CORRECTED"
    unit = await world.load_rows(Unit)
    (row,) = [each for each in unit if each.name == "unit有限公司"]
    assert row.legal_representative == "李新任"
    assert world.open_sealed(Unit.representative_id_sealed, row) == number
    assert row.representative_mobile_masked == "136****1111"
    (boss,) = [each for each in await world.load_rows(Account) if each.username == "boss"]
    assert (boss.name, boss.active) == ("李新任", True)
    session = await recover(world, receipt["number"], done["resetCode"])
    assert session["__typename"] == "SessionPayload"
    entries = {entry.action: entry for entry in await world.load_rows(History)}
    assert set(entries) == {"PROPOSE_RECOVERY", "CORRECT_HOLDER", "RECOVER"}
    assert number not in repr([entry.changes for entry in await world.load_rows(History)])


async def test_j2_an_appeal_is_refused_with_a_reason_that_its_lodger_reads(world: World) -> None:
    receipt = await lodged(world)
    given = {k: v for k, v in (await asked(world)).items() if k != "accountId"}
    done = await world.mutate("refuseAppeal", given | {"reason": "材料不全"}, "officer", SETTLED)
    assert done["appeal"] | {"id": "", "version": 0} == {
        "id": "",
        "version": 0,
        "status": "REFUSED",
        "settledByName": "officer account",
        "reason": "材料不全",
    }
    told = await standing(world, receipt["number"])
    assert (told["status"], told["refusalReason"]) == ("REFUSED", "材料不全")
    named = await asked(world)
    assert await assert_refused(world, "restoreAccess", named, "officer") == [
        ("WRONG_STATUS", "input")
    ]
    assert (await sign_in(world, "boss"))["__typename"] == "SessionPayload"


async def test_j2_only_an_account_of_the_unit_is_given_back(world: World) -> None:
    await world.add_unit("other")
    await lodged(world)
    for name in ("other", "officer", "colleague"):
        given = await asked(world, name)
        assert await assert_refused(world, "restoreAccess", given, "officer") == [
            ("NOT_FOUND", "input.accountId")
        ]


async def test_j2_an_appeal_about_no_registered_unit_gives_nothing_back(world: World) -> None:
    await lodged(world, creditCode=a_credit_code(800))
    given = await asked(world)
    assert await assert_refused(world, "restoreAccess", given, "officer") == [
        ("NOT_FOUND", "input.accountId")
    ]


async def test_s1_nobody_but_a_district_officer_settles_appeals(world: World) -> None:
    await lodged(world)
    given = await asked(world)
    for who in ("unit", "boss", "city", "province"):
        assert await assert_refused(world, "restoreAccess", given, who) == [
            ("FORBIDDEN", "SETTLE_APPEALS")
        ]


async def test_x12_of_many_who_settle_at_once_one_wins(world: World) -> None:
    await lodged(world)
    given = await asked(world)
    bare = {k: v for k, v in given.items() if k != "accountId"} | {"reason": "不予受理"}
    tries = [
        world.mutate("restoreAccess", given, who, GIVEN_BACK)
        for who in ("officer", "colleague") * 4
    ]
    tries += [world.mutate("refuseAppeal", bare, who) for who in ("officer", "colleague") * 4]
    for lost in await one_winner(*tries):
        assert lost["__typename"] == "StaleVersion"


async def test_j2_of_many_who_recover_at_once_one_wins(world: World) -> None:
    receipt = await lodged(world)
    done = await give_back(world, "restoreAccess", await asked(world))
    number, code = receipt["number"], done["resetCode"]
    tries = [recover(world, number, code, f"{NEXT} {n}") for n in range(RECOVERY_LIMIT.tries)]
    results = await asyncio.gather(*tries)
    won = [n for n, result in enumerate(results) if result["__typename"] == "SessionPayload"]
    assert len(won) == 1
    for n, lost in enumerate(results):
        if n != won[0]:
            assert list_refusal_reasons(lost) == [("RESET_CODE_USED", "input.code")]
    session = await sign_in(world, "boss", f"{NEXT} {won[0]}")
    assert session["__typename"] == "SessionPayload"


async def test_j2_recovering_ends_whatever_sessions_were_left(world: World) -> None:
    receipt = await lodged(world)
    done = await give_back(world, "restoreAccess", await asked(world))
    world.clock.now += timedelta(minutes=1)
    await recover(world, receipt["number"], done["resetCode"])
    async with transaction_as(world.service, Actor(account=world.accounts["boss"].id)) as session:
        rows = (await session.scalars(select(SignInSession))).all()
    assert [(row.way, row.ended_at) for row in rows] == [("RECOVERY", None)]
