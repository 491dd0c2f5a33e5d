"""What a mutation answers: the record, or one of the ways to say no."""

from typing import Any

import strawberry

from schema.accounts.viewer import SessionPayload, SignOutPayload
from schema.claims.claim import Claim, ClaimLine
from schema.files.attachment import AttachmentsPayload, DetachmentPayload, UploadPayload
from schema.internship.board import BoardPush
from schema.internship.change_request import ChangeRequest
from schema.internship.declaration import Declaration, DeclarationStaff
from schema.internship.intern import Intern
from schema.internship.monthly_report import MonthlyReport
from schema.internship.post import Post
from schema.internship.reduction import Reduction
from schema.kernel.binding import column
from schema.kernel.mutation import build_result_union
from schema.payment.clawback import Clawback
from schema.policy.parameter import Parameter
from schema.training.completion import Completion
from schema.training.course import Course
from schema.training.trainee import Trainee
from schema.training.training_class import TrainingClass
from schema.units.bank_account import BankAccount
from schema.units.person import Person
from schema.units.qualification import Qualification
from schema.units.unit import Unit


@strawberry.type(description="The unit as it is now. 单位")
class UnitPayload:
    """The unit as it is now."""

    unit: Unit = column("The unit. 单位")


@strawberry.type(description="The declaration as it is now. 就业见习申报")
class DeclarationPayload:
    """The declaration as it is now."""

    declaration: Declaration = column("The declaration. 就业见习申报")


@strawberry.type(description="The post as it is now. 岗位")
class PostPayload:
    """The post as it is now."""

    post: Post = column("The post. 岗位")


@strawberry.type(description="The person on file. 人员")
class PersonPayload:
    """The person on file."""

    person: Person = column("The person. 人员")


@strawberry.type(description="The intern as it is now. 见习人员")
class InternPayload:
    """The intern as it is now."""

    intern: Intern = column("The intern. 见习人员")


@strawberry.type(description="The reports as they are now, in the order of the input. 月报")
class MonthlyReportsPayload:
    """The reports as they are now."""

    monthly_reports: list[MonthlyReport] = column("The reports. 月报")


@strawberry.type(description="The claim as it is now. 补贴申报")
class ClaimPayload:
    """The claim as it is now."""

    claim: Claim = column("The claim. 补贴申报")


@strawberry.type(description="The line as it is now. 补贴明细")
class ClaimLinePayload:
    """The line as it is now."""

    line: ClaimLine = column("The line. 补贴明细")


@strawberry.type(description="The bank account as it is now. 银行账户")
class BankAccountPayload:
    """The bank account as it is now."""

    bank_account: BankAccount = column("The account. 银行账户")


@strawberry.type(description="The parameter as it is now. 政策参数")
class ParameterPayload:
    """The parameter as it is now."""

    parameter: Parameter = column("The parameter. 政策参数")


@strawberry.type(description="The push to the job board as it is now. 岗位推送")
class BoardPushPayload:
    """The push to the job board as it is now."""

    board_push: BoardPush = column("The push. 岗位推送")


@strawberry.type(description="The reduction as it is now. 减员申请")
class ReductionPayload:
    """The reduction as it is now."""

    reduction: Reduction = column("The reduction. 减员申请")


@strawberry.type(description="The clawback as it is now. 追回")
class ClawbackPayload:
    """The clawback as it is now."""

    clawback: Clawback = column("The clawback. 追回")


@strawberry.type(description="The change request as it is now. 变更申请")
class ChangeRequestPayload:
    """The change request as it is now."""

    change_request: ChangeRequest = column("The change request. 变更申请")


@strawberry.type(description="The qualification as it is now. 单位资质")
class QualificationPayload:
    """The qualification as it is now."""

    qualification: Qualification = column("The qualification. 单位资质")


@strawberry.type(description="The completion as it is now. 班级结业申请")
class CompletionPayload:
    """The completion as it is now."""

    completion: Completion = column("The completion. 班级结业申请")


@strawberry.type(description="The trainee as they are now. 学员")
class TraineePayload:
    """The trainee as they are now."""

    trainee: Trainee = column("The trainee. 学员")


@strawberry.type(description="The trainees as they are now, in the order of the input. 学员")
class TraineesPayload:
    """The trainees as they are now."""

    trainees: list[Trainee] = column("The trainees. 学员")


@strawberry.type(description="The edition as it was entered. 线上培训项目")
class CoursePayload:
    """The edition as it was entered."""

    course: Course = column("The edition. 线上培训项目")


@strawberry.type(description="The class as it is now. 培训班")
class TrainingClassPayload:
    """The class as it is now."""

    training_class: TrainingClass = column("The class. 培训班")


@strawberry.type(description="The member of the staff as they are now. 专职人员")
class DeclarationStaffPayload:
    """The member of the staff as they are now."""

    staff: DeclarationStaff = column("The member of the staff. 专职人员")


def _build_result(payload: type) -> Any:
    return build_result_union(payload, payload.__name__.replace("Payload", "Result"))


SessionResult = _build_result(SessionPayload)
SignOutResult = _build_result(SignOutPayload)
UnitResult = _build_result(UnitPayload)
DeclarationResult = _build_result(DeclarationPayload)
PostResult = _build_result(PostPayload)
PersonResult = _build_result(PersonPayload)
InternResult = _build_result(InternPayload)
MonthlyReportsResult = _build_result(MonthlyReportsPayload)
ClaimResult = _build_result(ClaimPayload)
ClaimLineResult = _build_result(ClaimLinePayload)
BankAccountResult = _build_result(BankAccountPayload)
ParameterResult = _build_result(ParameterPayload)
BoardPushResult = _build_result(BoardPushPayload)
AttachmentsResult = _build_result(AttachmentsPayload)
DetachmentResult = _build_result(DetachmentPayload)
UploadResult = _build_result(UploadPayload)
ReductionResult = _build_result(ReductionPayload)
ClawbackResult = _build_result(ClawbackPayload)
ChangeRequestResult = _build_result(ChangeRequestPayload)
QualificationResult = _build_result(QualificationPayload)
TraineeResult = _build_result(TraineePayload)
TraineesResult = _build_result(TraineesPayload)
CompletionResult = _build_result(CompletionPayload)
CourseResult = _build_result(CoursePayload)
TrainingClassResult = _build_result(TrainingClassPayload)
DeclarationStaffResult = _build_result(DeclarationStaffPayload)
