"""Facts that the authorities' systems send themselves, some thousand rows to a call (X13)."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from json import dumps
from operator import itemgetter

from sqlalchemy import select

from gateways.csv_file import Record
from loaders.actor import build_actor
from models import FactKind, FactLoad
from resolvers.facts.fact_load import FactsRefusedError, LoadOptions, LoadResult, load_facts_file
from resolvers.kernel.transaction import Transaction
from rules.facts.fact import FactFile
from rules.facts.row_fault import to_stored_fault
from rules.kernel.input_check import find_list_length_faults
from rules.kernel.refusal import Fault, Reason, fault, refuse_if
from rules.kernel.region import compute_code_range
from rules.kernel.value import Day, RegionCode, Text

MAX_ROWS_PER_CALL = 2_000
"""Of rows a call has no more, as no list of a document has."""
HEADER_LINES = 1


@dataclass(kw_only=True)
class FactsDraft:
    """What is told of people: columns by name, and rows of cells as a file would have them."""

    kind: FactKind
    source: Text
    as_of: Day
    region: RegionCode
    columns: list[str]
    rows: list[list[str]]


class CallTable:
    """A call's rows as a table."""

    def __init__(self, input: FactsDraft) -> None:
        self._rows = [input.columns, *input.rows]
        self.digest = sha256(dumps(self._rows).encode()).digest()

    async def pieces(self) -> AsyncGenerator[Sequence[Record], None]:
        """Yield the header as the first line, and the rows."""
        yield [Record(n, cells) for n, cells in enumerate(self._rows)]


async def load_facts(tx: Transaction, input: FactsDraft) -> FactLoad:
    """Load facts about people of the account's region (X13). 报送外部数据.

    Rows that can't be taken are told, and the others loaded; where none can, nothing is.
    """
    refuse_if(
        [
            *find_list_length_faults(len(input.rows), MAX_ROWS_PER_CALL, "rows"),
            *_find_call_faults(tx, input),
        ]
    )
    file = FactFile(kind=input.kind, source=input.source, as_of=input.as_of, region=input.region)
    found: list[tuple[int, Fault]] = []

    def report(line: int, faults: Sequence[Fault]) -> None:
        found.extend((line, each) for each in faults)

    reach = compute_code_range(tx.region)
    actor = replace(build_actor(tx.viewer), see=reach, act=reach)
    how = LoadOptions(
        file=file,
        today=tx.today,
        report=report,
        keep_going=True,
        actor=actor,
        account_id=tx.viewer.account_id,
        waits=False,
    )
    call = CallTable(input)
    try:
        loaded = await load_facts_file(tx.session, tx.service.seal, call, how)
    except FactsRefusedError:
        loaded = LoadResult()
    if not loaded.rows:
        refuse_if(_locate_fault(each, line) for line, each in found)
    noted = select(FactLoad).where(
        FactLoad.kind == file.kind,
        FactLoad.source == file.source,
        FactLoad.as_of == file.as_of,
        FactLoad.region == file.region,
        FactLoad.digest == call.digest,
    )
    row = (await tx.session.scalars(noted)).one()
    row.loaded, row.refused = loaded.rows, loaded.refused
    row.faults = [
        to_stored_fault(line - HEADER_LINES, each)
        for line, each in sorted(found, key=itemgetter(0))
    ]
    await tx.session.flush()
    return row


def _find_call_faults(tx: Transaction, input: FactsDraft) -> Sequence[Fault]:
    """Judge what is said of all rows."""
    low, high = compute_code_range(tx.region)
    outside = [] if low <= input.region <= high else [fault(Reason.REGION_OUTSIDE, "region")]
    early = [] if input.as_of <= tx.today else [fault(Reason.DATE_IN_FUTURE, "asOf")]
    return [*outside, *early]


def _locate_fault(wrong: Fault, line: int) -> Fault:
    """Return where a fault stands: in which row of the call, in which column."""
    where = ("rows", line - HEADER_LINES) if line else ("columns",)
    return wrong.at(*where)
