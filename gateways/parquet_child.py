"""Reads a Parquet file in a process of its own: `run_child(FD, LIMITS)`.

It knows nothing of the service, and answers in the frames of `workbook_child.py`: what the file
is, or why it is refused by name; then its rows by row group, the columns' names as the first.
"""

import json
import os
import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import BinaryIO

import pyarrow as pa
from pyarrow import parquet

from gateways.frame import END, RefusedError, limit_resources, write_answer

BYTES_PER_MIB = 1 << 20
BATCH_SIZE = 2_000


DAMAGE_ERRORS = pa.ArrowException, OSError, ValueError


def run_child(number: str, given: str) -> None:
    """Read the file behind a file descriptor, within limits, and write its frames."""
    limits = json.loads(given)
    limit_resources(limits["memory_mib"] * BYTES_PER_MIB, limits["cpu_seconds"], 0)
    pa.set_memory_pool(pa.system_memory_pool())
    with os.fdopen(int(number), "rb") as file:
        frames = build_frames(file, limits["longest_cell"])
        write_answer(sys.stdout.buffer, frames, DAMAGE_ERRORS, "PARQUET_DAMAGED")


def build_frames(file: BinaryIO, longest: int) -> Iterator[object]:
    """Yield what the file is, then its rows.

    Raises RefusedError where it is refused.
    """
    source = parquet.ParquetFile(file)
    schema = source.schema_arrow
    for each in schema:
        if not _is_readable_type(each.type):
            raise RefusedError("PARQUET_COLUMN_TYPE", column=each.name[:100], type=each.type)
    names = list(schema.names)
    rows = source.metadata.num_rows
    yield {"name": "", "sheets": [], "filled": rows + 1, "merged": []}
    yield [[1, names, "t" * len(names)]]
    line = 2
    kinds = "".join("n" if pa.types.is_floating(each.type) else "t" for each in schema)
    for batch in source.iter_batches(batch_size=BATCH_SIZE, use_threads=False):
        columns = [
            [_format_cell(v)[: longest + 1] for v in column.to_pylist()] for column in batch.columns
        ]
        yield [[line + n, cells, kinds] for n, cells in enumerate(zip(*columns, strict=True))]
        line += batch.num_rows
    yield END


def _is_readable_type(kind: pa.DataType) -> bool:
    known = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_date,
        pa.types.is_timestamp,
        pa.types.is_integer,
        pa.types.is_floating,
        pa.types.is_boolean,
        pa.types.is_null,
    )
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    return any(is_kind(inner) for is_kind in known)


def _format_cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer() and abs(value) < 1e21:
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value)
