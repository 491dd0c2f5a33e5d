"""What clients may change of publicity and payment."""

import strawberry

from resolvers.payment import objection, publicity, publicity_result
from resolvers.payment.batch_export import export_batch
from resolvers.payment.batch_import import import_bank_answer
from resolvers.payment.calendar_year import enter_calendar_year
from resolvers.payment.claim_line_return import readmit_claim_line, send_back_claim_line
from resolvers.payment.clawback import propose_clawback, record_recovery
from resolvers.payment.disbursement import cancel_batch, make_batch
from resolvers.payment.line_account import confirm_line_account, name_line_account
from resolvers.payment.offline_payment import mark_disbursed
from resolvers.payment.receipt import confirm_receipt
from rules.kernel.function import Function
from schema.claims.claim import ClaimLinePayload, ClaimLineResult
from schema.kernel.mutation import anonymous_mutation, mutation
from schema.payment import payload_disbursement as paid
from schema.payment import publicity_payload as payload
from schema.payment.clawback import ClawbackMutations, ClawbackPayload, ClawbackResult


@strawberry.type
class PaymentMutations:
    """What clients may change of publicity and payment."""

    make_batch: paid.DisbursementBatchResult = mutation(
        make_batch, paid.DisbursementBatchPayload, Function.DISBURSE_CLAIMS
    )
    cancel_batch: paid.DisbursementBatchResult = mutation(
        cancel_batch, paid.DisbursementBatchPayload, Function.DISBURSE_CLAIMS
    )
    export_batch: paid.BatchExportResult = mutation(
        export_batch, paid.BatchExportPayload, Function.DISBURSE_CLAIMS
    )
    import_bank_answer: paid.BatchImportResult = mutation(
        import_bank_answer, paid.BatchImportPayload, Function.DISBURSE_CLAIMS
    )
    mark_disbursed: paid.PaymentsResult = mutation(
        mark_disbursed, paid.PaymentsPayload, Function.DISBURSE_CLAIMS
    )
    send_back_claim_line: ClaimLineResult = mutation(
        send_back_claim_line, ClaimLinePayload, Function.REVIEW_CLAIMS
    )
    readmit_claim_line: ClaimLineResult = mutation(
        readmit_claim_line, ClaimLinePayload, Function.REVIEW_CLAIMS
    )
    name_line_account: ClaimLineResult = mutation(
        name_line_account, ClaimLinePayload, Function.FILE_CLAIMS
    )
    confirm_line_account: ClaimLineResult = mutation(
        confirm_line_account, ClaimLinePayload, Function.REVIEW_CLAIMS
    )
    propose_clawback: ClawbackResult = mutation(
        propose_clawback, ClawbackPayload, Function.PROPOSE_CLAWBACKS
    )
    record_recovery: ClawbackResult = mutation(
        record_recovery, ClawbackPayload, Function.DISBURSE_CLAIMS
    )
    confirm_receipt: paid.ReceiptResult = mutation(
        confirm_receipt, paid.ReceiptPayload, Function.CONFIRM_RECEIPTS
    )

    publish_lines: payload.LinesResult = mutation(
        publicity.publish_lines, payload.LinesPayload, Function.PUBLISH_CLAIMS
    )
    pass_publicity: payload.LinesResult = mutation(
        publicity_result.pass_publicity, payload.LinesPayload, Function.PUBLISH_CLAIMS
    )
    fail_publicity: payload.LinesResult = mutation(
        publicity_result.fail_publicity, payload.LinesPayload, Function.PUBLISH_CLAIMS
    )
    lodge_objection: payload.LodgedObjectionResult = anonymous_mutation(
        objection.lodge_objection, payload.build_lodged_payload
    )
    look_up_objection: payload.ObjectionStandingResult = anonymous_mutation(
        objection.look_up_objection, payload.build_standing_payload
    )
    settle_objection: payload.ObjectionResult = mutation(
        objection.settle_objection, payload.ObjectionPayload, Function.SETTLE_OBJECTIONS
    )
    enter_calendar_year: payload.CalendarYearResult = mutation(
        enter_calendar_year, payload.CalendarYearPayload, Function.MAINTAIN_CALENDAR
    )


MUTATIONS = (PaymentMutations, ClawbackMutations)
