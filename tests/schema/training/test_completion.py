"""Scores and completion of classes: entered, completed, reviewed (S27, S28)."""

from datetime import date
from typing import Any

import pytest

from models import (
    Completion,
    History,
    Parameter,
    ParameterStatus,
    Status,
    Trainee,
    TrainingClass,
)
from tests.factories.completion_scenario import OPENS, CompletionScenario
from tests.factories.internship_scenario import to_decision
from tests.factories.paging import read_pages
from tests.factories.refusal import assert_refused, list_refusal_reasons
from tests.factories.rows import CHENGDU_DISTRICT, an_id
from tests.factories.story import story
from tests.factories.world import World, build_global_id

WHY = {"reason": "成绩有误"}


@story
async def trainer(world: World) -> CompletionScenario:
    return await CompletionScenario(world).set_up()


async def outcomes(world: World) -> list[str]:
    rows: list[Trainee] = await world.load_rows(Trainee)
    return [row.outcome for row in sorted(rows, key=lambda row: row.name)]


def told(trainee: Any) -> tuple[Any, ...]:
    names = ("score", "absent", "outcome", "expectedOutcome")
    return tuple(trainee[name] for name in names)


async def test_s28_a_trainee_is_scored_by_hand_and_the_outcome_is_foretold(
    trainer: CompletionScenario,
) -> None:
    _, (first, second, third) = await trainer.seed_class()
    passed = (await trainer.try_score(first, "60"))["trainee"]
    assert told(passed) == ("60.00", False, "OPEN", "COMPLETED")
    failed = (await trainer.try_score(second, "59.99"))["trainee"]
    assert told(failed) == ("59.99", False, "OPEN", "NOT_COMPLETED")
    absent = (await trainer.try_score(third, None))["trainee"]
    assert told(absent) == (None, True, "OPEN", "NOT_COMPLETED")
    assert passed["version"] == 2


async def test_s28_a_score_is_corrected_and_the_history_tells_what_it_was(
    trainer: CompletionScenario,
) -> None:
    _, (first, *_) = await trainer.seed_class()
    row = (await trainer.try_score(first, "30"))["trainee"]
    row = (await trainer.try_score(row, "80.5"))["trainee"]
    assert told(row) == ("80.50", False, "OPEN", "COMPLETED")
    entries = [e for e in await trainer.world.load_rows(History) if e.action == "SCORE"]
    changes = [entry.changes["score"] for entry in sorted(entries, key=lambda e: e.sequence)]
    assert changes == [["", "30.00"], ["30.00", "80.50"]]
    assert {entry.person_id for entry in entries} != {None}


async def test_s28_the_same_score_again_changes_nothing(trainer: CompletionScenario) -> None:
    _, (first, *_) = await trainer.seed_class()
    row = (await trainer.try_score(first, "80"))["trainee"]
    assert (await trainer.try_score(row, "80.00"))["trainee"]["version"] == row["version"]


@pytest.mark.parametrize(
    ("score", "reason"),
    [
        ("101", "SCORE_OUT_OF_RANGE"),
        ("-1", "NOT_A_SCORE"),
        ("abc", "NOT_A_SCORE"),
        ("60.555", "NOT_A_SCORE"),
    ],
)
async def test_s28_what_is_no_score_is_refused_by_name(
    trainer: CompletionScenario, score: str, reason: str
) -> None:
    _, (first, *_) = await trainer.seed_class()
    wrong = first | {"score": score}
    assert await assert_refused(trainer.world, "scoreTrainee", wrong, "trainer") == [
        (reason, "input.score")
    ]


async def test_s28_a_trainee_has_either_a_score_or_was_absent(trainer: CompletionScenario) -> None:
    _, (first, *_) = await trainer.seed_class()
    for given in ({}, {"absent": False}, {"score": "60", "absent": True}):
        assert await assert_refused(trainer.world, "scoreTrainee", first | given, "trainer") == [
            ("SCORE_UNCLEAR", "input.score")
        ]


async def test_s28_a_trainee_of_another_unit_does_not_exist(trainer: CompletionScenario) -> None:
    other = await CompletionScenario(trainer.world, "other").add_unit()
    _, (theirs, *_) = await other.seed_class()
    row = other.row
    for id_ in (
        theirs["id"],
        build_global_id("Trainee", row.id, an_id("nobody")),
        build_global_id("TrainingClass", row.id, an_id("class", row.id, 1)),
        "学员",
    ):
        given = {"id": id_, "version": 1, "score": "60"}
        one = await assert_refused(trainer.world, "scoreTrainee", given, "trainer")
        assert one == [("NOT_FOUND", "input.id")]
        many = await assert_refused(
            trainer.world, "scoreTrainees", {"trainees": [given]}, "trainer"
        )
        assert many == [("NOT_FOUND", "input.trainees.0")]


