"""What templates of rosters 人员模板 have in common, and all that areas declare (S10)."""

from collections.abc import Mapping
from datetime import date

from models import RosterKind
from rules.kernel.identity import parse_id_number
from rules.kernel.refusal import Unreadable
from rules.kernel.text import parse_text
from rules.rosters import roster
from rules.rosters.roster import RosterColumn, RosterForm

_FORMS: dict[RosterKind, RosterForm] = {}


def declare_form(form: RosterForm) -> RosterForm:
    """Enter what the rosters of a kind look like; an area does so for its own kinds."""
    _FORMS[form.kind] = form
    return form


def get_form(kind: RosterKind) -> RosterForm:
    """Return what the rosters of a kind look like."""
    return _FORMS[kind]


def map_column_headings() -> Mapping[str, str]:
    """Return what each column of any form is called, in the order of the forms."""
    return {column.key: column.heading for form in _FORMS.values() for column in form.columns}


def parse_line_cell(cell: str, today: date) -> str | Unreadable:
    """Read a line of text."""
    return parse_text(cell, 100)


NAME_COLUMN = RosterColumn(
    key=roster.NAME_KEY,
    heading="姓名",
    read=parse_line_cell,
    hint="与身份证一致。",
    example="张三",
    width=12,
)
ID_NUMBER_COLUMN = RosterColumn(
    key=roster.ID_NUMBER_KEY,
    heading="公民身份号码",
    read=parse_id_number,
    hint="18位，文本格式，末位X大写。",
    example="110101199003070011",
    text=True,
    width=22,
)
