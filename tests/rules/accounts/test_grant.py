"""S1, S2: who grants what to whom, for which days; and what one keeps at hand."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from models import Role
from rules.accounts.grant import (
    GRANTEE_ROLES,
    MAX_FAVOURITES,
    ActiveGrant,
    Grantee,
    GrantRequest,
    find_favourite_faults,
    find_grantee_faults,
    find_request_faults,
    find_revoking_fault,
    list_favourites,
    list_grantors,
    list_possible_actions,
)
from rules.accounts.permission import Forbidden
from rules.kernel.function import (
    GRANTABLE_FUNCTIONS,
    ROLE_DEFAULT_FUNCTIONS,
    ROLE_FUNCTIONS,
    Function,
    granted_functions,
    parse_functions,
)
from rules.kernel.refusal import Fault, Reason
from rules.kernel.viewer import Language, Viewer
from tests.factories.failures import AllFailures
from tests.factories.rows import CHAOYANG_DISTRICT, NANGUAN_DISTRICT, an_id

TODAY = date(2025, 3, 10)
CLAIMS, POSTS = Function.REVIEW_CLAIMS, Function.REVIEW_POSTS
ME, OFFICER = an_id("me"), an_id("officer")
ADMINISTRATORS = (
    Role.DISTRICT_ADMINISTRATOR,
    Role.CITY_ADMINISTRATOR,
    Role.PROVINCE_ADMINISTRATOR,
)


def administrator(
    role: Role = Role.DISTRICT_ADMINISTRATOR, region: str = CHAOYANG_DISTRICT
) -> Viewer:
    return Viewer(account_id=ME, role=role, region=region)


def asked(*functions: Function, since: date = TODAY, until: date | None = None) -> GrantRequest:
    return GrantRequest(functions or (CLAIMS,), since, until)


def standing(since: date, until: date | None, function: Function = CLAIMS) -> ActiveGrant:
    return ActiveGrant(
        account_id=OFFICER, function=function.value, valid_from=since, valid_to=until
    )


def faults(
    *grantees: Grantee,
    what: GrantRequest | None = None,
    known: Any = (),
    viewer: Viewer | None = None,
) -> list[Fault]:
    wanted = what or asked()
    return list(
        find_grantee_faults(list(enumerate(grantees)), wanted, known, viewer or administrator())
    )


def officer(id: UUID = OFFICER, role: Role = Role.DISTRICT_OFFICER, active: bool = True) -> Grantee:
    return Grantee(id, role, active)


def test_s1_what_comes_with_a_role_and_what_is_granted_make_all_that_it_may_hold() -> None:
    with AllFailures() as failures:
        for role in Role:
            with failures.at(role):
                assert (
                    ROLE_DEFAULT_FUNCTIONS[role] | GRANTABLE_FUNCTIONS[role] == ROLE_FUNCTIONS[role]
                )
                assert not ROLE_DEFAULT_FUNCTIONS[role] & GRANTABLE_FUNCTIONS[role]


@pytest.mark.parametrize("role", [Role.PERSON, Role.LEGAL_PERSON, Role.UNIT_OPERATOR])
def test_s1_who_registers_themselves_takes_no_grant(role: Role) -> None:
    assert granted_functions(role, frozenset()) == ROLE_FUNCTIONS[role]


def test_s1_an_officer_without_a_grant_keeps_the_account_and_reads_nothing() -> None:
    assert granted_functions(Role.DISTRICT_OFFICER, frozenset()) == {Function.KEEP_ACCOUNT}
    assert granted_functions(Role.REPORTING, frozenset()) == {Function.KEEP_ACCOUNT}


def test_s1_whoever_was_granted_anything_reads_records_and_nothing_else_besides() -> None:
    found = granted_functions(Role.DISTRICT_OFFICER, frozenset({CLAIMS}))
    assert found == {Function.KEEP_ACCOUNT, Function.READ_RECORDS, CLAIMS}


def test_s1_what_a_role_may_not_hold_is_not_held_even_where_a_row_says_so() -> None:
    assert CLAIMS not in granted_functions(Role.FINANCE, frozenset({CLAIMS}))
    assert granted_functions(Role.FINANCE, frozenset({CLAIMS})) == {Function.KEEP_ACCOUNT}
    assert parse_functions(["REVIEW_CLAIMS", "FROM_ANOTHER_VERSION"]) == {CLAIMS}


def test_s1_an_administrator_grants_to_those_below_and_to_no_equal() -> None:
    for role in ADMINISTRATORS:
        assert role not in GRANTEE_ROLES[role]
        assert all(GRANTABLE_FUNCTIONS[below] for below in GRANTEE_ROLES[role])
    assert set(GRANTEE_ROLES) == set(ADMINISTRATORS)
    (fault,) = faults(officer(role=Role.CITY_ADMINISTRATOR))
    assert fault.reason is Reason.GRANT_BEYOND_RIGHTS
    province = administrator(Role.PROVINCE_ADMINISTRATOR, "220000")
    granting = asked(Function.GRANT_FUNCTIONS)
    assert faults(officer(role=Role.CITY_ADMINISTRATOR), what=granting, viewer=province) == []


def test_s1_nobody_grants_to_themselves() -> None:
    (fault,) = faults(officer(ME))
    assert (fault.reason, fault.path) == (Reason.GRANT_TO_ONESELF, ("accountIds", 0))


def test_s1_whoever_is_no_administrator_grants_to_nobody() -> None:
    for role in set(Role) - set(ADMINISTRATORS):
        (fault,) = faults(officer(), viewer=administrator(role))
        assert fault.reason is Reason.GRANT_BEYOND_RIGHTS


def test_s1_all_faults_are_told_at_once_each_at_its_place() -> None:
    closed, finance = officer(active=False), officer(an_id("f"), Role.FINANCE)
    found = faults(closed, finance, officer(ME), what=asked(CLAIMS, Function.DISBURSE_CLAIMS))
    assert [(fault.reason, fault.path) for fault in found] == [
        (Reason.FUNCTION_NOT_GRANTABLE, ("functions", 1)),
        (Reason.GRANT_TO_CLOSED_ACCOUNT, ("accountIds", 0)),
        (Reason.FUNCTION_NOT_GRANTABLE, ("functions", 0)),
        (Reason.GRANT_TO_ONESELF, ("accountIds", 2)),
    ]


@pytest.mark.parametrize(
    ("since", "until", "clashes"),
    [
        (date(2025, 1, 1), None, True),
        (date(2025, 1, 1), date(2025, 3, 31), False),
        (date(2025, 1, 1), date(2025, 4, 1), True),
        (date(2025, 4, 30), None, True),
        (date(2025, 5, 1), None, False),
    ],
)
def test_s1_of_a_function_there_is_one_grant_on_any_day_both_ends_included(
    since: date, until: date | None, clashes: bool
) -> None:
    wanted = asked(since=date(2025, 4, 1), until=date(2025, 4, 30))
    found = faults(officer(), what=wanted, known=[standing(since, until)])
    assert [fault.reason for fault in found] == ([Reason.GRANT_EXISTS] if clashes else [])
    other = [standing(since, until, POSTS)]
    assert faults(officer(), what=wanted, known=other) == []


def test_s1_dates_that_are_past_or_reversed_and_lists_that_are_empty_are_all_told() -> None:
    wrong = GrantRequest([], date(2025, 3, 9), date(2025, 3, 8))
    assert [fault.reason for fault in find_request_faults(wrong, TODAY)] == [
        Reason.LIST_EMPTY,
        Reason.GRANT_IN_PAST,
        Reason.DATES_REVERSED,
    ]
    assert list(find_request_faults(asked(until=TODAY), TODAY)) == []


def test_x4_a_grant_is_revoked_once_by_an_administrator_of_its_region() -> None:
    row = (OFFICER, Role.DISTRICT_OFFICER, CHAOYANG_DISTRICT)
    (action,) = list_possible_actions(*row, False, viewer=administrator())
    assert action.allowed
    (action,) = list_possible_actions(*row, True, viewer=administrator())
    assert (action.allowed, action.reason) == (False, Reason.GRANT_REVOKED)
    assert list_possible_actions(*row, False, viewer=administrator(region=NANGUAN_DISTRICT)) == []
    assert list_possible_actions(*row, False, viewer=administrator(Role.DISTRICT_OFFICER)) == []
    own = find_revoking_fault(ME, Role.DISTRICT_ADMINISTRATOR, False, administrator())
    assert own is not None
    assert own.reason is Reason.GRANT_TO_ONESELF


def test_s1_a_refusal_names_the_administrators_who_can_grant_and_the_hotline() -> None:
    viewer = Viewer(role=Role.DISTRICT_OFFICER, region=CHAOYANG_DISTRICT, granted=frozenset())
    fault = Forbidden([CLAIMS], viewer, "0431-12333").fault
    assert fault.reason is Reason.FUNCTION_NOT_GRANTED
    assert fault.figures["hotline"] == "0431-12333"
    assert fault.figures["grantors"].split(", ") == [
        "吉林省长春市朝阳区区县管理员",
        "吉林省长春市市级管理员",
        "吉林省省级管理员",
    ]
    assert list_grantors(Role.CITY_ADMINISTRATOR, "220100", Language.EN) == [
        "province administrator of 吉林省"
    ]


def test_s1_what_no_grant_could_give_names_the_roles_that_hold_it() -> None:
    viewer = Viewer(role=Role.FINANCE, region=CHAOYANG_DISTRICT, granted=frozenset())
    fault = Forbidden([CLAIMS], viewer).fault
    assert fault.reason is Reason.FORBIDDEN
    assert fault.figures["holders"] == "DISTRICT_OFFICER"


def test_s2_favourites_are_functions_one_holds_each_once_and_not_too_many() -> None:
    viewer = Viewer(account_id=ME, role=Role.DISTRICT_OFFICER)
    assert list(find_favourite_faults([], viewer)) == []
    assert list(find_favourite_faults([POSTS, CLAIMS], viewer)) == []
    found = list(find_favourite_faults([POSTS, Function.FILE_POSTS, POSTS], viewer))
    assert [(fault.reason, fault.path) for fault in found] == [
        (Reason.LISTED_TWICE, ("functions", 2)),
        (Reason.FUNCTION_NOT_HELD, ("functions", 1)),
    ]
    many = [*Function][: MAX_FAVOURITES + 1]
    assert Reason.LIST_TOO_LONG in {fault.reason for fault in find_favourite_faults(many, viewer)}


def test_s2_favourites_keep_their_order_and_leave_out_what_one_lost() -> None:
    kept = ["REVIEW_POSTS", "FROM_ANOTHER_VERSION", "REVIEW_CLAIMS", "KEEP_ACCOUNT"]
    granted = frozenset({CLAIMS})
    viewer = Viewer(account_id=ME, role=Role.DISTRICT_OFFICER, granted=granted)
    assert list_favourites(ME, kept, viewer=viewer) == [CLAIMS, Function.KEEP_ACCOUNT]
    assert list_favourites(OFFICER, kept, viewer=viewer) == []
