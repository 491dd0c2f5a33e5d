"""Possible actions that a record's own columns don't decide (X4)."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from models import (
    Claim,
    ClaimKind,
    ClaimLine,
    Status,
    TraineeOutcome,
)
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
    has_ended,
)
from rules.kernel.action_mutation import name_mutations
from rules.kernel.parameter import Policy
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Fault
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import PossibleAction, make_actions_rule
from rules.payment.ad_hoc_actions import HandledLine
from rules.payment.payee import NamedAccounts, find_account_faults
from rules.payment.publicity import SETTLER_DIFFERS
from rules.training import completion
from rules.training.training_claim import find_waiting_fault


class ClaimValues(NamedTuple):
    """What is read of a claim for its possible actions, in this order."""

    status: Status
    submitted_by: UUID | None
    kind: ClaimKind
    lines: LineCounts
    payable: Sequence[PayableKind]
    accounts: NamedAccounts | None
    publicity: Sequence[PublicityCounts]
    attended: AttendedClass | None
    declared: DeclarationInForce | None
    lines_declared: DeclarationInForce | None
    barred_reviewers: Sequence[UUID]
    approved_by: UUID | None
    reviewed_by: UUID | None
    publicity_by: UUID | None
    region: str


def list_claim_actions(
    *values: object, viewer: Viewer, service: Service, policy: Policy
) -> Sequence[PossibleAction]:
    """List what the viewer may do to a claim and its lines today (X4)."""
    read, waits = ClaimValues._make(values), None
    if read.attended is not None:
        where = read.attended.place, read.attended.opens_on
        waits = find_waiting_fault(TraineeOutcome.OPEN, *where, policy)
    undeclared = closed = None
    if read.kind in claims.DECLARED_KINDS:
        undeclared = find_claiming_fault(read.declared, policy, service.today())
        if has_ended(read.lines_declared):
            closed = find_claiming_fault(read.lines_declared, policy, service.today())
    claim = ClaimStanding(
        status=read.status,
        submitted_by=read.submitted_by,
        lines=read.lines,
        payable=read.payable,
        unpayable=find_account_faults(read.accounts, service.today(), policy),
        publicity=read.publicity,
        settler_differs=bool(read.publicity)
        and policy.get_flag(SETTLER_DIFFERS, read.region, service.today()),
        barred_reviewers=read.barred_reviewers,
        handlers=(read.approved_by, read.reviewed_by, read.publicity_by),
        waits=waits,
        class_status=read.attended.status if read.attended else None,
        undeclared=undeclared,
        closed=closed,
    )
    found = claims.list_possible_actions(claim, service.today(), viewer)
    return name_mutations(read.kind, found)


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


def build_handled_line(
    line: ClaimLine,
    claim: Claim,
    *,
    clawback: bool = False,
    spent: bool = False,
    waits: Fault | None = None,
    unpayable: Fault | None = None,
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
        unpayable=unpayable,
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
