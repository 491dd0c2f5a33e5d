"""X9: who came in and got at data is told in chains of its own, by region and account."""

import asyncio
from collections import Counter
from typing import Any

import asyncpg

from models import AccessHistory, Role
from resolvers.kernel.chain_verification import verify_chains, verify_new_entries
from rules.kernel.chain import ACCESS_CHAINS_PER_REGION, ChainDamage
from tests.factories.database import Database
from tests.factories.filing import attach_files
from tests.factories.internship_scenario import (
    ACCOUNT_DRAFT,
    DECLARATION_DRAFT,
    InternshipScenario,
)
from tests.factories.rows import CHAOYANG_DISTRICT, NANGUAN_DISTRICT
from tests.factories.story import story
from tests.factories.stranger import PASSWORD, sign_in
from tests.factories.world import World

LIST = """query ($action: [AccessAction!]) { accessHistory(action: $action) { edges { node {
  action about recordId reason accountName role region } } } }"""
OFFICERS = [f"officer {n}" for n in range(12)]


@story
async def door(world: World) -> World:
    """Officers of a district with passwords, an auditor of theirs, and one of elsewhere."""
    hashed = await world.service.passwords.hash_password(PASSWORD)
    for name in OFFICERS:
        await world.add_account(
            name, Role.DISTRICT_OFFICER, CHAOYANG_DISTRICT, password_hash=hashed
        )
    await world.add_account("overseer", Role.AUDITOR, CHAOYANG_DISTRICT)
    await world.add_account("cashier", Role.FINANCE, CHAOYANG_DISTRICT)
    await world.add_account("stranger", Role.AUDITOR, NANGUAN_DISTRICT)
    return world


async def read_access(world: World, as_: str, *actions: str) -> list[Any]:
    asked = await world.ask(LIST, as_, action=list(actions) or None)
    return [edge["node"] for edge in asked.only["edges"]]


async def test_x9_sign_ins_and_tries_are_told_to_overseers_of_the_region_alone(
    door: World,
) -> None:
    assert (await sign_in(door, "officer 1"))["__typename"] == "SessionPayload"
    assert (await sign_in(door, "officer 1", "wrong"))["__typename"] == "Refusal"
    assert (await sign_in(door, "officer 2"))["__typename"] == "SessionPayload"
    told = [(e["accountName"], e["action"]) for e in await read_access(door, "overseer")]
    assert told == [
        ("officer 2 account", "SIGN_IN"),
        ("officer 1 account", "FAIL_TO_SIGN_IN"),
        ("officer 1 account", "SIGN_IN"),
    ]
    assert [e["action"] for e in await read_access(door, "cashier")] == []
    assert await read_access(door, "stranger") == []


async def test_x9_x11_lists_files_and_numbers_are_put_down_before_anybody_has_them(
    world: World,
) -> None:
    made = InternshipScenario(world)
    await made.approve_declaration()
    await world.add_account("overseer", Role.AUDITOR, CHAOYANG_DISTRICT)
    account = await made.add_bank_account()
    given = {"id": account["id"], "fields": ["CARD_NUMBER"], "reason": "电话核实"}
    await world.mutate("unmask", given, "officer", "... on UnmaskingPayload { unmasking { id } }")
    ask = "{ export(list: CLAIM_LINES, format: CSV) { url } }"
    url = (await world.ask(ask, "officer")).only["url"]
    told = await read_access(world, "overseer", "UNMASK", "EXPORT", "FETCH")
    assert [(e["action"], e["about"], e["recordId"], e["reason"]) for e in told] == [
        ("EXPORT", "CLAIM_LINES CSV", None, None),
        ("UNMASK", "CARD_NUMBER", account["id"], "电话核实"),
    ]
    assert (await world.client.get(url)).status_code == 200
    (fetched,) = await read_access(world, "overseer", "FETCH")
    assert (fetched["about"], fetched["accountName"]) == ("export", told[0]["accountName"])
    kept = str([vars(row) for row in await world.load_rows(AccessHistory)])
    assert str(ACCOUNT_DRAFT["number"]) not in kept


async def test_x9_each_fetch_of_a_file_names_it_and_whose_link_was_followed(world: World) -> None:
    draft = await InternshipScenario(world).run_step(
        "createDeclaration", DECLARATION_DRAFT, "unit", "declaration"
    )
    (file,) = await attach_files(world, draft["id"])
    for _ in range(2):
        assert (await world.client.get(file["url"])).status_code == 200
    assert (await world.client.get(file["url"] + "x")).status_code == 404
    entries = await world.load_rows(AccessHistory)
    assert [(e.about, e.record) for e in entries] == [("download", file["id"])] * 2


async def test_x9_a_crowd_signs_in_in_several_chains_that_hold(door: World) -> None:
    await asyncio.gather(*(sign_in(door, name) for name in OFFICERS * 2))
    entries = await door.load_rows(AccessHistory)
    by_chain = Counter(each.chain for each in entries)
    assert len(entries) == len(OFFICERS) * 2
    assert 1 < len(by_chain) <= ACCESS_CHAINS_PER_REGION
    for name, count in by_chain.items():
        found = sorted(each.sequence for each in entries if each.chain == name)
        assert found == list(range(1, count + 1))
    verified = await verify_chains(door.service.reads, {})
    assert (verified.broken, verified.entries) == ([], len(entries))


async def test_x9_a_sign_in_that_is_changed_or_taken_away_is_found(
    door: World, database: Database
) -> None:
    """Whole, and as a checkpoint looks for what is new."""
    for _ in range(3):
        await sign_in(door, "officer 1")
    kept = (await verify_chains(door.service.reads, {})).heads
    (name,) = [key for key in kept if str(key).startswith(f"{CHAOYANG_DISTRICT}/")]
    host = str(database.socket_directory)
    superuser = await asyncpg.connect(host=host, user="postgres", database=database.name)
    await superuser.execute("UPDATE access_history SET about = 'QR_CODE' WHERE sequence = 2")
    (changed,) = (await verify_chains(door.service.reads, kept)).broken
    assert (changed.key, changed.sequence, changed.damage) == (name, 2, ChainDamage.ALTERED)
    await superuser.execute("DELETE FROM access_history WHERE sequence = 3")
    await superuser.close()
    for verified in (
        await verify_chains(door.service.reads, kept),
        await verify_new_entries(door.service.reads, kept),
    ):
        assert (name, 3, ChainDamage.CUT_OFF) in [
            (each.key, each.sequence, each.damage) for each in verified.broken
        ]
