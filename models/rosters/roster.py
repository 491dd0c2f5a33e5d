"""Rosters 人员花名册: files of persons that are checked row by row (S10)."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.files.stored_file import StoredFile
from models.hiring.beneficiary import Beneficiary
from models.kernel.base import (
    Changeable,
    RegionCode,
    UnitOwned,
    build_enum_type,
    build_unit_table_args,
    build_wide_indexes,
    reference_same_unit,
    relate_same_unit,
)
from models.kernel.reading import ReadBy, Reading
from models.kernel.sealed import sealed_as
from models.units.person import Person

if TYPE_CHECKING:
    from models.training.training import TrainingClass


class RosterKind(StrEnum):
    """What the persons of a roster are to be claimed for, or what is said of a class's trainees.

    花名册类型
    """

    HIRING = "HIRING"
    SERVICE = "SERVICE"
    TRAINEES = "TRAINEES"
    SCORES = "SCORES"


class RosterState(StrEnum):
    """How far the check of a roster is. 校验状态"""

    WAITING = "WAITING"
    CHECKING = "CHECKING"
    CHECKED = "CHECKED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"
    SET_ASIDE = "SET_ASIDE"


class Roster(UnitOwned, StoredFile, Changeable):
    """A file of persons, and how far its check is (S10). 人员花名册

    `faults` are those of the file as a whole: it is then REJECTED, and no row stays. Who checks it
    holds `lease` until `leased_until`; whoever finds that past goes on after the last row kept.
    `tries` counts checks that got no further; what was tried too often is SET_ASIDE.
    `served_at` is when a worker last turned to it: units are served in turn.
    `root_id` is the first one of those that correct each other: of one's own where none is
    corrected. One of trainees or of their scores names their class (S23, S27).
    Where persons are `entered` by form, one by one, there is no file: what tells of it is empty.
    `address_index` is a keyed hash of where it came from: whom it names in vain is counted there.
    `cleared_at` is when its file and what its rows said were given up for their age; `clearing_to`
    is the row that this has come to, as long as some are left (X11).
    """

    __tablename__ = "roster"
    read_by = (ReadBy(reading=Reading.CLAIMS), ReadBy(reading=Reading.TRAINING))
    has_history = True
    consulted_by = "id"
    __table_args__ = build_unit_table_args(
        reference_same_unit("corrects_id", "roster"),
        reference_same_unit("root_id", "roster"),
        reference_same_unit("class_id", "training_class"),
        CheckConstraint(
            "(kind IN ('TRAINEES', 'SCORES')) = (class_id IS NOT NULL)",
            name="trainees_are_a_class",
        ),
        CheckConstraint("passed >= 0 AND failed >= 0", name="counts_are_counts"),
        CheckConstraint("passed + failed = checked", name="checked_rows_pass_or_fail"),
        CheckConstraint("checked <= total", name="no_more_checked_than_there_are"),
        UniqueConstraint("unit_id", "object_key"),
        Index(None, "unit_id", "corrects_id"),
        Index(None, "unit_id", "root_id"),
        Index(None, "unit_id", "class_id"),
        Index(None, "unit_id", "served_at"),
        *build_wide_indexes("state"),
        Index(
            "ix_roster_id_open",
            "id",
            postgresql_where="state IN ('WAITING', 'CHECKING')",
        ),
        Index(
            "ix_roster_region_updated_at_kept",
            "region",
            "updated_at",
            postgresql_where="cleared_at IS NULL",
        ),
        Index("ix_roster_id_clearing", "id", postgresql_where="clearing_to IS NOT NULL"),
    )

    kind: Mapped[RosterKind] = mapped_column(build_enum_type(RosterKind))
    state: Mapped[RosterState] = mapped_column(
        build_enum_type(RosterState), default=RosterState.WAITING
    )
    place: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    beneficiary: Mapped[Beneficiary | None] = mapped_column(build_enum_type(Beneficiary))
    class_id: Mapped[UUID | None]
    corrects_id: Mapped[UUID | None]
    root_id: Mapped[UUID]
    total: Mapped[int] = mapped_column(default=0, server_default="0")
    checked: Mapped[int] = mapped_column(default=0, server_default="0")
    passed: Mapped[int] = mapped_column(default=0, server_default="0")
    failed: Mapped[int] = mapped_column(default=0, server_default="0")
    faults: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    checked_at: Mapped[datetime | None]
    lease: Mapped[UUID | None]
    leased_until: Mapped[datetime | None]
    served_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    entered: Mapped[bool] = mapped_column(default=False, server_default="false")
    address_index: Mapped[bytes | None]
    cleared_at: Mapped[datetime | None]
    clearing_to: Mapped[int | None]

    corrects: Mapped["Roster | None"] = relate_same_unit(
        "Roster", "corrects_id", "Roster", read_only=True
    )
    training_class: Mapped["TrainingClass | None"] = relate_same_unit(
        "Roster", "class_id", "TrainingClass"
    )


class RosterRow(UnitOwned):
    """A row of a roster as it was read and judged (S10). 花名册明细

    A person passes once among a roster and those that correct it; they carry the same `root_id`.
    `values` are the cells that say nothing of who it is, as they stood in the file, by the key of
    their column; `faults` tell what could not be read or found, `findings` what the risk controls
    found (X3). A number that could not be read is sealed as it stood, and has no index (X11).
    """

    __tablename__ = "roster_row"
    read_by = (ReadBy(reading=Reading.CLAIMS), ReadBy(reading=Reading.TRAINING))
    consulted_by = "roster_id"
    __table_args__ = build_unit_table_args(
        reference_same_unit("roster_id", "roster"),
        reference_same_unit("root_id", "roster"),
        UniqueConstraint("unit_id", "roster_id", "number"),
        Index(None, "unit_id", "roster_id", "passed", "number"),
        Index(None, "unit_id", "root_id", "id_number_index"),
        Index(
            "uq_roster_row_unit_id_root_id_person_id_passed",
            "unit_id",
            "root_id",
            "person_id",
            unique=True,
            postgresql_where="passed",
        ),
        Index(None, "person_id"),
    )

    roster_id: Mapped[UUID]
    root_id: Mapped[UUID]
    number: Mapped[int]
    sheet: Mapped[str]
    line: Mapped[int]
    name: Mapped[str]
    id_number_sealed: Mapped[bytes] = sealed_as("id_number")
    id_number_index: Mapped[bytes | None]
    id_number_masked: Mapped[str]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    values: Mapped[dict[str, Any]] = mapped_column(JSONB)
    payee_bank: Mapped[str | None]
    payee_number_sealed: Mapped[bytes | None] = sealed_as("bank_account")
    payee_number_masked: Mapped[str | None]
    passed: Mapped[bool]
    faults: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    findings: Mapped[list[Any]] = mapped_column(JSONB, default=list)

    roster: Mapped[Roster] = relate_same_unit("RosterRow", "roster_id", "Roster")
    root: Mapped[Roster] = relate_same_unit("RosterRow", "root_id", "Roster", read_only=True)
    person: Mapped[Person | None] = relationship(lazy="raise")
