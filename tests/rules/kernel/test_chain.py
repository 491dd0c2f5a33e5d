"""History chained by hash: what is changed, missing, cut off or written anew is found (X9)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from models import History, OfficeHistory, Role
from rules.kernel.chain import (
    FIRST_PREVIOUS_HASH,
    OFFICE_CHAIN,
    ROLLING_UPGRADE,
    SEALED_FIELDS,
    ChainBreak,
    ChainDamage,
    ChainHead,
    ChainKey,
    HistoryKey,
    KeyedHistory,
    compute_hash,
    find_breaks,
    find_truncated_chains,
)
from tests.factories.rows import an_id

UNIT, OTHER = sorted((an_id("unit", 1), an_id("unit", 2)))
AT = datetime(2025, 3, 10, 4, 5, 6, 789, tzinfo=UTC)


def an_entry(unit: UUID, sequence: int, **changes: Any) -> dict[str, Any]:
    return {
        "unit_id": unit,
        "id": an_id(unit, sequence),
        "sequence": sequence,
        "record": "Post",
        "record_id": an_id("post"),
        "person_id": None,
        "title": "岗位",
        "action": "CHANGE",
        "from_status": None,
        "to_status": None,
        "reason": "因",
        "changes": {"headcount": ["1", "2"], "name": ["甲", "乙"]},
        "at": AT + timedelta(minutes=sequence),
        "account_id": an_id("account"),
        "account_name": "经办人",
        "role": Role.UNIT_OPERATOR,
        "key_id": None,
        "region": "220104",
        "at_home": True,
    } | changes


def a_chain(unit: UUID, size: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    before = FIRST_PREVIOUS_HASH
    for n in range(1, size + 1):
        entry = an_entry(unit, n)
        before = compute_hash(before, entry)
        found.append(entry | {"hash": before})
    return found


def found_in(
    entries: list[dict[str, Any]], kept: Mapping[ChainKey, ChainHead] | None = None
) -> tuple[list[tuple[ChainKey, int, ChainDamage]], dict[ChainKey, ChainHead]]:
    heads: dict[ChainKey, ChainHead] = {}
    broken: list[ChainBreak] = [
        *find_breaks(entries, heads, kept or {}),
        *find_truncated_chains(kept or {}, heads),
    ]
    return [(b.key, b.sequence, b.damage) for b in broken], heads


def test_x9_what_nobody_touched_holds() -> None:
    broken, heads = found_in([*a_chain(UNIT, 4), *a_chain(OTHER, 2)])
    assert broken == []
    assert {unit: head.sequence for unit, head in heads.items()} == {UNIT: 4, OTHER: 2}


@pytest.mark.parametrize(
    "name", [name for name in SEALED_FIELDS if name not in {"unit_id", "sequence"}]
)
def test_x9_any_field_that_is_changed_is_found_and_told_once(name: str) -> None:
    entries = a_chain(UNIT, 4)
    other: dict[str, Any] = {"at": AT, "changes": {}, "role": Role.PERSON}
    entries[1][name] = other.get(name, an_id("another") if name.endswith("id") else "别的")
    assert found_in(entries)[0] == [(UNIT, 2, ChainDamage.ALTERED)]


def test_x9_an_entry_sealed_anew_breaks_the_next_one() -> None:
    entries = a_chain(UNIT, 3)
    entries[1]["reason"] = "改"
    entries[1]["hash"] = compute_hash(entries[0]["hash"], entries[1])
    assert found_in(entries)[0] == [(UNIT, 3, ChainDamage.ALTERED)]


def test_x9_an_entry_that_is_gone_is_missed() -> None:
    entries = a_chain(UNIT, 4)
    assert found_in(entries[:1] + entries[2:])[0] == [(UNIT, 2, ChainDamage.MISSING)]
    assert found_in(entries[1:])[0] == [(UNIT, 1, ChainDamage.MISSING)]


def test_x9_what_was_kept_finds_an_end_cut_off_and_a_chain_written_anew() -> None:
    entries = a_chain(UNIT, 4)
    _, kept = found_in(entries)
    assert found_in(entries[:3])[0] == []
    assert found_in(entries[:3], kept)[0] == [(UNIT, 4, ChainDamage.CUT_OFF)]
    assert found_in([], kept)[0] == [(UNIT, 4, ChainDamage.CUT_OFF)]
    before, anew = FIRST_PREVIOUS_HASH, []
    for entry in entries:
        changed = entry | {"account_name": "别人"}
        before = compute_hash(before, changed)
        anew.append(changed | {"hash": before})
    assert found_in(anew)[0] == []
    assert found_in(anew, kept)[0] == [(UNIT, 4, ChainDamage.REWRITTEN)]


def test_x9_an_instant_is_the_same_in_every_time_zone_and_a_change_in_any_order_of_fields() -> None:
    entry = an_entry(UNIT, 1)
    shanghai = entry["at"].astimezone(timezone(timedelta(hours=8)))
    assert compute_hash(FIRST_PREVIOUS_HASH, entry | {"at": shanghai}) == compute_hash(
        FIRST_PREVIOUS_HASH, entry
    )
    turned = dict(reversed(entry["changes"].items()))
    assert compute_hash(FIRST_PREVIOUS_HASH, entry | {"changes": turned}) == compute_hash(
        FIRST_PREVIOUS_HASH, entry
    )


def test_x9_all_of_an_entry_is_sealed_but_the_region_that_follows_its_unit() -> None:
    columns = set(History.__table__.columns.keys())
    assert columns - set(SEALED_FIELDS) == {"region", "at_home", "key_id", "hash"}


def test_x9_an_offices_chain_goes_by_its_region_and_seals_all_of_an_entry() -> None:
    columns = set(OfficeHistory.__table__.columns.keys())
    assert columns - set(OFFICE_CHAIN.sealed) == {"key_id", "hash"}
    entries: list[dict[str, Any]] = []
    before = FIRST_PREVIOUS_HASH
    for n in range(1, 4):
        entry = an_entry(UNIT, n, region="220104", holder_id=None, account_id=None, role=None)
        before = compute_hash(before, entry, OFFICE_CHAIN)
        entries.append(entry | {"hash": before})
    heads: dict[ChainKey, ChainHead] = {}
    assert [*find_breaks(entries, heads, {}, OFFICE_CHAIN)] == []
    assert [*heads] == ["220104"]
    entries[1]["holder_id"] = an_id("account")
    broken = [*find_breaks(entries, {}, {}, OFFICE_CHAIN)]
    assert [(b.key, b.sequence, b.damage) for b in broken] == [("220104", 2, ChainDamage.ALTERED)]


KEY, NEXT_KEY = HistoryKey(b"key1", b"1" * 32), HistoryKey(b"key2", b"2" * 32)
KEYED = KeyedHistory({key.id: key for key in (KEY, NEXT_KEY)}, AT)
LONG_AFTER = AT + 2 * ROLLING_UPGRADE


def keyed_chain(size: int, *before: dict[str, Any], **changes: Any) -> list[dict[str, Any]]:
    """Go on from some entries with such as a key marks, long after the first that one did."""
    found = [*before]
    for n in range(len(found) + 1, len(found) + size + 1):
        named = {"key_id": KEY.id, "at": LONG_AFTER + timedelta(minutes=n)} | changes
        entry = an_entry(UNIT, n, **named)
        last = found[-1]["hash"] if found else FIRST_PREVIOUS_HASH
        found.append(entry | {"hash": compute_hash(last, entry, key=KEY)})
    return found


def broken_in(entries: list[dict[str, Any]], keyed: KeyedHistory = KEYED) -> list[tuple[int, str]]:
    return [(b.sequence, b.damage.value) for b in find_breaks(entries, {}, {}, keyed=keyed)]


def test_x9_entries_with_a_key_follow_those_of_before_and_keys_follow_one_another() -> None:
    entries = keyed_chain(2, *a_chain(UNIT, 2))
    assert broken_in(entries) == []
    turned = an_entry(UNIT, 5, key_id=NEXT_KEY.id, at=LONG_AFTER)
    turned["hash"] = compute_hash(entries[-1]["hash"], turned, key=NEXT_KEY)
    assert broken_in([*entries, turned]) == []
    assert broken_in(entries, KeyedHistory({NEXT_KEY.id: NEXT_KEY}, AT)) == [
        (3, "UNKNOWN_KEY"),
        (4, "UNKNOWN_KEY"),
    ]


def test_x9_whoever_has_no_key_forges_no_entry_that_holds() -> None:
    """With the database alone: a plain hash, another key's name, or a hash under the right one."""
    entries = keyed_chain(2)
    forged = an_entry(UNIT, 3, at=LONG_AFTER + timedelta(hours=1), account_name="别人")
    plain = forged | {"hash": compute_hash(entries[-1]["hash"], forged)}
    back = forged | {"at": AT}
    dated_back = back | {"hash": compute_hash(entries[-1]["hash"], back)}
    assert broken_in([*entries, plain]) == [(3, "UNKEYED")]
    assert broken_in([*entries, dated_back]) == [(3, "UNKEYED")]
    assert broken_in([*entries, plain | {"key_id": KEY.id}]) == [(3, "ALTERED")]
    assert broken_in([*entries, plain | {"key_id": b"mine"}]) == [(3, "UNKNOWN_KEY")]
    assert broken_in([*entries, entries[0] | {"sequence": 3}]) == [(3, "ALTERED")]


