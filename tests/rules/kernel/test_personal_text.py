"""X11: numbers in free text are found however they are spelled, and nothing else is."""

import pytest

from rules.kernel.personal_text import has_personal_number, mask_personal_numbers, parse_line
from rules.kernel.refusal import Reason, Unreadable
from tests.factories.rows import an_id_number

NUMBER, MOBILE, CARD = an_id_number(1), "13812345678", "6222021234567890128"
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
CHINESE = str.maketrans("0123456789", "〇一二三四五六七八九")
CAPITAL = str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖")


def spellings(number: str) -> list[str]:
    pairs = [number[n : n + 4] for n in range(0, len(number), 4)]
    return [
        number,
        number.lower(),
        number.translate(FULL_WIDTH),
        number.translate(CHINESE),
        number.translate(CAPITAL),
        *(separator.join(pairs) for separator in (" ", "-", " - ", "－", "\u200b", ".", "_", "\t")),
        "-".join(number),
    ]


@pytest.mark.parametrize("number", [NUMBER, MOBILE, CARD, f"86{MOBILE}"])
def test_a_number_is_masked_in_every_spelling(number: str) -> None:
    for spelled in spellings(number):
        masked = mask_personal_numbers(f"请联系（{spelled}），谢谢")
        assert masked.startswith("请联系（"), spelled
        assert masked.endswith("），谢谢"), spelled
        assert not any(each.isdigit() or each in "〇一二壹贰" for each in masked), spelled
        assert len(masked) == len(f"请联系（{spelled}），谢谢")


@pytest.mark.parametrize("number", [NUMBER, MOBILE, CARD, f"86{MOBILE}"])
def test_x11_a_name_that_holds_a_number_in_any_spelling_is_refused(number: str) -> None:
    unseen = Unreadable(Reason.TEXT_UNPRINTABLE)
    told = {spelled: parse_line(f"王{spelled}", 100) for spelled in spellings(number)}
    assert told == {
        spelled: Unreadable(Reason.TEXT_PERSONAL) if spelled.isprintable() else unseen
        for spelled in told
    }
    assert parse_line("见习2025", 100) == "见习2025"


def test_several_numbers_in_one_text_are_masked_each() -> None:
    for between in (";", " ", "，", "\n", " / "):
        masked = mask_personal_numbers(between.join((NUMBER, MOBILE, CARD)))
        assert masked == between.join(("*" * 18, "*" * 11, "*" * 19))


@pytest.mark.parametrize(
    "text",
    [
        "2024-10-01 至 2025-09-30",
        "金额 11760.00 元，共 3 人",
        "91220101MA0000001X",
        "电话 0431-85112233",
        "6222021234567890127",
        "220104199001011230",
        "第二十三条、第一百零八条",
        "二〇二四年十月一日",
        "220104-20241001-001",
        "",
    ],
)
def test_what_says_of_nobody_who_they_are_stays(text: str) -> None:
    assert mask_personal_numbers(text) == text
    assert not has_personal_number(text)
