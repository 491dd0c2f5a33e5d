"""Every rule that is not open is claimed by the code and proved by a test that names it."""

from tools.rule_title import OPEN, PARTLY, TITLE_BY_RULE
from tools.rulebook import RuleState, list_standings


def test_every_rule_that_is_not_open_is_claimed_by_the_code() -> None:
    found = [rule for rule, s in list_standings().items() if s.state is RuleState.UNCLAIMED]
    assert not found, f"Not open, but claimed in no docstring: {', '.join(found)}"


def test_every_rule_that_is_not_open_is_named_by_a_test() -> None:
    found = [rule for rule, s in list_standings().items() if s.state is RuleState.UNTESTED]
    assert not found, f"Claimed, but named by no test's name or docstring: {', '.join(found)}"


def test_a_rule_is_open_or_partly_built_and_never_both() -> None:
    assert set(TITLE_BY_RULE) >= OPEN
    assert set(TITLE_BY_RULE) - OPEN >= set(PARTLY)
    assert all(PARTLY.values())
