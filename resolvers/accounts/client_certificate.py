"""Certificates of clients, which the TLS proxy hands on: whose they are (J3, ADR 0093)."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gateways.client_certificate import PresentedCertificate
from models import Account, ClientCertificate
from resolvers.kernel.service import Service
from rules.kernel.refusal import Reason, build_refusal


async def find_bound_certificate(
    session: AsyncSession, service: Service, account: Account, shown: PresentedCertificate | None
) -> bytes | None:
    """Find the certificate to which an account's tokens are bound, where its role takes one.

    The transaction speaks for the account. Refused with CERTIFICATE_REQUIRED to who came without.
    """
    if account.role not in service.certificate_roles:
        return None
    found = None if shown is None else await _find_own(session, service, account, shown)
    if found is None:
        raise build_refusal(Reason.CERTIFICATE_REQUIRED)
    found.used_at = service.now()
    return found.fingerprint


async def _find_own(
    session: AsyncSession, service: Service, account: Account, shown: PresentedCertificate
) -> ClientCertificate | None:
    own = (
        ClientCertificate.account_id == account.id,
        ClientCertificate.fingerprint.in_(shown.fingerprints),
        ClientCertificate.functions.is_(None),  # a program's is nobody's second factor
        ClientCertificate.ended_at.is_(None),
        ClientCertificate.valid_to >= service.today(),
    )
    # Whoever ends it ends the account's sessions as well: no sign-in slips in between.
    found = select(ClientCertificate).where(*own).with_for_update()
    return (await session.scalars(found)).first()
