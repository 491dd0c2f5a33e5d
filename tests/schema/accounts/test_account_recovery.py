"""X2, X18: an account is given back by two officers, and its holder has time to stop it."""

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from models import Account, Qualification, Role, Status, Unit
from tests.factories.office import read_office_history
from tests.factories.recovery import GIVEN_BACK, WAITING, give_back
from tests.factories.refusal import assert_nothing_written, assert_refused, list_refusal_reasons
from tests.factories.rows import NATIONWIDE_ACTOR, a_qualification, an_id_number
from tests.factories.story import story
from tests.factories.stranger import PASSWORD, sign_in
from tests.factories.world import World, build_global_id
from tests.schema.accounts.test_account_appeal import asked, listed, lodged, recover, standing
from tests.schema.kernel.test_once_only import one_winner

PENDING = """{ viewer { pendingRecoveries { id version accountName proposedAt opensOn
  regionName } } }"""


@story
async def world(world: World) -> World:
    """The unit's legal person, whose account somebody appeals for."""
    hashed = await world.service.passwords.hash_password(PASSWORD)
    unit_id = world.accounts["unit"].unit_id
    await world.add_account("boss", Role.LEGAL_PERSON, unit_id=unit_id, password_hash=hashed)
    return world


async def propose(world: World, mutation: str = "restoreAccess", **more: Any) -> dict[str, Any]:
    """Have one officer propose it, and give what the second one has to enter."""
    given = await asked(world) | more
    done = await world.mutate(mutation, given, "officer", GIVEN_BACK)
    assert done["appeal"]["status"] == "PROPOSED", done
    return given | {"version": done["appeal"]["version"]}


async def list_told(world: World, who: str) -> Mapping[str, str | None]:
    document = "{ accountAppeals { edges { node { possibleActions { action reason } } } } }"
    (edge,) = (await world.ask(document, who)).only["edges"]
    return {each["action"]: each["reason"] for each in edge["node"]["possibleActions"]}


async def pending(world: World, who: str) -> list[Any]:
    found: list[Any] = (await world.ask(PENDING, who)).only["pendingRecoveries"]
    return found


async def test_x2_x18_one_officer_alone_gives_nobody_an_account(world: World) -> None:
    receipt = await lodged(world)
    given = await propose(world)
    assert await list_told(world, "officer") == {
        "RESTORE_ACCESS": "FOUR_EYES",
        "CORRECT_HOLDER": "FOUR_EYES",
        "REFUSE": None,
    }
    world.clock.now += WAITING
    async with assert_nothing_written(world):
        assert await assert_refused(world, "restoreAccess", given, "officer") == [
            ("FOUR_EYES", "input")
        ]
    assert (await sign_in(world, "boss"))["__typename"] == "SessionPayload"
    assert (await standing(world, receipt["number"]))["status"] == "PROPOSED"
    assert list_refusal_reasons(await recover(world, receipt["number"], "0000-0000-0000")) == [
        ("RESET_CODE_WRONG", "input.code")
    ]


async def test_x18_the_second_officer_waits_for_the_holder(world: World) -> None:
    await lodged(world)
    given = await propose(world)
    assert (await list_told(world, "colleague"))["RESTORE_ACCESS"] == "RECOVERY_WAITS"
    assert await assert_refused(world, "restoreAccess", given, "colleague") == [
        ("RECOVERY_WAITS", "input")
    ]
    world.clock.now += WAITING
    assert (await list_told(world, "colleague"))["RESTORE_ACCESS"] is None
    done = await world.mutate("restoreAccess", given, "colleague", GIVEN_BACK)
    assert done["appeal"]["status"] == "RESTORED"
    assert done["resetCode"]


async def test_x2_who_lodged_the_appeal_as_an_officer_does_not_settle_it(world: World) -> None:
    draft = """mutation ($input: AppealDraftInput!) { lodgeAccountAppeal(input: $input) {
      ... on LodgedAppealPayload { number } } }"""
    (unit,) = [row for row in await world.load_rows(Account) if row.username == "unit"]
    code = (await world.ask("{ viewer { unit { creditCode } } }", "unit")).only["unit"]
    input = {
        "creditCode": code["creditCode"],
        "trouble": "PASSWORD_LOST",
        "text": "密码遗失",
        "contactName": "钱联系",
        "contactMobile": "13700001234",
        "region": unit.region,
    }
    assert (await world.ask(draft, "officer", input=input)).only["number"]
    assert (await list_told(world, "officer"))["RESTORE_ACCESS"] == "FOUR_EYES"
    assert (await list_told(world, "colleague"))["RESTORE_ACCESS"] is None


