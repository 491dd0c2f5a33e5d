"""How approved lines are paid, paid back, and said to have arrived (X8, X15, S19)."""

import strawberry

from resolvers.payment.batch_export import export_batch
from resolvers.payment.batch_import import import_bank_answer
from resolvers.payment.claim_line_return import readmit_claim_line, send_back_claim_line
from resolvers.payment.clawback import propose_clawback
from resolvers.payment.disbursement import cancel_batch, make_batch
from resolvers.payment.offline_payment import mark_disbursed
from resolvers.payment.receipt import confirm_receipt
from rules.kernel.function import Function
from schema.api import input, payload  # noqa: F401 - the inputs enter with their descriptions
from schema.kernel.mutation import mutation
from schema.payment import payload_disbursement as paid


@strawberry.type
class DisbursementMutations:
    """How approved lines are paid."""

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
    send_back_claim_line: payload.ClaimLineResult = mutation(
        send_back_claim_line, payload.ClaimLinePayload, Function.REVIEW_CLAIMS
    )
    readmit_claim_line: payload.ClaimLineResult = mutation(
        readmit_claim_line, payload.ClaimLinePayload, Function.REVIEW_CLAIMS
    )
    propose_clawback: payload.ClawbackResult = mutation(
        propose_clawback, payload.ClawbackPayload, Function.PROPOSE_CLAWBACKS
    )
    confirm_receipt: paid.ReceiptResult = mutation(
        confirm_receipt, paid.ReceiptPayload, Function.CONFIRM_RECEIPTS
    )
