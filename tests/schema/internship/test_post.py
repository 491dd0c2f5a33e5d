import asyncio
from datetime import date
from typing import Any
from uuid import uuid4

from models import History, Parameter, ParameterStatus, Post
from tests.factories.chain import POST, Chain, handle
from tests.factories.refusal import refused, said, told
from tests.factories.rows import CHAOYANG, a_bank_account, a_post, an_id
from tests.factories.world import World, global_id

SAME_NAMES = (
    "软件测试 QA",
    "软件测试 qa",
    "软件测试　ＱＡ",
    " 软件测试 Qa ",
    "软件测试\u3000  ｑＡ",
)


async def reviewed_posts(world: World) -> None:
    """Let posts of the district be reviewed."""
    await world.add(
        Parameter(
            id=uuid4(),
            key="post.review_required",
            region=CHAOYANG,
            value="true",
            unit="flag",
            effective_from=date(2020, 1, 1),
            source="区文件",
            confirmed=True,
            status=ParameterStatus.APPROVED,
            decided_at=world.service.now(),
        )
    )


async def step(world: World, action: str, row: Any, as_: str, **more: Any) -> Any:
    return await Chain(world).step(f"{action}Post", handle(row) | more, as_, "post")


async def test_j10_only_a_unit_with_an_approved_declaration_adds_posts(world: World) -> None:
    no = [("DECLARATION_NOT_APPROVED", "input")]
    assert await refused(world, "addPost", POST, "unit") == no
    chain = Chain(world)
    declaration = await chain.declared()
    post = await chain.posted()
    await chain.step(
        "revokeDeclaration", handle(declaration) | {"reason": "复核"}, "officer", "declaration"
    )
    assert await refused(world, "addPost", POST | {"name": "另一岗位"}, "unit") == no
    assert await refused(world, "changePost", handle(post) | POST, "unit") == no


async def test_j11_a_name_is_taken_in_whatever_case_width_and_spacing(world: World) -> None:
    chain = Chain(world)
    await chain.declared()
    await chain.posted(name=SAME_NAMES[0])
    other = await chain.posted(name="软件测试QA")
    for name in SAME_NAMES:
        assert await refused(world, "addPost", POST | {"name": name}, "unit") == [
            ("NAME_TAKEN", "input.name")
        ]
        change = handle(other) | POST | {"name": name}
        assert await refused(world, "changePost", change, "unit") == [("NAME_TAKEN", "input.name")]


async def test_j11_a_post_keeps_its_own_name_and_another_unit_may_use_it(world: World) -> None:
    await world.unit("other")
    for unit in ("unit", "other"):
        chain = Chain(world, unit)
        await chain.declared()
        post = await chain.posted(name="文员")
        change = handle(post) | POST | {"name": " 文员", "headcount": 9}
        await chain.step("changePost", change, unit, "post")
    assert [(row.name, row.headcount) for row in await world.rows(Post)] == [("文员", 9)] * 2


async def test_j11_of_32_who_take_a_name_at_once_one_succeeds(world: World) -> None:
    await Chain(world).declared()
    names = [SAME_NAMES[n % len(SAME_NAMES)] for n in range(32)]
    results = await asyncio.gather(
        *(told(world, "addPost", POST | {"name": name}, "unit") for name in names)
    )
    lost = [result for result in results if result["__typename"] != "PostPayload"]
    assert [said(result) for result in lost] == [[("NAME_TAKEN", "input.name")]] * 31
    assert len(await world.rows(Post)) == 1


async def test_j10_a_post_taken_without_review_is_changed_while_it_is_approved(
    world: World,
) -> None:
    """J10, X4: what is offered is what then happens, review or not."""
    chain = Chain(world)
    await chain.declared()
    post = await chain.posted()
    assert await offered(world, post["id"]) == {"CHANGE"}
    post = await step(world, "change", post, "unit", **(POST | {"headcount": 7}))
    await reviewed_posts(world)
    assert await offered(world, post["id"]) == {"CHANGE"}
    await step(world, "change", post, "unit", **(POST | {"headcount": 8}))


