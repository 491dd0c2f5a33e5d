"""Every sentence is there in both languages, and whoever refuses supplies its figures."""

import ast
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from string import Formatter

import pytest

from models import (
    AppealStatus,
    BatchState,
    BoardState,
    ClaimKind,
    Destination,
    DifferenceState,
    EndReason,
    EnterpriseSize,
    FindingState,
    LineState,
    ParameterStatus,
    PaymentState,
    PublicityOutcome,
    Role,
    RosterKind,
    Status,
)
from rules.desk.export import format_cell
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.term import CHINESE_TERMS, CODE_PATTERN, CODED_FIGURES
from rules.kernel.viewer import Language
from rules.kernel.wording import WORDING, Words, format_fault
from rules.kernel.workflow import LineAction
from tests.factories.failures import AllFailures

ROOT = Path(__file__).parents[3]
ROOMS = ("rules", "resolvers", "loaders", "schema", "server")

NEVER_SPOKEN = {
    ("schema/kernel/operation.py", Reason.STALE_VERSION),
    ("rules/kernel/parameter_key.py", Reason.PARAMETER_VALUE_MALFORMED),
}
"""A query changes nothing, so no version is stale there; a mutation's answer has its own type.
Who reads a parameter's value says for themselves what is wrong with it."""


Place = tuple[str, Reason, set[str] | None]


def placeholders(words: Words) -> set[str]:
    return {name for part in words for _, name, _, _ in Formatter().parse(part) if name}


def find_spoken_reasons() -> Iterator[Place]:
    """Find every place that builds a fault, with the names of the figures given there."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and node.args:
                    found = _reason(node.args[0])
                    if found and _name(node.func) in {"fault", "refused", "Fault", "Unreadable"}:
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", found, _given(node)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _reason(node: ast.expr) -> Reason | None:
    if isinstance(node, ast.Attribute) and _name(node.value) == "Reason":
        return Reason[node.attr]
    return None


def _given(call: ast.Call) -> set[str] | None:
    """Name the figures that a place gives; None where they are gathered elsewhere."""
    if any(keyword.arg is None for keyword in call.keywords):
        return None
    names = {keyword.arg for keyword in call.keywords if keyword.arg}
    for argument in call.args[1:]:
        if isinstance(argument, ast.Dict):
            names |= {str(ast.literal_eval(key)) for key in argument.keys if key}
    return names


@pytest.fixture(scope="module")
def places() -> list[Place]:
    return [p for p in find_spoken_reasons() if (p[0].partition(":")[0], p[1]) not in NEVER_SPOKEN]


def test_x3_every_reason_is_worded_in_chinese_and_in_english_with_a_cure() -> None:
    with AllFailures() as failures:
        for reason in Reason:
            with failures.at(reason):
                assert all(not part.isascii() for part in WORDING[reason].zh)
                assert all(part and part.isascii() for part in WORDING[reason].en)


def test_x3_both_languages_tell_the_same_figures() -> None:
    """A figure that is itself in words is given in each language: missing_zh, missing_en."""
    with AllFailures() as failures:
        for reason in Reason:
            with failures.at(reason):
                zh = {name.removesuffix("_zh") for name in placeholders(WORDING[reason].zh)}
                en = {name.removesuffix("_en") for name in placeholders(WORDING[reason].en)}
                assert zh == en


def test_x3_whoever_refuses_supplies_the_figures_of_the_sentence(places: list[Place]) -> None:
    with AllFailures() as failures:
        for place, reason, given in places:
            with failures.at(place, reason):
                assert given is None or placeholders(WORDING[reason].en) <= given


def test_x3_the_places_that_refuse_are_found(places: list[Place]) -> None:
    assert len(places) > 60
    assert {Reason.WRONG_STATUS, Reason.AGE_OUTSIDE, Reason.TERM_TOO_LONG} <= {p[1] for p in places}


def test_x3_a_figure_stands_in_its_sentence() -> None:
    said = format_fault(fault(Reason.TERM_TOO_LONG, months=12), Language.ZH)
    assert said.text == "见习期超过12个月。"
    assert format_fault(fault(Reason.TERM_TOO_LONG, months=12), Language.EN).text.count("12") == 1


def test_x11_a_figure_with_braces_is_not_read_as_a_placeholder() -> None:
    figures = {"missing_en": "{0.__class__}"}
    said = format_fault(Fault(Reason.PROFILE_INCOMPLETE, (), figures), Language.EN)
    assert said.text == "The unit's profile lacks: {0.__class__}."


SPOKEN_ENUMS: Sequence[type[StrEnum]] = (
    Status,
    LineState,
    PaymentState,
    BatchState,
    BoardState,
    Action,
    LineAction,
    Role,
    ClaimKind,
    RosterKind,
    EnterpriseSize,
    EndReason,
    Destination,
    Function,
    DifferenceState,
    FindingState,
    ParameterStatus,
    AppealStatus,
    PublicityOutcome,
)
"""What a figure of a reason, a finding's evidence or a cell of an export may hold."""


def test_every_state_action_role_and_kind_has_an_official_word() -> None:
    codes = {member.value for each in SPOKEN_ENUMS for member in each}
    assert not sorted(codes - CHINESE_TERMS.keys())
    assert not [word for word in CHINESE_TERMS.values() if CODE_PATTERN.search(word)]


TO_BE_WRITTEN = {Reason.RESULT_UNREADABLE: {"PAID", "FAILED"}}
"""What the bank's file says in English is a code, so a message tells it as it is written."""


@pytest.mark.parametrize("language", Language)
def test_no_message_holds_a_code(language: Language) -> None:
    """Each coded figure is given all codes at once; what is left over would be seen."""
    codes = sorted({member.value for each in SPOKEN_ENUMS for member in each})
    figures = dict.fromkeys(CODED_FIGURES, ", ".join(codes))
    with AllFailures() as failures:
        for reason in Reason:
            with failures.at(reason):
                words = format_fault(Fault(reason, (), figures), language)
                told = set(CODE_PATTERN.findall(f"{words.text}{words.cure}"))
                told -= TO_BE_WRITTEN.get(reason, set())
                assert not told & {*codes, *(each.value for each in Reason)}


def test_s1_a_refusal_names_roles_and_functions_in_words_of_either_language() -> None:
    figures = {"functions": "REVIEW_CLAIMS", "holders": "DISTRICT_OFFICER, FINANCE"}
    said = format_fault(Fault(Reason.FORBIDDEN, (), figures), Language.EN)
    assert "district officer, finance officer" in said.cure
    assert said.text == "You lack the function to review claims."
    said = format_fault(Fault(Reason.FORBIDDEN, (), figures), Language.ZH)
    assert "区县经办人、财务" in said.cure


def test_no_cell_of_an_export_holds_a_code() -> None:
    for each in (Status, LineState, ClaimKind):
        for member in each:
            assert not CODE_PATTERN.search(str(format_cell(member)))
