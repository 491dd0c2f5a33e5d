"""The whole life of the subsidies of Sichuan, told from facts to figures."""

from server import (
    tour_facts,
    tour_figures,
    tour_granting,
    tour_hirer,
    tour_hiring,
    tour_paying,
    tour_placement,
    tour_publicity,
    tour_training,
)
from server.tour_chengdu import Chengdu
from server.tour_party import Party


def subsidies(party: Party) -> None:
    """Hire, publish, object; place, pay, claw back; train and complete (S1-S33, X7, X8, X13)."""
    chengdu = Chengdu(party)
    tour_hirer.policy(chengdu)
    tour_facts.facts(chengdu)
    tour_facts.person(chengdu)
    tour_hirer.enterprise(chengdu)
    tour_hirer.size(chengdu)
    tour_publicity.publicity(chengdu, tour_hiring.hiring(chengdu))
    tour_paying.paying(chengdu, tour_placement.placement(chengdu))
    tour_training.training(chengdu)
    tour_granting.functions(chengdu)
    tour_figures.figures(chengdu)
