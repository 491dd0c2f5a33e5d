"""Rosters are checked in the background: piece by piece, each row exactly once (S10, X12)."""

from collections.abc import AsyncIterable, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from uuid_utils.compat import uuid7

from gateways.notification_listener import NOTIFY_CHANNEL
from gateways.object_store import ObjectNotFound, StoreUnavailable
from gateways.spool import SizeExceeded, SpooledFile, spool_file
from gateways.workbook import (
    SheetRow,
    SpooledSheet,
    WorkbookLimits,
    open_sheet,
    spool_sheet,
)
from loaders.actor import set_rls_context
from models import Roster, RosterRow, RosterState
from resolvers.kernel import history
from resolvers.kernel.access import load_standing_access
from resolvers.kernel.background import (
    AWAY_ERRORS,
    MAX_TRIES,
    JobContext,
    SetAsideError,
    attempt,
    open_system_transaction,
)
from resolvers.kernel.person_budget import name_keepers, open_budget
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.turn import lock_turn, select_by_turn
from resolvers.rosters.roster_evaluation import evaluate_rows, store_rows
from rules.kernel.function import Function, Functions
from rules.kernel.refusal import Fault, Reason, Refusal, fault
from rules.kernel.sheet import find_view_faults
from rules.kernel.viewer import Viewer
from rules.rosters.roster import OPEN_STATES
from rules.rosters.roster_form import get_form
from rules.rosters.roster_row import RosterHeader, parse_header

CHECK_LEASE = timedelta(seconds=90)
"""Whoever checks a roster says so at least this often; who is silent for longer is gone.

A file is read for at most a minute before its first rows come.
"""

RETRY_WAIT = timedelta(seconds=30)
"""For so long a roster whose check failed lets others go before it."""

BATCH_SIZE = 1000
"""So many rows are judged in one transaction."""

SENDER_FUNCTIONS: Functions = frozenset({Function.FILE_ROSTERS, Function.COUNTER_FILING})
"""One of them has whoever sent a roster in: of their own, or at the counter for its unit."""

SHEET_NAME, INSTRUCTIONS_SHEET_NAME = "人员名单", "填写说明"
"""The template's own sheets."""


class _LostError(Exception):
    """Somebody else checks the roster by now: whoever was silent for too long stands back."""


class _GaveWayError(Exception):
    """Another unit's roster waits: this one was given back, and its turn comes again."""


class _DeadlyError(Exception):
    """Whoever checked the roster died each time."""


