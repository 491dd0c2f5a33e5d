"""What the authorities' systems say of a person, mirrored with source and date (X13)."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from models.base import PersonOwned, person_owned


class InsuranceContribution(PersonOwned):
    """One month's social-insurance contribution for a person. 社保缴费"""

    __tablename__ = "insurance_contribution"
    __table_args__ = person_owned(UniqueConstraint("person_id", "month", "employer_credit_code"))

    month: Mapped[date]
    employer_credit_code: Mapped[str]
    source: Mapped[str]
    as_of: Mapped[date]


class UnemploymentRegistration(PersonOwned):
    """A spell during which a person was registered unemployed. 失业登记"""

    __tablename__ = "unemployment_registration"
    __table_args__ = person_owned(UniqueConstraint("person_id", "registered_on"))

    registered_on: Mapped[date]
    ended_on: Mapped[date | None]
    source: Mapped[str]
    as_of: Mapped[date]
