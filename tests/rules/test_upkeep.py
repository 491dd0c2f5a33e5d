"""What may be done to records that have no review of their own (X4)."""

from dataclasses import replace
from uuid import UUID

from models import LineState, ParameterStatus, Role, Status
from rules.function import Function
from rules.refusal import Reason
from rules.upkeep import changes_by, of_line, of_parameter, of_person
from rules.viewer import Viewer
from rules.workflow import Action

ONE, TWO = UUID(int=1), UUID(int=2)
PROVINCE = Viewer(account_id=ONE, role=Role.PROVINCE_ADMINISTRATOR, region="220000")
OFFICER = Viewer(account_id=ONE, role=Role.DISTRICT_OFFICER, region="220104")
PERSON = Viewer(account_id=ONE, role=Role.PERSON, region="220104", person_id=TWO)


def test_who_holds_the_function_may_change_and_others_are_offered_nothing() -> None:
    """X4: a bank account or profile is changed by whoever maintains it."""
    rule = changes_by(Function.MAINTAIN_UNIT)
    operator = Viewer(role=Role.UNIT_OPERATOR)
    assert [(p.action, p.allowed) for p in rule(viewer=operator)] == [(Action.CHANGE, True)]
    assert rule(viewer=OFFICER) == []


def test_a_person_may_change_only_their_own_record() -> None:
    """J16, X4: a person completes their own information, nobody else's."""
    assert [p.allowed for p in of_person(TWO, viewer=PERSON)] == [True]
    assert of_person(ONE, viewer=PERSON) == []
    assert of_person(ONE, viewer=Viewer()) == []


def test_a_parameter_is_decided_by_another_administrator_of_its_region() -> None:
    """X2, X6: neither by who proposed it, nor twice, nor from another province."""
    proposed = ParameterStatus.PROPOSED

    def reasons(status: ParameterStatus, by: UUID, region: str, who: Viewer) -> set[Reason | None]:
        return {p.reason for p in of_parameter(status, by, region, viewer=who)}

    assert reasons(proposed, TWO, "220104", PROVINCE) == {None}
    assert reasons(proposed, ONE, "220104", PROVINCE) == {Reason.FOUR_EYES}
    assert reasons(ParameterStatus.APPROVED, TWO, "220104", PROVINCE) == {Reason.PARAMETER_DECIDED}
    assert reasons(proposed, TWO, "510100", PROVINCE) == {Reason.REGION_OUTSIDE}
    assert reasons(proposed, TWO, "220104", OFFICER) == set()


def test_a_line_is_struck_while_its_claim_is_under_review_and_it_is_open() -> None:
    """X15: and not by who submitted the claim (X2)."""

    def reason(state: LineState, claim: Status, by: UUID = TWO) -> Reason | None:
        (action,) = of_line(state, claim, by, OFFICER)
        return action.reason

    assert reason(LineState.OPEN, Status.SUBMITTED) is None
    assert reason(LineState.STRUCK, Status.SUBMITTED) is Reason.WRONG_STATUS
    assert reason(LineState.OPEN, Status.APPROVED) is Reason.WRONG_STATUS
    assert reason(LineState.OPEN, Status.SUBMITTED, ONE) is Reason.FOUR_EYES
    assert of_line(LineState.OPEN, Status.SUBMITTED, TWO, replace(OFFICER, role=Role.PERSON)) == []
