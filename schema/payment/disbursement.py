"""How approved lines are paid, as clients see it (X8, S19)."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from loaders.filter import NEWEST, OLDEST
from resolvers.payment.batch_export import sign_batch_url
from resolvers.payment.batch_standing import EXPORTERS, list_batch_actions
from rules.kernel.refusal import Reason
from rules.kernel.value import Day, Money, RegionCode
from rules.payment.bank_answer import describe_outcomes
from rules.payment.disbursement import RowOutcome, describe_left_out_lines
from rules.payment.transfer import count_transfers
from schema.kernel.binding import column, deprecate_field, derived, many, one, page
from schema.kernel.connection import Connection
from schema.kernel.history import History, OfficeHistory, history, office_history
from schema.kernel.listing import PAYMENT_ORDERS, PAYMENT_STATE, PaymentOrder, RecordOrder
from schema.kernel.node import Node, record_type
from schema.kernel.record import PossibleAction, bind_possible_actions

if TYPE_CHECKING:
    from schema.claims.claim import ClaimLine
    from schema.units.unit import Unit


@record_type("Whether somebody says that a payment arrived; their last word counts. 到账确认")
class Receipt(Node):
    """Whether somebody says that a payment arrived."""

    table = models.Receipt

    arrived: bool = column("Whether it arrived. 是否到账")
    note: str | None = column("What they say about it. 说明")
    at: datetime = column("When they said so. 时间")
    payment: Annotated["Payment", strawberry.lazy("schema.payment.disbursement")] = one(
        models.Receipt.payment, "The payment. 支付记录"
    )
    line: Annotated["ClaimLine", strawberry.lazy("schema.claims.claim")] = one(
        models.Receipt.line, "The line that was paid. 补贴明细"
    )


@record_type("One attempt to pay a line, to whom and where as it stood then (X8). 支付记录")
class Payment(Node):
    """One attempt to pay a line."""

    table = models.Payment

    reference: str = column("By what the bank and we call it. 付款编号")
    transfer: str | None = column(
        "By what the bank calls it, where it is paid together with others (X8). 合并付款编号"
    )
    number: int = column("Its place in the batch; 0 without one. 序号")
    state: models.PaymentState = column("What came of it. 支付状态")
    amount: Money = column("How much, in yuan. 金额（元）")
    payee_name: str = column("In whose name the account is. 收款人户名")
    payee_bank: str = column("Where the account is. 开户银行")
    payee_number_masked: str = column("The account's number, masked (X11). 收款人账号")
    reason: str | None = column("Why it failed, in the bank's words, or was cancelled. 失败原因")
    bank_reference: str | None = column("By what the bank can prove it. 银行流水号")
    paid_on: Day | None = column("On which day it was paid. 付款日期")
    version: int = column("Its version (X12). 版本")
    created_at: datetime = column("When it was made. 创建时间")
    updated_at: datetime = column("When it last changed. 更新时间")
    unit: Annotated["Unit", strawberry.lazy("schema.units.unit")] | None = one(
        models.Payment.unit, "The unit that claimed, for those who may see it. 单位"
    )
    line: Annotated["ClaimLine", strawberry.lazy("schema.claims.claim")] = one(
        models.Payment.line, "The line that it pays. 补贴明细"
    )
    batch: Annotated["DisbursementBatch", strawberry.lazy("schema.payment.disbursement")] | None = (
        one(models.Payment.batch, "Its batch, for those who may see it; none if offline. 发放批次")
    )
    receipt_connection: Connection[Receipt] = page(
        models.Receipt.payment,
        "What was said of its arrival. 到账确认",
        (OLDEST, NEWEST),
        order_type=RecordOrder,
    )
    receipts: list[Receipt] = deprecate_field(
        many(
            models.Receipt.payment, "What was said of its arrival, oldest first. 到账确认", OLDEST
        ),
        "receiptConnection",
    )
    history: Connection[History] = history(models.Payment)


@record_type("A batch written for the bank, by whom and with which sum (X8, X11). 批次导出")
class BatchExport(Node):
    """A batch written for the bank."""

    table = models.BatchExport

    format: models.BankFileFormat = column("In which format. 文件格式")
    name: str = column("The file's name. 文件名")
    size: int = column("How many bytes it has. 大小（字节）")
    sha256: str = column("The SHA-256 of its bytes, in hexadecimal. 校验值")
    payment_count: int = column("How many payments are in it. 笔数")
    amount: Money = column("Their control total, in yuan. 合计金额（元）")
    account_name: str = column("Who had it written. 导出人")
    at: datetime = column("When. 导出时间")
    url: str | None = derived(
        sign_batch_url,
        ("id", "account_id", "at"),
        "Where who had it written fetches it, for some minutes after that. 下载链接",
        served=True,
    )
    batch: Annotated["DisbursementBatch", strawberry.lazy("schema.payment.disbursement")] = one(
        models.BatchExport.batch, "The batch. 发放批次"
    )


@strawberry.type(description="One thing that is wrong with a row. 错误项")
class AnswerFault:
    """One thing that is wrong with a row."""

    reason: Reason = column("The stable name of the fault. 原因代码")
    place: str | None = column("Which of its columns. 列")
    message: str = column("What is wrong. 说明")
    cure: str = column("What to do about it. 处理办法")


@strawberry.type(description="What came of a row of the bank's answer. 逐行处理结果")
class AnswerOutcome:
    """What came of a row of the bank's answer."""

    row: int = column("Which row, from 1. 行号")
    reference: str | None = column("The payment that it settled. 付款编号")
    outcome: RowOutcome = column("What came of it. 处理结果")
    faults: list[AnswerFault] = column("All that is wrong with it. 错误")


