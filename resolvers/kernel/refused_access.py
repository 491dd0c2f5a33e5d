"""Refused access goes to the log and is counted: by function, by scope, by limits (ASVS 16.3.2).

An entry says what was refused, why and to which account, and nothing of a person. Whoever has much
refused can't fill a disk by it: a process writes so many entries of a kind in a minute, and the
next one tells how many were left out. The metric counts all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

import structlog
from prometheus_client import Counter

from resolvers.kernel.minute_bound import MinuteBound
from rules.kernel.refusal import Reason

logger = structlog.stdlib.get_logger("jiuye.access")

_COUNTER = Counter("jiuye_refused_access", "Access that was refused, by why.", ("kind", "reason"))


class RefusalKind(StrEnum):
    """By what access was refused."""

    FUNCTION = "FUNCTION"
    SCOPE = "SCOPE"
    LIMIT = "LIMIT"


KINDS: Mapping[str, RefusalKind] = {
    **dict.fromkeys(
        (
            Reason.FORBIDDEN,
            Reason.FOUR_EYES,
            Reason.OFFERED_ELSEWHERE,
            Reason.FACTOR_MISSING,
            Reason.PASSWORD_GIVEN,
            Reason.PROVE_AGAIN,
            Reason.ACCESS_ENDED,
            Reason.CERTIFICATE_REQUIRED,
            Reason.CERTIFICATE_UNREADABLE,
            Reason.CERTIFICATE_NOT_OF_PROXY,
        ),
        RefusalKind.FUNCTION,
    ),
    **dict.fromkeys(
        (Reason.NOT_FOUND, Reason.REGION_OUTSIDE, Reason.LINK_EXPIRED), RefusalKind.SCOPE
    ),
    **dict.fromkeys(
        (Reason.TOO_MANY_TRIES, Reason.TOO_MANY_UNKNOWN, Reason.POINTS_SPENT), RefusalKind.LIMIT
    ),
}
"""Which reasons say that access was refused; all others are about what was typed, or the state of
a record. What is hidden is answered as what is not there, and so is its entry."""


@dataclass(slots=True)
class RefusedAccessLog:
    """Writes refusals of access, and counts all of them."""

    bound: MinuteBound = field(default_factory=MinuteBound)

    def record(self, reason: str, what: str, account: UUID | None = None) -> None:
        """Count a refusal if it is one of access, and write it unless there were too many."""
        kind = KINDS.get(reason)
        if kind is None:
            return
        _COUNTER.labels(kind, reason).inc()
        left_out = self.bound.count_left_out(kind)
        if left_out is None:
            return
        logger.info(
            "access refused",
            kind=kind.value,
            reason=str(reason),
            what=what,
            account=str(account) if account else None,
            left_out=left_out,
        )


REFUSED_ACCESS = RefusedAccessLog()
"""The log of this process."""
