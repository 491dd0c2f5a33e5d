"""An OpenID Connect provider 统一身份认证: asked who somebody is, believed only what it signed."""

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode, urlsplit

import httpx
import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""By which an ID token may be signed: keys that only the provider has, and never `none`."""
MAX_ANSWER_BYTES = 256 * 1024
METADATA_LIFE_SECONDS = 3600
MIN_KEY_FETCH_SECONDS = 10
"""A key that is not known is looked for again no sooner, whatever strangers send."""
CLOCK_LEEWAY_SECONDS = 60


class ProviderUnavailable(Exception):
    """The provider was not reached, or what it says of itself can't be used."""


class IdentityRefused(Exception):
    """The provider did not say who it is, or not in a way that can be believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """A provider, and what was agreed with it."""

    id: str
    label_zh: str
    label_en: str
    issuer: str
    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]
    scope: str = "openid"
    acr_values: tuple[str, ...] = ()
    """How surely it must have known them, by its own names; empty: as it likes."""
    id_number_claim: str = "id_number"
    name_claim: str = "name"
    credit_code_claim: str = "credit_code"


class SignInRequest(NamedTuple):
    """What a client keeps between sending somebody to a provider and their return."""

    redirect_uri: str
    state: str
    nonce: str
    verifier: str


class _Known(NamedTuple):
    """What a provider says of itself, and when it was read."""

    metadata: Mapping[str, Any]
    keys: KeySet
    read_at: float


class IdentityProvider:
    """A provider that is asked over HTTP; where its keys lie is read anew every hour."""

    def __init__(self, settings: ProviderSettings, timeout_seconds: float = 10) -> None:
        self.settings = settings
        self._timeout = timeout_seconds
        self._known: _Known | None = None
        self._reading = asyncio.Lock()

    async def build_sign_in_url(self, request: SignInRequest, *, again: bool = False) -> str:
        """Return where somebody signs in (OIDC Core 3.1.2, PKCE by S256).

        `again` has the provider ask who they are, though they may be signed in there.

        Raises ProviderUnavailable.
        """
        known = await self._load_known()
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": request.redirect_uri,
            "scope": self.settings.scope,
            "state": request.state,
            "nonce": request.nonce,
            "code_challenge": _hash_verifier(request.verifier),
            "code_challenge_method": "S256",
        }
        if again:
            asked |= {"prompt": "login", "max_age": "0"}
        if self.settings.acr_values:
            asked["acr_values"] = " ".join(self.settings.acr_values)
        endpoint = str(known.metadata["authorization_endpoint"])
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    async def exchange_code(self, request: SignInRequest, code: str) -> Mapping[str, Any]:
        """Exchange a code for what the provider says of somebody: ID token and user information.

        Raises IdentityRefused where the code or the token is worth nothing, ProviderUnavailable
        where the provider is away.
        """
        known = await self._load_known()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": request.redirect_uri,
            "code_verifier": request.verifier,
        }
        async with self._open_client() as client:
            # Basic authentication is what every provider must take (RFC 6749 2.3.1).
            where = str(known.metadata["token_endpoint"])
            own = self.settings.client_id, self.settings.client_secret
            told = await _ask(client, client.build_request("POST", where, data=form), own)
            claims = await self._read_id_token(str(told.get("id_token", "")), request.nonce)
            return {**await self._ask_about(client, known, told, claims), **claims}

    async def _ask_about(
        self,
        client: httpx.AsyncClient,
        known: _Known,
        told: Mapping[str, Any],
        claims: Mapping[str, Any],
    ) -> Mapping[str, Any]:
        """Ask for user information where there is any; it must be about the same subject."""
        endpoint = known.metadata.get("userinfo_endpoint")
        token = told.get("access_token")
        if not endpoint or not token:
            return {}
        bearer = {"authorization": f"Bearer {token}"}
        found = await _ask(client, client.build_request("GET", str(endpoint), headers=bearer))
        if found.get("sub") != claims["sub"]:
            raise IdentityRefused("user information of somebody else")
        return found

    async def _read_id_token(self, token: str, nonce: str) -> Mapping[str, Any]:
        """Verify an ID token (OIDC Core 3.1.3.7)."""
        known = await self._load_known()
        try:
            said = _decode(token, known.keys)
        except (JoseError, ValueError, KeyError, TypeError):
            # Signed by a key that is new since its keys were read, or by nobody.
            newer = await self._load_known(newer_than=known)
            try:
                said = _decode(token, newer.keys)
            except (JoseError, ValueError, KeyError, TypeError) as error:
                raise IdentityRefused("a token that the provider did not sign") from error
        try:
            jwt.JWTClaimsRegistry(
                leeway=CLOCK_LEEWAY_SECONDS,
                iss={"essential": True, "value": self.settings.issuer},
                aud={"essential": True, "value": self.settings.client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(said)
        except JoseError as error:
            raise IdentityRefused(f"a token that does not hold: {error.error}") from error
        self._check_parties(said)
        return said

    def _check_parties(self, said: Mapping[str, Any]) -> None:
        """Demand that the token is for this client, and that they were known surely enough."""
        several = isinstance(said["aud"], list) and len(said["aud"]) > 1
        if (several or "azp" in said) and said.get("azp") != self.settings.client_id:
            raise IdentityRefused("a token for another client")
        wanted = self.settings.acr_values
        if wanted and said.get("acr") not in wanted:
            raise IdentityRefused("not signed in surely enough")

    async def _load_known(self, newer_than: _Known | None = None) -> _Known:
        """Read what the provider says of itself, unless it is known and recent enough."""
        async with self._reading:
            known, now = self._known, monotonic()
            if known is not None:
                age = now - known.read_at
                stale = newer_than is known and age >= MIN_KEY_FETCH_SECONDS
                if age < METADATA_LIFE_SECONDS and not stale:
                    return known
            async with self._open_client() as client:
                where = f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration"
                metadata = await _read_own_words(client, where)
                self._check_metadata(metadata)
                keys = await _read_own_words(client, str(metadata["jwks_uri"]))
            try:
                self._known = _Known(
                    metadata, KeySet.import_key_set(cast("KeySetSerialization", keys)), now
                )
            except (JoseError, ValueError, KeyError, TypeError) as error:
                raise ProviderUnavailable("keys that can't be read") from error
            return self._known

    def _check_metadata(self, metadata: Mapping[str, Any]) -> None:
        if metadata.get("issuer") != self.settings.issuer:
            raise ProviderUnavailable("it says that it is another issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not is_safe_address(str(metadata.get(name, ""))):
                raise ProviderUnavailable(f"no safe {name}")

    def _open_client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(timeout=self._timeout, follow_redirects=False, trust_env=False)


def is_safe_address(address: str) -> bool:
    """Return whether nobody on the way can read what is sent: HTTPS, or this machine itself."""
    try:
        url = urlsplit(address)
    except ValueError:
        return False
    near = url.hostname in {"localhost", "127.0.0.1", "::1"}
    return bool(url.hostname) and (url.scheme == "https" or (url.scheme == "http" and near))


def _decode(token: str, keys: KeySet) -> dict[str, Any]:
    return dict(jwt.decode(token, keys, algorithms=ALGORITHMS).claims)


def _hash_verifier(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


async def _read_own_words(client: httpx.AsyncClient, address: str) -> Mapping[str, Any]:
    """Read what a provider says of itself; whatever is wrong with that is no fault of a client."""
    try:
        return await _ask(client, client.build_request("GET", address))
    except IdentityRefused as error:
        raise ProviderUnavailable(str(error)) from error


async def _ask(
    client: httpx.AsyncClient, request: httpx.Request, auth: tuple[str, str] | None = None
) -> Mapping[str, Any]:
    """Send a request and read an object of JSON, of no more than ordinary size."""
    try:
        answer = await client.send(request, auth=auth, stream=True)
        try:
            body = b""
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > MAX_ANSWER_BYTES:
                    raise ProviderUnavailable("an answer that is too long")
        finally:
            await answer.aclose()
    except httpx.HTTPError as error:
        raise ProviderUnavailable(type(error).__name__) from error
    if answer.status_code >= 500 or answer.status_code == 429:
        raise ProviderUnavailable(f"status {answer.status_code}")
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise IdentityRefused(f"status {answer.status_code}, no JSON") from error
    if answer.status_code != 200 or not isinstance(said, dict):
        raise IdentityRefused(f"status {answer.status_code}")
    return said
