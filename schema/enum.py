"""The enums of the tables and rules, described for clients."""

import strawberry

import models
from rules.function import Function
from rules.history import Subject
from rules.refusal import Reason
from rules.viewer import Language
from rules.work import WorkDimension
from rules.workflow import Action, LineAction, RecordKind, Verdict

strawberry.enum(models.Status, description="Where a record stands (X1). 办理状态")
strawberry.enum(models.LineState, description="Where a claim's line stands (X15). 明细状态")
strawberry.enum(models.Role, description="What an account is to the programmes. 角色")
strawberry.enum(models.LegalPersonType, description="What kind of legal person. 法人类型")
strawberry.enum(models.Education, description="The highest schooling finished. 学历")
strawberry.enum(models.InternCategory, description="Which group of interns (J17). 人员类型")
strawberry.enum(models.ClaimKind, description="What a claim is for. 补贴类型")
strawberry.enum(models.ParameterStatus, description="Where a parameter stands. 参数状态")
strawberry.enum(models.RegionLevel, description="How high a region stands. 区划级别")
strawberry.enum(Reason, description="Why something was refused; the names are stable. 拒绝原因")
strawberry.enum(Function, description="What an account may do (S1). 功能")
strawberry.enum(Language, description="In which language messages are written. 语言")
strawberry.enum(Action, description="What somebody does to a record. 操作")
strawberry.enum(LineAction, description="What happens to a claim's line. 明细操作")
strawberry.enum(Verdict, description="What a reviewer decides. 审核结论")
strawberry.enum(RecordKind, description="What kind of record is worked on. 业务类别")
strawberry.enum(Subject, description="What an entry of a timeline is about. 事项类别")
strawberry.enum(WorkDimension, description="By what open work is counted. 统计维度")
