"""Where the history ended is written down outside of the database, again and again (ADR 0069)."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import structlog

from gateways.checkpoint_receiver import CheckpointReceiver, ReceiverError
from gateways.checkpoint_store import CheckpointSigner, CheckpointStore, SignedCheckpoint
from gateways.time_stamp import TimeStamper, TimeStampError
from resolvers.kernel.chain_verification import verify_chains, verify_new_entries
from resolvers.kernel.service import Service
from rules.kernel.checkpoint import Checkpoint, build_checkpoint

logger = structlog.stdlib.get_logger("jiuye.checkpoint")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointPlan:
    """How often checkpoints are made, how long they are kept, and who else is told of them."""

    store: CheckpointStore
    signer: CheckpointSigner
    every: timedelta
    keep: timedelta
    stamper: TimeStamper | None = None
    receiver: CheckpointReceiver | None = None


class HistoryBroken(Exception):
    """The history, or a checkpoint of it, is not what it was: `jiuye history verify` says where."""


async def make_checkpoint(service: Service, plan: CheckpointPlan) -> bool:
    """Write the next checkpoint if it is due, once what was added since the last one holds.

    Raises HistoryBroken where it does not: from then on no checkpoint is made, and the last one
    stays what everything is compared with. Who is told, or stamps, may be away for a while.
    """
    trail = await asyncio.to_thread(plan.store.read_trail)
    now, last = service.now(), trail.last
    if last is not None and now < last.at + plan.every:
        return False
    if any(trail.find_faults(plan.signer)):
        raise HistoryBroken
    found = (
        await verify_chains(service.reads, {})
        if last is None
        else await verify_new_entries(service.reads, trail.heads)
    )
    if found.broken:
        raise HistoryBroken
    checkpoint = build_checkpoint(found.heads, last, now, plan.signer.digest)
    signed = plan.signer.sign(checkpoint, await _stamp(plan, checkpoint))
    # Of two workers at once the first has written it, and the other's is forgotten.
    if not await asyncio.to_thread(plan.store.write, signed, found.heads, now - plan.keep):
        return False
    await _send(plan, signed)
    return True


async def _stamp(plan: CheckpointPlan, checkpoint: Checkpoint) -> bytes | None:
    """Have a checkpoint stamped; without the authority it goes without, and the next one has it."""
    if plan.stamper is None:
        return None
    try:
        return await plan.stamper.stamp(checkpoint.compute_digest())
    except TimeStampError as error:
        logger.warning("checkpoint", number=checkpoint.number, stamp="failed", why=str(error))
        return None


async def _send(plan: CheckpointPlan, signed: SignedCheckpoint) -> None:
    """Send a checkpoint on; the next one names it, so a receiver sees that one is missing."""
    if plan.receiver is None:
        return
    try:
        await plan.receiver.send(signed)
    except ReceiverError as error:
        number = signed.checkpoint.number
        logger.warning("checkpoint", number=number, sent="failed", why=str(error))
