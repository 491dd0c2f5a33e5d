"""`jiuye history verify`: follow every chain, and compare it with what was kept (X9)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from gateways.checkpoint_store import Trail, read_checkpoint, read_heads, write_heads
from resolvers.kernel.chain_verification import (
    Counter,
    Heads,
    Verification,
    verify_chains,
    verify_new_entries,
)
from resolvers.kernel.checkpoint import CheckpointPlan
from rules.kernel.chain import ACCESS_CHAIN, OFFICE_CHAIN, UNIT_CHAIN, ChainKey
from server.database.checkpoints import build_checkpoint_plan
from server.database.pools import build_engine, without_time_limit
from server.settings.settings import Settings

OVERDUE_AFTER = 3
"""So many times the time between two checkpoints has passed, and there is none."""
CHAIN_WORDS = {
    UNIT_CHAIN: ("unit", "units"),
    OFFICE_CHAIN: ("office", "offices"),
    ACCESS_CHAIN: ("chain of access", "chains of access"),
}
DAMAGE_WORDS = {
    "MISSING": "is missing",
    "UNKEYED": "bears no mark of a key, as all of its time do: the service did not write it",
    "UNKNOWN_KEY": "bears the mark of a key that is not in JIUYE_HISTORY_KEY",
    "ALTERED": "is not what it was",
    "REWRITTEN": "was written anew since the heads were kept",
    "CUT_OFF": "and what follows up to it is cut off",
}


def read_kept_heads(file: Path | None) -> Heads:
    """Read where chains ended when they were last verified; raises CheckpointsUnreadable."""
    return {} if file is None or not file.exists() else read_heads(file)


def require_place(file: Path | None) -> None:
    """See that the file can be written, before all chains are followed for it; raise OSError."""
    if file is not None:
        half = file.with_name(f"{file.name}.new")
        half.touch()
        half.unlink()


async def verify_installation(
    settings: Settings,
    file: Path | None,
    count: Counter = lambda _: None,
    copy: Path | None = None,
) -> Verification:
    """Verify the history of an installation; where all of it holds, keep the heads in a file.

    It is compared with the last checkpoint that the settings lead to, and with what the file kept.
    `copy` is a checkpoint's copy that somebody else has: the one of that number must be the same.
    """
    plan = build_checkpoint_plan(settings)
    trail = plan.store.read_trail() if plan else Trail()
    kept, known = read_kept_heads(file), trail.heads
    require_place(file)
    engine = build_engine(settings.service_url, 1, without_time_limit(settings))
    try:
        found = await verify_chains(engine, {**known, **kept}, count)
        if known:
            new = await verify_new_entries(engine, known)
            found.broken += [each for each in new.broken if each not in found.broken]
    finally:
        await engine.dispose()
    if plan is not None:
        found.faults += find_checkpoint_faults(plan, trail, datetime.now(UTC))
        found.faults += _compare_copy(trail, copy)
    if file is not None and found.holds:
        write_heads(file, found.heads)
    return found


def find_checkpoint_faults(plan: CheckpointPlan, trail: Trail, now: datetime) -> Iterator[str]:
    """Say what is wrong with the checkpoints themselves, or that there is none any more."""
    yield from trail.find_faults(plan.signer)
    for signed in trail.checkpoints:
        digest, stamp = signed.checkpoint.compute_digest(), signed.time_stamp
        if plan.stamper and stamp is not None and not plan.stamper.is_stamp_of(stamp, digest):
            yield f"the time stamp of checkpoint {signed.checkpoint.number} is not its own"
    if trail.last is None:
        yield "there is no checkpoint in CHECKPOINT_DIRECTORY: the worker makes none, or it is gone"
    elif now > trail.last.at + OVERDUE_AFTER * plan.every:
        yield f"checkpoint {trail.last.number} is the last one, of {trail.last.at:%Y-%m-%d %H:%M}"


def _compare_copy(trail: Trail, copy: Path | None) -> Iterator[str]:
    """Say where a copy of a checkpoint that was kept elsewhere is not the one of its number."""
    if copy is None:
        return
    theirs = read_checkpoint(copy).checkpoint
    ours = {each.checkpoint.number: each.checkpoint for each in trail.checkpoints}
    if theirs.number not in ours:
        yield f"checkpoint {theirs.number}, of which there is a copy, is gone"
    elif ours[theirs.number].compute_digest() != theirs.compute_digest():
        yield f"checkpoint {theirs.number} is another one than its copy"


def format_report(found: Verification) -> list[str]:
    """Return what was found, in words."""
    told = [
        f"{_name_chain(b.key)}: entry {b.sequence} {DAMAGE_WORDS[b.damage]}" for b in found.broken
    ]
    told += found.faults
    counts = (
        (sum(map(shape.has_chain, found.heads)), many) for shape, (_, many) in CHAIN_WORDS.items()
    )
    whose = " and ".join(f"{count} {many}" for count, many in counts if count)
    whole = f"{found.entries} entries of {whose or '0 units'}"
    return [*told, f"{whole}: {f'{len(told)} breaks' if told else 'unbroken'}"]


def _name_chain(key: ChainKey) -> str:
    one = next(one for shape, (one, _) in CHAIN_WORDS.items() if shape.has_chain(key))
    return f"{one} {key}"