@record_type("What the bank answered of a batch, and what came of each row (X8). 结果导入")
class BatchImport(Node):
    """What the bank answered of a batch."""

    table = models.BatchImport

    sha256: str = column("The SHA-256 of what came: the same twice is seen. 校验值")
    row_count: int = column("How many rows. 行数")
    paid_count: int = column("How many payments or transfers it settled as paid. 成功笔数")
    failed_count: int = column("How many it settled as failed. 失败笔数")
    known_count: int = column("How many rows told what was known already. 已登记行数")
    fault_count: int = column("How many rows were not applied. 错误行数")
    outcomes: list[AnswerOutcome] = derived(
        describe_outcomes, ("outcomes",), "Row by row, in their order. 逐行结果"
    )
    account_name: str = column("Who brought it. 导入人")
    at: datetime = column("When. 导入时间")
    batch: Annotated["DisbursementBatch", strawberry.lazy("schema.payment.disbursement")] = one(
        models.BatchImport.batch, "The batch as it is now. 发放批次"
    )


@strawberry.type(description="A payable line that could not go into a batch (X4). 未纳入明细")
class LeftOutLine:
    """A payable line that could not go into a batch."""

    line_id: strawberry.ID = column("Which line. 明细")
    reason: Reason = column("The stable name of what stood in the way. 原因代码")
    message: str = column("What stood in the way. 说明")
    cure: str = column("What to do about it. 处理办法")


@record_type("Payments that go to the bank together (X8). 发放批次")
class DisbursementBatch(Node):
    """Payments that go to the bank together."""

    table = models.DisbursementBatch

    number: str = column("By what it is called. 批次号")
    region: RegionCode = column("Whose batch it is. 行政区划")
    claim_kind: models.ClaimKind | None = column(
        "The only kind of claim in it, if it was made for one. 补贴类型"
    )
    state: models.BatchState = column("Where it stands. 批次状态")
    payment_count: int = column("How many payments. 笔数")
    transfer_count: int = derived(
        count_transfers,
        ("transfer_count", "payment_count"),
        "How many transfers the bank makes: fewer where it pays some together (X8). 转账笔数",
    )
    amount: Money = column("Their sum, in yuan. 金额（元）")
    paid_count: int = column("How many are paid. 成功笔数")
    paid_amount: Money = column("Their sum, in yuan. 成功金额（元）")
    failed_count: int = column("How many failed. 失败笔数")
    failed_amount: Money = column("Their sum, in yuan. 失败金额（元）")
    sent_back: int = column("How many lines risk controls sent back instead (X3). 退回笔数")
    left_out: list[LeftOutLine] = derived(
        describe_left_out_lines,
        ("left_out",),
        "Which payable lines it was made without, and why, where all were meant (X4). 未纳入明细",
    )
    reason: str | None = column("Why it was cancelled. 取消原因")
    made_by_name: str = column("Who made it. 经办人")
    settled_at: datetime | None = column("When the last payment was answered. 办结时间")
    version: int = column("Its version; a change must name it (X12). 版本")
    created_at: datetime = column("When it was made. 创建时间")
    payments: Connection[Payment] = page(
        models.Payment.batch,
        "Its payments. 支付记录",
        PAYMENT_ORDERS,
        (PAYMENT_STATE,),
        PaymentOrder,
    )
    export_connection: Connection[BatchExport] = page(
        models.BatchExport.batch,
        "When it was written for the bank. 导出记录",
        (OLDEST, NEWEST),
        order_type=RecordOrder,
    )
    exports: list[BatchExport] = deprecate_field(
        many(
            models.BatchExport.batch,
            "When it was written for the bank, oldest first. 导出记录",
            OLDEST,
        ),
        "exportConnection",
    )
    import_connection: Connection[BatchImport] = page(
        models.BatchImport.batch,
        "What the bank answered. 导入记录",
        (OLDEST, NEWEST),
        order_type=RecordOrder,
    )
    imports: list[BatchImport] = deprecate_field(
        many(models.BatchImport.batch, "What the bank answered, oldest first. 导入记录", OLDEST),
        "importConnection",
    )
    history: Connection[OfficeHistory] = office_history(models.DisbursementBatch)
    possible_actions: list[PossibleAction] = bind_possible_actions(
        "DisbursementBatch",
        list_batch_actions,
        ("state", "region", EXPORTERS, "paid_count", "failed_count"),
        "What the viewer may do next, and why not (X4). 可办操作",
        served=True,
        policed=True,
    )
