import time

import pytest

from rules.kernel.refusal import Reason, Unreadable
from rules.kernel.text import (
    fold_search_text,
    is_same_name,
    normalize_name,
    parse_text,
    read_text,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Java 工程师", "ＪＡＶＡ  工程师 "),
        ("文员", "文\u200b员"),
        ("文员", "\u3000文员\n"),
        ("Straße", "STRASSE"),
        ("café", "cafe\u0301"),
        ("３Ｄ建模", "3d建模"),
    ],
)
def test_j11_names_that_look_the_same_are_the_same(one: str, other: str) -> None:
    assert normalize_name(one) == normalize_name(other)


@pytest.mark.parametrize(("one", "other"), [("文员", "文秘"), ("文员1", "文员2"), ("a b", "ab")])
def test_j11_other_names_are_other_names(one: str, other: str) -> None:
    assert normalize_name(one) != normalize_name(other)


@pytest.mark.parametrize("name", ["ΐ", "İstanbul", "ﬁlm", "ǰ", "㈱", "文 员"])
def test_j11_what_is_comparable_stays_as_it_is(name: str) -> None:
    assert normalize_name(normalize_name(name)) == normalize_name(name)


def test_j11_text_is_trimmed_and_composed() -> None:
    assert parse_text(" \ufeffcafe\u0301\u3000", 4) == "café"


@pytest.mark.parametrize(
    "text",
    [
        "a\x00b",
        "a\nb",
        "a\tb",
        "a\u202eb",
        "a\u2066b",
        "a\u2028b",
        "\ud800",
        "a\u200bb",
        "\uffff",
        "a\x7fb",
    ],
)
def test_x11_text_that_hides_or_turns_something_is_refused(text: str) -> None:
    assert parse_text(text, 10) == Unreadable(Reason.TEXT_UNPRINTABLE)


def test_j21_a_note_may_have_lines_where_the_field_says_so() -> None:
    assert parse_text("一\r\n二\r三\t四", 10, lines=True) == "一\n二\n三\t四"
    assert parse_text("一\x0b二", 10, lines=True) == Unreadable(Reason.TEXT_UNPRINTABLE)


@pytest.mark.parametrize("text", ["", "   ", "\u3000", "\u200d", "\ufeff\u200b"])
def test_j6_text_that_shows_nothing_is_empty(text: str) -> None:
    assert parse_text(text, 10) == Unreadable(Reason.TEXT_EMPTY)


def test_j6_text_has_a_longest_length_and_it_counts() -> None:
    assert parse_text("一二三", 3) == "一二三"
    assert parse_text("一二三四", 3) == Unreadable(Reason.TEXT_TOO_LONG)
    assert parse_text("一二三" + " " * 100, 3) == "一二三"


@pytest.mark.parametrize("name", ["𠮷田", "\U00031350某", "\U0002ebf0某", "ᠮᠣᠩᠭᠣᠯ", "김"])
def test_j15_rare_ideographs_and_other_scripts_are_names_too(name: str) -> None:
    assert parse_text(name, 20) == name


def test_x12_a_long_run_of_combining_marks_costs_nothing() -> None:
    begun = time.thread_time()
    assert parse_text("\u0301\u0316" * 500_000, 100) == Unreadable(Reason.TEXT_TOO_LONG)
    assert time.thread_time() - begun < 1


@pytest.mark.parametrize("text", [None, 3, True, ["a"]])
def test_j6_what_is_no_text_is_not_read(text: object) -> None:
    assert parse_text(text, 10) == Unreadable(Reason.TEXT_UNPRINTABLE)


def test_a_dot_in_a_name_is_the_same_in_all_its_forms() -> None:
    """J15: 阿卜杜拉·买买提 is found, whichever dot the keyboard gives."""
    for dot in "·•・‧．.":
        assert is_same_name("阿卜杜拉·买买提", f"阿卜杜拉{dot}买买提")
    assert not is_same_name("阿卜杜拉·买买提", "阿卜杜拉·买买")


@pytest.mark.parametrize(
    ("private", "standard"),
    [("\ue863", "䶮"), ("\ue864", "龻"), ("\ue815", "⺁"), ("\ue844", "䜣"), ("\ue81e", "龴")],
)
def test_j15_what_gbk_kept_in_the_private_area_is_read_as_its_standard_character(
    private: str, standard: str
) -> None:
    """王䶮 registers under either spelling, and is found under either."""
    assert parse_text(f"王{private}", 10) == f"王{standard}"
    assert read_text(f"王{private}") == f"王{standard}"
    assert is_same_name(f"王{private}", f"王{standard}")
    assert fold_search_text(private) == fold_search_text(standard)


@pytest.mark.parametrize("character", ["\ue000", "\uf8ff", "\U000f0000", "\U0010fffd"])
def test_j15_other_characters_of_a_font_s_own_are_refused(character: str) -> None:
    assert parse_text(f"王{character}", 10) == Unreadable(Reason.TEXT_PRIVATE_USE)


@pytest.mark.parametrize(
    "typed",
    [
        " 成都（四川）",
        "成都(四川)\u3000",
        "\u200b成都（四川)\ufeff",
        "成 都 （ 四川 ）",
        "成都\u2060(四川)",
    ],
)
def test_x10_a_search_takes_no_notice_of_width_blanks_and_unseen_characters(typed: str) -> None:
    assert fold_search_text(typed) == "成都(四川)"


@pytest.mark.parametrize("dot", "·•・‧∙⋅．.")
def test_x10_a_search_takes_any_dot_for_the_one_in_a_name(dot: str) -> None:
    assert fold_search_text(f"阿卜杜拉{dot}买买提") == "阿卜杜拉·买买提"


def test_text_is_read_in_one_way_whatever_stands_around_it() -> None:
    assert read_text("\ufeff\u200e \u3000ＡＢ\xad１２\u202c\xa0") == "AB12"
    assert read_text(read_text("（ａ）·．")) == read_text("（ａ）·．")