class _RejectedError(Exception):
    """The file as a whole has faults."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(", ".join(fault.reason for fault in faults))
        self.faults = faults


async def check_next_roster(work: JobContext) -> int:
    """Check the next roster, of the unit that was served longest ago, as long as none waits (S10).

    It starts at the first row that nobody has checked, and gives way after a thousand where
    another unit waits. It claims nothing, whatever comes of it. Killed anywhere, it is taken up
    again by whoever comes after the lease; what was judged stays judged. What fails again and
    again without a row more being judged is set aside, so that those after it are checked.
    """
    roster = await _lease_next_roster(work)
    if roster is None:
        work.paused.close()
        return 0
    outcome = await attempt(_check_and_close(work, roster))
    if isinstance(outcome, _LostError):
        return 0
    if isinstance(outcome, Exception):
        await _record_failure(work.service, roster, outcome)
        raise outcome
    return 1


async def _check_and_close(work: JobContext, roster: Roster) -> None:
    if roster.tries > MAX_TRIES:  # whoever tried before died of it, and could tell nobody
        raise _DeadlyError
    try:
        await _check_roster(work, roster)
    except _RejectedError as no:
        await _reject_file(work.service, roster, no.faults, RosterState.REJECTED)
    except _GaveWayError:
        return
    else:
        await _finish_check(work.service, roster)


async def _record_failure(service: Service, roster: Roster, error: Exception) -> None:
    """Have a roster tried again later, or set it aside; what was away does not count against it.

    Raises SetAsideError where it is set aside.
    """
    away = isinstance(error, AWAY_ERRORS)
    if not away and roster.tries >= MAX_TRIES:
        why = [fault(Reason.ROSTER_SET_ASIDE)]
        await _reject_file(service, roster, why, RosterState.SET_ASIDE)
        raise SetAsideError(f"roster {roster.id}") from error
    async with _lock_leased_roster(service, roster) as (tx, held):
        held.tries -= 1 if away and held.tries else 0
        held.lease, held.leased_until = None, tx.now + RETRY_WAIT


async def _check_roster(work: JobContext, roster: Roster) -> None:
    """Check a roster's rows, piece by piece.

    Raises _RejectedError for the faults of the file as a whole, and _GaveWayError where others are
    to go on.
    """
    sheet = work.paused.resume(roster.id) or await _read_file(work, roster)
    try:
        header = await _read_header(roster, sheet)
        while lines := await sheet.read_after(roster.checked):
            await _evaluate_and_store(work.service, roster, sheet, header, lines)
    except _GaveWayError:
        work.paused.pause(roster.id, sheet)
        raise
    except BaseException:
        sheet.close()
        raise
    sheet.close()


async def _lease_next_roster(work: JobContext) -> Roster | None:
    async with open_system_transaction(work.service) as tx:
        await lock_turn(tx, Roster)
        waiting = select_by_turn(Roster, Roster.served_at, _is_waiting(tx)).order_by(Roster.id)
        roster = await tx.first(waiting.limit(1).with_for_update(skip_locked=True, of=Roster))
        if roster is not None:
            roster.lease, roster.leased_until = uuid7(), tx.now + CHECK_LEASE
            roster.state, roster.tries = RosterState.CHECKING, roster.tries + 1
            roster.served_at = tx.now
            tx.touch(roster)
        return roster


def _is_waiting(tx: Transaction) -> ColumnElement[bool]:
    """Match rosters that anybody may take up."""
    free = or_(Roster.leased_until.is_(None), Roster.leased_until < tx.now)
    return and_(Roster.state.in_(OPEN_STATES), free)


@asynccontextmanager
async def _fetch_file(service: Service, roster: Roster) -> AsyncIterator[SpooledFile]:
    """Fetch the file into a nameless one; a store that is down is waited for."""
    try:
        chunks: AsyncIterable[bytes] = await service.files.store.open_file(roster.object_key)
        async with spool_file(chunks, roster.size, service.files.spool) as came:
            if came.sha256 != roster.sha256:
                raise _RejectedError([fault(Reason.WORKBOOK_DAMAGED)])
            yield came
    except (ObjectNotFound, SizeExceeded):
        raise _RejectedError([fault(Reason.WORKBOOK_DAMAGED)]) from None
    except StoreUnavailable as down:
        raise OSError(str(down)) from down


async def _read_file(work: JobContext, roster: Roster) -> SpooledSheet:
    """Read a roster's file to its end, before any of its rows is judged."""
    limits = WorkbookLimits(most_rows=work.max_roster_rows + 1)
    try:
        async with _fetch_file(work.service, roster) as came:
            came.file.flush()
            async with open_sheet(came.file, limits, SHEET_NAME) as sheet:
                return await spool_sheet(sheet, BATCH_SIZE, work.service.files.spool)
    except Refusal as no:
        raise _RejectedError([no.fault]) from no


async def _read_header(roster: Roster, sheet: SpooledSheet) -> RosterHeader:
    """Read the headings, or reject the file with all that is wrong with it as a whole."""
    form, first = get_form(roster.kind), sheet.head
    unseen = [*find_view_faults(sheet.view, {INSTRUCTIONS_SHEET_NAME})]
    if first is None:
        raise _RejectedError([fault(Reason.ROSTER_EMPTY), *unseen])
    found = parse_header(first.cells, form.select_columns(roster.beneficiary), form)
    faults = unseen if isinstance(found, RosterHeader) else [*found, *unseen]
    if sheet.merged:
        faults.append(fault(Reason.MERGED_CELLS, ranges=", ".join(sheet.merged)))
    if not faults and sheet.filled < 2:
        faults.append(fault(Reason.ROSTER_EMPTY))
    if faults or not isinstance(found, RosterHeader):
        raise _RejectedError(faults)
    return found


async def _evaluate_and_store(
    service: Service,
    roster: Roster,
    sheet: SpooledSheet,
    header: RosterHeader,
    lines: Sequence[SheetRow],
) -> None:
    """Judge some rows and keep them, in one transaction.

    Raises _GaveWayError where it gave the roster back, since another unit waits, and
    _RejectedError where whoever sent it in has lost what that takes.
    """
    await _require_sender(service, roster)
    # Who handed it in spends: set aside before a connection is held, as for mutations.
    who = Viewer(account_id=roster.account_id, unit_id=roster.unit_id)
    whose = name_keepers(service, who, roster.address_index)
    async with (
        open_budget(service, whose, len(lines)) as budget,
        _lock_leased_roster(service, roster) as (tx, held),
    ):
        found = await evaluate_rows(tx, held, header, held.checked + 1, lines, budget)
        held.total = max(held.total, sheet.filled - 1)
        await store_rows(tx, held, sheet.name, found)
        passed = sum(1 for each in found if each.passed)
        held.checked += len(found)
        held.passed += passed
        held.failed += len(found) - passed
        roster.checked, roster.tries, held.tries = held.checked, 0, 0
        gives_way = held.checked < held.total and await _give_way(tx, held)
    if gives_way:
        raise _GaveWayError


