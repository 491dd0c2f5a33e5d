"""Nothing is done twice: idempotency keys and versions (X12)."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from graphql import (
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    NonNullTypeNode,
    parse,
)
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from loaders.actor import Actor, set_rls_context
from loaders.database_fault import OutcomeUnknownError
from models import BankAccount, History, MonthlyReport, Post, Request
from resolvers.claims.claim_line_selection import LineFilter, WhichLines
from resolvers.kernel import chain as chain_writer
from resolvers.kernel.mutation import is_kept_for, is_repeatable
from resolvers.kernel.request_spelling import (
    LATER_FIELDS,
    spell_request,
    spell_request_as_released,
)
from resolvers.kernel.review import ReviewFilter
from resolvers.training.training_claim import TrainingClaimChange
from rules.kernel.text import to_camel_case
from rules.kernel.value import Day, RowId
from tests.factories.database import Database
from tests.factories.internship_scenario import (
    ACCOUNT_DRAFT,
    POST_DRAFT,
    InternshipScenario,
    to_decision,
)
from tests.factories.rows import a_credit_code, an_id_number
from tests.factories.story import story
from tests.factories.world import World
from tests.house.release_schema import get_schema_path
from tools.sdl import SNAPSHOT

KEY = "0192-a-client-s-key"
NEW_YEAR = Day(date(2026, 1, 1))
RELEASED_FILTER = {
    *("expected", "status", "region", "name", "category", "kind", "year", "from_month"),
    *("to_month", "since", "until", "submitted_from", "submitted_to"),
}
ADDED = "... on PostPayload { post { id version status name } }"
REPORTS = "... on MonthlyReportsPayload { monthlyReports { id version status wagePaid } }"


@story
async def chain(world: World) -> InternshipScenario:
    made = InternshipScenario(world)
    await made.approve_declaration()
    return made


async def add(
    chain: InternshipScenario, key: str | None = KEY, as_: str = "unit", **changes: Any
) -> Any:
    return await chain.world.mutate("addPost", POST_DRAFT | changes, as_, ADDED, key)


async def test_x12_the_same_request_answers_the_same_record_and_does_nothing_twice(
    chain: InternshipScenario,
) -> None:
    first, second = await add(chain), await add(chain)
    assert first == second
    assert first["__typename"] == "PostPayload"
    assert len(await chain.world.load_rows(Post)) == 1
    told = [h for h in await chain.world.load_rows(History) if h.record == "Post"]
    assert len(told) == 1


async def test_x12_sixteen_at_once_under_one_key_make_one_record(chain: InternshipScenario) -> None:
    answers = await asyncio.gather(*(add(chain) for _ in range(16)))
    assert len({answer["post"]["id"] for answer in answers}) == 1
    assert len(await chain.world.load_rows(Post)) == 1


async def test_x11_x12_a_key_is_not_kept_as_it_was_sent_and_one_of_an_older_release_still_counts(
    chain: InternshipScenario,
) -> None:
    """Clients make keys of ID numbers; and an answer given before an upgrade is not given twice."""
    first = await add(chain, key=an_id_number(1))
    (kept,) = await chain.world.load_rows(Request)
    assert an_id_number(1) not in kept.key
    async with AsyncSession(chain.world.service.writes) as session, session.begin():
        await set_rls_context(session, Actor(account=kept.account_id))
        await session.execute(update(Request).values(key=an_id_number(1)))
    assert await add(chain, key=an_id_number(1)) == first
    assert len(await chain.world.load_rows(Post)) == 1


async def test_x12_of_two_releases_that_kept_a_key_the_later_ones_answer_counts(
    chain: InternshipScenario,
) -> None:
    """A process of before 0.2 that was still served finds no keyed name, and writes its own."""
    first = await add(chain)
    (kept,) = await chain.world.load_rows(Request)
    async with AsyncSession(chain.world.service.writes) as session, session.begin():
        await set_rls_context(session, Actor(account=kept.account_id))
        told = {"mutation": kept.mutation, "input_hash": kept.input_hash, "answer": []}
        row = {"account_id": kept.account_id, "key": KEY, "at": kept.at, **told}
        await session.execute(insert(Request).values(row))
    assert await add(chain) == first
    assert len(await chain.world.load_rows(Post)) == 1


async def test_x12_a_request_of_a_release_is_known_again_after_the_upgrade(
    chain: InternshipScenario,
) -> None:
    """Its inputs had fewer fields: the account's name could not be changed."""
    account = await chain.add_bank_account()
    given = {**to_decision(account), "bank": "中国银行", "branch": "长春分行", "isDefault": True}
    then = "... on BankAccountPayload { bankAccount { id version branch } }"
    first = await chain.world.mutate("changeBankAccount", given, "unit", then, KEY)
    assert first["__typename"] == "BankAccountPayload", first
    said = (
        f'{{"input":{{"bank":"中国银行","branch":"长春分行","id":"{account["id"]}",'
        f'"is_default":true,"version":{account["version"]}}}}}'
    )
    (digest, *_) = chain.world.service.seal.compute_indexes("request", said)
    (kept,) = await chain.world.load_rows(Request)
    async with AsyncSession(chain.world.service.writes) as session, session.begin():
        await set_rls_context(session, Actor(account=kept.account_id))
        await session.execute(update(Request).values(input_hash=digest))
    assert await chain.world.mutate("changeBankAccount", given, "unit", then, KEY) == first
    other = await chain.world.mutate(
        "changeBankAccount", given | {"accountName": "乙公司"}, "unit", then, KEY
    )
    assert other["reason"] == "IDEMPOTENCY_KEY_REUSED"