def test_x9_a_chain_that_is_computed_anew_without_the_key_breaks() -> None:
    before, anew = FIRST_PREVIOUS_HASH, []
    for entry in keyed_chain(3):
        changed = entry | {"reason": "改", "key_id": None}
        before = compute_hash(before, changed)
        anew.append(changed | {"hash": before})
    assert broken_in(anew) == [(n, "UNKEYED") for n in (1, 2, 3)]
    assert broken_in([entry | {"key_id": KEY.id} for entry in anew]) == [
        (n, "ALTERED") for n in (1, 2, 3)
    ]


def test_x9_a_process_of_the_release_before_may_write_for_a_day_after_the_first_key() -> None:
    first = keyed_chain(1, at=AT)
    late = an_entry(UNIT, 2, at=AT + ROLLING_UPGRADE - timedelta(seconds=1))
    entries = [*first, late | {"hash": compute_hash(first[0]["hash"], late)}]
    assert broken_in(entries) == []
    later = an_entry(UNIT, 2, at=AT + ROLLING_UPGRADE)
    entries = [*first, later | {"hash": compute_hash(first[0]["hash"], later)}]
    assert broken_in(entries) == [(2, "UNKEYED")]


@pytest.mark.parametrize("name", ["region", "at_home", "key_id", "reason"])
def test_x21_where_an_entry_lies_for_good_is_sealed_too(name: str) -> None:
    entries = keyed_chain(3, region="510104", at_home=None)
    assert broken_in(entries) == []
    other = {"region": "220104", "at_home": True, "key_id": NEXT_KEY.id, "reason": "改"}
    entries[1][name] = other[name]
    assert broken_in(entries) == [(2, "ALTERED")]


def test_x9_a_region_that_follows_its_unit_is_kept_by_the_foreign_key_alone() -> None:
    entries = keyed_chain(3)
    entries[1]["region"] = "510104"
    assert broken_in(entries) == []
