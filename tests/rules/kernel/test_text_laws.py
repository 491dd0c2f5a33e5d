"""J11, J15: what holds for every text that somebody types, and for every name."""

import unicodedata

from hypothesis import strategies as st

from rules.kernel.refusal import Unreadable
from rules.kernel.text import (
    EDGE_CHARACTERS,
    is_printable,
    is_same_name,
    normalize_name,
    parse_text,
)
from tests.factories.properties import ANY_TEXT, PLAIN_TEXT, for_all, to_full_width

HANZI = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=6)
DOTS = st.sampled_from("·•・‧∙⋅．.")
BLANKS = st.text(st.sampled_from(" \u3000\u00a0"), min_size=1, max_size=3)
ASCII = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20)


@for_all(name=ANY_TEXT)
def test_j11_what_decides_whether_names_are_the_same_stays_as_it_is(name: str) -> None:
    key = normalize_name(name)
    assert normalize_name(key) == key
    assert normalize_name(f"\u3000 {name}\n") == key


@for_all(name=ANY_TEXT)
def test_j11_a_name_is_the_same_in_every_normal_form(name: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert normalize_name(unicodedata.normalize(form, name)) == normalize_name(name)


@for_all(name=ASCII)
def test_j11_full_width_letters_and_capitals_make_no_other_name(name: str) -> None:
    key = normalize_name(name)
    for spelt in (to_full_width(name), name.upper(), name.lower(), name.replace(" ", "\u3000 ")):
        assert normalize_name(spelt) == key


@for_all(one=HANZI, other=HANZI)
def test_j11_names_of_other_characters_are_other_names(one: str, other: str) -> None:
    assert (normalize_name(one) == normalize_name(other)) == (one == other)
    assert is_same_name(one, other) == (one == other)


@for_all(first=HANZI, last=HANZI, dot=DOTS, another=DOTS, blanks=BLANKS)
def test_j15_the_dot_in_a_name_has_many_forms(
    first: str, last: str, dot: str, another: str, blanks: str
) -> None:
    name = f"{first}{dot}{last}"
    assert is_same_name(name, f"{first}{another}{last}")
    assert is_same_name(f"{first}{blanks}{last}", name)
    assert is_same_name(first + last, name)
    assert not is_same_name(name, f"{first}{dot}{last}{first}")


@for_all(one=ANY_TEXT, other=ANY_TEXT)
def test_j15_the_same_name_is_so_both_ways_and_of_itself(one: str, other: str) -> None:
    assert is_same_name(one, one)
    assert is_same_name(one, other) == is_same_name(other, one)
    if normalize_name(one) == normalize_name(other):
        assert is_same_name(one, other)


@for_all(text=ANY_TEXT | PLAIN_TEXT, longest=st.integers(1, 30), lines=st.booleans())
def test_j11_a_text_that_was_read_is_read_as_itself_and_is_what_it_should_be(
    text: str, longest: int, lines: bool
) -> None:
    read = parse_text(text, longest, lines=lines)
    if isinstance(read, Unreadable):
        return
    assert parse_text(read, longest, lines=lines) == read
    assert 0 < len(read) <= longest
    assert unicodedata.is_normalized("NFC", read)
    assert read == read.strip()
    assert not {read[0], read[-1]} & {*EDGE_CHARACTERS}
    assert all(is_printable(c, "\n\t" if lines else "") for c in read)
    assert "\r" not in read


@for_all(text=HANZI | ASCII.filter(lambda text: bool(text.strip())), more=st.integers(0, 3))
def test_j11_a_text_is_taken_up_to_its_longest(text: str, more: int) -> None:
    typed = text.strip()
    assert parse_text(f" {typed}\u3000", len(typed) + more) == typed
    assert isinstance(parse_text(typed, len(typed) - 1), Unreadable)


@for_all(value=st.none() | st.integers() | st.floats() | st.booleans() | st.lists(st.text()))
def test_j11_what_is_no_text_is_not_read(value: object) -> None:
    assert isinstance(parse_text(value, 100), Unreadable)
