"""What was begun before a right was revoked asks again, and ends with a told reason (ADR 0053)."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from types import ModuleType
from typing import Any

import pytest

from models import Account, Role, RosterRow
from resolvers.desk import export
from resolvers.kernel import mutation
from resolvers.kernel.background import JobContext
from resolvers.rosters import roster_check_job, roster_templates
from resolvers.rosters.roster_check_job import check_next_roster
from resolvers.rosters.roster_evaluation import evaluate_rows
from tests.factories.counted_claims import seed_claims_of_two_districts
from tests.factories.filing import UPLOAD_SELECTION, send_file
from tests.factories.revocation import (
    REVOCATIONS,
    Revocation,
    close_account,
    end_session,
    revoke_functions,
)
from tests.factories.roster import (
    ROSTER_SELECTION,
    a_roster,
    a_row,
    check_roster,
    read_roster,
    try_create_roster,
)
from tests.factories.rows import CHAOYANG_DISTRICT
from tests.factories.world import World, build_global_id

STOPPED_ZH = "办理期间，经办人的登录、账号或权限已终止；办理已停止，未保存任何内容。"
EXPORT = "{ export(list: CLAIMS, format: CSV) { url } }"
FAILED = "... on FailedRowsPayload { url }"


def revoke_before_second_piece(
    monkeypatch: pytest.MonkeyPatch,
    module: ModuleType,
    reader: str,
    revoke: Callable[[], Any],
) -> list[Any]:
    """Revoke something once a reader of pieces gives its second one; list what it gave."""
    given, read = list[Any](), getattr(module, reader)

    async def iterate(*arguments: Any) -> AsyncIterator[Any]:
        async for piece in read(*arguments):
            given.append(piece)
            if len(given) == 2:
                await revoke()
            yield piece

    monkeypatch.setattr(module, reader, iterate)
    return given


async def check_with_revocation(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str, revoke: Revocation
) -> int:
    """Check a roster row by row, revoke after the first one, and tell how many were judged."""
    monkeypatch.setattr(roster_check_job, "BATCH_SIZE", 1)
    judged = list[Any]()
    store = roster_check_job._evaluate_and_store

    async def count(*given: Any) -> Any:
        judged.append(given)
        return await evaluate_rows(*given)

    async def store_and_revoke(*given: Any) -> None:
        await store(*given)
        if len(judged) == 1:
            assert await world.load_rows(RosterRow)
            await revoke(world, name)

    monkeypatch.setattr(roster_check_job, "evaluate_rows", count)
    monkeypatch.setattr(roster_check_job, "_evaluate_and_store", store_and_revoke)
    assert await check_next_roster(JobContext(service=world.service)) == 1
    return len(judged)


async def add_colleague(world: World) -> Account:
    unit = world.accounts["unit"]
    return await world.add_account("second", unit.role, unit.region, unit_id=unit.unit_id)


async def test_s10_no_row_more_is_judged_of_a_roster_whose_sender_s_account_was_closed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_colleague(world)
    sent = (await try_create_roster(world, a_roster([a_row(1), a_row(2), a_row(3)])))["roster"]
    assert await check_with_revocation(world, monkeypatch, "unit", close_account) == 1
    assert await world.load_rows(RosterRow) == []
    for language, message in (("zh", STOPPED_ZH), ("en", "it was stopped")):
        found = await read_roster(world, sent["id"], "second", language)
        assert (found["state"], found["total"]) == ("REJECTED", 0)
        (told,) = found["faults"]
        assert told["reason"] == "ACCESS_ENDED"
        assert message in told["message"]


async def test_s10_who_signs_out_after_work_has_not_taken_back_their_roster(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_colleague(world)
    sent = (await try_create_roster(world, a_roster([a_row(1), a_row(2)])))["roster"]
    assert await check_with_revocation(world, monkeypatch, "unit", end_session) == 2
    assert (await read_roster(world, sent["id"], "second"))["state"] == "CHECKED"


async def test_x17_a_roster_sent_in_at_the_counter_ends_with_the_officer_s_function(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = await send_in_at_counter(world)
    assert await check_with_revocation(world, monkeypatch, "clerk", revoke_functions) == 1
    (told,) = (await read_roster(world, sent["id"]))["faults"]
    assert told["reason"] == "ACCESS_ENDED"


async def test_x17_a_roster_sent_in_at_the_counter_is_checked_like_any_other(
    world: World,
) -> None:
    sent = await send_in_at_counter(world)
    assert await check_next_roster(JobContext(service=world.service)) == 1
    assert (await read_roster(world, sent["id"]))["state"] == "CHECKED"


async def send_in_at_counter(world: World) -> Any:
    """Have an officer send in a roster of two rows for the unit."""
    await world.add_account("clerk", Role.DISTRICT_OFFICER)
    unit = world.accounts["unit"].unit_id
    assert unit is not None
    whom, content = build_global_id("Unit", unit), a_roster([a_row(1), a_row(2)])
    asked = {"name": "人员.xlsx", "size": len(content)}
    came = await world.mutate("requestRosterUpload", asked, "clerk", UPLOAD_SELECTION, behalf=whom)
    assert (await send_file(world, came["upload"]["url"], content)).status_code == 204
    draft = {"kind": "HIRING", "place": CHAOYANG_DISTRICT, "uploadId": came["upload"]["id"]}
    sent = await world.mutate("createRoster", draft, "clerk", ROSTER_SELECTION, behalf=whom)
    return sent["roster"]


@pytest.mark.parametrize("kind", REVOCATIONS)
async def test_x10_no_page_more_is_written_into_a_file_once_its_link_s_access_has_ended(
    world: World, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    await seed_claims_of_two_districts(world)
    url = (await world.ask(EXPORT, "officer")).only["url"]
    monkeypatch.setattr(export, "ROWS_PER_PAGE", 1)
    pages = revoke_before_second_piece(
        monkeypatch, export, "_read_pages", partial(REVOCATIONS[kind], world, "officer")
    )
    answer = await world.client.get(url, headers={"accept-language": "zh"})
    assert (answer.status_code, answer.json()["reason"]) == (403, "ACCESS_ENDED")
    assert answer.json()["message"] == STOPPED_ZH
    assert len(pages) == 2


@pytest.mark.parametrize("kind", ["session", "account"])
async def test_s10_no_row_more_is_written_into_a_correction_once_its_link_s_access_has_ended(
    world: World, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    found = await check_roster(world, a_roster([a_row(1), a_row(2), a_row(3)]))
    assert found["failed"] == 3
    asked = await world.mutate("requestFailedRows", {"id": found["id"]}, "unit", FAILED)
    monkeypatch.setattr(roster_templates, "BATCH_SIZE", 1)
    pieces = revoke_before_second_piece(
        monkeypatch,
        roster_templates,
        "_read_failed_rows",
        partial(REVOCATIONS[kind], world, "unit"),
    )
    answer = await world.client.get(asked["url"])
    assert (answer.status_code, answer.json()["reason"]) == (403, "ACCESS_ENDED")
    assert len(pieces) == 2


@pytest.mark.parametrize("kind", REVOCATIONS)
async def test_s1_what_a_mutation_wrote_is_undone_where_access_ended_while_it_ran(
    world: World, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The process hears of it: something was revoked of whoever asked."""
    run, account = mutation._run_mutation, world.accounts["officer"].id

    async def run_and_revoke(*given: Any) -> Any:
        await REVOCATIONS[kind](world, "officer")
        world.service.revocations.hear(f"granted {account}")
        return await run(*given)

    monkeypatch.setattr(mutation, "_run_mutation", run_and_revoke)
    result = await world.mutate("setFavourites", {"functions": ["REVIEW_CLAIMS"]}, "officer")
    assert (result["__typename"], result["reason"]) == ("Refusal", "ACCESS_ENDED")
    assert (await load_account(world, "officer")).favourites == []


async def test_s1_what_is_granted_while_a_mutation_runs_undoes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, account = mutation._run_mutation, world.accounts["officer"].id

    async def run_and_hear(*given: Any) -> Any:
        world.service.revocations.hear(f"granted {account}")
        return await run(*given)

    monkeypatch.setattr(mutation, "_run_mutation", run_and_hear)
    result = await world.mutate("setFavourites", {"functions": ["REVIEW_CLAIMS"]}, "officer")
    assert result["__typename"] == "AccountPayload"
    assert (await load_account(world, "officer")).favourites == ["REVIEW_CLAIMS"]


async def load_account(world: World, name: str) -> Account:
    (row,) = [a for a in await world.load_rows(Account) if a.username == name]
    assert isinstance(row, Account)
    return row
