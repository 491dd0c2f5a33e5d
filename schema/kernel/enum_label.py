"""What the values of an enum are called, so that clients need no table of their own."""

from collections.abc import Sequence
from typing import Annotated

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from resolvers.kernel.context import Info
from rules.kernel.refusal import Reason, build_refusal
from schema.kernel.binding import column
from schema.kernel.enum_words import describe_value

MAX_LABELS = 100
"""So many are told at once: an answer of all reasons would hold up everybody else's."""

_ENUM = strawberry.argument(description="The name of an enum, such as `Status`. 枚举类型名称")
_FIRST = strawberry.argument(description=f"How many values, at most {MAX_LABELS}. 每页条数")
_AFTER = strawberry.argument(description="The value behind which to go on. 起始枚举值")


@strawberry.type(description="What a value of an enum is called. 枚举值名称")
class EnumLabel:
    """What a value of an enum is called."""

    value: str = column("The value. 枚举值")
    zh: str = column("What it is called in Chinese. 中文名称")
    en: str = column("What it is called in English. 英文名称")
    description: str = column("What it means, as the schema says it. 说明")


async def list_enum_labels(
    info: Info,
    enum: Annotated[str, _ENUM],
    first: Annotated[int | None, _FIRST] = MAX_LABELS,
    after: Annotated[str | None, _AFTER] = None,
) -> Sequence[EnumLabel] | None:
    """List what an enum's values are called; null if there is no such enum. 枚举值名称."""
    most = MAX_LABELS if first is None else first
    if not 0 <= most <= MAX_LABELS:
        raise build_refusal(Reason.FIRST_OUT_OF_RANGE, "first", most=MAX_LABELS)
    found = info.schema.get_type_by_name(enum)
    if not isinstance(found, StrawberryEnumDefinition):
        return None
    names = [value.name for value in found.values]
    if after is not None and after not in names:
        raise build_refusal(Reason.CURSOR_UNKNOWN, "after")
    begin = 0 if after is None else names.index(after) + 1
    return [_label(enum, name) for name in names[begin : begin + most]]


def _label(enum: str, code: str) -> EnumLabel:
    words = describe_value(enum, code)
    return EnumLabel(value=code, zh=words.zh, en=words.en, description=words.description)
