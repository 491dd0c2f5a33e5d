"""The enums of the tables and rules, described for clients."""

import strawberry

import models
from rules.function import Function
from rules.refusal import Reason
from rules.viewer import Language
from rules.workflow import Action, LineAction

strawberry.enum(models.Status, description="Where a record stands (X1). 办理状态")
strawberry.enum(models.LineState, description="Where a claim's line stands (X15). 明细状态")
strawberry.enum(models.Role, description="What an account is to the programmes. 角色")
strawberry.enum(models.LegalPersonType, description="What kind of legal person. 法人类型")
strawberry.enum(models.Education, description="The highest schooling finished. 学历")
strawberry.enum(models.InternCategory, description="Which group of interns (J17). 人员类型")
strawberry.enum(models.ClaimKind, description="What a claim is for. 补贴类型")
strawberry.enum(models.ParameterStatus, description="Where a parameter stands. 参数状态")
strawberry.enum(models.RegionLevel, description="How high a region stands. 区划级别")
strawberry.enum(models.SignInWay, description="How somebody signed in. 登录方式")
strawberry.enum(models.AppealKind, description="What is wrong with an account (J2). 申诉类型")
strawberry.enum(models.AppealStatus, description="Where an appeal stands (J2). 申诉状态")
strawberry.enum(Reason, description="Why something was refused; the names are stable. 拒绝原因")
strawberry.enum(Function, description="What an account may do (S1). 功能")
strawberry.enum(Language, description="In which language messages are written. 语言")
strawberry.enum(Action, description="What somebody does to a record. 操作")
strawberry.enum(LineAction, description="What happens to a claim's line. 明细操作")
