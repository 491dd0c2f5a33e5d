"""The scalars at the door: strict, typed in their no, with the place, never repeating a value."""

import json
from typing import Any

import pytest

from rules.kernel.refusal import Reason
from tests.factories.failures import AllFailures
from tests.factories.internship_scenario import ACCOUNT_DRAFT, DECLARATION_DRAFT, POST_DRAFT
from tests.factories.rows import an_id_number
from tests.schema.scene import Scene

WRONG: dict[str, tuple[str, list[str]]] = {
    "Money": (
        "NOT_AN_AMOUNT",
        [
            "Infinity",
            "-Infinity",
            "NaN",
            "1E+9",
            "1e3",
            "１００",
            "1_0",
            "1,000",
            "-1",
            "+1",
            ".5",
            "1.",
            "1.005",
            "01",
            "0x1",
            "٣",
            "",
            " 1",
            "1\n",
            "12345678901",
            "1" * 5000,
        ],
    ),
    "Date": (
        "NOT_A_DATE",
        [
            "2026-W01-1",
            "20260101",
            "2026-1-1",
            "2026-02-30",
            "２０２６-01-01",
            "0000-01-01",
            "9999-99-99",
            "today",
            "",
            "2026-01-01T00:00:00",
            "2026-01-01 ",
            "2026-01-01\n",
            "10000-01-01",
        ],
    ),
    "YearMonth": (
        "NOT_A_MONTH",
        [
            "2026-13",
            "2026-00",
            "2026-1",
            "202601",
            "2026-W01",
            "２０２６-01",
            "2026-01-01",
            "0000-01",
            "10000-12",
            "",
            "2026-01\n",
        ],
    ),
    "RegionCode": (
        "NOT_A_REGION",
        [
            "22",
            "220199",
            "999999",
            "２２０１０４",
            "2201044",
            "-20104",
            "220104.0",
            "",
            " 220104",
            "220104\n",
        ],
    ),
    "MobileNumber": ("MOBILE_MALFORMED", ["", "1380000567", "12345678901", "+8613800005678x"]),
    "CardNumber": ("ACCOUNT_NUMBER", ["", "62220", "abc", "6" * 33]),
    "IdNumber": ("ID_NUMBER", ["", "1", an_id_number(1)[:-1] + "Z", "110101900307123", "A" * 18]),
    "Text": ("TEXT_", ["", "   ", "字" * 101, "a\u0007b", "a\u202eb", "\u200b"]),
    "Paragraph": ("TEXT_", ["", "字" * 2001, "a\u0007b"]),
}
HEAD = "mutation ($input: {shape}!) {{ {name}(input: $input) {tail} }}"
TAIL = """{ __typename ... on Problem { message cure } ... on Refusal { reason path }
  ... on Invalid { faults { reason path message cure } } }"""
INTERN = {
    "postId": "x",
    "category": "GRADUATE",
    "agreedOn": "2024-07-15",
    "startsOn": "2024-08-01",
    "endsOn": "2025-07-31",
    "idNumber": an_id_number(1),
    "name": "见习生",
}
PARAMETER = {
    "key": "internship.min_days",
    "region": "220000",
    "value": "15",
    "effectiveFrom": "2020-01-01",
    "source": "省厅",
}
WHERE: dict[str, tuple[str, str, dict[str, Any], tuple[str, ...], str]] = {
    "Money": ("addPost", "PostDraftInput", POST_DRAFT, ("monthlyWage",), "near"),
    "Text": ("addPost", "PostDraftInput", POST_DRAFT, ("name",), "near"),
    "Date": ("addIntern", "InternDraftInput", INTERN, ("startsOn",), "near"),
    "IdNumber": ("addIntern", "InternDraftInput", INTERN, ("idNumber",), "near"),
    "CardNumber": ("addBankAccount", "BankAccountDraftInput", ACCOUNT_DRAFT, ("number",), "near"),
    "RegionCode": ("proposeParameter", "ParameterDraftInput", PARAMETER, ("region",), "province"),
    "Paragraph": ("proposeParameter", "ParameterDraftInput", PARAMETER, ("source",), "province"),
    "YearMonth": (
        "createLivingAllowanceClaim",
        "LivingAllowanceDraftInput",
        {"month": "2024-09", "bankAccountId": "x"},
        ("month",),
        "near",
    ),
    "MobileNumber": (
        "createDeclaration",
        "DeclarationDraftInput",
        DECLARATION_DRAFT,
        ("staff", "0", "mobile"),
        "near",
    ),
}
OTHER_KINDS: list[object] = [1, 1.5, True, ["2024-09"], {"x": "y"}, 10**30]


def put(given: Any, path: tuple[str, ...], value: object) -> Any:
    head, *rest = path
    if isinstance(given, list):
        return [put(given[0], tuple(rest), value)]
    return given | {head: put(given[head], tuple(rest), value) if rest else value}


