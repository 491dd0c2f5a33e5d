"""Who lacks a function is told so, and who can grant it (S1)."""

from collections.abc import Iterable, Sequence

from rules.accounts.grant import list_grantors
from rules.kernel.entrance import get_entrance_name
from rules.kernel.function import FUNCTION_HOLDERS, GRANTABLE_FUNCTIONS, Entrance, Function
from rules.kernel.refusal import Fault, Reason, RuleError, fault
from rules.kernel.viewer import Language, Viewer

DEFAULT_HOTLINE = "12333"
"""The nation's hotline of the social administration, should an installation have none on file."""


class Forbidden(RuleError):
    """The viewer lacks a function (S1)."""

    def __init__(
        self, missing: Sequence[Function], viewer: Viewer, hotline: str = DEFAULT_HOTLINE
    ) -> None:
        super().__init__(Reason.FORBIDDEN)
        self.missing = list(missing)
        self.fault = _build_fault(missing, viewer, hotline)


class OfferedElsewhere(Forbidden):
    """What the viewer may do is offered at the other entrance alone (S30)."""

    def __init__(self, missing: Sequence[Function], here: Entrance, language: Language) -> None:
        RuleError.__init__(self, Reason.OFFERED_ELSEWHERE)
        self.missing = list(missing)
        there = Entrance.INTERNET if here is Entrance.INTRANET else Entrance.INTRANET
        words = {
            "here": get_entrance_name(here, language),
            "there": get_entrance_name(there, language),
        }
        self.fault = fault(Reason.OFFERED_ELSEWHERE, functions=", ".join(missing), **words)


class NotYetVerified(Forbidden):
    """The viewer's unit would have the function, once it is verified (X18)."""

    def __init__(self, missing: Sequence[Function]) -> None:
        RuleError.__init__(self, Reason.UNIT_UNVERIFIED)
        self.missing = list(missing)
        self.fault = fault(Reason.UNIT_UNVERIFIED)


class FactorMissing(Forbidden):
    """The viewer's role has the function, for accounts that have a second factor (J3)."""

    def __init__(self, missing: Sequence[Function]) -> None:
        RuleError.__init__(self, Reason.SECOND_FACTOR_MISSING)
        self.missing = list(missing)
        self.fault = fault(Reason.SECOND_FACTOR_MISSING)


class PasswordGiven(Forbidden):
    """The viewer would have the function, once they set a password of their own (X28)."""

    def __init__(self, missing: Sequence[Function]) -> None:
        RuleError.__init__(self, Reason.PASSWORD_GIVEN)
        self.missing = list(missing)
        self.fault = fault(Reason.PASSWORD_GIVEN)


class HolderMissing(Forbidden):
    """The viewer would have the function, once the account says whose it is (X2)."""

    def __init__(self, missing: Sequence[Function]) -> None:
        RuleError.__init__(self, Reason.HOLDER_MISSING)
        self.missing = list(missing)
        self.fault = fault(Reason.HOLDER_MISSING)


def can_be_granted(viewer: Viewer, missing: Iterable[Function]) -> bool:
    """Return whether what lacks could be granted to the viewer's account (S1)."""
    return viewer.role is not None and set(missing) <= GRANTABLE_FUNCTIONS[viewer.role]


def _build_fault(missing: Sequence[Function], viewer: Viewer, hotline: str) -> Fault:
    """Name who can grant what lacks, or else the roles that hold it; ask a stranger to sign in."""
    if viewer.role is None:
        return fault(Reason.SIGN_IN_FIRST)
    functions = ", ".join(missing)
    if can_be_granted(viewer, missing):
        region = viewer.desk or viewer.region
        who = ", ".join(list_grantors(viewer.role, region, viewer.language))
        named = {"functions": functions, "grantors": who, "hotline": hotline}
        return fault(Reason.FUNCTION_NOT_GRANTED, **named)
    holders = " / ".join(FUNCTION_HOLDERS[missing[0]]) or "-"
    return fault(Reason.FORBIDDEN, functions=functions, holders=holders)
