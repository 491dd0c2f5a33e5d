"""Links that speak for somebody: bound to their session and account, both asked at each fetch.

Where the token of whoever asked for it is bound to a certificate, the link is too.
"""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from gateways.client_certificate import PresentedCertificate, is_certificate_shown
from loaders.actor import Actor
from loaders.key import parse_global_id
from resolvers.kernel.access import StandingAccess, load_standing_access
from resolvers.kernel.service import Service
from rules.kernel.function import ANYONE, Functions, limit_to_scopes, parse_functions
from rules.kernel.reading import list_readings
from rules.kernel.refusal import Reason, build_refusal
from rules.kernel.viewer import Viewer

CERTIFICATE_MARK = "#"
"""Behind which a link names the certificate to which it is bound, after its session."""


class LinkHolder(NamedTuple):
    """For whom a link was signed, and in which of their sessions; nobody for a stranger's.

    `scopes` are those of the program that asked for it: a link does no more than its token.
    `certificate` is the fingerprint of the one to which that token was bound.
    """

    account_id: UUID | None
    session_id: UUID | None
    scopes: Functions | None = None
    certificate: bytes | None = None


class OpenedLink(NamedTuple):
    """What a link says, whose it is, and which functions it takes."""

    holder: LinkHolder
    parts: tuple[str, ...]
    access: StandingAccess | None
    may: Functions

    @property
    def record(self) -> str | None:
        """Return the global id of what a link opens, where it names it first."""
        first = self.parts[0] if self.parts else ""
        return first if parse_global_id(first) else None

    def build_actor(self, *who: str) -> Actor:
        """Build for whom the link speaks, by its parts; they see what their functions open now."""
        reads = list_readings(*self.access) if self.access else frozenset()
        return replace(Actor.from_link_parts(*who), reads=reads)

    async def require_access(self, service: Service) -> None:
        """Refuse to go on for whoever has lost by now what their link takes.

        Who writes a file asks before each piece of it: it takes longer than a right may outlive.
        """
        if _is_lost(self.holder, await _load_access(service, self.holder), self.may):
            raise build_refusal(Reason.ACCESS_ENDED)


def sign_viewer_link(
    service: Service, viewer: Viewer, purpose: str, parts: tuple[str, ...], until: datetime
) -> str:
    """Sign a link for one purpose that holds until an instant, and as long as its viewer may."""
    session = str(viewer.session_id or "")
    if viewer.certificate is not None:
        session = f"{session}{CERTIFICATE_MARK}{viewer.certificate.hex()}"
    if viewer.scopes is not None:
        session = f"{session} {' '.join(sorted(viewer.scopes))}"
    whose = (str(viewer.account_id or ""), session)
    return service.files.links.sign_link(purpose, (*whose, *parts), until)


async def open_link(
    service: Service,
    purpose: str,
    token: str,
    may: Functions = ANYONE,
    shown: PresentedCertificate | None = None,
) -> OpenedLink:
    """Read what a link says, or refuse one that is none or holds no more.

    The database is asked each time whether the account is open, its session has not ended and the
    functions that the link takes are still granted. What is lost is answered like what is absent,
    and so is a link without the certificate to which it is bound.
    """
    holder, parts = read_link(service, purpose, token)
    if not is_certificate_shown(holder.certificate, shown):
        raise build_refusal(Reason.NOT_FOUND)
    access = await _load_access(service, holder)
    if _is_lost(holder, access, may):
        raise build_refusal(Reason.NOT_FOUND)
    return OpenedLink(holder, parts, access, may)


def read_link(service: Service, purpose: str, token: str) -> tuple[LinkHolder, tuple[str, ...]]:
    """Read whose a link is and what it says, by its signature alone; refuse what is none."""
    signed = service.files.links.read_link(purpose, token, service.now())
    if signed is None:
        raise build_refusal(Reason.NOT_FOUND)
    if not signed.holds:
        raise build_refusal(Reason.LINK_EXPIRED)
    return _parse_holder(signed.parts), signed.parts[2:]


async def _load_access(service: Service, holder: LinkHolder) -> StandingAccess | None:
    if holder.account_id is None:
        return None
    found = await load_standing_access(service, holder.account_id, holder.session_id)
    return found and found._replace(functions=limit_to_scopes(found.functions, holder.scopes))


def _is_lost(holder: LinkHolder, access: StandingAccess | None, may: Functions) -> bool:
    if holder.account_id is None:
        return False
    return access is None or not may <= access.functions


def _parse_holder(parts: tuple[str, ...]) -> LinkHolder:
    """Read whose a link is; one that an earlier version signed does not say it, and is none."""
    try:
        whose, said = parts[:2]
        bound, space, scopes = said.partition(" ")
        session, mark, fingerprint = bound.partition(CERTIFICATE_MARK)
        account_id, session_id = (UUID(text) if text else None for text in (whose, session))
        certificate = bytes.fromhex(fingerprint) if mark else None
    except ValueError:
        raise build_refusal(Reason.NOT_FOUND) from None
    limits = parse_functions(scopes.split()) if space else None
    return LinkHolder(account_id, session_id, limits, certificate)
