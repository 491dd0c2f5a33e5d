"""A number as tables keep it: sealed, indexed and masked (X11)."""

from collections.abc import Callable
from uuid import UUID

from gateways.seal import Seal
from models import SealedColumn, locate_sealed
from rules.kernel.identity import mask_card_number, mask_id_number, mask_mobile

Columns = dict[str, object]
MASKS: dict[str, Callable[[str], str]] = {
    "id_number": mask_id_number,
    "mobile": mask_mobile,
    "bank_account": mask_card_number,
}


def build_sealed_columns(seal: Seal, column: SealedColumn, id: UUID, text: str) -> Columns:
    """Return the three columns of a row's number, which is indexed as what it is, not whose."""
    place, name = locate_sealed(column, id), column.key.removesuffix("_sealed")
    return {
        f"{name}_sealed": seal.seal_text(place, text),
        f"{name}_index": seal.compute_index(place.field, text),
        f"{name}_masked": MASKS[place.field](text),
    }