async def test_s28_a_list_of_scores_is_entered_whole_or_not_at_all(
    trainer: CompletionScenario,
) -> None:
    _, trainees = await trainer.seed_class()
    first, second, third = trainees
    given = [
        first | {"score": "60"},
        second | {"score": "70", "absent": True},
        third,
        second | {"score": "60"},
    ]
    assert await assert_refused(trainer.world, "scoreTrainees", {"trainees": given}, "trainer") == [
        ("LISTED_TWICE", "input.trainees.3"),
        ("SCORE_UNCLEAR", "input.trainees.1.score"),
        ("SCORE_UNCLEAR", "input.trainees.2.score"),
    ]
    unread = [first | {"score": "101"}, second | {"score": "六十"}]
    assert await assert_refused(
        trainer.world, "scoreTrainees", {"trainees": unread}, "trainer"
    ) == [
        ("SCORE_OUT_OF_RANGE", "input.trainees.0.score"),
        ("NOT_A_SCORE", "input.trainees.1.score"),
    ]
    assert await assert_refused(trainer.world, "scoreTrainees", {"trainees": []}, "trainer") == [
        ("LIST_EMPTY", "input.trainees")
    ]
    found = await trainer.score_all(trainees, "60", "59", None)
    assert [told(row)[3] for row in found] == ["COMPLETED", "NOT_COMPLETED", "NOT_COMPLETED"]


async def test_x12_a_score_names_the_version_it_was_made_against(
    trainer: CompletionScenario,
) -> None:
    _, (first, *_) = await trainer.seed_class()
    await trainer.try_score(first, "60")
    stale = first | {"score": "70"}
    assert await assert_refused(trainer.world, "scoreTrainee", stale, "trainer") == [
        ("STALE_VERSION 2", "input.id")
    ]


async def test_s28_scores_are_of_an_approved_class_that_has_begun(
    trainer: CompletionScenario,
) -> None:
    world = trainer.world
    _, (early, *_) = await trainer.seed_class(
        1, opens_on=date(2025, 3, 11), ends_on=date(2025, 4, 1)
    )
    _, (draft, *_) = await trainer.seed_class(2, status=Status.SUBMITTED)
    given = [early | {"score": "60"}, draft | {"score": "60"}]
    assert await assert_refused(world, "scoreTrainees", {"trainees": given}, "trainer") == [
        ("CLASS_NOT_BEGUN", "input.trainees.0"),
        ("CLASS_NOT_APPROVED", "input.trainees.1"),
    ]
    assert await assert_refused(world, "scoreTrainee", given[0], "trainer") == [
        ("CLASS_NOT_BEGUN", "input")
    ]
    world.clock.set_day(date(2025, 3, 11))
    assert (await trainer.try_score(early, "60"))["__typename"] == "TraineePayload"


async def test_s27_a_class_is_completed_submitted_and_approved(trainer: CompletionScenario) -> None:
    world = trainer.world
    class_id, trainees = await trainer.seed_class()
    await trainer.score_all(trainees, "85.5", "60", None)
    row = await trainer.complete_class(class_id)
    assert (row["status"], row["completed"], row["notCompleted"]) == ("DRAFT", 2, 1)
    row = await trainer.transition("submit", row)
    assert await outcomes(world) == ["OPEN"] * 3
    row = await trainer.transition("approve", row, "reviewer")
    assert (row["status"], row["completed"], row["notCompleted"]) == ("APPROVED", 2, 1)
    assert await outcomes(world) == ["COMPLETED", "COMPLETED", "NOT_COMPLETED"]
    (of_class,) = await world.load_rows(TrainingClass)
    assert (of_class.completed_on, of_class.version) == (date(2025, 3, 10), 2)
    entries = [e for e in await world.load_rows(History) if e.action == "COMPLETE"]
    assert sorted(entry.record for entry in entries) == ["Trainee"] * 3 + ["TrainingClass"]


