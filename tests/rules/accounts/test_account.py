from collections.abc import Sequence
from uuid import UUID

import pytest

from models import Role
from rules.accounts.account import (
    find_agreement_faults,
    find_operator_fault,
    find_region_faults,
    find_role_region_faults,
    is_own_session,
    list_possible_actions,
    parse_account_name,
)
from rules.kernel.action import Action
from rules.kernel.function import ROLE_FUNCTIONS, Function
from rules.kernel.refusal import Reason, Unreadable
from rules.kernel.region import is_lowest_region
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import PossibleAction

UNIT, OTHER = UUID(int=1), UUID(int=2)
BOSS = Viewer(role=Role.LEGAL_PERSON, unit_id=UNIT)


@pytest.mark.parametrize("name", ["acme", "acme-2", "a.b_c", "a" * 32, "  acme  ", "x123456789"])
def test_j1_an_account_name_is_small_letters_digits_and_three_signs(name: str) -> None:
    assert parse_account_name(name) == name.strip()


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
    assert parse_account_name(name) == Unreadable(Reason.ACCOUNT_NAME_MALFORMED)


def test_x11_an_account_is_not_named_by_a_mobile_number() -> None:
    assert parse_account_name("zhang-13912345678") == Unreadable(Reason.TEXT_PERSONAL)


def test_j1_only_the_present_version_of_the_agreement_counts_and_is_named() -> None:
    assert list(find_agreement_faults("2026-01", "2026-01", ("x",))) == []
    (fault,) = find_agreement_faults("2025-01", "2026-01", ("x",))
    assert (fault.reason, fault.path, fault.figures) == (
        Reason.AGREEMENT_OUTDATED,
        ("x",),
        {"current": "2026-01"},
    )


@pytest.mark.parametrize("region", ["220104", "220122", "222401", "441900", "429004"])
def test_j1_a_district_a_county_or_a_city_that_has_none_is_the_lowest(region: str) -> None:
    assert is_lowest_region(region)
    assert list(find_region_faults(region, ("region",))) == []


@pytest.mark.parametrize("region", ["000000", "220000", "220100", "429000"])
def test_j1_what_has_districts_below_it_is_too_high(region: str) -> None:
    (fault,) = find_region_faults(region, ("region",))
    assert (fault.reason, fault.path) == (Reason.REGION_NOT_A_DISTRICT, ("region",))


@pytest.mark.parametrize(
    ("role", "fitting", "other"),
    [
        (Role.DISTRICT_OFFICER, "220104", "220100"),
        (Role.DISTRICT_OFFICER, "441900", "440000"),
        (Role.DISTRICT_ADMINISTRATOR, "222401", "222400"),
        (Role.CITY_ADMINISTRATOR, "220100", "220104"),
        (Role.CITY_ADMINISTRATOR, "441900", "220000"),
        (Role.PROVINCE_ADMINISTRATOR, "220000", "000000"),
        (Role.LEGAL_PERSON, "220104", "220100"),
        (Role.PERSON, "220104", "220000"),
    ],
)
def test_section_5_a_role_has_its_level_of_region(role: Role, fitting: str, other: str) -> None:
    assert list(find_role_region_faults(role, fitting, ("region",))) == []
    (fault,) = find_role_region_faults(role, other, ("region",))
    assert fault.path == ("region",)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.AUDITOR, Role.REPORTING, Role.DATA_SUPPLIER])
def test_section_5_finance_and_auditors_are_at_any_level(role: Role) -> None:
    for region in ("000000", "220000", "220100", "220104"):
        assert list(find_role_region_faults(role, region, ("region",))) == []


def test_j3_a_legal_person_may_do_all_that_an_operator_may_and_keep_operators() -> None:
    own = {Function.MANAGE_OPERATORS}
    assert ROLE_FUNCTIONS[Role.LEGAL_PERSON] == ROLE_FUNCTIONS[Role.UNIT_OPERATOR] | own
    assert all(Function.KEEP_ACCOUNT in held for held in ROLE_FUNCTIONS.values() if held)


def test_j3_only_operators_are_kept_by_a_legal_person() -> None:
    assert find_operator_fault(Role.UNIT_OPERATOR) is None
    for role in set(Role) - {Role.UNIT_OPERATOR}:
        fault = find_operator_fault(role)
        assert fault is not None
        assert fault.reason is Reason.NOT_AN_OPERATOR


def list_offered(unit: UUID | None, role: Role, *, viewer: Viewer) -> Sequence[PossibleAction]:
    columns = (UUID(int=3), unit, role, "220104", True, None, None)
    return list_possible_actions(*columns, viewer=viewer)


def test_x4_a_legal_person_is_offered_to_change_its_own_operators() -> None:
    (offered,) = list_offered(UNIT, Role.UNIT_OPERATOR, viewer=BOSS)
    assert (offered.action, offered.allowed) == (Action.CHANGE, True)
    (barred,) = list_offered(UNIT, Role.LEGAL_PERSON, viewer=BOSS)
    assert (barred.allowed, barred.reason) == (False, Reason.NOT_AN_OPERATOR)
    assert list_offered(OTHER, Role.UNIT_OPERATOR, viewer=BOSS) == []
    assert list_offered(None, Role.PERSON, viewer=Viewer(role=Role.LEGAL_PERSON)) == []
    operator = Viewer(role=Role.UNIT_OPERATOR, unit_id=UNIT)
    assert list_offered(UNIT, Role.UNIT_OPERATOR, viewer=operator) == []


def test_j3_one_knows_ones_own_session() -> None:
    assert is_own_session(UNIT, viewer=Viewer(session_id=UNIT))
    assert not is_own_session(UNIT, viewer=Viewer(session_id=OTHER))
    assert not is_own_session(UNIT, viewer=Viewer())
