"""The whole life of the subsidies of Sichuan, told from facts to figures."""

from demonstration.tour import (
    facts,
    figures,
    granting,
    hirer,
    hiring,
    paying,
    placement,
    publicity,
    training,
)
from demonstration.tour.session import TourSession
from demonstration.tour.sichuan_scenario import SichuanScenario


def run_sichuan(party: TourSession) -> None:
    """Hire, publish, object; place, pay, claw back; train and complete (S1-S33, X7, X8, X13)."""
    chengdu = SichuanScenario(party)
    hirer.confirm_policy(chengdu)
    facts.load_all_facts(chengdu)
    facts.register_payee(chengdu)
    hirer.register_enterprise(chengdu)
    hirer.approve_size(chengdu)
    publicity.publish_and_settle(chengdu, hiring.claim_hiring_subsidy(chengdu))
    paying.pay_claim(chengdu, placement.claim_service_subsidy(chengdu))
    training.train_staff(chengdu)
    granting.revoke_and_grant_again(chengdu)
    figures.check_figures(chengdu)
