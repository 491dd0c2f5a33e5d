"""What files may belong to."""

from enum import StrEnum


class AttachedTo(StrEnum):
    """What kind of record a file belongs to. 附件所属"""

    DECLARATION = "DECLARATION"
    STAFF = "STAFF"
    POST = "POST"
    INTERN = "INTERN"
    MONTHLY_REPORT = "MONTHLY_REPORT"
    CLAIM = "CLAIM"
    QUALIFICATION = "QUALIFICATION"
    TRAINING_CLASS = "TRAINING_CLASS"
    COMPLETION = "COMPLETION"
    CHANGE_REQUEST = "CHANGE_REQUEST"
