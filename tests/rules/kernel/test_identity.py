from datetime import date

import pytest

from rules.kernel.identity import (
    compute_age,
    extract_birth_date,
    mask_card_number,
    mask_id_number,
    mask_mobile,
    mask_name,
    parse_account_number,
    parse_card_number,
    parse_credit_code,
    parse_id_number,
    parse_loaded_id_number,
    parse_mobile,
    shorten_mask,
    to_18_characters,
)
from rules.kernel.refusal import Reason, Unreadable
from tests.factories.candidates import MIN_CANDIDATES, count_candidates, list_alike

TODAY = date(2026, 1, 15)
VALID = "11010519491231002X"


@pytest.mark.parametrize(
    "text",
    [
        VALID,
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２ｘ",
        "\u3000 11010519491231002X\t\n",
        "\u202d11010519491231002X\u202c",
        "\ufeff11010519491231002X",
    ],
)
def test_x18_full_width_digits_a_small_x_and_blanks_around_are_normalised(text: str) -> None:
    assert parse_id_number(text, TODAY) == VALID


@pytest.mark.parametrize(
    "text",
    ["810000199408230021", "820000199001010010", "830000199201300022", "911124198108030024"],
)
def test_x18_permits_of_hong_kong_macao_taiwan_and_foreign_residents_are_read(text: str) -> None:
    assert parse_id_number(text, TODAY) == text


def test_x18_15_digits_are_refused_as_input() -> None:
    refused = parse_id_number("110105491231002", TODAY)
    assert refused == Unreadable(Reason.ID_NUMBER_15_DIGITS)


def test_x18_15_digits_are_converted_in_loaded_facts() -> None:
    assert to_18_characters("110105491231002") == VALID
    assert parse_loaded_id_number("１１０１０５491231002 ", TODAY) == VALID
    assert parse_loaded_id_number(VALID, TODAY) == VALID


def test_x18_15_digits_with_an_impossible_birth_date_are_not_made_a_person() -> None:
    refused = parse_loaded_id_number("110105491331002", TODAY)
    assert refused == Unreadable(Reason.ID_NUMBER_BIRTH_DATE)


def test_x18_a_wrong_check_character_is_named_as_such() -> None:
    refused = parse_id_number("110105194912310021", TODAY)
    assert refused == Unreadable(Reason.ID_NUMBER_CHECKSUM)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "X",
        "11010519491231002XX",
        "1101051949123100X2",
        "110105 19491231002X",
        "991105194912310029"[:17],
        "160105194912310024",
        "710105194912310029",
        "110105-19491231-002X",
        "١١٠١٠٥١٩٤٩١٢٣١٠٠٢X",
        VALID * 1000,
        None,
        110105194912310021,
        True,
    ],
)
def test_x18_anything_else_is_malformed(text: object) -> None:
    assert parse_id_number(text, TODAY) == Unreadable(Reason.ID_NUMBER_MALFORMED)


@pytest.mark.parametrize(
    "text",
    ["440524188001010014", "110105202601160011", "110105200102290013", "110105200013010014"],
    ids=["born before 1900", "born tomorrow", "29 February 2001", "13th month"],
)
def test_x18_a_birth_date_is_real_and_neither_ancient_nor_to_come(text: str) -> None:
    with_check = _with_check(text)
    assert parse_id_number(with_check, TODAY) == Unreadable(Reason.ID_NUMBER_BIRTH_DATE)


def test_x18_who_is_born_today_has_a_number() -> None:
    number = _with_check("110105202601150011")
    assert parse_id_number(number, TODAY) == number


def _with_check(number: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))
    return number[:17] + "10X98765432"[total % 11]


def test_x18_the_birth_date_stands_in_the_number() -> None:
    assert extract_birth_date(VALID) == date(1949, 12, 31)


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2000, 5, 20), date(2024, 5, 19), 23),
        (date(2000, 5, 20), date(2024, 5, 20), 24),
        (date(2004, 2, 29), date(2023, 2, 28), 18),
        (date(2004, 2, 29), date(2023, 3, 1), 19),
        (date(2004, 2, 29), date(2024, 2, 29), 20),
    ],
)
def test_j17_age_counts_full_years(birth: date, day: date, age: int) -> None:
    assert compute_age(birth, day) == age


