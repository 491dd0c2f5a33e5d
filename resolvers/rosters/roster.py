"""Rosters 人员花名册: sent in to be checked; nothing is claimed by that (S10)."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gateways.heavy_work import HeavyWork
from loaders.actor import set_rls_context
from loaders.key import parse_key
from models import (
    Beneficiary,
    DocumentKind,
    FileType,
    Roster,
    RosterKind,
    RosterState,
    TrainingClass,
    Unit,
    Upload,
)
from resolvers.files import upload
from resolvers.files.upload import FileDraft
from resolvers.kernel import history
from resolvers.kernel.context import Context
from resolvers.kernel.fresh_proof import demand_fresh_proof
from resolvers.kernel.person_budget import compute_address_index
from resolvers.kernel.place import wait_in_line
from resolvers.kernel.rate_limit import Limit, limit_tries
from resolvers.kernel.transaction import Transaction
from resolvers.rosters import named_class
from resolvers.rosters.roster_check_job import channel_key, drop_rows, ring
from rules.files import file
from rules.kernel.action import Action
from rules.kernel.function import FUNCTION_HOLDERS, Function
from rules.kernel.refusal import (
    Fault,
    InvalidInput,
    Reason,
    Refusal,
    build_refusal,
    fault,
    refuse_if,
)
from rules.kernel.value import RegionCode, RowId
from rules.rosters import roster as rules

POLICY_CATEGORY = "ROSTER"
"""Under which policy may limit rosters otherwise than attachments (X6)."""

ROSTER_LIMIT = Limit("roster", 300, timedelta(hours=1))
"""A roster looks persons up by the thousand: so nobody tries numbers against it (J15)."""


@dataclass(kw_only=True)
class RosterDraft:
    """A file of persons, for what and where; and the roster whose failed rows it corrects.

    One of trainees or scores names their class instead of a place (S23, S27).
    """

    kind: RosterKind
    upload_id: RowId
    place: RegionCode | None = None
    class_id: RowId | None = None
    beneficiary: Beneficiary | None = None
    corrects: RowId | None = None


@dataclass(kw_only=True)
class RosterChoice:
    """Which roster."""

    id: RowId


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterCheckProgress:
    """How far a roster's check is."""

    state: RosterState
    total: int
    checked: int
    passed: int
    failed: int


@wait_in_line(HeavyWork.ANNOUNCEMENTS)
@limit_tries(upload.UPLOAD_LIMIT)
async def request_roster_upload(tx: Transaction, input: FileDraft) -> Upload:
    """Announce a roster's file, and be told where to send it (S10). 申请上传花名册."""
    return await upload.create_upload(tx, input, await _load_limits(tx))


@wait_in_line(HeavyWork.ROSTERS)
@limit_tries(ROSTER_LIMIT)
async def create_roster(tx: Transaction, input: RosterDraft) -> Roster:
    """Have a file of persons checked in the background; it claims nothing (S10). 提交人员花名册."""
    came = await _take_up_upload(tx, input.upload_id, "uploadId")
    corrected = None
    if input.corrects is not None:
        # Held: it is not cleared, nor the first of its kind, while another one joins them.
        corrected = await tx.get_locked(Roster, input.corrects, None, "corrects")
    of_class = await named_class.find_class(tx, input.class_id)
    faults = [*_find_draft_faults(input, came, corrected, of_class, await _load_limits(tx))]
    refuse_if([*faults, *await named_class.find_class_faults(tx, input.kind, of_class)])
    unit = await tx.session.get_one(Unit, tx.unit_id)
    row = Roster(
        unit_id=unit.id,
        region=unit.region,
        kind=input.kind,
        state=RosterState.WAITING,
        place=input.place or unit.region,
        class_id=of_class.id if of_class else None,
        beneficiary=input.beneficiary,
        corrects_id=corrected.id if corrected else None,
        address_index=compute_address_index(tx.service, tx.address),
        faults=[],
        **upload.build_stored_columns(tx, came, DocumentKind.ROSTER),
    )
    tx.create(row, RosterState.WAITING)
    row.root_id = corrected.root_id if corrected else row.id
    await tx.session.flush()
    return row


async def _take_up_upload(tx: Transaction, text: str, at: str) -> Upload:
    """Take up a single upload, which the input names in a field of its own (X12)."""
    try:
        (row,) = await upload.take_up_uploads(tx, [text], await upload.store_arrivals(tx, [text]))
    except InvalidInput as no:
        raise InvalidInput(f.moved_to(at) for f in no.faults) from no
    return row


