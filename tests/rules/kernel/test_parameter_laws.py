"""X6, X20, X21: which parameter counts, against a search that tries one after the other."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random

import pytest
from hypothesis import strategies as st

from rules.kernel.parameter import MissingParameter, Parameter, Policy, find_parameter_in_force
from tests.factories.parameter import a_parameter
from tests.factories.properties import for_all

ABOVE = {
    "220104": ("220104", "220100", "220000", "000000"),
    "220113": ("220113", "220100", "220000", "000000"),
    "222401": ("222401", "222400", "220000", "000000"),
    "510116": ("510116", "510100", "510000", "000000"),
    "220000": ("220000", "000000"),
}
"""Written out: a region, and what lies above it, the most specific first."""
KEY = "internship.allowance_ratio"
CATEGORIES = st.sampled_from([None, "GRADUATE", "UNEMPLOYED_YOUTH"])
DATES = st.dates(date(2024, 1, 1), date(2024, 1, 20))
APPROVALS = st.integers(1, 3).map(lambda day: datetime(2024, 1, day, tzinfo=UTC))


@st.composite
def parameters(draw: st.DrawFn) -> Sequence[Parameter]:
    """Draw few regions, days and approvals, so that much competes; each row is another one."""
    found = {}
    for n in range(draw(st.integers(0, 12))):
        first = draw(DATES)
        one = a_parameter(
            draw(st.sampled_from([KEY, KEY, KEY, "internship.wage_floor_ratio"])),
            f"0.{n + 1:04d}",
            region=draw(st.sampled_from(sorted({r for above in ABOVE.values() for r in above}))),
            category=draw(CATEGORIES),
            effective_from=first,
            effective_to=draw(st.none() | st.dates(first, date(2024, 1, 25))),
            confirmed=draw(st.booleans()),
            approved_at=draw(APPROVALS),
        )
        found[one.id] = one
    return [*found.values()]


def searched(
    known: Sequence[Parameter], region: str, on: date, category: str | None
) -> Parameter | None:
    """Go from the region upwards; at each, first what is the category's own, then the rest."""
    for at in ABOVE[region]:
        for wanted in (category, None) if category else (None,):
            here = [
                one
                for one in known
                if (one.key, one.region, one.category) == (KEY, at, wanted)
                and one.effective_from <= on
                and not (one.effective_to and one.effective_to < on)
            ]
            if here:
                latest = max(one.effective_from for one in here)
                of_day = [one for one in here if one.effective_from == latest]
                approved = max(one.approved_at for one in of_day)
                return max((o for o in of_day if o.approved_at == approved), key=lambda o: o.id)
    return None


@for_all(
    known=parameters(),
    region=st.sampled_from([*ABOVE]),
    on=DATES,
    category=CATEGORIES,
    seed=st.integers(),
)
def test_x6_the_most_specific_region_counts_then_the_category_then_the_latest(
    known: Sequence[Parameter], region: str, on: date, category: str | None, seed: int
) -> None:
    expected = searched(known, region, on, category)
    assert find_parameter_in_force(known, KEY, region, on, category) == expected
    mixed = [*known]
    Random(seed).shuffle(mixed)  # noqa: S311 - the order of rows, no secret
    assert find_parameter_in_force(mixed, KEY, region, on, category) == expected
    policy = Policy(known)
    if expected is None:
        with pytest.raises(MissingParameter):
            policy.get_decimal(KEY, region, on, category)
        assert policy.used == []
    else:
        assert policy.get_decimal(KEY, region, on, category) == Decimal(expected.value)
        assert policy.used == [expected]
        assert policy.confirmed is expected.confirmed


@for_all(known=parameters(), region=st.sampled_from([*ABOVE]), on=DATES, category=CATEGORIES)
def test_x6_what_lies_elsewhere_or_at_another_time_changes_nothing(
    known: Sequence[Parameter], region: str, on: date, category: str | None
) -> None:
    found = find_parameter_in_force(known, KEY, region, on, category)
    relevant = [
        one
        for one in known
        if one.key == KEY and one.region in ABOVE[region] and one.category in {None, category}
    ]
    assert find_parameter_in_force(relevant, KEY, region, on, category) == found
    without = [one for one in known if one != found]
    if found is not None:
        assert find_parameter_in_force(without, KEY, region, on, category) != found