def test_x12_a_request_is_spelled_as_its_release_did() -> None:
    """What is left out was null; ranges had one name; of several ways one is chosen still."""
    some = spell_request_as_released({"input": ReviewFilter(expected=1, created_from=NEW_YEAR)})
    assert json.loads(some)["input"].keys() - RELEASED_FILTER == {"created_from"}
    choice = WhichLines(where=LineFilter(expected=3))
    assert json.loads(spell_request_as_released({"input": choice})) == {
        "input": {
            "records": "",
            "claim_ids": "",
            "publicity_id": "",
            "where": {"expected": 3}
            | dict.fromkeys(("kind", "region", "from_month", "to_month", "year", "unit_name")),
        }
    }
    named: dict[str, Any] = {
        "id": RowId("c"),
        "version": 1,
        "class_id": RowId("k"),
        "bank_account_id": RowId("b"),
    }
    change = TrainingClaimChange(**named)
    assert json.loads(spell_request_as_released({"input": change}))["input"]["trainee_ids"] is None
    assert json.loads(spell_request({"input": change}))["input"]["trainee_ids"] == ""


def test_x12_what_inputs_have_had_since_the_release_is_listed() -> None:
    then, now = _list_input_fields(get_schema_path("0.1.0")), _list_input_fields(SNAPSHOT)
    later = {
        name: {
            field.name.value
            for field in now[name]
            if field.name.value not in {each.name.value for each in then[name]}
            and not (isinstance(field.type, NonNullTypeNode) and field.default_value is None)
        }
        for name in then.keys() & now.keys() - {"StatisticsFilterInput"}
    }
    assert {name: found for name, found in later.items() if found} == {
        f"{name}Input": {to_camel_case(each) for each in found}
        for name, found in LATER_FIELDS.items()
    }


def _list_input_fields(path: Path) -> Mapping[str, Sequence[InputValueDefinitionNode]]:
    return {
        each.name.value: each.fields or ()
        for each in parse(path.read_text(encoding="utf-8")).definitions
        if isinstance(each, InputObjectTypeDefinitionNode)
    }


