"""Who asks: account, role, functions and language."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from models import SYSTEM_ACCOUNT, Role
from rules.kernel.function import (
    ANYONE,
    COUNTER_FUNCTIONS,
    DECIDING_FUNCTIONS,
    ENROLMENT_FUNCTIONS,
    VERIFIED_FUNCTIONS,
    Function,
    Functions,
    granted_functions,
    limit_to_scopes,
)
from rules.kernel.region import compute_code_range


class Language(StrEnum):
    """In which language messages are written."""

    ZH = "ZH"
    EN = "EN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Somebody who asks, signed in or not.

    `granted` is what was granted to the account; None is all that its role may hold. `desk` is the
    own region of an officer at the counter, whose unit and region are then the applicant's (X17).
    `same_holder` are other accounts of the same person, who is one pair of eyes (X2).
    `elsewhere` are functions that this instance leaves to the other entrance (S30). A unit that is
    `unverified` may write drafts, and do nothing that reaches persons or money (X18). Whose
    `factor_missing` is, may add a second factor, and nothing else (J3). Whose `password_given` is,
    by an administrator or a command, sets one of their own before anything else (X28). Whose
    `proof_lapsed` is, must prove again who they are before they pay, unmask or grant (J3). Whose
    `holder_missing` is, decides nothing until the account says whose it is (X2). `scopes` are the
    functions beyond which a program does nothing, whatever its account may do. `certificate` is the
    fingerprint of the one without which their token is worth nothing, where it is bound to one.
    """

    language: Language = Language.ZH
    account_id: UUID | None = None
    name: str = ""
    role: Role | None = None
    region: str | None = None
    unit_id: UUID | None = None
    person_id: UUID | None = None
    session_id: UUID | None = None
    granted: Functions | None = None
    desk: str | None = None
    same_holder: frozenset[UUID] = frozenset()
    elsewhere: Functions = ANYONE
    unverified: bool = False
    factor_missing: bool = False
    password_given: bool = False
    holder_missing: bool = False
    proof_lapsed: bool = False
    scopes: Functions | None = None
    certificate: bytes | None = None
    functions: Functions = field(init=False)
    """What the viewer may do (S1); at the counter what the applicant may, and nothing else."""

    def __post_init__(self) -> None:
        """Find once what is asked for every field and every record."""
        found = granted_functions(self.role, self.granted) - self.elsewhere
        if self.holder_missing:
            found -= DECIDING_FUNCTIONS
        if self.at_counter:
            at_counter = COUNTER_FUNCTIONS - self.elsewhere
            opens = Function.COUNTER_FILING in limit_to_scopes(found, self.scopes)
            found = at_counter if opens else ANYONE
        if self.unverified:
            found -= VERIFIED_FUNCTIONS
        found = limit_to_scopes(found, self.scopes)
        if self.factor_missing or self.password_given:
            found &= ENROLMENT_FUNCTIONS
        object.__setattr__(self, "functions", found)

    @property
    def at_counter(self) -> bool:
        """Return whether an officer files for an applicant (X17)."""
        return self.desk is not None

    def may_act_in(self, region: str) -> bool:
        """Return whether records of a region are theirs to act on, not only to consult (X10, X21).

        A unit sees its own alone, wherever they lie.
        """
        if self.unit_id is not None:
            return True
        low, high = compute_code_range(self.region) if self.region else ("", "")
        return low <= region <= high

    def is_one_of(self, *accounts: UUID | None) -> bool:
        """Return whether one of some accounts is the viewer's, or another of the same person."""
        return any(
            each is not None and (each == self.account_id or each in self.same_holder)
            for each in accounts
        )

    def list_functions_elsewhere(self, missing: Iterable[Function]) -> list[Function]:
        """List those of some functions that one lacks only at this entrance (S30)."""
        whole = replace(self, elsewhere=ANYONE).functions
        if self.at_counter:  # which opens by the officer's own function
            own = granted_functions(self.role, self.granted) & self.elsewhere
            whole |= own & {Function.COUNTER_FILING}
        return [function for function in missing if function in whole]

    def list_functions_once_verified(self, missing: Iterable[Function]) -> list[Function]:
        """List those of some functions that one lacks only until one's unit is verified (X18)."""
        found = replace(self, unverified=False).functions if self.unverified else ANYONE
        return [function for function in missing if function in found]

    def list_functions_with_password(self, missing: Iterable[Function]) -> list[Function]:
        """List those of some functions that one lacks until one sets a password of one's own."""
        lifted = replace(self, password_given=False, factor_missing=False)
        found = lifted.functions if self.password_given else ANYONE
        return [function for function in missing if function in found]

    def list_functions_with_factor(self, missing: Iterable[Function]) -> list[Function]:
        """List those of some functions that one lacks only for want of a second factor (J3)."""
        found = replace(self, factor_missing=False).functions if self.factor_missing else ANYONE
        return [function for function in missing if function in found]

    def list_functions_with_holder(self, missing: Iterable[Function]) -> list[Function]:
        """List those of some functions that one lacks until one says whose the account is (X2)."""
        found = replace(self, holder_missing=False).functions if self.holder_missing else ANYONE
        return [function for function in missing if function in found]

    def list_missing_functions(self, needed: Functions) -> list[Function]:
        """List the functions that the viewer would need and has not, in the enum's order."""
        missing = needed - self.functions
        if missing and self.at_counter and not self.functions:
            return [Function.COUNTER_FILING]
        return [function for function in Function if function in missing] if missing else []


SYSTEM_VIEWER = Viewer(
    account_id=SYSTEM_ACCOUNT, name="系统 system", role=Role.SYSTEM, region="000000"
)
"""For whom background work is done: it reaches the whole nation and holds no function."""

COMMAND_VIEWER = replace(SYSTEM_VIEWER, name="命令行 command line")
"""Who acts by a command on the server: nobody who is signed in."""
