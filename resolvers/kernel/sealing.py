"""A number as tables keep it: sealed, indexed and masked (X11)."""

from collections.abc import Callable

from gateways.seal import Seal
from rules.kernel.identity import mask_id_number, mask_mobile

Columns = dict[str, object]


def sealed(seal: Seal, column: str, field: str, text: str, mask: Callable[[str], str]) -> Columns:
    """Give the three columns of a number, which is indexed as what it is and not as whose."""
    return {
        f"{column}_sealed": seal.seal(field, text),
        f"{column}_index": seal.index(field, text),
        f"{column}_masked": mask(text),
    }


def mobile_of(seal: Seal, column: str, number: str) -> Columns:
    """Give the columns of a mobile number."""
    return sealed(seal, column, "mobile", number, mask_mobile)


def id_number_of(seal: Seal, column: str, number: str) -> Columns:
    """Give the columns of an ID number."""
    return sealed(seal, column, "id_number", number, mask_id_number)
