"""Every list of the schema is read by every order and filter, by whoever may ask."""

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.catalogue import MAX_BUFFERS_PER_ROW, PAGE_SIZE, Catalogue, list_fields
from tests.factories.database import TestCluster
from tests.factories.rows import CHAOYANG_DISTRICT
from tests.schema.scene import a_scene

pytestmark = pytest.mark.slow


async def test_each_list_is_read_by_each_order_and_filter_and_of_few_rows_at_small_cost(
    cluster: TestCluster,
) -> None:
    async with a_scene(cluster) as scene:
        unit: Any = scene.records["near"]["Unit"]
        world = scene.world
        everybody = create_async_engine(world.service.reads.url.set(username="postgres"))
        async with everybody.connect() as connection:
            asked = unit.id, CHAOYANG_DISTRICT, 0
            costs = await Catalogue(world.service.reads, connection, *asked).measure(list_fields())
        await everybody.dispose()
    lists = {cost.field for cost in costs}
    assert {"monthlyReports", "claims", "claimLines", "payments", "Unit.interns"} <= lists
    assert {cost.viewer for cost in costs} == {"unit", "district", "city", "province"}
    dear = [cost for cost in costs if not cost.is_bound]
    assert dear == [], f"more than {MAX_BUFFERS_PER_ROW * PAGE_SIZE} pages"
