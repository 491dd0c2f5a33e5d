"""Who takes part in the tour's story of Sichuan, and on which days it plays."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from demonstration.data.account import SICHUAN_DISTRICT, SUPPLIER, officer
from demonstration.data.applicant import Applicant
from demonstration.data.touring import hired_of
from demonstration.tour.graph import Graph
from demonstration.tour.party import Party
from rules.kernel.month import SHANGHAI, add_months, first_of, term_end

DISTRICT = SICHUAN_DISTRICT
PROVINCE = "510000"
MONTHS_HERE, MONTHS_REGISTERED, CONTRACT_MONTHS = 3, 9, 12


class Chengdu:
    """The accounts of a district of Chengdu, the unit that hires, and the agency that places."""

    def __init__(self, party: Party) -> None:
        self.party = party
        self.hired_on = add_months(first_of(self.today), -MONTHS_HERE)
        self.until = term_end(self.hired_on, CONTRACT_MONTHS)
        self.officer = party.sign_in(officer(DISTRICT, 1))
        self.colleague = party.sign_in(officer(DISTRICT, 2))
        self.finance = party.sign_in(f"finance-{DISTRICT}")
        self.district = party.sign_in(f"district-{DISTRICT}")
        self.supplier = party.sign_in(SUPPLIER)
        self.agent = party.sign_in("agent")
        self.administrators = party.sign_in("province-51"), party.sign_in("province-51-2")
        self.people: Sequence[Applicant] = hired_of(party.number)
        self.payee: Graph = party.stranger
        self.unit: Mapping[str, Any] = {}
        self.hirer: Graph = party.stranger

    @property
    def today(self) -> date:
        """Give the day as the service has it, also when the tour is walked over midnight."""
        return datetime.now(SHANGHAI).date()

    @property
    def months(self) -> Sequence[date]:
        """List the months since the hire whose contributions are known by now."""
        return [add_months(self.hired_on, n) for n in range(MONTHS_HERE)]

    @property
    def registered_on(self) -> date:
        """Give the day on which those who were unemployed had registered."""
        return add_months(self.hired_on, -MONTHS_REGISTERED)
