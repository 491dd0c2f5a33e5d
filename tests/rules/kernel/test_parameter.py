from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from rules.kernel.parameter import (
    PARAMETER_KEYS,
    MissingParameter,
    Parameter,
    Policy,
    find_parameter_in_force,
)
from rules.kernel.parameter_key import (
    CappedShare,
    DayCount,
    IntegerRange,
    ParameterKind,
    Period,
    build_example,
    has_category,
    parse_value,
)
from rules.kernel.refusal import Reason, Unreadable
from tests.factories.failures import AllFailures
from tests.factories.parameter import a_parameter

DAY = date(2024, 9, 1)
DISTRICT = "220113"


def value_in_force(
    *parameters: Parameter, on: date = DAY, category: str | None = None
) -> str | None:
    found = find_parameter_in_force(parameters, "minimum_wage", DISTRICT, on, category)
    return found.value if found else None


def test_x6_a_district_overrides_its_city_and_a_city_its_province() -> None:
    nation = a_parameter(value="1", region="000000")
    province = a_parameter(value="2", region="220000")
    city = a_parameter(value="3", region="220100")
    district = a_parameter(value="4", region=DISTRICT)
    assert value_in_force(nation) == "1"
    assert value_in_force(province, nation) == "2"
    assert value_in_force(nation, city, province) == "3"
    assert value_in_force(district, nation, city, province) == "4"


def test_x6_another_district_or_province_does_not_count() -> None:
    assert value_in_force(a_parameter(region="220112"), a_parameter(region="510000")) is None


def test_x6_an_older_district_value_still_overrides_a_newer_province_one() -> None:
    district = a_parameter(value="1", region=DISTRICT, effective_from=date(2020, 1, 1))
    province = a_parameter(value="2", effective_from=date(2024, 1, 1))
    assert value_in_force(district, province) == "1"


def test_x6_a_district_value_that_has_ended_gives_way_to_the_province() -> None:
    district = a_parameter(value="1", region=DISTRICT, effective_to=date(2024, 8, 31))
    assert value_in_force(district, a_parameter(value="2")) == "2"


def test_x6_both_ends_of_a_parameters_time_are_included() -> None:
    first, last = date(2024, 9, 1), date(2024, 9, 30)
    parameter = a_parameter(effective_from=first, effective_to=last)
    assert [
        value_in_force(parameter, on=day) is not None
        for day in (date(2024, 8, 31), first, last, date(2024, 10, 1))
    ] == [False, True, True, False]


def test_x6_the_category_own_value_goes_before_the_one_for_all() -> None:
    every = a_parameter(value="1", effective_from=date(2024, 1, 1))
    youth = a_parameter(value="2", category="UNEMPLOYED_YOUTH")
    assert value_in_force(every, youth, category="UNEMPLOYED_YOUTH") == "2"
    assert value_in_force(every, youth, category="GRADUATE") == "1"
    assert value_in_force(youth) is None


def test_x6_a_specific_region_goes_before_a_category() -> None:
    youth = a_parameter(value="1", category="UNEMPLOYED_YOUTH")
    district = a_parameter(value="2", region=DISTRICT)
    assert value_in_force(youth, district, category="UNEMPLOYED_YOUTH") == "2"


def test_x20_of_two_in_force_the_later_one_counts_and_then_the_later_approved() -> None:
    old = a_parameter(value="1", effective_from=date(2020, 1, 1))
    new = a_parameter(value="2", effective_from=date(2024, 1, 1))
    corrected = a_parameter(
        value="3",
        effective_from=date(2024, 1, 1),
        approved_at=datetime(2025, 1, 1, tzinfo=UTC),
    )
    assert value_in_force(new, old) == "2"
    assert value_in_force(corrected, new, old) == "3"
    assert value_in_force(old, new, corrected) == "3"


def test_x6_what_is_missing_is_named() -> None:
    with pytest.raises(MissingParameter) as missing:
        Policy(()).get_decimal("minimum_wage", DISTRICT, DAY)
    assert (missing.value.key, missing.value.region, missing.value.on) == (
        "minimum_wage",
        DISTRICT,
        DAY,
    )


def test_x6_what_was_used_is_remembered_once_and_what_was_not_is_not() -> None:
    wage, days = a_parameter(), a_parameter("internship.min_days", "15", confirmed=False)
    policy = Policy([wage, days])
    assert policy.used == []
    assert policy.get_decimal("minimum_wage", DISTRICT, DAY) == Decimal(1880)
    assert policy.get_decimal("minimum_wage", DISTRICT, DAY) == Decimal(1880)
    assert policy.used == [wage]
    assert policy.confirmed
    assert policy.get_integer("internship.min_days", DISTRICT, DAY) == 15
    assert policy.used == [wage, days]
    assert not policy.confirmed


def test_x6_a_policy_may_be_loaded_from_an_iterator() -> None:
    policy = Policy(iter([a_parameter()]))
    assert policy.get_decimal("minimum_wage", DISTRICT, DAY) == Decimal(1880)
    assert policy.new_usage_recorder().get_decimal("minimum_wage", DISTRICT, DAY) == Decimal(1880)


