"""X11: of a birth date all but the person themself read the year."""

from datetime import date
from uuid import UUID

import pytest

from models import Role
from rules.kernel.viewer import Viewer
from rules.units.person import get_birth_year, show_birth_date

BORN, OWN, OTHER = date(2003, 5, 4), UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("viewer", "shown"),
    [
        (Viewer(role=Role.PERSON, person_id=OWN), BORN),
        (Viewer(role=Role.PERSON, person_id=OTHER), None),
        (Viewer(role=Role.PERSON), None),
        (Viewer(role=Role.DISTRICT_OFFICER), None),
        (Viewer(role=Role.UNIT_OPERATOR, unit_id=OWN), None),
    ],
)
def test_x11_the_day_of_birth_is_shown_to_the_person_alone(
    viewer: Viewer, shown: date | None
) -> None:
    assert show_birth_date(BORN, OWN, viewer=viewer) == shown
    assert get_birth_year(BORN, viewer=viewer) == 2003
