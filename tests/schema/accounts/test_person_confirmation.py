"""X18, X17: a number that was typed is a claim; the record goes to whoever proves to be the person.

Security, from a name and a birth date to a person's whole record, and squatting a number.
"""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from models import Account, OfficeHistory, Person, Role
from resolvers.kernel.rate_limit import CLAIM_NUMBER_LIMIT
from tests.factories.office import decide_parameter
from tests.factories.refusal import assert_refused, list_refusal_reasons
from tests.factories.rows import CHAOYANG_DISTRICT, NANGUAN_DISTRICT, an_id_number
from tests.factories.stranger import (
    a_person_registration,
    ask_with_token,
    mutate_as_stranger,
    register_proved_person,
    sign_in,
)
from tests.factories.world import World

OWN = """{ viewer { role person { id version name mobileMasked region completedAt
  claimLines { totalCount } } } }"""
COMPLETE = """mutation ($input: BasicInformationInput!) { completeInformation(input: $input) {
  __typename ... on PersonPayload { person { completedAt } } } }"""
NOT_FOUND = [("NOT_FOUND", "input.account")]


def card(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Say what an identity card says."""
    given = a_person_registration(number)
    return {name: given[name] for name in ("account", "idNumber", "name", "mobile")} | changes


async def register(world: World, number: int = 1, **changes: Any) -> str:
    given = a_person_registration(number, **changes)
    token: str = (await mutate_as_stranger(world, "registerPerson", given))["accessToken"]
    return token


async def own(world: World, token: str) -> Any:
    return (await ask_with_token(world, token, OWN)).only


async def test_x18_name_and_number_of_somebody_on_file_open_nothing_of_their_record(
    world: World,
) -> None:
    """Reproduced: registerPerson(name, number) gave employer, claim lines and timeline."""
    person = await world.add_person(1)
    token = await register(world)
    assert await own(world, token) == {"role": "PERSON", "person": None}
    (row,) = await world.load_rows(Person)
    assert (row.id, row.version, row.mobile_masked) == (person.id, 1, person.mobile_masked)
    (account,) = [a for a in await world.load_rows(Account) if a.role is Role.PERSON]
    assert account.person_id is None


@pytest.mark.parametrize("name", ["见习生1", "别人"])
async def test_x18_whatever_name_is_typed_the_answer_is_the_same(world: World, name: str) -> None:
    """Neither under which name a number is known, nor that somebody has an account, is told."""
    await world.add_person(1)
    await register_proved_person(world, 1)
    token = await register(world, 1, account="second", name=name)
    assert await own(world, token) == {"role": "PERSON", "person": None}


async def test_x18_who_proves_at_the_counter_is_given_their_record(world: World) -> None:
    person = await world.add_person(1, region=NANGUAN_DISTRICT)
    number = an_id_number(1, region=NANGUAN_DISTRICT)
    token = await register_proved_person(world, 1, idNumber=number)
    found = (await own(world, token))["person"]
    assert (found["name"], found["region"]) == ("见习生1", NANGUAN_DISTRICT)
    assert found["mobileMasked"] == "139****5678"
    (account,) = [a for a in await world.load_rows(Account) if a.role is Role.PERSON]
    assert (account.person_id, account.region) == (person.id, CHAOYANG_DISTRICT)
    assert "CONFIRM_PERSON" in [step.action for step in await world.load_rows(OfficeHistory)]


async def test_x18_squatting_a_number_does_not_bar_the_true_holder(world: World) -> None:
    """Reproduced: a false name first, and the holder was refused, and no unit found them."""
    false = await register(world, 1, account="squatter", name="别人")
    entered = (await own(world, false))["person"]
    said = {"id": entered["id"], "version": entered["version"], "mobile": "13700000000"}
    said |= {"region": CHAOYANG_DISTRICT, "education": "BACHELOR"}
    done = await ask_with_token(world, false, COMPLETE, input=said)
    assert done.only["__typename"] == "PersonPayload"
    token = await register_proved_person(world, 1)
    found = (await own(world, token))["person"]
    assert (found["name"], found["completedAt"]) == ("见习生1", None)
    assert (await own(world, false))["person"] is None
    assert list_refusal_reasons(await sign_in(world, "squatter"))[0][0] == "SIGN_IN_FAILED"
    said |= {"id": found["id"], "version": found["version"], "mobile": "13912345678"}
    assert (await ask_with_token(world, token, COMPLETE, input=said)).only["person"]
    looked = {"idNumber": an_id_number(1), "name": "见习生1"}
    assert (await world.mutate("lookUpPerson", looked, "unit"))["__typename"] == "PersonPayload"


async def test_x18_a_claim_without_that_number_is_not_confirmed(world: World) -> None:
    """Another number, another region's officer, another role, nobody: one answer."""
    await register(world, 1)
    await register(world, 2)
    await world.add_account("far", Role.DISTRICT_OFFICER, NANGUAN_DISTRICT)
    for given, as_ in (
        (card(1, account="person-2"), "officer"),
        (card(1, account="nobody-at-all"), "officer"),
        (card(1, account="unit-account"), "officer"),
        (card(1), "far"),
    ):
        assert await assert_refused(world, "confirmPerson", given, as_) == NOT_FOUND
    assert (await world.mutate("confirmPerson", card(1), "officer"))["__typename"] == (
        "AccountPayload"
    )
    assert await assert_refused(world, "confirmPerson", card(1), "officer") == NOT_FOUND
    assert await assert_refused(world, "confirmPerson", card(2), "unit") == [
        ("FORBIDDEN", "SETTLE_APPEALS")
    ]


async def test_x18_a_name_that_an_office_told_is_not_overwritten_at_the_counter(
    world: World,
) -> None:
    await world.add_person(1, source="社保局")
    await register(world, 1)
    assert await assert_refused(world, "confirmPerson", card(1, name="别人"), "officer") == [
        ("NAME_DIFFERS", "input.name")
    ]


async def test_x18_of_two_confirmations_at_once_one_account_has_the_record(world: World) -> None:
    await world.add_person(1)
    names = [f"same-{n}" for n in range(CLAIM_NUMBER_LIMIT.tries // 2)]
    for name in names:
        await register(world, 1, account=name)
    results = await asyncio.gather(
        *(world.mutate("confirmPerson", card(1, account=name), "officer") for name in names)
    )
    assert Counter(each["__typename"] for each in results)["AccountPayload"] >= 1
    holders = [a for a in await world.load_rows(Account) if a.person_id is not None]
    assert len(holders) == 1
    assert [a.active for a in await world.load_rows(Account) if a.username in names].count(
        True
    ) == 1


async def test_j16_who_enters_themself_loses_sight_of_it_once_an_office_tells(
    world: World,
) -> None:
    """What comes on file later is for whoever proves to be the person."""
    token = await register(world, 1)
    assert (await own(world, token))["person"]["name"] == "见习生1"
    (row,) = await world.load_rows(Person)
    assert row.filed_by is not None


async def confirm(world: World, officer: str, **changes: Any) -> str | None:
    """Enter what the card says, and give the day of the proposal that is open then."""
    told = "... on AccountPayload { account { confirmationOn } }"
    done = await world.mutate("confirmPerson", card(1, **changes), officer, told)
    assert done["__typename"] == "AccountPayload", done
    day: str | None = done["account"]["confirmationOn"]
    return day


async def test_x2_x18_where_a_region_asks_for_two_officers_one_alone_gives_nobody_a_record(
    world: World,
) -> None:
    await world.add_person(1)
    token = await register(world)
    await decide_parameter(world, "counter.confirmation_by_two", "true")
    assert await confirm(world, "officer") == "2025-03-10"
    assert (await own(world, token))["person"] is None
    refused = await assert_refused(world, "confirmPerson", card(), "officer")
    assert refused == [("FOUR_EYES", "input")]
    for wrong in ({"mobile": "13700000000"}, {"name": "别人"}):
        refused = await assert_refused(world, "confirmPerson", card() | wrong, "colleague")
        assert refused == [("CONFIRMATION_DIFFERS", "input")]
    assert await confirm(world, "officer", mobile="13700000000") == "2025-03-10"  # a slip, mended
    assert await confirm(world, "colleague", mobile="13700000000") is None
    (account,) = [a for a in await world.load_rows(Account) if a.role is Role.PERSON]
    assert account.person_id is not None
    steps = [each.action for each in await world.load_rows(OfficeHistory)]
    assert steps.count("PROPOSE_CONFIRMATION") == 2
    assert steps.count("CONFIRM_PERSON") == 1


async def test_x2_of_two_officers_at_once_one_proposes_and_the_other_confirms(
    world: World,
) -> None:
    await world.add_person(1)
    await register(world)
    await decide_parameter(world, "counter.confirmation_by_two", "true")
    days = await asyncio.gather(*(confirm(world, each) for each in ("officer", "colleague")))
    assert Counter(days) == {"2025-03-10": 1, None: 1}


async def test_x18_what_one_officer_read_yesterday_is_read_anew_by_both(world: World) -> None:
    await world.add_person(1)
    await register(world)
    await decide_parameter(world, "counter.confirmation_by_two", "true")
    await confirm(world, "officer")
    world.clock.now += timedelta(days=1)
    assert await confirm(world, "colleague") == "2025-03-11"
    assert await confirm(world, "officer") is None
