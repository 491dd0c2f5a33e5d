"""S16 of the walk, S10: a word that we print is read, and so is every word of manuals and banks."""

import pytest

from models import Education, HireGroup
from rules.facts.fact_cell import (
    parse_education_cell,
    parse_flag_cell,
    parse_last_day_cell,
)
from rules.hiring.hire_form import GROUP_COLUMN
from rules.kernel.refusal import Unreadable
from rules.kernel.term import get_chinese_term
from rules.kernel.text import build_words, find_word
from rules.payment.bank_answer import parse_row
from rules.rosters.roster import parse_cell
from rules.training.training_form import REMARK_COLUMN
from tests.rules.facts.test_fact import TODAY

MIGRANT = HireGroup.MIGRANT_WORKER
UNEMPLOYED = HireGroup.REGISTERED_UNEMPLOYED


@pytest.mark.parametrize(
    ("word", "group"),
    [
        ("无法返岗农民工", MIGRANT),
        ("因疫情无法返岗的农民工", MIGRANT),
        ("返岗受阻农民工", MIGRANT),
        (" 无法返岗 农民工", MIGRANT),
        ("“无法返岗农民工”", MIGRANT),
        ("登记失业人员", UNEMPLOYED),
        ("登记失业半年以上人员", UNEMPLOYED),
        ("农民工", None),
        ("失业人员", None),
    ],
)
def test_s10_a_group_is_read_in_the_words_of_manual_and_notices(
    word: str, group: HireGroup | None
) -> None:
    assert parse_cell(GROUP_COLUMN, word, TODAY) is group


def test_s10_a_template_offers_one_word_for_each_group() -> None:
    assert list((GROUP_COLUMN.choices or {}).values()) == [UNEMPLOYED, MIGRANT]


def test_every_word_that_we_print_for_a_value_of_a_file_is_read_as_that_value() -> None:
    for group in HireGroup:
        assert parse_cell(GROUP_COLUMN, get_chinese_term(group), TODAY) is group
    for education in Education:
        assert parse_education_cell(get_chinese_term(education)) is education


def test_words_of_all_lists_are_read_alike() -> None:
    """Width, case, blanks and unseen characters make no difference, in any list."""
    for word in ("是", " 是", "ｙｅｓ", "Yes", "\u200b作废"):
        assert parse_flag_cell(word) is True, word
    for word in ("高职", "大 专", "ｊｕｎｉｏｒ_ｃｏｌｌｅｇｅ"):
        assert parse_education_cell(word) is Education.JUNIOR_COLLEGE, word
    for word in ("无固定期限", "无固定期限 劳动合同", "Open-Ended"):
        assert parse_last_day_cell(word) == "无固定期限", word
    for word in ("缺考", "未参加考核", "缺 考"):
        assert parse_cell(REMARK_COLUMN, word, TODAY) is True, word
    for word, paid in (("交易成功", True), ("成 功", True), ("退汇", False), ("处理中", None)):
        assert parse_row({"reference": "1", "outcome": word}).paid is paid, word
    assert isinstance(parse_flag_cell("不详"), Unreadable)
    assert find_word("甲", build_words({"乙": 1})) is None
