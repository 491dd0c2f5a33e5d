"""Access tokens (JWT) and refresh tokens; a refresh token's successor follows from it."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import NamedTuple
from uuid import UUID

from cachetools import LRUCache
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import GuestProtocol, OctKey
from joserfc.jws import JWSRegistry

from gateways.crypto_profile import STANDARD_ONLY, CryptoProfile
from rules.kernel.digest import Digest, compute_mac


class HmacSm3Algorithm(JWSAlgModel):
    """HMAC-SM3 as an algorithm of tokens. It has no registered name: nobody else reads them."""

    name = "HSM3"
    description = "HMAC using SM3"
    algorithm_security = 256

    def sign(self, msg: bytes, key: OctKey) -> bytes:
        """Sign a token's text."""
        return compute_mac(Digest.SM3, key.get_op_key("sign"), msg)

    def verify(self, msg: bytes, sig: bytes, key: OctKey) -> bool:
        """Return whether a token's text was signed so."""
        return hmac.compare_digest(sig, compute_mac(Digest.SM3, key.get_op_key("verify"), msg))


JWSRegistry.register(HmacSm3Algorithm())
_ALGORITHMS: Mapping[CryptoProfile, str] = {
    CryptoProfile.STANDARD: "HS256",
    CryptoProfile.SM: HmacSm3Algorithm.name,
}
_MAX_CACHED_TOKENS = 2_000
"""So many tokens are remembered as genuine; each takes less than a kilobyte."""


class TokenClaims(NamedTuple):
    """What an access token says; `verified` that the unit was found to be who it claims to be.

    `factor` says that the account has a second factor, `given` that somebody else gave it its
    password, `holder` that it is known whose it is by a number, `proved_at` when its holder proved
    last who they are. `scopes` are the functions beyond which a program does nothing.
    `certificate` is the fingerprint without whose certificate the token is worth nothing.
    """

    account: UUID
    session: UUID
    name: str
    role: str
    region: str
    unit: UUID | None
    person: UUID | None
    verified: bool = False
    factor: bool = False
    holder: bool = False
    given: bool = False
    same_holder: Sequence[UUID] = ()
    proved_at: datetime | None = None
    scopes: Sequence[str] | None = None
    certificate: bytes | None = None


class RefreshToken(NamedTuple):
    """A session's name and a secret."""

    session: UUID
    secret: str

    @property
    def text(self) -> str:
        """Write the token."""
        return f"{self.session}.{self.secret}"

    @property
    def hash(self) -> bytes:
        """Return what the database keeps of it."""
        return sha256(self.text.encode()).digest()


def _read_instant(said: object) -> datetime | None:
    return datetime.fromtimestamp(said, UTC) if isinstance(said, int) else None


def _read_scopes(said: object) -> Sequence[str] | None:
    return None if said is None else tuple(str(said).split())


def name_key(key: bytes) -> str:
    """Return a key's id, which tells nothing of it."""
    return sha256(b"jiuye key id " + key).hexdigest()[:16]


