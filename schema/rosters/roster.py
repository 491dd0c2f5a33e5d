"""Rosters 人员花名册 as clients see them (S10)."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from loaders.filter import NEWEST, OLDEST, Filter, Operator
from resolvers.rosters.roster import RosterCheckProgress
from resolvers.rosters.roster_templates import sign_correction_url
from rules.kernel.refusal import Reason
from rules.kernel.value import RegionCode
from rules.rosters.roster import list_roster_actions
from rules.rosters.roster_messages import (
    describe_cells,
    describe_file_faults,
    describe_findings,
    describe_row_faults,
)
from schema.kernel.binding import column, deprecate_field, derived, many, one, page
from schema.kernel.connection import Connection
from schema.kernel.explanation import Finding
from schema.kernel.history import History, history
from schema.kernel.listing import BY_NUMBER, NumberOrder, RecordOrder
from schema.kernel.mutation import build_result_union
from schema.kernel.node import Node, record_type
from schema.kernel.record import PossibleAction, bind_possible_actions

if TYPE_CHECKING:
    from schema.training.training_class import TrainingClass
    from schema.units.person import Person
    from schema.units.unit import Unit

PASSED_FILTER = Filter(
    name="passed",
    type=bool,
    column="passed",
    operator=Operator.IS,
    description="Those that passed, or those that failed. 是否通过",
)


@strawberry.type(description="What is wrong with a file as a whole (S10). 文件问题")
class RosterFault:
    """What is wrong with a file as a whole."""

    reason: Reason = column("The reason's stable name. 原因代码")
    message: str = column("What is wrong. 说明")
    cure: str = column("What would cure it. 处理办法")


@strawberry.type(description="What is wrong with a cell of a row (S10). 单元格问题")
class RowFault:
    """What is wrong with a cell of a row."""

    cell: str = column("Which cell, as B7. 单元格")
    key: str | None = column("Which column, by its key. 列", "column", known_as="column")
    heading: str | None = column("The column's heading. 列名")
    reason: Reason = column("The reason's stable name. 原因代码")
    message: str = column("What is wrong. 说明")
    cure: str = column("What would cure it. 处理办法")


@strawberry.type(description="A cell of a row as it stands in the file (S10). 单元格")
class RosterCell:
    """A cell of a row as it stands in the file."""

    key: str = column("Which column, by its key. 列", "column", known_as="column")
    heading: str = column("The column's heading. 列名")
    text: str = column("What it says. 内容")


@record_type("A row of a roster, as it was read and judged (S10). 花名册明细")
class RosterRow(Node):
    """A row of a roster."""

    table = models.RosterRow

    number: int = column("The how manieth person of the file it is. 序号")
    sheet: str = column("In which sheet it stands. 工作表")
    line: int = column("In which row of the sheet. 行号")
    name: str = column("The name as it stands there. 姓名")
    id_number_masked: str = column("The ID number, masked (X11). 公民身份号码")
    cells: list[RosterCell] = derived(
        describe_cells, ("values",), "The cells that say nothing of who it is. 其他内容"
    )
    payee_bank: str | None = column("The bank of the person's own account (S14). 开户银行")
    payee_number_masked: str | None = column("The account's number, masked (S14). 银行卡号")
    passed: bool = column("Whether nothing stands in the way. 是否通过")
    faults: list[RowFault] = derived(
        describe_row_faults, ("faults",), "All that is wrong with its cells. 问题"
    )
    findings: list[Finding] = derived(
        describe_findings, ("findings",), "What the risk controls found (X3). 核验结果"
    )
    roster: Annotated["Roster", strawberry.lazy("schema.rosters.roster")] = one(
        models.RosterRow.roster, "The roster that it is of. 花名册"
    )
    person: Annotated["Person", strawberry.lazy("schema.units.person")] | None = one(
        models.RosterRow.person, "The person on file, for those who may see it. 人员"
    )


@record_type("A file of persons, and how far its check is (S10). 人员花名册")
class Roster(Node):
    """A file of persons, and how far its check is."""

    table = models.Roster
    kind = None

    kind_of_roster: models.RosterKind = column(
        "What the persons are to be claimed for. 花名册类型", "kind", known_as="kind"
    )
    state: models.RosterState = column("How far the check is. 校验状态")
    region: RegionCode = column("The unit's region. 行政区划")
    place: RegionCode = column("Where the persons are insured, or the class's unit is. 单位参保地")
    beneficiary: models.Beneficiary | None = column("Who is to be paid (S14). 补贴享受对象")
    entered: bool = column("Whether its persons were entered by form, without a file. 是否逐人录入")
    name: str = column("The file's name. 文件名")
    size: int = column("How many bytes it has; 0 once it is deleted. 大小（字节）")
    sha256: str = column("The SHA-256 of its bytes, in hexadecimal. 校验值")
    account_name: str = column("Who sent it in. 上传人")
    total: int = column("How many persons it has, as far as is known. 总人数")
    checked: int = column("How many are checked by now. 已校验")
    passed: int = column("How many of them passed. 通过")
    failed: int = column("How many of them failed. 未通过")
    faults: list[RosterFault] = derived(
        describe_file_faults, ("faults",), "Why it was rejected as a whole. 文件问题"
    )
    version: int = column("Its version. 版本")
    possible_actions: list[PossibleAction] = bind_possible_actions(
        "Roster",
        list_roster_actions,
        ("state", "unit_id"),
        "What the viewer may do next, and why not (X4). 可办操作",
    )
    history: Connection[History] = history(models.Roster)
    created_at: datetime = column("When it was sent in. 上传时间")
    checked_at: datetime | None = column("When its check came to an end. 校验完成时间")
    cleared_at: datetime | None = column(
        "When its file and what its rows said were deleted for their age; the verdicts stay. "
        "清除时间"
    )
    unit: Annotated["Unit", strawberry.lazy("schema.units.unit")] = one(
        models.Roster.unit, "The unit that sent it in. 单位"
    )
    corrects: Annotated["Roster", strawberry.lazy("schema.rosters.roster")] | None = one(
        models.Roster.corrects, "The roster whose failed rows it corrects. 更正的花名册"
    )
    correction_connection: Connection[
        Annotated["Roster", strawberry.lazy("schema.rosters.roster")]
    ] = page(
        models.Roster.corrects,
        "Those that correct its failed rows. 更正",
        (OLDEST, NEWEST),
        order_type=RecordOrder,
    )
    corrections: list[Annotated["Roster", strawberry.lazy("schema.rosters.roster")]] = (
        deprecate_field(
            many(
                models.Roster.corrects,
                "Those that correct its failed rows, oldest first. 更正",
                OLDEST,
            ),
            "correctionConnection",
        )
    )
    training_class: (
        Annotated["TrainingClass", strawberry.lazy("schema.training.training_class")] | None
    ) = one(
        models.Roster.training_class,
        "The class whose trainees, or whose scores, it has (S23, S27). 培训班",
    )
    rows: Connection[RosterRow] = page(
        models.RosterRow.roster,
        "Its rows, in the order of the file. 明细",
        BY_NUMBER,
        (PASSED_FILTER,),
        NumberOrder,
    )
    joined_rows: Connection[RosterRow] = page(
        models.RosterRow.root,
        "The rows of the first roster and of all that correct it, told at the first. 合并明细",
        (OLDEST, NEWEST),
        (PASSED_FILTER,),
        RecordOrder,
    )


@strawberry.type(description="How far a roster's check is (S10). 校验进度")
class RosterProgress:
    """How far a roster's check is."""

    state: models.RosterState = column("How far the check is. 校验状态")
    total: int = column("How many persons it has, as far as is known. 总人数")
    checked: int = column("How many are checked by now. 已校验")
    passed: int = column("How many of them passed. 通过")
    failed: int = column("How many of them failed. 未通过")