async def test_x18_both_officers_enter_the_same_account_and_the_same_holder(world: World) -> None:
    await lodged(world, trouble="HOLDER_CHANGED")
    holder = {"name": "李新任", "idNumber": an_id_number(70), "mobile": "13600001111"}
    given = await propose(world, "correctHolder", **holder)
    world.clock.now += WAITING
    others = build_global_id("Account", world.accounts["unit"].id)
    for wrong in ({"idNumber": an_id_number(71)}, {"name": "李新"}, {"accountId": others}):
        refused = await assert_refused(world, "correctHolder", given | wrong, "colleague")
        assert refused == [("RECOVERY_DIFFERS", "input")]
    bare = {name: value for name, value in given.items() if name not in holder}
    assert await assert_refused(world, "restoreAccess", bare, "colleague") == [
        ("RECOVERY_DIFFERS", "input")
    ]
    done = await world.mutate("correctHolder", given, "colleague", GIVEN_BACK)
    assert done["appeal"]["status"] == "CORRECTED"


async def test_x18_the_holder_is_told_and_stops_it(world: World) -> None:
    receipt = await lodged(world)
    assert await pending(world, "boss") == []
    given = await propose(world)
    (told,) = await pending(world, "boss")
    assert (told["accountName"], told["opensOn"]) == ("boss", "2025-03-13")
    assert await pending(world, "unit") == [told]
    assert await pending(world, "officer") == []
    stop = {"id": told["id"], "version": told["version"]}
    done = await world.mutate(
        "stopRecovery", stop, "boss", "... on AccountPayload { account { username } }"
    )
    assert done["account"]["username"] == "boss"
    assert await pending(world, "boss") == []
    assert (await standing(world, receipt["number"]))["status"] == "STOPPED"
    world.clock.now += WAITING
    stale = await world.mutate("restoreAccess", given, "colleague")
    assert stale["__typename"] == "StaleVersion"
    (row,) = await listed(world)
    assert not any(each["allowed"] for each in row["possibleActions"])
    (*_, step) = await read_office_history(world, "AccountAppeal", row["id"])
    assert (step["action"], step["fromStatus"], step["toStatus"], step["accountName"]) == (
        "STOP_RECOVERY",
        "PROPOSED",
        "STOPPED",
        "boss account",
    )


async def test_x18_nobody_else_stops_it(world: World) -> None:
    await world.add_unit("other")
    await lodged(world)
    await propose(world)
    (told,) = await pending(world, "boss")
    stop = {"id": told["id"], "version": told["version"]}
    for who in ("other", "officer", "city"):
        assert await assert_refused(world, "stopRecovery", stop, who) == [("NOT_FOUND", "input.id")]
    stale = await world.mutate("stopRecovery", stop | {"version": 1}, "boss")
    assert stale["__typename"] == "StaleVersion"


async def test_x12_of_a_holder_who_stops_and_an_officer_who_gives_back_one_wins(
    world: World,
) -> None:
    await lodged(world)
    given = await propose(world)
    (told,) = await pending(world, "boss")
    stop = {"id": told["id"], "version": told["version"]}
    world.clock.now += WAITING
    tries = [world.mutate("stopRecovery", stop, "boss") for _ in range(3)]
    tries += [world.mutate("restoreAccess", given, "colleague") for _ in range(3)]
    for lost in await one_winner(*tries):
        assert lost["__typename"] in {"StaleVersion", "Forbidden", "Refusal"}, lost


