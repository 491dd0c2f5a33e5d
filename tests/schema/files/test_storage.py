"""How much a unit's files may take: refused before a byte is read, and never passed by many."""

import asyncio
from datetime import date
from typing import Any

import pytest

from models import Parameter, ParameterStatus, Upload
from tests.factories.files import a_pdf
from tests.factories.filing import ATTACHED_SELECTION, UPLOAD_SELECTION, upload_file
from tests.factories.internship_scenario import DECLARATION_DRAFT, InternshipScenario
from tests.factories.refusal import list_refusal_reasons
from tests.factories.rows import CHAOYANG_DISTRICT
from tests.factories.story import story
from tests.factories.world import NOW, World

KIB = 1024
USE = "{ viewer { storage { kept maxKept today maxPerDay } } }"


@story
async def declaration(world: World) -> Any:
    """Draft a declaration in a district where files may take 1 MiB, and 2 MiB a day."""
    limits = {"storage.max_kept": "1", "storage.max_per_day": "2"}
    for key, value in limits.items():
        await world.add_rows(
            Parameter(
                key=key,
                region=CHAOYANG_DISTRICT,
                value=value,
                unit="MiB",
                effective_from=date(2020, 1, 1),
                source="测试",
                confirmed=True,
                status=ParameterStatus.APPROVED,
                decided_at=NOW,
            )
        )
    return await InternshipScenario(world, "unit").run_step(
        "createDeclaration", DECLARATION_DRAFT, "unit", "declaration"
    )


async def announce(world: World, kib: int, as_: str = "unit") -> Any:
    asked = {"recordKind": "DECLARATION", "name": "证明.pdf", "size": kib * KIB}
    return await world.mutate("requestUpload", asked, as_, UPLOAD_SELECTION)


async def attach(world: World, declaration: Any, upload: str) -> Any:
    asked = {"recordId": declaration["id"], "uploadIds": [upload], "kind": "TRAINING_PLAN"}
    return await world.mutate("attach", asked, "unit", ATTACHED_SELECTION)


async def read_use(world: World) -> Any:
    return (await world.ask(USE, "unit")).only["storage"]


async def test_x12_many_announcements_at_once_keep_to_the_day_and_the_rest_is_told(
    world: World, declaration: Any
) -> None:
    await world.add_account("second", **_share_unit(world))
    answers = await asyncio.gather(
        *(announce(world, 600, as_) for as_ in ("unit", "second") for _ in range(3))
    )
    refused = [each for each in answers if each["__typename"] != "UploadPayload"]
    assert len(refused) == 3
    for each in refused:
        assert list_refusal_reasons(each) == [("STORAGE_DAY_FULL", "input.size")]
    assert len(await world.load_rows(Upload)) == 3
    use = await read_use(world)
    assert use == {"kept": 0, "maxKept": KIB, "today": 1800, "maxPerDay": 2 * KIB}


def _share_unit(world: World) -> dict[str, Any]:
    unit = world.accounts["unit"]
    return {"role": unit.role, "region": unit.region, "unit_id": unit.unit_id}


async def test_what_is_larger_than_the_room_is_refused_in_both_languages(
    world: World, declaration: Any
) -> None:
    document = """mutation ($input: UploadDraftInput!) { requestUpload(input: $input) {
      ... on Invalid { faults { reason path message cure } } } }"""
    asked = {"recordKind": "DECLARATION", "name": "证明.pdf", "size": 1025 * KIB}
    for language, words in (("zh", "本单位的文件总量将超过1兆字节"), ("en", "more than 1 MiB")):
        answer = await world.ask(document, "unit", language, input=asked)
        (told,) = answer.only["faults"]
        assert (told["reason"], told["path"]) == ("STORAGE_FULL", ["input", "size"])
        assert words in told["message"]
        assert told["cure"]
    assert (await read_use(world))["today"] == 0  # what was refused takes nothing


async def test_x12_files_kept_at_once_never_take_more_than_there_is_and_removing_gives_back(
    world: World, declaration: Any
) -> None:
    uploads = [await upload_file(world, a_pdf(600 * KIB)) for _ in range(3)]
    answers = await asyncio.gather(*(attach(world, declaration, each) for each in uploads))
    kept = [each for each in answers if each["__typename"] == "AttachmentsPayload"]
    assert len(kept) == 1
    refused = [list_refusal_reasons(each) for each in answers if each not in kept]
    assert refused == [[("STORAGE_FULL", "input.uploadIds")]] * 2
    assert (await read_use(world))["kept"] == 600
    (file,) = kept[0]["attachments"]
    await world.mutate("detach", {"attachmentId": file["id"]}, "unit")
    assert (await read_use(world))["kept"] == 0
    left = next(id for id, each in zip(uploads, answers, strict=True) if each not in kept)
    assert (await attach(world, declaration, left))["__typename"] == "AttachmentsPayload"


@pytest.mark.parametrize("who", ["officer", None])
async def test_who_acts_for_no_unit_is_told_of_no_quota(world: World, who: str | None) -> None:
    assert (await world.ask(USE, who)).only["storage"] is None
