"""Text that people typed: what is kept of it, and when two names are the same name."""

import unicodedata
from collections.abc import Mapping
from typing import TypeVar

from rules.kernel.refusal import Reason, Unreadable

Known = TypeVar("Known")

JOINER_CHARACTERS = "\u200c\u200d\u180e"
"""Format characters that belong to the spelling of words, in Mongolian for one."""

EDGE_CHARACTERS = "\u00ad\u200b\u200e\u200f\u2060\ufeff"
"""Unseen characters that come along when text is copied."""

LINE_BREAK_CHARACTERS = "\n\t"

NAME_DOTS = dict.fromkeys(map(ord, "·•・‧∙⋅．."), None)
"""The dots that people type between the parts of a name: 阿卜杜拉·买买提."""


def _build_standard_characters() -> dict[int, str]:
    """List what GBK kept in the private area, and where Unicode has it by now (GB 18030-2022).

    Old systems and fonts still write 䶮 as U+E863; its bytes FE9F are the same as ever.
    """
    later = {
        ord(private): standard
        for private, standard in zip(
            b"\xe8\x16\xe8\x17\xe8\x18\xe8\x1e\xe8\x26\xe8\x2b\xe8\x2c\xe8\x31\xe8\x32\xe8\x3b"
            b"\xe8\x43\xe8\x54\xe8\x55\xe8\x64\xe7\x6c\xe7\xc7\xe7\xc8".decode("utf-16-be"),
            "\U00020087\U00020089\U000200cc\u9fb4\u9fb5\u9fb6\u9fb7\U000215d7\u9fb8\U0002298f"
            "\u9fb9\u9fba\U000241fe\u9fbb\u20ac\u1e3f\u01f9",
            strict=True,
        )
    }
    trails = (trail for trail in range(0x50, 0xA1) if trail != 0x7F)
    old = {0xE815 + n: bytes((0xFE, trail)).decode("gb18030") for n, trail in enumerate(trails)}
    return {code: later.get(code, character) for code, character in (old | later).items()}


STANDARD_CHARACTERS = _build_standard_characters()


def to_standard_characters(text: str) -> str:
    """Replace characters of GBK's private area by those that Unicode has for them."""
    return text if text.isascii() else text.translate(STANDARD_CHARACTERS)


def read_text(text: str) -> str:
    """Read text as all of the service does, before it is compared or parsed.

    It is in standard characters, in one form (NFKC), without what nobody sees, and trimmed.
    """
    if text.isascii():
        return text.strip()
    one = unicodedata.normalize("NFKC", to_standard_characters(text))
    return "".join(c for c in one if not _is_unseen(c)).strip()


def _is_unseen(character: str) -> bool:
    joins = character in JOINER_CHARACTERS
    return character in UNSEEN_LETTERS or (unicodedata.category(character) == "Cf" and not joins)


def fold_word(text: str) -> str:
    """Reduce a word of a list of words to what tells it from the others: no blanks, no quotes."""
    return "".join(c for c in read_text(text).upper() if not c.isspace() and c not in "\"'“”")


def build_words(meanings: Mapping[str, Known]) -> Mapping[str, Known]:
    """Make a list of words that `find_word` reads, from how they are spelled."""
    return {fold_word(spelled): meant for spelled, meant in meanings.items()}


def find_word(text: str, words: Mapping[str, Known]) -> Known | None:
    """Find what a word means in a list that `build_words` made; None where it is not in it.

    All words of files are read by it: groups, schooling, yes and no, results of banks.
    """
    return words.get(fold_word(text))


FOLDED_DOTS = "•・‧∙⋅．."
"""What a search takes for the dot within a name, which is written · here."""


def fold_search_text(text: str) -> str:
    """Spell what is searched for as columns are spelled when they are searched (X10).

    Width, case, blanks, brackets and dots make no difference.
    """
    folded = read_text(text[:MAX_SEARCH_LENGTH]).lower()
    dotted = folded.translate(dict.fromkeys(map(ord, FOLDED_DOTS), "·"))
    return "".join(dotted.split())


