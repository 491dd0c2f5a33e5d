"""Certificates of clients, which the TLS proxy hands on: whose they are (J3, ADR 0093)."""

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateways.client_certificate import PresentedCertificate
from models import Account, ClientCertificate
from resolvers.kernel.service import Service
from rules.kernel.refusal import Reason, build_refusal


async def find_bound_certificate(
    session: AsyncSession, service: Service, account: Account, shown: PresentedCertificate | None
) -> bytes | None:
    """Find the certificate to which an account's tokens are bound, where its role takes one.

    It is held: whoever locks the account's sessions as well locked them before. The transaction
    speaks for the account. Refused with CERTIFICATE_REQUIRED to who came without.
    """
    if account.role not in service.certificate_roles:
        return None
    # Whoever ends it ends the account's sessions as well: no sign-in slips in between.
    found = await _require_own(session, _select_own(service, account, shown).with_for_update())
    found.used_at = service.now()
    return found.fingerprint


async def require_certificate(
    session: AsyncSession, service: Service, account: Account, shown: PresentedCertificate | None
) -> None:
    """Demand the certificate of an account whose role takes one, and hold nothing yet."""
    if account.role in service.certificate_roles:
        await _require_own(session, _select_own(service, account, shown))


async def _require_own(session: AsyncSession, own: Select[ClientCertificate]) -> ClientCertificate:
    found = (await session.scalars(own)).first()
    if found is None:
        raise build_refusal(Reason.CERTIFICATE_REQUIRED)
    return found


def _select_own(
    service: Service, account: Account, shown: PresentedCertificate | None
) -> Select[ClientCertificate]:
    return select(ClientCertificate).where(
        ClientCertificate.account_id == account.id,
        ClientCertificate.fingerprint.in_(shown.fingerprints if shown else ()),
        ClientCertificate.functions.is_(None),  # a program's is nobody's second factor
        ClientCertificate.ended_at.is_(None),
        ClientCertificate.valid_to >= service.today(),
    )
