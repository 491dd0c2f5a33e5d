"""The inputs: what the resolvers take, entered into the schema with a description."""

import strawberry

from resolvers.accounts.account import OperatorChange, OperatorDraft, PasswordChange
from resolvers.accounts.account_appeal import AppealDraft, AppealNumber, PersonAppealDraft
from resolvers.accounts.administration import OfficialAccount
from resolvers.accounts.appeal_evidence import EvidenceDraft, EvidenceUploads
from resolvers.accounts.appeal_settlement import (
    AccessRestoration,
    AccountRecovery,
    AppealRefusal,
    HolderCorrection,
)
from resolvers.accounts.holder_number import HolderNumber
from resolvers.accounts.passkey import NewPasskey, PasskeyAnswer, PasskeyRemoval
from resolvers.accounts.person_code import PersonRecovery
from resolvers.accounts.person_confirmation import PersonConfirmation
from resolvers.accounts.person_registration import PersonRegistration
from resolvers.accounts.proof_renewal import PasswordProof, Proof
from resolvers.accounts.provider_sign_in import ProviderReturn, ProviderSignIn
from resolvers.accounts.recovery_stop import RecoveryStop
from resolvers.accounts.second_factor import SignInCompletion, TotpBegin, TotpCode
from resolvers.accounts.session import Credentials, Refresh, SessionEnd
from resolvers.accounts.sign_in_ticket import TicketApproval, TicketSecret
from resolvers.accounts.sms_code import CodeProof, PersonCodeRequest
from resolvers.accounts.unit_registration import UnitRegistration
from resolvers.claims.claim_line_selection import LineChoice, LineFilter, WhichLines
from resolvers.claims.claim_review import LineStrike
from resolvers.claims.claim_search import ClaimSearch
from resolvers.desk.audit_finding import FindingSearch
from resolvers.desk.statistics import StatisticsFilter
from resolvers.desk.unmask import Unmask
from resolvers.facts.fact_call import FactsDraft
from resolvers.files.attachment import AttachmentDraft, AttachmentRemoval
from resolvers.files.upload import FileDraft, UploadDraft
from resolvers.hiring.hire_claim import RosterClaimChange, RosterClaimDraft
from resolvers.hiring.hire_entry import RosterPersonDraft
from resolvers.internship.applicant import ApplicantCall, ApplicantsRefresh
from resolvers.internship.change_request import Change, ChangeAmendment, ChangeDraft
from resolvers.internship.declaration import (
    DeclarationChange,
    DeclarationDraft,
    DeclarationFigures,
    StaffDraft,
)
from resolvers.internship.declaration_end import DeclarationEnding
from resolvers.internship.intern import InternChange, InternDraft, InternDrafts, InternTerms
from resolvers.internship.intern_change import InternRevision
from resolvers.internship.living_allowance import LivingAllowanceChange, LivingAllowanceDraft
from resolvers.internship.mentoring import MentoringChange, MentoringDraft
from resolvers.internship.monthly_report import MonthOfReports, ReportRow
from resolvers.internship.post import PostChange, PostDraft
from resolvers.internship.reduction import (
    CouldNotComplete,
    Employed,
    ReductionChange,
    ReductionDraft,
    ReductionTerms,
    TermCompleted,
    WhyItEnded,
)
from resolvers.kernel.review import Choice, Review, ReviewFilter
from resolvers.kernel.workflow import Decision, Decisions, ReasonedDecision, ReasonedDecisions
from resolvers.payment.batch_export import BatchExportDraft
from resolvers.payment.batch_import import BankAnswer, BankAnswerRow
from resolvers.payment.calendar_year import CalendarYearDraft, SpecialDay
from resolvers.payment.claim_line_return import LineReadmission, LineReturn
from resolvers.payment.clawback import ClawbackDraft, Recovery
from resolvers.payment.disbursement import BatchCancellation, BatchDraft
from resolvers.payment.line_account import LineAccountConfirmation, LineAccountDraft
from resolvers.payment.objection import ObjectionDraft, ObjectionNumber, ObjectionSettlement
from resolvers.payment.offline_payment import OfflinePayment
from resolvers.payment.publicity import PublicityDraft
from resolvers.payment.publicity_result import PublicityFailure, PublicityPass
from resolvers.payment.receipt import ReceiptDraft
from resolvers.policy.parameter import ParameterDraft
from resolvers.rosters.roster import RosterChoice, RosterDraft
from resolvers.training.completion_review import ClassCompletion
from resolvers.training.control_override import ControlOverride
from resolvers.training.course import CourseDraft
from resolvers.training.score import TraineeScore, TraineeScores
from resolvers.training.score_sheet import ScoreSheetChoice
from resolvers.training.trainee import TraineeDraft, TraineeRemoval
from resolvers.training.trainee_roster import ClassRosterChoice
from resolvers.training.training_claim import TrainingClaimChange, TrainingClaimDraft
from resolvers.training.training_class import TrainingClassChange, TrainingClassDraft
from resolvers.units.bank_account import BankAccountChange, BankAccountDraft
from resolvers.units.contact import Remarks, StaffContact
from resolvers.units.person import BasicInformation, PersonLookUp
from resolvers.units.qualification import (
    Licence,
    QualificationChange,
    QualificationContent,
    QualificationDraft,
)
from resolvers.units.unit import UnitProfile, UnitStanding
from resolvers.units.verification import UnitVerification

