"""Which lines are shown to the public, and when their publicity passes or fails (S17, S18, X7)."""

from dataclasses import replace
from datetime import date

import pytest

from models import ClaimKind, LineState, PublicityOutcome, Role, Status
from rules.kernel.action import Action
from rules.kernel.refusal import Fault, Reason
from rules.kernel.viewer import Language, Viewer
from rules.payment.publicity import (
    FiledLine,
    RunningPublicity,
    find_failing_fault,
    find_objecting_fault,
    find_objection_settlement_fault,
    find_passing_fault,
    find_publishing_fault,
    list_line_actions,
    list_objection_actions,
)
from tests.factories.failures import AllFailures
from tests.factories.rows import an_id

ME, OTHER = an_id("me"), an_id("other")
OFFICER = Viewer(
    language=Language.EN, account_id=ME, name="officer", role=Role.DISTRICT_OFFICER, region="220104"
)
LAST = date(2025, 3, 14)
OVER = date(2025, 3, 15)
OPEN = FiledLine(
    kind=ClaimKind.MENTORING, state=LineState.OPEN, status=Status.APPROVED, submitted_by=OTHER
)
PUBLIC = replace(OPEN, state=LineState.IN_PUBLICITY, status=Status.IN_PUBLICITY)


def reason(fault: Fault | None) -> Reason | None:
    return fault.reason if fault else None


def test_s17_lines_of_every_kind_are_published_once_their_claim_is_approved() -> None:
    with AllFailures() as failures:
        for kind in ClaimKind:
            with failures.at(kind):
                assert find_publishing_fault(replace(OPEN, kind=kind), kind, OFFICER) is None


def test_s17_nothing_is_published_of_a_claim_that_is_not_approved() -> None:
    with AllFailures() as failures:
        for status in Status:
            with failures.at(status):
                good = {Status.APPROVED, Status.IN_PUBLICITY, Status.PUBLICITY_PASSED}
                expected = None if status in good else Reason.WRONG_STATUS
                filed = replace(OPEN, status=status)
                assert reason(find_publishing_fault(filed, OPEN.kind, OFFICER)) is expected


def test_s17_only_an_open_line_is_published() -> None:
    with AllFailures() as failures:
        for state in LineState:
            with failures.at(state):
                expected = None if state is LineState.OPEN else Reason.WRONG_STATUS
                assert (
                    reason(find_publishing_fault(replace(OPEN, state=state), OPEN.kind, OFFICER))
                    is expected
                )


def test_s17_kinds_are_published_each_by_itself() -> None:
    assert reason(find_publishing_fault(OPEN, ClaimKind.TRAINING, OFFICER)) is Reason.KIND_DIFFERS


def test_x2_who_submitted_a_claim_takes_none_of_its_lines_to_the_public_or_back() -> None:
    own, public = replace(OPEN, submitted_by=ME), replace(PUBLIC, submitted_by=ME)
    assert reason(find_publishing_fault(own, OPEN.kind, OFFICER)) is Reason.FOUR_EYES
    assert (
        reason(find_passing_fault(public, RunningPublicity(LAST), OVER, OFFICER))
        is Reason.FOUR_EYES
    )
    assert reason(find_failing_fault(public, RunningPublicity(LAST), OFFICER)) is Reason.FOUR_EYES


def test_x2_who_published_does_not_record_the_result_where_that_is_decided() -> None:
    own, others = (RunningPublicity(LAST, barred=each) for each in (ME, OTHER))
    second = replace(OFFICER, account_id=an_id("second"), same_holder=frozenset({ME}))
    for viewer in (OFFICER, second):
        assert reason(find_passing_fault(PUBLIC, own, OVER, viewer)) is Reason.FOUR_EYES
        assert reason(find_failing_fault(PUBLIC, own, viewer)) is Reason.FOUR_EYES
        assert find_passing_fault(PUBLIC, others, OVER, viewer) is None