@strawberry.type(description="How far it is, told anew whenever it has gone on (S10). 校验进度")
class RosterProgressPayload:
    """How far it is."""

    progress: RosterProgress = column("How far it is. 校验进度")


@strawberry.type(description="The roster as it is now. 人员花名册")
class RosterPayload:
    """The roster as it is now."""

    roster: Roster = column("The roster. 花名册")


@strawberry.type(description="The person's row as it was judged (S13). 花名册明细")
class RosterRowPayload:
    """The person's row as it was judged."""

    roster_row: RosterRow = column("The row, and by it the roster. 花名册明细")


@strawberry.type(description="Where to fetch the failed rows, to be corrected (S10). 未通过人员")
class FailedRowsPayload:
    """Where to fetch the failed rows."""

    roster: Roster = column("The roster. 花名册")
    url: str = derived(
        sign_correction_url,
        ("roster",),
        "Where to fetch them, for some minutes: the template, filled in, with comments. 下载链接",
        served=True,
    )


@strawberry.type(description="An empty template, to be filled in (S10). 人员模板")
class RosterTemplate:
    """An empty template, to be filled in."""

    url: str = column("Where to fetch it, for some minutes. 下载链接")


def build_progress_payload(found: RosterCheckProgress) -> RosterProgressPayload:
    """Return how far it is."""
    return RosterProgressPayload(
        progress=RosterProgress(
            state=found.state,
            total=found.total,
            checked=found.checked,
            passed=found.passed,
            failed=found.failed,
        )
    )


RosterResult = build_result_union(RosterPayload, "RosterResult")
RosterRowResult = build_result_union(RosterRowPayload, "RosterRowResult")
FailedRowsResult = build_result_union(FailedRowsPayload, "FailedRowsResult")
RosterProgressResult = build_result_union(RosterProgressPayload, "RosterProgressResult")
