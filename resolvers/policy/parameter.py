"""Policy parameters 政策参数: proposed by one administrator, decided by another (X2, X6)."""

from collections.abc import Iterable
from dataclasses import dataclass

from models import DatabaseRole, Parameter, ParameterStatus
from resolvers.kernel.database_role import run_as
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.workflow import Decision, ReasonedDecision
from rules.kernel.action import Action
from rules.kernel.parameter_key import PARAMETER_KEYS, has_category
from rules.kernel.refusal import Fault, Reason, build_refusal, fault, refuse_if
from rules.kernel.region import compute_code_range
from rules.kernel.value import Code, Day, Paragraph, RegionCode
from rules.payment.ad_hoc_actions import find_deciding_fault, find_withdrawing_fault
from rules.policy.parameter import find_value_fault


@dataclass(kw_only=True)
class ParameterDraft:
    """A figure, where, for whom and from when it is to hold, and on whose word."""

    key: Code
    region: RegionCode
    category: Code | None = None
    value: Code
    effective_from: Day
    effective_to: Day | None = None
    source: Paragraph
    confirmed: bool = True


@run_as(DatabaseRole.ADMINISTRATION)
async def propose_parameter(tx: Transaction, input: ParameterDraft) -> Parameter:
    """Propose a policy parameter for the own region's tree (X6). 提出政策参数."""
    refuse_if(_find_draft_faults(tx, input))
    row = Parameter(
        key=input.key,
        region=input.region,
        category=input.category,
        value=input.value,
        unit=PARAMETER_KEYS[input.key].unit,
        effective_from=input.effective_from,
        effective_to=input.effective_to,
        source=input.source,
        confirmed=input.confirmed,
        status=ParameterStatus.PROPOSED,
        proposed_by=tx.viewer.account_id,
        proposed_by_name=tx.viewer.name,
    )
    tx.create(row, row.status)
    await tx.session.flush()
    return row


@run_as(DatabaseRole.ADMINISTRATION)
async def approve_parameter(tx: Transaction, input: Decision) -> Parameter:
    """Approve a parameter that somebody else proposed; it counts from now on (X2, X6). 批准参数."""
    return await _decide_parameter(tx, input, Action.APPROVE)


@run_as(DatabaseRole.ADMINISTRATION)
async def refuse_parameter(tx: Transaction, input: ReasonedDecision) -> Parameter:
    """Refuse a parameter that somebody else proposed (X2, X6). 否决参数."""
    return await _decide_parameter(tx, input, Action.REFUSE, input.reason)


@run_as(DatabaseRole.ADMINISTRATION)
async def withdraw_parameter(tx: Transaction, input: Decision) -> Parameter:
    """Withdraw a parameter that one proposed oneself, before it is decided on (X6). 撤回参数."""
    row = await tx.get_locked(Parameter, input.id, input.version)
    barred = find_withdrawing_fault(row.status, row.proposed_by, tx.viewer)
    if barred:
        raise build_refusal(barred.reason, "id")
    went = (row.status, ParameterStatus.WITHDRAWN)
    tx.settle(row, Action.WITHDRAW, {"status": ParameterStatus.WITHDRAWN}, went)
    await tx.session.flush()
    return row


def _find_draft_faults(tx: Transaction, input: ParameterDraft) -> Iterable[Fault]:
    if input.key not in PARAMETER_KEYS:
        yield fault(Reason.PARAMETER_KEY_UNKNOWN, "key")
    elif wrong := find_value_fault(input.key, input.value):
        yield wrong.at("value")
    if (
        input.key in PARAMETER_KEYS
        and input.category
        and not has_category(input.key, input.category)
    ):
        yield fault(Reason.CATEGORY_UNKNOWN, "category")
    low, high = compute_code_range(tx.region)
    if not low <= input.region <= high:
        yield fault(Reason.REGION_OUTSIDE, "region")
    if input.effective_to is not None and input.effective_to < input.effective_from:
        yield fault(Reason.DATES_REVERSED, "effectiveTo")


_DECIDED_STATUSES = {
    Action.APPROVE: ParameterStatus.APPROVED,
    Action.REFUSE: ParameterStatus.REFUSED,
}


async def _decide_parameter(
    tx: Transaction, input: Decision | ReasonedDecision, action: Action, reason: str | None = None
) -> Parameter:
    row = await tx.get_locked(Parameter, input.id, input.version)
    barred = find_deciding_fault(row.status, row.proposed_by, row.region, tx.viewer)
    if barred:
        raise build_refusal(barred.reason, "id")
    status = _DECIDED_STATUSES[action]
    values = {
        "status": status,
        "reason": reason,
        "decided_by": tx.viewer.account_id,
        "decided_by_name": tx.viewer.name,
        "decided_at": tx.now,
    }
    tx.settle(row, action, values, (row.status, status), reason)
    await tx.session.flush()
    return row
