"""Attachments: bound to records at both levels, demanded on submission, seen as the record is."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from models import Attachment, Unit
from tests.factories.files import FILE_BY_TYPE, a_pdf
from tests.factories.filing import (
    ATTACHED_SELECTION,
    DETACHED_SELECTION,
    attach_files,
    read_attachments,
    upload_file,
)
from tests.factories.internship_scenario import (
    DECLARATION_DRAFT,
    STAFF_DRAFT,
    InternshipScenario,
    to_decision,
)
from tests.factories.refusal import assert_refused, list_refusal_reasons, try_mutation
from tests.factories.rows import NANGUAN_DISTRICT, NATIONWIDE_ACTOR
from tests.factories.web import a_client, serve_on_socket
from tests.factories.world import World
from tests.schema.kernel.test_history import history_of

STAFF_OF = "query ($id: ID!) { node(id: $id) { ... on Declaration { staff { id name } } } }"
BEGAN = ("2024-08", "2024-09", "2024-10")


@pytest.fixture
async def web(world: World) -> AsyncIterator[World]:
    """The world behind a real socket."""
    async with serve_on_socket(world.app) as address, a_client(address) as client:
        yield replace(world, client=client)


async def drafted(world: World, unit: str = "unit") -> Any:
    """Draft a declaration."""
    return await InternshipScenario(world, unit).run_step(
        "createDeclaration", DECLARATION_DRAFT, unit, "declaration"
    )


async def staff_of(world: World, declaration: Any, as_: str = "unit") -> list[Any]:
    found = (await world.ask(STAFF_OF, as_, id=declaration["id"])).only
    staff: list[Any] = found["staff"]
    return staff


async def demanded(world: World, documents: str, *categories: str) -> None:
    """Let the province demand documents of some kinds of record from long ago on."""
    chain = InternshipScenario(world)
    for category in categories:
        draft = {
            "key": "attachments.required",
            "region": "220000",
            "category": category,
            "value": documents,
            "effectiveFrom": "2021-01-01",
            "source": "省厅通知",
        }
        row = await chain.run_step("proposeParameter", draft, "province", "parameter")
        await chain.run_step("approveParameter", to_decision(row), "deputy", "parameter")


async def needed(world: World, kind: str, id: str) -> dict[str, bool]:
    """Tell what a record needs to be submitted, and whether it is there."""
    query = f"""query ($id: ID!) {{ node(id: $id) {{ ... on {kind} {{
      requiredDocuments {{ kind name attached }} }} }} }}"""
    found = (await world.ask(query, "unit", id=id)).only["requiredDocuments"]
    assert all(each["name"] for each in found)
    return {each["kind"]: each["attached"] for each in found}


# the flows of the manual, over a real socket


async def test_j8_a_declaration_and_its_staff_are_saved_given_attachments_and_submitted(
    web: World,
) -> None:
    await demanded(web, "BUSINESS_LICENCE,TRAINING_PLAN", "DECLARATION")
    await demanded(web, "QUALIFICATION", "STAFF")
    row = await drafted(web)
    (member,) = await staff_of(web, row)
    lacking = {"BUSINESS_LICENCE": False, "TRAINING_PLAN": False}
    assert await needed(web, "Declaration", row["id"]) == lacking
    assert await needed(web, "DeclarationStaff", member["id"]) == {"QUALIFICATION": False}
    assert await assert_refused(web, "submitDeclaration", to_decision(row), "unit") == [
        ("DOCUMENTS_MISSING", "input"),
        ("DOCUMENTS_MISSING", "input.staff.0"),
    ]
    for kind in ("BUSINESS_LICENCE", "TRAINING_PLAN"):
        await attach_files(web, row["id"], kind=kind)
    assert await assert_refused(web, "submitDeclaration", to_decision(row), "unit") == [
        ("DOCUMENTS_MISSING", "input.staff.0")
    ]
    await attach_files(web, member["id"], kind="QUALIFICATION")
    assert await needed(web, "Declaration", row["id"]) == dict.fromkeys(lacking, True)
    assert await needed(web, "DeclarationStaff", member["id"]) == {"QUALIFICATION": True}
    row = await InternshipScenario(web).run_step(
        "submitDeclaration", to_decision(row), "unit", "declaration"
    )
    seen = await read_attachments(web, "Declaration", row["id"], "officer")
    assert [file["kind"] for file in seen] == ["BUSINESS_LICENCE", "TRAINING_PLAN"]
    (file,) = await read_attachments(web, "DeclarationStaff", member["id"], "officer")
    answer = await web.client.get(file["url"])
    assert (answer.status_code, answer.content) == (200, a_pdf())


async def test_j15_an_intern_is_saved_given_attachments_and_submitted(web: World) -> None:
    await demanded(web, "INTERNSHIP_AGREEMENT,DIPLOMA", "INTERN")
    chain = InternshipScenario(web)
    await chain.approve_declaration()
    await chain.add_post()
    row = await chain.add_intern(1)
    assert await assert_refused(web, "submitIntern", to_decision(row), "unit") == [
        ("DOCUMENTS_MISSING", "input")
    ]
    for kind in ("INTERNSHIP_AGREEMENT", "DIPLOMA"):
        await attach_files(web, row["id"], kind=kind)
    row = await chain.run_step("submitIntern", to_decision(row), "unit", "intern")
    await chain.run_step("approveIntern", to_decision(row), "officer", "intern")


async def test_j25_a_month_is_saved_given_attachments_and_submitted_and_all_that_lack_are_told(
    web: World,
) -> None:
    await demanded(web, "WAGE_RECORD", "MONTHLY_REPORT")
    chain = InternshipScenario(web)
    await chain.approve_declaration()
    await chain.add_post()
    rows = await chain.save_reports(
        "2024-08", *[await chain.approve_intern(number) for number in (1, 2, 3)]
    )
    await attach_files(web, rows[1]["id"], kind="WAGE_RECORD")
    records = {"records": [to_decision(row) for row in rows]}
    assert await assert_refused(web, "submitMonthlyReports", records, "unit") == [
        ("DOCUMENTS_MISSING", "input.records.0"),
        ("DOCUMENTS_MISSING", "input.records.2"),
    ]
    for row in (rows[0], rows[2]):
        await attach_files(web, row["id"], kind="WAGE_RECORD")
    result = await try_mutation(web, "submitMonthlyReports", records, "unit")
    assert result["__typename"] == "MonthlyReportsPayload"


async def test_j33_a_claim_is_saved_given_attachments_and_submitted(web: World) -> None:
    await demanded(web, "ROSTER", "LIVING_ALLOWANCE")
    chain = InternshipScenario(web)
    await chain.approve_declaration()
    await chain.add_post()
    intern = await chain.approve_intern(1)
    for month in BEGAN:
        await chain.approve_reports(month, intern)
    row = await chain.draft_claim("2024-10")
    assert await assert_refused(web, "submitClaim", to_decision(row), "unit") == [
        ("DOCUMENTS_MISSING", "input")
    ]
    await attach_files(web, row["id"], kind="ROSTER")
    await chain.run_step("submitClaim", to_decision(row), "unit", "claim")
    assert len(await read_attachments(web, "LivingAllowanceClaim", row["id"], "officer")) == 1


async def test_j10_a_post_has_attachments_too(web: World) -> None:
    chain = InternshipScenario(web)
    await chain.approve_declaration()
    post = await chain.add_post()
    (file,) = await attach_files(web, post["id"], kind="OTHER")
    assert file["record"] == "POST"
    assert [f["id"] for f in await read_attachments(web, "Post", post["id"])] == [file["id"]]


# what is demanded


async def test_x6_what_lacks_is_named_in_both_languages(world: World) -> None:
    await demanded(world, "BUSINESS_LICENCE,ROSTER", "DECLARATION")
    row = await drafted(world)
    english = await try_mutation(world, "submitDeclaration", to_decision(row), "unit")
    chinese = await try_mutation(world, "submitDeclaration", to_decision(row), "unit", "zh")
    assert english["message"] == "Documents are missing: business licence, roster."
    assert chinese["message"] == "缺少材料：营业执照、人员花名册。"


async def test_x21_what_a_month_s_report_needs_is_what_was_demanded_in_that_month(
    world: World,
) -> None:
    chain = InternshipScenario(world)
    await chain.approve_declaration()
    await chain.add_post()
    intern = await chain.approve_intern(1)
    draft = {
        "key": "attachments.required",
        "region": "220104",
        "category": "MONTHLY_REPORT",
        "value": "ATTENDANCE_RECORD",
        "effectiveFrom": "2024-09-01",
        "source": "区通知",
    }
    row = await chain.run_step("proposeParameter", draft, "province", "parameter")
    await chain.run_step("approveParameter", to_decision(row), "deputy", "parameter")
    (august,) = await chain.save_reports("2024-08", intern)
    (september,) = await chain.save_reports("2024-09", intern)
    records = {"records": [to_decision(august), to_decision(september)]}
    assert await assert_refused(world, "submitMonthlyReports", records, "unit") == [
        ("DOCUMENTS_MISSING", "input.records.1")
    ]


async def test_an_approval_asks_for_no_documents_again(world: World) -> None:
    row = await drafted(world)
    chain = InternshipScenario(world)
    row = await chain.run_step("submitDeclaration", to_decision(row), "unit", "declaration")
    await demanded(world, "ROSTER", "DECLARATION")
    await chain.run_step("approveDeclaration", to_decision(row), "officer", "declaration")


# while what attachments change


async def test_x1_attachments_change_while_the_record_may_and_no_longer(world: World) -> None:
    chain, row = InternshipScenario(world), await drafted(world)
    (file,) = await attach_files(world, row["id"])
    upload = await upload_file(world)
    more = {"recordId": row["id"], "uploadIds": [upload], "kind": "OTHER"}
    (member,) = await staff_of(world, row)
    row = await chain.run_step("submitDeclaration", to_decision(row), "unit", "declaration")
    gone = {"attachmentId": file["id"]}
    for asked in (more, more | {"recordId": member["id"]}):
        assert await assert_refused(world, "attach", asked, "unit") == [("WRONG_STATUS", "input")]
    assert await assert_refused(world, "detach", gone, "unit") == [("WRONG_STATUS", "input")]
    back = to_decision(row) | {"reason": "补充材料"}
    row = await chain.run_step("returnDeclaration", back, "officer", "declaration")
    await attach_files(world, row["id"], upload)
    result = await world.mutate("detach", gone, "unit", DETACHED_SELECTION)
    assert result["record"] == {"__typename": "Declaration", "id": row["id"]}
    assert result["removedId"] == file["id"]
    assert len(await read_attachments(world, "Declaration", row["id"])) == 1


async def test_j38_a_report_that_a_claim_holds_keeps_its_attachments(world: World) -> None:
    chain = InternshipScenario(world)
    await chain.approve_declaration()
    await chain.add_post()
    intern = await chain.approve_intern(1)
    rows = [(await chain.approve_reports(month, intern))[0] for month in BEGAN]
    await chain.submit_claim("2024-10")
    upload = await upload_file(world)
    asked = {"recordId": rows[0]["id"], "uploadIds": [upload], "kind": "OTHER"}
    assert await assert_refused(world, "attach", asked, "unit") == [("REPORT_HELD", "input")]


async def test_j8_who_stays_on_the_staff_keeps_their_attachments_and_who_goes_takes_theirs_along(
    world: World,
) -> None:
    other = {"name": "周专职", "duty": "考勤", "mobile": "13700001111"}
    chain = InternshipScenario(world)
    draft = DECLARATION_DRAFT | {"staff": [*STAFF_DRAFT, other]}
    row = await chain.run_step("createDeclaration", draft, "unit", "declaration")
    stays, goes = await staff_of(world, row)
    await attach_files(world, stays["id"], kind="QUALIFICATION")
    await attach_files(world, goes["id"], kind="QUALIFICATION")
    moved = STAFF_DRAFT[0] | {"mobile": "13900002222", "duty": "负责人"}
    change = to_decision(row) | DECLARATION_DRAFT | {"staff": [moved]}
    row = await chain.run_step("changeDeclaration", change, "unit", "declaration")
    (member,) = await staff_of(world, row)
    assert member == stays
    assert len(await read_attachments(world, "DeclarationStaff", stays["id"])) == 1
    assert len(await world.load_rows(Attachment)) == 1
    steps = await history_of(world, "Declaration", row["id"])
    (step,) = [step for step in steps if step["action"] == "DETACH"]
    assert step["changes"][0]["before"].startswith("周专职: QUALIFICATION 材料.pdf, sha256 ")


# what an attachment is


async def test_each_type_is_attached_and_fetched_as_it_was(world: World) -> None:
    row = await drafted(world)
    for kind, (name, content) in FILE_BY_TYPE.items():
        upload = await upload_file(world, content, name=name)
        (file,) = await attach_files(world, row["id"], upload, kind="EVIDENCE")
        assert {k: v for k, v in file.items() if k not in {"id", "url"}} == {
            "record": "DECLARATION",
            "kind": "EVIDENCE",
            "name": name,
            "type": kind,
            "size": len(content),
            "sha256": sha256(content).hexdigest(),
            "accountName": "unit account",
        }
        assert (await world.client.get(file["url"])).content == content


async def test_many_are_attached_at_once_in_their_order(world: World) -> None:
    row = await drafted(world)
    names = [f"{n}.pdf" for n in (3, 1, 2)]
    uploads = [await upload_file(world, name=name) for name in names]
    files = await attach_files(world, row["id"], *uploads, kind="ROSTER")
    assert [file["name"] for file in files] == names
    assert [
        file["name"] for file in await read_attachments(world, "Declaration", row["id"])
    ] == names


async def test_files_are_narrowed_by_what_they_are(world: World) -> None:
    row = await drafted(world)
    for kind in ("ROSTER", "OTHER", "ROSTER"):
        await attach_files(world, row["id"], kind=kind)
    document = """query ($id: ID!) { node(id: $id) { ... on Declaration {
      rosters: attachments(kind: [ROSTER]) { kind } none: attachments(kind: []) { kind } } } }"""
    found = (await world.ask(document, "unit", id=row["id"])).only
    assert found == {"rosters": [{"kind": "ROSTER"}] * 2, "none": []}


async def test_x9_history_tells_what_was_attached_and_taken_off(world: World) -> None:
    row = await drafted(world)
    (file,) = await attach_files(world, row["id"], kind="ROSTER")
    await world.mutate("detach", {"attachmentId": file["id"]}, "unit")
    told_of = f"ROSTER 材料.pdf, sha256 {file['sha256']}"
    steps = await history_of(world, "Declaration", row["id"], "officer")
    assert [(step["action"], step["changes"]) for step in steps[1:]] == [
        ("ATTACH", [{"field": "attachments", "before": "", "after": told_of}]),
        ("DETACH", [{"field": "attachments", "before": told_of, "after": ""}]),
    ]


async def test_x12_the_same_key_attaches_and_detaches_once(world: World) -> None:
    row = await drafted(world)
    asked = {"recordId": row["id"], "uploadIds": [await upload_file(world)], "kind": "OTHER"}
    first, again = [
        await world.mutate("attach", asked, "unit", ATTACHED_SELECTION, key="attach-0001")
        for _ in range(2)
    ]
    assert first == again
    gone = {"attachmentId": first["attachments"][0]["id"]}
    first, again = [
        await world.mutate("detach", gone, "unit", DETACHED_SELECTION, key="detach-0001")
        for _ in range(2)
    ]
    assert first == again
    assert await world.load_rows(Attachment) == []


# how much


async def test_x6_a_record_has_at_most_as_many_files_as_the_policy_says(world: World) -> None:
    await limited(world, "attachments.max_count", "2")
    row = await drafted(world)
    await attach_files(world, row["id"])
    ids = [await upload_file(world) for _ in range(2)]
    asked = {"recordId": row["id"], "uploadIds": ids, "kind": "OTHER"}
    assert await assert_refused(world, "attach", asked, "unit") == [
        ("TOO_MANY_FILES", "input.uploadIds")
    ]
    await attach_files(world, row["id"], ids[0])
    assert len(await world.load_rows(Attachment)) == 2


async def test_x6_what_was_uploaded_for_one_kind_of_record_is_judged_again_for_another(
    world: World,
) -> None:
    await limited(world, "attachments.types", "PDF", "STAFF")
    row = await drafted(world)
    (member,) = await staff_of(world, row)
    name, content = FILE_BY_TYPE[list(FILE_BY_TYPE)[1]]
    upload = await upload_file(world, content, name=name, record="DECLARATION")
    asked = {"recordId": member["id"], "uploadIds": [upload], "kind": "OTHER"}
    assert await assert_refused(world, "attach", asked, "unit") == [
        ("FILE_TYPE_NOT_ALLOWED", "input.uploadIds.0")
    ]


async def limited(world: World, key: str, value: str, category: str | None = None) -> None:
    chain = InternshipScenario(world)
    draft = {
        "key": key,
        "region": "220104",
        "category": category,
        "value": value,
        "effectiveFrom": "2024-01-01",
        "source": "区通知",
    }
    row = await chain.run_step("proposeParameter", draft, "province", "parameter")
    await chain.run_step("approveParameter", to_decision(row), "deputy", "parameter")


@pytest.mark.parametrize(
    ("ids", "reason"),
    [
        ([], ("LIST_EMPTY", "input.uploadIds")),
        (["same", "same"], ("LISTED_TWICE", "input.uploadIds.1")),
    ],
)
async def test_a_list_of_nothing_or_of_the_same_is_refused(
    world: World, ids: list[str], reason: tuple[str, str]
) -> None:
    row = await drafted(world)
    asked = {"recordId": row["id"], "uploadIds": ids, "kind": "OTHER"}
    assert await assert_refused(world, "attach", asked, "unit") == [reason]


# whose


async def test_x10_another_unit_s_upload_record_and_attachment_are_not_there(world: World) -> None:
    await world.add_unit("other", NANGUAN_DISTRICT)
    mine, theirs = await drafted(world), await drafted(world, "other")
    (file,) = await attach_files(world, theirs["id"], as_="other")
    foreign = await upload_file(world, as_="other")
    own = await upload_file(world)
    ask = {"kind": "OTHER"}
    tries: tuple[tuple[str, Mapping[str, object], str], ...] = (
        ("attach", ask | {"recordId": mine["id"], "uploadIds": [own, foreign]}, "uploadIds.1"),
        ("attach", ask | {"recordId": theirs["id"], "uploadIds": [own]}, "recordId"),
        ("detach", {"attachmentId": file["id"]}, "attachmentId"),
    )
    for mutation, asked, place in tries:
        assert await assert_refused(world, mutation, asked, "unit") == [
            ("NOT_FOUND", f"input.{place}")
        ]
    assert await read_attachments(world, "Declaration", theirs["id"]) is None


async def test_x10_nobody_takes_up_what_a_colleague_announced(world: World) -> None:
    """An upload is its account's, even within one unit."""
    unit = world.accounts["unit"]
    await world.add_account("second", unit.role, unit.region, unit_id=unit.unit_id)
    row, upload = await drafted(world), await upload_file(world, as_="second")
    asked = {"recordId": row["id"], "uploadIds": [upload], "kind": "OTHER"}
    assert await assert_refused(world, "attach", asked, "unit") == [
        ("NOT_FOUND", "input.uploadIds.0")
    ]
    await attach_files(world, row["id"], upload, as_="second")