class TokenIssuer:
    """Issues tokens with one key, and reads those of others that are accepted beside it.

    A token names its key, who issued it and for whom; what does not, or names others, is worthless.
    """

    def __init__(
        self,
        key: bytes,
        access: timedelta,
        accepted: Sequence[bytes] = (),
        *,
        profiles: Sequence[CryptoProfile] = STANDARD_ONLY,
        issuer: str = "jiuye",
        audience: str = "jiuye",
    ) -> None:
        self._secrets = [
            (profile, _derive_token_key(profile, each))
            for profile in profiles
            for each in (key, *accepted)
        ]
        self._keys = {name_key(of[1]): _import_key(*of) for of in self._secrets}
        self._accepted = [_ALGORITHMS[profile] for profile in profiles]
        self._algorithm, self._id = _ALGORITHMS[profiles[0]], name_key(self._secrets[0][1])
        self._names = {"iss": issuer, "aud": audience}
        self._known: LRUCache[bytes, tuple[TokenClaims, float]] = LRUCache(_MAX_CACHED_TOKENS)
        self.access = access

    def issue_access_token(self, claims: TokenClaims, now: datetime) -> str:
        """Write an access token that lives for `access`."""
        said = {
            **self._names,
            "sub": str(claims.account),
            "sid": str(claims.session),
            "name": claims.name,
            "role": str(claims.role),
            "region": claims.region,
            "unit": str(claims.unit) if claims.unit else None,
            "person": str(claims.person) if claims.person else None,
            "verified": claims.verified,
            "factor": claims.factor,
            "holder": claims.holder,
            "given": claims.given,
            "also": [*map(str, claims.same_holder)],
            "proved": int(claims.proved_at.timestamp()) if claims.proved_at else None,
            "scope": None if claims.scopes is None else " ".join(claims.scopes),
            "cnf": {"x5t": claims.certificate.hex()} if claims.certificate else None,
            "iat": int(now.timestamp()),
            "exp": int((now + self.access).timestamp()),
        }
        header = {"alg": self._algorithm, "typ": "JWT", "kid": self._id}
        return jwt.encode(header, said, self._keys[self._id], algorithms=[self._algorithm])

    def read_access_token(self, token: str, now: datetime) -> TokenClaims | None:
        """Read an access token; None for one that is forged, expired or garbage."""
        found = self.find_token(token, now)
        return None if found is None else found[0]

    def find_token(self, token: str, now: datetime) -> tuple[TokenClaims, float] | None:
        """Return what an access token says, and the second at which it expires.

        What was genuine once is so again: only whether it has expired is asked anew.
        """
        # JSON can spell half of a character, which UTF-8 can't; on sockets tokens come in JSON.
        name = sha256(token.encode(errors="surrogatepass")).digest()
        found = self._known.get(name) or self._verify_token(token)
        if found is None or found[1] <= now.timestamp():
            self._known.pop(name, None)
            return None
        self._known[name] = found
        return found

    def _verify_token(self, token: str) -> tuple[TokenClaims, float] | None:
        try:
            said = jwt.decode(token, self._find_key, algorithms=self._accepted).claims
            if any(said[name] != value for name, value in self._names.items()):
                return None
            claims = TokenClaims(
                account=UUID(said["sub"]),
                session=UUID(said["sid"]),
                name=str(said["name"]),
                role=str(said["role"]),
                region=str(said["region"]),
                unit=UUID(said["unit"]) if said["unit"] else None,
                person=UUID(said["person"]) if said["person"] else None,
                verified=said.get("verified") is True,
                factor=said.get("factor") is True,
                holder=said.get("holder") is True,
                given=said.get("given") is True,
                same_holder=tuple(map(UUID, said.get("also", ()))),
                proved_at=_read_instant(said.get("proved")),
                scopes=_read_scopes(said.get("scope")),
                certificate=bytes.fromhex(said["cnf"]["x5t"]) if said.get("cnf") else None,
            )
            return claims, float(int(said["exp"]))
        except (JoseError, ValueError, KeyError, TypeError, AttributeError, ArithmeticError):
            return None

    def _find_key(self, token: GuestProtocol) -> OctKey:
        return self._keys[token.headers()["kid"]]

    def build_refresh_token(self, session: UUID) -> RefreshToken:
        """Make the first refresh token of a session."""
        return RefreshToken(session, token_urlsafe(32))

    def derive_next_token(self, token: RefreshToken, kept: bytes | None = None) -> RefreshToken:
        """Derive a token's one successor: a client that lost the answer gets the same again.

        `kept` is the hash of a successor that was given out, maybe by a key that went since.
        """
        found = [_derive_successor(*of, token) for of in self._secrets]
        return next((each for each in found if each.hash == kept), found[0])

    @staticmethod
    def parse_refresh_token(text: str) -> RefreshToken | None:
        """Read a refresh token's parts, in the one spelling that we write."""
        name, _, secret = text.partition(".")
        try:
            token = RefreshToken(UUID(name), secret)
        except ValueError:
            return None
        return token if secret and token.text == text else None


def _derive_token_key(profile: CryptoProfile, key: bytes) -> bytes:
    """Return the key of a profile's tokens: of one key no two profiles make the same use."""
    standard = profile is CryptoProfile.STANDARD
    return key if standard else profile.derive_key(key, b"jiuye tokens")


def _import_key(profile: CryptoProfile, secret: bytes) -> OctKey:
    """Import a key for its profile's algorithm, and for no other's."""
    return OctKey.import_key(secret, {"alg": _ALGORITHMS[profile]})


def _derive_successor(profile: CryptoProfile, secret: bytes, token: RefreshToken) -> RefreshToken:
    raw = compute_mac(profile.digest, secret, b"next " + token.text.encode())
    return RefreshToken(token.session, urlsafe_b64encode(raw).rstrip(b"=").decode())
