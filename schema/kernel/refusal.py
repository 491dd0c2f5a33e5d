"""How clients are told no: typed, in their language, with what would cure it."""

from collections.abc import Sequence

import strawberry
from strawberry.types.field import StrawberryField

from resolvers.kernel.context import Info
from resolvers.kernel.refused_access import REFUSED_ACCESS
from rules.accounts.permission import Forbidden as ForbiddenError
from rules.kernel import refusal as rules
from rules.kernel.function import Function
from rules.kernel.refusal import Reason
from rules.kernel.viewer import Language
from rules.kernel.wording import format_fault


@strawberry.interface(description="Nothing was changed, and here is why. 未办理")
class Problem:
    """Why nothing was changed."""

    message: str = strawberry.field(description="What is wrong, in the client's language. 说明")
    cure: str = strawberry.field(description="What to do about it. 处理办法")


@strawberry.type(description="One thing that is wrong with the input. 错误项")
class Fault:
    """One thing that is wrong with the input."""

    reason: Reason = strawberry.field(description="The stable name of the fault. 原因代码")
    path: list[str] = strawberry.field(description="Where in the arguments it is. 位置")
    message: str = strawberry.field(description="What is wrong. 说明")
    cure: str = strawberry.field(description="What to do about it. 处理办法")


@strawberry.type(description="A rule said no. 不予办理")
class Refusal(Problem):
    """A rule said no."""

    reason: Reason = strawberry.field(description="The stable name of the rule's no. 原因代码")
    path: list[str] = strawberry.field(description="Which argument it is about. 位置")


@strawberry.type(description="The input has faults, and these are all of them. 输入有误")
class Invalid(Problem):
    """The input has faults."""

    faults: list[Fault] = strawberry.field(description="All faults at once. 全部错误")


@strawberry.type(description="The record has changed since it was read. 版本已过期")
class StaleVersion(Problem):
    """The record has changed since it was read."""

    current: int = strawberry.field(description="The version that it has now. 当前版本")
    path: list[str] = strawberry.field(description="Which argument it is about. 位置")


@strawberry.type(description="The viewer lacks a function. 无此权限")
class Forbidden(Problem):
    """The viewer lacks a function."""

    missing: list[Function] = strawberry.field(description="What is lacking. 缺少的功能")


def _format_path(path: rules.Path) -> list[str]:
    return [str(part) for part in path]


def describe_fault(fault: rules.Fault, language: Language) -> Fault:
    """Return one fault in a language."""
    words = format_fault(fault, language)
    return Fault(
        reason=fault.reason, path=_format_path(fault.path), message=words.text, cure=words.cure
    )


def _record(info: Info, reason: Reason) -> None:
    REFUSED_ACCESS.record(reason, info.field_name, info.context.viewer.account_id)


class RefusalHandler(strawberry.ExceptionHandler[rules.Refusal, Refusal]):
    """Answer one rule's no."""

    def handle(self, exception: rules.Refusal, *, field: StrawberryField, info: Info) -> Refusal:
        """Return it in the viewer's language."""
        fault = exception.fault
        _record(info, fault.reason)
        words = format_fault(fault, info.context.viewer.language)
        return Refusal(
            reason=fault.reason, path=_format_path(fault.path), message=words.text, cure=words.cure
        )


class InvalidHandler(strawberry.ExceptionHandler[rules.InvalidInput, Invalid]):
    """Answer all faults of an input."""

    def handle(
        self, exception: rules.InvalidInput, *, field: StrawberryField, info: Info
    ) -> Invalid:
        """Return them in the viewer's language."""
        for reason in {fault.reason for fault in exception.faults}:
            _record(info, reason)
        language = info.context.viewer.language
        faults = [describe_fault(fault, language) for fault in exception.faults]
        return Invalid(faults=faults, message=_join_messages(faults, language), cure=faults[0].cure)


MAX_JOINED_FAULTS = 3


def _join_messages(faults: Sequence[Fault], language: Language) -> str:
    """Say some faults in one text, and how many more there are; Chinese has no blank between."""
    chinese = language is Language.ZH
    told = dict.fromkeys(fault.message for fault in faults[:MAX_JOINED_FAULTS])
    joined, more = ("" if chinese else " ").join(told), len(faults) - MAX_JOINED_FAULTS
    if more <= 0:
        return joined
    return f"{joined}另有{more}处错误。" if chinese else f"{joined} (+{more})"


class StaleVersionHandler(strawberry.ExceptionHandler[rules.StaleVersion, StaleVersion]):
    """Answer a change against an old version."""

    def handle(
        self, exception: rules.StaleVersion, *, field: StrawberryField, info: Info
    ) -> StaleVersion:
        """Return the current version."""
        fault = rules.fault(Reason.STALE_VERSION, current=exception.current)
        words = format_fault(fault, info.context.viewer.language)
        return StaleVersion(
            current=exception.current,
            path=_format_path(exception.path),
            message=words.text,
            cure=words.cure,
        )


class ForbiddenHandler(strawberry.ExceptionHandler[ForbiddenError, Forbidden]):
    """Answer a viewer who lacks a function."""

    def handle(self, exception: ForbiddenError, *, field: StrawberryField, info: Info) -> Forbidden:
        """Return what lacks."""
        _record(info, exception.fault.reason)
        words = format_fault(exception.fault, info.context.viewer.language)
        return Forbidden(missing=exception.missing, message=words.text, cure=words.cure)


def build_problem(said: rules.RuleError, info: Info) -> Problem:
    """Return the typed answer to a rule's no, where the schema handles no error of a field."""
    field = info._field
    match said:
        case rules.Refusal():
            return RefusalHandler().handle(said, field=field, info=info)
        case rules.InvalidInput():
            return InvalidHandler().handle(said, field=field, info=info)
        case _:
            raise said


HANDLERS = (RefusalHandler(), InvalidHandler(), StaleVersionHandler(), ForbiddenHandler())

PROBLEM_TYPES = (Refusal, Invalid, StaleVersion, Forbidden)