def _find_draft_faults(
    input: RosterDraft,
    came: Upload,
    corrected: Roster | None,
    of_class: TrainingClass | None,
    limits: file.AttachmentLimits,
) -> Iterator[Fault]:
    """Judge everything that is said of a roster, before anybody reads it."""
    yield from rules.find_beneficiary_faults(input.kind, input.beneficiary)
    yield from rules.find_class_faults(
        input.kind, place=input.place is not None, of_class=of_class is not None
    )
    for wrong in file.find_type_and_size_faults(came.type, came.size, limits):
        yield wrong.moved_to("uploadId")
    if corrected is not None:
        where = of_class.id if of_class else input.place
        stood = (corrected.kind, corrected.class_id or corrected.place, corrected.beneficiary)
        alike = (input.kind, where, input.beneficiary) == stood
        cleared = corrected.cleared_at is not None
        yield from rules.find_correction_faults(
            corrected.state, corrected.failed, alike=alike, cleared=cleared
        )


@demand_fresh_proof
async def request_failed_rows(tx: Transaction, input: RosterChoice) -> Roster:
    """Ask for the failed rows, as the template filled in; remembered (S10, X11). 下载未通过人员.

    Their whole numbers are in it: only the roster's own unit gets it, and its history tells who
    asked.
    """
    row = await tx.get(Roster, input.id, "id")
    if row.unit_id != tx.unit_id:
        raise build_refusal(Reason.NOT_FOUND, "id")
    cleared = row.cleared_at is not None
    barred = rules.find_correcting_fault(row.state, row.failed, cleared=cleared)
    if barred:
        raise Refusal(barred)
    told = {"failed": ["", str(row.failed)]}
    tx.session.add(history.build_audit_entry(tx, row, "DOWNLOAD_FAILED_ROWS", told))
    await tx.session.flush()
    return row


async def withdraw_roster(tx: Transaction, input: RosterChoice) -> Roster:
    """Take back a roster that is not checked to its end; no row of it stays (S10). 撤回花名册.

    It takes no version: a check changes that with every thousand rows.
    """
    row = await tx.get_locked(Roster, input.id)
    barred = rules.find_withdrawal_fault(row.state, own=row.unit_id == tx.unit_id)
    if barred:
        raise Refusal(barred)
    states = row.state, RosterState.WITHDRAWN
    await drop_rows(tx, row)
    row.state, row.lease, row.leased_until = RosterState.WITHDRAWN, None, None
    tx.touch(row)
    tx.session.add(history.build_transition_entry(tx, row, Action.WITHDRAW, states, None))
    await ring(tx, row)
    await tx.session.flush()
    return row


async def watch_roster_progress(
    context: Context, input: RosterChoice
) -> AsyncIterator[RosterCheckProgress]:
    """Tell how far a roster's check is, first at once and then as it goes on (S10). 校验进度.

    Nobody asks the database meanwhile; it rings when some rows more are checked.
    """
    needed = frozenset({Function.READ_RECORDS})
    if context.viewer.list_missing_functions(needed):
        holders = " / ".join(FUNCTION_HOLDERS[Function.READ_RECORDS])
        raise Refusal(fault(Reason.FORBIDDEN, functions="READ_RECORDS", holders=holders))
    key = parse_key(input.id, Roster)
    if key is None:
        raise build_refusal(Reason.NOT_FOUND, "id")
    _, number = key.parts
    with context.service.notifications.subscribe(channel_key(number)) as rung:
        told: RosterCheckProgress | None = None
        while told is None or told.state in rules.OPEN_STATES:
            if told is not None:
                await rung.wait()
            rung.clear()
            found = await _load_progress(context, *key.parts)
            if found != told:
                yield found
            told = found


async def _load_progress(context: Context, *key: object) -> RosterCheckProgress:
    """Read how far it is, as far as the viewer may see it; no connection is kept."""
    unit_id, id = key
    columns = (Roster.state, Roster.total, Roster.checked, Roster.passed, Roster.failed)
    wanted = select(*columns).where(Roster.unit_id == unit_id, Roster.id == id)
    async with AsyncSession(context.service.reads) as session:
        await set_rls_context(session, context.actor)
        row = (await session.execute(wanted)).first()
    if row is None:
        raise build_refusal(Reason.NOT_FOUND, "id")
    return RosterCheckProgress(**row._asdict())


async def _load_limits(tx: Transaction) -> file.AttachmentLimits:
    limits = file.build_limits(await tx.load_policy(), POLICY_CATEGORY, tx.region, tx.today)
    return replace(limits, types=(FileType.XLSX,))
