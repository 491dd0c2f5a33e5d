"""The holder is told by message that somebody wants their account, and how that ended (X18, X23).

A message is written in the transaction of what it tells, and sent by the worker until the gateway
took it: who can keep the gateway away for a moment must not keep the holder in the dark.
"""

from collections.abc import Mapping
from uuid import UUID

import structlog
from sqlalchemy import select
from uuid_utils.compat import uuid7

from gateways.seal import SealBroken
from gateways.sms import SmsFailed, SmsMessage
from loaders.actor import ALL_REGIONS, Actor, set_rls_context
from models import (
    Account,
    AccountAppeal,
    Person,
    SealedColumn,
    SmsKind,
    SmsNotice,
    Unit,
    locate_sealed,
)
from resolvers.kernel.background import JobContext, open_system_transaction
from resolvers.kernel.public_access import get_hotline
from resolvers.kernel.transaction import Transaction
from rules.kernel.retry import compute_retry_delay
from rules.kernel.term import get_chinese_term

log = structlog.get_logger()

_PERSON_MOBILES: tuple[SealedColumn, ...] = (Person.proved_mobile_sealed, Person.mobile_sealed)
_UNIT_MOBILES: tuple[SealedColumn, ...] = (
    Unit.representative_mobile_sealed,
    Unit.contact_mobile_sealed,
)
"""Where a holder is reached, the surest first."""


async def enqueue_beginning_notice(
    tx: Transaction, appeal: AccountAppeal, account: Account
) -> None:
    """Have the holder told that an account is to be given away, and from which day on."""
    mobile = await _find_holder_mobile(tx, account) if tx.service.sms.is_open else None
    if mobile is not None and appeal.opens_on is not None:
        told = {"until": appeal.opens_on.isoformat()}
        await _add_notice(tx, appeal, SmsKind.RECOVERY_BEGUN, mobile, told)


async def enqueue_ending_notice(tx: Transaction, appeal: AccountAppeal) -> None:
    """Have whoever was told of the beginning told of the end, and of which (X18)."""
    known = select(SmsNotice).where(
        SmsNotice.appeal_id == appeal.id, SmsNotice.kind == SmsKind.RECOVERY_BEGUN
    )
    begun = await tx.first(known.with_for_update())
    if begun is None or begun.mobile_sealed is None:
        return
    place = locate_sealed(SmsNotice.mobile_sealed, begun.id)
    mobile = tx.service.seal.open_sealed(place, begun.mobile_sealed)
    if begun.due_at is None:
        begun.mobile_sealed = None
    told = {"outcome": get_chinese_term(appeal.status)}
    await _add_notice(tx, appeal, SmsKind.RECOVERY_ENDED, mobile, told)


async def send_next_notice(work: JobContext) -> int:
    """Send the next message that is due, and tell how many there were (X23).

    The row stays locked while the gateway is asked. What was sent but not written down is sent
    again: a holder who is told twice is better off than one who is not told.
    """
    service = work.service
    if not service.sms.is_open:
        return 0
    async with open_system_transaction(service) as tx:
        due = select(SmsNotice).where(SmsNotice.due_at <= tx.now)
        oldest = due.order_by(SmsNotice.due_at, SmsNotice.id).limit(1)
        notice = await tx.first(oldest.with_for_update(skip_locked=True))
        if notice is None:
            return 0
        sent = await _try_to_send(tx, notice)
        notice.tries += 1
        if sent:
            notice.sent_at, notice.due_at = service.now(), None
        elif notice.mobile_sealed is None or notice.tries >= work.notice_policy.tries:
            notice.due_at = None
            log.error("an SMS was not sent", notice=str(notice.id), tries=notice.tries)
        else:
            wait = compute_retry_delay(notice.tries, work.notice_policy, work.jitter())
            notice.due_at = service.now() + wait
        if notice.due_at is None and await _is_end_told(tx, notice):
            notice.mobile_sealed = None
    return 1


async def _try_to_send(tx: Transaction, notice: SmsNotice) -> bool:
    """Hand a message to the gateway; what was exchanged in the database goes to nobody."""
    place = locate_sealed(SmsNotice.mobile_sealed, notice.id)
    try:
        mobile = tx.service.seal.open_sealed(place, notice.mobile_sealed or b"")
        message = SmsMessage(mobile=mobile, kind=notice.kind, values=notice.values)
        await tx.service.sms.deliver(message)
    except SealBroken:
        notice.mobile_sealed = None
        return False
    except (SmsFailed, OSError):
        return False
    return True


async def _is_end_told(tx: Transaction, notice: SmsNotice) -> bool:
    """Return whether the mobile has done its service: the end is written, with its own copy."""
    ended = select(SmsNotice).where(
        SmsNotice.appeal_id == notice.appeal_id, SmsNotice.kind == SmsKind.RECOVERY_ENDED
    )
    return await tx.first(ended) is not None


async def _add_notice(
    tx: Transaction, appeal: AccountAppeal, kind: SmsKind, mobile: str, told: Mapping[str, str]
) -> None:
    """Write a message that is due at once; it names nobody (X11)."""
    hotline = get_hotline(await tx.load_policy(), tx.service, appeal.region)
    row = SmsNotice(
        id=uuid7(),
        region=appeal.region,
        appeal_id=appeal.id,
        kind=kind,
        values={**told, "hotline": hotline},
        due_at=tx.now,
    )
    row.mobile_sealed = tx.service.seal.seal_text(
        locate_sealed(SmsNotice.mobile_sealed, row.id), mobile
    )
    tx.session.add(row)
    await tx.session.flush()


async def _find_holder_mobile(tx: Transaction, account: Account) -> str | None:
    """Find where the holder of an account is reached: the person, or the unit's representative."""
    # A person may be on file in any region.
    anywhere = Actor(account=tx.viewer.account_id, see=ALL_REGIONS, act=ALL_REGIONS)
    await set_rls_context(tx.session, anywhere)
    if account.unit_id is not None:
        found = await _open_first(tx, Unit, account.unit_id, _UNIT_MOBILES)
    elif account.person_id is not None:
        found = await _open_first(tx, Person, account.person_id, _PERSON_MOBILES)
    else:
        found = None
    await set_rls_context(tx.session, tx.actor)
    return found


async def _open_first(
    tx: Transaction, table: type[Person | Unit], id: UUID, columns: tuple[SealedColumn, ...]
) -> str | None:
    """Open the first of some columns that a row has."""
    row = (await tx.session.execute(select(*columns).where(table.id == id))).one()
    for column, value in zip(columns, row, strict=True):
        if value is not None:
            return tx.service.seal.open_sealed(locate_sealed(column, id), value)
    return None
