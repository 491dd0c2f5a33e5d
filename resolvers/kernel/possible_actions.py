"""Possible actions that a record's own columns don't decide (X4)."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from strawberry import Parent

from loaders.filter import NEWEST, OLDEST
from models import (
    Claim,
    ClaimKind,
    ClaimLine,
    Clawback,
    LineState,
    Objection,
    PublicityLine,
    PublicityOutcome,
    Status,
    Trainee,
    TraineeOutcome,
)
from resolvers.kernel.context import Info
from resolvers.kernel.service import Service
from rules.claims import claim as claims
from rules.claims.claim import (
    AttendedClass,
    ClaimStanding,
    LineCounts,
    PayableKind,
    PublicityCounts,
)
from rules.internship.standing import (
    DeclarationInForce,
    find_claiming_fault,
    find_report_fault,
)
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.parameter import Policy
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Fault
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import PossibleAction, describe_action, make_actions_rule
from rules.payment import publicity
from rules.payment.ad_hoc_actions import HandledLine, find_line_fault, list_line_actions
from rules.payment.clawback import sum_confirmed
from rules.payment.publicity import FiledLine, RunningPublicity
from rules.training import completion
from rules.training.training_claim import find_waiting_fault


class ClaimValues(NamedTuple):
    """What is read of a claim for its possible actions, in this order."""

    status: Status
    submitted_by: UUID | None
    kind: ClaimKind
    lines: LineCounts
    payable: Sequence[PayableKind]
    publicity: PublicityCounts
    attended: AttendedClass | None
    declared: DeclarationInForce | None
    barred_reviewers: Sequence[UUID]
    approved_by: UUID | None
    reviewed_by: UUID | None
    publicity_by: UUID | None


def list_claim_actions(
    *values: object, viewer: Viewer, service: Service, policy: Policy
) -> Sequence[PossibleAction]:
    """List what the viewer may do to a claim and its lines today (X4)."""
    read, waits = ClaimValues._make(values), None
    if read.attended is not None:
        where = read.attended.place, read.attended.opens_on
        waits = find_waiting_fault(TraineeOutcome.OPEN, *where, policy)
    undeclared = None
    if read.kind in claims.DECLARED_KINDS:
        undeclared = find_claiming_fault(read.declared, policy, service.today())
    claim = ClaimStanding(
        status=read.status,
        submitted_by=read.submitted_by,
        lines=read.lines,
        payable=read.payable,
        publicity=read.publicity,
        barred_reviewers=read.barred_reviewers,
        handlers=(read.approved_by, read.reviewed_by, read.publicity_by),
        waits=waits,
        class_status=read.attended.status if read.attended else None,
        undeclared=undeclared,
    )
    return claims.list_possible_actions(claim, service.today(), viewer)


class ReportValues(NamedTuple):
    """What is read of a monthly report for its possible actions, in this order."""

    status: Status
    submitted_by: UUID | None
    held_by: UUID | None
    clawed_back: bool
    declared: DeclarationInForce | None
    intern_status: str


def list_report_actions(
    *values: object, viewer: Viewer, service: Service, policy: Policy
) -> Sequence[PossibleAction]:
    """List what the viewer may do to a monthly report today (X4)."""
    read = ReportValues._make(values)
    undeclared = find_claiming_fault(read.declared, policy, service.today())
    around = read.held_by, read.clawed_back, undeclared, read.intern_status
    return _list_actions_of_report(read.status, read.submitted_by, *around, viewer=viewer)


_list_actions_of_report = make_actions_rule(RecordKind.MONTHLY_REPORT, find_report_fault)


def list_class_actions(
    status: Status,
    submitted_by: UUID | None,
    ends_on: date,
    ties: completion.ClassTies,
    *,
    viewer: Viewer,
    service: Service,
) -> Sequence[PossibleAction]:
    """List what the viewer may do to a training class today (X4)."""
    columns = (status, submitted_by, ends_on, ties)
    return completion.list_class_actions(*columns, service.today(), viewer=viewer)


async def load_line_actions(line: Parent[ClaimLine], info: Info) -> Sequence[PossibleAction]:
    """List what the viewer may do to the line next; its claim decides too (X4). 可办操作."""
    viewer, loaders = info.context.viewer, info.context.loaders
    claim = await loaders.get_parent_batch(ClaimLine.claim).load((line.unit_id, line.claim_id))
    if claim is None:  # the person in whose name it is sees the line alone (J16)
        if Function.CONFIRM_RECEIPTS not in viewer.functions:
            return []
        action, alone = Action.CONFIRM_RECEIPT, build_handled_line_without_claim(line)
        return [describe_action(action, find_line_fault(action, alone, viewer), viewer)]
    proposed = spent = False
    if line.state in {LineState.PAID, LineState.CLAWED_BACK}:
        found = await loaders.get_children_batch(Clawback.line, NEWEST).load(
            (line.unit_id, line.id)
        )
        proposed = any(clawback.status is Status.SUBMITTED for clawback in found)
        spent = sum_confirmed(found) >= line.amount
    filed = FiledLine(
        kind=line.claim_kind,
        state=line.state,
        status=claim.status,
        submitted_by=claim.submitted_by,
        sent_back=publicity.is_sent_back(line.state, line.reason, claim.status),
        barred_reviewers=claim.barred_reviewers,
    )
    running = (
        await _load_running_publicity(line, info) if line.state is LineState.IN_PUBLICITY else None
    )
    stands = build_handled_line(
        line, claim, clawback=proposed, spent=spent, waits=await _find_wait_fault(line, info)
    )
    return [
        *list_line_actions(stands, viewer),
        *publicity.list_line_actions(filed, running, info.context.service.today(), viewer),
    ]


async def _find_wait_fault(line: ClaimLine, info: Info) -> Fault | None:
    """Return that a line for training waits for its trainee's completion, to whoever pays (S29)."""
    key, pays = (line.unit_id, line.trainee_id), Function.DISBURSE_CLAIMS
    in_question = line.state in {LineState.PAYABLE, LineState.IN_BATCH}
    if None in key or not in_question or pays not in info.context.viewer.functions:
        return None
    loaders = info.context.loaders
    trainee = await loaders.get_parent_batch(ClaimLine.trainee).load(key)
    attended = await loaders.get_parent_batch(Trainee.training_class).load(
        (line.unit_id, trainee.class_id)
    )
    policy = await info.context.load_policy()
    return find_waiting_fault(trainee.outcome, attended.place, attended.opens_on, policy)


