"""Rosters are checked in the background: piece by piece, each row exactly once (S10, X12)."""

from collections.abc import AsyncIterable, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, or_, select
from uuid_utils.compat import uuid7

from gateways.doorbell import CHANNEL
from gateways.spool import Spooled, TooMuch, spooled
from gateways.store import NotThere, StoreDown
from gateways.workbook import Limits, Line, Sheet, opened
from models import Roster, RosterRow, RosterState
from resolvers.kernel import history
from resolvers.kernel.background import Work, as_system
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from resolvers.rosters.roster_check import FORMS
from resolvers.rosters.roster_judge import judged, keep
from rules.kernel.refusal import Fault, Reason, Refusal, fault
from rules.rosters.roster_row import Header, read_header

LEASE = timedelta(seconds=90)
"""Whoever checks a roster says so at least this often; who is silent for longer is gone.

A file is read for at most a minute before its first rows come.
"""

AT_ONCE = 1000
"""So many rows are judged in one transaction."""

SHEET = "人员名单"
OPEN = (RosterState.WAITING, RosterState.CHECKING)


class _LostError(Exception):
    """Somebody else checks the roster by now: whoever was silent for too long stands back."""


class _RejectedError(Exception):
    """The file as a whole has faults."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(", ".join(fault.reason for fault in faults))
        self.faults = faults


async def check_next(work: Work) -> int:
    """Check the next roster that waits, from the first row that nobody has checked (S10).

    It claims nothing, whatever comes of it. Killed anywhere, it is taken up again by whoever comes
    after the lease; what was judged stays judged.
    """
    roster = await _taken(work)
    if roster is None:
        return 0
    try:
        faults = await _faults(work, roster)
        if faults:
            await _reject(work.service, roster, faults)
        else:
            await _finish(work.service, roster)
    except _LostError:
        return 0
    return 1


async def _faults(work: Work, roster: Roster) -> Sequence[Fault]:
    """Check a roster's rows; give the faults of the file as a whole, if it has any."""
    try:
        async with _fetched(work.service, roster) as came:
            await _check(work, roster, came)
    except _RejectedError as no:
        return no.faults
    except Refusal as no:
        return [no.fault]
    return []


