"""X11: 国密 by the standards' own examples, and two profiles that never read for each other."""

import hmac
from datetime import UTC, datetime, timedelta
from secrets import token_bytes
from uuid import UUID

import gmalg
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from gateways.access_token import TokenClaims, TokenIssuer
from gateways.crypto_profile import CryptoProfile, Sm4Gcm, parse_profiles
from gateways.key_ring import KeyRing, build_key_ring, list_history_keys
from gateways.seal import Seal
from gateways.signature import SIGNER_ID, Ed25519Key, Sm2Key, list_signing_keys
from gateways.signed_link import LinkSigner
from models import SealedPlace
from rules.kernel.digest import Digest, compute_digest, compute_mac

STANDARD, SM = CryptoProfile.STANDARD, CryptoProfile.SM
MOVES = [(STANDARD, SM), (SM, STANDARD)]
NOW = datetime(2025, 3, 10, 4, tzinfo=UTC)
PLACE = SealedPlace("person", "id_number_sealed", UUID(int=1), "id_number")
KEY = b"k" * 32


def a_ring(*profiles: CryptoProfile) -> KeyRing:
    return build_key_ring((KEY,), profiles=profiles)


def test_sm3_is_as_gb_t_32905_has_it() -> None:
    assert compute_digest(Digest.SM3, b"abc").hex() == (
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )
    assert compute_digest(Digest.SM3, b"abcd" * 16).hex() == (
        "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    )


@pytest.mark.parametrize("digest", Digest)
def test_a_digest_by_a_key_is_as_rfc_2104_has_it(digest: Digest) -> None:
    key, text, block = token_bytes(32), token_bytes(200), 64
    inner, outer = (bytes(each ^ pad for each in key.ljust(block, b"\0")) for pad in (0x36, 0x5C))
    expected = compute_digest(digest, outer + compute_digest(digest, inner + text))
    assert hmac.compare_digest(compute_mac(digest, key, text), expected)


def test_sm4_gcm_is_as_rfc_8998_has_it() -> None:
    cipher = Sm4Gcm(bytes.fromhex("0123456789ABCDEFFEDCBA9876543210"))
    nonce = bytes.fromhex("00001234567800000000ABCD")
    bound = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    text = b"".join(bytes([byte]) * 8 for byte in b"\xaa\xbb\xcc\xdd\xee\xff\xee\xaa")
    sealed = bytes.fromhex(
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )
    assert cipher.encrypt(nonce, text, bound) == sealed
    assert cipher.decrypt(nonce, sealed, bound) == text
    with pytest.raises(InvalidTag):
        cipher.decrypt(nonce, sealed, None)


def test_sm2_signs_as_gb_t_32918_5_has_it() -> None:
    secret = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
    once = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
    expected = (
        "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3",
        "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa",
    )
    signed = gmalg.SM2(secret, SIGNER_ID, rnd_fn=lambda _: once).sign(b"message digest")
    assert tuple(number.hex() for number in signed) == expected


@pytest.mark.parametrize("kind", [Ed25519Key, Sm2Key])
def test_a_signature_is_of_one_message_and_one_key(kind: type[Ed25519Key | Sm2Key]) -> None:
    key, other = kind(b"1", token_bytes(32)), kind(b"2", token_bytes(32))
    signature = key.sign(b"checkpoint")
    assert key.is_signed(b"checkpoint", signature)
    assert not key.is_signed(b"Checkpoint", signature)
    assert not other.is_signed(b"checkpoint", signature)
    zero, wide = encode_dss_signature(0, 0), encode_dss_signature(2**300, 1)
    for garbage in (b"", b"x", signature[:-1], signature + b"x", zero, wide):
        assert not key.is_signed(b"checkpoint", garbage)


@pytest.mark.parametrize(("former", "present"), MOVES)
def test_one_profile_follows_another_while_both_open(
    former: CryptoProfile, present: CryptoProfile
) -> None:
    before, both, after = Seal(a_ring(former)), Seal(a_ring(present, former)), Seal(a_ring(present))
    old, new = before.seal_text(PLACE, "1"), both.seal_text(PLACE, "1")
    assert [both.try_open(PLACE, each) for each in (old, new)] == ["1", "1"]
    assert [before.try_open(PLACE, new), after.try_open(PLACE, old)] == [None, None]
    assert after.try_open(PLACE, new) == "1"
    assert [each.startswith(after.prefix) for each in (old, new)] == [False, True]
    assert after.try_open(PLACE, new[:1] + old[1:]) is None
    assert both.compute_index("id_number", "1") == after.compute_index("id_number", "1")
    assert before.compute_index("id_number", "1") != after.compute_index("id_number", "1")


def test_nothing_bound_to_no_row_opens_where_the_standard_profile_is_no_more() -> None:
    cipher = STANDARD.build_cipher(STANDARD.derive_key(KEY, b"jiuye seal"))
    sealed = b"\x01" + bytes(12) + cipher.encrypt(bytes(12), b"1", b"id_number")
    assert Seal(a_ring(SM, STANDARD)).try_open(PLACE, sealed) == "1"
    assert Seal(a_ring(SM)).try_open(PLACE, sealed) is None


@pytest.mark.parametrize(("former", "present"), MOVES)
def test_history_and_checkpoints_of_another_profile_verify_for_good(
    former: CryptoProfile, present: CryptoProfile
) -> None:
    for listed in (list_history_keys, list_signing_keys):
        before, after = listed(a_ring(former)), listed(a_ring(present))
        assert after[0].digest is present.digest
        assert before[0].id in {key.id for key in after}
        assert len({key.id for key in after}) == len(after) == 2
    assert len({key.secret for key in list_history_keys(a_ring(present))}) == 2


@pytest.mark.parametrize(("former", "present"), MOVES)
def test_tokens_and_links_of_the_former_profile_are_read_while_it_is_named(
    former: CryptoProfile, present: CryptoProfile
) -> None:
    life, later = timedelta(minutes=10), NOW + timedelta(minutes=5)
    name = UUID(int=1)
    claims = TokenClaims(name, name, "名", "PERSON", "220104", None, name)
    ways = [[former], [present, former], [present]]
    before, both, after = (TokenIssuer(KEY, life, profiles=way) for way in ways)
    old, new = (each.issue_access_token(claims, NOW) for each in (before, both))
    assert [both.read_access_token(each, NOW) for each in (old, new)] == [claims, claims]
    assert [after.read_access_token(each, NOW) for each in (old, new)] == [None, claims]
    assert before.read_access_token(new, NOW) is None
    first = before.build_refresh_token(name)
    second = before.derive_next_token(first)
    assert both.derive_next_token(first, second.hash) == second
    assert both.derive_next_token(first) == after.derive_next_token(first) != second
    signers = [LinkSigner(KEY, profiles=way) for way in ways]
    links = [each.sign_link("upload", ("one",), later) for each in signers]
    read = [[each.read_link("upload", link, NOW) is not None for link in links] for each in signers]
    assert read == [[True, False, False], [True, True, True], [False, True, True]]


def test_a_token_names_the_algorithm_of_its_key_or_is_worthless() -> None:
    """Who knows one profile's algorithm can't have another key's token read by it."""
    name, life = UUID(int=1), timedelta(minutes=10)
    both = TokenIssuer(KEY, life, profiles=[SM, STANDARD])
    claims = TokenClaims(name, name, "名", "PERSON", "220104", None, name)
    sm, standard = (
        TokenIssuer(KEY, life, profiles=[profile]).issue_access_token(claims, NOW)
        for profile in (SM, STANDARD)
    )
    crossed = ".".join([sm.split(".")[0], *standard.split(".")[1:]])
    assert both.read_access_token(crossed, NOW) is None


def test_profiles_are_read_in_their_order() -> None:
    assert parse_profiles("sm") == (SM,)
    assert parse_profiles("sm, standard") == (SM, STANDARD)
    for wrong in ("", "aes", "sm,", "sm,sm"):
        with pytest.raises(ValueError, match=r"."):
            parse_profiles(wrong)
