"""Where names may be kept, and why. Numbers may be kept in no column at all."""

from collections.abc import Mapping

from tests.canaries.canary import Canary, Kind

_WRITTEN = "what people write of the matter: numbers in it are masked, names stay"
_NAMES = "names, which offices and units read; those of who appeals or objects are sealed"
_GIVEN = "what others have given: a code, a bank's answer, an official source"
_ABOUT = "what a step, a request or a notice to the board is about: its title, and what changed"

NAMES: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("account.pending_reason", "access_history.reason", "account_appeal.text"),
            "audit_finding.reason",
            *("account_appeal.reason", "calendar_year.source", "change_request.motive"),
            *("change_request.reason", "change_request.values", "change_request.base"),
            *("claim.reason", "claim_line.reason", "claim_line.readmission_reason"),
            *("clawback.cause", "clawback.reason", "completion.reason"),
            *("declaration.training_plan", "declaration.reason", "disbursement_batch.reason"),
            *("function_grant.reason", "function_grant.revoked_because", "history.reason"),
            *("intern.reason", "monthly_report.remarks", "monthly_report.reason"),
            *("objection.text", "objection.reason", "office_history.reason", "parameter.reason"),
            *("parameter.source", "payment.reason", "post.duties", "post.workplace", "post.reason"),
            *("publicity_line.reason", "qualification.reason", "receipt.note", "reduction.cause"),
            *("reduction.note", "reduction.reason", "trainee.override_reason"),
            *("training_class.reason", "unmasking.reason"),
        ),
        _WRITTEN,
    ),
    **dict.fromkeys(
        (
            *("person.name", "person.school", "person.official_school", "account.name"),
            *("unit.name", "unit.legal_representative", "unit.contact_name", "unit.industry"),
            *("unit.address", "bank_account.bank", "bank_account.branch"),
            *("bank_account.account_name", "course.name", "course.provider", "attachment.name"),
            *("upload.name", "appeal_evidence.name", "roster.name", "post.name", "post.name_key"),
            *("publicity.title", "declaration_staff.name", "declaration_staff.duty"),
            *("intern.name", "trainee.name", "training_class.name", "training_class.place"),
            *("roster_row.name", "roster_row.payee_bank", "roster_row.values"),
            *("claim_line.payee_name", "claim_line.payee_bank", "claim_line.proposed_payee_bank"),
            *("claim_line.employer_name", "payment.payee_name", "payment.payee_bank"),
            *("unit_name_part.part", "person_name_part.part", "intern_name_part.part"),
            *("post_name_part.part",),
            *("history.account_name", "office_history.account_name", "access_history.account_name"),
        ),
        _NAMES,
    ),
    **dict.fromkeys(
        (
            *("course.code", "training_class.course_code", "parameter.key", "parameter.category"),
            *("parameter.value", "qualification.licence_number", "clawback.recovery_reference"),
            *("payment.bank_reference", "batch_import.outcomes", "fact_load.source"),
            *("person.source", "insurance_contribution.source", "labour_contract.source"),
            *("transfer_employment.source", "transfer_employment.destination"),
            *("unemployment_registration.source", "calendar_year.days"),
        ),
        _GIVEN,
    ),
    **dict.fromkeys(
        (
            *("history.title", "history.changes", "office_history.title"),
            *("office_history.changes", "access_history.about", "change_request.changes"),
            *("board_push.content",),
        ),
        _ABOUT,
    ),
}


def is_kept(canary: Canary, place: str) -> bool:
    """Return whether a column may hold a canary.

    A number that is said to be a code of somebody else's is one, whatever it looks like.
    """
    return canary.is_code or (canary.kind is Kind.NAME and place in NAMES)
