"""Viewers as the last requests with their tokens found them, while nothing has changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from cachetools import LRUCache

from gateways.access_token import TokenClaims
from loaders.actor import Actor, build_actor
from loaders.database_fault import DATABASE_ERRORS
from resolvers.kernel.granted_functions import load_known_functions
from resolvers.kernel.service import Service
from resolvers.kernel.viewer import choose_language, parse_viewer
from rules.accounts.grant import can_receive_grants
from rules.kernel.fresh_proof import is_proof_lapsed
from rules.kernel.function import HOLDER_ROLES, Entrance
from rules.kernel.point_budget import Budget, list_budgets
from rules.kernel.region import NATION_CODE
from rules.kernel.viewer import Language, Viewer

MAX_KNOWN = 2_000


@dataclass(slots=True, kw_only=True)
class KnownViewer:
    """A viewer, what they were built of, and what follows from them for each request."""

    viewer: Viewer
    service: Service
    claims: TokenClaims | None
    _paying: tuple[str | None, str, Sequence[Budget]] | None = None
    expires_at: float = 0
    _opening: tuple[date, str] | None = None

    def list_budgets(self, client: str | None, address: str) -> Sequence[Budget]:
        """List who pays for a request."""
        if self._paying is None or self._paying[:2] != (client, address):
            found = list_budgets(self.service.budgets, self.viewer, client, address)
            self._paying = client, address, found
        return self._paying[2]

    def find_opening(self, today: date, write: Callable[[Actor], str]) -> str:
        """Return the statement that opens a snapshot for them today, written once."""
        if self._opening is None or self._opening[0] != today:
            self._opening = today, write(build_actor(self.viewer).with_today(today))
        return self._opening[1]

    def is_current(self, service: Service, now: datetime) -> bool:
        """Return whether all that the viewer was built of is still so, and access has not ended."""
        viewer, claims, revocations = self.viewer, self.claims, service.revocations
        if claims is None:
            return True
        return (
            self.service is service
            and now.timestamp() < self.expires_at
            and revocations.is_current
            and not revocations.is_revoked(viewer.session_id, viewer.account_id)
            and viewer.proof_lapsed == is_proof_lapsed(claims.proved_at, service.proof_life, now)
            and self._has_same_grants(service)
            and self._has_same_region(service, claims)
        )

    def _has_same_grants(self, service: Service) -> bool:
        viewer = self.viewer
        if viewer.account_id is None or not can_receive_grants(viewer.role):
            return True
        return service.granted_functions.get(viewer.account_id) is viewer.granted

    def _has_same_region(self, service: Service, claims: TokenClaims) -> bool:
        """Return whether what is remembered of the viewer's region still says the same."""
        viewer, region = self.viewer, self.viewer.region or NATION_CODE
        elsewhere = service.functions_elsewhere
        if service.entrance is not Entrance.BOTH and elsewhere.get(region) is not viewer.elsewhere:
            return False
        if claims.holder or viewer.role not in HOLDER_ROLES:
            return True
        demanded = service.functions_of_holders.get(region)
        return demanded is not None and bool(demanded) == viewer.holder_missing


@dataclass(slots=True)
class KnownViewers:
    """Keeps viewers by their token and language: to build one takes longer than a small read."""

    _known: LRUCache[tuple[str, str], KnownViewer] = field(
        default_factory=lambda: LRUCache(MAX_KNOWN)
    )

    async def find_viewer(
        self, service: Service, authorization: str | None, accept_language: str, now: datetime
    ) -> KnownViewer | None:
        """Return who asks; None where access has ended, or where it is asked for each time."""
        if authorization is None:
            return _build_stranger(service, choose_language(accept_language))
        known = self._known.get((authorization, accept_language))
        if known is not None and known.is_current(service, now):
            return known
        built = await _build_viewer(service, authorization, accept_language, now)
        if built is not None and built.is_current(service, now):
            self._known[authorization, accept_language] = built
            return built
        return None


async def _build_viewer(
    service: Service, authorization: str, accept_language: str, now: datetime
) -> KnownViewer | None:
    found = service.tokens.find_token(authorization.partition(" ")[2], now)
    viewer = parse_viewer(service, authorization, accept_language) if found else None
    if found is None or viewer is None or _is_asked_about(service, found[0]):
        return None
    try:
        viewer = await load_known_functions(service, viewer)
    except DATABASE_ERRORS:
        return None
    return KnownViewer(viewer=viewer, service=service, claims=found[0], expires_at=found[1])


def _is_asked_about(service: Service, claims: TokenClaims) -> bool:
    """Return whether the database is asked at each request what a token could not say yet."""
    unverified = claims.unit is not None and not claims.verified
    factor_missing = claims.role in service.second_factor_roles and not claims.factor
    return unverified or factor_missing or claims.given


@lru_cache(maxsize=16)
def _build_stranger_of(language: Language) -> Viewer:
    return Viewer(language=language)


def _build_stranger(service: Service, language: Language) -> KnownViewer:
    return KnownViewer(viewer=_build_stranger_of(language), service=service, claims=None)
