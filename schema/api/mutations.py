"""What clients may change."""

import strawberry

from resolvers.claims import claim_review
from resolvers.internship import (
    declaration,
    intern,
    monthly_report,
    post_publication,
)
from resolvers.internship.post import add_post, change_post
from resolvers.kernel.workflow import no_hook
from resolvers.policy.parameter import approve_parameter, propose_parameter, refuse_parameter
from resolvers.units.bank_account import add_bank_account, change_bank_account
from resolvers.units.person import complete_information, look_up_person
from resolvers.units.unit import complete_unit_profile
from rules.kernel.function import Function
from rules.kernel.workflow import Action, RecordKind
from schema.accounts.account_mutations import AccountMutation
from schema.accounts.mutations_grant import GrantMutations
from schema.api import input, payload  # noqa: F401 - the inputs enter with their descriptions
from schema.claims.mutations_claims import ClaimMutations
from schema.desk.mutations_across import AcrossMutations
from schema.desk.mutations_desk import DeskMutations
from schema.facts.mutations_facts import FactMutations
from schema.files.mutations_files import FileMutations
from schema.internship.mutations_board import BoardMutations
from schema.internship.mutations_end import EndMutations
from schema.kernel.move import report_transition_mutation, transition_mutation
from schema.kernel.mutation import mutation
from schema.payment.mutations_disbursement import DisbursementMutations
from schema.payment.mutations_publicity import PublicityMutations
from schema.policy.mutations_difference import DifferenceMutations
from schema.rosters.mutations_roster import RosterMutations
from schema.training.mutations_class_roster import ClassRosterMutations
from schema.training.mutations_completion import CompletionMutations
from schema.training.mutations_trainee import TraineeMutations
from schema.training.mutations_training_class import TrainingClassMutations
from schema.units.mutations_qualification import QualificationMutations


