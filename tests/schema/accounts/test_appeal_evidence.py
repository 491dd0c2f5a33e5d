"""J2: whoever lodged an account appeal proves it by files; the officers of its region see them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest

from models import AccountAppeal, AppealEvidence, Role, Upload
from resolvers.accounts import appeal_evidence
from resolvers.files.file_sweep import sweep_unused_files
from resolvers.kernel.background import JobContext
from resolvers.kernel.clearing import CLEARINGS
from resolvers.kernel.rate_limit import EVIDENCE_OF_APPEAL_LIMIT, Limit
from tests.factories.files import HTML, a_pdf, a_png
from tests.factories.filing import announce_file, send_file
from tests.factories.office import read_office_history
from tests.factories.refusal import assert_nothing_written, assert_refused, list_refusal_reasons
from tests.factories.rows import CHAOYANG_DISTRICT, NANGUAN_DISTRICT, a_credit_code, an_id_number
from tests.factories.stranger import mutate_as_stranger
from tests.factories.web import a_client, serve_on_socket
from tests.factories.world import World

ANNOUNCED = "... on EvidenceUploadPayload { uploadId url expiresAt }"
STANDING = "... on AppealStandingPayload { status evidenceCount }"
LISTED = """{ accountAppeals { edges { node { id version
  evidence { id name type size sha256 url } } } } }"""
NODE = "query ($id: ID!) { node(id: $id) { __typename } }"
CLEARED = """{ accountAppeals { edges { node { status text creditCode contactNameMasked
  contactMobileMasked clearedAt evidence { id } } } } }"""
NOBODY = "0000-0000-0000-0000-0000"


@pytest.fixture
async def world(world: World) -> AsyncIterator[World]:
    """Behind a real socket."""
    async with serve_on_socket(world.app) as at, a_client(at) as client:
        yield replace(world, client=client)


@pytest.fixture
async def number(world: World) -> str:
    return await lodged(world)


async def lodged(world: World, code: int = 800, region: str = CHAOYANG_DISTRICT) -> str:
    draft = {
        "creditCode": a_credit_code(code),
        "trouble": "REGISTERED_BY_OTHERS",
        "text": "账号被他人注册",
        "contactName": "钱联系",
        "contactMobile": "13700001234",
        "region": region,
    }
    told = await mutate_as_stranger(
        world, "lodgeAccountAppeal", draft, "... on LodgedAppealPayload { number }"
    )
    return str(told["number"])


async def asked(world: World, number: str, content: bytes | None = None, **more: Any) -> Any:
    """Announce a file as a stranger."""
    size = len(a_pdf() if content is None else content)
    draft = {"number": number, "name": "营业执照.pdf", "size": size} | more
    return await mutate_as_stranger(world, "requestEvidenceUpload", draft, ANNOUNCED)


async def brought(world: World, number: str, content: bytes | None = None, **more: Any) -> str:
    """Announce a file as a stranger, send it, and give the upload's id."""
    content = a_pdf() if content is None else content
    found = await asked(world, number, content, **more)
    assert found["__typename"] == "EvidenceUploadPayload", found
    assert (await send_file(world, found["url"], content)).status_code == 204
    return str(found["uploadId"])


async def added(world: World, number: str, *uploads: str) -> Any:
    return await mutate_as_stranger(
        world, "addEvidence", {"number": number, "uploadIds": [*uploads]}, STANDING
    )


async def listed(world: World, who: str = "officer") -> Any:
    (edge,) = (await world.ask(LISTED, who)).only["edges"]
    return edge["node"]


async def test_j2_a_stranger_proves_an_appeal_and_an_officer_fetches_what_was_sent(
    world: World, number: str
) -> None:
    first = await brought(world, number)
    second = await brought(world, number, a_png(), name="照片.png")
    told = await added(world, number.lower().replace("-", " "), first, second)
    assert (told["status"], told["evidenceCount"]) == ("LODGED", 2)
    files = (await listed(world))["evidence"]
    assert [(file["name"], file["type"], file["size"]) for file in files] == [
        ("营业执照.pdf", "PDF", len(a_pdf())),
        ("照片.png", "PNG", len(a_png())),
    ]
    answers = [await world.client.get(file["url"]) for file in files]
    assert [answer.content for answer in answers] == [a_pdf(), a_png()]
    assert "attachment" in answers[0].headers["content-disposition"]


async def test_j2_x10_evidence_is_seen_by_the_officers_of_its_region_and_by_nobody_else(
    world: World, number: str
) -> None:
    await world.add_account("elsewhere", Role.DISTRICT_OFFICER, NANGUAN_DISTRICT)
    await added(world, number, await brought(world, number))
    (file,) = (await listed(world))["evidence"]
    for who in ("unit", "elsewhere"):
        assert (await world.ask(NODE, who, id=file["id"])).only is None
    assert (await world.ask(NODE, "officer", id=file["id"])).only is not None
    world.clock.now += world.service.files.link_life
    assert (await world.client.get(file["url"])).status_code == 410


