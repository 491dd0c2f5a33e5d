import asyncio
from datetime import date
from typing import Any
from uuid import uuid4

from models import History, Parameter, ParameterStatus, Post
from tests.factories.internship_scenario import POST_DRAFT, InternshipScenario, to_decision
from tests.factories.refusal import assert_refused, list_refusal_reasons, try_mutation
from tests.factories.rows import CHAOYANG_DISTRICT, a_bank_account, a_post, an_id
from tests.factories.world import World, build_global_id

SAME_NAMES = (
    "软件测试 QA",
    "软件测试 qa",
    "软件测试　ＱＡ",
    " 软件测试 Qa ",
    "软件测试\u3000  ｑＡ",
)


async def reviewed_posts(world: World) -> None:
    """Let posts of the district be reviewed."""
    await world.add_rows(
        Parameter(
            id=uuid4(),
            key="post.review_required",
            region=CHAOYANG_DISTRICT,
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
    return await InternshipScenario(world).run_step(
        f"{action}Post", to_decision(row) | more, as_, "post"
    )


async def test_j10_only_a_unit_with_an_approved_declaration_adds_posts(world: World) -> None:
    no = [("DECLARATION_NOT_APPROVED", "input")]
    assert await assert_refused(world, "addPost", POST_DRAFT, "unit") == no
    chain = InternshipScenario(world)
    declaration = await chain.approve_declaration()
    post = await chain.add_post()
    await chain.run_step(
        "revokeDeclaration", to_decision(declaration) | {"reason": "复核"}, "officer", "declaration"
    )
    assert await assert_refused(world, "addPost", POST_DRAFT | {"name": "另一岗位"}, "unit") == no
    now = {"id": post["id"], "version": post["version"] + 1}
    assert await assert_refused(world, "changePost", now | POST_DRAFT, "unit") == no


async def test_j11_a_name_is_taken_in_whatever_case_width_and_spacing(world: World) -> None:
    chain = InternshipScenario(world)
    await chain.approve_declaration()
    await chain.add_post(name=SAME_NAMES[0])
    other = await chain.add_post(name="软件测试QA")
    for name in SAME_NAMES:
        assert await assert_refused(world, "addPost", POST_DRAFT | {"name": name}, "unit") == [
            ("NAME_TAKEN", "input.name")
        ]
        change = to_decision(other) | POST_DRAFT | {"name": name}
        assert await assert_refused(world, "changePost", change, "unit") == [
            ("NAME_TAKEN", "input.name")
        ]


async def test_j11_a_post_keeps_its_own_name_and_another_unit_may_use_it(world: World) -> None:
    await world.add_unit("other")
    for unit in ("unit", "other"):
        chain = InternshipScenario(world, unit)
        await chain.approve_declaration()
        post = await chain.add_post(name="文员")
        change = to_decision(post) | POST_DRAFT | {"name": " 文员", "headcount": 9}
        await chain.run_step("changePost", change, unit, "post")
    assert [(row.name, row.headcount) for row in await world.load_rows(Post)] == [("文员", 9)] * 2


async def test_j11_of_32_who_take_a_name_at_once_one_succeeds(world: World) -> None:
    await InternshipScenario(world).approve_declaration()
    names = [SAME_NAMES[n % len(SAME_NAMES)] for n in range(32)]
    results = await asyncio.gather(
        *(try_mutation(world, "addPost", POST_DRAFT | {"name": name}, "unit") for name in names)
    )
    lost = [result for result in results if result["__typename"] != "PostPayload"]
    assert [list_refusal_reasons(result) for result in lost] == [
        [("NAME_TAKEN", "input.name")]
    ] * 31
    assert len(await world.load_rows(Post)) == 1


async def test_j10_a_post_taken_without_review_is_changed_while_it_is_approved(
    world: World,
) -> None:
    """J10, X4: what is offered is what then happens, review or not."""
    chain = InternshipScenario(world)
    await chain.approve_declaration()
    post = await chain.add_post()
    assert await offered(world, post["id"]) == {"CHANGE", "CLOSE"}
    post = await step(world, "change", post, "unit", **(POST_DRAFT | {"headcount": 7}))
    await reviewed_posts(world)
    assert await offered(world, post["id"]) == {"CHANGE", "CLOSE"}
    await step(world, "change", post, "unit", **(POST_DRAFT | {"headcount": 8}))


async def test_x1_where_posts_are_reviewed_a_post_waits_and_an_approved_one_stands(
    world: World,
) -> None:
    chain = InternshipScenario(world)
    await chain.approve_declaration()
    await reviewed_posts(world)
    post = await chain.add_post()
    assert await offered(world, post["id"]) == {"CHANGE", "SUBMIT", "WITHDRAW"}
    post = await step(world, "submit", post, "unit")
    assert await offered(world, post["id"]) == {"WITHDRAW"}
    post = await step(world, "return", post, "officer", reason="职责不清")
    assert await offered(world, post["id"]) == {"CHANGE", "SUBMIT", "WITHDRAW"}
    post = await step(world, "change", post, "unit", **(POST_DRAFT | {"duties": "一\n二"}))
    post = await step(world, "submit", post, "unit")
    post = await step(world, "approve", post, "officer")
    assert await offered(world, post["id"]) == {"REQUEST_CHANGE", "CLOSE"}
    result = await try_mutation(world, "changePost", to_decision(post) | POST_DRAFT, "unit")
    assert list_refusal_reasons(result) == [("WRONG_STATUS", "input")]
    assert "state approved" in result["message"]
    assert "revoke" not in result["cure"]
    assert "request change" in result["cure"]


async def offered(world: World, post: str) -> set[str]:
    query = (
        "query ($id: ID!) { node(id: $id) { ... on Post { possibleActions { action allowed } } } }"
    )
    told = (await world.ask(query, "unit", id=post)).only["possibleActions"]
    return {item["action"] for item in told if item["allowed"]}


async def test_j10_figures_and_texts_beyond_reason_are_told_with_their_places(world: World) -> None:
    await InternshipScenario(world).approve_declaration()
    bad = POST_DRAFT | {"headcount": -1, "monthlyWage": "9999999999.99"}
    assert await assert_refused(world, "addPost", bad, "unit") == [
        ("NUMBER_OUT_OF_RANGE", "input.headcount"),
        ("AMOUNT_ABSURD", "input.monthlyWage"),
    ]
    bad = POST_DRAFT | {"name": "\u200b", "monthlyWage": "-3100", "duties": "", "workplace": "a\nb"}
    assert await assert_refused(world, "addPost", bad, "unit") == [
        ("TEXT_EMPTY", "input.name"),
        ("NOT_AN_AMOUNT", "input.monthlyWage"),
        ("TEXT_UNPRINTABLE", "input.workplace"),
        ("TEXT_EMPTY", "input.duties"),
    ]


async def test_j5_posts_of_another_unit_and_records_of_another_type_are_not_found(
    world: World,
) -> None:
    other = await world.add_unit("other")
    theirs, account = a_post(other), a_bank_account(other)
    await world.add_rows(theirs, account)
    chain = InternshipScenario(world)
    await chain.approve_declaration()
    mine = await chain.add_post()
    own = world.accounts["unit"].unit_id
    assert own is not None
    for id_ in (
        build_global_id("Post", other.id, theirs.id),
        build_global_id("Post", own, theirs.id),
        build_global_id("BankAccount", other.id, account.id),
        build_global_id("Intern", own, an_id("nobody")),
        mine["id"][:-1],
    ):
        asked = POST_DRAFT | {"id": id_, "version": 1}
        assert await assert_refused(world, "changePost", asked, "unit") == [
            ("NOT_FOUND", "input.id")
        ]


async def test_j5_posts_are_listed_newest_first_and_only_ones_own(world: World) -> None:
    other = await world.add_unit("other")
    await world.add_rows(a_post(other))
    chain = InternshipScenario(world)
    await chain.approve_declaration()
    names = [f"岗位{n}" for n in range(6)]
    for name in names:
        await chain.add_post(name=name)
    answer = await world.ask("{ posts { edges { node { name } } totalCount } }", "unit")
    assert [edge["node"]["name"] for edge in answer.only["edges"]] == names[::-1]
    assert answer.only["totalCount"] == 6


async def test_x9_a_changed_post_tells_old_and_new(world: World) -> None:
    chain = InternshipScenario(world)
    await chain.approve_declaration()
    post = await chain.add_post()
    await step(
        world, "change", post, "unit", **(POST_DRAFT | {"name": "文员", "monthlyWage": "3500"})
    )
    (entry,) = [
        h for h in await world.load_rows(History) if h.record == "Post" and h.action == "CHANGE"
    ]
    assert entry.changes == {
        "name": ["软件测试", "文员"],
        "name_key": ["软件测试", "文员"],
        "monthly_wage": ["3100.00", "3500.00"],
    }
