"""Whom a service subsidy is paid to."""

from enum import StrEnum


class Beneficiary(StrEnum):
    """Who is paid for a placement (S14). 补贴享受对象"""

    PERSON = "PERSON"
    UNIT = "UNIT"