async def test_x12_a_key_is_refused_for_another_input_and_for_another_mutation(
    chain: InternshipScenario,
) -> None:
    post = (await add(chain))["post"]
    other = await add(chain, headcount=6)
    assert (other["reason"], other["path"]) == ("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])
    withdrawn = await chain.world.mutate("withdrawPost", to_decision(post), "unit", ADDED, KEY)
    assert withdrawn["reason"] == "IDEMPOTENCY_KEY_REUSED"
    account = await chain.world.mutate("addBankAccount", ACCOUNT_DRAFT, "unit", "", KEY)
    assert account["reason"] == "IDEMPOTENCY_KEY_REUSED"
    assert await chain.world.load_rows(BankAccount) == []


async def test_x12_two_inputs_at_once_under_one_key_have_one_winner(
    chain: InternshipScenario,
) -> None:
    both = await asyncio.gather(*(add(chain, name=name) for name in ("测试", "运维") * 4))
    names = {answer["post"]["name"] for answer in both if "post" in answer}
    refused = [answer["reason"] for answer in both if "post" not in answer]
    assert len(names) == 1
    assert refused == ["IDEMPOTENCY_KEY_REUSED"] * 4


async def test_x12_another_accounts_same_key_is_another_request(chain: InternshipScenario) -> None:
    await chain.world.add_unit("rival", credit_code=a_credit_code(77))
    await InternshipScenario(chain.world, "rival").approve_declaration()
    own, theirs = await add(chain), await add(chain, as_="rival")
    assert own["post"]["id"] != theirs["post"]["id"]


async def test_x12_what_failed_may_be_tried_again_under_the_same_key(world: World) -> None:
    chain = InternshipScenario(world)
    assert (await add(chain))["reason"] == "DECLARATION_NOT_APPROVED"
    await chain.approve_declaration()
    assert (await add(chain))["post"]["status"] == "APPROVED"


async def test_x12_a_malformed_key_is_refused(chain: InternshipScenario) -> None:
    for key in ("short", "x" * 65, "with space", "钥匙钥匙钥匙钥匙", "", "a" * 8 + "\n"):
        assert (await add(chain, key))["reason"] == "IDEMPOTENCY_KEY_MALFORMED"
    assert await chain.world.load_rows(Post) == []


async def test_x12_a_replay_answers_the_record_as_it_is_now(chain: InternshipScenario) -> None:
    post = (await add(chain))["post"]
    await chain.run_step("withdrawPost", await _returned(chain, post), "unit", "post")
    again = (await add(chain))["post"]
    assert again["id"] == post["id"]
    assert (again["status"], again["version"]) == ("WITHDRAWN", post["version"] + 2)


async def _returned(chain: InternshipScenario, post: Any) -> dict[str, Any]:
    why = to_decision(post) | {"reason": "重名"}
    return to_decision(await chain.run_step("revokePost", why, "officer", "post"))


async def _saved(chain: InternshipScenario) -> tuple[dict[str, Any], Any]:
    await chain.add_post()
    interns = [await chain.approve_intern(number) for number in (3, 1, 2)]
    figures = {"daysAttended": 22, "wagePaid": "3400.00", "insurancePaid": "1.00"}
    rows = [figures | {"internId": intern["id"]} for intern in interns]
    input = {"month": "2024-08", "rows": rows}
    return input, await chain.world.mutate("saveMonthlyReports", input, "unit", REPORTS, KEY)


async def test_x12_a_bulk_mutation_is_replayed_in_its_order_with_one_statement(
    chain: InternshipScenario,
) -> None:
    input, saved = await _saved(chain)
    again = await chain.world.mutate("saveMonthlyReports", input, "unit", REPORTS, KEY)
    assert again == saved
    assert sum("FROM monthly_report" in text for text in chain.world.statements) == 1
    assert len(await chain.world.load_rows(MonthlyReport)) == 3


async def test_x12_a_bulk_transition_happens_once_and_a_replay_is_not_stale(
    chain: InternshipScenario,
) -> None:
    _, saved = await _saved(chain)
    records = {"records": [to_decision(row) for row in saved["monthlyReports"]]}
    key = f"{KEY}-2"
    submit = chain.world.mutate
    answers = await asyncio.gather(
        *(submit("submitMonthlyReports", records, "unit", REPORTS, key) for _ in range(16))
    )
    assert all(answer == answers[0] for answer in answers)
    assert {row["status"] for row in answers[0]["monthlyReports"]} == {"SUBMITTED"}
    assert {row.version for row in await chain.world.load_rows(MonthlyReport)} == {2}
    without = await submit("submitMonthlyReports", records, "unit", REPORTS)
    assert (without["current"], without["path"]) == (2, ["input", "records", "0"])


async def test_x12_a_change_against_an_old_version_is_refused_with_the_current_one(
    chain: InternshipScenario,
) -> None:
    account = await chain.add_bank_account()
    change = to_decision(account) | {"isDefault": True, "bank": "中国银行", "branch": "朝阳支行"}
    results = await asyncio.gather(
        *(chain.world.mutate("changeBankAccount", change, "unit") for _ in range(8))
    )
    told = sorted(result["__typename"] for result in results)
    assert told == ["BankAccountPayload"] + ["StaleVersion"] * 7
    assert {result["current"] for result in results if "current" in result} == {2}


async def test_x12_a_key_is_kept_for_the_name_that_clients_call_the_mutation(
    chain: InternshipScenario,
) -> None:
    await add(chain)
    (kept,) = await chain.world.load_rows(Request)
    assert kept.mutation == "addPost"


async def test_x12_a_key_kept_for_a_python_name_before_0_1_0_still_answers(
    chain: InternshipScenario, database: Database
) -> None:
    first = await add(chain)
    owner = await asyncpg.connect(database.owner_url.replace("+asyncpg", ""))
    await owner.execute("UPDATE request SET mutation = 'add_post'")
    await owner.close()
    assert await add(chain) == first
    assert len(await chain.world.load_rows(Post)) == 1


@pytest.mark.parametrize(
    ("kept", "name"),
    [
        ("submit_monthly_report", "submitMonthlyReports"),
        ("review_claim", "reviewClaims"),
        ("approve_clawback", "confirmClawback"),
    ],
)
def test_x12_names_kept_before_0_1_0_belong_to_one_mutation(kept: str, name: str) -> None:
    assert is_kept_for(kept, name)
    assert not is_kept_for(kept, "addPost")
    assert not is_kept_for("addPost", name)


@pytest.mark.parametrize(("key", "commits"), [(KEY, 2), (None, 1)])
async def test_x12_what_was_lost_as_it_was_committed_is_sent_again_under_a_key_alone(
    chain: InternshipScenario, monkeypatch: pytest.MonkeyPatch, key: str | None, commits: int
) -> None:
    committed: list[AsyncSession] = []

    async def commit_and_lose(session: AsyncSession) -> None:
        await session.commit()
        committed.append(session)
        if len(committed) == 1:
            raise OutcomeUnknownError

    monkeypatch.setattr("resolvers.kernel.mutation._commit", commit_and_lose)
    with nullcontext() if key else pytest.raises(AssertionError):
        await add(chain, key)
    assert len(committed) == commits
    assert len(await chain.world.load_rows(Post)) == 1


def test_x12_nothing_is_sent_again_where_no_request_was_kept() -> None:
    """Who has no account may send a key, and nothing is kept under it."""
    assert not is_repeatable(OutcomeUnknownError(), None)


@pytest.mark.parametrize(
    ("mutation", "input"),
    [
        ("addPost", POST_DRAFT),
        ("setFavourites", {"functions": []}),
    ],
)
async def test_x12_an_answer_whose_request_is_not_there_is_not_lost_without_a_word(
    chain: InternshipScenario,
    monkeypatch: pytest.MonkeyPatch,
    mutation: str,
    input: Mapping[str, object],
) -> None:
    """Nothing is written then: whoever repeats it would not hear what was done."""
    held = chain_writer.hold_answer_back

    def hold_for_another(session: Session, answer: chain_writer.RequestAnswer) -> None:
        held(session, answer._replace(key="of-nobody"))

    monkeypatch.setattr(chain_writer, "hold_answer_back", hold_for_another)
    before = len(await chain.world.load_rows(History))
    with pytest.raises(AssertionError):
        await chain.world.mutate(mutation, input, "unit", key=KEY)
    assert len(await chain.world.load_rows(History)) == before
    assert await chain.world.load_rows(Request) == []
