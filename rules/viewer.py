"""Who asks: account, role, functions and language."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from models import SYSTEM_ACCOUNT, Role
from rules.function import FUNCTIONS, Function, Functions


class Language(StrEnum):
    """In which language messages are written."""

    ZH = "ZH"
    EN = "EN"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who asks, signed in or not."""

    language: Language = Language.ZH
    account_id: UUID | None = None
    name: str = ""
    role: Role | None = None
    region: str | None = None
    unit_id: UUID | None = None
    person_id: UUID | None = None
    session_id: UUID | None = None

    @property
    def functions(self) -> Functions:
        """Tell what the viewer may do (S1)."""
        return FUNCTIONS[self.role] if self.role else frozenset()

    def lacks(self, needed: Functions) -> list[Function]:
        """List the functions that the viewer would need and has not, in the enum's order."""
        missing = needed - self.functions
        return [function for function in Function if function in missing]


SYSTEM = Viewer(account_id=SYSTEM_ACCOUNT, name="系统 system", role=Role.SYSTEM, region="000000")
"""For whom background work is done: it reaches the whole nation and holds no function."""
