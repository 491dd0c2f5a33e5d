"""Which columns files of external facts have, by kind; docs/facts.md tells them too (X13)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models import FactKind
from rules.facts import fact_cell as cell


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in the table, what it is called in Chinese, how its cells are read.

    `demanded` columns must be in the file; `filled` ones must also have something in each cell.
    """

    name: str
    known_as: tuple[str, ...]
    read: cell.Read
    demanded: bool = True
    filled: bool = True


@dataclass(frozen=True, slots=True)
class Shape:
    """What a kind's rows look like: by which columns a fact is known again, and what it tells.

    `when` is the column by which a row must not be later than the file's own day.
    """

    key: tuple[Column, ...]
    told: tuple[Column, ...]
    when: str | None = None
    span: tuple[str, str] | None = None


ID_NUMBER = Column(
    "id_number",
    ("公民身份号码", "身份证号", "身份证号码", "证件号码"),
    str,
)


def _extra(name: str, known_as: tuple[str, ...], read: cell.Read) -> Column:
    """Make a column that a file may lack."""
    return Column(name, known_as, read, demanded=False, filled=False)


NAME = _extra("name", ("姓名",), cell.text)
REGION = _extra("region", ("行政区划", "行政区划代码"), cell.region)
ABOUT = (ID_NUMBER, NAME, REGION)
"""By these a row says whom it is about."""
VOID = _extra("void", ("作废", "是否作废"), cell.flag)
EMPLOYER = ("统一社会信用代码", "单位统一社会信用代码", "用人单位统一社会信用代码")
SHAPES: Mapping[FactKind, Shape] = {
    FactKind.PERSON: Shape(
        key=(),
        told=(
            _extra("education", ("学历",), cell.schooling),
            _extra("school", ("毕业院校", "毕业学校"), cell.text),
            _extra("graduated_on", ("毕业日期", "毕业时间"), cell.day),
        ),
        when="graduated_on",
    ),
    FactKind.INSURANCE_CONTRIBUTION: Shape(
        key=(
            Column("month", ("缴费月份", "费款所属期", "缴费年月"), cell.month),
            Column("employer_credit_code", EMPLOYER, cell.employer, filled=False),
        ),
        told=(),
        when="month",
    ),
    FactKind.UNEMPLOYMENT_REGISTRATION: Shape(
        key=(Column("registered_on", ("失业登记日期", "登记日期"), cell.day),),
        told=(Column("ended_on", ("注销日期", "终止日期"), cell.day, filled=False),),
        when="registered_on",
        span=("registered_on", "ended_on"),
    ),
    FactKind.TRANSFER_EMPLOYMENT: Shape(
        key=(Column("transferred_on", ("转移就业日期", "转移日期"), cell.day),),
        told=(
            _extra("ended_on", ("终止日期", "返乡日期"), cell.day),
            _extra("destination", ("转移就业地", "就业地"), cell.text),
        ),
        when="transferred_on",
        span=("transferred_on", "ended_on"),
    ),
    FactKind.LABOUR_CONTRACT: Shape(
        key=(
            Column("employer_credit_code", EMPLOYER, cell.credit_code),
            Column("starts_on", ("合同开始日期", "合同起始日期", "合同起始时间"), cell.day),
        ),
        told=(
            Column("signed_on", ("签订日期", "合同签订日期"), cell.day),
            Column("ends_on", ("合同结束日期", "合同终止日期"), cell.last_day, filled=False),
        ),
        when="signed_on",
        span=("starts_on", "ends_on"),
    ),
}
"""The columns of each kind, beside those that say who it is about. 外部数据文件格式"""


def columns(kind: FactKind) -> Sequence[Column]:
    """List the columns that a file of a kind may have, in the order of the documentation."""
    shape = SHAPES[kind]
    return (*ABOUT, *shape.key, *shape.told, *(() if kind is FactKind.PERSON else (VOID,)))
