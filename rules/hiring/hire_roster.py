"""What a roster's row says of a hire: at which employer, and which region decides (S13, X21)."""

from collections.abc import Mapping
from datetime import date

from models import ClaimKind, HireGroup
from rules.hiring.hire import Hire

RowValues = Mapping[str, object]


def find_employer_code(values: RowValues, own_code: str) -> str:
    """Return the employing enterprise's credit code: the row's, or the unit's own (S13)."""
    code = values.get("employer_credit_code")
    return code if isinstance(code, str) else own_code


def build_hire(kind: ClaimKind, place: str, values: RowValues) -> Hire:
    """Read a hire out of a row whose cells could be read; no last day means open-ended (S6).

    The place that the roster states decides, once a control bears it out (S10, S13, X21): for who
    was placed, that of the employing enterprise. No credit code tells where a firm is: those of the
    national bureau name no place, and a firm that moved keeps its own.
    """
    group, first = values["group"], values["contract_starts_on"]
    last = values.get("contract_ends_on")
    if not isinstance(group, HireGroup) or not isinstance(first, date):
        raise TypeError("a row that passed states its group and the contract's first day")
    return Hire(
        kind=kind,
        group=group,
        region=place,
        starts_on=first,
        ends_on=last if isinstance(last, date) else None,
    )