@pytest.mark.parametrize(
    ("running", "today", "expected"),
    [
        (RunningPublicity(LAST), date(2025, 3, 13), Reason.PUBLICITY_RUNNING),
        (RunningPublicity(LAST), LAST, Reason.PUBLICITY_RUNNING),
        (RunningPublicity(LAST), OVER, None),
        (RunningPublicity(LAST, lodged=1), OVER, Reason.OBJECTION_OPEN),
        (RunningPublicity(LAST, upheld=1), OVER, Reason.OBJECTION_UPHELD),
        (RunningPublicity(LAST, lodged=1), LAST, Reason.OBJECTION_OPEN),
        (None, OVER, Reason.WRONG_STATUS),
    ],
)
def test_s18_a_line_passes_after_its_last_day_and_undisputed(
    running: RunningPublicity | None, today: date, expected: Reason | None
) -> None:
    assert reason(find_passing_fault(PUBLIC, running, today, OFFICER)) is expected


@pytest.mark.parametrize(
    "running",
    [RunningPublicity(LAST), RunningPublicity(LAST, lodged=2), RunningPublicity(LAST, 0, 1)],
)
def test_s18_a_line_fails_at_any_time(running: RunningPublicity) -> None:
    assert find_failing_fault(PUBLIC, running, OFFICER) is None
    assert reason(find_failing_fault(OPEN, running, OFFICER)) is Reason.WRONG_STATUS


@pytest.mark.parametrize(
    ("today", "outcome", "expected"),
    [
        (date(2025, 3, 9), None, Reason.PUBLICITY_OVER),
        (date(2025, 3, 10), None, None),
        (LAST, PublicityOutcome.PENDING, None),
        (LAST, PublicityOutcome.FAILED, Reason.PUBLICITY_OVER),
        (OVER, None, Reason.PUBLICITY_OVER),
    ],
)
def test_x7_objections_are_taken_from_the_first_day_to_the_end_of_the_last(
    today: date, outcome: PublicityOutcome | None, expected: Reason | None
) -> None:
    assert (
        reason(find_objecting_fault(date(2025, 3, 10), LAST, outcome, today, "12333")) is expected
    )


@pytest.mark.parametrize("action", [Action.APPROVE, Action.REFUSE])
def test_x2_an_objection_is_settled_by_neither_its_objector_nor_who_published(
    action: Action,
) -> None:
    lodged = Status.SUBMITTED
    assert find_objection_settlement_fault(action, lodged, None, OTHER, OFFICER) is None
    assert (
        reason(find_objection_settlement_fault(action, lodged, None, ME, OFFICER))
        is Reason.FOUR_EYES
    )
    assert (
        reason(find_objection_settlement_fault(action, lodged, ME, OTHER, OFFICER))
        is Reason.FOUR_EYES
    )
    settled = find_objection_settlement_fault(action, Status.APPROVED, None, OTHER, OFFICER)
    assert reason(settled) is Reason.WRONG_STATUS


def test_x4_a_line_tells_the_publicity_officer_what_may_be_done_and_nobody_else() -> None:
    told = {
        item.action: item.reason
        for item in list_line_actions(PUBLIC, RunningPublicity(LAST, 1), OVER, OFFICER)
    }
    assert told == {
        Action.PUBLISH: Reason.WRONG_STATUS,
        Action.PASS_PUBLICITY: Reason.OBJECTION_OPEN,
        Action.FAIL_PUBLICITY: None,
    }
    unit = replace(OFFICER, role=Role.UNIT_OPERATOR)
    assert list_line_actions(PUBLIC, RunningPublicity(LAST), OVER, unit) == []
    assert list_objection_actions(Status.SUBMITTED, None, OTHER, viewer=unit) == []
    both = list_objection_actions(Status.SUBMITTED, None, OTHER, viewer=OFFICER)
    assert [(item.action, item.allowed) for item in both] == [
        (Action.APPROVE, True),
        (Action.REFUSE, True),
    ]
