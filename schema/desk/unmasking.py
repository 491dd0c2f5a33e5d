"""That somebody looked at personal data, and what they saw: told once, to them alone (X11)."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry import Parent

import models
from resolvers.desk.unmask import UnmaskedValue, open_unmasked_values
from resolvers.kernel.context import Info
from rules.desk.unmasking import PersonalField
from rules.kernel.function import ANYONE
from rules.kernel.region import get_region_name
from rules.kernel.value import RegionCode
from schema.kernel.binding import column, derived, resolved_by
from schema.kernel.mutation import build_result_union
from schema.kernel.node import Node, record_type


def _to_personal_fields(kept: list[str], *, viewer: object) -> list[PersonalField]:
    return [PersonalField(name) for name in kept]


@record_type("That an officer looked at personal data; overseers see it (X11). 查看敏感信息记录")
class Unmasking(Node):
    """That an officer looked at personal data."""

    table = models.Unmasking

    region: RegionCode = column("Where the record belongs. 行政区划")
    region_name: str = derived(get_region_name, ("region",), "The region in words. 行政区划名称")
    record_id: str = column("The record's global id. 记录标识", "record")
    fields: list[PersonalField] = derived(
        _to_personal_fields, ("fields",), "What was looked at. 查看内容"
    )
    reason: str = column("Why. 查看原因")
    at: datetime = column("When. 时间")
    account_name: str = column("Who. 查看人")
    role: models.Role = column("As what. 角色")


@strawberry.type(name="UnmaskedValue", description="A field as it was given (X11). 敏感信息")
class UnmaskedValueType:
    """A field as it was given."""

    field: PersonalField = column("Which field. 信息项")
    value: str | None = column("Its value; none where there is none. 内容")


async def reveal_values(payload: Parent["UnmaskingPayload"], info: Info) -> list[UnmaskedValue]:
    """Show what was asked for, once; the same request shows it again for ten minutes. 敏感信息."""
    entry: Any = payload.unmasking  # the row behind the type
    return await open_unmasked_values(info.context, entry)


@strawberry.type(description="What was looked at, and that it was (X11). 查看结果")
class UnmaskingPayload:
    """What was looked at, and that it was."""

    unmasking: Unmasking = column("What was put down of it. 查看记录")
    values: list[UnmaskedValueType] = resolved_by(reveal_values, ANYONE)


UnmaskingResult: Any = build_result_union(UnmaskingPayload, "UnmaskingResult")
