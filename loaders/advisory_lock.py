"""Advisory locks: what is held by name, where there is no row yet that could be held."""

from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import ARRAY, BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

_KEY_BYTES = 8

_KEY = bindparam("key", type_=BigInteger)
_KEYS = func.unnest(bindparam("keys", type_=ARRAY(BigInteger))).column_valued("key")
_LOCK_ALL = select(func.pg_advisory_xact_lock(_KEYS))
_LOCK_SHARED = select(func.pg_advisory_xact_lock_shared(_KEY))
_TRY_LOCK = select(func.pg_try_advisory_xact_lock(_KEY))


class AdvisoryLock(StrEnum):
    """What is locked by name, from what is locked first to what is locked last.

    A key is the start of a hash of the name and of what is locked under it (a person, a course).
    Several keys of a name are taken in the order of the keys, so that two who want the same ones
    wait for each other and don't block. Rows are locked before names, but for PUBLICITY,
    TURN and FACT_LOAD; docs/architecture/locks.md has the whole order.
    """

    PREPARE_CLUSTER = "prepare_cluster"
    """Starters that create roles and database, one after another."""

    MIGRATE = "migrate"
    """Starters that bring the tables up to date, one after another."""

    DEMONSTRATION = "demonstration"
    """Starters that load the demonstration, one after another."""

    FACT_LOAD = "fact_load"
    """Loaders of facts, one after another (X13)."""

    TURN = "turn"
    """Workers that choose what is next of a queue, one after another; they lock nothing before."""

    COURSE = "course"
    """The editions of a course's code, one after another (S20)."""

    INTERNSHIP_TERMS = "internship_terms"
    """What internships take of a person's time (J23)."""

    TRAINING_PLACES = "training_places"
    """What classes take of a person's places and days (S21, S33)."""

    BENEFITS = "benefits"
    """What is claimed for a person (X14)."""

    NEW_PERSONS = "new_persons"
    """Who puts persons on file while an index key follows another, one after another (X11)."""

    STORAGE = "storage"
    """What a unit's files take, by unit."""

    HOLDER = "holder"
    """The accounts of a person, which are looked through as one is opened (X2, X28)."""

    PROPOSALS = "proposals"
    """What an administrator proposed, which is counted as they propose more (X28)."""

    SESSIONS = "sessions"
    """The sessions of an account, which are counted as one is opened (J3)."""

    PUBLICITY = "publicity"
    """Objections to a publicity: shared by who lodges one, alone for who lets lines pass (X7)."""

    OFFICE_CHAIN = "office_chain"
    """The end of an office's history, by region: taken last, as the transaction commits (X9)."""

    ACCESS_CHAIN = "access_chain"
    """The end of a chain of access, by its name: taken after those of offices (X9)."""

    def compute_key(self, subject: object = "") -> int:
        """Return the number by which the database knows the lock of a subject."""
        digest = sha256(f"{self.value}:{subject}".encode()).digest()
        return int.from_bytes(digest[:_KEY_BYTES], signed=True)

    def compute_keys(self, subjects: Iterable[object]) -> list[int]:
        """Return the keys of several subjects, each once, in the order in which they are taken."""
        return sorted({self.compute_key(subject) for subject in subjects})

    async def lock(self, session: AsyncSession, subject: object = "") -> None:
        """Lock a subject until the transaction ends; wait for whoever has it.

        The wait is a statement of its own: what is read after it sees what the others wrote.
        """
        await self.lock_all(session, [subject])

    async def lock_all(self, session: AsyncSession, subjects: Iterable[object]) -> None:
        """Lock several subjects until the transaction ends, always in the order of their keys."""
        keys = self.compute_keys(subjects)
        if keys:
            await session.execute(_LOCK_ALL, {"keys": keys})

    async def lock_shared(self, session: AsyncSession, subject: object) -> None:
        """Lock a subject together with all who share it, until the transaction ends."""
        await session.execute(_LOCK_SHARED, {"key": self.compute_key(subject)})

    async def try_lock(self, session: AsyncSession, subject: object = "") -> bool:
        """Lock a subject unless somebody has it; return whether it is locked now."""
        return bool(await session.scalar(_TRY_LOCK, {"key": self.compute_key(subject)}))

    def select_session_lock(self) -> str:
        """Return the SQL that locks the name until the connection is closed.

        For starters, who work in several transactions, on whatever driver.
        """
        return f"SELECT pg_advisory_lock({self.compute_key()})"

    def select_session_try_lock(self) -> str:
        """Return the SQL that does so unless somebody has it, and says whether it did."""
        return f"SELECT pg_try_advisory_lock({self.compute_key()})"
