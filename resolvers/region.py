"""The regions 行政区划 of GB/T 2260."""

from rules.refusal import Unreadable, refused
from rules.region import NATION, REGIONS, Region
from rules.value import RegionCode


async def regions(parent: RegionCode | None = None) -> list[Region]:
    """List the regions right below one, the provinces if none is given. 下级行政区划."""
    if isinstance(parent, Unreadable):
        raise refused(parent.reason, "parent")
    above = parent or NATION
    return [region for region in REGIONS.values() if region.parent == above]
