"""A number as tables keep it: sealed, indexed and masked (X11)."""

from collections.abc import Callable

from gateways.seal import Seal
from rules.kernel.identity import mask_id_number, mask_mobile

Columns = dict[str, object]


def build_sealed_columns(
    seal: Seal, column: str, field: str, text: str, mask: Callable[[str], str]
) -> Columns:
    """Return the three columns of a number, which is indexed as what it is and not as whose."""
    return {
        f"{column}_sealed": seal.seal_text(field, text),
        f"{column}_index": seal.compute_index(field, text),
        f"{column}_masked": mask(text),
    }


def build_mobile_columns(seal: Seal, column: str, number: str) -> Columns:
    """Return the columns of a mobile number."""
    return build_sealed_columns(seal, column, "mobile", number, mask_mobile)


def build_id_number_columns(seal: Seal, column: str, number: str) -> Columns:
    """Return the columns of an ID number."""
    return build_sealed_columns(seal, column, "id_number", number, mask_id_number)
