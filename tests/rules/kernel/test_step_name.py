"""X9: a history is read in words: no step and no state stands in it as a code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import models
from rules.kernel.action import Action
from rules.kernel.step_name import STEP_NAMES, name_state, name_step
from rules.kernel.workflow import LineAction
from tests.factories.failures import AllFailures

ROOT = Path(__file__).parents[3]
CODE = re.compile(r"[A-Z]{3,}(?:_[A-Z]+)*")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NO_STEPS = {
    *("APPEAL", "CHANGED", "CONFIRMED", "DROP", "FUNCTION", "GRANTED", "KEPT", "LIMIT", "MONTH"),
    *("NEW", "NULL", "PROPOSED", "READ_RECORDS", "REVOKED", "ROSTER", "SAME", "SCOPE"),
    "TEMPORARY",
}
"""Constants of resolvers that are written into no history."""

STATES = (
    models.Status,
    models.LineState,
    models.BatchState,
    models.PaymentState,
    models.DifferenceState,
    models.ParameterStatus,
    models.AppealStatus,
    models.FindingState,
    models.RosterState,
    models.BoardState,
)


def list_codes() -> Iterator[str]:
    """List what resolvers and commands spell like the name of a step."""
    modules = [*(ROOT / "resolvers").rglob("*.py"), ROOT / "server/cli/client.py"]
    for path in [*modules, ROOT / "server/cli/certificate.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and CODE.fullmatch(text):
                yield text


def test_every_step_that_is_written_has_a_name_in_both_languages() -> None:
    steps = ({*list_codes()} - NO_STEPS) | {*Action} | {*LineAction}
    steps |= {f"{action}_LINE" for action in LineAction}
    steps |= {f"BOARD_{state}" for state in models.BoardState}
    assert STEP_NAMES.keys() - steps == set()
    with AllFailures() as failures:
        for step in sorted(steps):
            with failures.at(step):
                name = name_step(step, "Claim")
                assert CHINESE.search(name.zh)
                assert CODE.search(name.zh) is None
                assert CODE.search(name.en) is None


def test_every_state_has_a_name_in_both_languages() -> None:
    with AllFailures() as failures:
        for state in (each for states in STATES for each in states):
            with failures.at(state):
                assert CHINESE.search(name_state(state).zh)
                assert CODE.search(name_state(state).en) is None


def test_one_step_is_called_otherwise_of_another_record() -> None:
    assert name_step("RECOVER", "Clawback").zh == "登记退款"
    assert name_step("RECOVER", "AccountAppeal").zh == "找回账号"
    assert name_step("STRIKE_LINE", "Claim") == ("剔除（明细）", "strike (a line)")
    assert name_step("BOARD_DEAD", "Post") == ("就业在线：推送已终止", "job board: given up")
