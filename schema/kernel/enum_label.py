"""What the values of an enum are called, so that clients need no table of their own."""

from collections.abc import Sequence
from typing import Annotated

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from resolvers.kernel.context import Info
from schema.kernel.binding import column
from schema.kernel.enum_words import describe_value

_ENUM = strawberry.argument(description="The name of an enum, such as `Status`. 枚举类型名称")


@strawberry.type(description="What a value of an enum is called. 枚举值名称")
class EnumLabel:
    """What a value of an enum is called."""

    value: str = column("The value. 枚举值")
    zh: str = column("What it is called in Chinese. 中文名称")
    en: str = column("What it is called in English. 英文名称")
    description: str = column("What it means, as the schema says it. 说明")


async def list_enum_labels(info: Info, enum: Annotated[str, _ENUM]) -> Sequence[EnumLabel] | None:
    """List what an enum's values are called; null if there is no such enum. 枚举值名称."""
    found = info.schema.get_type_by_name(enum)
    if not isinstance(found, StrawberryEnumDefinition):
        return None
    return [_label(enum, value.name) for value in found.values]


def _label(enum: str, code: str) -> EnumLabel:
    words = describe_value(enum, code)
    return EnumLabel(value=code, zh=words.zh, en=words.en, description=words.description)
