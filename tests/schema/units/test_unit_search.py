"""X10: a unit is found by a part of its name, however that is typed."""

import pytest

from tests.factories.rows import a_unit
from tests.factories.world import World

UNITS = "query ($name: String!) { units(name: $name) { edges { node { name } } } }"
NAMES = (
    "成都蓉城（四川）科技有限公司",
    "阿卜杜拉·买买提餐饮有限公司",
    "ABC Co., Ltd.",
    "王䶮个体工商户",
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("(四川)", NAMES[0]),
        ("（四川）", NAMES[0]),
        (" 蓉城 ( 四川 ) ", NAMES[0]),
        ("\u200b成都蓉城\ufeff", NAMES[0]),
        ("阿卜杜拉.买买提", NAMES[1]),
        ("阿卜杜拉・买买提", NAMES[1]),
        ("阿卜杜拉．买买提", NAMES[1]),
        ("ａｂｃ co.,ltd", NAMES[2]),
        ("王\ue863", NAMES[3]),
    ],
)
async def test_x10_width_blanks_brackets_and_dots_make_no_difference(
    world: World, typed: str, found: str
) -> None:
    for number, name in enumerate(NAMES):
        await world.add_rows(a_unit(50 + number, name=name))
    answer = (await world.ask(UNITS, "officer", name=typed)).only
    assert [edge["node"]["name"] for edge in answer["edges"]] == [found]
