"""J17: whose word counts on somebody's schooling."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from models import Education, Person
from rules.internship.schooling import choose_schooling, evaluate_schooling
from rules.kernel.finding import Outcome
from rules.kernel.refusal import Reason
from rules.kernel.viewer import Language

SAID = {"education": Education.BACHELOR, "graduated_on": date(2024, 6, 30)}
DONE = {"completed_at": datetime(2024, 7, 1, tzinfo=UTC)}


def build_record(education: Education | None, graduated_on: date | None) -> dict[str, Any]:
    return {"official_education": education, "official_graduated_on": graduated_on}


def test_j17_the_record_beats_the_persons_own_word_field_by_field() -> None:
    for told, counts in (
        (build_record(Education.SENIOR_MIDDLE, None), (Education.SENIOR_MIDDLE, date(2024, 6, 30))),
        (build_record(None, date(2020, 6, 30)), (Education.BACHELOR, date(2020, 6, 30))),
        (build_record(None, None), (Education.BACHELOR, date(2024, 6, 30))),
    ):
        found = choose_schooling(Person(**SAID, **DONE, **told))
        assert (found.education, found.graduated_on) == counts


def test_j17_what_is_on_file_of_who_never_said_anything_is_the_offices_word() -> None:
    found = evaluate_schooling(Person(**SAID, source="教育局"), Language.ZH)
    assert found.outcome is Outcome.PASS


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    ("told", "outcome", "why"),
    [
        (build_record(Education.BACHELOR, date(2024, 6, 30)), Outcome.PASS, None),
        (build_record(Education.BACHELOR, None), Outcome.UNKNOWN, Reason.SCHOOLING_UNPROVEN),
        (build_record(None, None), Outcome.UNKNOWN, Reason.SCHOOLING_UNPROVEN),
        (
            build_record(Education.BACHELOR, date(2024, 7, 1)),
            Outcome.FAIL,
            Reason.SCHOOLING_DIFFERS,
        ),
        (build_record(Education.MASTER, None), Outcome.FAIL, Reason.SCHOOLING_DIFFERS),
    ],
)
def test_j17_the_reviewer_sees_where_word_and_record_differ_or_no_record_is_there(
    told: dict[str, Any], outcome: Outcome, why: Reason | None, language: Language
) -> None:
    found = evaluate_schooling(Person(**SAID, **DONE, **told), language)
    assert (found.outcome, found.reason) == (outcome, why)
    assert bool(found.message and found.cure) is (why is not None)
