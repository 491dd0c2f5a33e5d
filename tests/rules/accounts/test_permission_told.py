"""S1, S30: who lacks a function is told which, and who can grant it or holds it."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from models import Role
from rules.accounts.grant import (
    ActiveGrant,
    Grantee,
    GrantRequest,
    find_grantee_faults,
    find_request_faults,
    list_possible_actions,
)
from rules.accounts.permission import Forbidden, OfferedElsewhere
from rules.kernel.function import GRANTABLE_FUNCTIONS, Entrance, Function
from rules.kernel.refusal import Fault, Reason
from rules.kernel.viewer import Language, Viewer

ME, OTHER = UUID(int=1), UUID(int=2)
TODAY = date(2025, 3, 10)
DISTRICT = Viewer(
    language=Language.EN, account_id=ME, name="d", role=Role.DISTRICT_ADMINISTRATOR, region="220104"
)
REVIEW, POSTS = Function.REVIEW_CLAIMS, Function.REVIEW_POSTS


def test_s1_what_could_be_granted_names_functions_grantors_and_the_hotline() -> None:
    officer = Viewer(
        language=Language.EN,
        account_id=ME,
        name="officer",
        role=Role.DISTRICT_OFFICER,
        region="220104",
    )
    no = Forbidden([REVIEW, POSTS], officer, "0431-12333")
    assert no.missing == [REVIEW, POSTS]
    assert no.fault.reason is Reason.FUNCTION_NOT_GRANTED
    assert no.fault.figures["functions"] == "REVIEW_CLAIMS, REVIEW_POSTS"
    assert no.fault.figures["hotline"] == "0431-12333"
    assert no.fault.figures["grantors"].startswith("district administrator of ")
    assert Forbidden([REVIEW], officer).fault.figures["hotline"] == "12333"


@pytest.mark.parametrize(
    ("missing", "holders"),
    [
        (Function.MANAGE_OPERATORS, "LEGAL_PERSON"),
        (Function.FILE_POSTS, "LEGAL_PERSON / UNIT_OPERATOR"),
        (Function.LOAD_FACTS, "DATA_SUPPLIER"),
    ],
)
def test_s1_what_can_not_be_granted_names_the_functions_and_who_holds_them(
    missing: Function, holders: str
) -> None:
    person = Viewer(
        language=Language.EN, account_id=ME, name="person", role=Role.PERSON, region="220104"
    )
    no = Forbidden([missing, REVIEW], person)
    figures = {"functions": f"{missing}, REVIEW_CLAIMS", "holders": holders}
    assert no.fault == Fault(Reason.FORBIDDEN, (), figures)
    assert str(no)


def test_s1_a_stranger_is_asked_to_sign_in_whatever_lacks() -> None:
    no = Forbidden([Function.FILE_POSTS, REVIEW], Viewer())
    assert no.fault == Fault(Reason.SIGN_IN_FIRST)
    assert no.missing == [Function.FILE_POSTS, REVIEW]


@pytest.mark.parametrize(
    ("here", "there"),
    [(Entrance.INTRANET, Entrance.INTERNET), (Entrance.INTERNET, Entrance.INTRANET)],
)
def test_s30_what_is_offered_at_the_other_entrance_names_both(
    here: Entrance, there: Entrance
) -> None:
    for language in Language:
        no = OfferedElsewhere([REVIEW, POSTS], here, language)
        assert no.missing == [REVIEW, POSTS]
        back = OfferedElsewhere([REVIEW, POSTS], there, language)
        assert no.fault.reason is Reason.OFFERED_ELSEWHERE
        assert no.fault.figures["functions"] == "REVIEW_CLAIMS, REVIEW_POSTS"
        assert set(no.fault.figures) == {"functions", "here", "there"}
        assert no.fault.figures["here"] == back.fault.figures["there"]
        assert no.fault.figures["there"] == back.fault.figures["here"]
        assert no.fault.figures["here"] != no.fault.figures["there"]
        assert no.fault.figures["here"].isascii() is (language is Language.EN)


def test_s1_what_is_wrong_with_a_grant_is_told_at_its_place() -> None:
    day = timedelta(days=1)
    late = GrantRequest((REVIEW,), TODAY - day, TODAY - 2 * day)
    assert [*find_request_faults(late, TODAY)] == [
        Fault(Reason.GRANT_IN_PAST, ("validFrom",), {"today": "2025-03-10"}),
        Fault(Reason.DATES_REVERSED, ("validTo",), {}),
    ]
    assert [*find_request_faults(GrantRequest((REVIEW,), TODAY, TODAY), TODAY)] == []


def test_s1_what_bars_an_account_from_a_grant_is_told_at_its_place() -> None:
    asked = GrantRequest((POSTS, REVIEW, Function.LOAD_FACTS), TODAY, None)
    standing = [
        ActiveGrant(account_id=OTHER, function=each.value, valid_from=TODAY, valid_to=None)
        for each in (REVIEW, POSTS)
    ]
    officer = Grantee(OTHER, Role.DISTRICT_OFFICER, False)
    possible = ", ".join(sorted(GRANTABLE_FUNCTIONS[Role.DISTRICT_OFFICER]))
    assert [*find_grantee_faults([(4, officer)], asked, standing, DISTRICT)] == [
        Fault(
            Reason.FUNCTION_NOT_GRANTABLE,
            ("functions", 2),
            {"role": "DISTRICT_OFFICER", "possible": possible},
        ),
        Fault(Reason.GRANT_TO_CLOSED_ACCOUNT, ("accountIds", 4), {}),
        Fault(Reason.GRANT_EXISTS, ("accountIds", 4), {"functions": "REVIEW_CLAIMS, REVIEW_POSTS"}),
    ]
    above = Grantee(OTHER, Role.CITY_ADMINISTRATOR, True)
    (beyond,) = find_grantee_faults([(0, above)], asked, (), DISTRICT)
    assert (beyond.reason, beyond.path) == (Reason.GRANT_BEYOND_RIGHTS, ("accountIds", 0))
    assert beyond.figures["role"] == "CITY_ADMINISTRATOR"
    assert "DISTRICT_OFFICER" in beyond.figures["roles"].split(", ")
    officer_viewer = Viewer(
        language=Language.EN, account_id=ME, name="o", role=Role.DISTRICT_OFFICER, region="220104"
    )
    (none,) = find_grantee_faults([(0, above)], asked, (), officer_viewer)
    assert none.figures == {"role": "CITY_ADMINISTRATOR", "roles": "—"}


def test_s1_x4_a_grant_is_revoked_within_the_administrator_s_region_alone() -> None:
    def told(region: str, viewer: Viewer = DISTRICT, revoked: bool = False) -> list[object]:
        actions = list_possible_actions(
            OTHER, Role.DISTRICT_OFFICER, region, revoked, viewer=viewer
        )
        return [(item.action.value, item.reason) for item in actions]

    assert told("220104") == [("REVOKE", None)]
    assert told("220104", revoked=True) == [("REVOKE", Reason.GRANT_REVOKED)]
    assert told("220102") == []
    assert (
        told(
            "220104",
            Viewer(
                language=Language.EN,
                account_id=ME,
                name="n",
                role=Role.CITY_ADMINISTRATOR,
                region=None,
            ),
        )
        == []
    )
