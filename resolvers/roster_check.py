"""Which risk controls the rows of a roster meet, kind by kind (S10, X3)."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from models import Roster, RosterKind
from resolvers import hire_check
from resolvers.reading import Reading
from rules.finding import Finding
from rules.roster import Form
from rules.roster import Readied as Readied  # noqa: PLC0414 - whoever checks needs it too
from rules.roster_form import HIRING, SERVICE


class Check(Protocol):
    """Judges rows of a roster, any number of them with a constant number of statements."""

    async def __call__(
        self, read: Reading, roster: Roster, rows: Sequence[Readied]
    ) -> Sequence[Sequence[Finding]]:
        """Give each row's findings, in the order of the rows; whatever is no PASS fails the row."""


FORMS: Mapping[RosterKind, Form] = {RosterKind.HIRING: HIRING, RosterKind.SERVICE: SERVICE}
"""What the rosters of each kind look like."""

CHECKS: dict[RosterKind, Check] = dict.fromkeys(RosterKind, hire_check.check)
"""The risk controls of each kind; a kind without any is judged by its cells and persons alone."""
