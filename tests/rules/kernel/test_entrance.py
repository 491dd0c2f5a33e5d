"""S30: what is offered inside the government's network, and what on the internet."""

from datetime import date

import pytest

from models import Role
from rules.kernel.entrance import APPLICANT_FUNCTIONS, ENTRANCE_KEY, list_functions_elsewhere
from rules.kernel.function import ANYONE, ROLE_FUNCTIONS, Entrance, Function
from rules.kernel.parameter import Policy
from rules.kernel.seed import build_seed_parameters
from rules.kernel.viewer import Viewer
from tests.factories.parameter import a_parameter, to_parameter

DAY, REGION = date(2026, 3, 1), "510116"
SEEDED = [to_parameter(seed) for seed in build_seed_parameters() if seed.key == ENTRANCE_KEY]
OFFICER = ROLE_FUNCTIONS[Role.DISTRICT_OFFICER]


def test_s30_an_instance_for_both_leaves_nothing_to_another() -> None:
    assert list_functions_elsewhere(Entrance.BOTH, Policy(SEEDED), REGION, DAY) == ANYONE


def test_s30_at_first_applications_are_on_both_sides_and_all_else_is_inside() -> None:
    assert list_functions_elsewhere(Entrance.INTRANET, Policy(SEEDED), REGION, DAY) == ANYONE
    outside = list_functions_elsewhere(Entrance.INTERNET, Policy(SEEDED), REGION, DAY)
    assert outside == frozenset(Function) - APPLICANT_FUNCTIONS
    assert {Function.REVIEW_CLAIMS, Function.PUBLISH_CLAIMS, Function.DISBURSE_CLAIMS} <= outside
    assert not {Function.FILE_CLAIMS, Function.FILE_CLASSES, Function.KEEP_ACCOUNT} & outside


def test_s30_what_nobody_has_placed_is_inside() -> None:
    assert list_functions_elsewhere(Entrance.INTRANET, Policy(()), REGION, DAY) == ANYONE
    assert list_functions_elsewhere(Entrance.INTERNET, Policy(()), REGION, DAY) == frozenset(
        Function
    )


@pytest.mark.parametrize(
    ("value", "inside", "outside"),
    [
        (Entrance.BOTH, False, False),
        (Entrance.INTRANET, False, True),
        (Entrance.INTERNET, True, False),
    ],
)
def test_s30_a_parameter_places_a_function_in_its_region_alone(
    value: Entrance, inside: bool, outside: bool
) -> None:
    policy = Policy(
        [
            *SEEDED,
            a_parameter(ENTRANCE_KEY, value, region="510000", category=Function.REVIEW_CLASSES),
        ]
    )
    left_inside = list_functions_elsewhere(Entrance.INTRANET, policy, REGION, DAY)
    left_outside = list_functions_elsewhere(Entrance.INTERNET, policy, REGION, DAY)
    assert (Function.REVIEW_CLASSES in left_inside) is inside
    assert (Function.REVIEW_CLASSES in left_outside) is outside
    assert Function.REVIEW_CLASSES in list_functions_elsewhere(
        Entrance.INTERNET, policy, "220104", DAY
    )


def test_s30_a_viewer_lacks_what_is_offered_elsewhere_and_is_told_only_of_what_they_held() -> None:
    away = frozenset({Function.REVIEW_CLAIMS, Function.DISBURSE_CLAIMS})
    officer = Viewer(role=Role.DISTRICT_OFFICER, elsewhere=away)
    assert officer.functions == OFFICER - away
    assert officer.list_missing_functions(away) == [
        Function.REVIEW_CLAIMS,
        Function.DISBURSE_CLAIMS,
    ]
    assert officer.list_functions_elsewhere(away) == [Function.REVIEW_CLAIMS]


def test_s30_there_is_no_counter_where_its_function_is_not_offered() -> None:
    away = frozenset({Function.COUNTER_FILING})
    officer = Viewer(role=Role.DISTRICT_OFFICER, desk=REGION, elsewhere=away)
    assert officer.functions == ANYONE
    assert officer.list_functions_elsewhere([Function.FILE_CLAIMS]) == [Function.FILE_CLAIMS]
    assert officer.list_functions_elsewhere(
        officer.list_missing_functions(frozenset({Function.FILE_CLAIMS}))
    ) == [Function.COUNTER_FILING]


def test_s30_who_holds_no_counter_anywhere_is_not_sent_to_the_other_entrance() -> None:
    away = frozenset({Function.COUNTER_FILING})
    officer = Viewer(role=Role.DISTRICT_OFFICER, granted=ANYONE, desk=REGION, elsewhere=away)
    assert officer.list_missing_functions(frozenset({Function.FILE_CLAIMS})) == [
        Function.COUNTER_FILING
    ]
    assert officer.list_functions_elsewhere([Function.COUNTER_FILING]) == []