@pytest.mark.parametrize(
    "text", ["91110000600037341L", "９１110000600037341ｌ", " 91110000600037341l "]
)
def test_j1_a_credit_code_is_normalised(text: str) -> None:
    assert parse_credit_code(text) == "91110000600037341L"


def test_j1_a_rural_collective_has_a_credit_code_that_begins_with_n() -> None:
    assert parse_credit_code("N2220113MF00000019") == "N2220113MF00000019"


def test_j1_a_credit_code_with_a_wrong_check_character_is_refused() -> None:
    refused = parse_credit_code("91110000600037341M")
    assert refused == Unreadable(Reason.CREDIT_CODE_CHECKSUM)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9111000060003734",
        "9I110000600037341L",
        "91110000600O37341L",
        "91A10000600037341L",
        None,
        9,
    ],
)
def test_j1_a_credit_code_has_no_i_o_s_v_z_and_six_digits_of_region(text: object) -> None:
    assert parse_credit_code(text) == Unreadable(Reason.CREDIT_CODE_MALFORMED)


@pytest.mark.parametrize(
    "text",
    [
        "13812345678",
        "+8613812345678",
        "+86 138-1234-5678",
        "８６１３８１２３４５６７８",
        "0086 138 1234 5678",
        "\u202d13812345678\u202c",
    ],
)
def test_j1_a_mobile_number_is_eleven_digits_with_or_without_plus_86(text: str) -> None:
    assert parse_mobile(text) == "13812345678"


@pytest.mark.parametrize(
    "text", ["", "12812345678", "1381234567", "138123456789", "+85213812345678", None, 13812345678]
)
def test_j1_no_other_mobile_number_is_read(text: object) -> None:
    assert parse_mobile(text) == Unreadable(Reason.MOBILE_MALFORMED)


def test_s14_a_card_number_is_read_with_blanks_and_full_width_digits() -> None:
    assert parse_card_number("6222 0212 3456 7894") == "6222021234567894"
    assert parse_card_number("６２２２０２１２３４５６７８９４") == "6222021234567894"


def test_s14_a_card_number_with_a_wrong_check_digit_is_refused() -> None:
    refused = parse_card_number("6222021234567890")
    assert refused == Unreadable(Reason.CARD_NUMBER_CHECKSUM)


@pytest.mark.parametrize("text", ["", "62220212345", "0000000000000000", "6" * 20, None, 62])
def test_s14_no_other_card_number_is_read(text: object) -> None:
    assert parse_card_number(text) == Unreadable(Reason.CARD_NUMBER_MALFORMED)


def test_j32_a_units_account_carries_no_checksum() -> None:
    assert parse_account_number("0710 2010 0920 0123 456") == "0710201009200123456"
    malformed = Unreadable(Reason.ACCOUNT_NUMBER_MALFORMED)
    assert parse_account_number("123456") == "123456"
    assert parse_account_number("9" * 32) == "9" * 32
    assert [parse_account_number(n) for n in ("12A456", "12345", "9" * 33)] == [malformed] * 3


def test_x11_masks_show_ends_only() -> None:
    assert mask_id_number(VALID) == "11***************X"
    assert mask_mobile("13812345678") == "138****5678"
    assert mask_card_number("6222021234567894") == "************7894"


def test_x11_masks_of_before_are_shortened_wherever_they_stand() -> None:
    assert shorten_mask("1101************2X") == mask_id_number(VALID)
    assert shorten_mask("2201************12, 李四") == "22***************2, 李四"
    kept = ("11***************X", "138****5678", "***************4568", "2201")
    assert [shorten_mask(text) for text in kept] == [*kept]


def test_x11_a_masked_number_is_one_of_ten_thousand_of_its_district_year_and_sex() -> None:
    alike = list_alike(VALID)
    assert len(alike) == 182_500
    assert count_candidates(VALID, alike, [mask_id_number(VALID)]) >= MIN_CANDIDATES
    assert count_candidates(VALID, alike, ["1101************2X", "born 1949-12-31"]) < 10


def test_x11_what_is_too_short_to_mask_is_hidden_whole() -> None:
    assert mask_id_number("12345") == "*****"
    assert mask_mobile("1381234") == "*******"
    assert mask_card_number("7894") == "****"
    assert mask_card_number("") == ""


def test_x11_a_masked_name_does_not_tell_how_long_it_is() -> None:
    assert mask_name("张三") == mask_name("张三丰") == "张*"
    assert mask_name("张") == "*"
    assert mask_name("") == "*"
