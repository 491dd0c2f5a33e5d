"""A provider of identity over real HTTP: signs what it says, and lies where a test asks it to."""

from base64 import b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_urlsafe
from time import time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateways.identity_provider import IdentityProvider, ProviderSettings
from tests.factories.web import serve_on_socket

PROVIDER = "jilin"
CLIENT, SECRET, BACK = "jiuye", "agreed", "https://front.example/back"


def _build_key() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": token_urlsafe(6)}, auto_kid=False)


@dataclass(kw_only=True)
class StandIn:
    """The provider: who signs in there, what it was asked, and how it lies."""

    claims: dict[str, Any] = field(default_factory=dict)
    token_claims: dict[str, Any] = field(default_factory=dict)
    sign: Callable[[dict[str, Any], ECKey], str] | None = None
    status: int = 200
    keys: Sequence[ECKey] = field(default_factory=lambda: [_build_key()])
    issuer: str = ""
    key_reads: int = 0
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def rotate_key(self) -> None:
        """Sign with a new key from now on; the old one is published no more."""
        self.keys = [_build_key()]

    def let_in(self, url: str) -> dict[str, str]:
        """Sign in whoever was sent to `url`, and return what comes back in the address."""
        asked = dict(parse_qsl(urlsplit(url).query))
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert asked["code_challenge_method"] == "S256"
        code = token_urlsafe(12)
        self._codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def build_app(self) -> Starlette:
        """Build what is served."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._tell_metadata),
                Route("/keys", self._tell_keys),
                Route("/token", self._give_token, methods=["POST"]),
                Route("/userinfo", self._tell_user),
            ]
        )

    async def _tell_metadata(self, _: Request) -> Response:
        where = self.issuer
        said = {
            "issuer": where,
            "authorization_endpoint": f"{where}/authorize",
            "token_endpoint": f"{where}/token",
            "jwks_uri": f"{where}/keys",
            "userinfo_endpoint": f"{where}/userinfo",
        }
        return JSONResponse(said, self.status)

    async def _tell_keys(self, _: Request) -> Response:
        self.key_reads += 1
        return JSONResponse(KeySet([*self.keys]).as_dict(private=False))

    async def _give_token(self, request: Request) -> Response:
        _, _, given = request.headers["authorization"].partition(" ")
        form = dict(parse_qsl((await request.body()).decode()))
        asked = self._codes.pop(form["code"], None)
        challenge = sha256(form["code_verifier"].encode()).digest()
        proof = urlsafe_b64encode(challenge).rstrip(b"=").decode()
        known = b64decode(given) == f"{CLIENT}:{SECRET}".encode()
        if not known or asked is None or asked["code_challenge"] != proof:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if asked["redirect_uri"] != form["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        said = {
            "iss": self.issuer,
            "sub": "u1",
            "aud": CLIENT,
            "nonce": asked["nonce"],
            "iat": int(time()),
            "exp": int(time()) + 300,
            **self.token_claims,
        }
        said = {name: value for name, value in said.items() if value is not None}
        token = (self.sign or _sign)(said, self.keys[-1])
        return JSONResponse({"id_token": token, "access_token": "a", "token_type": "Bearer"})

    async def _tell_user(self, _: Request) -> Response:
        return JSONResponse({"sub": "u1", **self.claims})


def _sign(said: dict[str, Any], key: ECKey) -> str:
    return jwt.encode({"alg": "ES256", "kid": key.kid}, said, key)


@asynccontextmanager
async def run_provider(**changes: Any) -> AsyncIterator[tuple[StandIn, IdentityProvider]]:
    """Serve the stand-in, and give a client of it; `changes` are of what was agreed."""
    stand_in = StandIn()
    async with serve_on_socket(stand_in.build_app()) as address:
        stand_in.issuer = address
        agreed: dict[str, Any] = {
            "id": PROVIDER,
            "label_zh": "吉林省统一身份认证",
            "label_en": "Jilin's sign-in",
            "issuer": address,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "redirect_uris": (BACK,),
        }
        yield stand_in, IdentityProvider(ProviderSettings(**agreed | changes))