async def test_j2_without_the_appeal_s_number_nothing_is_announced_or_added(
    world: World, number: str
) -> None:
    another = await lodged(world, 801, NANGUAN_DISTRICT)
    mine = await brought(world, number)
    of_account = await announce_file(world, a_pdf())
    await send_file(world, of_account["url"], a_pdf())
    async with assert_nothing_written(world):
        for wrong in (NOBODY, "", "x"):
            assert list_refusal_reasons(await asked(world, wrong)) == [
                ("APPEAL_UNKNOWN", "input.number")
            ]
            assert list_refusal_reasons(await added(world, wrong, mine)) == [
                ("APPEAL_UNKNOWN", "input.number")
            ]
        for upload in (of_account["id"], "nonsense"):
            told = await added(world, number, mine, upload)
            assert list_refusal_reasons(told) == [("NOT_FOUND", "input.uploadIds.1")]
        assert list_refusal_reasons(await added(world, another, mine)) == [
            ("NOT_FOUND", "input.uploadIds.0")
        ]
        asked_ = {"recordId": "x", "uploadIds": [mine], "kind": "OTHER"}
        assert await assert_refused(world, "attach", asked_, "unit") == [
            ("NOT_FOUND", "input.uploadIds.0")
        ]


async def test_j2_bad_files_are_refused_as_everywhere(world: World, number: str) -> None:
    async with assert_nothing_written(world):
        assert list_refusal_reasons(await asked(world, number, name="a.html", size=0)) == [
            ("FILE_TYPE_NOT_ALLOWED", "input.name"),
            ("FILE_EMPTY", "input.size"),
        ]
        assert list_refusal_reasons(await asked(world, number, size=11 * 1024 * 1024)) == [
            ("FILE_TOO_LARGE", "input.size")
        ]
    found = await asked(world, number, HTML)
    answer = await send_file(world, found["url"], HTML)
    assert (answer.status_code, answer.json()["reason"]) == (422, "FILE_TYPE_DIFFERS")
    told = await added(world, number, found["uploadId"])
    assert list_refusal_reasons(told) == [("UPLOAD_INCOMPLETE", "input.uploadIds.0")]
    assert await world.load_rows(AppealEvidence) == []


async def test_x6_a_region_may_limit_evidence_otherwise(world: World, number: str) -> None:
    draft = {
        "key": "attachments.max_count",
        "region": "220000",
        "category": "APPEAL",
        "value": "1",
        "effectiveFrom": "2020-01-01",
        "source": "测试",
        "confirmed": True,
    }
    proposed = "... on ParameterPayload { parameter { id version } }"
    row = await world.mutate("proposeParameter", draft, "province", proposed)
    assert row["__typename"] == "ParameterPayload", row
    done = await world.mutate("approveParameter", row["parameter"], "deputy", proposed)
    assert done["__typename"] == "ParameterPayload", done
    assert (await added(world, number, await brought(world, number)))["evidenceCount"] == 1
    more = await brought(world, number)
    assert list_refusal_reasons(await added(world, number, more)) == [
        ("TOO_MANY_FILES", "input.uploadIds")
    ]


async def test_j2_x12_evidence_that_comes_meanwhile_makes_a_decision_stale(
    world: World, number: str
) -> None:
    row = await listed(world)
    await added(world, number, await brought(world, number))
    decision = {"id": row["id"], "version": row["version"], "reason": "材料不全"}
    told = await world.mutate("refuseAppeal", decision, "officer")
    assert told["__typename"] == "StaleVersion"
    decision["version"] = (await listed(world))["version"]
    await world.mutate("refuseAppeal", decision, "officer")
    assert list_refusal_reasons(await asked(world, number)) == [("WRONG_STATUS", "input.number")]
    assert list_refusal_reasons(await added(world, number, "x")) == [
        ("WRONG_STATUS", "input.number")
    ]


async def test_j2_x12_of_many_who_add_the_same_upload_at_once_one_wins(
    world: World, number: str
) -> None:
    upload = await brought(world, number)
    results = await asyncio.gather(*(added(world, number, upload) for _ in range(8)))
    won = [result for result in results if result["__typename"] == "AppealStandingPayload"]
    assert len(won) == 1
    assert {list_refusal_reasons(r)[0] for r in results if r not in won} == {
        ("UPLOAD_USED", "input.uploadIds.0")
    }
    assert len(await world.load_rows(AppealEvidence)) == 1


