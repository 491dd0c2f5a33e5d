"""What clients may read of what is paid (X8)."""

import strawberry

import models
from resolvers.back_dated import parameter_differences
from rules.function import Function
from schema.back_dated import ParameterDifferences
from schema.binding import resolved_by, top
from schema.claim import ClaimLine
from schema.connection import Connection
from schema.disbursement import DisbursementBatch, Payment, Receipt
from schema.listing import (
    ARRIVED,
    BATCH_KIND,
    BATCH_STATE,
    BY_AGE,
    LINE_KIND,
    LINE_STATE,
    PAYMENT_STATE,
    REGION,
    RecordOrder,
)
from schema.node import READERS


@strawberry.type
class DisbursementQuery:
    """What clients may read of what is paid."""

    claim_lines: Connection[ClaimLine] = top(
        models.ClaimLine,
        "Lines of claims: what is payable, what is paid (X8, X15). 补贴明细列表",
        READERS,
        BY_AGE,
        (LINE_STATE, LINE_KIND, REGION),
        RecordOrder,
    )
    disbursement_batches: Connection[DisbursementBatch] = top(
        models.DisbursementBatch,
        "Batches of payments (X8). 发放批次列表",
        READERS,
        BY_AGE,
        (BATCH_STATE, BATCH_KIND, REGION),
        RecordOrder,
    )
    payments: Connection[Payment] = top(
        models.Payment,
        "Attempts to pay lines (X8). 支付记录列表",
        READERS,
        BY_AGE,
        (PAYMENT_STATE, REGION),
        RecordOrder,
    )
    parameter_differences: ParameterDifferences | None = resolved_by(
        parameter_differences, frozenset({Function.SEE_DIFFERENCES})
    )
    receipts: Connection[Receipt] = top(
        models.Receipt,
        "What was said of payments' arrival; `arrived: false` lists complaints. 到账确认列表",
        READERS,
        BY_AGE,
        (ARRIVED, REGION),
        RecordOrder,
    )
