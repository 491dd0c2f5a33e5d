"""J1, J16: who opens an account for themselves, with all checks, and once."""

import asyncio
from typing import Any

import pytest

from models import (
    Account,
    History,
    Parameter,
    ParameterStatus,
    Role,
    Unit,
)
from resolvers.kernel.rate_limit import CLAIM_NUMBER_LIMIT, REGISTRATION_LIMIT
from tests.factories.refusal import assert_nothing_written, list_refusal_reasons
from tests.factories.rows import (
    CHAOYANG_DISTRICT,
    NANGUAN_DISTRICT,
    a_credit_code,
    an_id,
    an_id_number,
)
from tests.factories.stranger import (
    PASSWORD,
    a_person_registration,
    a_unit_registration,
    ask_with_token,
    mutate_as_stranger,
    sign_in,
)
from tests.factories.world import NOW, World
from tests.schema.kernel.test_once_only import one_winner

WRITERS = 12
VIEWER = """{ viewer { name role region functions unit { id name creditCode legalRepresentative
  legalPersonType representativeIdMasked representativeMobileMasked }
  person { name idNumberMasked mobileMasked completedAt region }
  account { username agreement agreedAt active } } }"""


async def refused(world: World, mutation: str, input: dict[str, Any]) -> list[tuple[str, str]]:
    """Demand a no, the same in both languages, that leaves everything as it was."""
    async with assert_nothing_written(world):
        english = await mutate_as_stranger(world, mutation, input)
        chinese = await mutate_as_stranger(world, mutation, input, language="zh")
    assert list_refusal_reasons(english) == list_refusal_reasons(chinese)
    assert not chinese["message"].isascii()
    return list_refusal_reasons(english)


async def test_j1_a_unit_registers_itself_and_is_signed_in_as_its_legal_person(
    world: World,
) -> None:
    session = await mutate_as_stranger(world, "registerUnit", a_unit_registration())
    viewer = (await ask_with_token(world, session["accessToken"], VIEWER)).only
    assert (viewer["role"], viewer["region"], viewer["name"]) == (
        "LEGAL_PERSON",
        CHAOYANG_DISTRICT,
        "赵法人",
    )
    assert "MANAGE_OPERATORS" in viewer["functions"]
    number = an_id_number(50)
    assert viewer["unit"] | {"id": ""} == {
        "id": "",
        "name": "新单位50有限公司",
        "creditCode": a_credit_code(50),
        "legalRepresentative": "赵法人",
        "legalPersonType": "ENTERPRISE",
        "representativeIdMasked": f"22{'*' * 15}{number[-1]}",
        "representativeMobileMasked": "138****5678",
    }
    assert viewer["account"] == {
        "username": "unit-50",
        "agreement": "2026-01",
        "agreedAt": NOW.isoformat(),
        "active": True,
    }
    again = await sign_in(world, "unit-50")
    assert again["__typename"] == "SessionPayload"


async def test_j1_x11_what_is_personal_is_sealed_and_the_password_is_hashed(world: World) -> None:
    await mutate_as_stranger(world, "registerUnit", a_unit_registration())
    (unit,) = [row for row in await world.load_rows(Unit) if row.name.startswith("新单位")]
    seal = world.service.seal
    assert world.open_sealed(Unit.representative_id_sealed, unit) == an_id_number(50)
    assert unit.representative_id_index == seal.compute_index("id_number", an_id_number(50))
    assert world.open_sealed(Unit.representative_mobile_sealed, unit) == "13812345678"
    (account,) = [row for row in await world.load_rows(Account) if row.username == "unit-50"]
    assert PASSWORD not in await world.load_password_hash(account.username)
    entries = await world.load_rows(History)
    assert {(entry.record, entry.action, entry.account_id) for entry in entries} == {
        ("Unit", "CREATE", account.id),
        ("Account", "CREATE", account.id),
    }
    assert [entry.changes for entry in entries] == [{}, {}]


