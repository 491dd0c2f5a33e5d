"""The page of the risk controls says what the code does (X3)."""

from pathlib import Path

import pytest

from rules.kernel.declared_control import CONTROL_DECLARATIONS
from rules.kernel.finding import Control
from rules.kernel.parameter_key import PARAMETER_KEYS
from tools import controls


def test_x3_the_page_of_controls_is_current() -> None:
    assert controls.PAGE.read_text(encoding="utf-8") == controls.render_page()
    assert controls.main(["--check"]) == 0


def test_a_page_that_is_not_current_is_told_and_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(controls, "PAGE", tmp_path / "page.md")
    assert controls.main(["--check"]) == 1
    assert "make controls" in capsys.readouterr().err
    assert controls.main([]) == 0
    assert controls.main(["--check"]) == 0


def test_x3_every_control_speaks_both_languages_and_names_figures_that_there_are() -> None:
    for each in CONTROL_DECLARATIONS:
        for sentence in (each.name, each.asks, each.evidence):
            assert sentence.en.isascii()
            assert not sentence.zh.isascii()
        assert set(each.parameters) <= set(PARAMETER_KEYS)
        assert each.fails


def test_x3_only_the_number_of_trainings_may_be_overridden() -> None:
    """Only what a manual says "in principle" may be: S21."""
    assert [each.control for each in CONTROL_DECLARATIONS if each.overridable] == [
        Control.TRAINING_PLACES
    ]
