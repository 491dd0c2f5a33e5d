"""Marked personal data: made up, spelled in every way, and found again wherever it stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum, auto
from urllib.parse import unquote

from stdnum import luhn

from rules.kernel.personal_text import CHINESE_DIGITS
from tests.factories.rows import an_id_number


class Kind(StrEnum):
    """What a canary is."""

    ID_NUMBER = auto()
    MOBILE = auto()
    CARD = auto()
    NAME = auto()


class Spelling(StrEnum):
    """How people write it."""

    PLAIN = auto()
    FULL_WIDTH = auto()
    HYPHENATED = auto()
    SPACED = auto()
    INVISIBLE = auto()
    CHINESE = auto()
    IN_A_SENTENCE = auto()


NAME_SPELLINGS = (Spelling.PLAIN, Spelling.SPACED, Spelling.INVISIBLE, Spelling.IN_A_SENTENCE)
"""A name has no digits that could be written otherwise."""

_GROUPS = {Kind.ID_NUMBER: (6, 8, 4), Kind.MOBILE: (3, 4, 4), Kind.CARD: (4, 4, 4, 4, 3)}
_TO_FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
_TO_CHINESE = str.maketrans("0123456789", "〇一二三四五六七八九")
_SURNAME = "阚"
_GIVEN = "澄岚沐珩翊霁昀瑾朔桓聿砚祺锦瑜昕澍旻晗漪琮璟筠绮"
_BORN = date(1970, 1, 1)
_NUMBERS_OF_A_DAY = 900

_PLAIN = str.maketrans(
    {
        **CHINESE_DIGITS,
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
        **dict.fromkeys("xｘＸ", "X"),
    }
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})")
_SEPARATORS = re.compile("[ \\-_.·/\\u00a0\\u200b-\\u200f\\u2060\\u3000\\ufeff]+")
_NUMBERS = re.compile("[0-9]{11,}")
_NAMES = re.compile(f"{_SURNAME}[{_GIVEN}]{{3}}")
_LENGTHS = (11, 17, 19)
"""Of a mobile, an ID number without its check digit, and a card."""


@dataclass(frozen=True)
class Canary:
    """One of them: by which input it came in, and how it was spelled."""

    kind: Kind
    spelling: Spelling
    came_by: str
    text: str
    is_code: bool = False
    """It came in as a code that somebody else has given."""


@dataclass
class Aviary:
    """All canaries that were let out; each is another number or name."""

    _known: dict[str, Canary] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Canary]:
        return iter(self._known.values())

    def __len__(self) -> int:
        return len(self._known)

    def release(
        self, kind: Kind, spelling: Spelling, came_by: str, *, is_code: bool = False
    ) -> Canary:
        """Make up another one."""
        core = _build_core(kind, len(self._known))
        canary = Canary(kind, spelling, came_by, spell(core, kind, spelling), is_code)
        self._known[core[:17] if kind is Kind.ID_NUMBER else core] = canary
        return canary

    def find(self, told: str) -> Iterator[Canary]:
        """Find those that stand in a text, however it spells or escapes them."""
        text = _flatten(told)
        for name in _NAMES.findall(text):
            if name in self._known:
                yield self._known[name]
        for digits in _NUMBERS.findall(text):
            for length in _LENGTHS:
                for start in range(len(digits) - length + 1):
                    if found := self._known.get(digits[start : start + length]):
                        yield found


def spell(core: str, kind: Kind, spelling: Spelling) -> str:
    """Write a number or a name as people do."""
    parts = [*_divide(core, kind)]
    spelled = {
        Spelling.PLAIN: core,
        Spelling.FULL_WIDTH: core.translate(_TO_FULL_WIDTH),
        Spelling.HYPHENATED: "-".join(parts),
        Spelling.SPACED: " ".join(parts),
        Spelling.INVISIBLE: "\u200b".join(parts),
        Spelling.CHINESE: core.translate(_TO_CHINESE),
        Spelling.IN_A_SENTENCE: f"经办{core}，请核",
    }
    return spelled[spelling]


def list_spellings(kind: Kind) -> tuple[Spelling, ...]:
    return NAME_SPELLINGS if kind is Kind.NAME else (*Spelling,)


def _build_core(kind: Kind, number: int) -> str:
    match kind:
        case Kind.ID_NUMBER:
            days, rest = divmod(number, _NUMBERS_OF_A_DAY)
            return an_id_number(100 + rest, _BORN + timedelta(days=days))
        case Kind.MOBILE:
            return f"1998{number:07}"
        case Kind.CARD:
            body = f"622202{number:012}"
            return f"{body}{luhn.calc_check_digit(body)}"
        case Kind.NAME:
            digits, base = number, len(_GIVEN)
            given = ""
            for _ in range(3):
                digits, place = divmod(digits, base)
                given += _GIVEN[place]
            return f"{_SURNAME}{given}"


def _divide(core: str, kind: Kind) -> Iterator[str]:
    start = 0
    for length in _GROUPS.get(kind, (1,) * len(core)):
        yield core[start : start + length]
        start += length


def _flatten(told: str) -> str:
    """Bring every spelling into one: unescaped, plain digits, without what divides groups."""
    if "\\u" in told:
        told = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), told)
    if "%" in told:
        told = unquote(told, errors="ignore")
    return _SEPARATORS.sub("", told.translate(_PLAIN))
