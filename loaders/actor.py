"""For whom a transaction speaks: stated first, read by the policies of the database (X10)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Text, func
from sqlalchemy.ext.asyncio import AsyncSession

from models import Reading, Role
from rules.kernel.function import Function
from rules.kernel.reading import ALL_READINGS, Readings, list_readings
from rules.kernel.region import compute_code_range
from rules.kernel.viewer import Viewer

RegionRange = tuple[str, str]

NO_REGIONS: RegionRange = ("", "")
ALL_REGIONS: RegionRange = ("000000", "999999")


_READING_SETTINGS = tuple((each, f"see_{each.lower()}") for each in Reading)
READING_SETTING_NAMES = tuple(name for _, name in _READING_SETTINGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """What the database is told of who acts; whatever is left empty opens nothing.

    `sweeps` is the instant before which what has expired may be deleted, whoever it belongs to.
    `knows` is a secret by which a single row may be found (blind indexes of a number, a user name,
    a session's or bucket's name); `subjects` are the persons whom a decision is about; `manages` is
    the unit whose operators' accounts are the actor's to keep; `today` opens what is published on
    that day. `reads` are the kinds of records that are seen within the range (section 5).
    """

    account: UUID | None = None
    unit: UUID | None = None
    person: UUID | None = None
    see: RegionRange = NO_REGIONS
    act: RegionRange = NO_REGIONS
    knows: str = ""
    subjects: tuple[UUID, ...] = ()
    sweeps: datetime | None = None
    manages: UUID | None = None
    today: date | None = None
    reads: Readings = ALL_READINGS

    def with_all_readings(self) -> "Actor":
        """State the same actor, to whom their region is open whatever their functions are.

        A decision knows all that it changes: what a mutation reads for itself is told to nobody.
        """
        return replace(self, reads=ALL_READINGS)

    def with_lookup_secret(self, secret: str) -> "Actor":
        """State the same actor, who knows a secret as well."""
        return replace(self, knows=secret)

    def with_indexes(self, indexes: Sequence[bytes]) -> "Actor":
        """State the same actor, who knows somebody's number, by its blind indexes."""
        return self.with_lookup_secret(",".join(index.hex() for index in indexes))

    def with_subjects(self, *subjects: UUID) -> "Actor":
        """State the same actor, deciding about some persons.

        Whoever sees everywhere sees them anyway: naming them would only cost a search for each row.
        """
        whole = self.see == ALL_REGIONS and self.reads == ALL_READINGS
        return self if whole else replace(self, subjects=subjects)

    def with_sweep_cutoff(self, before: datetime) -> "Actor":
        """State the same actor, who clears away what expired before an instant."""
        return replace(self, sweeps=before)

    def with_today(self, day: date) -> "Actor":
        """State the same actor, on a day of Asia/Shanghai."""
        return replace(self, today=day)

    def to_link_parts(self) -> tuple[str, ...]:
        """Spell who acts and where they may see, so that a signed link can speak for them."""
        return str(self.account or ""), str(self.unit or ""), str(self.person or ""), *self.see

    @classmethod
    def from_link_parts(cls, account: str, unit: str, person: str, *see: str) -> "Actor":
        """Read what `to_link_parts` wrote; such an actor may see, and do nothing."""
        whom, theirs, they = (UUID(text) if text else None for text in (account, unit, person))
        return cls(account=whom, unit=theirs, person=they, see=(see[0], see[1]))

    def to_settings(self) -> dict[str, str]:
        """Spell the actor as settings of a transaction."""
        return {
            "account": str(self.account or ""),
            "unit": str(self.unit or ""),
            "person": str(self.person or ""),
            "see_low": self.see[0],
            "see_high": self.see[1],
            "act_low": self.act[0],
            "act_high": self.act[1],
            "knows": self.knows,
            "subjects": f"{{{','.join(map(str, self.subjects))}}}" if self.subjects else "",
            "sweeps": self.sweeps.isoformat() if self.sweeps else "",
            "manages": str(self.manages or ""),
            "today": self.today.isoformat() if self.today else "",
            **{name: self.see[1] if each in self.reads else "" for each, name in _READING_SETTINGS},
        }


_ACTING_ROLES = (
    Role.DISTRICT_OFFICER,
    Role.FINANCE,
    Role.DISTRICT_ADMINISTRATOR,
    Role.CITY_ADMINISTRATOR,
    Role.PROVINCE_ADMINISTRATOR,
    Role.SYSTEM_ADMINISTRATOR,
    Role.SECURITY_ADMINISTRATOR,
    Role.SYSTEM,
)
_READING_ROLES = (Role.AUDITOR, Role.AUDIT_ADMINISTRATOR)
"""Who looks on has a region to see, and none to act in: not even a row to lock (section 5)."""


def build_actor(viewer: Viewer) -> Actor:
    """Derive what a viewer may reach: their unit, their person, their region's tree (X10).

    Of a region they see what their functions are about (section 5).
    At the counter an officer reaches what the applicant reaches, and nothing else (X17).
    """
    reach = (
        compute_code_range(viewer.region) if viewer.region and not viewer.at_counter else NO_REGIONS
    )
    see = reach if viewer.role in {*_ACTING_ROLES, *_READING_ROLES} else NO_REGIONS
    act = reach if viewer.role in _ACTING_ROLES else NO_REGIONS
    manages = viewer.unit_id if Function.MANAGE_OPERATORS in viewer.functions else None
    return Actor(
        account=viewer.account_id,
        unit=viewer.unit_id,
        person=viewer.person_id,
        see=see,
        act=act,
        manages=manages,
        reads=list_readings(viewer.role, viewer.functions) if see != NO_REGIONS else ALL_READINGS,
    )


def select_stated_secret(secret: str) -> ColumnElement[str]:
    """State what an actor knows within the statement that needs it, which reads the same text.

    A row's policy is asked once its values are computed: so a row that is added is one they know.
    """
    return func.set_config("app.knows", secret, True, type_=Text())


_SET_RLS_CONTEXT_SQL = "SELECT " + ", ".join(
    f"set_config('app.{name}', ${n}, true)" for n, name in enumerate(Actor().to_settings(), start=1)
)


async def set_rls_context(session: AsyncSession, actor: Actor) -> None:
    """State the actor of the transaction that a session has open."""
    connection = await session.connection()
    await connection.exec_driver_sql(_SET_RLS_CONTEXT_SQL, tuple(actor.to_settings().values()))
