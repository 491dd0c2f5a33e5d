from collections import Counter
from pathlib import Path

import pytest

from tools.mutant_tests import choose_tests, sort_by_file
from tools.mutants import Mutant, print_results, write_results

FEE = "tests/rules/test_fee.py::test_a_fee"
DESK = "tests/rules/test_desk.py::test_a_desk"


def a_mutant(path: str = "rules/fee.py", before: str = "a < b", repeat: int = 0) -> Mutant:
    return Mutant(
        path=path,
        line=3,
        function="fee",
        before=before,
        after="a <= b",
        repeat=repeat,
        name=f"{path}.x_fee__mutmut_1",
    )


def test_a_module_that_moves_keeps_its_mutants_place_in_the_draw() -> None:
    moved = a_mutant("rules/training/fee.py")
    assert moved.draw(1) == a_mutant().draw(1)
    assert moved.draw(2) != a_mutant().draw(1)
    assert a_mutant(before="a > b").draw(1) != a_mutant().draw(1)
    assert a_mutant(repeat=1).draw(1) != a_mutant().draw(1)


def test_each_tests_first_case_comes_before_a_second_one_and_the_modules_own_tests_first() -> None:
    tests = [f"{DESK}[1]", f"{DESK}[2]", f"{FEE}[1]", f"{FEE}[2]"]
    chosen = choose_tests("rules.training.fee.x_fee", tests, Counter(tests), 3)
    assert chosen == [f"{FEE}[1]", f"{DESK}[1]", f"{FEE}[2]"]


def test_a_test_that_calls_few_functions_comes_before_one_that_calls_many() -> None:
    breadth = Counter({FEE: 9, f"{FEE}_too": 2})
    assert choose_tests("rules.fee.x_fee", [FEE, f"{FEE}_too"], breadth, 1) == [f"{FEE}_too"]


def test_the_tests_of_a_file_run_one_after_the_other_the_quick_ones_first() -> None:
    durations = {f"{FEE}[1]": 2.0, f"{FEE}[2]": 1.0, DESK: 0.5}
    assert sort_by_file(list(durations), durations) == [f"{FEE}[2]", f"{FEE}[1]", DESK]


def test_what_was_killed_before_a_move_and_lives_after_it_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    earlier = tmp_path / "rules.tsv"
    write_results(earlier, {a_mutant(): "killed", a_mutant(repeat=1): "survived"})
    later = [a_mutant("rules/training/fee.py", repeat=repeat) for repeat in range(2)]
    print_results("rules", dict.fromkeys(later, "survived"), earlier)
    assert capsys.readouterr().out.splitlines() == [
        "rules: 2 survived",
        "no longer killed: rules/training/fee.py:3: a < b -> a <= b",
    ]
