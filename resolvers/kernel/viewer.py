"""Who asks, read from their access token and their language."""

from functools import lru_cache

from gateways.client_certificate import PresentedCertificate, is_certificate_shown
from models import Role
from resolvers.kernel.service import Service
from rules.kernel.fresh_proof import is_proof_lapsed
from rules.kernel.function import ANYONE, HOLDER_ROLES, parse_functions
from rules.kernel.viewer import Language, Viewer

_ROLES = {str(role) for role in Role}


def parse_viewer(
    service: Service,
    authorization: str | None,
    accept_language: str | None,
    certificate: PresentedCertificate | None = None,
) -> Viewer | None:
    """Read who asks; somebody without a token is a stranger, a token worth nothing is None.

    A token that is bound to a certificate is worth nothing to whoever comes without it (RFC 8705).

    What was granted is not in the token: `resolvers.granted` reads it.
    """
    language = choose_language(accept_language or "")
    if authorization is None:
        return Viewer(language=language)
    scheme, _, token = authorization.partition(" ")
    claims = (
        service.tokens.read_access_token(token, service.now())
        if scheme.lower() == "bearer"
        else None
    )
    if claims is None or claims.role not in _ROLES:
        return None
    if not is_certificate_shown(claims.certificate, certificate):
        return None
    return Viewer(
        language=language,
        account_id=claims.account,
        name=claims.name,
        role=Role(claims.role),
        region=claims.region,
        unit_id=claims.unit,
        person_id=claims.person,
        session_id=claims.session,
        same_holder=frozenset(claims.same_holder),
        granted=ANYONE,
        factor_missing=claims.role in service.second_factor_roles and not claims.factor,
        password_given=claims.given,
        holder_missing=not claims.holder and Role(claims.role) in HOLDER_ROLES,
        unverified=claims.unit is not None and not claims.verified,
        scopes=None if claims.scopes is None else parse_functions(claims.scopes),
        certificate=claims.certificate,
        proof_lapsed=is_proof_lapsed(claims.proved_at, service.proof_life, service.now()),
    )


MAX_USER_AGENT_LENGTH = 120


def shorten_user_agent(user_agent: str | None) -> str | None:
    """Keep of a client's own name what its holder needs to know it again."""
    kept = "".join(c for c in user_agent or "" if " " <= c <= "~")[:MAX_USER_AGENT_LENGTH].strip()
    return kept or None


@lru_cache(maxsize=256)
def choose_language(accept_language: str) -> Language:
    """Choose the language of messages: Chinese unless English is wanted more (RFC 9110)."""
    wanted = {Language.ZH: 0.0, Language.EN: 0.0}
    for item in accept_language[:1000].split(","):
        tag, _, weight = item.strip().partition(";q=")
        language = {"zh": Language.ZH, "en": Language.EN}.get(tag.lower()[:2])
        if language is not None:
            wanted[language] = max(wanted[language], _parse_weight(weight))
    return Language.EN if wanted[Language.EN] > wanted[Language.ZH] else Language.ZH


def _parse_weight(text: str) -> float:
    try:
        weight = float(text) if text else 1.0
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