async def test_s27_a_class_is_not_completed_before_its_end_or_with_somebody_open(
    trainer: CompletionScenario,
) -> None:
    world = trainer.world
    class_id, (first, *_) = await trainer.seed_class(ends_on=date(2025, 3, 11))
    asked = {"classId": class_id}
    await trainer.try_score(first, "70")
    assert await assert_refused(world, "completeClass", asked, "trainer") == [
        ("CLASS_NOT_ENDED", "input.classId"),
        ("TRAINEES_OPEN", "input.classId"),
    ]
    world.clock.set_day(date(2025, 3, 11))
    assert await assert_refused(world, "completeClass", asked, "trainer") == [
        ("TRAINEES_OPEN", "input.classId")
    ]
    pending, _ = await trainer.seed_class(2, status=Status.SUBMITTED)
    assert await assert_refused(world, "completeClass", {"classId": pending}, "trainer") == [
        ("CLASS_NOT_APPROVED", "input.classId"),
        ("TRAINEES_OPEN", "input.classId"),
    ]


async def test_s27_a_class_of_another_unit_does_not_exist(trainer: CompletionScenario) -> None:
    other = await CompletionScenario(trainer.world, "other").add_unit()
    theirs, _ = await other.seed_class()
    for id_ in (theirs, build_global_id("TrainingClass", other.row.id, an_id("x")), "培训班"):
        assert await assert_refused(
            trainer.world, "completeClass", {"classId": id_}, "trainer"
        ) == [("NOT_FOUND", "input.classId")]


async def test_s27_a_class_has_one_completion_that_counts(trainer: CompletionScenario) -> None:
    class_id, trainees = await trainer.seed_class()
    await trainer.score_all(trainees, "60", "60", "60")
    row = await trainer.complete_class(class_id)
    assert await assert_refused(
        trainer.world, "completeClass", {"classId": class_id}, "trainer"
    ) == [("COMPLETION_EXISTS", "input.classId")]
    await trainer.transition("withdraw", row)
    assert (await trainer.complete_class(class_id))["id"] != row["id"]


async def test_s27_scores_that_change_change_the_counts_of_what_is_not_submitted(
    trainer: CompletionScenario,
) -> None:
    class_id, trainees = await trainer.seed_class()
    trainees = await trainer.score_all(trainees, "60", "60", "59")
    await trainer.complete_class(class_id)
    await trainer.score_all(trainees, None, "60", "59")
    (row,) = await trainer.world.load_rows(Completion)
    assert (row.completed, row.not_completed, row.version) == (1, 2, 2)
    assert [
        e.action for e in await trainer.world.load_rows(History) if e.record == "Completion"
    ] == [
        "CREATE",
        "RECOUNT",
    ]


async def test_s28_scores_stand_once_the_completion_is_submitted_until_it_comes_back(
    trainer: CompletionScenario,
) -> None:
    world = trainer.world
    class_id, trainees = await trainer.seed_class()
    first, *_ = await trainer.score_all(trainees, "60", "60", "59")
    row = await trainer.transition("submit", await trainer.complete_class(class_id))
    given = to_decision(first) | {"score": "10"}
    stands = [("SCORES_STAND", "input")]
    assert await assert_refused(world, "scoreTrainee", given, "trainer") == stands
    row = await trainer.transition("return", row, "reviewer", **WHY)
    assert (await trainer.try_score(first, "10"))["__typename"] == "TraineePayload"
    (kept,) = await world.load_rows(Completion)
    assert (kept.completed, kept.not_completed) == (1, 2)
    row = await trainer.transition("submit", {"id": row["id"], "version": kept.version})
    row = await trainer.transition("approve", row, "reviewer")
    given["version"] += 2
    assert await assert_refused(world, "scoreTrainee", given, "trainer") == stands


async def test_x2_who_submitted_a_completion_does_not_review_it(
    trainer: CompletionScenario,
) -> None:
    world = trainer.world
    class_id, trainees = await trainer.seed_class(trainees=1)
    await trainer.score_all(trainees, "60")
    unit = build_global_id("Unit", trainer.row.id)
    row = await trainer.complete_class(class_id)
    given = to_decision(row)
    done = await world.mutate(
        "submitCompletion",
        given,
        "reviewer",
        "... on CompletionPayload { completion { id version } }",
        behalf=unit,
    )
    row = done["completion"]
    assert list_refusal_reasons(await trainer.try_transition("approve", row, "reviewer")) == [
        ("FOUR_EYES", "input")
    ]
    await trainer.transition("approve", row, "second")
    assert (
        list_refusal_reasons(await trainer.try_transition("approve", row, "trainer"))[0][0]
        == "FORBIDDEN"
    )


