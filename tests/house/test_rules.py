"""Every rule that the code claims is proved by a test that names it."""

from server.rulebook import standings


def test_every_rule_that_the_code_claims_is_named_by_a_test() -> None:
    gaps = [rule for rule, standing in standings().items() if standing.gap]
    assert not gaps, f"Claimed in a docstring, but named by no test: {', '.join(gaps)}"
