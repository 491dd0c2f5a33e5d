"""What clients may change of scores and of the completion of classes (S27, S28)."""

import strawberry

import models
from resolvers.training import completion_review as completion
from resolvers.training import score
from rules.kernel.function import Function
from rules.kernel.workflow import Action, RecordKind
from schema.api import payload
from schema.desk.mutations_desk import MAX_RECORDS_PER_REVIEW, review_mutation
from schema.kernel import review as answers
from schema.kernel.move import transition_mutation
from schema.kernel.mutation import mutation

_KIND = RecordKind.COMPLETION


@strawberry.type
class CompletionMutations:
    """What clients may change of scores and of the completion of classes."""

    score_trainee: payload.TraineeResult = mutation(
        score.score_trainee, payload.TraineePayload, Function.FILE_COMPLETIONS
    )
    score_trainees: payload.TraineesResult = mutation(
        score.score_trainees, payload.TraineesPayload, Function.FILE_COMPLETIONS
    )
    complete_class: payload.CompletionResult = mutation(
        completion.complete_class, payload.CompletionPayload, Function.FILE_COMPLETIONS
    )
    submit_completion: payload.CompletionResult = transition_mutation(
        _KIND,
        Action.SUBMIT,
        "Submit a class's completion for review (S27). 提交结业申请",
        completion.on_submit,
    )
    withdraw_completion: payload.CompletionResult = transition_mutation(
        _KIND, Action.WITHDRAW, "Withdraw a completion (X1). 撤回结业申请"
    )
    approve_completion: payload.CompletionResult = transition_mutation(
        _KIND,
        Action.APPROVE,
        "Approve a completion: outcomes are final (S27). 审核通过结业申请",
        completion.on_approve,
    )
    return_completion: payload.CompletionResult = transition_mutation(
        _KIND, Action.RETURN, "Return a completion, with a reason (X1). 退回结业申请"
    )
    revoke_completion: payload.CompletionResult = transition_mutation(
        _KIND,
        Action.REVOKE,
        "Revoke a completion, unless payment stands on it: outcomes are open again (X1, S29). "
        "撤销结业",
        completion.on_revoke,
    )
    review_completions: answers.ReviewResult = review_mutation(
        models.Completion, _KIND, MAX_RECORDS_PER_REVIEW, "completions"
    )