async def _require_sender(service: Service, roster: Roster) -> None:
    """Reject a roster whose sender's account was closed, or may no longer send any in (ADR 0053).

    Their session is not asked: who signs out after work has not taken their rosters back.
    """
    sender = roster.account_id
    access = await load_standing_access(service, sender, None) if sender else None
    if access is None or access.functions.isdisjoint(SENDER_FUNCTIONS):
        raise _RejectedError([fault(Reason.ACCESS_ENDED)])


async def _give_way(tx: Transaction, held: Roster) -> bool:
    """Give a roster back where another unit's waits; its own unit's come after it anyway."""
    held.served_at = tx.now
    others = select(Roster.id).where(_is_waiting(tx), Roster.unit_id != held.unit_id).limit(1)
    if await tx.session.scalar(others) is None:
        return False
    held.lease = held.leased_until = None
    return True


@asynccontextmanager
async def _lock_leased_roster(
    service: Service, roster: Roster
) -> AsyncIterator[tuple[Transaction, Roster]]:
    """Hold a roster that is still ours, after the one that all its corrections begin with.

    Two corrections of one roster are so judged one after the other: a person passes once.
    """
    async with open_system_transaction(service) as tx:
        mine = Roster.unit_id == roster.unit_id, Roster.id.in_({roster.root_id, roster.id})
        found = await tx.all(select(Roster).where(*mine).order_by(Roster.id).with_for_update())
        held = found[-1]
        if held.lease != roster.lease:
            raise _LostError
        held.leased_until = tx.now + CHECK_LEASE
        yield tx, held
        tx.touch(held)
        # Once for many rows: transactions that notify commit one after another.
        await ring(tx, held)


async def _finish_check(service: Service, roster: Roster) -> None:
    async with _lock_leased_roster(service, roster) as (tx, held):
        _close_check(tx, held, RosterState.CHECKED)
        counts = {name: ["", str(getattr(held, name))] for name in ("total", "passed", "failed")}
        tx.session.add(history.build_audit_entry(tx, held, "CHECK_ROSTER", counts))


async def _reject_file(
    service: Service, roster: Roster, faults: Sequence[Fault], state: RosterState
) -> None:
    """Reject the file as a whole, or set it aside: none of its rows stays."""
    async with _lock_leased_roster(service, roster) as (tx, held):
        # Only its owner may delete a row: who does not state them deletes none, without an error.
        await set_rls_context(tx.session, replace(tx.actor, unit=held.unit_id))
        await drop_rows(tx, held)
        held.faults = [{"reason": f.reason.value, "figures": dict(f.figures)} for f in faults]
        _close_check(tx, held, state)
        said, verb = [str(fault.reason) for fault in faults], _ENDING_VERBS[state]
        tx.session.add(history.build_audit_entry(tx, held, verb, {"faults": ["", *said[:1]]}))


_ENDING_VERBS = {RosterState.REJECTED: "REJECT_ROSTER", RosterState.SET_ASIDE: "SET_ROSTER_ASIDE"}


async def drop_rows(tx: Transaction, held: Roster) -> None:
    """Take away what was judged of a roster that is held."""
    mine = RosterRow.unit_id == held.unit_id, RosterRow.roster_id == held.id
    await tx.session.execute(delete(RosterRow).where(*mine))
    held.total = held.checked = held.passed = held.failed = 0


async def ring(tx: Transaction, held: Roster) -> None:
    """Tell those who watch a roster that its check has gone on."""
    await tx.session.execute(select(func.pg_notify(NOTIFY_CHANNEL, channel_key(held.id))))


def _close_check(tx: Transaction, held: Roster, state: RosterState) -> None:
    held.state, held.checked_at = state, tx.now
    held.lease = held.leased_until = None


def channel_key(id: UUID) -> str:
    """Name the bell that rings when a roster's check has gone on."""
    return f"roster:{id.hex}"
