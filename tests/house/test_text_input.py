"""All text that comes in is read in one way (J11, X10); where it comes in, is known here."""

import ast
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

from graphql import (
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
)

from loaders.filter import Filter, Operator
from models import FactKind, RosterKind
from rules.facts.fact_cell import strip_cell
from rules.facts.fact_shape import list_columns
from rules.kernel import value
from rules.kernel.refusal import Unreadable
from rules.kernel.text import fold_search_text, read_text
from rules.payment.bank_answer import COLUMN_HEADINGS, parse_row
from rules.rosters.roster import parse_cell
from rules.rosters.roster_form import get_form
from schema.kernel.listing import UNIT_NAME
from schema.kernel.scalar import SCALARS
from tests.factories.failures import AllFailures
from tests.factories.rows import a_credit_code, an_id_number

ROOT = Path(__file__).parents[2]
TODAY = date(2025, 3, 10)

PASSWORDS = {"password", "present"}
"""Kept to the letter: what is typed is what is hashed."""

MACHINE_TEXTS = {
    "enum": "the name of an enum, as the schema spells it",
    "agreementVersion": "compared with the version in force",
    "mediaType": "read by rules.files.file",
    "deviceToken": "made by the service",
    "redirectUri": "compared letter by letter with what was agreed",
    "refreshToken": "made by the service",
    "challenge": "made by the service",
    "credential": "made by a browser, and read by gateways.passkey",
    "passkey": "made by the service",
    "secret": "made by the service",
    "state": "made by the service",
    "ticket": "made by the service",
    "code": "made by the service or an authenticator, or the code of a course",
    "number": "made by the service, or the number of a class",
}
"""Written by machines and copied whole."""

READ_TEXTS = {
    "CredentialsInput.account": "resolvers.accounts.session",
    "FactsDraftInput.columns": "rules.facts.fact_cell",
    "FactsDraftInput.rows": "rules.facts.fact_cell",
    "FileDraftInput.name": "rules.files.file",
    "EvidenceDraftInput.name": "rules.files.file",
    "UploadDraftInput.name": "rules.files.file",
}
"""By which module a field of bare text is read."""

SEARCHED = {
    *("name", "unitName", "provider", "grantedBy", "courseCode", "key"),
    *("personName", "internName", "classNumber", "businessNumber"),
}
"""What narrows a list: `loaders.filter` reads it."""

OWN_SPELLING = {
    "rules/kernel/text.py": "the one reader",
    "rules/files/file.py": "names of files are composed and otherwise kept",
    "rules/accounts/password.py": "passwords are compared with names, and kept",
}
"""Where text is brought into another form."""


def list_bare_texts(schema: GraphQLSchema) -> Iterator[str]:
    """Name every field and argument that takes text of no scalar of ours."""
    for name, type_ in schema.type_map.items():
        if isinstance(type_, GraphQLInputObjectType):
            for field, taken in type_.fields.items():
                if get_named_type(taken.type).name == "String":
                    yield f"{name}.{field}"
        elif isinstance(type_, GraphQLObjectType) and not name.startswith("__"):
            for field, shown in type_.fields.items():
                for argument, taken in shown.args.items():
                    if get_named_type(taken.type).name == "String":
                        yield f"{name}.{field}.{argument}"


def is_known(place: str) -> bool:
    last = place.rpartition(".")[2]
    return (
        last in PASSWORDS | SEARCHED | MACHINE_TEXTS.keys() | {"after", "before", "idempotencyKey"}
        or place in READ_TEXTS
        or place.startswith("BankAnswerRowInput.")
    )


def test_it_is_known_of_every_field_and_argument_of_bare_text_how_it_is_read() -> None:
    places = [*list_bare_texts(build_schema((ROOT / "schema.graphql").read_text()))]
    assert len(places) > 50
    assert [place for place in places if not is_known(place)] == []


