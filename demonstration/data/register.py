"""The registers of the demonstration: units, persons, facts about them, figures confirmed."""

from collections.abc import Iterator
from datetime import date, timedelta

from demonstration.data.applicant import GIVEN, SURNAMES, Applicant
from demonstration.data.number import OPENED, at_nine, credit_code, identifier, mobile
from demonstration.data.place import PLACES, Place, Standing
from gateways.seal import Seal
from models import (
    Account,
    InsuranceContribution,
    Parameter,
    ParameterStatus,
    Person,
    UnemploymentRegistration,
    Unit,
)
from rules.kernel.identity import mask_id_number, mask_mobile
from rules.kernel.region import name_of
from rules.kernel.seed import JILIN, SINGLE_SOURCE, seeds

AS_OF = date(2026, 10, 15)
CONFIRMED_FROM = date(2020, 1, 1)
NOTICE = "吉林省人社厅补贴参数确认单（演示数据）"


def sealed(seal: Seal, name: str, field: str, text: str) -> dict[str, bytes]:
    """Seal a text and index it, as columns."""
    return {f"{name}_sealed": seal.seal(field, text), f"{name}_index": seal.index(field, text)}


def unit(place: Place, seal: Seal) -> Unit:
    """Make a unit; a newcomer's profile is still empty (J6)."""
    number = PLACES.index(place) + 1
    row = Unit(
        id=identifier(OPENED + timedelta(seconds=number), "unit", place.key),
        region=place.region,
        credit_code=credit_code(number),
        name=place.name,
        version=1,
        created_at=OPENED,
        updated_at=OPENED,
    )
    return row if place.standing is Standing.NEWCOMER else _with_profile(row, place, number, seal)


def _with_profile(row: Unit, place: Place, number: int, seal: Seal) -> Unit:
    row.legal_person_type = place.legal_person_type
    row.legal_representative = SURNAMES[number % len(SURNAMES)] + GIVEN[number % len(GIVEN)]
    row.industry = place.industry
    row.address = f"{name_of(place.region)}人民大街{100 + 7 * number}号"
    row.employees = 12 + 17 * number % 260
    row.contact_name = SURNAMES[-number] + GIVEN[-number % len(GIVEN)]
    phone = mobile(5000 + number)
    row.contact_mobile_sealed = seal.seal("mobile", phone)
    row.contact_mobile_index = seal.index("mobile", phone)
    row.contact_mobile_masked = mask_mobile(phone)
    return row


def person(who: Applicant, region: str, seal: Seal, *, complete: bool = True) -> Person:
    """Make a person; who has not completed their information has no mobile on file (J16)."""
    phone: dict[str, object] = {}
    if complete:
        phone = {**sealed(seal, "mobile", "mobile", who.mobile)}
        phone["mobile_masked"] = mask_mobile(who.mobile)
    return Person(
        id=identifier(OPENED, "person", who.serial),
        region=region,
        name=who.name,
        birth_date=who.born,
        **sealed(seal, "id_number", "id_number", who.id_number),
        id_number_masked=mask_id_number(who.id_number),
        education=who.education if complete else None,
        school=who.school if complete else None,
        graduated_on=who.graduated_on if complete else None,
        completed_at=OPENED if complete else None,
        version=1,
        created_at=OPENED,
        updated_at=OPENED,
        **phone,
    )


def facts(
    who: Applicant, row: Person
) -> Iterator[InsuranceContribution | UnemploymentRegistration]:
    """Mirror what the authorities know of a person (J17, X13)."""
    for month in who.insured_in:
        yield contribution(row, month, credit_code(9_000_000 + who.serial))
    if who.registered_on is not None:
        yield UnemploymentRegistration(
            person_id=row.id,
            id=identifier(at_nine(who.registered_on), "unemployment", row.id),
            region=row.region,
            registered_on=who.registered_on,
            ended_on=None,
            source="吉林省就业信息系统",
            as_of=AS_OF,
            void=False,
        )


def contribution(row: Person, month: date, employer: str) -> InsuranceContribution:
    """Mirror one month's contribution of a person (X13)."""
    return InsuranceContribution(
        person_id=row.id,
        id=identifier(at_nine(month), "contribution", row.id, month),
        region=row.region,
        month=month,
        employer_credit_code=employer,
        source="吉林省社会保险系统",
        as_of=AS_OF,
        void=False,
    )


def confirmed(proposer: Account, decider: Account) -> Iterator[Parameter]:
    """Confirm for Jilin what was unconfirmed: proposed by one, decided by the other (X2, X6)."""
    proposed = OPENED + timedelta(hours=1)
    for seed in seeds():
        if seed.source != SINGLE_SOURCE or not seed.key.startswith("internship."):
            continue
        yield Parameter(
            id=identifier(proposed, "parameter", seed.key, seed.category),
            key=seed.key,
            region=JILIN,
            category=seed.category,
            value=seed.value,
            unit=seed.unit,
            effective_from=CONFIRMED_FROM,
            effective_to=None,
            source=NOTICE,
            confirmed=True,
            status=ParameterStatus.APPROVED,
            proposed_by=proposer.id,
            decided_by=decider.id,
            decided_at=proposed + timedelta(hours=2),
            reason=None,
            version=2,
            created_at=proposed,
            updated_at=proposed + timedelta(hours=2),
        )