def test_x6_a_policy_gives_each_kind_of_value() -> None:
    policy = Policy(
        a_parameter(key, value)
        for key, value in {
            "money.rounding": "HALF_UP 0.01",
            "training.payment_waits_for_completion": "false",
            "internship.youth_age": "16-24",
            "publicity.days": "7 calendar",
            "programme.period": "2020-02-01/2020-12-31",
            "training.amount": "0.95 at most 600",
            "attachments.required": "DIPLOMA,ROSTER",
        }.items()
    )
    assert policy.get_text("money.rounding", DISTRICT, DAY) == "HALF_UP 0.01"
    assert policy.get_flag("training.payment_waits_for_completion", DISTRICT, DAY) is False
    assert policy.get_span("internship.youth_age", DISTRICT, DAY) == IntegerRange(16, 24)
    assert policy.get_days("publicity.days", DISTRICT, DAY) == DayCount(7, working=False)
    assert policy.get_period("programme.period", DISTRICT, DAY).last == date(2020, 12, 31)
    assert policy.get_capped_share("training.amount", DISTRICT, DAY).most == Decimal(600)
    assert policy.get_names("attachments.required", DISTRICT, DAY) == ("DIPLOMA", "ROSTER")


def test_x6_a_value_of_another_kind_is_no_answer() -> None:
    with pytest.raises(TypeError, match="minimum_wage"):
        Policy([a_parameter()]).get_integer("minimum_wage", DISTRICT, DAY)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("minimum_wage", "1880", Decimal(1880)),
        ("internship.wage_floor_ratio", "1.6", Decimal("1.6")),
        ("internship.min_days", "15", 15),
        ("training.payment_waits_for_completion", "true", True),
        ("internship.youth_age", "16-24", IntegerRange(16, 24)),
        ("publicity.days", "5 working", DayCount(5, working=True)),
        ("attachments.required", "none", ()),
        ("attachments.required", "DIPLOMA,OTHER", ("DIPLOMA", "OTHER")),
        ("attachments.types", "PDF,OFD", ("PDF", "OFD")),
        ("attachments.max_size", "20", 20),
        (
            "combination.forbidden",
            "HIRING+SERVICE,MENTORING+HIRING",
            ("HIRING+SERVICE", "MENTORING+HIRING"),
        ),
        ("training.amount", "0.95 at most 600", CappedShare(Decimal("0.95"), Decimal(600))),
        ("programme.period", "2020-02-01/2020-12-31", Period(date(2020, 2, 1), date(2020, 12, 31))),
        ("hotline", "0431-12333", "0431-12333"),
        ("money.rounding", "HALF_UP 0.01", "HALF_UP 0.01"),
    ],
)
def test_x6_a_value_is_read_as_its_key_demands(key: str, text: str, value: object) -> None:
    assert parse_value(key, text) == value


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("minimum_wage", "-1880"),
        ("minimum_wage", "1,880"),
        ("minimum_wage", "１８８０"),
        ("minimum_wage", "NaN"),
        ("minimum_wage", 1880),
        ("internship.wage_floor_ratio", "160"),
        ("mentoring.retention_ratio", "50"),
        ("internship.min_days", "32"),
        ("internship.min_days", "15.5"),
        ("internship.youth_age", "24-16"),
        ("publicity.days", "5"),
        ("publicity.days", "0 working"),
        ("training.payment_waits_for_completion", "TRUE"),
        ("training.amount", "95 at most 600"),
        ("programme.period", "2020-12-31/2020-02-01"),
        ("programme.period", "2020-02-30/2020-12-31"),
        ("mentoring.denominator", "WHATEVER"),
        ("money.rounding", "HALF_UP 0.001"),
        ("attachments.required", ""),
        ("attachments.required", "DIPLOMA,UNHEARD_OF"),
        ("attachments.types", "PDF,HTML"),
        ("attachments.max_size", "101"),
        ("hotline", "   "),
        ("hotline", "1\u202e2"),
    ],
)
def test_x6_a_value_that_does_not_fit_is_refused(key: str, text: object) -> None:
    assert parse_value(key, text) == Unreadable(Reason.PARAMETER_VALUE_MALFORMED)


def test_x6_an_unknown_key_is_refused() -> None:
    assert parse_value("minimum_wages", "1") == Unreadable(Reason.PARAMETER_KEY_UNKNOWN)
    assert not has_category("minimum_wages", None)


def test_x6_a_key_has_the_categories_that_it_may_differ_for() -> None:
    assert has_category("internship.allowance_ratio", "GRADUATE")
    assert has_category("internship.allowance_ratio", None)
    assert not has_category("internship.allowance_ratio", "HIRING")
    assert not has_category("minimum_wage", "GRADUATE")


def test_x6_every_kind_of_value_is_some_keys() -> None:
    assert {spec.kind for spec in PARAMETER_KEYS.values()} == set(ParameterKind)


def test_x5_a_cited_parameter_names_its_dates_and_source() -> None:
    cited = a_parameter(effective_to=date(2024, 9, 30), confirmed=False).to_citation()
    assert cited["effectiveFrom"] == "2020-01-01"
    assert cited["effectiveTo"] == "2024-09-30"
    assert cited["source"] == "a notice"
    assert cited["confirmed"] is False


def test_x6_every_key_has_an_example_that_it_would_take() -> None:
    with AllFailures() as failures:
        for key in PARAMETER_KEYS:
            with failures.at(key):
                assert not isinstance(parse_value(key, build_example(key)), Unreadable)
