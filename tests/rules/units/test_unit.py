import pytest

from rules.units.unit import PROFILE, missing

COMPLETE: dict[str, object] = dict.fromkeys(PROFILE, "given") | {"employees": 12}


def test_j6_a_complete_profile_lacks_nothing() -> None:
    assert missing(COMPLETE) == []


@pytest.mark.parametrize("name", PROFILE)
@pytest.mark.parametrize("nothing", [None, ""])
def test_j6_each_missing_field_is_named_as_clients_and_officials_know_it(
    name: str, nothing: str | None
) -> None:
    ((chinese, english),) = missing(COMPLETE | {name: nothing})
    assert not chinese.isascii()
    head, *tail = name.removesuffix("_masked").split("_")
    assert english == head + "".join(map(str.capitalize, tail))


def test_j6_everything_that_is_missing_is_named_at_once() -> None:
    assert len(missing(dict.fromkeys(PROFILE))) == len(PROFILE)


def test_j6_a_unit_without_employees_has_still_told_so() -> None:
    assert missing(COMPLETE | {"employees": 0}) == []
