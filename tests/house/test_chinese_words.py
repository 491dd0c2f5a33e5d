"""Chinese messages read as officials write: no codes, no doubled stops, no blanks round figures."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path

import models
from rules.desk.unmasking import PersonalField
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.parameter_key import PARAMETER_KEYS
from rules.kernel.refusal import Fault, Reason
from rules.kernel.term import (
    CODED_FIGURES,
    NO_ACTIONS_TEXT,
    PARAMETER_NAMES,
    format_chinese_figure,
)
from rules.kernel.viewer import Language
from rules.kernel.wording import WORDING, format_fault
from rules.kernel.workflow import LineAction
from tests.factories.failures import AllFailures

ROOT = Path(__file__).parents[2]
ROOMS = ("rules", "resolvers")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
STOPS = "。，；：、？！"
DOUBLED = re.compile(rf"[{STOPS}][{STOPS}.,;:]|\.\.|[.,;:][{STOPS}]")
BLANK = re.compile(
    r"[\u4e00-\u9fff，。；：、（“] +[0-9A-Za-z{]|[0-9A-Za-z}] +[\u4e00-\u9fff，。；：、）”]"
)
"""A blank between a Chinese character and a figure; signs of sums stand apart from both."""

SIGNS = re.compile(r" [=×÷+/-] ")
ASCII_WORDS = re.compile(r"[A-Za-z#][A-Za-z#/_-]*")
KNOWN_WORDS = {
    *("Excel", "WPS", "xlsx", "Parquet", "GB", "MB", "N/A", "###", "#N/A", "UUID"),
    *("endCursor", "as-of", "asOf", "region"),
}
"""Names of products, formats and standards, and what machines that call have to send."""

STANDARD_NAMES = ("GB 18030",)
"""What has a blank in its own name."""


def list_sentences() -> Iterator[tuple[str, str]]:
    """Name every Chinese sentence with a figure in it, as the code spells it, and where it is."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.JoinedStr):
                    text = "".join(_spell(part) for part in node.values)
                    if CHINESE.search(text):
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", text


def _spell(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else "{}"


def find_blank(text: str) -> str | None:
    """Return where a blank stands beside a figure, but for the signs of a sum."""
    for name in STANDARD_NAMES:
        text = text.replace(name, "")
    found = BLANK.search(SIGNS.sub("=", text))
    return found[0] if found else None


def test_no_message_has_a_doubled_stop_or_a_blank_beside_a_figure() -> None:
    with AllFailures() as failures:
        for reason in Reason:
            with failures.at(reason):
                for part in WORDING[reason].zh:
                    assert DOUBLED.search(part) is None, part
                    assert find_blank(part) is None, part
                    assert part.endswith("。"), part


def test_no_message_has_words_that_an_official_would_not_know() -> None:
    with AllFailures() as failures:
        for reason in Reason:
            with failures.at(reason):
                for part in WORDING[reason].zh:
                    words = set(ASCII_WORDS.findall(re.sub(r"\{\w+\}", "", part)))
                    assert {w.strip("-/") for w in words} <= KNOWN_WORDS, part


STATES: Iterable[type[StrEnum]] = (
    models.Status,
    models.LineState,
    models.BatchState,
    models.PaymentState,
    models.DifferenceState,
    models.ParameterStatus,
    models.BoardState,
    models.AppealStatus,
    models.FindingState,
    models.RosterState,
    models.TraineeOutcome,
)
CODES_BY_FIGURE: Mapping[str, Iterable[type[StrEnum]]] = {
    "status": STATES,
    "state": STATES,
    "possible": (Action, LineAction, Function),
    "functions": (Function,),
    "holders": (models.Role,),
    "role": (models.Role,),
    "roles": (models.Role,),
    "held": (models.Role,),
    "kind": (models.ClaimKind, models.RosterKind),
    "wanted": (models.RosterKind,),
    "benefits": (models.ClaimKind,),
    "field": (PersonalField,),
    "size": (models.EnterpriseSize,),
    "sizes": (models.EnterpriseSize,),
}
"""Which codes each figure of a message may be, alone or in a list."""

CODE_WORDS = re.compile(r"[A-Z]+(?:_[A-Z]+)*[A-Z]")


def list_codes(name: str) -> list[str]:
    return [code.value for enum in CODES_BY_FIGURE[name] for code in enum]


def render(reason: Reason, name: str, figure: str) -> list[str]:
    """Say a reason in Chinese with a figure that may be a code, and some number for all others."""
    figures = {each: "7" for part in WORDING[reason].zh for each in re.findall(r"\{(\w+)\}", part)}
    told = format_fault(Fault(reason, (), figures | {name: figure}), Language.ZH)
    return [told.text, told.cure]


def test_every_figure_that_may_be_a_code_is_known_as_one() -> None:
    assert CODES_BY_FIGURE.keys() == CODED_FIGURES


def test_no_message_shows_a_code_whatever_its_figures_are() -> None:
    told = 0
    with AllFailures() as failures:
        for reason in Reason:
            used = {f for part in WORDING[reason].zh for f in re.findall(r"\{(\w+)\}", part)}
            for name in sorted(used & CODED_FIGURES):
                codes = list_codes(name)
                for figure in [*codes, ", ".join(codes[:3])]:
                    for part in render(reason, name, figure):
                        told += 1
                        with failures.at(f"{reason} {name}={figure}"):
                            shown = set(CODE_WORDS.findall(part)) - KNOWN_WORDS
                            assert shown == set(), part
                            assert DOUBLED.search(part) is None, part
                            assert find_blank(part) is None, part
    assert told > 1000


def test_no_sentence_of_evidence_or_of_a_formula_has_a_blank_beside_a_figure() -> None:
    found = list(list_sentences())
    assert len(found) > 30
    with AllFailures() as failures:
        for place, text in found:
            with failures.at(place):
                assert find_blank(text) is None, text
                assert DOUBLED.search(text) is None, text


def test_every_parameter_is_named_in_words() -> None:
    assert PARAMETER_KEYS.keys() <= PARAMETER_NAMES.keys()
    figures = {"key": "minimum_wage", "region": "220104", "date": "2024-10-01"}
    told = format_fault(Fault(Reason.PARAMETER_MISSING, (), figures), Language.ZH)
    assert told.text == "缺少政策参数“最低工资标准”（吉林省长春市朝阳区，2024-10-01）。"
    keys = format_chinese_figure("keys", "training.amount, mentoring.amount")
    assert keys == "培训补贴标准、带教补贴标准"


def test_where_nothing_may_be_done_it_says_so() -> None:
    nothing = Fault(Reason.WRONG_STATUS, (), {"status": "PAID", "possible": NO_ACTIONS_TEXT})
    assert format_fault(nothing, Language.ZH) == (
        "当前状态（已发放）不能进行此操作。",
        "目前无可办操作。",
    )
    assert format_fault(nothing, Language.EN).cure == "Nothing can be done with it now."


def test_lists_of_a_chinese_message_have_the_chinese_mark() -> None:
    """X3: months, grantors, classes, files and cells are listed as a Chinese reader lists them."""
    for name, listed in {
        "grantors": "成都市锦江区区县管理员, 成都市市级管理员",
        "months": "2024-10, 2024-11",
        "number": "510104-20261201-001, 510104-20261202-001",
        "types": "PDF, PNG",
        "ranges": "A1:B2, C3:C4",
    }.items():
        assert format_chinese_figure(name, listed) == listed.replace(", ", "、"), name
    assert format_chinese_figure("name", "Foo Co., Ltd., Chengdu") == "Foo Co., Ltd., Chengdu"
