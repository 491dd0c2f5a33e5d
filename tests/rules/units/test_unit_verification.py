"""X18: a unit that registered itself writes drafts only, until an office has verified it."""

from dataclasses import replace
from datetime import UTC, datetime

from models import Role, Status
from rules.kernel.action import Action
from rules.kernel.function import VERIFIED_FUNCTIONS, Function
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Reason
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import find_action_fault, list_actions
from rules.units.unit import find_verification_fault, list_possible_actions
from tests.factories.rows import CHAOYANG_DISTRICT, NANGUAN_DISTRICT, an_id

UNIT = Viewer(
    account_id=an_id("operator"),
    role=Role.UNIT_OPERATOR,
    region=CHAOYANG_DISTRICT,
    unit_id=an_id("unit"),
)
UNVERIFIED = replace(UNIT, unverified=True)
OFFICER = Viewer(account_id=an_id("officer"), role=Role.DISTRICT_OFFICER, region=CHAOYANG_DISTRICT)
WHEN = datetime(2025, 3, 10, tzinfo=UTC)


def test_x18_an_unverified_unit_lacks_what_reaches_persons_or_money_and_nothing_else() -> None:
    assert UNIT.functions - UNVERIFIED.functions == VERIFIED_FUNCTIONS
    drafts = {Function.FILE_DECLARATIONS, Function.FILE_POSTS, Function.FILE_QUALIFICATIONS}
    assert drafts <= UNVERIFIED.functions


def test_x18_what_is_lacking_is_what_comes_with_the_verification() -> None:
    asked = [Function.LOOK_UP_PERSONS, Function.REVIEW_CLAIMS]
    assert UNVERIFIED.list_functions_once_verified(asked) == [Function.LOOK_UP_PERSONS]
    assert UNIT.list_functions_once_verified(asked) == []


def test_x18_x17_nor_does_an_officer_at_the_counter_file_for_it() -> None:
    counter = replace(OFFICER, desk=CHAOYANG_DISTRICT, unit_id=UNIT.unit_id)
    assert Function.FILE_CLAIMS in counter.functions
    assert not replace(counter, unverified=True).functions & VERIFIED_FUNCTIONS


def test_x18_x4_its_drafts_are_changed_and_withdrawn_and_not_submitted() -> None:
    told = {
        each.action: each.reason
        for each in list_actions(RecordKind.DECLARATION, Status.DRAFT, None, UNVERIFIED)
    }
    assert told[Action.SUBMIT] is Reason.UNIT_UNVERIFIED
    assert told[Action.CHANGE] is None
    assert told[Action.WITHDRAW] is None
    submitting = (RecordKind.DECLARATION, Action.SUBMIT, Status.DRAFT, None)
    assert find_action_fault(*submitting, UNIT) is None


def test_x18_a_unit_is_verified_once_by_the_office_of_its_region() -> None:
    def list_told(verified: datetime | None, region: str, viewer: Viewer) -> dict[str, object]:
        found = list_possible_actions(verified, region, viewer=viewer)
        return {each.action: each.reason for each in found}

    assert find_verification_fault(None) is None
    assert list_told(None, CHAOYANG_DISTRICT, OFFICER) == {Action.VERIFY: None}
    assert list_told(WHEN, CHAOYANG_DISTRICT, OFFICER) == {Action.VERIFY: Reason.UNIT_VERIFIED}
    assert list_told(None, NANGUAN_DISTRICT, OFFICER) == {}
    assert list_told(None, CHAOYANG_DISTRICT, UNVERIFIED) == {Action.CHANGE: None}