async def test_x2_who_gave_an_account_back_does_not_review_what_the_unit_files(
    world: World,
) -> None:
    """Neither what was there nor what comes later, until the parameter's days are over."""
    (unit,) = [row for row in await world.load_rows(Unit) if row.name == "unit有限公司"]
    waits = a_qualification(unit, 1, status=Status.SUBMITTED)
    later = a_qualification(unit, 2, valid_from=date(2026, 1, 1))
    last = a_qualification(unit, 3, valid_from=date(2027, 1, 1))
    await world.add_rows(waits, later, last)
    await lodged(world)
    await give_back(world, "restoreAccess", await asked(world))
    await submit_qualification(world, later)
    world.clock.now += BARRED
    await submit_qualification(world, last)
    for who in ("officer", "colleague"):
        units = [edge["node"] for edge in (await world.ask(QUALIFICATIONS, who)).only["edges"]]
        (found,) = [each["qualifications"] for each in units if each["name"] == unit.name]
        nodes = [edge["node"] for edge in found["edges"]]
        told = {
            node["id"]: {each["action"]: each["reason"] for each in node["possibleActions"]}
            for node in nodes
        }
        for row, reason in ((waits, "FOUR_EYES"), (later, "FOUR_EYES"), (last, None)):
            assert told[name_row(row)]["APPROVE"] == reason
    (node,) = [node for node in nodes if node["id"] == name_row(later)]
    named = {"id": node["id"], "version": node["version"]}
    assert await assert_refused(world, "approveQualification", named, "officer") == [
        ("FOUR_EYES", "input")
    ]


async def find_barred(world: World, row: Qualification) -> set[str]:
    """Name the officers who may not review a qualification."""
    (kept,) = [each for each in await world.load_rows(Qualification) if each.id == row.id]
    assert kept.status is Status.SUBMITTED
    barred = {*(kept.barred_reviewers or ())}
    return {name for name, account in world.accounts.items() if account.id in barred}


async def wait_for_waiting(session: AsyncSession, number: int, *others: asyncio.Task[Any]) -> None:
    """Go on once so many wait for locks."""
    waiting = text("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
    while await session.scalar(waiting) < number:
        assert not any(other.done() for other in others)


@pytest.mark.parametrize("is_held_by", ["row", "unit"])
async def test_x2_who_gives_an_account_back_while_something_is_submitted_does_not_review_it(
    world: World, is_held_by: str
) -> None:
    """X12: whether what is submitted waits for its own row, or for the unit."""
    (unit,) = [row for row in await world.load_rows(Unit) if row.name == "unit有限公司"]
    waits = a_qualification(unit, 1, status=Status.SUBMITTED)
    later = a_qualification(unit, 2, valid_from=date(2026, 1, 1))
    await world.add_rows(waits, later)
    await lodged(world)
    given = await propose(world)
    world.clock.now += WAITING
    held = later if is_held_by == "row" else waits
    lock = select(Qualification).where(Qualification.id == held.id).with_for_update()
    async with AsyncSession(world.administration) as session:
        await set_rls_context(session, NATIONWIDE_ACTOR)
        await session.scalars(lock)
        if is_held_by == "row":
            submitting = asyncio.create_task(submit_qualification(world, later))
            await wait_for_waiting(session, 1, submitting)
            restored = await world.mutate("restoreAccess", given, "colleague", GIVEN_BACK)
        else:
            restoring = asyncio.create_task(
                world.mutate("restoreAccess", given, "colleague", GIVEN_BACK)
            )
            await wait_for_waiting(session, 1, restoring)
            submitting = asyncio.create_task(submit_qualification(world, later))
            await wait_for_waiting(session, 2, restoring, submitting)
            await session.rollback()
            restored = await restoring
        assert restored["__typename"] == "GivenBackPayload", restored
        await session.rollback()
    await submitting
    assert await find_barred(world, later) == {"officer", "colleague"}


QUALIFICATIONS = """{ units { edges { node { name qualifications { edges { node { id version
  possibleActions { action reason } } } } } } } }"""
BARRED = timedelta(days=181)


def name_row(row: Qualification) -> str:
    return build_global_id("Qualification", row.unit_id, row.id)


async def submit_qualification(world: World, row: Qualification) -> None:
    given = {"id": name_row(row), "version": 1}
    done = await world.mutate("submitQualification", given, "unit")
    assert done["__typename"] == "QualificationPayload", done
