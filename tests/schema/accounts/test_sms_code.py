"""J2, X18: a code to the mobile that was told at a counter proves who somebody is, once."""

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from models import Account, FactKind, OfficeHistory, OfficialMobile, Person, Role, SmsCode
from tests.factories.authenticator import CHALLENGE_SELECTION, bind_authenticator
from tests.factories.fact import load_fact_file, write_csv_lines
from tests.factories.office import decide_parameter
from tests.factories.rows import an_id_number
from tests.factories.stranger import (
    a_person_registration,
    ask_with_token,
    mutate_as_stranger,
    register_proved_person,
    sign_in,
)
from tests.factories.telephone import Telephone, use_telephone
from tests.factories.world import World

NUMBER, MOBILE = an_id_number(1), "13912345678"
PASSWORD = "another horse, another staple 7"
CONFIRM = """mutation ($input: CodeProofInput!) { confirmPersonByCode(input: $input) {
  __typename ... on Refusal { reason path } } }"""
REFRESH = "{ viewer { person { name mobileMasked } } }"
WRONG = ("SMS_CODE_WRONG", ["input", "code"])


@pytest.fixture
def telephone(world: World) -> Telephone:
    return use_telephone(world)


async def ask_for_code(world: World, number: str = NUMBER) -> Any:
    then = "... on SentCodePayload { ticket expiresAt }"
    sent = await mutate_as_stranger(world, "requestPersonCode", {"idNumber": number}, then)
    await world.service.sms.close()
    return sent


async def recover(world: World, proof: Mapping[str, str], password: str = PASSWORD) -> Any:
    given = {**proof, "password": password}
    return await mutate_as_stranger(world, "recoverPersonAccount", given)


async def get_code(world: World, telephone: Telephone) -> dict[str, str]:
    sent = await ask_for_code(world)
    return {"ticket": sent["ticket"], "code": telephone.messages[-1].values["code"]}


def read_refusal(answer: Any) -> tuple[str, list[str]]:
    return answer["reason"], answer["path"]


async def test_j2_a_person_sets_a_new_password_with_a_code_to_the_mobile_of_the_counter(
    world: World, telephone: Telephone
) -> None:
    await world.add_person(1)
    old = await register_proved_person(world, 1)
    proof = await get_code(world, telephone)
    (message,) = telephone.messages
    assert (message.mobile, message.values["minutes"]) == (MOBILE, "5")
    assert len(proof["code"]) == 6
    session = await recover(world, proof)
    assert session["__typename"] == "SessionPayload"
    assert (await ask_with_token(world, session["accessToken"], REFRESH)).only["person"]
    assert old != session["accessToken"]
    name = a_person_registration(1)["account"]
    assert (await sign_in(world, name, PASSWORD))["__typename"] == "SessionPayload"
    assert read_refusal(await recover(world, proof)) == WRONG
    assert "RECOVER" in [step.action for step in await world.load_rows(OfficeHistory)]


async def test_x18_a_code_gives_the_record_to_a_new_account_and_ends_the_old_one(
    world: World, telephone: Telephone
) -> None:
    await world.add_person(1)
    await register_proved_person(world, 1)
    fresh = a_person_registration(1, account="second")
    token = (await mutate_as_stranger(world, "registerPerson", fresh))["accessToken"]
    proof = await get_code(world, telephone)
    answer = (await ask_with_token(world, token, CONFIRM, input=proof)).only
    assert answer["__typename"] == "AccountPayload"
    held = {a.username: a for a in await world.load_rows(Account) if a.role is Role.PERSON}
    assert held["second"].person_id is not None
    assert [a.active for a in held.values() if a.username != "second"] == [False]


async def test_x18_a_code_of_another_number_confirms_nothing(
    world: World, telephone: Telephone
) -> None:
    await world.add_person(1)
    await world.add_person(2)
    await register_proved_person(world, 1)
    other = a_person_registration(2, account="second")
    token = (await mutate_as_stranger(world, "registerPerson", other))["accessToken"]
    proof = await get_code(world, telephone)
    answer = (await ask_with_token(world, token, CONFIRM, input=proof)).only
    assert read_refusal(answer) == WRONG


