"""The enums of the tables and rules, described for clients."""

import strawberry

import models
from rules.accounts.provider_claims import SignInSubject
from rules.claims.control import Occasion
from rules.desk.export import ExportFormat, ExportList
from rules.desk.extract import ExtractFormat
from rules.desk.statistics import Dimension
from rules.desk.unmasking import PersonalField
from rules.desk.work import WorkDimension
from rules.kernel.action import Action, Verdict
from rules.kernel.finding import Control, Outcome
from rules.kernel.function import Entrance, Function
from rules.kernel.function_name import ServiceKind
from rules.kernel.history import Subject
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Reason
from rules.kernel.viewer import Language
from rules.kernel.workflow import LineAction
from rules.payment.disbursement import RowOutcome
from rules.policy.difference import Settlement

strawberry.enum(models.Status, description="Where a record stands (X1). 办理状态")
strawberry.enum(models.LineState, description="Where a claim's line stands (X15). 明细状态")
strawberry.enum(models.DifferenceState, description="What became of a difference. 差额状态")
strawberry.enum(models.BoardState, description="Where a push to the job board stands. 推送状态")
strawberry.enum(models.Announcement, description="What the job board is told. 推送内容")
strawberry.enum(models.BoardFailure, description="Why the job board has not got it. 推送失败原因")
strawberry.enum(models.Role, description="What an account is to the programmes. 角色")
strawberry.enum(models.LegalPersonType, description="What kind of legal person. 法人类型")
strawberry.enum(models.Education, description="The highest schooling finished. 学历")
strawberry.enum(models.InternCategory, description="Which group of interns (J17). 人员类型")
strawberry.enum(models.HireGroup, description="Which group a hired person is in (S4). 人员类别")
strawberry.enum(models.ClaimKind, description="What a claim is for. 补贴类型")
strawberry.enum(models.EndReason, description="Why an internship ended (J19). 减员原因")
strawberry.enum(models.Destination, description="Where an intern went (J20). 就业去向")
strawberry.enum(models.DeclarationEnd, description="Why a declaration ended (X19). 申报终止原因")
strawberry.enum(models.FactKind, description="What external facts tell of (X13). 外部数据类型")
strawberry.enum(models.QualificationKind, description="What a unit is shown to be (S4). 资质类型")
strawberry.enum(models.EnterpriseSize, description="How big an enterprise is (S4). 企业规模")
strawberry.enum(
    models.TraineeOutcome, description="Whether a trainee has completed the class (S27). 结业情况"
)
strawberry.enum(models.AccountHolder, description="In whose name an account is. 账户持有人")
strawberry.enum(models.ChangeableKind, description="What changes by request (X16). 变更对象")
strawberry.enum(models.ParameterStatus, description="Where a parameter stands. 参数状态")
strawberry.enum(models.RegionLevel, description="How high a region stands. 区划级别")
strawberry.enum(models.FileType, description="What a file is by its content. 文件格式")
strawberry.enum(models.RosterKind, description="What a roster is for (S10). 花名册类型")
strawberry.enum(models.RosterState, description="How far a check is (S10). 校验状态")
strawberry.enum(models.Beneficiary, description="Who is paid (S14). 补贴享受对象")
strawberry.enum(models.DocumentKind, description="What a file proves or states. 材料类型")
strawberry.enum(models.AttachedTo, description="What kind of record a file belongs to. 附件所属")
strawberry.enum(models.PublicityOutcome, description="What came of a publicity. 公示结果")
strawberry.enum(
    models.AccountChange, description="What administrators do to an account (X28). 账号变更"
)
strawberry.enum(models.SignInWay, description="How somebody signed in. 登录方式")
strawberry.enum(models.AccessAction, description="How somebody got at data (X9). 访问类型")
strawberry.enum(ExtractFormat, description="As what a person's data are given. 文件格式")
strawberry.enum(SignInSubject, description="As whom somebody signs in (J3). 登录身份")
strawberry.enum(models.AppealKind, description="What is wrong with an account (J2). 申诉类型")
strawberry.enum(models.AppealStatus, description="Where an appeal stands (J2). 申诉状态")
strawberry.enum(models.BatchState, description="Where a batch stands (X8). 批次状态")
strawberry.enum(models.BankFileFormat, description="In which format a bank reads. 文件格式")
strawberry.enum(models.PaymentState, description="What came of a payment (X8). 支付状态")
strawberry.enum(RowOutcome, description="What came of a row of the bank's answer. 处理结果")
strawberry.enum(models.AuditSign, description="What auditors take for a warning. 审计疑点类型")
strawberry.enum(models.FindingState, description="What came of a finding. 疑点处理状态")
strawberry.enum(
    Dimension, name="StatisticsDimension", description="By what claims are counted. 统计维度"
)
strawberry.enum(ExportList, description="What is written into a file. 导出内容")
strawberry.enum(ExportFormat, description="As what kind of file. 导出格式")
strawberry.enum(PersonalField, description="What is masked (X11). 敏感信息项")
strawberry.enum(Reason, description="Why something was refused; the names are stable. 拒绝原因")
strawberry.enum(Function, description="What an account may do (S1). 功能")
strawberry.enum(
    Entrance, description="From where one comes, and where a function is offered (S30). 入口"
)
strawberry.enum(Settlement, description="What a difference calls for (X20). 处理方式")
strawberry.enum(Language, description="In which language messages are written. 语言")
strawberry.enum(Action, description="What somebody does to a record. 操作")
strawberry.enum(LineAction, description="What happens to a claim's line. 明细操作")
strawberry.enum(Verdict, description="What a reviewer decides. 审核结论")
strawberry.enum(RecordKind, description="What kind of record is worked on. 业务类别")
strawberry.enum(Subject, description="What an entry of a timeline is about. 事项类别")
strawberry.enum(WorkDimension, description="By what open work is counted. 统计维度")
strawberry.enum(Control, description="What is looked into before somebody is paid for. 核验项目")
strawberry.enum(Outcome, description="What came of it; UNKNOWN never passes (X3). 核验结果")
strawberry.enum(Occasion, description="When the risk controls ran (X3). 核验环节")
strawberry.enum(ServiceKind, description="Whom a function serves (S3). 服务分类")
