"""X18, J1, S14: what holds for every number that says who somebody is."""

from datetime import date
from itertools import combinations

from hypothesis import assume
from hypothesis import strategies as st
from stdnum import luhn

from rules.kernel.identity import (
    INVISIBLE_CHARACTERS,
    compute_age,
    extract_birth_date,
    mask_card_number,
    mask_id_number,
    mask_mobile,
    mask_name,
    parse_card_number,
    parse_credit_code,
    parse_id_number,
    parse_loaded_id_number,
    parse_mobile,
)
from rules.kernel.refusal import Reason, Unreadable
from tests.factories.failures import AllFailures
from tests.factories.properties import (
    ANY_TEXT,
    BIRTHS,
    CREDIT_CODE_CHARACTERS,
    DAYS,
    card_numbers,
    credit_codes,
    for_all,
    id_numbers,
    to_full_width,
)

TODAY = date(2025, 3, 10)
AROUND = st.text(st.sampled_from(f" \u3000\n\t{INVISIBLE_CHARACTERS}"), max_size=3)


def swapped(text: str, one: int, other: int) -> str:
    letters = list(text)
    letters[one], letters[other] = letters[other], letters[one]
    return "".join(letters)


@for_all(number=id_numbers(), before=AROUND, after=AROUND)
def test_x18_every_number_with_its_checksum_is_read_however_it_is_typed(
    number: str, before: str, after: str
) -> None:
    assert parse_id_number(number, TODAY) == number
    for typed in (number.lower(), to_full_width(number), to_full_width(number.lower())):
        assert parse_id_number(typed, TODAY) == number
    assert parse_id_number(before + number + after, TODAY) == number


@for_all(number=id_numbers())
def test_x18_any_one_character_changed_is_found(number: str) -> None:
    with AllFailures() as failures:
        for place in range(18):
            for other in "0123456789X" if place == 17 else "0123456789":
                if other != number[place]:
                    typed = number[:place] + other + number[place + 1 :]
                    with failures.at(number, typed):
                        assert isinstance(parse_id_number(typed, TODAY), Unreadable)


@for_all(number=id_numbers())
def test_x18_any_two_characters_that_changed_places_are_found_but_those_of_equal_weight(
    number: str,
) -> None:
    """Places ten apart weigh the same in GB 11643: the checksum alone can't tell them."""
    with AllFailures() as failures:
        for one, other in combinations(range(18), 2):
            if other - one != 10 and number[one] != number[other]:
                typed = swapped(number, one, other)
                with failures.at(number, typed):
                    assert isinstance(parse_id_number(typed, TODAY), Unreadable)


@for_all(number=id_numbers())
def test_x18_fifteen_digits_are_refused_as_input_and_converted_in_loaded_facts(
    number: str,
) -> None:
    old = number[:6] + number[8:17]
    assert parse_id_number(old, TODAY) == Unreadable(Reason.ID_NUMBER_15_DIGITS)
    assert parse_id_number(to_full_width(old), TODAY) == Unreadable(Reason.ID_NUMBER_15_DIGITS)
    read = parse_loaded_id_number(old, TODAY)
    if number[6:8] == "19":
        assert read == number
    else:
        assert read != number
    assert parse_loaded_id_number(number, TODAY) == number


@for_all(number=id_numbers())
def test_x18_the_birth_date_is_that_of_the_number(number: str) -> None:
    assert f"{extract_birth_date(number):%Y%m%d}" == number[6:14]


@for_all(number=id_numbers(), born=BIRTHS)
def test_x18_nobody_is_born_after_today(number: str, born: date) -> None:
    expected = extract_birth_date(number) <= born
    read = parse_id_number(number, born)
    assert read == (number if expected else Unreadable(Reason.ID_NUMBER_BIRTH_DATE))


@for_all(text=ANY_TEXT)
def test_x18_whatever_is_typed_is_read_whole_or_refused(text: str) -> None:
    for parse in (parse_credit_code, parse_mobile, parse_card_number):
        read = parse(text)
        assert isinstance(read, Unreadable) or parse(read) == read
    number = parse_loaded_id_number(text, TODAY)
    assert isinstance(number, Unreadable) or parse_id_number(number, TODAY) == number


