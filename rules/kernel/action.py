"""What is done to records, and what a reviewer may decide (X1)."""

from enum import StrEnum


class Action(StrEnum):
    """What somebody does to a record. 操作"""

    CHANGE = "CHANGE"
    SUBMIT = "SUBMIT"
    WITHDRAW = "WITHDRAW"
    APPROVE = "APPROVE"
    RETURN = "RETURN"
    REFUSE = "REFUSE"
    REVOKE = "REVOKE"
    PUBLISH = "PUBLISH"
    PASS_PUBLICITY = "PASS_PUBLICITY"  # noqa: S105 - not a password
    FAIL_PUBLICITY = "FAIL_PUBLICITY"
    DISBURSE = "DISBURSE"
    CLOSE = "CLOSE"
    REOFFER = "REOFFER"
    CALL = "CALL"
    STRIKE = "STRIKE"
    RETRY = "RETRY"
    REDUCE = "REDUCE"
    COMPLETE = "COMPLETE"
    SCORE = "SCORE"
    REQUEST_CHANGE = "REQUEST_CHANGE"
    END = "END"
    VOID = "VOID"
    REOPEN = "REOPEN"
    RESTORE = "RESTORE"
    RESTORE_ACCESS = "RESTORE_ACCESS"
    CORRECT_HOLDER = "CORRECT_HOLDER"
    PUT_IN_BATCH = "PUT_IN_BATCH"
    MARK_DISBURSED = "MARK_DISBURSED"
    EXPORT = "EXPORT"
    IMPORT_RESULTS = "IMPORT_RESULTS"
    CANCEL = "CANCEL"
    SEND_BACK = "SEND_BACK"
    READMIT = "READMIT"
    CLAW_BACK = "CLAW_BACK"
    RECOVER = "RECOVER"
    CONFIRM_RECEIPT = "CONFIRM_RECEIPT"
    EXPLAIN = "EXPLAIN"
    REMOVE = "REMOVE"
    OVERRIDE = "OVERRIDE"
    CONFIRM = "CONFIRM"
    NAME_ACCOUNT = "NAME_ACCOUNT"
    CONFIRM_ACCOUNT = "CONFIRM_ACCOUNT"
    VERIFY = "VERIFY"
    END_SESSIONS = "END_SESSIONS"
    REMOVE_FACTOR = "REMOVE_FACTOR"
    RESET_PASSWORD = "RESET_PASSWORD"  # noqa: S105 - not a password


class Verdict(StrEnum):
    """What a reviewer decides, on one record or on many. 审核结论"""

    APPROVE = "APPROVE"
    RETURN = "RETURN"
    REFUSE = "REFUSE"
    REVOKE = "REVOKE"