async def test_j1_all_faults_of_a_registration_are_told_at_once(world: World) -> None:
    await mutate_as_stranger(world, "registerUnit", a_unit_registration(51))
    bad = a_unit_registration(
        51,
        account="unit-51",
        password="unit-51",
        idNumber=an_id_number(51)[:17] + "?",
        mobile="1",
        region="220100",
        agreementVersion="2025-01",
        legalRepresentative="",
    )
    assert sorted(await refused(world, "registerUnit", bad)) == sorted(
        [
            ("ID_NUMBER_MALFORMED", "input.idNumber"),
            ("MOBILE_MALFORMED", "input.mobile"),
            ("TEXT_EMPTY", "input.legalRepresentative"),
            ("PASSWORD_TOO_SHORT", "input.password"),
            ("PASSWORD_HOLDS_NAME", "input.password"),
            ("AGREEMENT_OUTDATED", "input.agreementVersion"),
            ("REGION_NOT_A_DISTRICT", "input.region"),
            ("ACCOUNT_NAME_TAKEN", "input.account"),
            ("UNIT_REGISTERED", "input.creditCode"),
        ]
    )


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("account", "Unit-50", "ACCOUNT_NAME_MALFORMED"),
        ("account", "13800005678", "ACCOUNT_NAME_MALFORMED"),
        ("creditCode", a_credit_code(50)[:17], "CREDIT_CODE_MALFORMED"),
        ("creditCode", a_credit_code(50)[:17] + "Z", "CREDIT_CODE_MALFORMED"),
        ("creditCode", a_credit_code(50)[:8] + "1" + a_credit_code(50)[9:], "CREDIT_CODE_CHECKSUM"),
        ("idNumber", "220104030504001", "ID_NUMBER_15_DIGITS"),
        ("region", "999999", "NOT_A_REGION"),
        ("region", "220000", "REGION_NOT_A_DISTRICT"),
        ("agreementVersion", "", "AGREEMENT_OUTDATED"),
        ("password", "password2026!", "PASSWORD_COMMON"),
        ("password", "\x07" * 12 + "ab1", "TEXT_UNPRINTABLE"),
    ],
)
async def test_j1_whatever_cannot_be_is_refused_by_name(
    world: World, field: str, value: str, reason: str
) -> None:
    given = a_unit_registration() | {field: value}
    assert await refused(world, "registerUnit", given) == [(reason, f"input.{field}")]


async def test_j1_the_version_that_counts_is_named_and_is_a_parameter(world: World) -> None:
    newer = Parameter(
        id=an_id("agreement"),
        key="agreement.version",
        region="220000",
        value="2026-07",
        unit="version",
        effective_from=NOW.date(),
        source="测试",
        confirmed=True,
        status=ParameterStatus.APPROVED,
        decided_at=NOW,
    )
    await world.add_rows(newer)
    result = await mutate_as_stranger(world, "registerUnit", a_unit_registration())
    assert list_refusal_reasons(result) == [("AGREEMENT_OUTDATED", "input.agreementVersion")]
    assert "2026-07" in result["message"]
    rules = '{ accountRules(region: "220104") { agreementVersion hotline passwordLength } }'
    assert (await world.ask(rules)).only == {
        "agreementVersion": "2026-07",
        "hotline": "0431-80767550",
        "passwordLength": 10,
    }
    current = a_unit_registration(agreementVersion="2026-07")
    assert (await mutate_as_stranger(world, "registerUnit", current))[
        "__typename"
    ] == "SessionPayload"


async def test_j2_a_unit_that_is_registered_is_told_whom_to_call(world: World) -> None:
    await mutate_as_stranger(world, "registerUnit", a_unit_registration())
    result = await mutate_as_stranger(
        world, "registerUnit", a_unit_registration(account="other-name")
    )
    assert list_refusal_reasons(result) == [("UNIT_REGISTERED", "input.creditCode")]
    assert "0431-80767550" in result["cure"]


async def test_j1_of_many_who_register_one_credit_code_at_once_one_wins(world: World) -> None:
    tries = [
        mutate_as_stranger(world, "registerUnit", a_unit_registration(account=f"unit-{n}-x"))
        for n in range(WRITERS)
    ]
    results = await asyncio.gather(*tries)
    won = [result for result in results if result["__typename"] == "SessionPayload"]
    assert len(won) == 1
    for lost in results:
        if lost is not won[0]:
            assert list_refusal_reasons(lost) == [("UNIT_REGISTERED", "input.creditCode")]
    assert len([row for row in await world.load_rows(Unit) if row.name.startswith("新单位")]) == 1
    assert len([a for a in await world.load_rows(Account) if a.role is Role.LEGAL_PERSON]) == 1


