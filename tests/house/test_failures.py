"""What loops over combinations stand on: no failure is lost, and an empty loop is no proof."""

import pytest

from tests.factories.failures import MAX_SHOWN, AllFailures


def test_a_loop_goes_on_and_tells_every_failure_by_what_it_was() -> None:
    seen = []

    def loop() -> None:
        with AllFailures() as failures:
            for number in range(6):
                with failures.at("number", number):
                    seen.append(number)
                    assert number % 2, "even"
                    if number == 3:
                        raise KeyError("three")
                    if number == 5:
                        pytest.fail("five")

    with pytest.raises(pytest.fail.Exception) as failed:
        loop()
    assert seen == [*range(6)]
    told = str(failed.value)
    assert told.startswith("5 of 6 combinations failed:\n")
    for number in (0, 2, 4):
        assert f"- number, {number} (test_failures.py:" in told
    assert told.count("AssertionError: even") == 3
    assert "KeyError: 'three'" in told
    assert "Failed: five" in told
    assert "number, 1" not in told


def test_a_loop_over_nothing_fails() -> None:
    with pytest.raises(pytest.fail.Exception, match="no combination"), AllFailures():
        pass


def test_what_breaks_the_loop_itself_is_raised_and_not_hidden_by_what_was_collected() -> None:
    def loop() -> None:
        with AllFailures() as failures:
            with failures.at("one"):
                raise KeyError("collected")
            raise LookupError("the loop")

    with pytest.raises(LookupError, match="the loop"):
        loop()


def test_an_interruption_is_no_failure_of_a_combination() -> None:
    def loop() -> None:
        with AllFailures() as failures, failures.at("one"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loop()


def test_of_very_many_failures_the_first_are_told_and_the_rest_counted() -> None:
    def loop() -> None:
        with AllFailures() as failures:
            for number in range(MAX_SHOWN + 3):
                with failures.at(number):
                    pytest.fail("no")

    with pytest.raises(pytest.fail.Exception) as failed:
        loop()
    assert str(failed.value).endswith("... and 3 more")


def test_a_loop_without_failures_passes() -> None:
    with AllFailures() as failures, failures.at("one"):
        assert failures.combinations == 1
