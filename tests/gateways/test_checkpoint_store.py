"""Checkpoints in files: signed, following one another, never written over (X9, ADR 0069)."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateways.checkpoint_store import (
    CheckpointStore,
    CheckpointsUnreadable,
    SignedCheckpoint,
)
from rules.kernel.chain import ChainHead, ChainKey
from rules.kernel.checkpoint import build_checkpoint
from tests.factories.failures import AllFailures
from tests.factories.keys import a_signer
from tests.factories.rows import an_id

AT = datetime(2025, 3, 10, tzinfo=UTC)
SIGNER, STRANGER = a_signer(b"k"), a_signer(b"s")
UNIT = an_id("unit", 1)


def heads_of(number: int) -> dict[ChainKey, ChainHead]:
    return {UNIT: ChainHead(number, bytes([number]) * 32), "220104": ChainHead(1, b"o" * 32)}


def write(store: CheckpointStore, *numbers: int, keep: datetime = AT) -> None:
    for number in numbers:
        at = AT + timedelta(hours=number)
        made = build_checkpoint(heads_of(number), store.read_trail().last, at, SIGNER.digest)
        assert store.write(SIGNER.sign(made, b"stamp"), heads_of(number), keep)


def list_files(directory: Path, what: str) -> list[str]:
    return sorted(file.name for file in directory.glob(f"{what}-*.json"))


def test_x9_a_trail_is_read_as_it_was_written(tmp_path: Path) -> None:
    store = CheckpointStore(tmp_path / "new")
    assert store.read_trail().last is None
    write(store, 1, 2, 3)
    trail = store.read_trail()
    assert [each.checkpoint.number for each in trail.checkpoints] == [1, 2, 3]
    assert trail.heads == heads_of(3)
    assert trail.checkpoints[0].time_stamp == b"stamp"
    assert [*trail.find_faults(SIGNER)] == []
    assert len(list_files(tmp_path / "new", "heads")) == 2
    assert len(list_files(tmp_path / "new", "half")) == 0


def test_x9_a_checkpoint_is_small_however_many_chains_there_are(tmp_path: Path) -> None:
    many: dict[ChainKey, ChainHead] = {an_id("u", n): ChainHead(n, bytes(32)) for n in range(999)}
    made = SIGNER.sign(build_checkpoint(many, None, AT, SIGNER.digest), None)
    assert len(made.to_json()) < 1000
    assert SignedCheckpoint.from_json(made.to_json()) == made


def test_x9_keys_follow_one_another(tmp_path: Path) -> None:
    write(CheckpointStore(tmp_path), 1)
    later = a_signer(b"n", b"k")
    assert [*CheckpointStore(tmp_path).read_trail().find_faults(later)] == []


def edit(directory: Path, name: str, **parts: object) -> None:
    file = directory / name
    file.write_text(json.dumps(json.loads(file.read_bytes()) | parts))


def resign(directory: Path) -> None:
    """Write a checkpoint anew as somebody who has no key of the history."""
    file = directory / "checkpoint-00000002.json"
    told = SignedCheckpoint.from_json(file.read_bytes())
    forged = STRANGER.sign(replace(told.checkpoint, root=bytes(32)), None)
    file.write_bytes(forged.to_json())


def exchange_heads(directory: Path) -> None:
    second, third = list_files(directory, "heads")
    (directory / third).write_bytes((directory / second).read_bytes())


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "altered": (
        lambda d: edit(d, "checkpoint-00000002.json", entries=1),
        "checkpoint 2 is not signed",
    ),
    "forged": (resign, "checkpoint 2 is not signed"),
    "removed": (lambda d: (d / "checkpoint-00000002.json").unlink(), "checkpoint 2 is missing"),
    "heads exchanged": (exchange_heads, "kept with checkpoint 3 are not its own"),
    "heads removed": (
        lambda d: (d / list_files(d, "heads")[-1]).unlink(),
        "kept with checkpoint 3 are not its own",
    ),
    "heads altered": (
        lambda d: edit(d, list_files(d, "heads")[-1], **{str(UNIT): [2, "00" * 32]}),
        "kept with checkpoint 3 are not its own",
    ),
}


def test_x9_whatever_is_done_to_checkpoints_is_found(tmp_path: Path) -> None:
    with AllFailures() as failures:
        for name, (damage, words) in DAMAGES.items():
            with failures.at(name):
                store = CheckpointStore(tmp_path / name)
                write(store, 1, 2, 3)
                damage(tmp_path / name)
                faults = [*store.read_trail().find_faults(SIGNER)]
                assert words in faults[0]


def test_x9_of_two_who_write_the_same_checkpoint_one_does_and_the_other_s_is_no_part_of_it(
    tmp_path: Path,
) -> None:
    store = CheckpointStore(tmp_path)
    made = [build_checkpoint(heads_of(n), None, AT, SIGNER.digest) for n in (1, 2)]
    wrote = [store.write(SIGNER.sign(m, None), heads_of(n), AT) for n, m in enumerate(made, 1)]
    assert wrote == [True, False]
    trail = store.read_trail()
    assert (trail.last, trail.heads) == (made[0], heads_of(1))
    assert [*trail.find_faults(SIGNER)] == []


def test_x9_old_checkpoints_are_cleared_away_and_the_rest_still_hold(tmp_path: Path) -> None:
    store = CheckpointStore(tmp_path)
    write(store, 1, 2, 3, 4)
    write(store, 5, keep=AT + timedelta(hours=3))
    assert list_files(tmp_path, "checkpoint")[0] == "checkpoint-00000003.json"
    assert [*store.read_trail().find_faults(SIGNER)] == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"number": "x"}'])
def test_a_file_that_is_no_checkpoint_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "checkpoint-00000001.json").write_text(text)
    with pytest.raises(CheckpointsUnreadable, match="checkpoint-00000001"):
        CheckpointStore(tmp_path).read_trail()
