"""Parameters and working days as rows for a migration to keep (X6, X7)."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from textwrap import wrap
from uuid import UUID, uuid5

from gateways.holiday_calendar import HOLIDAY_SOURCE, list_known_years
from rules.kernel.region import NATION_CODE
from rules.kernel.seed import SeedParameter, build_seed_parameters

PARAMETERS = UUID("6a697579-6500-5000-8000-000000000002")
YEARS = UUID("6a697579-6500-5000-8000-000000000015")
"""What ids are made from: the same row has the same id in every installation."""

STATEMENT = "INSERT INTO {} (\n    {}\n) VALUES (\n    {}\n)"


def parameters(keys: Collection[str]) -> Iterator[str]:
    """Write the parameters of some keys as approved; lines of before are yet to be examined (X20).

    An installation has those whose ids it knows already.
    """
    for seed in build_seed_parameters():
        if seed.key in keys:
            row = {"id": _id(seed), **asdict(seed), "status": "APPROVED", "decided_at": _now()}
            yield insertion("parameter", row)


def years(wanted: Collection[str]) -> Iterator[str]:
    """Write years' special days as the installed library knows them, as their first editions."""
    for year, days in list_known_years():
        if str(year) in wanted:
            row = {
                "id": uuid5(YEARS, str(year)),
                "region": NATION_CODE,
                "year": year,
                "edition": 1,
                "source": HOLIDAY_SOURCE,
                "entered_at": _now(),
                "days": days,
            }
            yield insertion("calendar_year", row)


def insertion(table: str, row: Mapping[str, object]) -> str:
    """Write a row as a statement that needs nothing else."""
    values = ",\n    ".join(map(_literal, row.values()))
    return STATEMENT.format(table, "\n    ".join(wrap(", ".join(row), 90)), values)


def _literal(value: object) -> str:
    match value:
        case None:
            return "NULL"
        case bool() | int():
            return str(value).lower()
        case list():
            lines = ",\n        ".join(json.dumps(each, ensure_ascii=False) for each in value)
            return _literal(f"[\n        {lines}\n    ]")
        case _:
            return "'{}'".format(str(value).replace("'", "''"))


def _id(seed: SeedParameter) -> UUID:
    named = (seed.key, seed.region, seed.category or "", seed.effective_from.isoformat())
    return uuid5(PARAMETERS, "/".join(named))


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
