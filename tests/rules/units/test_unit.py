from datetime import date, timedelta

import pytest

from rules.units.unit import (
    PROFILE_FIELDS,
    FormerName,
    add_former_name,
    list_account_names,
    list_missing_items,
    parse_former_names,
)
from tests.factories.parameter import build_seed_policy

COMPLETE: dict[str, object] = dict.fromkeys(PROFILE_FIELDS, "given") | {"employees": 12}


def test_j6_a_complete_profile_lacks_nothing() -> None:
    assert list_missing_items(COMPLETE) == []


@pytest.mark.parametrize("name", PROFILE_FIELDS)
@pytest.mark.parametrize("nothing", [None, ""])
def test_j6_each_missing_field_is_named_as_clients_and_officials_know_it(
    name: str, nothing: str | None
) -> None:
    ((chinese, english),) = list_missing_items(COMPLETE | {name: nothing})
    assert not chinese.isascii()
    head, *tail = name.removesuffix("_masked").split("_")
    assert english == head + "".join(map(str.capitalize, tail))


def test_j6_everything_that_is_missing_is_named_at_once() -> None:
    assert len(list_missing_items(dict.fromkeys(PROFILE_FIELDS))) == len(PROFILE_FIELDS)


def test_j6_a_unit_without_employees_has_still_told_so() -> None:
    assert list_missing_items(COMPLETE | {"employees": 0}) == []


def test_j7_a_former_name_serves_for_365_days_and_the_last_of_them_counts() -> None:
    changed = date(2025, 3, 1)
    former = [FormerName("旧名", changed), FormerName("更旧", changed - timedelta(days=400))]
    policy = build_seed_policy()
    for days, names in ((0, ["新名", "旧名"]), (365, ["新名", "旧名"]), (366, ["新名"])):
        today = changed + timedelta(days=days)
        assert list_account_names("新名", former, "220104", today, policy) == names


def test_j7_former_names_are_kept_latest_first_but_for_one_that_is_had_again() -> None:
    first, second = date(2025, 3, 1), date(2025, 9, 1)
    once = add_former_name([], "甲公司", "乙公司", first)
    assert parse_former_names(once) == [FormerName("甲公司", first)]
    twice = add_former_name(once, "乙公司", "丙公司", second)
    assert [each.name for each in parse_former_names(twice)] == ["乙公司", "甲公司"]
    back = add_former_name(once, "乙公司", "甲公司", second)
    assert parse_former_names(back) == [FormerName("乙公司", second)]
