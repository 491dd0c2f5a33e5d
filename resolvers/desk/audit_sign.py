"""How the warning signs of the audits are found: some units at a time, a statement a sign (X14)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased
from uuid_utils.compat import uuid7

from models import (
    AuditFinding,
    AuditSign,
    BankAccount,
    Claim,
    ClaimLine,
    FactKind,
    FactLoad,
    FindingState,
    InsuranceContribution,
    MonthlyReport,
    Status,
    Unit,
)
from resolvers.kernel.transaction import Transaction
from rules.desk.audit_finding import SignFigures, detect_insured_only_around_claim
from rules.kernel.month import to_local_month
from rules.kernel.region import list_ancestors

Values = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A sign at a record of a unit."""

    sign: AuditSign
    unit_id: UUID
    region: str
    record_id: UUID
    person_id: UUID | None
    figures: SignFigures
    at_home: bool | None = True


async def search_units(tx: Transaction, units: Sequence[UUID]) -> int:
    """Look for all signs in some units, put down what is new, and tell how much that was.

    Four statements read and one writes, however many units there are. What was found before stays
    as it was found first; only its evidence follows, as long as nobody has settled it.
    """
    found = [
        *await _find_insured_only_around_claims(tx, units),
        *await _find_accounts_in_several_units(tx, units),
        *await _find_two_places_in_a_month(tx, units),
    ]
    return await _record_signs(tx, found) if found else 0


async def _find_insured_only_around_claims(
    tx: Transaction, units: Sequence[UUID]
) -> Iterable[Sign]:
    paid = and_(
        InsuranceContribution.person_id == ClaimLine.person_id,
        InsuranceContribution.employer_credit_code == Unit.credit_code,
        InsuranceContribution.void.is_(False),
    )
    own = and_(Claim.unit_id == ClaimLine.unit_id, Claim.id == ClaimLine.claim_id)
    months = func.array_agg(InsuranceContribution.month.distinct())
    statement = (
        select(ClaimLine, Claim.submitted_at, months)
        .join(Claim, own)
        .join(Unit, Unit.id == ClaimLine.unit_id)
        .join(InsuranceContribution, paid)
        .where(ClaimLine.unit_id.in_(units), ClaimLine.held, Claim.submitted_at.is_not(None))
        .group_by(ClaimLine.unit_id, ClaimLine.id, Claim.submitted_at)
    )
    policy, known = await tx.load_policy(), await _load_known_months(tx)
    found = []
    for line, submitted_at, of_months in await tx.session.execute(statement):
        claimed = to_local_month(submitted_at or tx.now)
        before = policy.get_integer("audit.insured_months_before", line.region, claimed)
        after = policy.get_integer("audit.insured_months_after", line.region, claimed)
        until = max((known[r] for r in list_ancestors(line.region) if r in known), default=None)
        figures = detect_insured_only_around_claim(of_months, claimed, before, after, until)
        if figures:
            sign = AuditSign.INSURED_ONLY_AROUND_CLAIM
            found.append(
                Sign(
                    sign=sign,
                    unit_id=line.unit_id,
                    region=line.region,
                    record_id=line.id,
                    person_id=line.person_id,
                    figures=figures,
                    at_home=line.at_home,
                )
            )
    return found


async def _load_known_months(tx: Transaction) -> Mapping[str, date]:
    """Return up to which month contributions are known, region by region (X13)."""
    statement = (
        select(FactLoad.region, func.max(FactLoad.latest))
        .where(FactLoad.kind == FactKind.INSURANCE_CONTRIBUTION, FactLoad.latest.is_not(None))
        .group_by(FactLoad.region)
    )
    found = await tx.session.execute(statement)
    return {region: latest for region, latest in found if latest}


