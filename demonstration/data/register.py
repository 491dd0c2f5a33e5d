"""The registers of the demonstration: units, persons, facts about them, figures confirmed."""

from collections.abc import Iterator
from datetime import date, timedelta

from demonstration.data.applicant import GIVEN_NAMES, SURNAMES, Applicant
from demonstration.data.number import (
    OPENED_AT,
    build_credit_code,
    build_identifier,
    build_mobile,
    to_working_instant,
)
from demonstration.data.place import SEED_UNITS, SeedUnit, UnitStage
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
from resolvers.kernel.sealed_number import Columns, build_sealed_columns
from rules.kernel.region import get_region_name
from rules.kernel.seed import JILIN_CODE, SINGLE_SOURCE, build_seed_parameters

AS_OF = date(2026, 10, 15)
CONFIRMED_FROM_DAY = date(2020, 1, 1)
CONFIRMATION_SOURCE = "吉林省人社厅补贴参数确认单（演示数据）"


def build_unit(place: SeedUnit, seal: Seal) -> Unit:
    """Make a unit; a newcomer's profile is still empty (J6)."""
    number = SEED_UNITS.index(place) + 1
    row = Unit(
        id=build_identifier(OPENED_AT + timedelta(seconds=number), "unit", place.key),
        region=place.region,
        credit_code=build_credit_code(number),
        name=place.name,
        version=1,
        created_at=OPENED_AT,
        updated_at=OPENED_AT,
        verified_at=OPENED_AT,
    )
    return row if place.standing is UnitStage.NEWCOMER else _set_profile(row, place, number, seal)


def _set_profile(row: Unit, place: SeedUnit, number: int, seal: Seal) -> Unit:
    row.legal_person_type = place.legal_person_type
    row.legal_representative = (
        SURNAMES[number % len(SURNAMES)] + GIVEN_NAMES[number % len(GIVEN_NAMES)]
    )
    row.industry = place.industry
    row.address = f"{get_region_name(place.region)}人民大街{100 + 7 * number}号"
    row.employees = 12 + 17 * number % 260
    row.contact_name = SURNAMES[-number] + GIVEN_NAMES[-number % len(GIVEN_NAMES)]
    phone = build_mobile(5000 + number)
    for name, value in build_sealed_columns(
        seal, Unit.contact_mobile_sealed, row.id, phone
    ).items():
        setattr(row, name, value)
    return row


def build_person(who: Applicant, region: str, seal: Seal, *, complete: bool = True) -> Person:
    """Make a person; who has not completed their information has no mobile on file (J16)."""
    phone: Columns = {}
    id_ = build_identifier(OPENED_AT, "person", who.serial)
    if complete:
        phone = build_sealed_columns(seal, Person.mobile_sealed, id_, who.mobile)
    return Person(
        id=id_,
        region=region,
        name=who.name,
        birth_date=who.born,
        **build_sealed_columns(seal, Person.id_number_sealed, id_, who.id_number),
        education=who.education if complete else None,
        school=who.school if complete else None,
        graduated_on=who.graduated_on if complete else None,
        completed_at=OPENED_AT if complete else None,
        version=1,
        created_at=OPENED_AT,
        updated_at=OPENED_AT,
        **phone,
    )


def build_facts(
    who: Applicant, row: Person
) -> Iterator[InsuranceContribution | UnemploymentRegistration]:
    """Mirror what the authorities know of a person (J17, X13)."""
    for month in who.insured_in:
        yield build_contribution(row, month, build_credit_code(9_000_000 + who.serial))
    if who.registered_on is not None:
        yield UnemploymentRegistration(
            person_id=row.id,
            id=build_identifier(to_working_instant(who.registered_on), "unemployment", row.id),
            region=row.region,
            registered_on=who.registered_on,
            ended_on=None,
            source="吉林省就业信息系统",
            as_of=AS_OF,
            void=False,
        )


def build_contribution(row: Person, month: date, employer: str) -> InsuranceContribution:
    """Mirror one month's contribution of a person (X13)."""
    return InsuranceContribution(
        person_id=row.id,
        id=build_identifier(to_working_instant(month), "contribution", row.id, month),
        region=row.region,
        month=month,
        employer_credit_code=employer,
        source="吉林省社会保险系统",
        as_of=AS_OF,
        void=False,
    )


def build_confirmed_parameters(proposer: Account, decider: Account) -> Iterator[Parameter]:
    """Confirm for Jilin what was unconfirmed: proposed by one, decided by the other (X2, X6)."""
    proposed = OPENED_AT + timedelta(hours=1)
    for seed in build_seed_parameters():
        if seed.source != SINGLE_SOURCE or not seed.key.startswith("internship."):
            continue
        yield Parameter(
            id=build_identifier(proposed, "parameter", seed.key, seed.category),
            key=seed.key,
            region=JILIN_CODE,
            category=seed.category,
            value=seed.value,
            unit=seed.unit,
            effective_from=CONFIRMED_FROM_DAY,
            effective_to=None,
            source=CONFIRMATION_SOURCE,
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