async def test_x11_whether_a_mobile_is_on_file_is_not_told(
    world: World, telephone: Telephone
) -> None:
    """Nothing is sent to a mobile that was only typed, nor for a number that nobody has."""
    await world.add_person(1)
    await register_proved_person(world, 1)
    await mutate_as_stranger(world, "registerPerson", a_person_registration(2, account="typed"))
    numbers = (NUMBER, an_id_number(2), an_id_number(77))
    answers = [await ask_for_code(world, number) for number in numbers]
    assert len({(a["__typename"], len(a["ticket"]), a["expiresAt"]) for a in answers}) == 1
    assert [message.mobile for message in telephone.messages] == [MOBILE]
    for answer in answers:
        guessed = {"ticket": answer["ticket"], "code": "no code"}
        assert read_refusal(await recover(world, guessed)) == WRONG
    kept = repr([vars(row) for row in await world.load_rows(SmsCode)])
    assert telephone.messages[0].values["code"] not in kept
    assert all(answer["ticket"] not in kept for answer in answers)


async def test_x11_a_mobile_that_the_person_typed_later_is_not_the_one_of_the_counter(
    world: World, telephone: Telephone
) -> None:
    await world.add_person(1)
    token = await register_proved_person(world, 1)
    (person,) = await world.load_rows(Person)
    typed = """mutation ($input: BasicInformationInput!) { completeInformation(input: $input) {
      __typename } }"""
    draft = {"id": "", "version": person.version, "mobile": "13700001111", "region": "220104"}
    own = (await ask_with_token(world, token, "{ viewer { person { id version } } }")).only
    given = draft | own["person"] | {"education": "BACHELOR"}
    await ask_with_token(world, token, typed, input=given)
    await ask_for_code(world)
    assert [message.mobile for message in telephone.messages] == [MOBILE]


async def test_j2_a_code_is_tried_five_times_and_good_for_five_minutes(
    world: World, telephone: Telephone
) -> None:
    await world.add_person(1)
    await register_proved_person(world, 1)
    proof = await get_code(world, telephone)
    for _ in range(5):
        assert read_refusal(await recover(world, proof | {"code": "x"})) == WRONG
    assert read_refusal(await recover(world, proof)) == WRONG
    late = await get_code(world, telephone)
    world.clock.now += timedelta(minutes=5)
    assert read_refusal(await recover(world, late)) == WRONG


async def test_j2_a_weak_password_costs_no_try_and_blanks_in_a_code_none_either(
    world: World, telephone: Telephone
) -> None:
    await world.add_person(1)
    await register_proved_person(world, 1)
    proof = await get_code(world, telephone)
    for _ in range(6):
        assert (await recover(world, proof, "123456789a"))["__typename"] != "SessionPayload"
    spaced = proof | {"code": f" {proof['code'][:3]} {proof['code'][3:]} "}
    assert (await recover(world, spaced))["__typename"] == "SessionPayload"


async def test_j2_of_two_who_use_a_code_at_once_one_gets_in(
    world: World, telephone: Telephone
) -> None:
    await world.add_person(1)
    await register_proved_person(world, 1)
    proof = await get_code(world, telephone)
    answers = await asyncio.gather(*(recover(world, proof) for _ in range(4)))
    assert sorted(answer["__typename"] for answer in answers) == [
        *["Refusal"] * 3,
        "SessionPayload",
    ]


async def test_j2_codes_are_limited_by_number_and_address(
    world: World, telephone: Telephone
) -> None:
    told = [await ask_for_code(world) for _ in range(4)]
    assert [answer["__typename"] for answer in told] == [*["SentCodePayload"] * 3, "Refusal"]
    assert told[-1]["reason"] == "TOO_MANY_TRIES"


async def test_x11_a_gateway_that_fails_is_not_told_to_who_asks(
    world: World, telephone: Telephone
) -> None:
    await world.add_person(1)
    await register_proved_person(world, 1)
    telephone.fails = True
    assert (await ask_for_code(world))["__typename"] == "SentCodePayload"


async def test_j2_without_a_gateway_everybody_is_told_where_to_go(world: World) -> None:
    answer = await ask_for_code(world)
    assert answer["reason"] == "SMS_UNAVAILABLE"


