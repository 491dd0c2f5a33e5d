"""Mask personal numbers in whatever is about to be logged or answered."""

import re
from collections.abc import Mapping, MutableMapping

MASK = "[redacted]"
PERSONAL_NUMBER_PATTERN = re.compile(
    r"""
    \d{13,}[Xx]?                                          # resident ID, bank card
    | (?<![\d-])\d{4}(?:[ -]\d{4}){2,3}(?:[ -]\d{1,4})?(?![\d-])   # card in groups
    | (?<!\d)\d{6}[ -]\d{8}[ -]\d{3}[\dXx](?!\d)           # resident ID in groups
    | (?<!\d)(?:\+?86[ -]?)?1[3-9]\d(?:\d{8}|[ -]\d{4}[ -]?\d{4})(?!\d)   # mobile number
    """,
    re.VERBOSE,
)
MAX_NESTING = 12


def redact_text(text: str) -> str:
    """Mask resident IDs, mobile numbers and bank cards in a text."""
    return PERSONAL_NUMBER_PATTERN.sub(MASK, text)


def redact_value(value: object, nesting: int = MAX_NESTING) -> object:
    """Mask them in anything that can be logged, nested or not."""
    if value is None or isinstance(value, (bool, float)):
        return value
    if isinstance(value, int):
        return MASK if PERSONAL_NUMBER_PATTERN.search(str(value)) else value
    if nesting == 0:
        return "..."
    if isinstance(value, Mapping):
        return {
            redact_text(str(key)): redact_value(item, nesting - 1) for key, item in value.items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [redact_value(item, nesting - 1) for item in value]
    return redact_text(value if isinstance(value, str) else str(value))


def redact_event(
    _logger: object, _method: str, event: MutableMapping[str, object]
) -> Mapping[str, object]:
    """Mask them in a structlog event; the last processor before rendering."""
    return {
        key: value if key.startswith("_") else _redact_member(value) for key, value in event.items()
    }


def _redact_member(value: object) -> object:
    """Mask a text at once, as most are: to ask whether it is a mapping takes as long again."""
    return redact_text(value) if type(value) is str else redact_value(value)
