"""Work that keeps a core, a disk or connections busy: each kind has places and a line of its own.

So 200 who ask for one kind wait for each other, or are told to come again, and for nobody else.
Passwords and introspection have lines where their threads are.
"""

from collections.abc import Mapping
from enum import StrEnum

from gateways.fair_line import FairLine


class HeavyWork(StrEnum):
    """A kind of work."""

    EXPORTS = "EXPORTS"
    """Files that are written for whoever fetches them: lists, failed rows, score sheets."""

    ROSTERS = "ROSTERS"
    """Rosters that are taken in."""

    LOOK_UPS = "LOOK_UPS"
    """Mutations that ask whether persons are on file."""

    ANNOUNCEMENTS = "ANNOUNCEMENTS"
    """Files that are announced, and links to send them that the database is asked about."""

    TOKENS = "TOKENS"
    """Tokens of programs, whose secrets the database is asked about."""

    UPLOADS = "UPLOADS"
    """Files that are judged and kept."""

    TRIES = "TRIES"
    """Tries that are counted: whoever tries the same at once waits for one row of the database."""


Places = Mapping[HeavyWork, FairLine]


def build_places(places: int = 2, longest: int = 60) -> Places:
    """Build the lines of all kinds: so many at work in each, so many in line with them."""
    return {work: FairLine(places, longest) for work in HeavyWork}
