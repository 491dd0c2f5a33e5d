"""What may be done to a claim's line, whose claim and account decide too (X4)."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from strawberry import Parent

from loaders.filter import NEWEST, OLDEST
from models import (
    Claim,
    ClaimLine,
    Clawback,
    LineState,
    Objection,
    PublicityLine,
    PublicityOutcome,
    Status,
    Trainee,
)
from resolvers.kernel.context import Info
from resolvers.kernel.possible_actions import (
    build_handled_line,
    build_handled_line_without_claim,
)
from resolvers.payment.payee import load_payees
from rules.kernel.action import Action
from rules.kernel.action_mutation import name_mutations
from rules.kernel.function import Function
from rules.kernel.refusal import Fault
from rules.kernel.workflow import PossibleAction, describe_action
from rules.payment import publicity
from rules.payment.ad_hoc_actions import find_line_fault, list_line_actions
from rules.payment.clawback import sum_confirmed
from rules.payment.publicity import FiledLine, RunningPublicity
from rules.training.training_claim import find_waiting_fault


async def load_line_actions(line: Parent[ClaimLine], info: Info) -> Sequence[PossibleAction]:
    """List what the viewer may do to the line next; its claim decides too (X4). 可办操作."""
    viewer, loaders = info.context.viewer, info.context.loaders
    claim = await loaders.get_parent_batch(ClaimLine.claim).load((line.unit_id, line.claim_id))
    if claim is None:  # the person in whose name it is sees the line alone (J16)
        if Function.CONFIRM_RECEIPTS not in viewer.functions:
            return []
        action, alone = Action.CONFIRM_RECEIPT, build_handled_line_without_claim(line)
        receipt = describe_action(action, find_line_fault(action, alone, viewer), viewer)
        return name_mutations("ClaimLine", [receipt])
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
        line,
        claim,
        clawback=proposed,
        spent=spent,
        waits=await _find_wait_fault(line, info),
        unpayable=await _find_payee_fault(line, claim, info),
    )
    today = info.context.service.today()
    shown = publicity.list_line_actions(filed, running, today, viewer)
    return name_mutations("ClaimLine", [*list_line_actions(stands, viewer), *shown])


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


async def _find_payee_fault(line: ClaimLine, claim: Claim, info: Info) -> Fault | None:
    """Return that a line's account is not its payee's, to whoever pays (S14, X19, J7)."""
    pays = Function.DISBURSE_CLAIMS in info.context.viewer.functions
    if line.state is not LineState.PAYABLE or not pays:
        return None
    judged = info.context.loaders.get_judged_batch("payees", partial(_find_payee_faults, info))
    found: Fault | None = await judged.load((line, claim))
    return found


async def _find_payee_faults(
    info: Info, asked: list[tuple[ClaimLine, Claim]]
) -> list[Fault | None]:
    """Find the faults of all accounts of a list together."""
    claims = {claim.id: claim for _, claim in asked}
    lines = [line for line, _ in asked]
    today, policy = info.context.service.today(), await info.context.load_policy()
    found = await load_payees(info.context.loaders.snapshot, claims, lines, today, policy)
    payees = (found[line.id] for line in lines)
    return [payee if isinstance(payee, Fault) else None for payee in payees]


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
    told, policy = Counter(each.status for each in about), await info.context.load_policy()
    barred: UUID | None = None
    if policy.get_flag(publicity.SETTLER_DIFFERS, row.region, info.context.service.today()):
        notice = await loaders.get_parent_batch(PublicityLine.publicity).load((row.publicity_id,))
        barred = notice.published_by
    return RunningPublicity.from_objections(row.last_day, told, barred)