_INPUTS: tuple[tuple[type, str], ...] = (
    (Credentials, "An account's name and password. 登录凭据"),
    (SignInCompletion, "The second step of a sign-in (J3). 完成登录"),
    (TotpBegin, "One's password, to add an authenticator (J3). 绑定验证器"),
    (PasswordProof, "One's password and, with a second factor, its code (J3). 密码验证"),
    (NewPasskey, "A passkey that the browser made (J3). 通行密钥"),
    (PasskeyRemoval, "Which passkey is removed (J3). 通行密钥"),
    (PasskeyAnswer, "What a passkey answered (J3). 通行密钥应答"),
    (TotpCode, "A code of the authenticator (J3). 验证码"),
    (Refresh, "A refresh token. 刷新令牌"),
    (PersonCodeRequest, "To whose mobile on file a code is sent (J2, X18). 短信验证码申请"),
    (CodeProof, "A code that came to the mobile on file (X18). 短信验证码"),
    (PersonRecovery, "A code that came to the mobile on file, and a new password (J2). 短信找回"),
    (SessionEnd, "Which of one's own sessions is ended (J3). 结束会话"),
    (ProviderSignIn, "Where to sign in elsewhere, and as whom (J3). 统一身份认证申请"),
    (ProviderReturn, "What came back from the sign-in elsewhere (J3). 统一身份认证返回"),
    (TicketApproval, "The QR code that was scanned (J4). 扫码确认"),
    (TicketSecret, "The secret of a ticket (J4). 领取凭据"),
    (UnitRegistration, "A unit that registers itself, and its legal person (J1). 法人注册内容"),
    (PersonRegistration, "A person who opens their own account (J16). 个人注册内容"),
    (OfficialAccount, "An official who is to have an account (X28). 工作人员账号内容"),
    (OperatorDraft, "Who acts for the unit from now on (J3). 经办人内容"),
    (OperatorChange, "Whether and how an operator may sign in (J3). 经办人修改"),
    (HolderNumber, "Whose an official's account is (X2). 持有人号码"),
    (PasswordChange, "One's present password and the next (J3). 密码修改"),
    (AppealDraft, "Which unit's account is in trouble, and how (J2). 申诉内容"),
    (PersonAppealDraft, "Who lost their own account, and what is wrong (J2). 个人账号申诉内容"),
    (AppealNumber, "The number of an appeal (J2). 申诉编号"),
    (EvidenceDraft, "A file that is to prove an appeal, and its number (J2). 证据上传申请"),
    (EvidenceUploads, "Which files prove an appeal, and its number (J2). 申诉证据"),
    (AccountRecovery, "An appeal's number, the officer's code, a new password (J2). 找回账号"),
    (PersonConfirmation, "What an identity card says, and whose account it is (X18). 核实身份内容"),
    (AccessRestoration, "Which account is given back (J2). 恢复账号内容"),
    (HolderCorrection, "Who holds the unit now, and which account is theirs (J2). 更正持有人内容"),
    (RecoveryStop, "Which recovery of an account the holder stops (X18). 终止恢复账号内容"),
    (AppealRefusal, "Which appeal is refused, and why (J2). 不予受理内容"),
    (UnitVerification, "Which unit is who it claims to be, and what showed it. 核实单位内容"),
    (UnitProfile, "What a unit tells of itself (J6). 单位信息"),
    (StaffDraft, "A member of the staff dedicated to interns (J8). 专职人员"),
    (DeclarationDraft, "What a unit declares (J8). 申报内容"),
    (DeclarationChange, "What a declaration is to say from now on (J9). 申报修改"),
    (PostDraft, "What a post is (J10). 岗位内容"),
    (PostChange, "What a post is to be from now on (J10). 岗位修改"),
    (ApplicantCall, "Which applicant the unit wants to call (J13). 联系人员"),
    (ApplicantsRefresh, "Which post's applicants are fetched anew (J13). 刷新推送人员的岗位"),
    (PersonLookUp, "Whom a unit looks for, by full number and name (J15). 人员查询条件"),
    (BasicInformation, "What a person tells of themself (J16). 就业基本信息"),
    (InternTerms, "On what terms an intern works. 见习安排"),
    (InternDraft, "Who becomes an intern, on what terms (J15). 见习人员内容"),
    (InternDrafts, "Who become interns, row by row (J15). 批量见习人员内容"),
    (InternChange, "On what terms an intern works from now on. 见习人员修改"),
    (ReportRow, "One intern's figures of a month (J25). 月报明细"),
    (MonthOfReports, "A month's figures of a unit's interns (J25). 整月月报"),
    (LivingAllowanceDraft, "What a living-allowance claim asks (J30, J32). 生活费补贴申报内容"),
    (LivingAllowanceChange, "What a claim is to ask from now on. 生活费补贴申报修改"),
    (MentoringDraft, "What a mentoring claim asks (J36). 带教补贴申报内容"),
    (MentoringChange, "What a mentoring claim is to ask from now on. 带教补贴申报修改"),
    (RosterClaimDraft, "From which rosters' passed rows is claimed (S11). 花名册申报内容"),
    (RosterClaimChange, "What such a claim is to ask from now on. 花名册申报修改"),
    (TrainingClaimDraft, "Which class's trainees are claimed for (S25). 培训补贴申报内容"),
    (TrainingClaimChange, "What such a claim is to ask from now on. 培训补贴申报修改"),
    (LineStrike, "Which line is struck, and why (X15). 剔除明细"),
    (BankAccountDraft, "An account of the unit's own (J32). 银行账户内容"),
    (BankAccountChange, "What changes of an account (J32). 银行账户修改"),
    (ParameterDraft, "A figure of policy (X6). 政策参数内容"),
    (FileDraft, "A file that is about to be sent: its name and size. 文件"),
    (RosterDraft, "A file of persons that is to be checked (S10). 人员花名册"),
    (RosterPersonDraft, "A person who is entered by form, as a roster's row (S13). 单人录入内容"),
    (RosterChoice, "Which roster (S10). 花名册"),
    (ClassRosterChoice, "Which roster's passed rows are taken over (S23, S27). 学员花名册、成绩表"),
    (ScoreSheetChoice, "Of which class (S27). 培训班"),
    (UploadDraft, "A file that is about to be sent. 上传申请"),
    (AttachmentDraft, "Which uploads belong to which record, as what (J8). 附件内容"),
    (AttachmentRemoval, "Which attachment is taken off its record. 附件删除"),
    (Employed, "Found employment, and where (J20). 完成就业"),
    (TermCompleted, "Completed the term (J21). 见习期满"),
    (CouldNotComplete, "Could not complete it, and why (J22). 因故无法完成见习"),
    (ReductionTerms, "Which day is the last, and why. 减员内容"),
    (ReductionDraft, "Whose internship ends, when and why (J19). 减员申请内容"),
    (ReductionChange, "What a reduction is to say from now on. 减员申请修改"),
    (DeclarationEnding, "Which declaration ends, when and why (X19). 终止申报"),
    (
        UnitStanding,
        "What a unit is, but for contact data; another name takes a document, attached before the "
        "request is submitted (J7, X16). 单位变更内容（更名须附证明材料）",
    ),
    (
        DeclarationFigures,
        "What a declaration is to say, and its staff (J7). 申报变更内容",
    ),
    (InternRevision, "On what terms an approved intern is to work (J40). 见习安排变更内容"),
    (ChangeDraft, "What is to change, and why (X16). 变更申请内容"),
    (
        ChangeAmendment,
        "What a change request is to ask; what is left out stays. 变更申请修改",
    ),
    (FactsDraft, "Facts of one kind, as a file would have them (X13). 外部数据报送内容"),
    (Licence, "An agency's licence, by its number (S12). 人力资源服务许可证"),
    (QualificationDraft, "What a unit is, from when to when (S4, S12). 单位资质内容"),
    (QualificationChange, "What a qualification is to say from now on. 单位资质修改"),
    (TraineeDraft, "Whom a class takes in, by full ID number and name (S23). 学员内容"),
    (TraineeRemoval, "Who is taken out of their class (S23). 移出学员"),
    (ControlOverride, "Which control is set aside for a trainee, and why (X3). 风险核验放行"),
    (TraineeScore, "A trainee's score, or that they were absent (S28). 学员成绩"),
    (TraineeScores, "Scores of trainees; all of them or none (S28). 批量成绩"),
    (ClassCompletion, "Which class is completed (S27). 班级结业"),
    (CourseDraft, "An online course, and after which edition (S20). 线上培训项目内容"),
    (TrainingClassDraft, "A class for a course, from when to when (S22). 开班内容"),
    (TrainingClassChange, "What a class is to be from now on. 培训班修改"),
    (Remarks, "A report's remarks (X16). 月报备注"),
    (StaffContact, "How a member of the staff is reached (X16). 专职人员联系电话"),
    (BatchDraft, "Which payable lines are paid together (X8). 发放批次内容"),
    (BatchCancellation, "Which batch does not go to the bank, and why. 取消批次"),
    (BatchExportDraft, "Which batch is written for the bank, in which format. 导出批次"),
    (BankAnswerRow, "A row as the bank wrote it; its texts are read here. 银行结果明细"),
    (BankAnswer, "What the bank answered of which batch (X8). 银行结果"),
    (OfflinePayment, "Which lines were paid outside the system, when (S19). 标记发放"),
    (LineReturn, "Which payable line goes back to review, and why. 退回明细"),
    (
        LineReadmission,
        "Which line that was sent back is payable after all, or whose person is readmitted, and "
        "why. 恢复待发放、恢复申报资格",
    ),
    (ClawbackDraft, "How much of what a line was paid is to come back, and why. 追回内容"),
    (LineAccountDraft, "Into which account a line is to be paid instead (X8). 更正收款账户内容"),
    (LineAccountConfirmation, "Whose named account is confirmed (X8). 确认收款账户"),
    (Recovery, "How much came back of which clawback (X8). 追回到账内容"),
    (ReceiptDraft, "Whether the money of which line arrived. 到账确认内容"),
    (ClaimSearch, "For whom claims are looked for, by full number (S27). 补贴查询条件"),
    (StatisticsFilter, "Which claims and lines are counted (item 10). 统计筛选"),
    (Unmask, "Of which record what is looked at, and why (X11). 查看敏感信息"),
    (FindingSearch, "In which unit signs are looked for (X14). 疑点排查范围"),
    (Decision, "Which record, in the version that was read (X12). 办理对象"),
    (ReasonedDecision, "Which record, in the version that was read, and why. 办理对象及原因"),
    (Decisions, "Which records; all of them or none. 批量办理对象"),
    (ReasonedDecisions, "Which records, and why; all of them or none. 批量办理对象及原因"),
    (Choice, "Which record, in the version that was read, and a reason of its own. 审核对象"),
    (SpecialDay, "A holiday, or a day that makes up for one (X7). 节假日或调休"),
    (CalendarYearDraft, "A year's holidays and make-up days (X7). 工作日历内容"),
    (LineChoice, "Which line, in the version that was read (X12). 明细"),
    (LineFilter, "Which lines are meant, and how many (S16). 明细筛选条件"),
    (PublicityDraft, "What is published, from when until when (S17). 公示内容"),
    (PublicityPass, "Which lines' publicity has passed (S18). 公示通过"),
    (PublicityFailure, "Which lines' publicity has failed, and why (S18). 公示不通过"),
    (ObjectionDraft, "To what somebody objects, why, and whom to ask (X7). 异议内容"),
    (ObjectionNumber, "The number that was given out (X7). 异议编号"),
    (ObjectionSettlement, "Which objection is upheld or dismissed, and why (X7). 异议处理"),
    (ReviewFilter, "Which records are meant, and how many (S16). 审核筛选条件"),
    (Review, "What is decided, on which records, and why; each by itself. 批量审核"),
)

_ONE_OF: tuple[tuple[type, str], ...] = (
    (Proof, "By what one proves again who one is (J3). 再次验证"),
    (WhyItEnded, "One of the three reasons, with what it takes (J20-J22). 减员原因"),
    (WhichLines, "Lines by name, of claims, of a publicity, or by a filter (S16). 明细选择"),
    (Change, "The one record that is to change (X16). 变更对象"),
    (QualificationContent, "One kind of qualification, with what it takes (S4, S12). 资质内容"),
)

for _shape, _description in _INPUTS:
    strawberry.input(_shape, name=f"{_shape.__name__}Input", description=_description)
for _shape, _description in _ONE_OF:
    _name = f"{_shape.__name__}Input"
    strawberry.input(_shape, name=_name, description=_description, one_of=True)
