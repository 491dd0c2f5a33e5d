"""Tokens: only our own, only for their time; a refresh token's successor follows from it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from gateways.access_token import RefreshToken, TokenClaims, TokenIssuer, name_key

KEY, OTHER = b"k" * 32, b"o" * 32
NOW = datetime(2025, 3, 10, 4, tzinfo=UTC)
SESSION = UUID("019a1234-5678-7123-8123-123456789012")
CLAIMS = TokenClaims(
    account=SESSION,
    session=SESSION,
    name="名",
    role="PERSON",
    region="220104",
    unit=None,
    person=SESSION,
)


def tokens(key: bytes = KEY) -> TokenIssuer:
    return TokenIssuer(key, timedelta(minutes=10))


def test_what_was_issued_is_read_until_it_ends() -> None:
    text = tokens().issue_access_token(CLAIMS, NOW)
    assert tokens().read_access_token(text, NOW) == CLAIMS
    assert tokens().read_access_token(text, NOW + timedelta(minutes=9, seconds=59)) == CLAIMS
    assert tokens().read_access_token(text, NOW + timedelta(minutes=10)) is None


def test_a_token_that_was_read_before_ends_all_the_same() -> None:
    same = tokens()
    text = same.issue_access_token(CLAIMS, NOW)
    late = NOW + timedelta(minutes=10)
    assert [same.read_access_token(text, when) for when in (NOW, NOW, late, late)] == [
        CLAIMS,
        CLAIMS,
        None,
        None,
    ]
    assert same.read_access_token(text[:-4] + "AAAA", NOW) is None
    assert same.read_access_token(text, NOW) == CLAIMS


def test_of_many_tokens_few_are_remembered() -> None:
    same = tokens()
    for n in range(2_100):
        assert (
            same.read_access_token(same.issue_access_token(CLAIMS, NOW + timedelta(seconds=n)), NOW)
            == CLAIMS
        )
    assert len(vars(same)["_known"]) == 2_000


def test_another_key_and_any_changed_character_make_it_worthless() -> None:
    text = tokens().issue_access_token(CLAIMS, NOW)
    assert tokens(OTHER).read_access_token(text, NOW) is None
    for place in range(0, len(text) - 1, 7):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        assert tokens().read_access_token(changed, NOW) is None


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "other"},
        {"iss": ["jiuye"]},
        {"aud": "other"},
        {"aud": None},
        {"sub": None},
        {"sub": "x"},
        {"exp": "soon"},
        {"exp": None},
        {"exp": float("inf")},
        {"unit": 5},
        {"unit": ["x"]},
        {"sid": {}},
    ],
)
def test_a_signed_token_that_says_nonsense_is_worthless(change: dict[str, object]) -> None:
    said: dict[str, object] = {
        "iss": "jiuye",
        "aud": "jiuye",
        "sub": str(SESSION),
        "sid": str(SESSION),
        "name": "x",
        "role": "PERSON",
        "region": "220104",
        "unit": None,
        "person": None,
        "exp": int(NOW.timestamp()) + 60,
    }
    key, header = OctKey.import_key(KEY), {"alg": "HS256", "kid": name_key(KEY)}
    assert tokens().read_access_token(jwt.encode(header, said, key), NOW) is not None
    assert tokens().read_access_token(jwt.encode(header, said | change, key), NOW) is None
    lacking = {name: value for name, value in said.items() if name not in change}
    assert tokens().read_access_token(jwt.encode(header, lacking, key), NOW) is None
    for other in ({}, {"kid": name_key(OTHER)}, {"kid": ""}):
        forged = jwt.encode({"alg": "HS256"} | other, said, key)
        assert tokens().read_access_token(forged, NOW) is None


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "汉字", "\0", "{}", "e30.e30.", "=" * 99])
def test_garbage_is_no_token(text: str) -> None:
    assert tokens().read_access_token(text, NOW) is None


def test_a_deeply_nested_header_is_no_token() -> None:
    for bracket in ("Ww", "W1tb", "eyJhIjo"):
        assert tokens().read_access_token(f"{bracket * 30_000}.e30.e30", NOW) is None


def test_a_successor_follows_from_its_token_and_the_key() -> None:
    first = tokens().build_refresh_token(SESSION)
    assert first != tokens().build_refresh_token(SESSION)
    second = tokens().derive_next_token(first)
    assert second == tokens().derive_next_token(first)
    assert second.session == SESSION
    assert second.secret != first.secret
    assert tokens(OTHER).derive_next_token(first) != second
    assert second.secret not in first.text
    assert len({first.hash, second.hash, tokens().derive_next_token(second).hash}) == 3


def test_a_refresh_token_is_read_as_it_was_written() -> None:
    token = tokens().build_refresh_token(SESSION)
    assert TokenIssuer.parse_refresh_token(token.text) == token
    assert TokenIssuer.parse_refresh_token(f"{SESSION}.a.b") == RefreshToken(SESSION, "a.b")
    for text in ("", ".", "x.y", f"{SESSION}", f"{SESSION}.", f".{token.secret}"):
        assert TokenIssuer.parse_refresh_token(text) is None


def test_another_spelling_of_a_session_is_no_token() -> None:
    token = tokens().build_refresh_token(SESSION)
    for name in (f"{{{SESSION}}}", f"urn:uuid:{SESSION}", SESSION.hex, str(SESSION).upper()):
        assert TokenIssuer.parse_refresh_token(f"{name}.{token.secret}") is None


def test_keys_change_with_both_accepted_for_a_while() -> None:
    life = timedelta(minutes=10)
    old, ready = TokenIssuer(KEY, life), TokenIssuer(KEY, life, [OTHER])
    moved, done = TokenIssuer(OTHER, life, [KEY]), TokenIssuer(OTHER, life)
    by_old, by_new = (each.issue_access_token(CLAIMS, NOW) for each in (old, moved))
    for reader, reads in ((old, by_old), (done, by_new)):
        assert [reader.read_access_token(each, NOW) for each in (by_old, by_new)] == [
            CLAIMS if each is reads else None for each in (by_old, by_new)
        ]
    for reader in (ready, moved):
        assert [reader.read_access_token(each, NOW) for each in (by_old, by_new)] == [CLAIMS] * 2
    first = old.build_refresh_token(SESSION)
    second = old.derive_next_token(first)
    assert moved.derive_next_token(first, second.hash) == second
    assert moved.derive_next_token(first) == done.derive_next_token(first) != second


def test_tokens_of_another_issuer_or_for_others_are_worthless() -> None:
    life = timedelta(minutes=10)
    text = tokens().issue_access_token(CLAIMS, NOW)
    assert TokenIssuer(KEY, life, issuer="test").read_access_token(text, NOW) is None
    assert TokenIssuer(KEY, life, audience="test").read_access_token(text, NOW) is None