async def test_x10_a_link_is_good_for_some_minutes_and_as_long_as_its_attachment(
    world: World,
) -> None:
    row = await drafted(world)
    await attach_files(world, row["id"])
    (seen,) = await read_attachments(world, "Declaration", row["id"], "officer")
    assert (await world.client.get(seen["url"])).status_code == 200
    now = world.clock.now
    world.clock.now = now + timedelta(minutes=5)
    late = await world.client.get(seen["url"], headers={"accept-language": "en"})
    assert (late.status_code, late.json()["reason"]) == (410, "LINK_EXPIRED")
    world.clock.now = now
    await world.mutate("detach", {"attachmentId": seen["id"]}, "unit")
    assert (await world.client.get(seen["url"])).status_code == 404


async def test_x10_a_link_speaks_for_whom_it_was_signed_for(world: World) -> None:
    """Once the record has left an officer's region, their old link opens nothing."""
    row = await drafted(world)
    await attach_files(world, row["id"])
    (officers,) = await read_attachments(world, "Declaration", row["id"], "officer")
    (units,) = await read_attachments(world, "Declaration", row["id"], "unit")
    await moved_to(world, NANGUAN_DISTRICT)
    assert (await world.client.get(officers["url"])).status_code == 404
    assert (await world.client.get(units["url"])).status_code == 200


