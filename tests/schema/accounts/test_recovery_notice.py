"""X18, X23: the holder is told by message that somebody wants their account, and how it ended."""

from typing import Any

import pytest

from models import Role, SmsKind, SmsNotice, Unit
from resolvers.accounts.recovery_notice import send_next_notice
from resolvers.kernel.background import JobContext
from resolvers.kernel.sealed_number import build_sealed_columns
from rules.kernel.retry import RetryPolicy
from tests.factories.recovery import GIVEN_BACK, give_back
from tests.factories.rows import an_id_number
from tests.factories.story import story
from tests.factories.stranger import PASSWORD, register_proved_person
from tests.factories.telephone import Telephone, use_telephone
from tests.factories.world import World
from tests.schema.accounts.test_account_appeal import asked, lodged
from tests.schema.accounts.test_person_appeal import lodged as lodge_as_person

HOTLINE = "0431-80767550"
BEGUN = (SmsKind.RECOVERY_BEGUN, {"until": "2025-03-13", "hotline": HOTLINE})
REACHED = "13800001111"


@story
async def world(world: World) -> World:
    """The unit's legal person, whose account somebody appeals for."""
    hashed = await world.service.passwords.hash_password(PASSWORD)
    unit_id = world.accounts["unit"].unit_id
    await world.add_account("boss", Role.LEGAL_PERSON, unit_id=unit_id, password_hash=hashed)
    assert unit_id is not None
    column = Unit.representative_mobile_sealed
    reached = build_sealed_columns(world.service.seal, column, unit_id, REACHED)
    await world.update_where(Unit, Unit.id == unit_id, reached)
    return world


@pytest.fixture
def telephone(world: World) -> Telephone:
    return use_telephone(world)


async def deliver(world: World) -> int:
    """Have the worker send all that is due, and tell how often it tried."""
    policy, tries = RetryPolicy(tries=3), 0
    work = JobContext(service=world.service, notice_policy=policy, jitter=lambda: 1.0)
    while await send_next_notice(work):
        tries += 1
    return tries


def list_sent(telephone: Telephone) -> list[tuple[SmsKind, Any]]:
    return [(each.kind, each.values) for each in telephone.messages]


async def propose(world: World) -> dict[str, Any]:
    given = await asked(world)
    done = await world.mutate("restoreAccess", given, "officer", GIVEN_BACK)
    return given | {"version": done["appeal"]["version"]}


async def test_x18_the_representative_is_told_when_a_recovery_begins_and_when_it_ends(
    world: World, telephone: Telephone
) -> None:
    """Also where the holder is corrected: who loses the account is told, not who gets it."""
    await lodged(world, trouble="HOLDER_CHANGED")
    holder = {"name": "李新任", "idNumber": an_id_number(70), "mobile": "13600001111"}
    await give_back(world, "correctHolder", await asked(world) | holder)
    assert await deliver(world) == 2
    ended = (SmsKind.RECOVERY_ENDED, {"outcome": "已更正", "hotline": HOTLINE})
    assert list_sent(telephone) == [BEGUN, ended]
    assert {message.mobile for message in telephone.messages} == {REACHED}
    assert await deliver(world) == 0
    assert [row.mobile_sealed for row in await world.load_rows(SmsNotice)] == [None, None]


async def test_x18_who_stops_it_is_told_that_it_ended(world: World, telephone: Telephone) -> None:
    await lodged(world)
    given = await propose(world)
    await deliver(world)
    stop = {"id": given["id"], "version": given["version"]}
    assert (await world.mutate("stopRecovery", stop, "boss"))["__typename"] == "AccountPayload"
    await deliver(world)
    stopped = (SmsKind.RECOVERY_ENDED, {"outcome": "持有人已终止", "hotline": HOTLINE})
    assert list_sent(telephone) == [BEGUN, stopped]
    assert [row.mobile_sealed for row in await world.load_rows(SmsNotice)] == [None, None]


async def test_x18_what_was_refused_before_anybody_proposed_it_tells_nobody(
    world: World, telephone: Telephone
) -> None:
    await lodged(world)
    given = await asked(world)
    refused = {"id": given["id"], "version": given["version"], "reason": "材料不符"}
    done = await world.mutate("refuseAppeal", refused, "officer")
    assert done["__typename"] == "AccountAppealPayload", done
    assert await deliver(world) == 0


async def test_x18_a_person_is_told_at_the_mobile_of_the_counter(
    world: World, telephone: Telephone
) -> None:
    await world.add_person(1)
    await register_proved_person(world, 1)
    await lodge_as_person(world, mobile="13700001111")
    found = "{ accountAppeals { edges { node { id version personAccount { id } } } } }"
    (edge,) = (await world.ask(found, "officer")).only["edges"]
    given = {name: edge["node"][name] for name in ("id", "version")}
    given["accountId"] = edge["node"]["personAccount"]["id"]
    await world.mutate("restoreAccess", given, "officer", GIVEN_BACK)
    assert await deliver(world) == 1
    assert [message.mobile for message in telephone.messages] == ["13912345678"]


async def test_x23_a_notice_waits_for_the_gateway_and_is_given_up_in_the_end(
    world: World, telephone: Telephone
) -> None:
    await lodged(world)
    await propose(world)
    telephone.fails = True
    assert await deliver(world) == 1
    assert await deliver(world) == 0  # it waits
    (row,) = await world.load_rows(SmsNotice)
    world.clock.now = row.due_at
    telephone.fails = False
    assert await deliver(world) == 1
    assert list_sent(telephone) == [BEGUN]
    (row,) = await world.load_rows(SmsNotice)
    assert (row.tries, row.due_at, row.sent_at) == (2, None, world.clock.now)


async def test_x11_a_notice_whose_number_was_exchanged_goes_to_nobody(
    world: World, telephone: Telephone
) -> None:
    await lodged(world)
    await propose(world)
    (row,) = await world.load_rows(SmsNotice)
    (unit,) = [row for row in await world.load_rows(Unit) if row.name == "unit有限公司"]
    foreign = unit.representative_mobile_sealed
    await world.update_where(SmsNotice, SmsNotice.id == row.id, {"mobile_sealed": foreign})
    assert await deliver(world) == 1
    assert telephone.messages == []
    (row,) = await world.load_rows(SmsNotice)
    assert (row.due_at, row.sent_at) == (None, None)