async def _taken(work: Work) -> Roster | None:
    async with as_system(work.service) as tx:
        free = or_(Roster.leased_until.is_(None), Roster.leased_until < tx.now)
        waiting = (
            select(Roster)
            .where(Roster.state.in_(OPEN), free)
            .order_by(Roster.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        roster = await tx.first(waiting)
        if roster is not None:
            roster.lease, roster.leased_until = uuid7(), tx.now + LEASE
            roster.state = RosterState.CHECKING
            tx.touch(roster)
        return roster


@asynccontextmanager
async def _fetched(service: Service, roster: Roster) -> AsyncIterator[Spooled]:
    """Fetch the file into a nameless one; a store that is down is waited for."""
    try:
        chunks: AsyncIterable[bytes] = await service.files.store.open(roster.object_key)
        async with spooled(chunks, roster.size, service.files.spool) as came:
            if came.sha256 != roster.sha256:
                raise _RejectedError([fault(Reason.WORKBOOK_DAMAGED)])
            yield came
    except (NotThere, TooMuch):
        raise _RejectedError([fault(Reason.WORKBOOK_DAMAGED)]) from None
    except StoreDown as down:
        raise OSError(str(down)) from down


async def _check(work: Work, roster: Roster, came: Spooled) -> None:
    came.file.flush()
    limits = Limits(most_rows=work.most_roster_rows + 1)
    async with opened(came.file, limits, SHEET) as sheet:
        lines = _lines(sheet)
        header = await _header(roster, sheet, lines)
        done, some = 0, list[Line]()
        async for line in lines:
            some.append(line)
            if len(some) == AT_ONCE:
                done = await _judge(work.service, roster, sheet, header, done, some)
                some.clear()
        await _judge(work.service, roster, sheet, header, done, some)


async def _lines(sheet: Sheet) -> AsyncIterator[Line]:
    async for piece in sheet.pieces():
        for line in piece:
            yield line


async def _header(roster: Roster, sheet: Sheet, lines: AsyncIterator[Line]) -> Header:
    """Read the headings, or reject the file with all that is wrong with it as a whole."""
    form = FORMS[roster.kind]
    first = await anext(lines, Line(1, (), ""))
    found = read_header(first.cells, form.columns_for(roster.beneficiary), form)
    faults = [] if isinstance(found, Header) else [*found]
    if sheet.merged:
        faults.append(fault(Reason.MERGED_CELLS, ranges=", ".join(sheet.merged)))
    if not faults and sheet.filled < 2:
        faults.append(fault(Reason.ROSTER_EMPTY))
    if faults or not isinstance(found, Header):
        raise _RejectedError(faults)
    return found


async def _judge(
    service: Service,
    roster: Roster,
    sheet: Sheet,
    header: Header,
    done: int,
    lines: Sequence[Line],
) -> int:
    """Judge some rows and keep them, in one transaction; what was judged before is passed over."""
    after = done + len(lines)
    if after <= roster.checked or not lines:
        return after
    new = lines[max(0, roster.checked - done) :]
    async with _holding(service, roster) as (tx, held):
        found = await judged(tx, held, header, held.checked + 1, new)
        held.total = max(held.total, sheet.filled - 1)
        await keep(tx, held, sheet.name, found)
        passed = sum(1 for each in found if each.passed)
        held.checked += len(found)
        held.passed += passed
        held.failed += len(found) - passed
        roster.checked = held.checked
    return after


@asynccontextmanager
async def _holding(service: Service, roster: Roster) -> AsyncIterator[tuple[Transaction, Roster]]:
    """Hold a roster that is still ours, after the one that all its corrections begin with.

    Two corrections of one roster are so judged one after the other: a person passes once.
    """
    async with as_system(service) as tx:
        mine = Roster.unit_id == roster.unit_id, Roster.id.in_({roster.root_id, roster.id})
        found = await tx.all(select(Roster).where(*mine).order_by(Roster.id).with_for_update())
        held = found[-1]
        if held.lease != roster.lease:
            raise _LostError
        held.leased_until = tx.now + LEASE
        yield tx, held
        tx.touch(held)
        await tx.session.execute(select(func.pg_notify(CHANNEL, bell_of(held.id))))


async def _finish(service: Service, roster: Roster) -> None:
    async with _holding(service, roster) as (tx, held):
        _close(tx, held, RosterState.CHECKED)
        counts = {name: ["", str(getattr(held, name))] for name in ("total", "passed", "failed")}
        tx.session.add(history.noted(tx, held, "CHECK_ROSTER", counts))


async def _reject(service: Service, roster: Roster, faults: Sequence[Fault]) -> None:
    """Reject the file as a whole: none of its rows stays."""
    async with _holding(service, roster) as (tx, held):
        mine = RosterRow.unit_id == held.unit_id, RosterRow.roster_id == held.id
        await tx.session.execute(delete(RosterRow).where(*mine))
        held.total = held.checked = held.passed = held.failed = 0
        held.faults = [{"reason": f.reason.value, "figures": dict(f.figures)} for f in faults]
        _close(tx, held, RosterState.REJECTED)
        said = [str(fault.reason) for fault in faults]
        tx.session.add(history.noted(tx, held, "REJECT_ROSTER", {"faults": ["", *said[:1]]}))


def _close(tx: Transaction, held: Roster, state: RosterState) -> None:
    held.state, held.checked_at = state, tx.now
    held.lease = held.leased_until = None


def bell_of(id: UUID) -> str:
    """Name the bell that rings when a roster's check has gone on."""
    return f"roster:{id.hex}"
