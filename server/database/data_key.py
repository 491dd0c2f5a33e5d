"""Whether the data key is the one that the database was sealed with (X11)."""

from cryptography.exceptions import InvalidTag
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from gateways.seal import Seal
from loaders.actor import ALL_REGIONS, Actor
from loaders.snapshot import Snapshot
from models import Person
from server.database.pools import build_engine
from server.settings.settings import Settings, SettingsError

WRONG_KEY_MESSAGE = (
    "JIUYE_DATA_KEY is not the key that this database was sealed with. "
    "Give the one that was kept apart from the database; with another, what is written now could "
    "not be read together with what was written before."
)
_LATEST_SEALED = select(Person.id_number_sealed).order_by(Person.id.desc()).limit(1)


async def require_matching_key(settings: Settings) -> None:
    """Refuse to start with a key that can't open what was sealed last.

    A database that does not answer, or has no tables yet, is told of elsewhere.
    """
    sealed = await _load_latest_sealed(settings)
    try:
        if sealed is not None:
            Seal(settings.data_key_bytes).open_sealed("id_number", sealed)
    except InvalidTag:
        raise SettingsError(WRONG_KEY_MESSAGE) from None


async def _load_latest_sealed(settings: Settings) -> bytes | None:
    engine = build_engine(settings.service_url, 1, settings)
    snapshot = Snapshot(engine, Actor(see=ALL_REGIONS))
    try:
        rows = await snapshot.load_rows(_LATEST_SEALED)
    except (SQLAlchemyError, OSError):
        return None
    finally:
        await snapshot.close()
        await engine.dispose()
    return rows[0][0] if rows else None
