"""J2: a person who lost the password gets back in by an appeal, and strangers learn nothing."""

from typing import Any
from uuid import UUID

import pytest

from models import AccountAppeal, Role
from resolvers.kernel.rate_limit import APPEAL_LIMIT, APPEALS_FOR_ONE_LIMIT
from rules.kernel.identity import mask_id_number
from tests.factories.recovery import give_back
from tests.factories.refusal import assert_refused, list_refusal_reasons
from tests.factories.rows import CHAOYANG_DISTRICT, NANGUAN_DISTRICT, an_id_number
from tests.factories.story import story
from tests.factories.stranger import PASSWORD, mutate_as_stranger, sign_in
from tests.factories.world import World, build_global_id
from tests.schema.accounts.test_account_appeal import (
    LODGED,
    NEXT,
    SETTLED,
    recover,
    standing,
)

LISTED = """{ accountAppeals { edges { node { id version trouble creditCode idNumberMasked
  contactNameMasked region unit { id } personAccount { id username name }
  possibleActions { action allowed reason } } } } }"""
NAME = "见习生1"


@story
async def world(world: World) -> World:
    """A person with an account, who has lost the password."""
    hashed = await world.service.passwords.hash_password(PASSWORD)
    person = await world.add_person(1)
    await world.add_account("zhang", Role.PERSON, person_id=person.id, password_hash=hashed)
    await world.add_account("elsewhere", Role.DISTRICT_OFFICER, NANGUAN_DISTRICT)
    return world


def draft(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "idNumber": an_id_number(number),
        "name": NAME,
        "mobile": "13700001234",
        "trouble": "PASSWORD_LOST",
        "text": "忘记密码",
        "region": CHAOYANG_DISTRICT,
    } | changes


async def lodged(world: World, **changes: Any) -> Any:
    return await mutate_as_stranger(world, "lodgePersonAppeal", draft(**changes), LODGED)


async def listed(world: World, who: str = "officer") -> list[Any]:
    return [edge["node"] for edge in (await world.ask(LISTED, who)).only["edges"]]


async def test_j2_a_person_gets_back_in_by_number_and_code_once_an_officer_restores_it(
    world: World,
) -> None:
    """J2: item J10."""
    receipt = await lodged(world)
    (row,) = await listed(world)
    assert (row["creditCode"], row["unit"]) == (None, None)
    assert row["idNumberMasked"] == mask_id_number(an_id_number(1))
    assert an_id_number(1) not in str(row)
    assert row["personAccount"]["username"] == "zhang"
    offered = {one["action"]: one["reason"] for one in row["possibleActions"]}
    assert offered == {
        "RESTORE_ACCESS": None,
        "CORRECT_HOLDER": "APPEAL_OF_PERSON",
        "REFUSE": None,
    }
    settle = {"id": row["id"], "version": row["version"], "accountId": row["personAccount"]["id"]}
    given = await give_back(world, "restoreAccess", settle)
    assert given["__typename"] == "GivenBackPayload", given
    assert (await sign_in(world, "zhang"))["reason"] == "SIGN_IN_FAILED"
    assert (await standing(world, receipt["number"]))["status"] == "RESTORED"
    assert list_refusal_reasons(await recover(world, receipt["number"], "0000-0000-0000")) == [
        ("RESET_CODE_WRONG", "input.code")
    ]
    await recover(world, receipt["number"], given["resetCode"])
    assert "accessToken" in await sign_in(world, "zhang", NEXT)


async def test_j2_x11_the_answer_never_tells_whether_the_person_exists_or_where(
    world: World,
) -> None:
    wanted = [
        draft(),
        draft(name="李某某"),
        draft(2),
        draft(region=NANGUAN_DISTRICT),
        draft(2, region=NANGUAN_DISTRICT),
    ]
    answers = [await mutate_as_stranger(world, "lodgePersonAppeal", w, LODGED) for w in wanted]
    stands = [await standing(world, answer.pop("number")) for answer in answers]
    for told in (answers, stands):
        assert told[0] == told[1] == told[2]
        assert told[3] == told[4]
        assert told[3]["regionName"] == "吉林省长春市南关区"
    assert [row.region for row in sorted(await world.load_rows(AccountAppeal), key=lodging)] == [
        CHAOYANG_DISTRICT,
        CHAOYANG_DISTRICT,
        CHAOYANG_DISTRICT,
        CHAOYANG_DISTRICT,
        NANGUAN_DISTRICT,
    ]
    assert len(await listed(world, "elsewhere")) == 1


def lodging(row: AccountAppeal) -> UUID:
    return row.id


async def test_j2_no_other_account_is_given_back_and_no_holder_is_corrected(world: World) -> None:
    await lodged(world)
    (row,) = await listed(world)
    settle = {"id": row["id"], "version": row["version"]}
    other = build_global_id("Account", world.accounts["unit"].id)
    assert await assert_refused(
        world, "restoreAccess", settle | {"accountId": other}, "officer"
    ) == [("NOT_FOUND", "input.accountId")]
    holder = {"name": "李四", "idNumber": an_id_number(3), "mobile": "13700001234"}
    own = settle | {"accountId": row["personAccount"]["id"]}
    assert await assert_refused(world, "correctHolder", own | holder, "officer") == [
        ("APPEAL_OF_PERSON", "input")
    ]
    refusal = settle | {"reason": "证件照片不清"}
    refused = await world.mutate("refuseAppeal", refusal, "officer", SETTLED)
    assert refused["appeal"]["status"] == "REFUSED"
    assert await world.load_password_hash("zhang") != "!"


@pytest.mark.parametrize("number", [1, 2])
async def test_j2_tries_are_limited_by_person_alike_for_known_and_unknown(
    world: World, number: int
) -> None:
    for _ in range(APPEALS_FOR_ONE_LIMIT.tries):
        await lodged(world, idNumber=an_id_number(number))
    world.clock.now += 2 * APPEAL_LIMIT.window
    told = await lodged(world, idNumber=an_id_number(number))
    assert told["reason"] == "TOO_MANY_TRIES"


async def test_j2_what_is_wrong_with_a_persons_appeal_is_told(world: World) -> None:
    wrong = await lodged(world, trouble="HOLDER_CHANGED", region="220000")
    assert list_refusal_reasons(wrong) == [
        ("REGION_NOT_A_DISTRICT", "input.region"),
        ("APPEAL_OF_PERSON", "input.trouble"),
    ]
    assert await world.load_rows(AccountAppeal) == []
