"""A provider is believed only in what it signed, for this client, this request and now."""

import hmac
import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from time import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

import gateways.identity_provider as gateway
from gateways.identity_provider import (
    IdentityProvider,
    IdentityRefused,
    ProviderUnavailable,
    SignInRequest,
    is_safe_address,
)
from tests.factories.identity_provider import BACK, CLIENT, SECRET, StandIn, run_provider

ASKED = SignInRequest(BACK, "state", "nonce", "v" * 64)


async def go(stand_in: StandIn, provider: IdentityProvider, asked: SignInRequest = ASKED) -> Any:
    back = stand_in.let_in(await provider.build_sign_in_url(ASKED))
    return await provider.exchange_code(asked, back["code"])


async def test_it_tells_who_signed_in_there_from_token_and_user_information() -> None:
    async with run_provider() as (stand_in, provider):
        stand_in.claims = {"name": "张三", "nonce": "not the token's"}
        told = await go(stand_in, provider)
        assert (told["sub"], told["name"], told["nonce"]) == ("u1", "张三", "nonce")


async def test_a_code_is_good_once_and_with_its_verifier_only() -> None:
    async with run_provider() as (stand_in, provider):
        back = stand_in.let_in(await provider.build_sign_in_url(ASKED))
        await provider.exchange_code(ASKED, back["code"])
        with pytest.raises(IdentityRefused):
            await provider.exchange_code(ASKED, back["code"])
        with pytest.raises(IdentityRefused):
            await go(stand_in, provider, ASKED._replace(verifier="w" * 64))


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another"},
        {"aud": [CLIENT, "another"]},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"azp": "another"},
        {"nonce": "of another request"},
        {"nonce": None},
        {"exp": int(time()) - 3600},
        {"exp": None},
        {"iat": None},
        {"iat": int(time()) + 3600},
        {"sub": "u2"},
        {"sub": None},
    ],
)
async def test_a_token_that_does_not_hold_is_refused(lie: dict[str, Any]) -> None:
    async with run_provider() as (stand_in, provider):
        stand_in.token_claims = lie
        with pytest.raises(IdentityRefused):
            await go(stand_in, provider)


def _spell(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _sign_by_none(said: dict[str, Any], _: ECKey) -> str:
    parts = [{"alg": "none"}, said]
    return ".".join([*(_spell(json.dumps(part).encode()) for part in parts), ""])


def _sign_by_secret(said: dict[str, Any], key: ECKey) -> str:
    return jwt.encode({"alg": "HS256", "kid": key.kid}, said, OctKey.import_key(SECRET.ljust(32)))


def _sign_by_public_key(said: dict[str, Any], key: ECKey) -> str:
    """Take the public key, which everybody has, for a secret that two have."""
    parts = [{"alg": "HS256", "kid": key.kid}, said]
    text = ".".join(_spell(json.dumps(part).encode()) for part in parts)
    return f"{text}.{_spell(hmac.digest(key.as_pem(private=False), text.encode(), sha256))}"


def _sign_by_stranger(said: dict[str, Any], key: ECKey) -> str:
    own = ECKey.generate_key("P-256")
    return jwt.encode({"alg": "ES256", "kid": key.kid}, said, own)


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize(
    "sign", [_sign_by_none, _sign_by_secret, _sign_by_public_key, _sign_by_stranger]
)
async def test_a_token_that_the_provider_did_not_sign_is_refused(sign: Any) -> None:
    async with run_provider() as (stand_in, provider):
        stand_in.sign = sign
        with pytest.raises(IdentityRefused):
            await go(stand_in, provider)


async def test_who_was_not_known_surely_enough_is_refused() -> None:
    async with run_provider(acr_values=("L3", "L4")) as (stand_in, provider):
        assert "acr_values=L3+L4" in await provider.build_sign_in_url(ASKED)
        for acr in (None, "L2", ["L3"]):
            stand_in.token_claims = {"acr": acr}
            with pytest.raises(IdentityRefused):
                await go(stand_in, provider)
        stand_in.token_claims = {"acr": "L4"}
        assert (await go(stand_in, provider))["sub"] == "u1"


async def test_a_new_key_is_looked_for_and_not_again_for_each_forged_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with run_provider() as (stand_in, provider):
        await go(stand_in, provider)
        stand_in.sign = _sign_by_stranger
        for _ in range(5):
            with pytest.raises(IdentityRefused):
                await go(stand_in, provider)
        assert stand_in.key_reads == 1
        stand_in.sign = None
        stand_in.rotate_key()
        monkeypatch.setattr(gateway, "MIN_KEY_FETCH_SECONDS", 0)
        assert (await go(stand_in, provider))["sub"] == "u1"
        assert stand_in.key_reads == 2


@pytest.mark.parametrize("status", [404, 429, 500, 503])
async def test_a_provider_that_does_not_answer_is_away(status: int) -> None:
    async with run_provider() as (stand_in, provider):
        stand_in.status = status
        with pytest.raises(ProviderUnavailable):
            await provider.build_sign_in_url(ASKED)


async def test_one_that_says_that_it_is_another_is_not_asked() -> None:
    async with run_provider() as (stand_in, provider):
        stand_in.issuer = "https://elsewhere.example"
        with pytest.raises(ProviderUnavailable):
            await provider.build_sign_in_url(ASKED)


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://sso.jl.gov.cn/oidc", True),
        ("http://127.0.0.1:9000", True),
        ("http://sso.jl.gov.cn", False),
        ("https://", False),
        ("ftp://127.0.0.1/x", False),
        ("javascript:alert(1)", False),
        ("", False),
        ("https://[", False),
    ],
)
def test_nothing_is_sent_where_others_can_read_it(address: str, safe: bool) -> None:
    assert is_safe_address(address) is safe