async def test_j2_files_for_one_appeal_are_announced_only_so_often(
    world: World, number: str
) -> None:
    few = Limit(EVIDENCE_OF_APPEAL_LIMIT.name, 2, EVIDENCE_OF_APPEAL_LIMIT.window)
    with patch.object(appeal_evidence, "EVIDENCE_OF_APPEAL_LIMIT", few):
        await asked(world, number)
        await asked(world, number)
        assert list_refusal_reasons(await asked(world, number)) == [("TOO_MANY_TRIES", "")]
        assert list_refusal_reasons(await added(world, number, "x")) == [("TOO_MANY_TRIES", "")]


async def test_j2_the_sweep_of_files_keeps_evidence_and_clears_what_was_never_added(
    world: World, number: str
) -> None:
    await added(world, number, await brought(world, number))
    await brought(world, number)
    world.clock.now += world.service.files.unused_life + timedelta(days=1)
    swept = await sweep_unused_files(world.service)
    assert swept.uploads == 2
    assert await world.load_rows(Upload) == []
    (file,) = (await listed(world))["evidence"]
    assert (await world.client.get(file["url"])).content == a_pdf()


async def clear(world: World) -> int:
    return await CLEARINGS["appeals"](JobContext(service=world.service))


async def test_pipl_19_after_its_time_an_appeal_says_what_was_decided_and_no_more(
    world: World, number: str
) -> None:
    """Its evidence goes with the next sweep of files; who lodged it still finds it."""
    open_one = await lodged(world, code=801)
    await added(world, number, await brought(world, number))
    rows = (await world.ask(LISTED, "officer")).only["edges"]
    (row,) = [edge["node"] for edge in rows if edge["node"]["evidence"]]
    refusal = {"id": row["id"], "version": row["version"], "reason": "材料不符"}
    done = await world.mutate("refuseAppeal", refusal, "officer")
    assert done["__typename"] == "AccountAppealPayload", done
    world.clock.now += timedelta(days=1095)
    assert await clear(world) == 0
    world.clock.now += timedelta(days=900)
    assert [await clear(world), await clear(world)] == [1, 0]
    nodes = [edge["node"] for edge in (await world.ask(CLEARED, "officer")).only["edges"]]
    (gone,) = [node for node in nodes if node["clearedAt"]]
    assert gone | {"clearedAt": ""} == {
        "status": "REFUSED",
        "text": "",
        "creditCode": a_credit_code(800),
        "contactNameMasked": "",
        "contactMobileMasked": "",
        "clearedAt": "",
        "evidence": [],
    }
    (kept,) = [node for node in nodes if not node["clearedAt"]]
    assert (kept["status"], kept["text"]) == ("LODGED", "账号被他人注册")
    (stored,) = [each for each in await world.load_rows(AccountAppeal) if each.cleared_at]
    sealed = AccountAppeal.contact_name_sealed, AccountAppeal.contact_mobile_sealed
    assert [world.open_sealed(column, stored) for column in sealed] == ["", ""]
    assert stored.contact_mobile_index == world.service.seal.compute_index("mobile", "")
    assert (await sweep_unused_files(world.service)).objects == 1
    told = await mutate_as_stranger(world, "lookUpAccountAppeal", {"number": number}, STANDING)
    assert (told["status"], told["evidenceCount"]) == ("REFUSED", 0)
    told = await mutate_as_stranger(world, "lookUpAccountAppeal", {"number": open_one}, STANDING)
    assert told["status"] == "LODGED"
    steps = await read_office_history(world, "AccountAppeal", row["id"])
    assert [step["action"] for step in steps][-1] == "CLEAR_APPEAL"


async def test_pipl_19_an_appeal_about_ones_own_account_forgets_whose_number_it_was(
    world: World,
) -> None:
    draft = {
        "idNumber": an_id_number(1),
        "name": "见习生1",
        "mobile": "13700001234",
        "trouble": "PASSWORD_LOST",
        "text": "密码遗失",
        "region": CHAOYANG_DISTRICT,
    }
    told = await mutate_as_stranger(
        world, "lodgePersonAppeal", draft, "... on LodgedAppealPayload { number }"
    )
    (edge,) = (await world.ask(LISTED, "officer")).only["edges"]
    refusal = {"id": edge["node"]["id"], "version": edge["node"]["version"], "reason": "非本人"}
    await world.mutate("refuseAppeal", refusal, "officer")
    world.clock.now += timedelta(days=1096)
    assert await clear(world) == 1
    (stored,) = await world.load_rows(AccountAppeal)
    assert (stored.id_number_sealed, stored.id_number_index, stored.id_number_masked) == (None,) * 3
    named = {"number": told["number"]}
    standing = await mutate_as_stranger(world, "lookUpAccountAppeal", named, STANDING)
    assert standing["status"] == "REFUSED"
