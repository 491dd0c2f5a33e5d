"""X11: personal data at rest is sealed, found again by a keyed index, and bound to its field."""

from secrets import token_bytes

import pytest
from argon2 import PasswordHasher
from cryptography.exceptions import InvalidTag

from gateways.key_ring import WeakKey, build_key_ring, compute_key_id, require_strong_key
from gateways.password import PasswordHashing
from gateways.seal import Seal
from tests.factories.rows import an_id_number

KEY, OTHER = (build_key_ring((letter * 32,)) for letter in (b"k", b"o"))
NUMBER = an_id_number(1)


def test_what_was_sealed_is_opened_again() -> None:
    for text in (NUMBER, "", "汉字" * 500):
        assert Seal(KEY).open_sealed("id_number", Seal(KEY).seal_text("id_number", text)) == text


def test_the_same_text_is_never_sealed_alike() -> None:
    sealed = {Seal(KEY).seal_text("id_number", NUMBER) for _ in range(50)}
    assert len(sealed) == 50
    assert all(NUMBER.encode() not in each for each in sealed)


def test_neither_another_key_nor_another_field_nor_a_changed_byte_opens() -> None:
    sealed = Seal(KEY).seal_text("id_number", NUMBER)
    with pytest.raises(InvalidTag):
        Seal(OTHER).open_sealed("id_number", sealed)
    with pytest.raises(InvalidTag):
        Seal(KEY).open_sealed("mobile", sealed)
    for place in range(1, len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(InvalidTag):
            Seal(KEY).open_sealed("id_number", bytes(changed))


@pytest.mark.parametrize("length", [0, 1, 12, 13, 28])
def test_what_is_cut_does_not_open(length: int) -> None:
    sealed = Seal(KEY).seal_text("id_number", NUMBER)[:length]
    with pytest.raises((InvalidTag, ValueError)):
        Seal(KEY).open_sealed("id_number", sealed)


def test_an_index_is_of_one_text_one_field_and_one_key() -> None:
    index = Seal(KEY).compute_index("id_number", NUMBER)
    assert index == Seal(KEY).compute_index("id_number", NUMBER)
    assert len(index) == 32
    others = {
        Seal(KEY).compute_index("id_number", NUMBER[:-1]),
        Seal(KEY).compute_index("mobile", NUMBER),
        Seal(OTHER).compute_index("id_number", NUMBER),
        Seal(KEY).compute_index("id_numbe", f"r{NUMBER}"),
    }
    assert len(others | {index}) == 5


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        build_key_ring((b"k" * length,))


def test_of_several_keys_the_first_seals_and_all_open() -> None:
    old, new = b"k" * 32, b"n" * 32
    both = Seal(build_key_ring((new, old)))
    assert both.open_sealed("mobile", Seal(KEY).seal_text("mobile", "1")) == "1"
    with pytest.raises(InvalidTag):
        Seal(KEY).open_sealed("mobile", both.seal_text("mobile", "1"))


def test_index_and_history_stay_as_they_are_while_the_first_data_key_stays_in_the_ring() -> None:
    followed = build_key_ring((b"n" * 32, b"k" * 32))
    assert (followed.index, followed.history) == (KEY.index, KEY.history)
    assert len({followed.index, *followed.history, *followed.data}) == 4


@pytest.mark.parametrize(
    "key",
    [
        bytes(32),
        bytes(range(32)),
        bytes(range(200, 8, -6)),
        b"0123456789abcdef" * 2,
        bytes([0, 255]) * 16,
    ],
)
def test_a_key_that_was_typed_or_counted_is_weak(key: bytes) -> None:
    with pytest.raises(WeakKey):
        require_strong_key(key)


def test_random_keys_are_strong() -> None:
    for _ in range(1000):
        require_strong_key(token_bytes(32))


def test_a_keys_id_and_the_words_for_a_ring_tell_nothing_of_a_key() -> None:
    assert compute_key_id(b"k" * 32) != compute_key_id(b"o" * 32)
    assert len(compute_key_id(b"k" * 32)) == 4
    assert "k" * 8 not in repr(KEY)


async def test_a_password_matches_its_own_hash_only() -> None:
    passwords = PasswordHashing(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    hashed = await passwords.hash_password("secret")
    assert "secret" not in hashed
    assert await passwords.is_match(hashed, "secret")
    for wrong in ("Secret", "secret ", "", "s" * 100_000, "\0"):
        assert not await passwords.is_match(hashed, wrong)
    for unreadable in (None, "", "garbage", "$argon2id$none", f"{hashed}x"):
        assert not await passwords.is_match(unreadable, "secret")
    assert not await passwords.is_match(None, "nobody's password")
