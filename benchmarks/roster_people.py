"""Persons of the measured rosters: all on file with a year's facts, and yet every row fails."""

import hashlib
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
from stdnum.cn import ric

from benchmarks import register, scale
from gateways.key_ring import build_key_ring
from gateways.roster_file import RowToCorrect, write_template
from gateways.seal import Seal
from models import (
    HireGroup,
    Person,
    RosterKind,
    locate_sealed,
)
from rules.hiring.hire_form import HIRE_GROUP_CHOICES
from rules.kernel.identity import mask_id_number
from rules.kernel.month import list_months
from rules.rosters.roster_form import get_form

REGION, KEY = "510104", hashlib.sha256(b"rosters").digest()
UNIT, ACCOUNT = UUID(int=1), UUID(int=2)
CODE = "91510104MA6000000X"
START, END, FILED_END = date(2022, 3, 1), date(2023, 2, 28), date(2024, 2, 29)
AS_OF = date(2023, 3, 5)
EVERY_NTH_FAILS = 10


def id_number(n: int) -> str:
    """Give the ID number of the n-th person."""
    head = f"{REGION}{_born(n):%Y%m%d}{n % 900 + 1:03d}"
    return head + ric.calc_check_digit(f"{head}0")


def _born(n: int) -> date:
    return date(1970, 1, 1) + timedelta(days=n // 900)


def file_of(rows: int) -> bytes:
    """Write a roster; every tenth person is called otherwise than on file.

    The others are judged by all controls, and fail four of them: nobody has shown the enterprise's
    size, no load tells who is insured by now, the contract on file is longer than the stated one,
    and there is no record of a transfer.
    """
    form = get_form(RosterKind.HIRING)
    group = next(
        name for name, group in HIRE_GROUP_CHOICES.items() if group is HireGroup.MIGRANT_WORKER
    )

    def filled() -> Iterator[RowToCorrect]:
        for n in range(rows):
            name = f"别名{n}" if n % EVERY_NTH_FAILS == 0 else f"人员{n}"
            days = {"contract_starts_on": f"{START}", "contract_ends_on": f"{END}"}
            yield RowToCorrect(
                {"name": name, "id_number": id_number(n), "group": group, **days}, {}
            )

    out = io.BytesIO()
    write_template(out, form.title, form.columns, filled(), rows)
    return out.getvalue()


async def put_on_file(keeper: asyncpg.Connection, rows: int) -> None:
    """Copy in a unit, its operator, and persons with contributions, a contract, a registration."""
    await keeper.execute(
        "INSERT INTO unit (id, region, credit_code, name) VALUES ($1, $2, $3, $4)",
        *(UNIT, REGION, CODE, "成都某某有限公司"),
    )
    await keeper.execute(
        "INSERT INTO account (id, username, password_hash, name, role, region, unit_id, active)"
        " VALUES ($1, 'unit', 'none', '经办人', 'UNIT_OPERATOR', $2, $3, true)",
        *(ACCOUNT, REGION, UNIT),
    )
    for table, records in (
        ("person", _persons(rows)),
        ("insurance_contribution", _contributions(rows)),
        ("labour_contract", _contracts(rows)),
        ("unemployment_registration", _registrations(rows)),
    ):
        await _copied(keeper, table, records)


async def _copied(keeper: asyncpg.Connection, table: str, records: Iterator[register.Row]) -> None:
    first = next(records)
    columns = list(first)

    def values() -> Iterable[tuple[object, ...]]:
        yield tuple(first.values())
        yield from (tuple(row.values()) for row in records)

    await keeper.copy_records_to_table(table, records=values(), columns=columns)


def _persons(rows: int) -> Iterator[register.Row]:
    seal, now = Seal(build_key_ring((scale.compute_data_key(KEY),))), datetime.now(UTC)
    for n in range(rows):
        number = id_number(n)
        yield {
            "id": UUID(int=n),
            "region": REGION,
            "name": f"人员{n}",
            "birth_date": _born(n),
            "id_number_sealed": seal.seal_text(
                locate_sealed(Person.id_number_sealed, UUID(int=n)), number
            ),
            "id_number_index": seal.compute_index("id_number", number),
            "id_number_masked": mask_id_number(number),
            "completed_at": now,
        }


def _about(n: int) -> register.Row:
    told = {"source": "social-insurance", "as_of": AS_OF}
    return {"person_id": UUID(int=n), "id": uuid4(), "region": REGION, **told}


def _contributions(rows: int) -> Iterator[register.Row]:
    for n in range(rows):
        for month in list_months(START, END):
            yield _about(n) | {"month": month, "employer_credit_code": CODE, "place": REGION}


def _contracts(rows: int) -> Iterator[register.Row]:
    terms = {"signed_on": START, "starts_on": START, "ends_on": FILED_END, "open_ended": False}
    for n in range(rows):
        yield _about(n) | {"employer_credit_code": CODE, **terms}


def _registrations(rows: int) -> Iterator[register.Row]:
    for n in range(rows):
        yield _about(n) | {"registered_on": date(2021, 6, 1), "ended_on": START}
