"""Whether what was approved is all accounted for, and every payment with it (X8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from models import ClaimKind, LineState
from rules.claims.claim_line import sum_amounts

STATES_BY_PLACE: Mapping[str, tuple[LineState, ...]] = {
    "awaiting": (LineState.OPEN,),
    "in publicity": (LineState.IN_PUBLICITY,),
    "failed": (LineState.PUBLICITY_FAILED,),
    "struck": (LineState.STRUCK,),
    "payable": (LineState.PAYABLE,),
    "in batch": (LineState.IN_BATCH,),
    "paid": (LineState.PAID, LineState.CLAWED_BACK),
}
"""Where an approved amount may be; what was clawed back is a part of what was paid."""


class Discrepancy(StrEnum):
    """What does not agree with what."""

    APPROVED = "approved lines don't come to what was approved"
    AMOUNT = "lines that hold don't come to the claim's amount"
    STATUS = "lines stand where the claim's state does not let them"
    PAYMENTS = "payments don't agree with the line's state and amount"
    CLAWBACK = "confirmed clawbacks don't agree with the line's state and amount"
    BATCH = "payments don't come to the batch's figures"


@dataclass(frozen=True, slots=True)
class UnreconciledRecord:
    """A record that does not reconcile, by the name of its table and its key."""

    record: str
    key: str
    difference: Discrepancy

    def to_json(self) -> Mapping[str, object]:
        """Return it as machines read it."""
        return {"record": self.record, "key": self.key, "difference": self.difference.name}


@dataclass(kw_only=True)
class Ledger:
    """What was approved in a region for a kind of claim, and where it is, in yuan."""

    region: str
    kind: ClaimKind
    approved: Decimal = Decimal(0)
    clawed_back: Decimal = Decimal(0)
    amounts: dict[LineState, Decimal] = field(default_factory=dict)

    def to_json(self) -> Mapping[str, object]:
        """Return it as machines read it: amounts in yuan, as text."""
        return {
            "region": self.region,
            "kind": self.kind,
            "approved": f"{self.approved:.2f}",
            "places": {place: f"{self.sum_place(place):.2f}" for place in STATES_BY_PLACE},
            "clawedBack": f"{self.clawed_back:.2f}",
            "standing": f"{self.standing:.2f}",
            "unaccounted": f"{self.difference:.2f}",
        }

    def sum_place(self, place: str) -> Decimal:
        """Sum up the lines that are at a place."""
        return sum(
            (self.amounts.get(state, Decimal(0)) for state in STATES_BY_PLACE[place]), Decimal(0)
        )

    @property
    def standing(self) -> Decimal:
        """Return what stands of what was approved: it is paid or can still be."""
        return sum_amounts(self.amounts.items())

    @property
    def difference(self) -> Decimal:
        """Return what is not accounted for; nothing, if all is well."""
        return self.approved - sum((self.sum_place(place) for place in STATES_BY_PLACE), Decimal(0))


def format_report(ledgers: Sequence[Ledger], found: Sequence[UnreconciledRecord]) -> list[str]:
    """Return where the money is by region and kind, and all that does not agree."""
    told = [_format_ledger(ledger) for ledger in ledgers]
    told += [f"{each.record} {each.key}: {each.difference}" for each in found]
    approved = sum((ledger.approved for ledger in ledgers), Decimal(0))
    open_ = sum((ledger.difference for ledger in ledgers), Decimal(0))
    wrong = bool(found) or any(ledger.difference for ledger in ledgers)
    outcome = f"{len(found)} differences, {open_:.2f} unaccounted for" if wrong else "reconciled"
    return [*told, f"{approved:.2f} yuan approved: {outcome}"]


def _format_ledger(ledger: Ledger) -> str:
    places = ", ".join(f"{place} {ledger.sum_place(place):.2f}" for place in STATES_BY_PLACE)
    back = f" (of which clawed back {ledger.clawed_back:.2f})"
    gap = f"; {ledger.difference:.2f} UNACCOUNTED FOR" if ledger.difference else ""
    stands = f"; {ledger.standing:.2f} stands"
    approved = f"approved {ledger.approved:.2f}"
    return f"{ledger.region} {ledger.kind}: {approved} = {places}{back}{stands}{gap}"