async def _load_running_publicity(line: ClaimLine, info: Info) -> RunningPublicity | None:
    """Read the publicity of a line that has no result yet, and what is objected to it."""
    loaders = info.context.loaders
    rows = await loaders.get_children_batch(PublicityLine.line, NEWEST).load(
        (line.unit_id, line.id)
    )
    row = next((row for row in rows if row.outcome is PublicityOutcome.PENDING), None)
    if row is None:
        return None
    objections = await loaders.get_children_batch(Objection.publicity, OLDEST).load(
        (row.publicity_id,)
    )
    about = (each for each in objections if each.publicity_line_id in {None, row.id})
    return RunningPublicity.from_objections(row.last_day, Counter(each.status for each in about))


def build_handled_line(
    line: ClaimLine,
    claim: Claim,
    *,
    clawback: bool = False,
    spent: bool = False,
    waits: Fault | None = None,
) -> HandledLine:
    """Return how a line stands in its claim, for the rules."""
    return HandledLine(
        state=line.state,
        reason=line.reason,
        clawback=clawback,
        claim=claim.status,
        submitted_by=claim.submitted_by,
        approved_by=claim.approved_by,
        reviewed_by=claim.reviewed_by,
        waits=waits,
        barred=line.barred,
        spent=spent,
        account_proposed_by=line.account_proposed_by,
        account_confirmed_by=line.account_confirmed_by,
        publicity_by=claim.publicity_by,
        barred_reviewers=claim.barred_reviewers,
    )


def build_handled_line_without_claim(line: ClaimLine) -> HandledLine:
    """Return how a line stands, for the rules, to whom its claim is hidden."""
    return HandledLine(
        state=line.state,
        reason=line.reason,
        clawback=False,
        claim=line.claim_status,
        submitted_by=None,
        approved_by=None,
        reviewed_by=None,
    )
