import pytest

from models.kernel.region import RegionLevel
from rules.kernel.refusal import Reason, Unreadable
from rules.kernel.region import (
    NATION_CODE,
    REGIONS,
    compute_code_range,
    is_city_district,
    list_ancestors,
    parse_region,
)


@pytest.mark.parametrize(
    ("code", "name", "parent"),
    [
        ("000000", "全国", None),
        ("220000", "吉林省", "000000"),
        ("220100", "长春市", "220000"),
        ("220112", "双阳区", "220100"),
        ("220113", "九台区", "220100"),
        ("220184", "公主岭市", "220100"),
        ("222401", "延吉市", "222400"),
        ("222404", "珲春市", "222400"),
        ("220721", "前郭尔罗斯蒙古族自治县", "220700"),
        ("220621", "抚松县", "220600"),
        ("510000", "四川省", "000000"),
        ("510100", "成都市", "510000"),
        ("510116", "双流区", "510100"),
        ("510117", "郫都区", "510100"),
        ("510118", "新津区", "510100"),
        ("510185", "简阳市", "510100"),
        ("330114", "钱塘区", "330100"),
        ("429021", "神农架林区", "429000"),
        ("810000", "香港特别行政区", "000000"),
    ],
)
def test_x10_the_tree_is_that_of_gb_t_2260(code: str, name: str, parent: str | None) -> None:
    assert (REGIONS[code].name, REGIONS[code].parent) == (name, parent)


@pytest.mark.parametrize(
    "code",
    [
        "220181",
        "220381",
        "220320",
        "222100",
        "220101",
        "510122",
        "510124",
        "510132",
        "510200",
        "429001",
    ],
    ids=str,
)
def test_x10_abolished_regions_are_not_in_the_tree(code: str) -> None:
    assert code not in REGIONS


def test_x10_jilin_has_nine_prefectures_and_sixty_districts_and_counties() -> None:
    jilin = [region for code, region in REGIONS.items() if code.startswith("22")]
    assert sum(region.level is RegionLevel.CITY for region in jilin) == 9
    assert sum(region.level is RegionLevel.DISTRICT for region in jilin) == 60


def test_x10_sichuan_has_21_prefectures_and_183_districts_and_counties() -> None:
    sichuan = [region for code, region in REGIONS.items() if code.startswith("51")]
    assert sum(region.level is RegionLevel.CITY for region in sichuan) == 21
    assert sum(region.level is RegionLevel.DISTRICT for region in sichuan) == 183


def test_x10_every_parent_stands_in_the_tree_before_its_children() -> None:
    seen: set[str | None] = {None}
    for code, region in REGIONS.items():
        assert region.parent in seen
        seen.add(code)


def test_x10_every_name_is_clean_and_every_range_holds_its_children() -> None:
    for code, region in REGIONS.items():
        assert not set(region.name) & set("[]-,區縣 0123456789")
        if region.parent:
            low, high = compute_code_range(region.parent)
            assert low < code <= high


@pytest.mark.parametrize(
    ("code", "low", "high"),
    [
        ("000000", "000000", "999999"),
        ("220000", "220000", "229999"),
        ("220100", "220100", "220199"),
        ("220113", "220113", "220113"),
    ],
)
def test_x10_a_regions_tree_is_a_range_of_codes(code: str, low: str, high: str) -> None:
    assert compute_code_range(code) == (low, high)


@pytest.mark.parametrize(
    ("code", "above"),
    [
        ("220113", ("220113", "220100", "220000", "000000")),
        ("220100", ("220100", "220000", "000000")),
        ("220000", ("220000", "000000")),
        (NATION_CODE, (NATION_CODE,)),
        ("220381", ("220381", "220300", "220000", "000000")),
    ],
)
def test_x6_the_most_specific_region_comes_first(code: str, above: tuple[str, ...]) -> None:
    assert list_ancestors(code) == above


@pytest.mark.parametrize(
    "code", ["220102", "220113", "220211", "510116", "110101", "500156", "310151"]
)
def test_j27_districts_of_cities_are_told_by_their_code(code: str) -> None:
    assert is_city_district(code)


@pytest.mark.parametrize(
    "code", ["220122", "220184", "222401", "222404", "220721", "513201", "429004", "659001"]
)
def test_j27_counties_and_cities_in_prefectures_are_not_city_districts(code: str) -> None:
    assert not is_city_district(code)


def test_j27_the_code_agrees_with_the_name_in_jilin_and_sichuan() -> None:
    for code, region in REGIONS.items():
        if code[:2] in {"22", "51"} and region.level is RegionLevel.DISTRICT:
            assert is_city_district(code) is region.name.endswith("区")


def test_x21_a_region_that_exists_is_read() -> None:
    assert parse_region("220113") == "220113"
    assert parse_region("000000") == "000000"


@pytest.mark.parametrize(
    "text", ["", "22", "220199", "220381", " 220113", "２２０１１３", None, 220113, []]
)
def test_x21_no_other_region_is_read(text: object) -> None:
    assert parse_region(text) == Unreadable(Reason.NOT_A_REGION)