def literal(value: Any) -> str:
    """Write an input value in GraphQL's own notation."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {literal(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    enum = value in {"GRADUATE"}
    return value if enum else json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize("as_literal", [False, True], ids=["variable", "literal"])
@pytest.mark.parametrize("scalar", WRONG)
async def test_what_cannot_be_read_is_a_fault_at_its_place(
    scene: Scene, scalar: str, as_literal: bool
) -> None:
    with AllFailures() as failures:
        for value in WRONG[scalar][1]:
            with failures.at(repr(value)[:24]):
                await require_fault_at_its_place(scene, scalar, value, as_literal)


async def require_fault_at_its_place(
    scene: Scene, scalar: str, value: str, as_literal: bool
) -> None:
    name, shape, base, path, who = WHERE[scalar]
    given = put(base, path, value)
    if as_literal:
        text = f"mutation {{ {name}(input: {literal(given)}) {TAIL} }}"
        answer = await scene.world.ask(text, who)
    else:
        text = HEAD.format(shape=shape, name=name, tail=TAIL)
        answer = await scene.world.ask(text, who, input=given)
    result = answer.only
    assert result["__typename"] == "Invalid", result
    (fault,) = result["faults"]
    assert fault["reason"].startswith(WRONG[scalar][0])
    assert fault["path"] == ["input", *path]
    if len(value) > 4:
        assert value not in json.dumps(answer.body, ensure_ascii=False)


@pytest.mark.parametrize("scalar", WHERE)
async def test_a_value_of_another_kind_is_told_alike(scene: Scene, scalar: str) -> None:
    """A JSON float, an integer, a list: never a 500, never the value."""
    name, shape, base, path, who = WHERE[scalar]
    text = HEAD.format(shape=shape, name=name, tail=TAIL)
    for value in OTHER_KINDS:
        answer = await scene.world.ask(text, who, input=put(base, path, value))
        (fault,) = answer.only["faults"]
        assert fault["path"] == ["input", *path]
    answer = await scene.world.ask(text, who, input=put(base, path, None))
    if answer.status == 200:  # a change may leave it out, so that null is refused by the rules
        (fault,) = answer.only["faults"]
        assert (fault["path"], fault["reason"]) == (["input", *path], "VALUE_MISSING")
    else:
        assert answer.status == 400
        assert answer.errors[0]["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("as_literal", [False, True], ids=["variable", "literal"])
@pytest.mark.parametrize(
    ("head", "argument", "scalar", "who"),
    [
        ("interns", "region", "RegionCode", "officer"),
        ("monthlyReports", "from", "YearMonth", "near"),
        ("claims", "to", "YearMonth", "near"),
        ("regions", "parent", "RegionCode", "near"),
        ("internsToReport", "month", "YearMonth", "near"),
        ("livingAllowanceCandidates", "month", "YearMonth", "near"),
    ],
)
async def test_a_query_says_what_it_cannot_read(
    scene: Scene, head: str, argument: str, scalar: str, who: str, as_literal: bool
) -> None:
    reason, values = WRONG[scalar]
    for value in [*values, 1, 1.5, True]:
        given = literal(value) if as_literal else "$v"
        heads = "" if as_literal else f"($v: {scalar}!)"
        variables: dict[str, Any] = {} if as_literal else {"v": value}
        text = f"query {heads} {{ {head}({argument}: {given}) {{ __typename }} }}"
        answer = await scene.world.ask(text, who, **variables)
        (error,) = answer.errors
        assert (error["extensions"]["code"], error["path"]) == ("REFUSED", [head]), value
        assert error["extensions"]["reason"] == reason
        assert len(str(value)) < 4 or str(value) not in json.dumps(error, ensure_ascii=False)


@pytest.mark.parametrize("value", ["\\u0000", "a\\u0000b"])
async def test_a_filter_of_text_takes_no_nul(scene: Scene, value: str) -> None:
    for head in (f'units(name: "{value}")', f'parameters(key: "{value}")'):
        answer = await scene.world.ask(f"{{ {head} {{ totalCount }} }}", "province")
        assert answer.errors[0]["extensions"]["reason"] == Reason.TEXT_UNPRINTABLE


async def test_all_faults_are_told_at_once(scene: Scene) -> None:
    given = INTERN | {"startsOn": "x", "endsOn": "y", "idNumber": "z", "name": ""}
    text = HEAD.format(shape="InternDraftInput", name="addIntern", tail=TAIL)
    faults = (await scene.world.ask(text, "near", input=given)).only["faults"]
    assert {fault["path"][-1] for fault in faults} == {"startsOn", "endsOn", "idNumber", "name"}


async def test_many_faults_are_told_in_one_text_of_the_clients_language(scene: Scene) -> None:
    wrong = {**INTERN, "idNumber": "1", "agreedOn": "x", "startsOn": "x", "endsOn": "x", "name": ""}
    text = HEAD.format(shape="InternDraftInput", name="addIntern", tail=TAIL)
    zh = (await scene.world.ask(text, "near", "zh", input=wrong)).only
    en = (await scene.world.ask(text, "near", "en", input=wrong)).only
    assert len(zh["faults"]) == 5
    assert " " not in zh["message"]
    assert zh["message"].endswith("。另有2处错误。")
    assert en["message"].endswith(". (+2)")
