"""What history tells of changes, to whom, and in which words (X9, X11)."""

from typing import Any

from models import (
    AuditFinding,
    Base,
    BoardPush,
    Changeable,
    History,
    OfficeHistory,
    PublicityLine,
    Reviewed,
    Role,
    Unit,
    UnitOwned,
)
from rules.kernel.field_name import FIELD_NAMES, get_field_name, select_visible_fields
from rules.kernel.history import (
    DECISION_ACTIONS,
    Subject,
    list_changes,
    list_changes_since_decision,
    mask_reason,
)
from rules.kernel.viewer import Language, Viewer
from tests.factories.failures import AllFailures

OFFICER = Viewer(role=Role.DISTRICT_OFFICER)
PERSON = Viewer(role=Role.PERSON)
KEPT = {"id", "unit_id", "person_id", "region", "at_home", "version", "created_at", "updated_at"}
MOVED = {
    *("submitted_by", "submitted_at", "reviewed_by", "reviewed_at", "held_by"),
    *("publicity_by", "publicity_at", "disbursed_by", "disbursed_at"),
}
COMPUTED = {
    *("barred_reviewers", "assessment", "parameters", "explanation", "clawed_back"),
    *("amount_cents", "payable_subsidy_cents"),  # kept by triggers, beside the amounts
}
MADE_WITH = {
    "claim_id",
    "class_id",
    "number",
    "intern_id",
    "line_id",
    "reduction_id",
    "record",
    "record_id",
}
"""What a record is made with and never changes."""
BY_THE_BOARD = ("board_", "applicants_")
"""What the job board's relay writes; history tells its steps (J12)."""


def since(*entries: tuple[str, dict[str, Any]], viewer: Viewer = OFFICER) -> list[Any]:
    return [
        (c.field, c.before, c.after) for c in list_changes_since_decision(entries, viewer=viewer)
    ]


def test_x9_what_changed_is_summed_up_from_the_last_decision_on() -> None:
    assert since(
        ("CREATE", {}),
        ("CHANGE", {"wage_paid": ["1.00", "2.00"]}),
        ("SUBMIT", {}),
        ("RETURN", {}),
        ("CHANGE", {"wage_paid": ["2.00", "3.00"], "days_attended": ["20", "21"]}),
        ("CHANGE", {"wage_paid": ["3.00", "4.00"]}),
        ("SUBMIT", {}),
    ) == [("days_attended", "20", "21"), ("wage_paid", "2.00", "4.00")]


def test_x9_what_was_changed_and_changed_back_is_no_change() -> None:
    back = ("CHANGE", {"month": ["b", "a"]})
    assert since(("RETURN", {}), ("CHANGE", {"month": ["a", "b"]}), back) == []


def test_x9_before_any_decision_everything_is_new_and_nothing_is_told() -> None:
    assert since(("CREATE", {}), ("CHANGE", {"month": ["a", "b"]}), ("SUBMIT", {})) == []


def test_x9_each_decision_begins_anew() -> None:
    with AllFailures() as failures:
        for decision in sorted(DECISION_ACTIONS):
            with failures.at(decision):
                change = ("CHANGE", {"month": ["a", "b"]})
                assert since(("RETURN", {}), change, (decision, {})) == []


def test_x9_who_owns_a_record_decides_nothing_by_submitting_or_withdrawing_it() -> None:
    assert not DECISION_ACTIONS & {"CHANGE", "SUBMIT", "WITHDRAW", "CREATE"}
    assert {"APPROVE", "RETURN", "REFUSE", "REVOKE"} <= DECISION_ACTIONS


def test_x11_a_sealed_value_is_named_and_not_shown_and_its_mask_stands_for_it() -> None:
    sealed = {"contact_mobile_sealed": "sealed", "contact_mobile_index": "sealed"}
    assert since(("RETURN", {}), ("CHANGE", sealed)) == [("contact_mobile_sealed", None, None)]
    masked = sealed | {"contact_mobile_masked": ["138****5678", "139****0000"]}
    assert since(("RETURN", {}), ("CHANGE", masked)) == [
        ("contact_mobile_masked", "138****5678", "139****0000")
    ]
    assert select_visible_fields(["name", "name_key", "number_index"]) == ["name"]


def test_x11_a_person_is_not_told_what_unit_and_office_wrote() -> None:
    changes = {"remarks": ["", "迟到"], "wage_paid": ["1.00", "2.00"], "reason": ["", "x"]}
    assert [c.field for c in list_changes(changes, viewer=PERSON)] == ["wage_paid"]
    assert {c.field for c in list_changes(changes, viewer=OFFICER)} == set(changes)
    assert mask_reason("材料不全", viewer=PERSON) is None
    assert mask_reason("材料不全", viewer=OFFICER) == "材料不全"


def test_x9_a_field_is_named_in_the_reader_s_language() -> None:
    assert get_field_name("wage_paid", Language.ZH) == "实发工资（元）"
    assert get_field_name("wage_paid", Language.EN) == "wage paid in yuan"
    assert get_field_name("number_sealed", Language.ZH) == get_field_name(
        "number_masked", Language.ZH
    )


def test_x9_every_field_of_a_reviewed_record_that_changes_has_a_word() -> None:
    tables = [m.class_ for m in Base.registry.mappers if issubclass(m.class_, Reviewed)]
    fields = {column.key for table in tables for column in table.__table__.columns}
    lacking = (
        set(select_visible_fields(sorted(fields)))
        - FIELD_NAMES.keys()
        - KEPT
        - MOVED
        - COMPUTED
        - MADE_WITH
    )
    assert {field for field in lacking if not field.startswith(BY_THE_BOARD)} == set()


def test_x9_every_record_that_changes_is_a_subject_of_timelines() -> None:
    tables = {mapper.class_ for mapper in Base.registry.mappers}
    changing = {
        t.__name__ for t in tables if issubclass(t, UnitOwned) and issubclass(t, Changeable)
    }
    relayed = {BoardPush.__name__, PublicityLine.__name__}  # told of the post (J12), of the line
    told_of = {Unit.__name__, *(table.__name__ for table in OfficeHistory.tables)}
    assert {subject.value for subject in Subject} == (changing - relayed) | told_of
    watched = {AuditFinding.__name__}  # told by the office: units read their timelines (X14)
    assert not watched & {table.__name__ for table in History.tables}
