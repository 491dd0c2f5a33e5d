"""Whether one officer or two compare an identity card, and which of them speaks (X2, X18)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.viewer import Viewer

CONFIRMATION_BY_TWO = "counter.confirmation_by_two"
"""The parameter that asks for a second officer."""


@dataclass(frozen=True, slots=True)
class ConfirmationProposal:
    """Who entered what a card says, as a keyed hash, and on which day."""

    proposed_by: UUID | None
    proposed_on: date | None
    stated: bytes | None


def is_second_step(
    proposal: ConfirmationProposal, stated: bytes, today: date, viewer: Viewer
) -> bool:
    """Return whether a viewer answers a proposal, or makes one (X2).

    A proposal counts on its own day, on which the person stands there with the card. Whoever made
    it corrects it by entering something else.
    """
    if proposal.proposed_on != today:
        return False
    return proposal.stated == stated or not viewer.is_one_of(proposal.proposed_by)


def find_second_officer_fault(
    proposal: ConfirmationProposal, stated: bytes, viewer: Viewer
) -> Fault | None:
    """Return why a viewer doesn't confirm what was proposed; None where they do (X2)."""
    if viewer.is_one_of(proposal.proposed_by):
        return fault(Reason.FOUR_EYES)
    return None if proposal.stated == stated else fault(Reason.CONFIRMATION_DIFFERS)
