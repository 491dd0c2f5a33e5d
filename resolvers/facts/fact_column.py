"""What a file of facts tells, as columns: of the tables on file and of those aside (X13)."""

from collections.abc import Iterable, Mapping

from sqlalchemy import ARRAY, Column, Date, Integer, LargeBinary, MetaData, String, Table, Uuid

from models import (
    Base,
    FactKind,
    InsuranceContribution,
    LabourContract,
    OfficialMobile,
    Person,
    RegisteredUnit,
    TransferEmployment,
    UnemploymentRegistration,
)
from rules.facts.fact_shape import FACT_LAYOUTS

TABLES: dict[FactKind, type[Base]] = {
    FactKind.PERSON: Person,
    FactKind.INSURANCE_CONTRIBUTION: InsuranceContribution,
    FactKind.UNEMPLOYMENT_REGISTRATION: UnemploymentRegistration,
    FactKind.TRANSFER_EMPLOYMENT: TransferEmployment,
    FactKind.LABOUR_CONTRACT: LabourContract,
    FactKind.OFFICIAL_MOBILE: OfficialMobile,
    FactKind.REGISTERED_UNIT: RegisteredUnit,
}
INDEXED_COLUMNS: Mapping[str, tuple[str, str]] = {
    "mobile": ("mobile_index", "mobile"),
    "representative_id_number": ("representative_index", "id_number"),
}
"""Columns of files whose values tables know by a blind index: under which name, and as what."""
PERSON_COLUMNS = (
    ("whom", Integer()),
    ("id", Uuid()),
    ("id_number_index", LargeBinary()),
    ("id_number_sealed", LargeBinary()),
    ("id_number_masked", String()),
    ("birth_date", Date()),
    ("name", String()),
    ("region", String()),
)
"""Whoever is told of from the line `whom` on: sealed, as they will lie on file (X11)."""
FORMER_INDEXES = "former_indexes"
"""By what else than the present index they may be on file."""
MATCH_COLUMNS = (
    (FORMER_INDEXES, ARRAY(LargeBinary())),
    ("person_id", Uuid()),
    ("on_file", String()),
    ("home", String()),
    ("verdict", String()),
)
"""What is found out about them: who they are on file, where they belong, whether they are new."""


def list_key_columns(kind: FactKind) -> list[str]:
    """Name the columns by which a fact is known again, beside its person."""
    return [_get_stored_name(column.name) for column in FACT_LAYOUTS[kind].key]


def list_value_columns(kind: FactKind) -> list[str]:
    """Name the columns that a later file may tell otherwise."""
    told = [_get_stored_name(column.name) for column in FACT_LAYOUTS[kind].told]
    contract = ["open_ended"] if kind is FactKind.LABOUR_CONTRACT else []
    return [*told, *contract, *([] if kind is FactKind.PERSON else ["void"])]


def list_sealed_columns(kind: FactKind) -> list[str]:
    """Name the columns that are written with a fact and never compared."""
    return ["mobile_sealed"] if kind is FactKind.OFFICIAL_MOBILE else []


def _get_stored_name(column: str) -> str:
    return INDEXED_COLUMNS[column][0] if column in INDEXED_COLUMNS else column


def build_temporary_table(name: str, columns: Iterable[Column[object]]) -> Table:
    """Make a table that goes with its transaction."""
    made: Table = Table(
        name, MetaData(), *columns, prefixes=["TEMPORARY"], postgresql_on_commit="DROP"
    )
    return made
