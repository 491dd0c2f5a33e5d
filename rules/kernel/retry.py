"""How often and how fast what failed outside of the house is tried again (X23, J12)."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and how fast something is tried before it is given up."""

    tries: int = 60
    first_wait: timedelta = timedelta(seconds=5)
    longest_wait: timedelta = timedelta(hours=1)


def compute_retry_delay(attempt: int, pace: RetryPolicy, roll: float) -> timedelta:
    """Return how long to wait after so many failed attempts.

    The wait doubles up to the longest; `roll`, from 0 to 1, spreads its second half, so that what
    failed together doesn't come back together.
    """
    doubled = pace.first_wait * (1 << min(attempt - 1, 30))
    whole = min(doubled, pace.longest_wait)
    return whole / 2 + whole / 2 * roll