async def test_s27_another_pass_mark_since_the_submission_is_told_before_approval(
    trainer: CompletionScenario,
) -> None:
    world = trainer.world
    row = await trainer.submit_completion(1, "85.5", "60", None)
    await world.add_rows(a_pass_mark("70"))
    assert await assert_refused(world, "approveCompletion", to_decision(row), "reviewer") == [
        ("COUNTS_CHANGED", "input")
    ]
    row = await trainer.transition("return", row, "reviewer", **WHY)
    row = await trainer.transition("submit", row)
    assert (row["completed"], row["notCompleted"]) == (1, 2)
    await trainer.transition("approve", row, "reviewer")
    assert await outcomes(world) == ["COMPLETED", "NOT_COMPLETED", "NOT_COMPLETED"]


async def test_x6_nothing_is_approved_on_an_unconfirmed_pass_mark(
    trainer: CompletionScenario,
) -> None:
    world = trainer.world
    await world.add_rows(a_pass_mark("70", confirmed=False))
    row = await trainer.submit_completion(1, "85.5", "60", None)
    assert (row["completed"], row["notCompleted"]) == (1, 2)
    assert await assert_refused(world, "approveCompletion", to_decision(row), "reviewer") == [
        ("PARAMETER_UNCONFIRMED", "input")
    ]


async def test_x21_the_pass_mark_is_that_of_the_day_on_which_the_class_opened(
    trainer: CompletionScenario,
) -> None:
    await trainer.world.add_rows(a_pass_mark("90", effective_from=date(2025, 2, 25)))
    row = await trainer.submit_completion(1, "85.5", "60", None)
    assert (OPENS, row["completed"]) == (date(2025, 2, 24), 2)


async def test_s27_a_revoked_completion_opens_the_outcomes_again(
    trainer: CompletionScenario,
) -> None:
    world = trainer.world
    row = await trainer.approve_completion()
    row = await trainer.transition("revoke", row, "second", **WHY)
    assert row["status"] == "RETURNED"
    assert await outcomes(world) == ["OPEN"] * 3
    (of_class,) = await world.load_rows(TrainingClass)
    assert of_class.completed_on is None
    row = await trainer.transition("submit", row)
    await trainer.transition("approve", row, "reviewer")
    assert await outcomes(world) == ["COMPLETED", "COMPLETED", "NOT_COMPLETED"]


async def test_s16_many_completions_are_reviewed_at_once_each_by_itself(
    trainer: CompletionScenario,
) -> None:
    world = trainer.world
    rows = [await trainer.submit_completion(number) for number in (1, 2, 3)]
    stale = to_decision(rows[1]) | {"version": 1}
    await world.add_rows(a_pass_mark("99", effective_from=date(2025, 2, 1), effective_to=OPENS))
    records = {"records": [to_decision(rows[0]), stale, to_decision(rows[2])], "verdict": "APPROVE"}
    then = "... on ReviewPayload { outcomes { record { status } faults { reason path } } }"
    found = (await world.mutate("reviewCompletions", records, "reviewer", then))["outcomes"]
    assert [[f["reason"] for f in each["faults"]] for each in found] == [
        ["COUNTS_CHANGED"],
        ["STALE_VERSION"],
        ["COUNTS_CHANGED"],
    ]
    back = [to_decision(rows[0]), to_decision(rows[2])]
    records = {"records": back, "verdict": "RETURN", "reason": "合格标准有变"}
    found = (await world.mutate("reviewCompletions", records, "reviewer", then))["outcomes"]
    assert [each["record"]["status"] for each in found] == ["RETURNED"] * 2


async def test_s16_many_completions_are_approved_at_once(trainer: CompletionScenario) -> None:
    world = trainer.world
    rows = [await trainer.submit_completion(number) for number in (1, 2, 3)]
    records = {"records": [to_decision(row) for row in rows], "verdict": "APPROVE"}
    then = "... on ReviewPayload { outcomes { record { status } faults { reason path } } }"
    found = (await world.mutate("reviewCompletions", records, "reviewer", then))["outcomes"]
    assert [each["record"]["status"] for each in found] == ["APPROVED"] * 3
    assert sorted(await outcomes(world)) == ["COMPLETED"] * 6 + ["NOT_COMPLETED"] * 3