async def _find_accounts_in_several_units(tx: Transaction, units: Sequence[UUID]) -> Iterable[Sign]:
    other = aliased(BankAccount)
    same = and_(
        other.number_index == BankAccount.number_index, other.unit_id != BankAccount.unit_id
    )
    columns = (BankAccount.unit_id, BankAccount.region, BankAccount.id)
    statement = (
        select(*columns, func.count(other.unit_id.distinct()))
        .join(other, same)
        .where(BankAccount.unit_id.in_(units))
        .group_by(*columns)
    )
    return [
        Sign(
            sign=AuditSign.ACCOUNT_IN_SEVERAL_UNITS,
            unit_id=unit,
            region=region,
            record_id=id_,
            person_id=None,
            figures={"units": str(count)},
        )
        for unit, region, id_, count in await tx.session.execute(statement)
    ]


async def _find_two_places_in_a_month(tx: Transaction, units: Sequence[UUID]) -> Iterable[Sign]:
    elsewhere = and_(
        InsuranceContribution.person_id == MonthlyReport.person_id,
        InsuranceContribution.month == MonthlyReport.month,
        InsuranceContribution.employer_credit_code.not_in(["", Unit.credit_code]),
        InsuranceContribution.void.is_(False),
    )
    reports = MonthlyReport
    columns = (reports.unit_id, reports.region, reports.id, reports.person_id, reports.month)
    statement = (
        select(*columns, func.count(InsuranceContribution.employer_credit_code.distinct()))
        .join(Unit, Unit.id == reports.unit_id)
        .join(InsuranceContribution, elsewhere)
        .where(reports.unit_id.in_(units), reports.status.in_([Status.SUBMITTED, Status.APPROVED]))
        .group_by(*columns)
    )
    sign = AuditSign.TWO_PLACES_IN_A_MONTH
    return [
        Sign(
            sign=sign,
            unit_id=unit,
            region=region,
            record_id=id_,
            person_id=person,
            figures={"month": f"{month:%Y-%m}", "employers": str(count)},
        )
        for unit, region, id_, person, month, count in await tx.session.execute(statement)
    ]


async def _record_signs(tx: Transaction, found: Sequence[Sign]) -> int:
    """Write what is new, and give what is open its evidence of today (X12)."""
    known = await _load_known_evidence(tx, found)
    fresh = [sign for sign in found if known.get(_build_sign_key(sign)) != sign.figures]
    fresh.sort(
        key=_build_sign_key
    )  # in one order, so that two who look at once do not block each other
    if not fresh:
        return 0
    statement = insert(AuditFinding).values([_build_finding_values(tx, sign) for sign in fresh])
    again = statement.on_conflict_do_update(
        index_elements=["unit_id", "sign", "record_id"],
        set_={
            "evidence": statement.excluded.evidence,
            "version": AuditFinding.version + 1,
            "updated_at": tx.now,
        },
        where=and_(
            AuditFinding.state == FindingState.OPEN,
            AuditFinding.evidence != statement.excluded.evidence,
        ),
    )
    await tx.session.execute(again)
    return sum(_build_sign_key(sign) not in known for sign in fresh)


async def _load_known_evidence(
    tx: Transaction, found: Iterable[Sign]
) -> Mapping[object, SignFigures]:
    units = {sign.unit_id for sign in found}
    known = await tx.all(select(AuditFinding).where(AuditFinding.unit_id.in_(units)))
    return {(row.sign, row.unit_id, row.record_id): row.evidence for row in known}


def _build_sign_key(sign: Sign) -> tuple[str, UUID, UUID]:
    return (sign.sign, sign.unit_id, sign.record_id)


def _build_finding_values(tx: Transaction, sign: Sign) -> Values:
    return {
        "unit_id": sign.unit_id,
        "id": uuid7(),
        "region": sign.region,
        "at_home": sign.at_home,
        "sign": sign.sign,
        "record_id": sign.record_id,
        "person_id": sign.person_id,
        "evidence": dict(sign.figures),
        "state": FindingState.OPEN,
        "version": 1,
        "created_at": tx.now,
        "updated_at": tx.now,
    }
