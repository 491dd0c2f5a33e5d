"""Which columns files of external facts have, by kind; docs/facts.md tells them too (X13)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models import FactKind
from rules.facts import fact_cell as cell


@dataclass(frozen=True, slots=True, kw_only=True)
class FactColumn:
    """A column: its name in the table, what it is called in Chinese, how its cells are read.

    `demanded` columns must be in the file; `filled` ones must also have something in each cell.
    """

    name: str
    known_as: tuple[str, ...]
    read: cell.FactCellParser
    demanded: bool = True
    filled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FactLayout:
    """What a kind's rows look like: by which columns a fact is known again, and what it tells.

    `when` is the column by which a row must not be later than the file's own day. What is
    `about_person` says whom it is about in columns of its own. What is `personal` in its other
    columns is read anew in each row, so that no list of it lies about (X11).
    """

    key: tuple[FactColumn, ...]
    told: tuple[FactColumn, ...]
    when: str | None = None
    span: tuple[str, str] | None = None
    about_person: bool = True
    personal: bool = False


ID_NUMBER_COLUMN = FactColumn(
    name="id_number",
    known_as=("公民身份号码", "身份证号", "身份证号码", "证件号码"),
    read=str,
)


def _build_optional_column(
    name: str, known_as: tuple[str, ...], read: cell.FactCellParser
) -> FactColumn:
    """Make a column that a file may lack."""
    return FactColumn(name=name, known_as=known_as, read=read, demanded=False, filled=False)


NAME_COLUMN = _build_optional_column("name", ("姓名",), cell.parse_text_cell)
REGION_COLUMN = _build_optional_column(
    "region", ("行政区划", "行政区划代码"), cell.parse_region_cell
)
PERSON_COLUMNS = (ID_NUMBER_COLUMN, NAME_COLUMN, REGION_COLUMN)
"""By these a row says whom it is about."""
VOID_COLUMN = _build_optional_column("void", ("作废", "是否作废"), cell.parse_flag_cell)
EMPLOYER_HEADINGS = ("统一社会信用代码", "单位统一社会信用代码", "用人单位统一社会信用代码")
FACT_LAYOUTS: Mapping[FactKind, FactLayout] = {
    FactKind.PERSON: FactLayout(
        key=(),
        told=(
            _build_optional_column("education", ("学历",), cell.parse_education_cell),
            _build_optional_column("school", ("毕业院校", "毕业学校"), cell.parse_text_cell),
            _build_optional_column("graduated_on", ("毕业日期", "毕业时间"), cell.parse_day_cell),
        ),
        when="graduated_on",
    ),
    FactKind.INSURANCE_CONTRIBUTION: FactLayout(
        key=(
            FactColumn(
                name="month",
                known_as=("缴费月份", "费款所属期", "缴费年月"),
                read=cell.parse_month_cell,
            ),
            FactColumn(
                name="employer_credit_code",
                known_as=EMPLOYER_HEADINGS,
                read=cell.parse_employer_cell,
                filled=False,
            ),
        ),
        told=(
            _build_optional_column(
                "place", ("参保地", "参保地行政区划", "缴费地"), cell.parse_region_cell
            ),
        ),
        when="month",
    ),
    FactKind.UNEMPLOYMENT_REGISTRATION: FactLayout(
        key=(
            FactColumn(
                name="registered_on",
                known_as=("失业登记日期", "登记日期"),
                read=cell.parse_day_cell,
            ),
        ),
        told=(
            FactColumn(
                name="ended_on",
                known_as=("注销日期", "终止日期"),
                read=cell.parse_day_cell,
                filled=False,
            ),
        ),
        when="registered_on",
        span=("registered_on", "ended_on"),
    ),
    FactKind.TRANSFER_EMPLOYMENT: FactLayout(
        key=(
            FactColumn(
                name="transferred_on",
                known_as=("转移就业日期", "转移日期"),
                read=cell.parse_day_cell,
            ),
        ),
        told=(
            _build_optional_column("ended_on", ("终止日期", "返乡日期"), cell.parse_day_cell),
            _build_optional_column("destination", ("转移就业地", "就业地"), cell.parse_text_cell),
        ),
        when="transferred_on",
        span=("transferred_on", "ended_on"),
    ),
    FactKind.LABOUR_CONTRACT: FactLayout(
        key=(
            FactColumn(
                name="employer_credit_code",
                known_as=EMPLOYER_HEADINGS,
                read=cell.parse_credit_code_cell,
            ),
            FactColumn(
                name="starts_on",
                known_as=("合同开始日期", "合同起始日期", "合同起始时间"),
                read=cell.parse_day_cell,
            ),
        ),
        told=(
            FactColumn(
                name="signed_on", known_as=("签订日期", "合同签订日期"), read=cell.parse_day_cell
            ),
            FactColumn(
                name="ends_on",
                known_as=("合同结束日期", "合同终止日期"),
                read=cell.parse_last_day_cell,
                filled=False,
            ),
        ),
        when="signed_on",
        span=("starts_on", "ends_on"),
    ),
    FactKind.OFFICIAL_MOBILE: FactLayout(
        key=(
            FactColumn(
                name="mobile",
                known_as=("手机号码", "手机号", "移动电话"),
                read=cell.parse_mobile_cell,
            ),
        ),
        told=(),
        personal=True,
    ),
    FactKind.REGISTERED_UNIT: FactLayout(
        key=(
            FactColumn(
                name="credit_code", known_as=EMPLOYER_HEADINGS, read=cell.parse_credit_code_cell
            ),
        ),
        told=(
            FactColumn(
                name="name",
                known_as=("名称", "单位名称", "企业名称"),
                read=cell.parse_text_cell,
            ),
            FactColumn(
                name="representative",
                known_as=("法定代表人", "负责人"),
                read=cell.parse_text_cell,
            ),
            _build_optional_column(
                "representative_id_number",
                ("法定代表人身份号码", "法定代表人证件号码", "负责人证件号码"),
                cell.parse_representative_number_cell,
            ),
            FactColumn(
                name="standing",
                known_as=("登记状态", "经营状态", "企业状态"),
                read=cell.parse_standing_cell,
            ),
            REGION_COLUMN,
        ),
        about_person=False,
        personal=True,
    ),
}
"""The columns of each kind, beside those that say who it is about. 外部数据文件格式"""


def list_columns(kind: FactKind) -> Sequence[FactColumn]:
    """List the columns that a file of a kind may have, in the order of the documentation."""
    about = PERSON_COLUMNS if FACT_LAYOUTS[kind].about_person else ()
    return (*about, *list_fact_columns(kind))


def list_fact_columns(kind: FactKind) -> Sequence[FactColumn]:
    """List the columns that tell something, beside those that say whom a row is about."""
    shape = FACT_LAYOUTS[kind]
    return (*shape.key, *shape.told, *(() if kind is FactKind.PERSON else (VOID_COLUMN,)))
