from enum import StrEnum


class HireGroup(StrEnum):
    """Which of the two groups a hired person belongs to (S4). 人员类别"""

    REGISTERED_UNEMPLOYED = "REGISTERED_UNEMPLOYED"
    MIGRANT_WORKER = "MIGRANT_WORKER"