async def load_mobile(
    world: World, file: Path, mobile: str, days_ago: int = 7, **more: Any
) -> None:
    path = write_csv_lines(file, "公民身份号码,姓名,手机号码,作废", f"{NUMBER},,{mobile},")
    await load_fact_file(world.service, path, FactKind.OFFICIAL_MOBILE, **more)
    index = world.service.seal.compute_index("mobile", mobile)
    values = {"loaded_at": world.clock.now - timedelta(days=days_ago)}  # the database's clock is on
    await world.update_where(OfficialMobile, OfficialMobile.mobile_index == index, values)


async def test_x18_a_code_goes_to_the_mobile_that_an_office_told_last_and_of_late(
    world: World, telephone: Telephone, tmp_path: Path
) -> None:
    await world.add_person(1)
    file = tmp_path / "mobiles.csv"
    await load_mobile(world, file, "13600000001", as_of=date(2024, 4, 1))
    await load_mobile(world, file, "13600000002", as_of=date(2025, 2, 1))
    given = a_person_registration(1)
    token = (await mutate_as_stranger(world, "registerPerson", given))["accessToken"]
    proof = await get_code(world, telephone)
    assert [message.mobile for message in telephone.messages] == ["13600000002"]
    done = (await ask_with_token(world, token, CONFIRM, input=proof)).only
    assert done["__typename"] == "AccountPayload"
    (account,) = [row for row in await world.load_rows(Account) if row.role is Role.PERSON]
    assert account.person_id is not None
    world.clock.now += timedelta(days=366)
    await ask_for_code(world)
    assert len(telephone.messages) == 1  # who has that number by now, nobody knows
    kept = repr([vars(row) for row in await world.load_rows(OfficialMobile)])
    assert "13600000002" not in kept


async def test_x18_a_mobile_that_an_office_told_just_now_takes_no_code_for_some_days(
    world: World, telephone: Telephone, tmp_path: Path
) -> None:
    """Whoever could load a mobile could else take any person's account within the minute."""
    await world.add_person(1)
    file = tmp_path / "mobiles.csv"
    await load_mobile(world, file, "13600000001", as_of=date(2025, 1, 1))
    await load_mobile(world, file, "13600000002", days_ago=6, as_of=date(2025, 2, 1))
    await ask_for_code(world)
    await load_mobile(world, file, "13600000002", days_ago=7, as_of=date(2025, 2, 1))
    await ask_for_code(world)
    sent = [message.mobile for message in telephone.messages]
    assert sent == ["13600000001", "13600000002"]


async def test_x18_the_mobile_of_the_counter_goes_before_what_an_office_told(
    world: World, telephone: Telephone, tmp_path: Path
) -> None:
    await world.add_person(1)
    await register_proved_person(world, 1)
    await load_mobile(world, tmp_path / "mobiles.csv", "13600000001")
    await ask_for_code(world)
    assert [message.mobile for message in telephone.messages] == [MOBILE]


async def test_x18_where_a_region_says_so_official_mobiles_prove_nothing(
    world: World, telephone: Telephone, tmp_path: Path
) -> None:
    await world.add_person(1)
    await load_mobile(world, tmp_path / "mobiles.csv", "13600000001")
    await decide_parameter(world, "counter.official_mobile_months", "0")
    await ask_for_code(world)
    assert telephone.messages == []


async def test_j3_a_code_to_the_mobile_sets_a_password_and_stands_in_for_no_second_factor(
    world: World, telephone: Telephone
) -> None:
    await world.add_person(1)
    held = await register_proved_person(world, 1)
    shows = await bind_authenticator(world, held)
    world.clock.now += timedelta(minutes=1)
    given = {**await get_code(world, telephone), "password": PASSWORD}
    asked = await mutate_as_stranger(world, "recoverPersonAccount", given, CHALLENGE_SELECTION)
    assert asked["__typename"] == "SignInChallengePayload"
    name = a_person_registration(1)["account"]
    by_password = {"account": name, "password": PASSWORD}
    again = await mutate_as_stranger(world, "signIn", by_password, CHALLENGE_SELECTION)
    assert again["__typename"] == "SignInChallengePayload"
    second = {"challenge": asked["challenge"], "code": shows.show()}
    session = await mutate_as_stranger(world, "completeSignIn", second)
    told = (await ask_with_token(world, session["accessToken"], REFRESH)).only
    assert told["person"]["name"] == "见习生1"
