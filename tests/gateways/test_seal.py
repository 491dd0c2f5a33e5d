"""X11: personal data at rest is sealed, found again by a keyed index, and bound to its field."""

from secrets import token_bytes
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from gateways.crypto_profile import CryptoProfile
from gateways.key_ring import (
    KeyRing,
    WeakKey,
    build_key_ring,
    compute_key_id,
    derive_key,
    require_strong_key,
)
from gateways.password import PasswordHashing
from gateways.seal import FORMER_FORMATS, PREFIX_BYTES, Seal, SealBroken, name_seal
from models import BankAccount, ClaimLine, SealedColumn, SealedPlace, locate_sealed
from rules.kernel.refusal import Reason
from tests.factories.rows import an_id_number

NUMBER = an_id_number(1)


@pytest.fixture(params=CryptoProfile)
def profile(request: pytest.FixtureRequest) -> CryptoProfile:
    named: CryptoProfile = request.param
    return named


@pytest.fixture
def key(profile: CryptoProfile) -> KeyRing:
    return build_key_ring((b"k" * 32,), profiles=[profile])


@pytest.fixture
def other(profile: CryptoProfile) -> KeyRing:
    return build_key_ring((b"o" * 32,), profiles=[profile])


def a_place(
    column: str = "id_number_sealed",
    number: int = 1,
    table: str = "person",
    owner: int | None = None,
) -> SealedPlace:
    whose = None if owner is None else UUID(int=owner)
    return SealedPlace(table, column, UUID(int=number), "id_number", whose)


def test_what_was_sealed_is_opened_again(key: KeyRing) -> None:
    for text in (NUMBER, "", "汉字" * 500):
        assert Seal(key).open_sealed(a_place(), Seal(key).seal_text(a_place(), text)) == text


def test_the_same_text_is_never_sealed_alike(key: KeyRing) -> None:
    sealed = {Seal(key).seal_text(a_place(), NUMBER) for _ in range(50)}
    assert len(sealed) == 50
    assert all(NUMBER.encode() not in each for each in sealed)


@pytest.mark.parametrize(
    "place", [a_place(number=2), a_place("mobile_sealed"), a_place(table="roster_row")]
)
def test_x11_what_is_moved_to_another_row_column_or_table_does_not_open(
    key: KeyRing, place: SealedPlace
) -> None:
    with pytest.raises(SealBroken):
        Seal(key).open_sealed(place, Seal(key).seal_text(a_place(), NUMBER))


def test_x11_a_copy_in_a_row_of_the_same_id_that_is_another_s_does_not_open(key: KeyRing) -> None:
    sealed = Seal(key).seal_text(a_place(owner=7), NUMBER)
    assert Seal(key).open_sealed(a_place(owner=7), sealed) == NUMBER
    for other in (a_place(owner=8), a_place(), a_place(number=7, owner=1)):
        assert Seal(key).try_open(other, sealed) is None


def test_what_was_bound_to_no_owner_opens_until_it_is_sealed_anew(
    key: KeyRing, profile: CryptoProfile
) -> None:
    before = Seal(key).seal_text(a_place(), NUMBER)
    # Of a row without an owner all else is the same.
    former = FORMER_FORMATS[profile] + before[1:]
    place = a_place(owner=7)
    assert Seal(key).open_sealed(place, former) == NUMBER
    assert not former.startswith(Seal(key).prefix)
    named = name_seal(former[:PREFIX_BYTES])
    assert named == f"{name_seal(Seal(key).prefix)} of no owner"
    anew = Seal(key).move_sealed(place, former, place)
    assert Seal(key).try_open(a_place(owner=8), anew) is None


@pytest.mark.parametrize("column", [BankAccount.number_sealed, ClaimLine.payee_number_sealed])
def test_x11_a_place_in_a_row_of_somebody_s_names_whose_it_is(column: SealedColumn) -> None:
    assert locate_sealed(column, (UUID(int=7), UUID(int=1))).owner == UUID(int=7)
    with pytest.raises(TypeError):
        locate_sealed(column, UUID(int=1))


