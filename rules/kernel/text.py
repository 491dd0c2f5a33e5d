"""Text that people typed: what is kept of it, and when two names are the same name."""

import unicodedata

from rules.kernel.refusal import Reason, Unreadable

JOINER_CHARACTERS = "\u200c\u200d\u180e"
"""Format characters that belong to the spelling of words, in Mongolian for one."""

EDGE_CHARACTERS = "\u200b\ufeff"
"""Unseen characters that come along when text is copied."""

LINE_BREAK_CHARACTERS = "\n\t"

NAME_DOTS = dict.fromkeys(map(ord, "·•・‧∙⋅．."), None)
"""The dots that people type between the parts of a name: 阿卜杜拉·买买提."""


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
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(_remove_format_characters(folded).split())


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
    trimmed = text.strip().strip(EDGE_CHARACTERS).strip()
    # Before composing: that takes quadratic time over a long run of combining marks.
    if len(trimmed) > 4 * longest:
        return Unreadable(Reason.TEXT_TOO_LONG)
    read = unicodedata.normalize("NFC", trimmed)
    if lines:
        read = read.replace("\r\n", "\n").replace("\r", "\n")
    reason = _find_reason(read, longest, LINE_BREAK_CHARACTERS if lines else "")
    return Unreadable(reason) if reason else read


def _find_reason(text: str, longest: int, breaks: str) -> Reason | None:
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
