"""The regions 行政区划 of GB/T 2260."""

from typing import Annotated

import strawberry

from rules.kernel.refusal import Unreadable, build_refusal
from rules.kernel.region import NATION_CODE, REGIONS, Region
from rules.kernel.value import RegionCode

_PARENT = strawberry.argument(description="The region above. 上级行政区划")


async def list_regions(parent: Annotated[RegionCode | None, _PARENT] = None) -> list[Region]:
    """List the regions right below one, the provinces if none is given. 下级行政区划."""
    if isinstance(parent, Unreadable):
        raise build_refusal(parent.reason, "parent")
    above = parent or NATION_CODE
    return [region for region in REGIONS.values() if region.parent == above]
