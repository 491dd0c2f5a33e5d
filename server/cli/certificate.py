"""Client certificates: whose they are, added and ended by who runs the service 客户端证书 (J3)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from gateways.client_certificate import (
    NoCertificate,
    PresentedCertificate,
    read_certificate,
)
from loaders.actor import set_rls_context
from models import Account, ClientCertificate
from resolvers.accounts.account_holder import NATIONWIDE_ACTOR
from resolvers.kernel.constraint import get_violated_constraint
from resolvers.kernel.service import Service
from rules.kernel.digest import Digest
from rules.kernel.function import Function
from rules.kernel.month import to_local_day
from rules.kernel.text import read_text
from server.cli.account import AccountError
from server.cli.program import (
    SYSTEM_ACTOR,
    change_programs,
    end_holder_sessions,
    end_program_sessions,
    format_instant,
    is_lapsed,
    load_owners,
    read_programs,
    record_step,
    require_program_functions,
)
from server.settings.settings import Settings

ADDED_BEFORE = {
    "uq_client_certificate_account_id_fingerprint",
    "uq_client_certificate_fingerprint_program",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateReport:
    """A certificate as it is told; without functions it stands beside a password."""

    id: str
    account: str
    name: str
    fingerprint: str
    functions: Sequence[str] | None
    valid_to: date
    ended: bool
    lapsed: bool
    used_at: datetime | None

    def to_json(self) -> Mapping[str, object]:
        """Return it as machines read it."""
        return {
            **asdict(self),
            "valid_to": format_instant(self.valid_to),
            "used_at": format_instant(self.used_at),
        }

    def list_words(self) -> Sequence[str]:
        """List what tells one certificate from another."""
        serves = ",".join(self.functions) if self.functions else "beside the password"
        if self.ended:
            state = "ended"
        else:
            state = f"{'lapsed on' if self.lapsed else 'until'} {self.valid_to}"
        return (self.id, self.account, self.name, serves, state, self.fingerprint)


async def add_certificate(
    settings: Settings,
    account: str,
    path: Path,
    name: str,
    functions: Sequence[Function] | None,
    until: date | None,
) -> CertificateReport:
    """Add the certificate of an account, or that of a program which acts for it.

    It ends on its own last day, or sooner. Raises AccountError where it can't be added so.
    """
    shown = _read_file(path)
    own_last = to_local_day(shown.ends_at)
    last = min(until, own_last) if until else own_last
    digest = settings.crypto_profiles[0].digest
    fingerprint = shown.fingerprints[[*Digest].index(digest)]
    async with change_programs(settings, account) as (service, session, row):
        if last < service.today():
            raise AccountError("The certificate has ended. 证书已过期。")
        if functions is not None:
            require_program_functions(row, functions)
        await _end_lapsed(service, session, shown)
        certificate = ClientCertificate(
            id=uuid7(),
            account_id=row.id,
            fingerprint=fingerprint,
            name=read_text(name),
            functions=None if functions is None else [*functions],
            added_at=service.now(),
            valid_to=last,
        )
        told = {
            "functions": ["", ", ".join(functions or ())],
            "certificate": ["", str(certificate.id)],
        }
        await record_step(session, row, service.now(), "ADD_CERTIFICATE", told)
        session.add(certificate)
        try:
            await session.flush()
        except IntegrityError as error:
            if get_violated_constraint(error) not in ADDED_BEFORE:
                raise
            raise AccountError("This certificate was added before. 该证书已登记。") from None
        return _report(row, certificate, service.today())


async def _end_lapsed(service: Service, session: AsyncSession, shown: PresentedCertificate) -> None:
    """End what a certificate was added for before and lapsed: it bars nobody from adding it again.

    The transaction speaks for the nation's regions afterwards, as it did before.
    """
    lapsed = (
        ClientCertificate.fingerprint.in_(shown.fingerprints),
        ClientCertificate.ended_at.is_(None),
        ClientCertificate.valid_to < service.today(),
    )
    await set_rls_context(session, SYSTEM_ACTOR)
    found = (await session.scalars(select(ClientCertificate).where(*lapsed))).all()
    owners = await load_owners(session, [each.account_id for each in found])
    for each in found:
        await set_rls_context(session, NATIONWIDE_ACTOR)
        whose, told = owners[each.account_id], {"certificate": [str(each.id), ""]}
        await record_step(session, whose, service.now(), "END_CERTIFICATE", told)
        each.ended_at = service.now()
        await session.flush()
    await set_rls_context(session, NATIONWIDE_ACTOR)


async def end_certificate(settings: Settings, account: str, id: str) -> CertificateReport:
    """End a certificate of an account, and the sessions that could be its.

    Raises AccountError where there is none.
    """
    async with change_programs(settings, account) as (service, session, row):
        now = service.now()
        await record_step(session, row, now, "END_CERTIFICATE", {"certificate": [id, ""]})
        certificate = await _find(session, row, id)
        # Sessions first: who moves one on holds it already when it asks for the certificate.
        if certificate.functions is None:
            await end_holder_sessions(session, row, now)
        else:
            await end_program_sessions(session, row, now)
        certificate.ended_at = certificate.ended_at or now
        return _report(row, certificate, service.today())


async def list_certificates(settings: Settings, account: str | None) -> list[CertificateReport]:
    """List certificates, of one account or of all, those that have ended too.

    Raises AccountError where there is no such account.
    """
    async with read_programs(settings, account) as (service, session, row):
        wanted = select(ClientCertificate).order_by(ClientCertificate.added_at)
        own = ClientCertificate.account_id == row.id if row else None
        found = (await session.scalars(wanted if own is None else wanted.where(own))).all()
        owners = await load_owners(session, [each.account_id for each in found])
        return [_report(owners[each.account_id], each, service.today()) for each in found]


def _read_file(path: Path) -> PresentedCertificate:
    try:
        return read_certificate(path.read_bytes())
    except (OSError, NoCertificate):
        raise AccountError("The file holds no certificate. 文件不是有效证书。") from None


async def _find(session: AsyncSession, account: Account, id: str) -> ClientCertificate:
    try:
        named = UUID(id)
    except ValueError:
        raise AccountError("There is no such certificate. 没有此证书。") from None
    own = (ClientCertificate.id == named, ClientCertificate.account_id == account.id)
    row = (await session.scalars(select(ClientCertificate).where(*own))).first()
    if row is None:
        raise AccountError("There is no such certificate. 没有此证书。")
    return row


def _report(account: Account, certificate: ClientCertificate, today: date) -> CertificateReport:
    return CertificateReport(
        id=str(certificate.id),
        account=account.username,
        name=certificate.name,
        fingerprint=certificate.fingerprint.hex(),
        functions=certificate.functions,
        valid_to=certificate.valid_to,
        ended=certificate.ended_at is not None,
        lapsed=is_lapsed(certificate.valid_to, today),
        used_at=certificate.used_at,
    )
