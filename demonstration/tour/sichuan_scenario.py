"""Who takes part in the tour's story of Sichuan, and on which days it plays."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from demonstration.data.account import SICHUAN_DISTRICT, SUPPLIER, get_officer_username
from demonstration.data.applicant import Applicant
from demonstration.data.tour_reserve import build_hired_persons
from demonstration.tour.client import GraphClient
from demonstration.tour.session import TourSession
from rules.kernel.month import SHANGHAI_TIME_ZONE, add_months, compute_term_end, to_month

DISTRICT = SICHUAN_DISTRICT
PROVINCE = "510000"
MONTHS_INSURED, MONTHS_REGISTERED, CONTRACT_MONTHS = 3, 9, 12


class SichuanScenario:
    """The accounts of a district of Chengdu, the unit that hires, and the agency that places."""

    def __init__(self, party: TourSession) -> None:
        self.session = party
        self.hired_on = add_months(to_month(self.today), -MONTHS_INSURED)
        self.until = compute_term_end(self.hired_on, CONTRACT_MONTHS)
        self.officer = party.sign_in(get_officer_username(DISTRICT, 1))
        self.colleague = party.sign_in(get_officer_username(DISTRICT, 2))
        self.finance = party.sign_in(f"finance-{DISTRICT}")
        self.district = party.sign_in(f"district-{DISTRICT}")
        self.supplier = party.sign_in(SUPPLIER)
        self.agent = party.sign_in("agent")
        self.administrators = party.sign_in("province-51"), party.sign_in("province-51-2")
        self.people: Sequence[Applicant] = build_hired_persons(party.number)
        self.payee: GraphClient = party.stranger
        self.unit: Mapping[str, Any] = {}
        self.hirer: GraphClient = party.stranger

    @property
    def today(self) -> date:
        """Return the day as the service has it, also when the tour is walked over midnight."""
        return datetime.now(SHANGHAI_TIME_ZONE).date()

    @property
    def months(self) -> Sequence[date]:
        """List the months since the hire whose contributions are known by now."""
        return [add_months(self.hired_on, n) for n in range(MONTHS_INSURED)]

    @property
    def registered_on(self) -> date:
        """Return the day on which those who were unemployed had registered."""
        return add_months(self.hired_on, -MONTHS_REGISTERED)
