"""Lists as files: what the viewer sees and no more, by a link that is theirs (section 5, X10)."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from models import Role, Unit
from rules.desk.export import EXPORT_HEADINGS, ExportList, escape_formula, format_cell
from tests.factories.counted_claims import seed_claims_of_two_districts
from tests.factories.rows import CHAOYANG_DISTRICT, NANGUAN_DISTRICT
from tests.factories.story import story
from tests.factories.world import World

LINK = """query ($list: ExportList!, $format: ExportFormat!, $by: [StatisticsDimension!],
    $filter: StatisticsFilterInput) {
  export(list: $list, format: $format, by: $by, filter: $filter) { url expiresAt } }"""


@story
async def world(world: World) -> World:
    return await seed_claims_of_two_districts(world)


async def link(world: World, who: str, list: str, format: str = "CSV", **more: Any) -> Any:
    return await world.ask(LINK, who, list=list, format=format, **more)


async def rows(world: World, who: str, list: str, **more: Any) -> Any:
    """Fetch a list as CSV, and give its rows by their headings."""
    url = (await link(world, who, list, **more)).only["url"]
    response = await world.client.get(url)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["cache-control"] == "private, no-store"
    return [*csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))]


async def test_an_auditor_exports_the_lines_that_the_list_shows(world: World) -> None:
    found = await rows(world, "auditor", "CLAIM_LINES")
    assert len(found) == 16
    assert [*found[0]] == [*EXPORT_HEADINGS[ExportList.CLAIM_LINES]]
    assert sum(Decimal(row["金额（元）"]) for row in found) == Decimal("32960.00")
    assert {row["姓名"] for row in found} == {f"见习生{n}" for n in range(1, 9)}
    assert all("****" in row["公民身份号码"] for row in found)  # X11
    only = {"kind": ["MENTORING"], "state": ["PAYABLE"], "region": CHAOYANG_DISTRICT}
    assert len(await rows(world, "auditor", "CLAIM_LINES", filter=only)) == 5


async def test_an_auditor_exports_claims_as_xlsx(world: World) -> None:
    url = (await link(world, "auditor", "CLAIMS", "XLSX")).only["url"]
    response = await world.client.get(url)
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None
    heading, *found = sheet.iter_rows(values_only=True)
    assert heading == EXPORT_HEADINGS[ExportList.CLAIMS]
    assert {row[0] for row in found} == {"a有限公司", "b有限公司"}
    assert len(found) == 4
    only = {"state": ["STRUCK"]}
    assert len(await rows(world, "auditor", "CLAIMS", filter=only)) == 2


async def test_reporting_exports_figures_with_small_counts_withheld_and_no_row(
    world: World,
) -> None:
    found = await rows(world, "reporting", "STATISTICS", by=["REGION"])
    assert {row["行政区划"]: row["人数"] for row in found} == {
        CHAOYANG_DISTRICT: "***",
        NANGUAN_DISTRICT: "<5",
    }
    assert {row["申报金额（元）"] for row in found} == {""}
    assert await rows(world, "reporting", "CLAIM_LINES") == []
    assert await rows(world, "reporting", "CLAIMS") == []
    refused = await link(world, "reporting", "STATISTICS", filter={"kind": ["MENTORING"]})
    assert refused.errors[0]["extensions"]["reason"] == "STATISTICS_TOO_FINE"


@pytest.mark.parametrize("who", ["a", "officer", "city", None])
async def test_who_lacks_the_function_exports_nothing(world: World, who: str | None) -> None:
    answer = (
        await link(world, who or "", "CLAIMS")
        if who
        else await world.ask(LINK, None, list="CLAIMS", format="CSV")
    )
    assert answer.errors[0]["extensions"]["code"] == "FORBIDDEN"


async def test_x10_a_link_is_good_for_minutes_and_for_its_own_viewer(world: World) -> None:
    url = (await link(world, "auditor", "CLAIMS")).only["url"]
    assert (await world.client.get(f"{url[:-2]}xx")).status_code == 404
    assert (await world.client.get("/files/export/garbage")).status_code == 404
    assert (await world.client.get(url.replace("/files/export/", "/files/"))).status_code == 404
    world.clock.now += world.service.files.link_life + timedelta(seconds=1)
    assert (await world.client.get(url)).status_code == 410


async def test_x10_an_auditor_of_another_city_exports_none_of_it(world: World) -> None:
    await world.add_account("other auditor", Role.AUDITOR, "220200")
    assert await rows(world, "other auditor", "CLAIM_LINES") == []


async def test_a_name_is_never_taken_for_a_formula(world: World) -> None:
    await world.add_unit("=HYPERLINK(1)")
    assert len(await world.load_rows(Unit)) == 4
    assert escape_formula(format_cell("=1+1")) == "'=1+1"
    assert escape_formula(format_cell(Decimal("-1.50"))) == "-1.50"
    assert escape_formula(format_cell(None)) == ""
