"""Reads a Parquet file in a process of its own: `parquet_child.py FD LIMITS`.

It knows nothing of the service, and answers in the frames of `workbook_child.py`: what the file
is, or why it is refused by name; then its rows by row group, the columns' names as the first.
"""

import json
import os
import resource
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import BinaryIO

import pyarrow as pa
from pyarrow import parquet

BYTES_PER_MIB = 1 << 20
BATCH_SIZE = 2_000


class RefusedError(Exception):
    """The file is refused; `figures` are what the wording names."""

    def __init__(self, reason: str, **figures: object) -> None:
        super().__init__(reason)
        self.told = {"refused": reason, "figures": {k: str(v) for k, v in figures.items()}}


def run_child(number: int, limits: Mapping[str, object]) -> None:
    """Read the file behind a file descriptor and write its frames."""
    memory, seconds = (
        int(str(limits["memory_mib"])) * BYTES_PER_MIB,
        int(str(limits["cpu_seconds"])),
    )
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    pa.set_memory_pool(pa.system_memory_pool())
    with os.fdopen(number, "rb") as file:
        try:
            for frame in build_frames(file, int(str(limits["longest_cell"]))):
                _write_frame(frame)
        except RefusedError as no:
            _write_frame(no.told)
        except MemoryError:
            _write_frame(RefusedError("WORKBOOK_TOO_COSTLY").told)
        except (pa.ArrowException, OSError, ValueError):
            _write_frame(RefusedError("PARQUET_DAMAGED").told)


def build_frames(file: BinaryIO, longest: int) -> Iterator[object]:
    """Give what the file is, then its rows."""
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
    yield []


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


def _write_frame(frame: object) -> None:
    text = json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode(
        errors="surrogatepass"
    )
    sys.stdout.buffer.write(len(text).to_bytes(4, "big") + text)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    run_child(int(sys.argv[1]), json.loads(sys.argv[2]))