def test_text_is_brought_into_another_form_by_the_one_reader_alone() -> None:
    found = set()
    for room in ("executor", "gateways", "loaders", "resolvers", "rules", "schema", "server"):
        for path in (ROOT / room).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text())):
                if isinstance(call, ast.Attribute) and ast.unparse(call) == "unicodedata.normalize":
                    found.add(str(path.relative_to(ROOT)))
    assert found <= OWN_SPELLING.keys()


def wrap(text: str) -> str:
    """Put around a text what comes along when it is copied, and nobody sees."""
    return f"\ufeff\u3000 {text}\u200b\xa0\t"


SAMPLES: dict[object, str] = {
    value.IdNumber: an_id_number(1),
    value.MobileNumber: "13812345678",
    value.CardNumber: "6222020200112233440",
    value.CreditCode: a_credit_code(1),
    value.AccountName: "zhang-san",
    value.Text: "王小明",
    value.Code: "B2025-0001",
    value.Paragraph: "说明",
}
"""What people type."""

STRICT = {
    *(value.Money, value.Score, value.Day, value.YearMonth, value.RegionCode, value.RowId),
    datetime,
}
"""What programs spell."""


def test_every_scalar_that_people_type_is_read_alike_whatever_stands_around_it() -> None:
    assert SCALARS.keys() == SAMPLES.keys() | STRICT
    with AllFailures() as failures:
        for scalar, sample in SAMPLES.items():
            with failures.at(str(scalar)):
                parse = SCALARS[scalar].parse_value
                assert parse is not None
                plain = parse(sample)
                assert parse(wrap(sample)) == plain


CELLS = (
    *("2024-10-01", "2024-10", "大学本科", "是", a_credit_code(1), "220102", "长春", "85.5"),
    *(an_id_number(1), "13900000001", "存续"),
)


def test_every_cell_of_facts_is_read_alike_whatever_stands_around_it() -> None:
    with AllFailures() as failures:
        for column in {column for kind in FactKind for column in list_columns(kind)}:
            with failures.at(column.name):
                assert_alike(lambda text: column.read(strip_cell(text)))  # noqa: B023


def test_every_cell_of_rosters_is_read_alike_whatever_stands_around_it() -> None:
    with AllFailures() as failures:
        for column in (column for kind in RosterKind for column in get_form(kind).columns):
            with failures.at(column.key):
                plain = parse_cell(column, strip_cell(column.example), TODAY)
                assert parse_cell(column, strip_cell(wrap(column.example)), TODAY) == plain


def assert_alike(parse: Callable[[str], object]) -> None:
    """Demand that a reader reads one of the samples at least, and all of them alike."""
    assert any(not isinstance(parse(cell), Unreadable) for cell in CELLS)
    assert [parse(wrap(cell)) for cell in CELLS] == [parse(cell) for cell in CELLS]


def test_every_cell_of_a_bank_s_answer_is_read_alike_whatever_stands_around_it() -> None:
    cells = {"reference": "F-1", "outcome": "成功", "amount": "400.00", "paid_on": "2025-03-01"}
    told = {name: cells.get(name, "一") for name in COLUMN_HEADINGS}
    wrapped: dict[str, str | None] = {name: wrap(text) for name, text in told.items()}
    assert parse_row(wrapped) == parse_row(dict(told))


def test_every_search_reads_what_is_searched_for() -> None:
    spelled = read_text("(四川)")
    assert spelled == fold_search_text("（四川）")
    for operator, wanted in {
        Operator.CONTAINS: [f"%{spelled}%"],
        Operator.ALIKE: spelled,
        Operator.IS: spelled,
    }.items():
        filter_ = Filter(name="name", type=str, column="name", operator=operator, description="")
        (given,) = filter_.to_parameters(wrap("（四川）")).values()
        assert given == wanted
    head, *_ = UNIT_NAME.to_parameters(wrap("（四川）")).values()
    assert head == spelled
