"""What clients may change of internships beyond what each kind of record offers."""

import strawberry

from resolvers.internship.applicant import call_applicant, refresh_applicants
from resolvers.internship.board import retry_board_push
from resolvers.internship.declaration_end import end_declaration
from resolvers.internship.intern import add_interns
from resolvers.units.contact import change_remarks, change_staff_contact
from rules.kernel.function import Function
from schema.internship.board import (
    ApplicantCallPayload,
    ApplicantCallResult,
    BoardPushPayload,
    BoardPushResult,
)
from schema.internship.change_request import ChangeRequestMutations
from schema.internship.declaration import (
    DeclarationMutations,
    DeclarationPayload,
    DeclarationResult,
    DeclarationStaffPayload,
    DeclarationStaffResult,
)
from schema.internship.intern import InternMutations, InternsPayload, InternsResult
from schema.internship.monthly_report import (
    MonthlyReportMutations,
    MonthlyReportsPayload,
    MonthlyReportsResult,
)
from schema.internship.post import PostMutations, PostPayload, PostResult
from schema.internship.reduction import ReductionMutations
from schema.kernel.mutation import mutation


@strawberry.type
class InternshipMutations:
    """What clients may change of internships beyond what each kind of record offers."""

    retry_board_push: BoardPushResult = mutation(
        retry_board_push, BoardPushPayload, Function.RETRY_BOARD_PUSHES
    )
    refresh_applicants: PostResult = mutation(refresh_applicants, PostPayload, Function.FILE_POSTS)
    call_applicant: ApplicantCallResult = mutation(
        call_applicant, ApplicantCallPayload, Function.FILE_POSTS
    )

    end_declaration: DeclarationResult = mutation(
        end_declaration, DeclarationPayload, Function.END_DECLARATIONS
    )

    add_interns: InternsResult = mutation(add_interns, InternsPayload, Function.FILE_INTERNS)

    change_remarks: MonthlyReportsResult = mutation(
        change_remarks, MonthlyReportsPayload, Function.FILE_REPORTS
    )
    change_staff_contact: DeclarationStaffResult = mutation(
        change_staff_contact, DeclarationStaffPayload, Function.FILE_DECLARATIONS
    )


MUTATIONS = (
    InternshipMutations,
    DeclarationMutations,
    PostMutations,
    InternMutations,
    MonthlyReportMutations,
    ReductionMutations,
    ChangeRequestMutations,
)
