"""One combination: a way to a record, a viewer, and how the record stands to the viewer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from zlib import crc32

from models import Account, Base, Unit

Verdict = Awaitable[str | None]
"""What is unexpected about the answer, or None."""

SHARES = 10_000


@dataclass(frozen=True)
class Case:
    """What is asked, by whom, about whose, and how to judge the answer."""

    way: str
    subject: str
    who: str | None
    relation: str
    judge: Callable[[], Verdict]

    @property
    def name(self) -> str:
        return f"{self.way} {self.subject} as {self.who or 'a stranger'} ({self.relation})"

    def is_sampled(self, seed: int, share: float) -> bool:
        """Return whether it is part of a sample: the same for a seed in any process."""
        return crc32(f"{seed} {self.name}".encode()) % SHARES < share * SHARES


def relate(account: Account | None, row: Base) -> str:
    """Tell how a record stands to an account: own, or by unit and region."""
    if account is None:
        return "a stranger's"
    owner = row.id if isinstance(row, Unit) else getattr(row, "unit_id", None)
    person = getattr(row, "person_id", None)
    if owner is not None and owner == account.unit_id:
        return "own"
    if account.person_id is not None and account.person_id in {person, getattr(row, "id", None)}:
        return "own"
    region = str(getattr(row, "region", ""))
    tree = account.region
    while tree.endswith("00"):
        tree = tree.removesuffix("00")
    near = "same region" if region.startswith(tree) else "other region"
    return f"other unit, {near}" if account.unit_id else near
