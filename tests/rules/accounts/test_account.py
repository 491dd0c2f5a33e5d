from uuid import UUID

import pytest

from models import Role
from rules.accounts.account import (
    agreed,
    is_own_session,
    not_an_operator,
    possible_actions,
    read_account_name,
    stated_region,
)
from rules.kernel.function import FUNCTIONS, Function
from rules.kernel.refusal import Reason, Unreadable
from rules.kernel.region import is_lowest
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import Action

UNIT, OTHER = UUID(int=1), UUID(int=2)
BOSS = Viewer(role=Role.LEGAL_PERSON, unit_id=UNIT)


@pytest.mark.parametrize("name", ["acme", "acme-2", "a.b_c", "a" * 32, "  acme  ", "x123456789"])
def test_j1_an_account_name_is_small_letters_digits_and_three_signs(name: str) -> None:
    assert read_account_name(name) == name.strip()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "abc",
        "a" * 33,
        "Acme",
        "1acme",
        "13800005678",
        "220104200305040018",
        "91220101MA0000001X",
        "acme!",
        "ac me",
        "аcme",
        "账号名称",
        "acme\n\nx",
        "acme\0",
        7,
        None,
    ],
)
def test_j1_x11_no_other_name_is_taken_and_none_that_is_a_persons_number(name: object) -> None:
    assert read_account_name(name) == Unreadable(Reason.ACCOUNT_NAME_MALFORMED)


def test_j1_only_the_present_version_of_the_agreement_counts_and_is_named() -> None:
    assert list(agreed("2026-01", "2026-01", ("x",))) == []
    (fault,) = agreed("2025-01", "2026-01", ("x",))
    assert (fault.reason, fault.path, fault.figures) == (
        Reason.AGREEMENT_OUTDATED,
        ("x",),
        {"current": "2026-01"},
    )


@pytest.mark.parametrize("region", ["220104", "220122", "222401", "441900", "429004"])
def test_j1_a_district_a_county_or_a_city_that_has_none_is_the_lowest(region: str) -> None:
    assert is_lowest(region)
    assert list(stated_region(region, ("region",))) == []


@pytest.mark.parametrize("region", ["000000", "220000", "220100", "429000"])
def test_j1_what_has_districts_below_it_is_too_high(region: str) -> None:
    (fault,) = stated_region(region, ("region",))
    assert (fault.reason, fault.path) == (Reason.REGION_NOT_A_DISTRICT, ("region",))


def test_j3_a_legal_person_may_do_all_that_an_operator_may_and_keep_operators() -> None:
    own = {Function.MANAGE_OPERATORS}
    assert FUNCTIONS[Role.LEGAL_PERSON] == FUNCTIONS[Role.UNIT_OPERATOR] | own
    assert all(Function.KEEP_ACCOUNT in held for held in FUNCTIONS.values() if held)


def test_j3_only_operators_are_kept_by_a_legal_person() -> None:
    assert not_an_operator(Role.UNIT_OPERATOR) is None
    for role in set(Role) - {Role.UNIT_OPERATOR}:
        fault = not_an_operator(role)
        assert fault is not None
        assert fault.reason is Reason.NOT_AN_OPERATOR


def test_x4_a_legal_person_is_offered_to_change_its_own_operators() -> None:
    (offered,) = possible_actions(UNIT, Role.UNIT_OPERATOR, viewer=BOSS)
    assert (offered.action, offered.allowed) == (Action.CHANGE, True)
    (barred,) = possible_actions(UNIT, Role.LEGAL_PERSON, viewer=BOSS)
    assert (barred.allowed, barred.reason) == (False, Reason.NOT_AN_OPERATOR)
    assert possible_actions(OTHER, Role.UNIT_OPERATOR, viewer=BOSS) == []
    assert possible_actions(None, Role.PERSON, viewer=Viewer(role=Role.LEGAL_PERSON)) == []
    operator = Viewer(role=Role.UNIT_OPERATOR, unit_id=UNIT)
    assert possible_actions(UNIT, Role.UNIT_OPERATOR, viewer=operator) == []


def test_j3_one_knows_ones_own_session() -> None:
    assert is_own_session(UNIT, viewer=Viewer(session_id=UNIT))
    assert not is_own_session(UNIT, viewer=Viewer(session_id=OTHER))
    assert not is_own_session(UNIT, viewer=Viewer())