async def test_s27_the_unit_is_told_which_classes_are_to_be_completed(
    trainer: CompletionScenario,
) -> None:
    world = trainer.world
    ready, trainees = await trainer.seed_class(1)
    await trainer.score_all(trainees, "60", "59", None)
    _, (first, *_) = await trainer.seed_class(2)
    await trainer.try_score(first, "88")
    await trainer.seed_class(3, ends_on=date(2025, 3, 11))
    await trainer.seed_class(4, status=Status.RETURNED)
    await trainer.submit_completion(5)
    asked = """{ completableClasses { trainingClass { id number } passMark completed notCompleted
      open shortfalls { reason } } }"""
    found = (await world.ask(asked, "trainer")).only
    shown = [
        (*(each[n] for n in ("completed", "notCompleted", "open")), each["shortfalls"])
        for each in found
    ]
    assert sorted(shown, key=str) == [
        (1, 0, 2, [{"reason": "TRAINEES_OPEN"}]),
        (1, 2, 0, []),
    ]
    assert {each["passMark"] for each in found} == {"60.00"}
    assert ready in {each["trainingClass"]["id"] for each in found}
    item = asked.removeprefix("{ completableClasses {").removesuffix("} }")
    pages = f"""query ($size: Int!, $after: String) {{
      completableClassConnection(first: $size, after: $after) {{ nodes {{ {item} }} totalCount
        pageInfo {{ hasNextPage endCursor }} }} }}"""
    assert await read_pages(world, "trainer", pages) == found


async def test_s27_a_completion_waits_in_the_work_queue_and_carries_documents(
    trainer: CompletionScenario,
) -> None:
    row = await trainer.submit_completion()
    asked = """{ workQueue(first: 20) { edges { node { kind record { __typename id status
      possibleActions { action allowed } } } } } }"""
    ((edge,),) = ((await trainer.world.ask(asked, "reviewer")).only["edges"],)
    assert edge["node"] == {
        "kind": "COMPLETION",
        "record": {
            "__typename": "Completion",
            "id": row["id"],
            "status": "SUBMITTED",
            "possibleActions": [
                {"action": "APPROVE", "allowed": True},
                {"action": "RETURN", "allowed": True},
                {"action": "REVOKE", "allowed": False},
            ],
        },
    }


async def may(world: World, id_: str) -> dict[str, str | None]:
    """Ask what the unit may do to a record, and why not."""
    asked = """query ($id: ID!) { node(id: $id) {
      ... on Trainee { possibleActions { action reason } }
      ... on TrainingClass { possibleActions { action reason } } } }"""
    found = (await world.ask(asked, "trainer", id=id_)).only["possibleActions"]
    return {each["action"]: each["reason"] for each in found}


async def test_x4_class_and_trainee_tell_whether_they_can_be_completed_and_scored(
    trainer: CompletionScenario,
) -> None:
    world, days = trainer.world, {"opens_on": date(2025, 3, 11), "ends_on": date(2025, 3, 12)}
    class_id, trainees = await trainer.seed_class(1, 1, **days)
    (first,) = trainees
    assert (await may(world, first["id"]))["SCORE"] == "CLASS_NOT_BEGUN"
    assert (await may(world, class_id))["COMPLETE"] == "CLASS_NOT_ENDED"
    world.clock.set_day(date(2025, 3, 12))
    assert (await may(world, first["id"]))["SCORE"] is None
    assert (await may(world, class_id))["COMPLETE"] == "TRAINEES_OPEN"
    await trainer.score_all(trainees, "60")
    assert (await may(world, class_id))["COMPLETE"] is None
    row = await trainer.transition("submit", await trainer.complete_class(class_id))
    assert (await may(world, first["id"]))["SCORE"] == "SCORES_STAND"
    await trainer.transition("approve", row, "reviewer")
    assert (await may(world, class_id))["COMPLETE"] == "COMPLETION_EXISTS"


def a_pass_mark(value: str, **more: Any) -> Parameter:
    values: dict[str, Any] = {
        "id": an_id("pass mark", value),
        "key": "training.pass_mark",
        "region": CHENGDU_DISTRICT,
        "value": value,
        "unit": "marks",
        "effective_from": date(2025, 1, 1),
        "source": "测试",
        "confirmed": True,
        "status": ParameterStatus.APPROVED,
    }
    return Parameter(**(values | more))
