"""Numbers that say who somebody is: resident IDs, credit codes, mobiles, cards (X18, J1, X11)."""

import re
from datetime import date

from stdnum import luhn
from stdnum.cn import ric, uscc

from rules.kernel.refusal import Reason, Unreadable
from rules.kernel.text import read_text

MAX_NUMBER_LENGTH = 64
"""No number that is read here is longer, blanks and hyphens included."""

EARLIEST_BIRTH_DATE = date(1900, 1, 1)

INVISIBLE_CHARACTERS = (
    "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
"""What chat programs and address books put around a copied number, unseen."""

AROUND_CHARACTERS = INVISIBLE_CHARACTERS + "".join(filter(str.isspace, map(chr, range(0x3001))))
"""Those and every blank, in whatever order they come."""

PROVINCE_PATTERN = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]")
PERMIT_PATTERN = re.compile("8[1-3]|9[0-9]")
"""Permits of Hong Kong, Macao and Taiwan; cards of foreign permanent residents since 2023."""

ID_NUMBER_PATTERN = re.compile(r"[0-9]{17}[0-9X]")
CREDIT_CODE_PATTERN = re.compile(r"[1-9ANY][0-9A-HJ-NP-RTUW-Y][0-9]{6}[0-9A-HJ-NP-RTUW-Y]{10}")
"""GB 32100; N is the register of rural collectives, A the army's, Y the rest: stdnum knows none."""

MOBILE_PATTERN = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
CARD_NUMBER_PATTERN = re.compile(r"[1-9][0-9]{11,18}")
ACCOUNT_NUMBER_PATTERN = re.compile(r"[0-9]{6,32}")
FORMER_MASK_PATTERN = re.compile(r"\b([0-9]{2})[0-9]{2}(\*{12})[0-9]([0-9X])\b")
"""Masked ID numbers as releases up to 0.1.0 wrote them: the first four and the last two."""


def parse_id_number(text: object, today: date) -> str | Unreadable:
    """Read a resident ID or a permit as 18 characters, or say what is wrong (X18)."""
    number = _normalize_number(text)
    if re.fullmatch(r"[0-9]{15}", number):
        return Unreadable(Reason.ID_NUMBER_15_DIGITS)
    if not ID_NUMBER_PATTERN.fullmatch(number) or not _is_plausible_origin(number):
        return Unreadable(Reason.ID_NUMBER_MALFORMED)
    if number[-1] != ric.calc_check_digit(number):
        return Unreadable(Reason.ID_NUMBER_CHECKSUM)
    if not _is_plausible_birth(number, today):
        return Unreadable(Reason.ID_NUMBER_BIRTH_DATE)
    return number


def to_18_characters(text: object) -> str | Unreadable:
    """Convert an ID number of the first generation to 18 characters, for loaded facts (X18)."""
    number = _normalize_number(text)
    if not re.fullmatch(r"[0-9]{15}", number):
        return Unreadable(Reason.ID_NUMBER_MALFORMED)
    # GB 11643-1999 ended numbers of 15 digits: whoever has one was born in the century of 19.
    longer = f"{number[:6]}19{number[6:]}"
    return longer + ric.calc_check_digit(f"{longer}0")


def parse_loaded_id_number(text: object, today: date) -> str | Unreadable:
    """Read an ID number of a loaded fact, of 18 characters or of 15 digits (X18)."""
    number = parse_id_number(text, today)
    if number != Unreadable(Reason.ID_NUMBER_15_DIGITS):
        return number
    return parse_id_number(to_18_characters(text), today)


def extract_birth_date(id_number: str) -> date:
    """Take the date of birth out of a number that `parse_id_number` has read (X18)."""
    return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))


def compute_age(birth: date, day: date) -> int:
    """Count the full years of life on a day; who was born on 29 February ages on 1 March (J17)."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def parse_credit_code(text: object) -> str | Unreadable:
    """Read a unified social credit code, or say what is wrong (J1). 统一信用代码"""
    code = _normalize_number(text)
    if not CREDIT_CODE_PATTERN.fullmatch(code):
        return Unreadable(Reason.CREDIT_CODE_MALFORMED)
    if code[-1] != uscc.calc_check_digit(code):
        return Unreadable(Reason.CREDIT_CODE_CHECKSUM)
    return code


def parse_mobile(text: object) -> str | Unreadable:
    """Read a mainland mobile number as 11 digits, with or without +86 (J1)."""
    found = MOBILE_PATTERN.fullmatch(_remove_grouping(text))
    return found.group(1) if found else Unreadable(Reason.MOBILE_MALFORMED)


def parse_card_number(text: object) -> str | Unreadable:
    """Read the number of a person's bank card, 12 to 19 digits with checksum (S14)."""
    number = _remove_grouping(text)
    if not CARD_NUMBER_PATTERN.fullmatch(number):
        return Unreadable(Reason.CARD_NUMBER_MALFORMED)
    if not luhn.is_valid(number):
        return Unreadable(Reason.CARD_NUMBER_CHECKSUM)
    return number


def parse_account_number(text: object) -> str | Unreadable:
    """Read the number of a unit's bank account 对公账户, which carries no common checksum (J32)."""
    number = _remove_grouping(text)
    if not ACCOUNT_NUMBER_PATTERN.fullmatch(number):
        return Unreadable(Reason.ACCOUNT_NUMBER_MALFORMED)
    return number


def mask_id_number(id_number: str) -> str:
    """Show the first two and the last character only (X11).

    Beside district, year of birth and sex more than 10,000 numbers remain (ADR 0056).
    """
    return _mask_middle(id_number, 2, 1)


def shorten_mask(text: str) -> str:
    """Hide what masks of numbers showed before, where history still holds one (X11)."""
    return FORMER_MASK_PATTERN.sub(r"\1**\2*\3", text)


def mask_mobile(mobile: str) -> str:
    """Show the first three and the last four digits only (X11)."""
    return _mask_middle(mobile, 3, 4)


def mask_card_number(number: str) -> str:
    """Show the last four digits only (X11)."""
    return _mask_middle(number, 0, 4)


def mask_name(name: str) -> str:
    """Show the first character only, and not how many follow (X11)."""
    return f"{name[:1]}*" if len(name) > 1 else "*"


def _normalize_number(text: object) -> str:
    # Measured before it is normalized: NFKC makes up to eighteen characters out of one.
    if not isinstance(text, str) or len(text) > MAX_NUMBER_LENGTH:
        return ""
    return read_text(text).strip(AROUND_CHARACTERS).upper()


def _remove_grouping(text: object) -> str:
    return re.sub(r"[\s-]", "", _normalize_number(text))


def _is_plausible_origin(number: str) -> bool:
    return bool(PROVINCE_PATTERN.match(number) or PERMIT_PATTERN.match(number))


def _is_plausible_birth(number: str, today: date) -> bool:
    try:
        return EARLIEST_BIRTH_DATE <= extract_birth_date(number) <= today
    except ValueError:
        return False


def _mask_middle(text: str, first: int, last: int) -> str:
    hidden = len(text) - first - last
    # Few hidden characters could be guessed from those that are shown.
    if hidden < 4:
        return "*" * len(text)
    return f"{text[:first]}{'*' * hidden}{text[-last:]}"
