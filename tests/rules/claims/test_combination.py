from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from models import ClaimKind, LineState, Status
from rules.claims.combination import (
    HIDDEN_UNIT_NAME,
    Benefit,
    find_conflict_fault,
    find_conflicting_benefits,
    list_excluded_kinds,
    mask_unit_name,
)
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Reason
from tests.factories.parameter import a_parameter
from tests.factories.rows import CHAOYANG_DISTRICT, NANGUAN_DISTRICT, an_id

K = ClaimKind
DAY = date(2025, 3, 1)
HERE, THERE = an_id("unit", "here"), an_id("unit", "there")


def pairs(value: str, region: str = "220000") -> Policy:
    return Policy(
        [
            a_parameter("combination.forbidden", "none", region="000000"),
            a_parameter("combination.forbidden", value, region=region),
        ]
    )


BENEFIT = Benefit(
    line_id=an_id("line"),
    unit_id=THERE,
    region=NANGUAN_DISTRICT,
    unit_name="别家有限公司",
    kind=K.HIRING,
    month=None,
    year=2024,
    status=Status.SUBMITTED,
    state=LineState.OPEN,
    amount=Decimal(1000),
    held=True,
)


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("none", K.HIRING, set()),
        ("LIVING_ALLOWANCE+HIRING", K.HIRING, {K.LIVING_ALLOWANCE}),
        ("LIVING_ALLOWANCE+HIRING", K.LIVING_ALLOWANCE, {K.HIRING}),
        ("LIVING_ALLOWANCE+HIRING", K.MENTORING, set()),
        ("HIRING+SERVICE,TRAINING+HIRING", K.HIRING, {K.SERVICE, K.TRAINING}),
        ("HIRING+HIRING", K.HIRING, {K.HIRING}),
    ],
)
def test_x14_a_forbidden_pair_excludes_both_ways(
    value: str, kind: ClaimKind, expected: set[ClaimKind]
) -> None:
    assert list_excluded_kinds(pairs(value), kind, CHAOYANG_DISTRICT, DAY) == expected


def test_x14_the_pairs_are_those_of_the_region_and_the_day() -> None:
    policy = pairs("LIVING_ALLOWANCE+HIRING", region="510000")
    assert list_excluded_kinds(policy, K.HIRING, CHAOYANG_DISTRICT, DAY) == set()
    assert list_excluded_kinds(policy, K.HIRING, "510104", DAY) == {K.LIVING_ALLOWANCE}


def test_x14_only_what_holds_the_person_stands_against_a_line() -> None:
    others = [BENEFIT, replace(BENEFIT, held=False), replace(BENEFIT, kind=K.MENTORING)]
    assert (
        find_conflicting_benefits(K.LIVING_ALLOWANCE, HERE, frozenset({K.HIRING}), others)
        == others[:1]
    )


def test_x14_a_kind_that_excludes_itself_bars_a_second_unit_and_no_later_month() -> None:
    own, theirs = replace(BENEFIT, unit_id=HERE), BENEFIT
    assert find_conflicting_benefits(K.HIRING, HERE, frozenset({K.HIRING}), [own, theirs]) == [
        theirs
    ]


def test_x14_the_applicant_learns_that_there_is_a_conflict_and_the_reviewer_which() -> None:
    against = [BENEFIT, replace(BENEFIT, kind=K.LIVING_ALLOWANCE, month=date(2024, 8, 1))]
    told = find_conflict_fault(against, review=False)
    assert told is not None
    assert (told.reason, told.figures) == (Reason.BENEFIT_CONFLICT, {})
    seen = find_conflict_fault(against, review=True)
    assert seen is not None
    assert seen.reason is Reason.COMBINATION_FORBIDDEN
    assert seen.figures == {"benefits": "HIRING 2024, LIVING_ALLOWANCE 2024-08"}
    assert find_conflict_fault([], review=True) is None


def test_x14_a_unit_of_another_region_is_not_named() -> None:
    assert mask_unit_name("别家有限公司", NANGUAN_DISTRICT, NANGUAN_DISTRICT) == "别家有限公司"
    assert mask_unit_name("别家有限公司", NANGUAN_DISTRICT, "220100") == "别家有限公司"
    assert mask_unit_name("别家有限公司", NANGUAN_DISTRICT, CHAOYANG_DISTRICT) == HIDDEN_UNIT_NAME
    assert mask_unit_name("别家有限公司", NANGUAN_DISTRICT, None) == HIDDEN_UNIT_NAME
