"""What clients may change of units' qualifications (S4, S12)."""

import strawberry

from resolvers.units import qualification
from rules.kernel.function import Function
from rules.kernel.workflow import Action, RecordKind
from schema.api import payload
from schema.kernel.move import transition_mutation
from schema.kernel.mutation import mutation

_KIND = RecordKind.QUALIFICATION


@strawberry.type
class QualificationMutations:
    """What clients may change of units' qualifications."""

    add_qualification: payload.QualificationResult = mutation(
        qualification.add_qualification, payload.QualificationPayload, Function.FILE_QUALIFICATIONS
    )
    change_qualification: payload.QualificationResult = mutation(
        qualification.change_qualification,
        payload.QualificationPayload,
        Function.FILE_QUALIFICATIONS,
    )
    submit_qualification: payload.QualificationResult = transition_mutation(
        _KIND,
        Action.SUBMIT,
        "Submit a qualification for review (S4, S12). 提交单位资质",
        qualification.refuse_overlap,
    )
    withdraw_qualification: payload.QualificationResult = transition_mutation(
        _KIND, Action.WITHDRAW, "Withdraw a qualification (X1). 撤回单位资质"
    )
    approve_qualification: payload.QualificationResult = transition_mutation(
        _KIND,
        Action.APPROVE,
        "Approve a qualification: it holds on its days (S4, S12). 审核通过单位资质",
        qualification.refuse_overlap,
    )
    return_qualification: payload.QualificationResult = transition_mutation(
        _KIND, Action.RETURN, "Return a qualification, with a reason (X1). 退回单位资质"
    )
    refuse_qualification: payload.QualificationResult = transition_mutation(
        _KIND, Action.REFUSE, "Refuse a qualification for good (X1). 单位资质不通过"
    )
    revoke_qualification: payload.QualificationResult = transition_mutation(
        _KIND, Action.REVOKE, "Revoke a qualification: it holds no more (X1). 撤销单位资质"
    )
