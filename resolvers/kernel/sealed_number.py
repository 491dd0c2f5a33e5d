"""A number as tables keep it: sealed, indexed and masked (X11)."""

from collections.abc import Callable

from sqlalchemy import select

from gateways.seal import Seal
from loaders.actor import set_rls_context
from loaders.advisory_lock import AdvisoryLock
from models import Person, RowKey, SealedColumn, locate_sealed
from resolvers.kernel.transaction import Transaction
from rules.kernel.identity import mask_card_number, mask_id_number, mask_mobile


class NumberEntered(Exception):
    """Somebody put the person on file meanwhile, whose number is indexed by another key."""


Columns = dict[str, object]
MASKS: dict[str, Callable[[str], str]] = {
    "id_number": mask_id_number,
    "mobile": mask_mobile,
    "bank_account": mask_card_number,
}


def build_sealed_columns(seal: Seal, column: SealedColumn, key: RowKey, text: str) -> Columns:
    """Return the three columns of a row's number, which is indexed as what it is, not whose."""
    place, name = locate_sealed(column, key), column.key.removesuffix("_sealed")
    return {
        f"{name}_sealed": seal.seal_text(place, text),
        f"{name}_index": seal.compute_index(place.field, text),
        f"{name}_masked": MASKS[place.field](text),
    }


def open_number(seal: Seal, column: SealedColumn, key: RowKey, sealed: bytes | None) -> str | None:
    """Open a row's number, to be kept and told to nobody."""
    return None if sealed is None else seal.open_sealed(locate_sealed(column, key), sealed)


async def require_new_number(tx: Transaction, number: str) -> None:
    """Hold a number that is about to be put on file; raises NumberEntered where it is there.

    The constraint knows an index by one key. While one key follows another, two who enter a
    person at once may index by different ones: they wait for each other.
    """
    if tx.service.seal.count_indexes() == 1:
        return
    await AdvisoryLock.NEW_PERSONS.lock(tx.session)
    indexes, before = tx.service.seal.compute_indexes("id_number", number), tx.actor
    await set_rls_context(tx.session, before.with_indexes(indexes))
    known = select(Person.id).where(Person.id_number_index.in_(indexes))
    found = await tx.session.scalar(known)
    await set_rls_context(tx.session, before)
    if found is not None:
        raise NumberEntered
