"""Whether the keys are those that the database was sealed with (X11)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from gateways.seal import Seal
from loaders.actor import ALL_REGIONS, Actor
from loaders.snapshot import Snapshot
from models import Person, locate_sealed
from server.database.pools import build_engine
from server.settings.settings import Settings, SettingsError

WRONG_KEY_MESSAGE = (
    "JIUYE_DATA_KEY is not the key that this database was sealed with. "
    "Give the one that was kept apart from the database; with another, what is written now could "
    "not be read together with what was written before."
)
WRONG_INDEX_KEY_MESSAGE = (
    "JIUYE_INDEX_KEY is not the key that this database was indexed with: nobody would be found. "
    "Give the one that `jiuye keys new --next` printed when JIUYE_DATA_KEY was changed."
)
LOOKED_AT = 20
"""So many persons, the latest, tell whether the keys are the database's."""

_LATEST_SEALED = (
    select(Person.id, Person.id_number_sealed, Person.id_number_index)
    .order_by(Person.id.desc())
    .limit(LOOKED_AT)
)


async def require_matching_keys(settings: Settings) -> None:
    """Refuse to start with keys that can't open, or find, what was sealed last.

    A single value that was damaged or exchanged stops nothing: a sealed value names its key. A
    database that does not answer, or has no tables yet, is told of elsewhere.
    """
    latest, seal = await _load_latest_sealed(settings), Seal(settings.key_ring)
    for id_, sealed, index in latest:
        number = seal.try_open(locate_sealed(Person.id_number_sealed, id_), sealed)
        if number is not None:
            if seal.compute_index("id_number", number) != index:
                raise SettingsError(WRONG_INDEX_KEY_MESSAGE)
            return
    if latest and not any(seal.has_key_of(sealed) for _, sealed, _ in latest):
        raise SettingsError(WRONG_KEY_MESSAGE)


async def _load_latest_sealed(settings: Settings) -> Sequence[tuple[UUID, bytes, bytes]]:
    engine = build_engine(settings.service_url, 1, settings)
    snapshot = Snapshot(engine, Actor(see=ALL_REGIONS))
    try:
        rows = await snapshot.load_rows(_LATEST_SEALED)
    except (SQLAlchemyError, OSError):
        return []
    finally:
        await snapshot.close()
        await engine.dispose()
    return [(row[0], row[1], row[2]) for row in rows]
