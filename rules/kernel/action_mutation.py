"""By which mutation each possible action of a record is done (X4)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, wraps

from models import ClaimKind
from rules.kernel.action import Action
from rules.kernel.record_kind import RecordKind, get_record_kind
from rules.kernel.workflow import PossibleAction

_PUBLICITY = {
    Action.PUBLISH: "publish_lines",
    Action.PASS_PUBLICITY: "pass_publicity",
    Action.FAIL_PUBLICITY: "fail_publicity",
}

_NAMES_BY_KIND: Mapping[RecordKind, Mapping[Action, str]] = {
    RecordKind.DECLARATION: {
        Action.CHANGE: "change_declaration",
        Action.REQUEST_CHANGE: "request_change",
        Action.END: "end_declaration",
    },
    RecordKind.POST: {Action.CHANGE: "change_post", Action.REQUEST_CHANGE: "request_change"},
    RecordKind.INTERN: {
        Action.CHANGE: "change_intern",
        Action.REQUEST_CHANGE: "request_change",
        Action.REDUCE: "add_reduction",
    },
    RecordKind.MONTHLY_REPORT: {Action.CHANGE: "save_monthly_reports"},
    RecordKind.CLAIM: {**_PUBLICITY, Action.DISBURSE: "make_batch"},
    RecordKind.REDUCTION: {Action.CHANGE: "change_reduction"},
    RecordKind.CLAWBACK: {Action.RECOVER: "record_recovery"},
    RecordKind.CHANGE_REQUEST: {Action.CHANGE: "amend_change_request"},
    RecordKind.QUALIFICATION: {Action.CHANGE: "change_qualification"},
    RecordKind.TRAINING_CLASS: {
        Action.CHANGE: "change_training_class",
        Action.COMPLETE: "complete_class",
    },
    RecordKind.COMPLETION: {Action.CHANGE: "score_trainees"},
    RecordKind.OBJECTION: {
        Action.APPROVE: "settle_objection",
        Action.REFUSE: "settle_objection",
    },
}
"""What a kind's transitions don't name: how its records are changed, and what is done otherwise."""

NAMES_BY_RECORD: Mapping[str, Mapping[Action, str]] = {
    "Account": {
        Action.CHANGE: "change_operator",
        Action.CLOSE: "close_account",
        Action.REOPEN: "reopen_account",
        Action.END_SESSIONS: "end_sessions_of_account",
        Action.REMOVE_FACTOR: "remove_factor_of_account",
        Action.RESET_PASSWORD: "reset_password_of_account",
        Action.CONFIRM: "confirm_account_change",
        Action.REFUSE: "refuse_account_change",
    },
    "AccountAppeal": {
        Action.RESTORE_ACCESS: "restore_access",
        Action.CORRECT_HOLDER: "correct_holder",
        Action.REFUSE: "refuse_appeal",
    },
    "Applicant": {Action.CALL: "call_applicant"},
    "AuditFinding": {Action.EXPLAIN: "explain_finding", Action.CONFIRM: "confirm_finding"},
    "BankAccount": {Action.CHANGE: "change_bank_account"},
    "BoardPush": {Action.RETRY: "retry_board_push"},
    "ClaimLine": {
        **_PUBLICITY,
        Action.NAME_ACCOUNT: "name_line_account",
        Action.CONFIRM_ACCOUNT: "confirm_line_account",
        Action.STRIKE: "strike_claim_line",
        Action.SEND_BACK: "send_back_claim_line",
        Action.READMIT: "readmit_claim_line",
        Action.CLAW_BACK: "propose_clawback",
        Action.PUT_IN_BATCH: "make_batch",
        Action.MARK_DISBURSED: "mark_disbursed",
        Action.CONFIRM_RECEIPT: "confirm_receipt",
    },
    "DisbursementBatch": {
        Action.EXPORT: "export_batch",
        Action.IMPORT_RESULTS: "import_bank_answer",
        Action.CANCEL: "cancel_batch",
    },
    "FunctionGrant": {Action.REVOKE: "revoke_functions"},
    "Parameter": {
        Action.APPROVE: "approve_parameter",
        Action.REFUSE: "refuse_parameter",
        Action.WITHDRAW: "withdraw_parameter",
    },
    "Person": {Action.CHANGE: "complete_information"},
    "Roster": {Action.WITHDRAW: "withdraw_roster"},
    "Trainee": {
        Action.REMOVE: "remove_trainee",
        Action.SCORE: "score_trainee",
        Action.OVERRIDE: "override_control",
    },
    "Unit": {Action.CHANGE: "complete_unit_profile", Action.VERIFY: "verify_unit"},
}
"""Records that no kind is declared for, by the name of their type."""


@cache
def get_mutation_name(record: str | RecordKind | ClaimKind, action: Action) -> str:
    """Name the mutation that does an action to a record, as clients spell it."""
    if isinstance(record, ClaimKind):
        if action is Action.CHANGE:
            return _to_camel(f"change_{record}_claim")
        record = RecordKind.CLAIM
    if not isinstance(record, RecordKind):
        return _to_camel(NAMES_BY_RECORD[record][action])
    found = _NAMES_BY_KIND[record].get(action)
    return _to_camel(found or get_record_kind(record).get_mutation_name(action))


def name_mutations(
    record: str | RecordKind | ClaimKind, actions: Sequence[PossibleAction]
) -> list[PossibleAction]:
    """Say of each possible action by which mutation it is done."""
    return [replace(each, mutation=get_mutation_name(record, each.action)) for each in actions]


def name_mutations_of(
    record: str | RecordKind, rule: Callable[..., Sequence[PossibleAction]]
) -> Callable[..., Sequence[PossibleAction]]:
    """Let a rule that lists a record's possible actions name their mutations."""

    @wraps(rule)
    def list_named_actions(*values: object, **given: object) -> Sequence[PossibleAction]:
        return name_mutations(record, rule(*values, **given))

    return list_named_actions


def _to_camel(name: str) -> str:
    first, *others = name.lower().split("_")
    return first + "".join(part.capitalize() for part in others)
