"""S10: long workbooks are written by a child, of which nothing stays but the file."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import pytest

from gateways.roster_file import (
    RowToCorrect,
    build_layout,
    lay_out_rows,
    write_in_child,
    write_template,
)
from gateways.roster_file_child import RowContent
from models import Beneficiary
from rules.hiring.hire_form import SERVICE_FORM

COLUMNS = SERVICE_FORM.select_columns(Beneficiary.PERSON)
LAYOUT = build_layout(SERVICE_FORM.title, COLUMNS, 100)


@pytest.fixture
def file() -> Iterator[BinaryIO]:
    with tempfile.TemporaryFile() as opened:
        yield opened


def rows() -> list[RowToCorrect]:
    wrong = {"id_number": ["不对。"], None: ["没有备案。", "没有缴费。"]}
    return [RowToCorrect({"name": f"人员{n}"}, wrong if n % 2 else {}) for n in range(50)]


async def pieces(of: int) -> AsyncIterator[Sequence[RowContent]]:
    given = iter(rows())
    while piece := [*islice(given, of)]:
        yield [*lay_out_rows(COLUMNS, piece)]


def left_in(room: Path) -> list[Path]:
    return [*room.iterdir()]


def content(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


async def test_rows_that_come_in_pieces_make_the_same_file_as_all_at_once(
    file: BinaryIO, tmp_path: Path
) -> None:
    await write_in_child(file, LAYOUT, pieces(7), tmp_path)
    with tempfile.TemporaryFile() as whole:
        write_template(whole, SERVICE_FORM.title, COLUMNS, rows(), 100)
        assert content(file) == content(whole)
    assert not left_in(tmp_path)


async def test_a_child_that_fails_is_an_error_and_leaves_nothing(
    file: BinaryIO, tmp_path: Path
) -> None:
    async def uneven() -> AsyncIterator[Sequence[RowContent]]:
        yield [(["one"], ["two", "three"])]

    with pytest.raises(OSError, match="could not be written"):
        await write_in_child(file, LAYOUT, uneven(), tmp_path)
    assert not left_in(tmp_path)


async def test_who_gives_up_waiting_leaves_no_child_and_no_half_file(
    file: BinaryIO, tmp_path: Path
) -> None:
    begun = asyncio.Event()

    async def endless() -> AsyncIterator[Sequence[RowContent]]:
        yield [*lay_out_rows(COLUMNS, rows())]
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(write_in_child(file, LAYOUT, endless(), tmp_path))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not left_in(tmp_path)
