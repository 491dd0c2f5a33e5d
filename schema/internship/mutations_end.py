"""What clients may change of internships that end, and of what is approved (J19-J23, J39, X16)."""

import strawberry

from resolvers.internship import change_request, reduction
from resolvers.internship.declaration_end import end_declaration
from resolvers.payment import clawback
from resolvers.units.contact import change_remarks, change_staff_contact
from rules.kernel.function import Function
from rules.kernel.workflow import Action, RecordKind
from schema.api import payload
from schema.kernel.move import transition_mutation
from schema.kernel.mutation import mutation

_REDUCTION, _CHANGE = RecordKind.REDUCTION, RecordKind.CHANGE_REQUEST


@strawberry.type
class EndMutations:
    """What clients may change of what ends or is approved."""

    add_reduction: payload.ReductionResult = mutation(
        reduction.add_reduction, payload.ReductionPayload, Function.FILE_INTERNS
    )
    change_reduction: payload.ReductionResult = mutation(
        reduction.change_reduction, payload.ReductionPayload, Function.FILE_INTERNS
    )
    submit_reduction: payload.ReductionResult = transition_mutation(
        _REDUCTION,
        Action.SUBMIT,
        "Submit a reduction for review (J23). 提交减员申请",
        reduction.validate_on_submit,
    )
    withdraw_reduction: payload.ReductionResult = transition_mutation(
        _REDUCTION, Action.WITHDRAW, "Withdraw a reduction (X1). 撤回减员申请"
    )
    approve_reduction: payload.ReductionResult = transition_mutation(
        _REDUCTION,
        Action.APPROVE,
        "Approve a reduction: the internship has ended (J23, J39). 审核通过减员申请",
        reduction.on_approve,
    )
    return_reduction: payload.ReductionResult = transition_mutation(
        _REDUCTION, Action.RETURN, "Return a reduction, with a reason (X1). 退回减员申请"
    )
    refuse_reduction: payload.ReductionResult = transition_mutation(
        _REDUCTION, Action.REFUSE, "Refuse a reduction for good (X1). 减员申请不通过"
    )
    revoke_reduction: payload.ReductionResult = transition_mutation(
        _REDUCTION,
        Action.REVOKE,
        "Revoke a reduction: the internship goes on (X1). 撤销减员申请",
        reduction.on_revoke,
    )

    end_declaration: payload.DeclarationResult = mutation(
        end_declaration, payload.DeclarationPayload, Function.END_DECLARATIONS
    )

    confirm_clawback: payload.ClawbackResult = transition_mutation(
        RecordKind.CLAWBACK,
        Action.APPROVE,
        "Confirm a clawback that somebody else proposed (X1, X2). 确认追回",
        clawback.on_approve,
    )
    reject_clawback: payload.ClawbackResult = transition_mutation(
        RecordKind.CLAWBACK, Action.REFUSE, "Reject a clawback, with a reason (X1). 否决追回"
    )

    request_change: payload.ChangeRequestResult = mutation(
        change_request.request_change, payload.ChangeRequestPayload, Function.FILE_CHANGES
    )
    amend_change_request: payload.ChangeRequestResult = mutation(
        change_request.amend_change_request, payload.ChangeRequestPayload, Function.FILE_CHANGES
    )
    submit_change_request: payload.ChangeRequestResult = transition_mutation(
        _CHANGE,
        Action.SUBMIT,
        "Submit a change request (X16). 提交变更申请",
        change_request.validate_on_submit,
    )
    withdraw_change_request: payload.ChangeRequestResult = transition_mutation(
        _CHANGE, Action.WITHDRAW, "Withdraw a change request (X1). 撤回变更申请"
    )
    approve_change_request: payload.ChangeRequestResult = transition_mutation(
        _CHANGE,
        Action.APPROVE,
        "Approve a change: all its values count from now on (X16). 审核通过变更申请",
        change_request.on_approve,
    )
    return_change_request: payload.ChangeRequestResult = transition_mutation(
        _CHANGE, Action.RETURN, "Return a change request, with a reason (X1). 退回变更申请"
    )
    refuse_change_request: payload.ChangeRequestResult = transition_mutation(
        _CHANGE, Action.REFUSE, "Refuse a change for good (X1). 变更申请不通过"
    )

    change_remarks: payload.MonthlyReportsResult = mutation(
        change_remarks, payload.MonthlyReportsPayload, Function.FILE_REPORTS
    )
    change_staff_contact: payload.DeclarationStaffResult = mutation(
        change_staff_contact, payload.DeclarationStaffPayload, Function.FILE_DECLARATIONS
    )
