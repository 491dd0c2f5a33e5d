"""Every rule that is not open is claimed by the code and proved by a test that names it."""

from tools.rule_title import OPEN, PARTLY, TITLE_BY_RULE
from tools.rulebook import RuleState, list_standings


def test_every_rule_that_is_not_open_is_claimed_by_the_code_and_named_by_a_test() -> None:
    found = {
        rule: standing.state
        for rule, standing in list_standings().items()
        if standing.state in {RuleState.UNCLAIMED, RuleState.UNTESTED}
    }
    assert not found, "claimed in no docstring, or named by no test's name or docstring"


def test_a_rule_is_open_or_partly_built_and_never_both() -> None:
    assert set(TITLE_BY_RULE) >= OPEN
    assert set(TITLE_BY_RULE) - OPEN >= set(PARTLY)
    assert all(PARTLY.values())