async def test_j1_of_many_who_take_one_account_name_at_once_one_wins(world: World) -> None:
    tries = [
        mutate_as_stranger(world, "registerUnit", a_unit_registration(60 + n, account="the-name"))
        for n in range(WRITERS)
    ]
    for lost in await one_winner(*tries):
        assert list_refusal_reasons(lost) == [("ACCOUNT_NAME_TAKEN", "input.account")]
    assert len([row for row in await world.load_rows(Unit) if row.name.startswith("新单位")]) == 1


async def test_j1_registrations_from_one_address_are_limited(world: World) -> None:
    for _ in range(REGISTRATION_LIMIT.tries):
        await mutate_as_stranger(world, "registerUnit", a_unit_registration(password=""))
    result = await mutate_as_stranger(world, "registerUnit", a_unit_registration())
    assert list_refusal_reasons(result) == [("TOO_MANY_TRIES", "")]
    world.clock.now += REGISTRATION_LIMIT.window * 1.1
    assert (await mutate_as_stranger(world, "registerUnit", a_unit_registration()))["accessToken"]


async def test_j16_who_is_not_on_file_registers_and_then_completes_their_information(
    world: World,
) -> None:
    session = await mutate_as_stranger(world, "registerPerson", a_person_registration())
    viewer = (await ask_with_token(world, session["accessToken"], VIEWER)).only
    assert viewer["role"] == "PERSON"
    assert viewer["person"] == {
        "name": "见习生1",
        "idNumberMasked": f"22{'*' * 15}{an_id_number(1)[-1]}",
        "mobileMasked": "139****5678",
        "completedAt": None,
        "region": CHAOYANG_DISTRICT,
    }
    look_up = {"idNumber": an_id_number(1), "name": "见习生1"}
    assert list_refusal_reasons(await world.mutate("lookUpPerson", look_up, "unit")) == [
        ("PERSON_NOT_ON_FILE", "input.idNumber")
    ]
    asked = "{ viewer { person { id version } } }"
    person = (await ask_with_token(world, session["accessToken"], asked)).only["person"]
    complete = """mutation ($input: BasicInformationInput!) { completeInformation(input: $input) {
      ... on PersonPayload { person { completedAt education } } } }"""
    information = {"mobile": "13912345678", "region": NANGUAN_DISTRICT, "education": "BACHELOR"}
    done = await ask_with_token(world, session["accessToken"], complete, input=person | information)
    assert done.only["person"] == {"completedAt": NOW.isoformat(), "education": "BACHELOR"}
    found = await world.mutate("lookUpPerson", look_up, "unit")
    assert found["__typename"] == "PersonPayload"


async def test_j16_a_name_that_is_taken_is_told_before_anything_about_the_person(
    world: World,
) -> None:
    await world.add_person(1)
    await mutate_as_stranger(world, "registerPerson", a_person_registration(2))
    given = {"account": "person-2"}
    answers = [
        await mutate_as_stranger(world, "registerPerson", a_person_registration(number, **given))
        for number in (1, 2, 3)
    ]
    assert answers == [answers[0]] * 3
    assert list_refusal_reasons(answers[0]) == [("ACCOUNT_NAME_TAKEN", "input.account")]


async def test_j16_one_number_is_tried_so_often_whoever_tries(world: World) -> None:
    await world.add_person(1)
    for n in range(CLAIM_NUMBER_LIMIT.tries):
        given = a_person_registration(name=f"别人{n}", account=f"other-{n}")
        await mutate_as_stranger(world, "registerPerson", given)
    given = a_person_registration()
    assert list_refusal_reasons(await mutate_as_stranger(world, "registerPerson", given)) == [
        ("TOO_MANY_TRIES", "")
    ]
    assert (await mutate_as_stranger(world, "registerPerson", a_person_registration(2)))[
        "accessToken"
    ]


async def test_j3_a_registration_is_a_sign_in_and_is_remembered(world: World) -> None:
    session = await mutate_as_stranger(world, "registerUnit", a_unit_registration())
    listed = "{ viewer { signIns { edges { node { way succeeded at } } } } }"
    found = (await ask_with_token(world, session["accessToken"], listed)).only["signIns"]["edges"]
    assert [edge["node"] for edge in found] == [
        {"way": "REGISTRATION", "succeeded": True, "at": NOW.isoformat()}
    ]
