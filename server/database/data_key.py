"""Whether the keys and the profile are those that the database was sealed with (X11)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from gateways.crypto_profile import CryptoProfile
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
WRONG_PROFILE_MESSAGE = (
    "CRYPTO_PROFILE={given} does not open what this database keeps: it is sealed by {other}. "
    "Say CRYPTO_PROFILE={other}, or move it: CRYPTO_PROFILE={given},{other} until "
    "`jiuye keys status` says that nothing is left."
)
LOOKED_AT = 20
"""So many persons, the latest and the first, tell whether the keys are the database's."""

_SEALED = select(Person.id, Person.id_number_sealed, Person.id_number_index)
_SAMPLES = [
    _SEALED.order_by(order).limit(LOOKED_AT) for order in (Person.id.desc(), Person.id.asc())
]


class _Sample(NamedTuple):
    """A person's number as it is kept."""

    id: UUID
    sealed: bytes
    blind_index: bytes

    def open_by(self, seal: Seal) -> str | None:
        """Return the number; None where the seal does not open it."""
        return seal.try_open(locate_sealed(Person.id_number_sealed, self.id), self.sealed)


async def require_matching_keys(settings: Settings) -> bool:
    """Refuse to start with keys or a profile that can't open, or find, what was sealed.

    A single value that was damaged or exchanged stops nothing: a sealed value names its key.
    Returns false where the database does not answer, or has no tables yet: nothing was compared.
    """
    ring = settings.key_ring
    seal, samples = Seal(ring), await _load_samples(settings)
    if samples is None:
        return False
    for profile in CryptoProfile:
        if profile not in ring.profiles:
            _refuse_profile(settings, Seal(replace(ring, profiles=[profile])), samples)
    for sample in samples:
        number = sample.open_by(seal)
        if number is not None:
            if sample.blind_index not in seal.compute_indexes("id_number", number):
                raise SettingsError(WRONG_INDEX_KEY_MESSAGE)
            return True
    if samples and not any(seal.has_key_of(sample.sealed) for sample in samples):
        raise SettingsError(WRONG_KEY_MESSAGE)
    return True


def _refuse_profile(settings: Settings, other: Seal, samples: Sequence[_Sample]) -> None:
    """Refuse to start where what is kept opens by a profile that the settings don't name."""
    if any(sample.open_by(other) is not None for sample in samples):
        given, name = settings.crypto_profile, other.profile.lower()
        raise SettingsError(WRONG_PROFILE_MESSAGE.format(given=given, other=name))


async def _load_samples(settings: Settings) -> Sequence[_Sample] | None:
    """Read some sealed values; None where the database does not answer, or has no tables."""
    engine = build_engine(settings.service_url, 1, settings)
    snapshot = Snapshot(engine, Actor(see=ALL_REGIONS))
    try:
        return [_Sample(*row) for some in _SAMPLES for row in await snapshot.load_rows(some)]
    except (SQLAlchemyError, OSError):
        return None
    finally:
        await snapshot.close()
        await engine.dispose()
