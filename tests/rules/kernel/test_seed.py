from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from models.internship.intern import InternCategory
from rules.kernel.month import list_months
from rules.kernel.parameter import (
    PARAMETER_KEYS,
    Policy,
    find_parameter_in_force,
    has_category,
    parse_value,
)
from rules.kernel.refusal import Unreadable
from rules.kernel.region import REGIONS
from rules.kernel.seed import build_seed_parameters
from tests.factories.parameter import build_seed_policy, to_parameter

SEPTEMBER, OCTOBER = date(2024, 9, 1), date(2024, 10, 1)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return build_seed_policy()


@pytest.mark.parametrize(
    ("region", "until_september", "from_october"),
    [
        ("220102", 1880, 2120),  # 南关区
        ("220112", 1880, 2120),  # 双阳区
        ("220113", 1880, 2120),  # 九台区
        ("220100", 1880, 2120),  # 长春市本级
        ("220122", 1540, 1780),  # 农安县
        ("220182", 1540, 1780),  # 榆树市
        ("220184", 1540, 1780),  # 公主岭市
        ("220202", 1760, 1920),  # 昌邑区
        ("220211", 1760, 1920),  # 丰满区
        ("220281", 1540, 1780),  # 蛟河市
        ("220702", 1760, 1920),  # 宁江区
        ("220721", 1640, 1780),  # 前郭尔罗斯
        ("220722", 1540, 1780),  # 长岭县
        ("222401", 1760, 1920),  # 延吉市
        ("222404", 1760, 1920),  # 珲春市
        ("222402", 1540, 1780),  # 图们市
        ("220302", 1640, 1780),  # 铁西区
        ("220322", 1540, 1780),  # 梨树县
        ("220402", 1640, 1780),  # 龙山区
        ("220502", 1640, 1780),  # 东昌区
        ("220581", 1540, 1780),  # 梅河口市
        ("220602", 1640, 1920),  # 浑江区
        ("220605", 1640, 1920),  # 江源区
        ("220621", 1640, 1780),  # 抚松县
        ("220622", 1540, 1780),  # 靖宇县
        ("220802", 1540, 1780),  # 洮北区
    ],
)
def test_j27_the_minimum_wages_of_jilin_change_in_october_2024(
    policy: Policy, region: str, until_september: int, from_october: int
) -> None:
    assert policy.get_decimal("minimum_wage", region, SEPTEMBER) == until_september
    assert policy.get_decimal("minimum_wage", region, date(2024, 9, 30)) == until_september
    assert policy.get_decimal("minimum_wage", region, OCTOBER) == from_october


def test_j27_every_tier_has_as_many_districts_and_counties_as_the_notices_list(
    policy: Policy,
) -> None:
    codes = [code for code in REGIONS if code.startswith("22") and not code.endswith("00")]
    before = Counter(policy.get_decimal("minimum_wage", code, SEPTEMBER) for code in codes)
    after = Counter(policy.get_decimal("minimum_wage", code, OCTOBER) for code in codes)
    assert before == {Decimal(1880): 7, Decimal(1760): 7, Decimal(1640): 10, Decimal(1540): 36}
    assert after == {Decimal(2120): 7, Decimal(1920): 9, Decimal(1780): 44}


def test_j27_there_is_no_minimum_wage_of_jilin_elsewhere() -> None:
    assert {seed.region[:2] for seed in build_seed_parameters() if seed.key == "minimum_wage"} == {
        "22"
    }


def test_x6_every_key_has_a_seed_and_every_seed_a_key_that_it_fits() -> None:
    assert {seed.key for seed in build_seed_parameters()} == set(PARAMETER_KEYS)
    for seed in build_seed_parameters():
        assert not isinstance(parse_value(seed.key, seed.value), Unreadable), seed
        assert has_category(seed.key, seed.category), seed
        assert seed.region in REGIONS, seed
        assert seed.unit == PARAMETER_KEYS[seed.key].unit
        assert seed.source


def test_x6_every_parameter_counts_from_december_2021_on() -> None:
    homes = {"hiring": "510116", "service": "510116", "training": "510116"}
    parameters = [to_parameter(seed) for seed in build_seed_parameters()]
    for month in list_months(date(2021, 12, 1), date(2030, 12, 1)):
        for key, spec in PARAMETER_KEYS.items():
            region = homes.get(key.split(".", maxsplit=1)[0], "220113")
            region = "510116" if key == "programme.period" else region
            for category in spec.categories or (None,):
                assert find_parameter_in_force(parameters, key, region, month, category), (
                    key,
                    month,
                )


def test_x6_no_two_seeds_of_one_key_place_and_category_overlap() -> None:
    ordered = sorted(
        build_seed_parameters(),
        key=lambda seed: (seed.key, seed.region, seed.category or "", seed.effective_from),
    )
    for one, next_one in pairwise(ordered):
        if (one.key, one.region, one.category) == (
            next_one.key,
            next_one.region,
            next_one.category,
        ):
            assert one.effective_to is not None
            assert one.effective_to < next_one.effective_from


def test_x6_what_has_a_single_source_is_marked_unconfirmed() -> None:
    unconfirmed = {
        (seed.key, seed.region) for seed in build_seed_parameters() if not seed.confirmed
    }
    assert unconfirmed == {
        ("internship.min_days", "000000"),
        ("internship.wage_floor_ratio", "220000"),
        ("service.amount", "510000"),
        ("training.amount", "510000"),
        ("programme.period", "510000"),
    }


@pytest.mark.parametrize("category", InternCategory)
def test_j27_the_floor_ratio_is_confirmed_in_changchun_only(category: InternCategory) -> None:
    for region, confirmed in (("220113", True), ("220184", True), ("222401", False)):
        policy = build_seed_policy()
        policy.get_decimal("internship.wage_floor_ratio", region, SEPTEMBER, category)
        assert policy.confirmed is confirmed


def test_s12_the_service_amount_is_400_and_unconfirmed() -> None:
    policy = build_seed_policy()
    assert policy.get_decimal("service.amount", "510116", date(2022, 6, 1)) == 400
    assert not policy.confirmed


def test_s4_the_hiring_amount_is_1000_and_confirmed() -> None:
    policy = build_seed_policy()
    assert policy.get_decimal("hiring.amount", "510116", date(2022, 6, 1)) == 1000
    assert policy.confirmed


def test_x7_publicity_takes_five_working_days_everywhere() -> None:
    policy = build_seed_policy()
    assert policy.get_days("publicity.days", "220113", SEPTEMBER, "MENTORING").number == 5
    assert policy.get_days("publicity.days", "510116", SEPTEMBER).working
