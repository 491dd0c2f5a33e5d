"""Rows that are given to a statement as a list for each column arrive as they were given."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Column, Enum, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.dialects.postgresql.ranges import MultiRange
from sqlalchemy.ext.asyncio import AsyncEngine

from loaders.driver_statement import (
    DIALECT,
    compile_statement,
    get_bind_processor,
    holds_list,
    list_given_rows,
)
from models import Base

BY_TYPE: Mapping[str, Column[Any]] = {
    f"{type(column.type).__name__} {column.type.compile(DIALECT)}": column
    for mapper in Base.registry.mappers
    for column in mapper.class_.__table__.c
}
"""A column of each type that any table has."""

SAMPLES: Mapping[str, Sequence[object]] = {
    "ARRAY": ([], [UUID(int=1)], [UUID(int=1), UUID(int=2)]),
    "BigInteger": (0, 2**40),
    "Boolean": (True, False),
    "DATERANGE": (Range(empty=True), Range(date(2025, 1, 1), date(2025, 2, 1))),
    "Date": (date(2025, 1, 1), None),
    "DateTime": (datetime(2025, 1, 1, tzinfo=UTC), None),
    "INT4MULTIRANGE": (
        MultiRange(),
        MultiRange([Range(1, 3)]),
        MultiRange([Range(1, 3), Range(5, 8)]),
    ),
    "Integer": (0, 7),
    "JSONB": ([], [1, [2]], {"a": [1, 2]}),
    "LargeBinary": (b"", b"ab"),
    "Numeric": (Decimal("0.00"), Decimal("12.30")),
    "String": ("", "补贴"),
    "Uuid": (UUID(int=1), UUID(int=2)),
    "_TrueOrEmpty": (True, False),
}
"""Values of each type, of unlike lengths where they have one."""


def list_samples(column: Column[Any]) -> Sequence[object]:
    if isinstance(column.type, Enum):
        return list(column.type.python_type)[:2]
    return SAMPLES[type(column.type).__name__]


async def fetch_given(engine: AsyncEngine, column: Column[Any]) -> Sequence[object]:
    """Give a column's samples as rows, one after another, and read them back."""
    given = list_given_rows({"value": column})
    spell = get_bind_processor(column) or (lambda value: value)
    samples = list_samples(column)
    text = compile_statement(select(given.c.value))
    async with engine.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        found = await text.fetch_rows(driver, value=[spell(each) for each in samples])
        type_ = column.type.dialect_impl(DIALECT)
        read = type_.result_processor(DIALECT, 1700) or (lambda value: value)
        return [read(row[0]) for row in found]


@pytest.mark.parametrize("name", sorted(name for name in BY_TYPE if not holds_list(BY_TYPE[name])))
async def test_values_of_any_type_arrive_as_they_were_given(engine: AsyncEngine, name: str) -> None:
    assert await fetch_given(engine, BY_TYPE[name]) == list(list_samples(BY_TYPE[name]))


@pytest.mark.parametrize("name", sorted(name for name in BY_TYPE if holds_list(BY_TYPE[name])))
def test_lists_are_refused_where_they_would_be_torn_apart(name: str) -> None:
    """A unit's end shortens the terms of many interns, each of which has several spans (J23)."""
    with pytest.raises(ValueError, match="each value is a list: value"):
        list_given_rows({"value": BY_TYPE[name]})


def test_types_of_arrays_and_of_several_ranges_hold_lists() -> None:
    found = {type(column.type).__name__ for column in BY_TYPE.values() if holds_list(column)}
    assert found == {"ARRAY", "INT4MULTIRANGE"}
