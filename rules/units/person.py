"""What is shown of a person on file (X11)."""

from datetime import date
from uuid import UUID

from rules.kernel.viewer import Viewer


def get_birth_year(birth_date: date, *, viewer: Viewer) -> int:
    """Return the year of birth: who reads of a person needs no day (X11, ADR 0056)."""
    return birth_date.year


def show_birth_date(birth_date: date, person_id: UUID, *, viewer: Viewer) -> date | None:
    """Return the date of birth to the person themself; from it a number could be guessed (X11)."""
    own = viewer.person_id is not None and viewer.person_id == person_id
    return birth_date if own else None
