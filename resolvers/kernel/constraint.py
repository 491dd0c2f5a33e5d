"""What the database's constraints say, in the words of the rules they are the last line of."""

from collections.abc import Mapping

from sqlalchemy.exc import IntegrityError

from rules.kernel.refusal import Fault, Reason, fault

FAULTS_BY_CONSTRAINT: Mapping[str, Fault] = {
    "uq_passkey_credential_id": fault(Reason.PASSKEY_EXISTS, "credential"),
    "uq_account_username": fault(Reason.ACCOUNT_NAME_TAKEN, "account"),
    "uq_declaration_unit_id_counting": fault(Reason.DECLARATION_EXISTS),
    "uq_post_unit_id_name_key": fault(Reason.NAME_TAKEN, "name"),
    "uq_intern_unit_id_person_id_standing": fault(Reason.INTERN_ALREADY_HERE),
    "uq_reduction_unit_id_intern_id_standing": fault(Reason.REDUCTION_EXISTS, "internId"),
    "uq_change_request_unit_id_record_id_pending": fault(Reason.CHANGE_PENDING),
    "ex_qualification_unit_id_kind_valid": fault(Reason.QUALIFICATION_OVERLAPS),
    "uq_completion_unit_id_class_id_standing": fault(Reason.COMPLETION_EXISTS, "classId"),
    "ex_internship_term_person_id_term": fault(Reason.TERM_OVERLAPS),
    "ex_internship_term_person_id_slots": fault(Reason.TERM_USED_UP, months="—"),
    "uq_monthly_report_unit_id_intern_id_month_standing": fault(Reason.REPORT_EXISTS, "rows"),
    "uq_claimed_report_unit_id_report_id_held": fault(Reason.REPORT_HELD),
    "uq_claim_line_person_id_mentored": fault(Reason.ALREADY_MENTORED),
    "uq_claim_line_person_id_employer_code_hired": fault(Reason.ALREADY_SUBSIDISED),
    "uq_trainee_unit_id_class_id_person_id": fault(Reason.TRAINEE_TWICE, "idNumber"),
    "uq_trainee_person_id_period_from_place": fault(
        Reason.PLACES_USED_UP, "trainees", most="—", first="—", last="—"
    ),
    "ex_trainee_person_id_during": fault(Reason.TRAINING_OVERLAPS, "trainees"),
    "fk_claim_line_unit_id_trainee_id": fault(Reason.TRAINEE_CLAIMED),
    "uq_claim_line_unit_id_trainee_id_held": fault(Reason.TRAINEE_CLAIMED),
    "ex_claim_unit_id_course_code_class_id": fault(Reason.COURSE_CLAIMED, number="—"),
    "uq_payment_unit_id_line_id_standing": fault(Reason.PAYMENT_STANDS),
    "uq_clawback_unit_id_line_id_pending": fault(Reason.CLAWBACK_EXISTS, "lineId"),
    "uq_calendar_year_region_year_edition": fault(Reason.STALE_VERSION, "edition", current="—"),
    "uq_course_code_edition": fault(Reason.STALE_VERSION, "edition", current="—"),
    "uq_publicity_line_unit_id_line_id_pending": fault(
        Reason.WRONG_STATUS,
        "which",
        status="IN_PUBLICITY",
        possible="PASS_PUBLICITY, FAIL_PUBLICITY",
    ),
    "uq_bank_account_unit_id_number": fault(Reason.ACCOUNT_EXISTS, "number"),
    "ex_function_grant_account_id_function_term": fault(Reason.GRANT_EXISTS, functions="—"),
    "uq_bank_account_unit_id_default": fault(Reason.DEFAULT_NEEDED, "isDefault"),
}


def fault_for_integrity_error(error: IntegrityError) -> Fault | None:
    """Translate a constraint's violation; None where no rule stands behind it."""
    return FAULTS_BY_CONSTRAINT.get(get_violated_constraint(error))


def get_violated_constraint(error: IntegrityError) -> str:
    """Name the constraint that was violated."""
    cause = getattr(error.orig, "__cause__", None) or error.orig
    return str(getattr(cause, "constraint_name", ""))
