"""What clients may read of publicity and payment."""

from dataclasses import replace

import strawberry

import models
from loaders.filter import Filter, Operator
from resolvers.claims.claim_line_selection import LINE_FILTERS
from resolvers.payment.public_notice import load_public_notice
from rules.kernel.function import ANYONE
from schema.claims.claim import ClaimLine
from schema.kernel.binding import resolved_by, root_connection
from schema.kernel.connection import Connection
from schema.kernel.listing import (
    AMOUNT_ORDERS,
    ARRIVED,
    BATCH_KIND,
    BATCH_NUMBER,
    BATCH_ORDERS,
    BATCH_STATE,
    BY_AGE,
    CLAWBACK_ORDERS,
    KIND,
    LINE_STATE,
    PAYMENT_ORDERS,
    PAYMENT_STATE,
    PERSON,
    PERSON_NAME,
    REGION,
    STATUS,
    AmountOrder,
    ClawbackOrder,
    PaymentOrder,
    RecordOrder,
    filter_by_amount,
    filter_by_day,
    filter_by_record,
    filter_by_unit,
    filter_by_values,
)
from schema.kernel.permission import READERS, RootQueries
from schema.payment.calendar_year import CalendarYear
from schema.payment.clawback import Clawback
from schema.payment.disbursement import DisbursementBatch, Payment, Receipt
from schema.payment.publicity import Objection, Publicity, PublicNotice


@strawberry.type
class DisbursementQueries(RootQueries):
    """What clients may read of what is paid."""

    disbursement_batches: Connection[DisbursementBatch] = root_connection(
        models.DisbursementBatch,
        "Batches of payments (X8). 发放批次列表",
        READERS,
        BATCH_ORDERS,
        (BATCH_NUMBER, BATCH_STATE, BATCH_KIND, REGION),
        AmountOrder,
    )
    payments: Connection[Payment] = root_connection(
        models.Payment,
        "Attempts to pay lines (X8). 支付记录列表",
        READERS,
        PAYMENT_ORDERS,
        (
            PAYMENT_STATE,
            filter_by_record(models.Payment.batch, "batch", "In this batch. 发放批次"),
            *filter_by_unit(models.Payment.unit),
            *filter_by_amount(),
            *filter_by_day(
                "paid_on",
                "paid",
                "Paid then or later. 支付日期起",
                "Paid then or before. 支付日期止",
            ),
            REGION,
        ),
        PaymentOrder,
    )
    receipts: Connection[Receipt] = root_connection(
        models.Receipt,
        "What was said of payments' arrival; `arrived: false` lists complaints. 到账确认列表",
        READERS,
        BY_AGE,
        (ARRIVED, REGION),
        RecordOrder,
    )
    clawbacks: Connection[Clawback] = root_connection(
        models.Clawback,
        "Clawbacks (J5, X1). 追回列表",
        READERS,
        CLAWBACK_ORDERS,
        (STATUS, *filter_by_unit(models.Clawback.unit), REGION),
        ClawbackOrder,
    )


_KIND = replace(KIND, column="claim_kind")
_CLAIM_STATUS = filter_by_values(
    "claim_status", models.Status, "Of claims in one of these states. 申报状态"
)
YEAR = Filter(
    name="year", type=int, column="year", operator=Operator.IS, description="Of this year. 年度"
)


@strawberry.type
class PublicityQueries(RootQueries):
    """What is read of publicities."""

    public_notices: Connection[PublicNotice] = root_connection(
        models.PublicNotice,
        "What is published now, for everybody: from its first day until its result has been shown "
        "for some days (X7). 公示公告列表",
        ANYONE,
        BY_AGE,
        (_KIND, REGION),
        RecordOrder,
    )
    public_notice: PublicNotice | None = resolved_by(load_public_notice, ANYONE)
    claim_lines: Connection[ClaimLine] = root_connection(
        models.ClaimLine,
        "Lines of claims of all kinds: what is to be published, payable, paid (X15). 补贴明细列表",
        READERS,
        AMOUNT_ORDERS,
        (
            LINE_STATE,
            _CLAIM_STATUS,
            *LINE_FILTERS,
            filter_by_record(models.ClaimLine.claim, "claim", "Of this claim. 补贴申报"),
            filter_by_record(models.ClaimLine.unit, "unit", "Of this unit. 所属单位"),
            PERSON,
            PERSON_NAME,
            *filter_by_amount(),
        ),
        AmountOrder,
    )
    publicities: Connection[Publicity] = root_connection(
        models.Publicity,
        "Publicities (S17). 公示列表",
        READERS,
        BY_AGE,
        (_KIND, REGION),
        RecordOrder,
    )
    objections: Connection[Objection] = root_connection(
        models.Objection,
        "Objections in the viewer's region (X7). 异议列表",
        READERS,
        BY_AGE,
        (STATUS, REGION),
        RecordOrder,
    )
    calendar_years: Connection[CalendarYear] = root_connection(
        models.CalendarYear,
        "Holidays and make-up days by year; the last edition counts (X7). 工作日历列表",
        READERS,
        BY_AGE,
        (YEAR, REGION),
        RecordOrder,
    )
