"""The whole life of the subsidies of Sichuan, told from facts to figures."""

from demonstration.tour import (
    facts as tour_facts,
)
from demonstration.tour import (
    figures as tour_figures,
)
from demonstration.tour import (
    granting as tour_granting,
)
from demonstration.tour import (
    hirer as tour_hirer,
)
from demonstration.tour import (
    hiring as tour_hiring,
)
from demonstration.tour import (
    paying as tour_paying,
)
from demonstration.tour import (
    placement as tour_placement,
)
from demonstration.tour import (
    publicity as tour_publicity,
)
from demonstration.tour import (
    training as tour_training,
)
from demonstration.tour.chengdu import Chengdu
from demonstration.tour.party import Party


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
