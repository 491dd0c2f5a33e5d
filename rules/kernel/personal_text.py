"""Numbers that say who somebody is, found in free text in every spelling (X11)."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from stdnum import luhn
from stdnum.cn import ric

from rules.kernel.refusal import Reason, Unreadable
from rules.kernel.text import parse_text

CHINESE_DIGITS = {
    character: str(digit)
    for spelling in ("〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖", "○弌弍弎")
    for digit, character in enumerate(spelling)
}
MASK = "*"

_SEPARATOR = r"(?:[^\w\n;；,，、:：。()（）]|_){0,4}"
"""What people write within a number; what ends a part of a sentence ends it."""
_SPACED_PATTERN = re.compile(f"[0-9](?:{_SEPARATOR}[0-9X])*")
_PLAIN_PATTERN = re.compile("[0-9]+X?")
_ID_NUMBER_PATTERN = re.compile(r"[1-9][0-9]{5}(?:19|20)[0-9]{2}[01][0-9][0-3][0-9]{4}[0-9X]")
_MOBILE_PATTERN = re.compile(r"(?:(?:00)?86)?1[3-9][0-9]{9}")
_CARD_LENGTHS = range(16, 20)


class _Run(NamedTuple):
    """Digits that belong together, and where each of them stands in the text."""

    digits: str
    places: list[int]


def mask_personal_numbers(text: str) -> str:
    """Replace each ID, mobile and card number by asterisks; all else stays as it was typed."""
    masked = list(text)
    for pattern in (_PLAIN_PATTERN, _SPACED_PATTERN):  # two numbers may stand beside each other
        for run in _iterate_runs("".join(masked), pattern):
            for start, end in _find_numbers(run.digits):
                for place in run.places[start:end]:
                    masked[place] = MASK
    return "".join(masked)


def parse_line(text: object, longest: int) -> str | Unreadable:
    """Read a typed line, such as a name; one that holds a personal number is none (X11)."""
    read = parse_text(text, longest)
    if not isinstance(read, Unreadable) and has_personal_number(read):
        return Unreadable(Reason.TEXT_PERSONAL)
    return read


def parse_paragraph(text: object, longest: int) -> str | Unreadable:
    """Read typed text of several lines; numbers that say who somebody is are masked (X11)."""
    read = parse_text(text, longest, lines=True)
    return read if isinstance(read, Unreadable) else mask_personal_numbers(read)


def has_personal_number(text: str) -> bool:
    """Return whether a text holds an ID, mobile or card number."""
    return mask_personal_numbers(text) != text


def _iterate_runs(text: str, pattern: re.Pattern[str]) -> Iterator[_Run]:
    """Yield what reads as one number: full-width, in Chinese digits, with blanks or hyphens."""
    plain = "".join(map(_to_digit, text))
    for found in pattern.finditer(plain):
        places = [n for n in range(*found.span()) if plain[n].isalnum()]
        yield _Run("".join(plain[n] for n in places), places)


def _to_digit(character: str) -> str:
    """Return the digit that a character stands for, X for the last of an ID number, or itself."""
    if character in CHINESE_DIGITS:
        return CHINESE_DIGITS[character]
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    return "X" if character in "xXｘＸ" else character


def _find_numbers(digits: str) -> Iterator[tuple[int, int]]:
    """Yield where numbers begin and end within digits that belong together."""
    for start in range(len(digits) - 17):
        number = digits[start : start + 18]
        if _ID_NUMBER_PATTERN.fullmatch(number) and ric.calc_check_digit(number) == number[-1]:
            yield start, start + 18
    if _MOBILE_PATTERN.fullmatch(digits):
        yield 0, len(digits)
    if len(digits) in _CARD_LENGTHS and "X" not in digits and luhn.is_valid(digits):
        yield 0, len(digits)
