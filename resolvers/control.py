"""Risk controls run again on lines, kind by kind, and what they found is kept (X3)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from models import Claim, ClaimKind, ClaimLine
from resolvers.claim_kind import KINDS
from resolvers.transaction import Transaction
from rules.control import Kept, Occasion, kept_judgement
from rules.finding import Finding


async def judged_now(
    tx: Transaction,
    claims: Sequence[Claim],
    lines: Sequence[ClaimLine],
    occasion: Occasion = Occasion.DISBURSEMENT,
) -> Mapping[UUID, Sequence[Finding]]:
    """Run the risk controls of lines again, by the line's id; keep with each what was found.

    Claims and lines are held already. A kind without risk controls gives nothing.
    """
    found: dict[UUID, Sequence[Finding]] = {}
    of_kind: defaultdict[ClaimKind, list[Claim]] = defaultdict(list)
    for claim in claims:
        of_kind[claim.kind].append(claim)
    for kind, own in of_kind.items():
        ask = KINDS[kind].findings if kind in KINDS else None
        theirs = [line for line in lines if line.claim_kind is kind]
        if ask is not None and theirs:
            found |= await ask(tx, own, theirs)
    for line in lines:
        if line.id in found:
            keep(tx, line, occasion, [finding.kept() for finding in found[line.id]])
    return found


def keep(tx: Transaction, line: ClaimLine, occasion: Occasion, findings: Sequence[Kept]) -> None:
    """Keep with a line what the controls found; what they found before stays (X3)."""
    if findings:
        line.judgements = [*line.judgements, kept_judgement(occasion, tx.now, findings)]
