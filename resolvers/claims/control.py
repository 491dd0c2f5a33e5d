"""Risk controls run again on lines, kind by kind, and what they found is kept (X3)."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry
from sqlalchemy import select

from loaders.key import parse_key
from models import Claim, ClaimKind, ClaimLine, LineState
from resolvers.claims import claim_line
from resolvers.claims.claim_kind import get_claim_kind
from resolvers.kernel import history
from resolvers.kernel.context import Info
from resolvers.kernel.decision_reader import (
    DecisionReader,
    TransactionReader,
    load_snapshot_policy,
    refuse_missing_parameters,
)
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.workflow import Decision
from rules.claims.control import (
    Occasion,
    RiskControl,
    StoredJson,
    Verdicts,
    build_judgement_json,
    combine_outcomes,
    describe_control,
    describe_verdicts,
)
from rules.kernel.action import Action
from rules.kernel.declared_control import CONTROL_DECLARATIONS
from rules.kernel.finding import Finding
from rules.kernel.parameter import Policy
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Refusal
from rules.kernel.value import RowId
from rules.kernel.workflow import find_action_fault

FindingsByLine = Mapping[UUID, Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class LineVerdicts(Verdicts):
    """How a line was judged each time, and how it would be now."""

    line: ClaimLine


async def rerun_line_controls(
    tx: Transaction,
    claims: Sequence[Claim],
    lines: Sequence[ClaimLine],
    occasion: Occasion = Occasion.DISBURSEMENT,
) -> FindingsByLine:
    """Run the risk controls of lines again, by the line's id; keep with each what was found.

    Claims and lines are held already. A kind without risk controls gives nothing.
    """
    found = await _evaluate_controls(
        TransactionReader(tx), tx.today, await tx.load_policy(), claims, lines
    )
    for line in lines:
        if line.id in found:
            record_findings(tx, line, occasion, [finding.to_json() for finding in found[line.id]])
    return found


def record_findings(
    tx: Transaction, line: ClaimLine, occasion: Occasion, findings: Sequence[StoredJson]
) -> None:
    """Keep with a line what the controls found; what they found before stays (X3)."""
    if findings:
        line.judgements = [*line.judgements, build_judgement_json(occasion, tx.now, findings)]


async def run_controls(tx: Transaction, input: Decision) -> Claim:
    """Run the controls on a claim under review; keep what they find (S16, X3). 重新核验."""
    claim = await tx.get_locked(Claim, input.id, input.version)
    kind, action, state = RecordKind.CLAIM, Action.APPROVE, (claim.status, claim.submitted_by)
    barred = find_action_fault(kind, action, *state, tx.viewer, claim.barred_reviewers)
    if barred:
        raise Refusal(barred)
    lines = [
        line
        for line in await claim_line.lock_lines_of_claim(tx, claim)
        if line.state is LineState.OPEN
    ]
    found = await rerun_line_controls(tx, [claim], lines, Occasion.REVIEW)
    counts = Counter(combine_outcomes([f.outcome for f in findings]) for findings in found.values())
    told = ", ".join(f"{outcome} {counts[outcome]}" for outcome in sorted(counts))
    tx.session.add(history.build_audit_entry(tx, claim, "RUN_CONTROLS", {"findings": ["", told]}))
    await tx.session.flush()
    return claim


_CLAIM = strawberry.argument(description="Of which claim. 补贴申报")


async def load_claim_verdicts(info: Info, claim_id: Annotated[RowId, _CLAIM]) -> list[LineVerdicts]:
    """Tell of each line how it was judged then and would be now (S16, X3). 核验结论对比."""
    read, viewer = info.context.loaders.snapshot, info.context.viewer
    key = parse_key(claim_id, Claim)
    claim = await info.context.loaders.get_row_batch(Claim).load(key.parts) if key else None
    if claim is None:  # whatever is no claim to be seen has no lines
        return []
    own = ClaimLine.unit_id == claim.unit_id, ClaimLine.claim_id == claim.id
    rows = await read.load_rows(select(ClaimLine).where(*own).order_by(ClaimLine.id))
    lines = [line for (line,) in rows]
    today = info.context.service.today()
    with refuse_missing_parameters():
        found = await _evaluate_controls(
            read, today, await load_snapshot_policy(read), [claim], lines
        )
    told = []
    for line in lines:
        if line.id in found:
            now = describe_verdicts(line.judgements, [f.to_json() for f in found[line.id]], viewer)
            told.append(_build_line_verdicts(line, now))
    return told


def _build_line_verdicts(line: ClaimLine, now: Verdicts) -> LineVerdicts:
    return LineVerdicts(
        application=now.application,
        review=now.review,
        disbursement=now.disbursement,
        now=now.now,
        changed=now.changed,
        findings=now.findings,
        line=line,
    )


async def _evaluate_controls(
    read: DecisionReader,
    today: date,
    policy: Policy,
    claims: Sequence[Claim],
    lines: Sequence[ClaimLine],
) -> FindingsByLine:
    """Run the controls of each kind on its lines, with the same few statements for a kind."""
    found: dict[UUID, Sequence[Finding]] = {}
    of_kind: defaultdict[ClaimKind, list[Claim]] = defaultdict(list)
    for claim in claims:
        of_kind[claim.kind].append(claim)
    for kind, own in of_kind.items():
        ask = get_claim_kind(kind).evaluate_controls
        theirs = [line for line in lines if line.claim_kind is kind]
        if ask is not None and theirs:
            found |= await ask(read, today, policy, own, theirs)
    return found


async def list_risk_controls(info: Info) -> list[RiskControl]:
    """List the risk controls and what each asks (X3). 风控点."""
    return [
        describe_control(declared, info.context.viewer.language)
        for declared in CONTROL_DECLARATIONS
    ]
