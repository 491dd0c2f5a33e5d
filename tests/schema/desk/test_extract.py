"""PIPL 45: who has proved who they are is given all that is kept about them, as one file."""

import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from models import AccessHistory, Base
from rules.desk.extract import EXTRACT_SECTIONS, NOT_EXTRACTED
from tests.factories.internship_scenario import InternshipScenario
from tests.factories.rows import an_id_number
from tests.factories.stranger import (
    a_person_registration,
    ask_with_token,
    mutate_as_stranger,
    register_proved_person,
)
from tests.factories.world import World

ASK = "query ($format: ExtractFormat!) { myExtract(format: $format) { url expiresAt } }"


async def fetch(world: World, token: str, format: str = "JSON") -> bytes:
    asked = await ask_with_token(world, token, ASK, format=format)
    answer = await world.client.get(asked.only["url"])
    assert answer.status_code == 200, answer.text
    return answer.content


def read_sections(content: bytes) -> dict[str, list[Any]]:
    return {each["title"]: each["rows"] for each in json.loads(content)["sections"]}


async def test_pipl_45_a_person_is_given_what_is_kept_about_them_and_of_nobody_else(
    world: World,
) -> None:
    """Their own numbers in full, no draft, and no remark of unit or office."""
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    await made.approve_intern(1)
    await made.approve_intern(2)
    await made.add_intern(3)
    token = await register_proved_person(world, 1)
    content = await fetch(world, token)
    found = read_sections(content)
    (own,) = found["本人信息"]
    assert (own["name"], own["id_number"]) == ("见习生1", an_id_number(1))
    (intern,) = found["就业见习"]
    assert (intern["status"], intern["unit_name"]) == ("APPROVED", "unit有限公司")
    assert {"SUBMIT", "APPROVE"} <= {step["action"] for step in found["办理记录"]}
    assert found["登录记录"][0]["succeeded"] is True
    text = content.decode()
    assert "见习生2" not in text
    assert an_id_number(2) not in text
    assert "remarks" not in text
    for each in await world.load_rows(AccessHistory):
        assert an_id_number(1) not in str(vars(each))
    actions = [(e.action, e.about) for e in await world.load_rows(AccessHistory)]
    assert actions[-2:] == [("EXPORT", "MY_EXTRACT JSON"), ("FETCH", "extract")]


async def test_pipl_45_the_workbook_says_the_same_in_words_and_what_is_kept_by_law(
    world: World,
) -> None:
    await world.add_person(1)
    token = await register_proved_person(world, 1)
    sheet = load_workbook(io.BytesIO(await fetch(world, token, "XLSX"))).active
    assert sheet is not None
    rows = [[*row] for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == ["类别", "序号", "项目", "内容"]
    assert "档案" in str(rows[2][3])
    assert ["本人信息", 1, "公民身份号码", an_id_number(1)] in rows


async def test_x18_who_has_not_proved_whose_the_account_is_is_given_nothing(world: World) -> None:
    await world.add_person(1)
    session = await mutate_as_stranger(world, "registerPerson", a_person_registration(1))
    token = session["accessToken"]
    answer = await ask_with_token(world, token, ASK, format="JSON")
    (error,) = answer.errors
    assert error["extensions"]["reason"] == "EXTRACT_NEEDS_PROOF"


async def test_j3_whole_numbers_are_given_to_nobody_whose_proof_has_lapsed(world: World) -> None:
    await world.add_person(1)
    token = await register_proved_person(world, 1)
    world.clock.now += timedelta(minutes=5)
    world.service = world.app.state.service = replace(
        world.service, proof_life=timedelta(minutes=4)
    )
    answer = await ask_with_token(world, token, ASK, format="JSON")
    (error,) = answer.errors
    assert error["extensions"]["reason"] == "PROVE_AGAIN"
    assert "EXPORT" not in {each.action for each in await world.load_rows(AccessHistory)}


def test_each_table_about_a_person_has_a_section_or_a_reason_why_not() -> None:
    about = {
        mapper.class_.__tablename__
        for mapper in Base.registry.mappers
        if "person_id" in mapper.class_.__table__.c and mapper.class_.metadata is Base.metadata
    }
    told = {section.table.__tablename__ for section in EXTRACT_SECTIONS}
    assert about - told == NOT_EXTRACTED.keys()
    assert not told & NOT_EXTRACTED.keys()


@pytest.mark.parametrize("section", EXTRACT_SECTIONS, ids=lambda section: section.title)
def test_a_section_tells_columns_of_its_table_and_nothing_that_only_machines_read(
    section: Any,
) -> None:
    assert section.columns.keys() <= {column.key for column in section.table.__table__.c}
    for name in section.columns:
        assert not name.endswith(("_hash", "_index", "key_id")), name
        assert name not in {"reason", "remarks", "note", "changes", "explanation"}, name
