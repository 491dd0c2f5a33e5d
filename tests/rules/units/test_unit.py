import pytest

from rules.units.unit import PROFILE_FIELDS, list_missing_items

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