async def moved_to(world: World, region: str) -> None:
    """Let the world's unit be in another region from now on."""
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        here = update(Unit).where(Unit.id == world.accounts["unit"].unit_id)
        await session.execute(here.values(region=region))


# many at once


async def test_x12_of_many_who_attach_the_same_upload_one_wins(world: World) -> None:
    row, upload = await drafted(world), await upload_file(world)
    asked = {"recordId": row["id"], "uploadIds": [upload], "kind": "OTHER"}
    results = await asyncio.gather(*(world.mutate("attach", asked, "unit") for _ in range(16)))
    lost = [
        list_refusal_reasons(result)
        for result in results
        if result["__typename"] != "AttachmentsPayload"
    ]
    assert lost == [[("UPLOAD_USED", "input.uploadIds.0")]] * 15
    assert len(await world.load_rows(Attachment)) == 1


async def test_x12_attaching_at_once_never_exceeds_the_number(world: World) -> None:
    await limited(world, "attachments.max_count", "3")
    row = await drafted(world)
    asks = [
        {"recordId": row["id"], "uploadIds": [await upload_file(world)], "kind": "OTHER"}
        for _ in range(8)
    ]
    results = await asyncio.gather(*(world.mutate("attach", asked, "unit") for asked in asks))
    lost = [
        list_refusal_reasons(result)
        for result in results
        if result["__typename"] != "AttachmentsPayload"
    ]
    assert lost == [[("TOO_MANY_FILES", "input.uploadIds")]] * 5
    assert len(await world.load_rows(Attachment)) == 3


