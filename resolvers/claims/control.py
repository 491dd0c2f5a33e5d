"""Risk controls run again on lines, kind by kind, and what they found is kept (X3)."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry
from sqlalchemy import select

from loaders.key import key_of
from models import Claim, ClaimKind, ClaimLine, LineState
from resolvers.claims import claim_line
from resolvers.claims.claim_kind import KINDS
from resolvers.internship.candidate import missing_told, policy_now
from resolvers.kernel import history
from resolvers.kernel.context import Info
from resolvers.kernel.reading import Deciding, Reading
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.workflow import Decision
from rules.claims.control import (
    Kept,
    Occasion,
    RiskControl,
    Verdicts,
    in_language,
    kept_judgement,
    verdict,
    verdicts_of,
)
from rules.kernel.declared_control import DECLARED
from rules.kernel.finding import Finding
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Refusal
from rules.kernel.value import RowId
from rules.kernel.workflow import Action, RecordKind, objection

Findings = Mapping[UUID, Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class LineVerdicts(Verdicts):
    """How a line was judged each time, and how it would be now."""

    line: ClaimLine


async def judged_now(
    tx: Transaction,
    claims: Sequence[Claim],
    lines: Sequence[ClaimLine],
    occasion: Occasion = Occasion.DISBURSEMENT,
) -> Findings:
    """Run the risk controls of lines again, by the line's id; keep with each what was found.

    Claims and lines are held already. A kind without risk controls gives nothing.
    """
    found = await _found(Deciding(tx), tx.today, await tx.policy(), claims, lines)
    for line in lines:
        if line.id in found:
            keep(tx, line, occasion, [finding.kept() for finding in found[line.id]])
    return found


def keep(tx: Transaction, line: ClaimLine, occasion: Occasion, findings: Sequence[Kept]) -> None:
    """Keep with a line what the controls found; what they found before stays (X3)."""
    if findings:
        line.judgements = [*line.judgements, kept_judgement(occasion, tx.now, findings)]


async def run_controls(tx: Transaction, input: Decision) -> Claim:
    """Run the controls on a claim under review; keep what they find (S16, X3). 重新核验."""
    claim = await tx.locked(Claim, input.id, input.version)
    by = claim.submitted_by
    barred = objection(RecordKind.CLAIM, Action.APPROVE, claim.status, by, tx.viewer)
    if barred:
        raise Refusal(barred)
    lines = [line for line in await claim_line.lines_of(tx, claim) if line.state is LineState.OPEN]
    found = await judged_now(tx, [claim], lines, Occasion.REVIEW)
    counts = Counter(verdict([f.outcome for f in findings]) for findings in found.values())
    told = ", ".join(f"{outcome} {counts[outcome]}" for outcome in sorted(counts))
    tx.session.add(history.noted(tx, claim, "RUN_CONTROLS", {"findings": ["", told]}))
    await tx.session.flush()
    return claim


_CLAIM = strawberry.argument(description="Of which claim. 补贴申报")


async def claim_verdicts(info: Info, claim_id: Annotated[RowId, _CLAIM]) -> list[LineVerdicts]:
    """Tell of each line how it was judged then and would be now (S16, X3). 核验结论对比."""
    read, viewer = info.context.loaders.snapshot, info.context.viewer
    key = key_of(claim_id, Claim)
    claim = await info.context.loaders.row(Claim).load(key.parts) if key else None
    if claim is None:  # whatever is no claim to be seen has no lines
        return []
    own = ClaimLine.unit_id == claim.unit_id, ClaimLine.claim_id == claim.id
    rows = await read.all(select(ClaimLine).where(*own).order_by(ClaimLine.id))
    lines = [line for (line,) in rows]
    today = info.context.service.today()
    with missing_told():
        found = await _found(read, today, await policy_now(read), [claim], lines)
    told = []
    for line in lines:
        if line.id in found:
            now = verdicts_of(line.judgements, [f.kept() for f in found[line.id]], viewer)
            told.append(_of(line, now))
    return told


def _of(line: ClaimLine, now: Verdicts) -> LineVerdicts:
    then = now.application, now.review, now.disbursement
    return LineVerdicts(*then, now.now, now.changed, now.findings, line)


async def _found(
    read: Reading,
    today: date,
    policy: Policy,
    claims: Sequence[Claim],
    lines: Sequence[ClaimLine],
) -> Findings:
    """Let the controls of each kind run on its lines, with the same few statements for a kind."""
    found: dict[UUID, Sequence[Finding]] = {}
    of_kind: defaultdict[ClaimKind, list[Claim]] = defaultdict(list)
    for claim in claims:
        of_kind[claim.kind].append(claim)
    for kind, own in of_kind.items():
        ask = KINDS[kind].findings if kind in KINDS else None
        theirs = [line for line in lines if line.claim_kind is kind]
        if ask is not None and theirs:
            found |= await ask(read, today, policy, own, theirs)
    return found


async def risk_controls(info: Info) -> list[RiskControl]:
    """List the risk controls and what each asks (X3). 风控点."""
    return [in_language(declared, info.context.viewer.language) for declared in DECLARED]