@for_all(code=credit_codes())
def test_j1_every_credit_code_with_its_checksum_is_read_however_it_is_typed(code: str) -> None:
    for typed in (code, code.lower(), to_full_width(code), f"\u3000{code} \ufeff"):
        assert parse_credit_code(typed) == code


@for_all(code=credit_codes())
def test_j1_any_one_character_changed_or_two_swapped_is_found_in_a_credit_code(code: str) -> None:
    """But for the first and the last, which weigh the same in GB 32100."""
    with AllFailures() as failures:
        for place in range(18):
            for other in CREDIT_CODE_CHARACTERS:
                if other != code[place]:
                    typed = code[:place] + other + code[place + 1 :]
                    with failures.at(code, typed):
                        assert isinstance(parse_credit_code(typed), Unreadable)
        for one, last in combinations(range(18), 2):
            if (one, last) != (0, 17) and code[one] != code[last]:
                typed = swapped(code, one, last)
                with failures.at(code, typed):
                    assert isinstance(parse_credit_code(typed), Unreadable)


@for_all(number=card_numbers(), gap=st.sampled_from([" ", "-", "\u3000", ""]))
def test_s14_every_card_number_is_read_however_it_is_grouped(number: str, gap: str) -> None:
    groups = gap.join(number[n : n + 4] for n in range(0, len(number), 4))
    assert parse_card_number(groups) == number
    assert parse_card_number(to_full_width(groups)) == number


@for_all(number=card_numbers())
def test_s14_any_one_digit_changed_and_two_neighbours_swapped_are_found_in_a_card_number(
    number: str,
) -> None:
    """Luhn's sum takes 09 for 90."""
    assert luhn.is_valid(number)
    with AllFailures() as failures:
        for place in range(len(number)):
            for other in "0123456789":
                if other != number[place]:
                    typed = number[:place] + other + number[place + 1 :]
                    with failures.at(number, typed):
                        assert isinstance(parse_card_number(typed), Unreadable)
            pair = number[place : place + 2]
            if len({*pair}) == 2 and {*pair} != {"0", "9"}:
                typed = swapped(number, place, place + 1)
                with failures.at(number, typed):
                    assert isinstance(parse_card_number(typed), Unreadable)


@for_all(digits=st.integers(13_000_000_000, 19_999_999_999), prefix=st.sampled_from(["", "+86"]))
def test_j1_a_mobile_number_is_read_as_its_eleven_digits(digits: int, prefix: str) -> None:
    number = str(digits)
    typed = f"{prefix} {number[:3]} {number[3:7]}-{number[7:]}"
    assert parse_mobile(typed) == number
    assert parse_mobile(to_full_width(typed)) == number
    assert isinstance(parse_mobile(number[:-1]), Unreadable)
    assert isinstance(parse_mobile(f"{number}0"), Unreadable)


@for_all(text=st.text(st.sampled_from("0123456789X"), max_size=32))
def test_x11_a_mask_shows_no_more_than_it_should_of_whatever_it_is_given(text: str) -> None:
    for mask, first, last in (
        (mask_id_number, 2, 1),
        (mask_mobile, 3, 4),
        (mask_card_number, 0, 4),
    ):
        masked = mask(text)
        assert len(masked) == len(text)
        shown = [n for n, character in enumerate(masked) if character != "*"]
        if len(text) < first + last + 4:
            assert shown == []
        else:
            assert shown == [*range(first), *range(len(text) - last, len(text))]
            assert all(masked[n] == text[n] for n in shown)


@for_all(name=ANY_TEXT)
def test_x11_a_masked_name_tells_its_first_character_and_not_its_length(name: str) -> None:
    masked = mask_name(name)
    assert masked == (name[0] if len(name) > 1 else "") + "*"


@for_all(birth=BIRTHS, day=DAYS)
def test_j17_an_age_is_the_number_of_birthdays(birth: date, day: date) -> None:
    assume(birth <= day)

    def birthday(age: int) -> date:
        try:
            return birth.replace(year=birth.year + age)
        except ValueError:
            return date(birth.year + age, 3, 1)

    age = compute_age(birth, day)
    assert birthday(age) <= day < birthday(age + 1)
