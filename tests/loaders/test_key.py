"""Global ids have one spelling; everything else is one and the same answer (X10)."""

from base64 import urlsafe_b64encode
from uuid import UUID

import pytest

from loaders.key import NODE_TYPES, Key, NodeType, parse_global_id, parse_key
from models import Claim, Person, Post

UNIT = UUID("01890000-0000-7000-8000-000000000001")
ROW = UUID("ffffffff-ffff-7fff-bfff-ffffffffffff")
POST_ID = Key("Post", (UNIT, ROW)).format_global_id()
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, table in {"Post": Post, "Person": Person, "LivingAllowanceClaim": Claim}.items():
        monkeypatch.setitem(NODE_TYPES, name, NodeType(table, None))


HEX = ROW.hex


@pytest.mark.parametrize(
    "key",
    [Key("Person", (ROW,)), Key("Post", (UNIT, ROW)), Key("LivingAllowanceClaim", (UNIT, UNIT))],
)
def test_an_id_comes_back_as_the_key_it_was_written_from(key: Key) -> None:
    assert parse_global_id(key.format_global_id()) == key


def test_an_id_names_the_rows_owner_and_the_row() -> None:
    assert parse_key(POST_ID, Post) == Key("Post", (UNIT, ROW))


def test_ids_need_no_escaping_in_addresses() -> None:
    assert set(Key("Post", (ROW, ROW)).format_global_id()) <= set(ALPHABET)


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "x",
        "=",
        "====",
        "null",
        "岗位",
        "é" * 8,
        "\x00",
        "\ud800",
        "a b",
        "A" * 5,
        "Post:1",
        "-",
        "Post",
        "Post-",
        f"-{HEX}",
        f"Post-{HEX[:-1]}",
        f"Post-{HEX}0",
        f"Post-{HEX.upper()}",
        f"Post-{ROW}",
        f"Post-0x{HEX[2:]}",
        f"Post--{HEX}",
        f"Po st-{HEX}",
        f"岗位-{HEX}",
        f"Post-{'１' * 32}",
        urlsafe_b64encode(b"Post:" + UNIT.bytes + ROW.bytes).decode(),
    ],
)
def test_garbage_is_no_id(garbage: str) -> None:
    assert parse_global_id(garbage) is None
    assert parse_key(garbage, Post) is None


@pytest.mark.parametrize("padding", ["=", "==", "===", "====", " ", "\n", "\r\n", "%3D"])
def test_padding_makes_it_no_id(padding: str) -> None:
    assert parse_global_id(POST_ID + padding) is None
    assert parse_global_id(padding + POST_ID) is None


@pytest.mark.parametrize("junk", [" ", "\n", "!", "*", "\u200b"])
def test_junk_within_makes_it_no_id(junk: str) -> None:
    assert parse_global_id(POST_ID[:10] + junk + POST_ID[10:]) is None


def test_only_one_spelling_of_the_last_character_is_an_id() -> None:
    spellings = [POST_ID[:-1] + last for last in ALPHABET]
    same = [
        text
        for text in spellings
        if (key := parse_global_id(text)) is not None and key.parts[-1] == ROW
    ]
    assert same == [POST_ID]


def test_an_id_of_another_type_is_no_id_of_this_table() -> None:
    assert parse_key(Key("LivingAllowanceClaim", (UNIT, ROW)).format_global_id(), Post) is None


def test_an_id_of_a_type_that_nobody_knows_is_no_id() -> None:
    assert parse_key(Key("Secret", (UNIT, ROW)).format_global_id(), Post) is None


@pytest.mark.parametrize("parts", [(UNIT,), (UNIT, ROW, ROW), (ROW,) * 9])
def test_an_id_with_other_parts_than_the_tables_key_is_no_id(parts: tuple[UUID, ...]) -> None:
    assert parse_key(Key("Post", parts).format_global_id(), Post) is None


def test_a_type_of_one_kind_holds_only_rows_of_that_kind() -> None:
    mentoring = NodeType(Claim, "MENTORING")
    assert mentoring.is_type_of(Claim(kind="MENTORING"))
    assert not mentoring.is_type_of(Claim(kind="HIRING"))
    assert not mentoring.is_type_of(Post())
