"""X7: what is published is a plain page in Chinese, for everybody and for the printer."""

import re
from datetime import date
from typing import Any

import httpx
import pytest

from models import Person
from server.http import public_page
from tests.factories.database import Database
from tests.factories.internship_scenario import InternshipScenario
from tests.factories.world import World, a_world, add_officials
from tests.schema.payment.test_publicity import approved, named, publish

MONTHS = ("2024-08", "2024-09", "2024-10")


@pytest.fixture
async def world(database: Database) -> Any:
    async with a_world(database) as made:
        await add_officials(made)
        await made.add_unit("unit")
        yield made


@pytest.fixture
async def page(world: World) -> httpx.Response:
    """A notice with two lines, and markup where people write text."""
    chain = InternshipScenario(world)
    await chain.approve_declaration()
    await chain.add_post()
    interns = [await chain.approve_intern(number) for number in (1, 2)]
    for month in MONTHS:
        await chain.approve_reports(month, *interns)
    await chain.confirm_parameters()
    claim = await approved(chain)
    await publish(chain, named(*claim["lines"]), title="<script>alert(1)</script>&公示")
    return await world.client.get("/public/notices")


def link_of(page: httpx.Response) -> str:
    found = re.search(r'href="(/public/notices/PublicNotice-[0-9a-f]+)"', page.text)
    assert found
    return found[1]


async def test_x7_the_list_is_plain_safe_and_kept_by_no_search_engine(page: httpx.Response) -> None:
    assert page.status_code == 200
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;公示" in page.text
    assert "<script" not in page.text
    assert not re.search(r"(src|href)=\"(?!/public/)", page.text)
    assert "noindex" in page.headers["x-robots-tag"]
    assert page.headers["cache-control"] == "public, max-age=60"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "set-cookie" not in page.headers
    assert 'lang="zh-CN"' in page.text


async def test_x7_a_notice_shows_masked_names_and_no_more(
    world: World, page: httpx.Response
) -> None:
    shown = await world.client.get(link_of(page))
    assert shown.status_code == 200
    rows = re.findall(r"<tr><td class=\"number\">(.*?)</tr>", shown.text)
    assert len(rows) == 2
    assert "见*" in rows[0]
    assert "5880.00" in rows[0]
    assert "公示期：2025-03-10至2025-03-14" in shown.text
    assert "@media print" in shown.text
    for person in await world.load_rows(Person):
        assert person.name not in shown.text
    assert not re.search(r"[0-9]{11}", re.sub(r"PublicNotice-[0-9a-f]+", "", shown.text))


async def test_j2_public_pages_name_the_hotline_of_their_region(
    world: World, page: httpx.Response
) -> None:
    """J2: item J06."""
    paths = {
        link_of(page): "0431-80767550",
        "/public/notices?region=220100": "0431-80767550",
        "/public/notices?region=510000": "12333",
    }
    for path, call in paths.items():
        assert f"咨询电话：{call}。" in (await world.client.get(path)).text, path


async def test_x7_long_lists_come_page_by_page(
    world: World, page: httpx.Response, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_page, "LINES", 1)
    link = link_of(page)
    first, second = [await world.client.get(f"{link}?page={n}") for n in (1, 2)]
    assert "第1页，共2页" in first.text
    assert "第2页，共2页" in second.text
    assert f"{link}?page=2" in first.text
    numbers = [re.findall(r'<tr><td class="number">(\d+)<', p.text) for p in (first, second)]
    assert numbers == [["1"], ["2"]]


async def test_x7_whatever_is_not_shown_is_one_and_the_same_page(
    world: World, page: httpx.Response
) -> None:
    link = link_of(page)
    unknown = await world.client.get("/public/notices/PublicNotice-" + "0" * 32)
    assert unknown.status_code == 404
    wrong = ["/public/notices/x", f"{link}?page=3", f"{link}?page=0", f"{link}?page=１", f"{link}0"]
    wrong += ["/public/notices?region=999999", "/public/notices?after=x"]
    for path in wrong:
        found = await world.client.get(path)
        assert (found.status_code, found.text) == (404, unknown.text), path
    world.clock.set_day(date(2025, 3, 30))
    assert (await world.client.get(link)).text == unknown.text
    assert "目前没有公示" in (await world.client.get("/public/notices")).text


async def test_x7_the_list_is_narrowed_to_a_region(world: World, page: httpx.Response) -> None:
    here = await world.client.get("/public/notices?region=220000")
    assert link_of(here) == link_of(page)
    elsewhere = await world.client.get("/public/notices?region=510000")
    assert "目前没有公示" in elsewhere.text


async def test_x7_the_address_leads_to_the_list(world: World) -> None:
    front = await world.client.get("/public")
    assert (front.status_code, front.headers["location"]) == (307, "/public/notices")