async def test_x12_taking_off_and_submitting_at_once_never_submits_without_the_document(
    world: World,
) -> None:
    await demanded(world, "ROSTER", "DECLARATION")
    row = await drafted(world)
    (file,) = await attach_files(world, row["id"], kind="ROSTER")
    gone = {"attachmentId": file["id"]}
    detaching, submitting = await asyncio.gather(
        world.mutate("detach", gone, "unit"),
        world.mutate("submitDeclaration", to_decision(row), "unit"),
    )
    if detaching["__typename"] == "DetachmentPayload":
        assert list_refusal_reasons(submitting) == [("DOCUMENTS_MISSING", "input")]
    else:
        assert list_refusal_reasons(detaching) == [("WRONG_STATUS", "input")]
        assert submitting["__typename"] == "DeclarationPayload"
    assert len(await world.load_rows(Attachment)) == (
        detaching["__typename"] != "DetachmentPayload"
    )


async def test_a_refused_attachment_leaves_its_upload_to_be_used(world: World) -> None:
    row, upload = await drafted(world), await upload_file(world)
    await try_mutation(
        world, "attach", {"recordId": "x", "uploadIds": [upload], "kind": "OTHER"}, "unit"
    )
    await attach_files(world, row["id"], upload)
    used = {"recordId": row["id"], "uploadIds": [upload], "kind": "OTHER"}
    assert await assert_refused(world, "attach", used, "unit") == [
        ("UPLOAD_USED", "input.uploadIds.0")
    ]


async def test_j8_what_a_record_needs_follows_its_kind_its_region_and_its_month(web: World) -> None:
    """J8, J33, X21: items J19 and J30; a claim goes by its kind, a report by its month."""
    await demanded(web, "ROSTER", "LIVING_ALLOWANCE")
    await demanded(web, "OTHER", "POST")
    chain = InternshipScenario(web)
    await chain.approve_declaration()
    await chain.add_post()
    intern = await chain.approve_intern(1)
    for month in ("2024-08", "2024-09", "2024-10"):
        (report,) = await chain.approve_reports(month, intern)
    claim = await chain.draft_claim("2024-10")
    assert await needed(web, "LivingAllowanceClaim", claim["id"]) == {"ROSTER": False}
    assert await needed(web, "MonthlyReport", report["id"]) == {}
    assert await needed(web, "Post", chain.post["id"]) == {"OTHER": False}
    await attach_files(web, claim["id"], kind="OTHER")
    assert await needed(web, "LivingAllowanceClaim", claim["id"]) == {"ROSTER": False}
    await attach_files(web, claim["id"], kind="ROSTER")
    assert await needed(web, "LivingAllowanceClaim", claim["id"]) == {"ROSTER": True}