@strawberry.type(description="What clients may change. 办理")
class Mutation(
    AccountMutation,
    AcrossMutations,
    BoardMutations,
    ClaimMutations,
    CompletionMutations,
    DeskMutations,
    DifferenceMutations,
    DisbursementMutations,
    EndMutations,
    FactMutations,
    FileMutations,
    GrantMutations,
    PublicityMutations,
    QualificationMutations,
    RosterMutations,
    TraineeMutations,
    TrainingClassMutations,
    ClassRosterMutations,
):
    """What clients may change."""

    complete_unit_profile: payload.UnitResult = mutation(
        complete_unit_profile, payload.UnitPayload, Function.MAINTAIN_UNIT
    )

    create_declaration: payload.DeclarationResult = mutation(
        declaration.create_declaration, payload.DeclarationPayload, Function.FILE_DECLARATIONS
    )
    change_declaration: payload.DeclarationResult = mutation(
        declaration.change_declaration, payload.DeclarationPayload, Function.FILE_DECLARATIONS
    )
    submit_declaration: payload.DeclarationResult = transition_mutation(
        RecordKind.DECLARATION,
        Action.SUBMIT,
        "Submit the declaration for review (J9). 提交申报",
        declaration.validate_on_submit,
    )
    withdraw_declaration: payload.DeclarationResult = transition_mutation(
        RecordKind.DECLARATION, Action.WITHDRAW, "Withdraw the declaration (X1). 撤回申报"
    )
    approve_declaration: payload.DeclarationResult = transition_mutation(
        RecordKind.DECLARATION,
        Action.APPROVE,
        "Approve a declaration (J9). 审核通过申报",
        post_publication.publish_posts,
    )
    return_declaration: payload.DeclarationResult = transition_mutation(
        RecordKind.DECLARATION, Action.RETURN, "Return a declaration, with a reason (J9). 退回申报"
    )
    revoke_declaration: payload.DeclarationResult = transition_mutation(
        RecordKind.DECLARATION,
        Action.REVOKE,
        "Revoke an approval, with a reason (X1). 撤销申报",
        post_publication.unpublish_posts,
    )

    add_post: payload.PostResult = mutation(add_post, payload.PostPayload, Function.FILE_POSTS)
    change_post: payload.PostResult = mutation(
        change_post, payload.PostPayload, Function.FILE_POSTS
    )
    submit_post: payload.PostResult = transition_mutation(
        RecordKind.POST, Action.SUBMIT, "Submit a returned post again (X1). 提交岗位"
    )
    withdraw_post: payload.PostResult = transition_mutation(
        RecordKind.POST, Action.WITHDRAW, "Withdraw a post (X1). 撤回岗位"
    )
    approve_post: payload.PostResult = transition_mutation(
        RecordKind.POST, Action.APPROVE, "Approve a post, where posts are reviewed (X1). 通过岗位"
    )
    return_post: payload.PostResult = transition_mutation(
        RecordKind.POST, Action.RETURN, "Return a post, with a reason (X1). 退回岗位"
    )
    refuse_post: payload.PostResult = transition_mutation(
        RecordKind.POST, Action.REFUSE, "Refuse a post for good (X1). 岗位不通过"
    )
    revoke_post: payload.PostResult = transition_mutation(
        RecordKind.POST, Action.REVOKE, "Revoke a post's approval (X1). 撤销岗位"
    )

    look_up_person: payload.PersonResult = mutation(
        look_up_person, payload.PersonPayload, Function.LOOK_UP_PERSONS
    )
    complete_information: payload.PersonResult = mutation(
        complete_information, payload.PersonPayload, Function.COMPLETE_INFORMATION
    )

    add_intern: payload.InternResult = mutation(
        intern.add_intern, payload.InternPayload, Function.FILE_INTERNS
    )
    change_intern: payload.InternResult = mutation(
        intern.change_intern, payload.InternPayload, Function.FILE_INTERNS
    )
    submit_intern: payload.InternResult = transition_mutation(
        RecordKind.INTERN,
        Action.SUBMIT,
        "Submit an intern for review (J18). 提交见习人员",
        intern.reserve_internship_slot,
    )
    withdraw_intern: payload.InternResult = transition_mutation(
        RecordKind.INTERN,
        Action.WITHDRAW,
        "Withdraw an intern (X1). 撤回见习人员",
        intern.release_internship_slot,
    )
    approve_intern: payload.InternResult = transition_mutation(
        RecordKind.INTERN,
        Action.APPROVE,
        "Approve an intern (J18). 审核通过见习人员",
        intern.reserve_internship_slot,
    )
    return_intern: payload.InternResult = transition_mutation(
        RecordKind.INTERN, Action.RETURN, "Return an intern, with a reason (J18). 退回见习人员"
    )
    refuse_intern: payload.InternResult = transition_mutation(
        RecordKind.INTERN,
        Action.REFUSE,
        "Refuse an intern for good (J18). 见习人员不通过",
        intern.release_internship_slot,
    )
    revoke_intern: payload.InternResult = transition_mutation(
        RecordKind.INTERN,
        Action.REVOKE,
        "Revoke an intern's approval (X1). 撤销见习人员",
        intern.validate_on_revoke,
    )

    save_monthly_reports: payload.MonthlyReportsResult = mutation(
        monthly_report.save_monthly_reports, payload.MonthlyReportsPayload, Function.FILE_REPORTS
    )
    submit_monthly_reports: payload.MonthlyReportsResult = report_transition_mutation(
        Action.SUBMIT, "Submit reports for review (J28). 提交月报", monthly_report.on_submit
    )
    withdraw_monthly_reports: payload.MonthlyReportsResult = report_transition_mutation(
        Action.WITHDRAW,
        "Withdraw reports (X1). 撤回月报",
        monthly_report.build_held_report_guard(Action.WITHDRAW),
    )
    approve_monthly_reports: payload.MonthlyReportsResult = report_transition_mutation(
        Action.APPROVE, "Approve reports (J28). 审核通过月报", no_hook
    )
    return_monthly_reports: payload.MonthlyReportsResult = report_transition_mutation(
        Action.RETURN,
        "Return reports, with a reason (J28). 退回月报",
        monthly_report.build_held_report_guard(Action.RETURN),
    )
    revoke_monthly_reports: payload.MonthlyReportsResult = report_transition_mutation(
        Action.REVOKE,
        "Revoke approvals, with a reason (J38). 撤销月报",
        monthly_report.build_held_report_guard(Action.REVOKE),
    )

    add_bank_account: payload.BankAccountResult = mutation(
        add_bank_account, payload.BankAccountPayload, Function.MAINTAIN_BANK_ACCOUNTS
    )
    change_bank_account: payload.BankAccountResult = mutation(
        change_bank_account, payload.BankAccountPayload, Function.MAINTAIN_BANK_ACCOUNTS
    )

    submit_claim: payload.ClaimResult = transition_mutation(
        RecordKind.CLAIM,
        Action.SUBMIT,
        "Submit a claim for review (J33). 提交补贴申报",
        claim_review.on_submit,
    )
    withdraw_claim: payload.ClaimResult = transition_mutation(
        RecordKind.CLAIM,
        Action.WITHDRAW,
        "Withdraw a claim (X1, X15). 撤回补贴申报",
        claim_review.release_claims,
    )
    approve_claim: payload.ClaimResult = transition_mutation(
        RecordKind.CLAIM,
        Action.APPROVE,
        "Approve a claim (X1, X6). 审核通过补贴申报",
        claim_review.on_approve,
    )
    return_claim: payload.ClaimResult = transition_mutation(
        RecordKind.CLAIM, Action.RETURN, "Return a claim, with a reason (X1). 退回补贴申报"
    )
    refuse_claim: payload.ClaimResult = transition_mutation(
        RecordKind.CLAIM,
        Action.REFUSE,
        "Refuse a claim for good (X1, X15). 补贴申报不通过",
        claim_review.release_claims,
    )
    revoke_claim: payload.ClaimResult = transition_mutation(
        RecordKind.CLAIM,
        Action.REVOKE,
        "Revoke a claim's approval (X1). 撤销补贴申报",
        claim_review.on_revoke,
    )
    strike_claim_line: payload.ClaimLineResult = mutation(
        claim_review.strike_claim_line, payload.ClaimLinePayload, Function.REVIEW_CLAIMS
    )

    propose_parameter: payload.ParameterResult = mutation(
        propose_parameter, payload.ParameterPayload, Function.PROPOSE_PARAMETERS
    )
    approve_parameter: payload.ParameterResult = mutation(
        approve_parameter, payload.ParameterPayload, Function.DECIDE_PARAMETERS
    )
    refuse_parameter: payload.ParameterResult = mutation(
        refuse_parameter, payload.ParameterPayload, Function.DECIDE_PARAMETERS
    )
