"""Mutations that take records along the one table of transitions (X1)."""

from typing import Any

import models
from resolvers.kernel.workflow import Rule, nothing_more, transition, transitions
from rules.kernel.workflow import Action, RecordKind, function_for
from schema.api import payload
from schema.kernel.mutation import mutation

_TABLES: dict[RecordKind, tuple[type[models.Reviewed], type]] = {
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


def moves(
    kind: RecordKind, action: Action, description: str, rule: Rule[Any] = nothing_more
) -> Any:
    """Make the mutation that takes a record along a transition; the table says who may (X1)."""
    table, answer = _TABLES[kind]
    made = transition(table, kind, action, description, rule)
    return mutation(made, answer, function_for(kind, action))


def move_reports(action: Action, description: str, rule: Rule[Any]) -> Any:
    """Make the mutation that takes many monthly reports along a transition (X1)."""
    kind = RecordKind.MONTHLY_REPORT
    table, answer = _TABLES[kind]
    made = transitions(table, kind, action, description, rule)
    return mutation(made, answer, function_for(kind, action))