def test_neither_another_key_nor_a_changed_byte_opens(key: KeyRing, other: KeyRing) -> None:
    sealed = Seal(key).seal_text(a_place(), NUMBER)
    assert Seal(other).try_open(a_place(), sealed) is None
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        assert Seal(key).try_open(a_place(), bytes(changed)) is None


@pytest.mark.parametrize("length", [0, 1, 4, 5, 12, 17, 33])
def test_what_is_cut_does_not_open(key: KeyRing, length: int) -> None:
    assert Seal(key).try_open(a_place(), Seal(key).seal_text(a_place(), NUMBER)[:length]) is None


def test_a_broken_seal_raises_an_alarm_that_names_the_place_and_nothing_of_it(key: KeyRing) -> None:
    sealed = Seal(key).seal_text(a_place(), NUMBER)
    with capture_logs() as logged, pytest.raises(SealBroken) as refused:
        Seal(key).open_sealed(a_place(number=2), sealed)
    assert refused.value.fault.reason is Reason.SEAL_BROKEN
    (line,) = logged
    assert (line["log_level"], line["column"]) == ("error", "person.id_number_sealed")
    assert NUMBER not in str(line)
    assert REGISTRY.get_sample_value(
        "jiuye_broken_seals_total", {"column": "person.id_number_sealed"}
    )


def test_what_was_sealed_before_seals_were_bound_still_opens_as_its_field_alone() -> None:
    seal = Seal(build_key_ring((b"k" * 32,)))
    cipher = AESGCM(derive_key(b"k" * 32, b"jiuye seal"))
    sealed = b"\x01" + bytes(12) + cipher.encrypt(bytes(12), NUMBER.encode(), b"id_number")
    assert seal.try_open(a_place(), sealed) == NUMBER
    mobile = SealedPlace("person", "mobile_sealed", UUID(int=1), "mobile")
    assert seal.try_open(mobile, sealed) is None
    bound = seal.move_sealed(a_place(), sealed, a_place())
    assert bound.startswith(seal.prefix)
    assert seal.try_open(a_place(number=2), bound) is None


def test_an_index_is_of_one_text_one_field_and_one_key(key: KeyRing, other: KeyRing) -> None:
    index = Seal(key).compute_index("id_number", NUMBER)
    assert index == Seal(key).compute_index("id_number", NUMBER)
    assert len(index) == 32
    others = {
        Seal(key).compute_index("id_number", NUMBER[:-1]),
        Seal(key).compute_index("mobile", NUMBER),
        Seal(other).compute_index("id_number", NUMBER),
        Seal(key).compute_index("id_numbe", f"r{NUMBER}"),
    }
    assert len(others | {index}) == 5


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        build_key_ring((b"k" * length,))


def test_of_several_keys_the_first_seals_and_all_open(key: KeyRing) -> None:
    old, new = b"k" * 32, b"n" * 32
    both = Seal(build_key_ring((new, old), profiles=key.profiles))
    assert both.try_open(a_place(), Seal(key).seal_text(a_place(), "1")) == "1"
    assert Seal(key).try_open(a_place(), both.seal_text(a_place(), "1")) is None


def test_index_and_history_stay_as_they_are_while_the_first_data_key_stays_in_the_ring(
    key: KeyRing,
) -> None:
    followed = build_key_ring((b"n" * 32, b"k" * 32))
    assert (followed.index, followed.history) == (key.index, key.history)
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


def test_a_keys_id_and_the_words_for_a_ring_tell_nothing_of_a_key(key: KeyRing) -> None:
    assert compute_key_id(b"k" * 32) != compute_key_id(b"o" * 32)
    assert len(compute_key_id(b"k" * 32)) == 4
    assert "k" * 8 not in repr(key)


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
