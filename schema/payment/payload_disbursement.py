"""What mutations about payments answer."""

import strawberry

from schema.kernel.binding import column
from schema.kernel.mutation import build_result_union
from schema.payment.disbursement import (
    BatchExport,
    BatchImport,
    DisbursementBatch,
    Payment,
    Receipt,
)


@strawberry.type(description="The batch as it is now. 发放批次")
class DisbursementBatchPayload:
    """The batch as it is now."""

    batch: DisbursementBatch = column("The batch. 发放批次")


@strawberry.type(description="What was written for the bank. 批次导出")
class BatchExportPayload:
    """What was written for the bank."""

    export: BatchExport = column("The file, and where to fetch it. 批次导出")


@strawberry.type(description="What the bank's answer changed, row by row. 结果导入")
class BatchImportPayload:
    """What the bank's answer changed."""

    answer: BatchImport = column("What came of it. 结果导入")


@strawberry.type(description="The payments, in the order of the lines. 支付记录")
class PaymentsPayload:
    """The payments, in the order of the lines."""

    payments: list[Payment] = column("The payments. 支付记录")


@strawberry.type(description="What was said of a payment's arrival. 到账确认")
class ReceiptPayload:
    """What was said of a payment's arrival."""

    receipt: Receipt = column("What was said. 到账确认")


DisbursementBatchResult = build_result_union(DisbursementBatchPayload, "DisbursementBatchResult")
BatchExportResult = build_result_union(BatchExportPayload, "BatchExportResult")
BatchImportResult = build_result_union(BatchImportPayload, "BatchImportResult")
PaymentsResult = build_result_union(PaymentsPayload, "PaymentsResult")
ReceiptResult = build_result_union(ReceiptPayload, "ReceiptResult")
