"""The holder of an account is told that it is to be given to somebody, and may stop it (X18)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, select

from loaders.actor import ALL_REGIONS, Actor, set_rls_context
from loaders.key import Key
from models import Account, AccountAppeal, AppealStatus, DatabaseRole
from resolvers.accounts.recovery_notice import enqueue_ending_notice
from resolvers.kernel.context import Info
from resolvers.kernel.database_role import run_as
from resolvers.kernel.history import build_audit_entry
from resolvers.kernel.transaction import Transaction
from rules.accounts import account_appeal as rules
from rules.kernel.refusal import Reason, Refusal, StaleVersion, build_refusal
from rules.kernel.region import get_region_name
from rules.kernel.value import RowId
from rules.kernel.viewer import Viewer


@dataclass(kw_only=True)
class RecoveryStop:
    """Which recovery is stopped, in the version that was read."""

    id: RowId
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingRecovery:
    """Which account somebody wants to be given back, and until when the holder may stop it."""

    id: str
    version: int
    account_name: str
    proposed_at: datetime | None
    opens_on: date | None
    region_name: str


def _match_own(viewer: Viewer) -> ColumnElement[bool] | None:
    """Match appeals about the viewer's unit, or about themself."""
    if viewer.unit_id is not None:
        return AccountAppeal.unit_id == viewer.unit_id
    return AccountAppeal.person_id == viewer.person_id if viewer.person_id else None


async def list_pending_recoveries(info: Info) -> list[PendingRecovery]:
    """List which accounts of oneself or one's unit are to be given away (X18). 账号恢复提示.

    What was said by whoever appealed is not told.
    """
    viewer, own = info.context.viewer, _match_own(info.context.viewer)
    if own is None or viewer.at_counter:
        return []
    waiting = (
        select(AccountAppeal.id, AccountAppeal.version, AccountAppeal.proposed_at)
        .add_columns(AccountAppeal.opens_on, AccountAppeal.region, Account.username)
        .join(Account, Account.id == AccountAppeal.account_id)
        .where(and_(own, AccountAppeal.status == AppealStatus.PROPOSED))
        .order_by(AccountAppeal.id)
    )
    rows = await info.context.loaders.snapshot.load_own_recoveries(waiting)
    return [
        PendingRecovery(
            id=Key("AccountAppeal", (row.id,)).format_global_id(),
            version=row.version,
            account_name=row.username,
            proposed_at=row.proposed_at,
            opens_on=row.opens_on,
            region_name=get_region_name(row.region),
        )
        for row in rows
    ]


@run_as(DatabaseRole.SIGN_IN)
async def stop_recovery(tx: Transaction, input: RecoveryStop) -> Account:
    """Stop that an account of oneself or one's unit is given away (X18). 终止恢复账号.

    What officers proposed is then settled; whoever appealed reads that the holder stopped it.
    """
    viewer = tx.viewer
    # The appeal is the office's: nothing of it is read but what says whose account it is about.
    anywhere = Actor(account=viewer.account_id, see=ALL_REGIONS, act=ALL_REGIONS)
    await set_rls_context(tx.session, anywhere)
    row = await tx.get_locked(AccountAppeal, input.id, None)
    theirs = row.unit_id is not None and row.unit_id == viewer.unit_id
    themself = row.person_id is not None and row.person_id == viewer.person_id
    if row.account_id is None or not (theirs or themself):
        raise build_refusal(Reason.NOT_FOUND, "id")
    if row.version != input.version:
        raise StaleVersion(row.version, ("id",))
    barred = rules.find_stopping_fault(row.status, verified=not viewer.unverified)
    if barred:
        raise Refusal(barred)
    account = await tx.session.get_one(Account, row.account_id)
    values = {"status": AppealStatus.STOPPED, "settled_at": tx.now}
    tx.settle(row, "STOP_RECOVERY", values, (row.status, AppealStatus.STOPPED))
    tx.session.add(build_audit_entry(tx, account, "STOP_RECOVERY", {}))
    await tx.session.flush()
    await enqueue_ending_notice(tx, row)
    await set_rls_context(tx.session, tx.actor)
    return await tx.session.get_one(Account, viewer.account_id)