async def test_x1_where_posts_are_reviewed_a_post_waits_and_an_approved_one_stands(
    world: World,
) -> None:
    chain = Chain(world)
    await chain.declared()
    await reviewed_posts(world)
    post = await chain.posted()
    assert await offered(world, post["id"]) == {"WITHDRAW"}
    post = await step(world, "return", post, "officer", reason="职责不清")
    assert await offered(world, post["id"]) == {"CHANGE", "SUBMIT", "WITHDRAW"}
    post = await step(world, "change", post, "unit", **(POST | {"duties": "一\n二"}))
    post = await step(world, "submit", post, "unit")
    post = await step(world, "approve", post, "officer")
    assert await offered(world, post["id"]) == {"REQUEST_CHANGE"}
    result = await told(world, "changePost", handle(post) | POST, "unit")
    assert said(result) == [("WRONG_STATUS", "input")]
    assert "APPROVED" in result["message"]
    assert "REVOKE" not in result["cure"]
    assert "REQUEST_CHANGE" in result["cure"]


async def offered(world: World, post: str) -> set[str]:
    query = (
        "query ($id: ID!) { node(id: $id) { ... on Post { possibleActions { action allowed } } } }"
    )
    told = (await world.ask(query, "unit", id=post)).only["possibleActions"]
    return {item["action"] for item in told if item["allowed"]}


async def test_j10_figures_and_texts_beyond_reason_are_told_with_their_places(world: World) -> None:
    await Chain(world).declared()
    bad = POST | {"headcount": -1, "monthlyWage": "9999999999.99"}
    assert await refused(world, "addPost", bad, "unit") == [
        ("NUMBER_OUT_OF_RANGE", "input.headcount"),
        ("AMOUNT_ABSURD", "input.monthlyWage"),
    ]
    bad = POST | {"name": "\u200b", "monthlyWage": "-3100", "duties": "", "workplace": "a\nb"}
    assert await refused(world, "addPost", bad, "unit") == [
        ("TEXT_EMPTY", "input.name"),
        ("NOT_AN_AMOUNT", "input.monthlyWage"),
        ("TEXT_UNPRINTABLE", "input.workplace"),
        ("TEXT_EMPTY", "input.duties"),
    ]


async def test_j5_posts_of_another_unit_and_records_of_another_type_are_not_found(
    world: World,
) -> None:
    other = await world.unit("other")
    theirs, account = a_post(other), a_bank_account(other)
    await world.add(theirs, account)
    chain = Chain(world)
    await chain.declared()
    mine = await chain.posted()
    own = world.accounts["unit"].unit_id
    assert own is not None
    for id_ in (
        global_id("Post", other.id, theirs.id),
        global_id("Post", own, theirs.id),
        global_id("BankAccount", other.id, account.id),
        global_id("Intern", own, an_id("nobody")),
        mine["id"][:-1],
    ):
        asked = POST | {"id": id_, "version": 1}
        assert await refused(world, "changePost", asked, "unit") == [("NOT_FOUND", "input.id")]


async def test_j5_posts_are_listed_newest_first_and_only_ones_own(world: World) -> None:
    other = await world.unit("other")
    await world.add(a_post(other))
    chain = Chain(world)
    await chain.declared()
    names = [f"岗位{n}" for n in range(6)]
    for name in names:
        await chain.posted(name=name)
    answer = await world.ask("{ posts { edges { node { name } } totalCount } }", "unit")
    assert [edge["node"]["name"] for edge in answer.only["edges"]] == names[::-1]
    assert answer.only["totalCount"] == 6


async def test_x9_a_changed_post_tells_old_and_new(world: World) -> None:
    chain = Chain(world)
    await chain.declared()
    post = await chain.posted()
    await step(world, "change", post, "unit", **(POST | {"name": "文员", "monthlyWage": "3500"}))
    (entry,) = [h for h in await world.rows(History) if h.record == "Post" and h.action == "CHANGE"]
    assert entry.changes == {
        "name": ["软件测试", "文员"],
        "name_key": ["软件测试", "文员"],
        "monthly_wage": ["3100.00", "3500.00"],
    }
