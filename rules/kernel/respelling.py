"""Fields of inputs that a release spelled otherwise: taken still, deprecated, never beside the new.

Lists say the same of their arguments themselves (`released_as` of a filter).
"""

from collections.abc import Iterator, Mapping

from rules.kernel.refusal import Fault, Path, Reason
from rules.kernel.text import to_camel_case

RESPELLED_FIELDS: Mapping[str, str] = {
    "since": "created_from",
    "until": "created_to",
    "from_month": "month_from",
    "to_month": "month_to",
}
"""By the released name the one that lists have now."""


def find_respelled_faults(shape: object, path: Path) -> Iterator[Fault]:
    """Refuse a field that is given by both of its names: nobody could say which one is meant."""
    for released, name in RESPELLED_FIELDS.items():
        given = getattr(shape, released, None), getattr(shape, name, None)
        if None not in given:
            yield Fault(Reason.SPELLED_TWICE, (*path, to_camel_case(released)))
