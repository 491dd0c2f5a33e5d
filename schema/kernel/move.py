"""Mutations that take records along the one table of transitions (X1)."""

from typing import Any

import models
from resolvers.kernel.workflow import (
    TransitionHook,
    build_bulk_transition_mutation,
    build_transition_mutation,
    no_hook,
)
from rules.kernel.workflow import Action, RecordKind, get_function
from schema.api import payload
from schema.kernel.mutation import mutation

_TABLE_AND_PAYLOAD: dict[RecordKind, tuple[type[models.Reviewed], type]] = {
    RecordKind.DECLARATION: (models.Declaration, payload.DeclarationPayload),
    RecordKind.POST: (models.Post, payload.PostPayload),
    RecordKind.INTERN: (models.Intern, payload.InternPayload),
    RecordKind.MONTHLY_REPORT: (models.MonthlyReport, payload.MonthlyReportsPayload),
    RecordKind.CLAIM: (models.Claim, payload.ClaimPayload),
    RecordKind.REDUCTION: (models.Reduction, payload.ReductionPayload),
    RecordKind.CLAWBACK: (models.Clawback, payload.ClawbackPayload),
    RecordKind.CHANGE_REQUEST: (models.ChangeRequest, payload.ChangeRequestPayload),
    RecordKind.QUALIFICATION: (models.Qualification, payload.QualificationPayload),
    RecordKind.COMPLETION: (models.Completion, payload.CompletionPayload),
    RecordKind.TRAINING_CLASS: (models.TrainingClass, payload.TrainingClassPayload),
}


def transition_mutation(
    kind: RecordKind, action: Action, description: str, rule: TransitionHook[Any] = no_hook
) -> Any:
    """Make the mutation that takes a record along a transition; the table says who may (X1)."""
    table, answer = _TABLE_AND_PAYLOAD[kind]
    made = build_transition_mutation(table, kind, action, description, rule)
    return mutation(made, answer, get_function(kind, action))


def report_transition_mutation(action: Action, description: str, rule: TransitionHook[Any]) -> Any:
    """Make the mutation that takes many monthly reports along a transition (X1)."""
    kind = RecordKind.MONTHLY_REPORT
    table, answer = _TABLE_AND_PAYLOAD[kind]
    made = build_bulk_transition_mutation(table, kind, action, description, rule)
    return mutation(made, answer, get_function(kind, action))
