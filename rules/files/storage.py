"""How much a unit's files may take: of all that is kept, and of what is announced in a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rules.kernel.parameter import Policy
from rules.kernel.refusal import Fault, Reason, fault

BYTES_PER_KIB = 1024
KIB_PER_MIB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageQuota:
    """How many KiB a unit's files may take at most, and how many may be announced in a day."""

    most_kept: int
    most_per_day: int


def build_quota(policy: Policy, region: str, on: date, *, unverified: bool) -> StorageQuota:
    """Read the quota of a region's units on a day, or raise MissingParameter (X6).

    A unit that nobody has verified has the smaller one, whatever the region gives to others (X18).
    """

    def read_figure(name: str) -> int:
        usual = policy.get_integer(f"storage.{name}", region, on)
        if not unverified:
            return usual * KIB_PER_MIB
        return (
            min(usual, policy.get_integer(f"storage.unverified_{name}", region, on)) * KIB_PER_MIB
        )

    return StorageQuota(most_kept=read_figure("max_kept"), most_per_day=read_figure("max_per_day"))


def to_kib(size: int) -> int:
    """Return how many KiB a file of so many bytes takes, begun ones included."""
    return -(-size // BYTES_PER_KIB)


def find_storage_faults(kept: int, today: int, quota: StorageQuota) -> Iterator[Fault]:
    """Judge what would be kept, and what would be announced today, with a further file (KiB)."""
    if kept > quota.most_kept:
        yield fault(Reason.STORAGE_FULL, "size", most=quota.most_kept // KIB_PER_MIB)
    if today > quota.most_per_day:
        yield fault(Reason.STORAGE_DAY_FULL, "size", most=quota.most_per_day // KIB_PER_MIB)
