"""What clients may read of what is paid (X8)."""

import strawberry

import models
from schema.kernel.binding import root_connection
from schema.kernel.connection import Connection
from schema.kernel.listing import (
    ARRIVED,
    BATCH_KIND,
    BATCH_STATE,
    BY_AGE,
    PAYMENT_STATE,
    REGION,
    RecordOrder,
)
from schema.kernel.node import READERS
from schema.payment.disbursement import DisbursementBatch, Payment, Receipt


@strawberry.type
class DisbursementQuery:
    """What clients may read of what is paid."""

    disbursement_batches: Connection[DisbursementBatch] = root_connection(
        models.DisbursementBatch,
        "Batches of payments (X8). 发放批次列表",
        READERS,
        BY_AGE,
        (BATCH_STATE, BATCH_KIND, REGION),
        RecordOrder,
    )
    payments: Connection[Payment] = root_connection(
        models.Payment,
        "Attempts to pay lines (X8). 支付记录列表",
        READERS,
        BY_AGE,
        (PAYMENT_STATE, REGION),
        RecordOrder,
    )
    receipts: Connection[Receipt] = root_connection(
        models.Receipt,
        "What was said of payments' arrival; `arrived: false` lists complaints. 到账确认列表",
        READERS,
        BY_AGE,
        (ARRIVED, REGION),
        RecordOrder,
    )
