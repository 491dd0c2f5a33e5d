"""X7: anybody objects on the public page, without signing in, scripts or cookies."""

import re
from datetime import date
from typing import Any

import httpx
import pytest

from models import Objection
from resolvers.kernel.rate_limit import OBJECTION_LIMIT
from server.http.objection_page import LABELS, MAX_FORM_BYTES
from tests.factories.internship_scenario import to_decision
from tests.factories.world import World
from tests.server.http.test_public_page import link_of, page, world  # noqa: F401 - fixtures

GIVEN = {
    "text": "该人员并未在此见习\r\n<b>请核实</b>",
    "contactName": "周知情",
    "contactMobile": "13700001234",
}
LISTED = """{ objections { edges { node { id version text contactNameMasked contactMobileMasked
  line { number } } } } }"""
SETTLED = "... on ObjectionPayload { objection { id } }"


@pytest.fixture
def form(page: httpx.Response) -> str:  # noqa: F811 - the fixture
    return f"{link_of(page)}/objection"


async def post(world: World, path: str, **changes: str) -> httpx.Response:  # noqa: F811
    answer = await world.client.post(path, data=GIVEN | changes)
    for given in (*GIVEN.values(), *changes.values()):
        assert not given.strip() or given.split("\r")[0] not in answer.text, "it is told back"
    assert answer.headers["cache-control"] == "no-store"
    return answer


async def test_x7_a_notice_leads_to_a_form_with_labels_and_no_scripts(
    world: World,  # noqa: F811
    page: httpx.Response,  # noqa: F811
    form: str,
) -> None:
    notice = await world.client.get(link_of(page))
    assert f'href="{form}"' in notice.text
    assert f'href="{form}?line=2"' in notice.text
    shown = await world.client.get(f"{form}?line=2")
    assert shown.status_code == 200
    assert "第2条：见*" in shown.text
    assert "<script" not in shown.text
    assert "set-cookie" not in shown.headers
    assert "form-action 'self'" in shown.headers["content-security-policy"]
    fields = re.findall(r'<(?:input|textarea) id="(\w+)" name="(\w+)"', shown.text)
    assert [name for _, name in fields] == list(GIVEN)
    for id_, name in fields:
        assert f'<label for="{id_}">{LABELS[name][0]}' in shown.text
        assert f'<span lang="en">{LABELS[name][1]}</span>' in shown.text


async def test_x7_what_is_lodged_by_form_is_an_objection_that_its_number_finds(
    world: World,  # noqa: F811
    form: str,
) -> None:
    answer = await post(world, f"{form}?line=2")
    assert answer.status_code == 200
    (number,) = re.findall(r'class="code">([0-9A-Z-]+)<', answer.text)
    assert "0431-80767550" in answer.text
    assert "吉林省长春市朝阳区" in answer.text
    (edge,) = (await world.ask(LISTED, "officer")).only["edges"]
    row = edge["node"]
    assert (row["contactNameMasked"], row["contactMobileMasked"]) == ("周*", "137****1234")
    assert row["text"] == GIVEN["text"].replace("\r\n", "\n")
    assert row["line"] == {"number": 2}
    waiting = await world.client.post("/public/objections", data={"number": number.lower()})
    assert "待处理" in waiting.text
    settled = to_decision(row) | {"upheld": True, "reason": "经核实<情况>属实"}
    assert "objection" in await world.mutate("settleObjection", settled, "colleague", SETTLED)
    known = await world.client.post("/public/objections", data={"number": number})
    assert (known.status_code, known.headers["cache-control"]) == (200, "no-store")
    assert "异议成立" in known.text
    assert "经核实&lt;情况&gt;属实" in known.text


async def test_x7_all_that_is_wrong_in_a_form_is_told_at_once_in_both_languages(
    world: World,  # noqa: F811
    form: str,
) -> None:
    answer = await post(world, form, text=" ", contactName="周" * 101, contactMobile="1370000")
    assert answer.status_code == 422
    for field in GIVEN:
        assert f"<li>{LABELS[field][0]}" in answer.text
    assert answer.text.count("<li>") == 3
    assert await world.load_rows(Objection) == []
    unknown = await world.client.post("/public/objections", data={"number": "7K2M"})
    assert (unknown.status_code, "没有这个异议编号" in unknown.text) == (422, True)


async def test_x7_a_form_is_taken_during_the_publicity_of_what_is_shown_alone(
    world: World,  # noqa: F811
    page: httpx.Response,  # noqa: F811
    form: str,
) -> None:
    for path in (f"{form}?line=3", f"{form}?line=x", f"{form}?line=0", form.replace("-", "-0")):
        assert (await world.client.get(path)).status_code == 404, path
        assert (await world.client.post(path, data=GIVEN)).status_code == 404, path
    world.clock.set_day(date(2025, 3, 15))
    assert (await world.client.get(form)).status_code == 409
    late = await post(world, form)
    assert (late.status_code, "不在公示期内" in late.text) == (409, True)
    assert form not in (await world.client.get(link_of(page))).text
    assert await world.load_rows(Objection) == []


@pytest.mark.parametrize(
    ("status", "sent"),
    [
        (413, {"data": {"text": "长" * MAX_FORM_BYTES}}),
        (415, {"json": GIVEN}),
        (415, {"files": {"text": "x"}}),
        (400, {"content": "text=1&text=2"}),
        (400, {"content": "text=%ff"}),
        (400, {"content": "异议".encode()}),
        (400, {"content": "&".join(f"n{n}=1" for n in range(40))}),
        (403, {"data": GIVEN, "headers": {"sec-fetch-site": "cross-site"}}),
    ],
    ids=lambda each: str(each)[:40],
)
async def test_x7_what_is_no_form_of_the_page_is_refused(
    world: World,  # noqa: F811
    form: str,
    status: int,
    sent: dict[str, Any],
) -> None:
    if "content" in sent:
        sent = sent | {"headers": {"content-type": "application/x-www-form-urlencoded"}}
    assert (await world.client.post(form, **sent)).status_code == status
    assert await world.load_rows(Objection) == []


async def test_x7_forms_and_the_graph_count_the_same_tries_of_an_address(
    world: World,  # noqa: F811
    form: str,
) -> None:
    texts = [f"核实第{n:02}次" for n in range(OBJECTION_LIMIT.tries + 1)]
    answers = [await post(world, form, text=text) for text in texts]
    assert [a.status_code for a in answers] == [200] * OBJECTION_LIMIT.tries + [429]
    assert "操作过于频繁" in answers[-1].text
    assert len(await world.load_rows(Objection)) == OBJECTION_LIMIT.tries