def split_search_words(text: str) -> tuple[str, ...]:
    """Split what is searched for into its words, as `fold_search_text` spells them, longest first.

    What follows the first words is one more word. Without any, the one word is empty.
    """
    words = read_text(text[:MAX_SEARCH_LENGTH]).split(maxsplit=MAX_SEARCH_WORDS - 1)
    folded = dict.fromkeys(filter(None, map(fold_search_text, words)))
    return tuple(sorted(folded, key=len, reverse=True)) or ("",)


MAX_SEARCH_LENGTH = 400
MAX_SEARCH_WORDS = 8

UNSEEN_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters by their category that show nothing: fillers, and Braille without a dot."""


def is_blank(text: str) -> bool:
    """Tell whether a text shows nothing: it is empty, or all that it holds is unseen."""
    if not text or text.isspace():
        return True
    return all(
        c.isspace() or c in UNSEEN_LETTERS or unicodedata.category(c) in {"Cc", "Cf", "Mn"}
        for c in text
    )


def normalize_name(name: str) -> str:
    """Reduce a name to what decides whether two names are the same (J11)."""
    standard = to_standard_characters(name)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", standard).casefold())
    return " ".join(_remove_format_characters(folded).split())


def to_camel_case(name: str) -> str:
    """Write a name as clients know it."""
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)


def is_same_name(one: str, other: str) -> bool:
    """Return whether two spellings are one person's name; the dot in it has many forms (J15)."""
    return _remove_dots(one) == _remove_dots(other)


def _remove_dots(name: str) -> str:
    return normalize_name(name).translate(NAME_DOTS).replace(" ", "")


def parse_text(text: object, longest: int, *, lines: bool = False) -> str | Unreadable:
    """Read typed text, trimmed and composed, of at most so many characters (J11).

    Line breaks and tabs pass only where `lines` says that the text may have several lines.
    """
    if not isinstance(text, str):
        return Unreadable(Reason.TEXT_UNPRINTABLE)
    trimmed = _trim(text)
    # Before composing: that takes quadratic time over a long run of combining marks.
    if len(trimmed) > 4 * longest:
        return Unreadable(Reason.TEXT_TOO_LONG)
    read = unicodedata.normalize("NFC", to_standard_characters(trimmed))
    if lines:
        read = read.replace("\r\n", "\n").replace("\r", "\n")
    reason = _find_reason(read, longest, LINE_BREAK_CHARACTERS if lines else "")
    return Unreadable(reason) if reason else read


def _trim(text: str) -> str:
    """Take blanks and unseen characters off both ends, in whatever order they come."""
    while (shorter := text.strip().strip(EDGE_CHARACTERS)) != text:
        text = shorter
    return text


def _find_reason(text: str, longest: int, breaks: str) -> Reason | None:
    if any(unicodedata.category(character) == "Co" for character in text):
        return Reason.TEXT_PRIVATE_USE
    if not all(is_printable(character, breaks) for character in text):
        return Reason.TEXT_UNPRINTABLE
    if not _remove_format_characters(text).strip():
        return Reason.TEXT_EMPTY
    return Reason.TEXT_TOO_LONG if len(text) > longest else None


def is_printable(character: str, breaks: str = "") -> bool:
    """Return whether a character is seen, or belongs to the spelling of what is seen."""
    category = unicodedata.category(character)
    if category == "Cn":
        return _is_ideograph(character)
    if category in {"Cc", "Cf"}:
        return character in JOINER_CHARACTERS or character in breaks
    return category not in {"Cs", "Zl", "Zp"}


def _is_ideograph(character: str) -> bool:
    # Rare names are written with ideographs that are newer than Python's Unicode tables.
    return 0x20000 <= ord(character) <= 0x3FFFD and ord(character) & 0xFFFE != 0xFFFE


def _remove_format_characters(text: str) -> str:
    return "".join(character for character in text if unicodedata.category(character) != "Cf")
