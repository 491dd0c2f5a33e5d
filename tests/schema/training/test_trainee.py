"""Trainees: entered singly, three places, one class at a time, an officer's override (S21, S23)."""

from datetime import date, timedelta
from typing import Any

import pytest

from models import History, Role, Trainee
from rules.kernel.function import Function
from tests.factories.internship_scenario import to_decision
from tests.factories.rows import CHENGDU_DISTRICT, an_id_number
from tests.factories.story import story
from tests.factories.trainee_scenario import (
    BORN,
    CLASS_SELECTION,
    ENDS,
    OPENS,
    TRAINEE_SELECTION,
    TraineeScenario,
    a_programme,
    build_entry,
    list_faults,
    require_success,
)
from tests.factories.world import World, build_global_id

JUNE = {"opens": date(2025, 6, 2), "ends": date(2025, 6, 6)}
RECORD = """query ($id: ID!) { node(id: $id) { ... on Person { trainings { edges { node {
  name place startsOn endsOn unitName overrideReason course { name } unit { id }
  trainingClass { id }
  history { edges { node { action reason changes { field } } } } } } } } } }"""


@story
async def two(world: World) -> TraineeScenario:
    made_of = await TraineeScenario(world).set_up("trainer", "other")
    await made_of.add_staff(1, 2)
    return made_of


async def only(two: TraineeScenario, row: Any, as_: str = "trainer") -> Any:
    (found,) = await two.ask_findings(row, as_)
    return found


async def test_s23_a_person_on_file_is_entered_and_takes_a_place_at_submission(
    two: TraineeScenario,
) -> None:
    row = await two.create_class()
    entered = require_success(await two.try_add_trainee(row, 1))
    assert (entered["place"], entered["startsOn"]) == (None, None)
    assert entered["unitName"] == "trainer有限公司"
    found = await only(two, row)
    assert (found["outcome"], found["place"], len(found["findings"])) == ("PASS", 1, 6)
    await two.transition("submit", row)
    after = (await only(two, row))["trainee"]
    assert (after["place"], after["most"]) == (1, 3)
    assert (after["startsOn"], after["endsOn"]) == (f"{OPENS}", f"{ENDS}")


@pytest.mark.parametrize(
    ("given", "reason", "field"),
    [
        ({"idNumber": "510104900101123"}, "ID_NUMBER_15_DIGITS", "idNumber"),
        ({"idNumber": an_id_number(1, BORN)[:-1] + "A"}, "ID_NUMBER_MALFORMED", "idNumber"),
        ({"name": "见习生2"}, "PERSON_NOT_ON_FILE", "idNumber"),
        ({"idNumber": an_id_number(77, BORN)}, "PERSON_NOT_ON_FILE", "idNumber"),
        ({"classId": "unknown"}, "NOT_FOUND", "classId"),
        ({"name": ""}, "TEXT_EMPTY", "name"),
    ],
)
async def test_s23_bad_input_is_refused_by_name(
    two: TraineeScenario, given: dict[str, str], reason: str, field: str
) -> None:
    row = await two.create_class()
    assert list_faults(await two.try_add_trainee(row, 1, **given)) == [(reason, ("input", field))]
    assert await two.world.load_rows(Trainee) == []


async def test_s23_a_wrong_checksum_is_refused_by_name(two: TraineeScenario) -> None:
    row = await two.create_class()
    right = an_id_number(1, BORN)
    wrong = right[:-1] + ("1" if right[-1] != "1" else "2")
    assert list_faults(await two.try_add_trainee(row, 1, idNumber=wrong)) == [
        ("ID_NUMBER_CHECKSUM", ("input", "idNumber"))
    ]


async def test_s23_nobody_is_entered_twice_nor_into_a_class_that_was_sent_or_is_anothers(
    two: TraineeScenario,
) -> None:
    row = await two.create_class_with_trainees(1)
    assert list_faults(await two.try_add_trainee(row, 1)) == [
        ("TRAINEE_TWICE", ("input", "idNumber"))
    ]
    assert list_faults(await two.try_add_trainee(row, 2, "other")) == [
        ("NOT_FOUND", ("input", "classId"))
    ]
    sent = await two.transition("submit", row)
    assert list_faults(await two.try_add_trainee(sent, 2)) == [("WRONG_STATUS", ("input",))]
    await two.transition("approve", sent, "reviewer")
    assert list_faults(await two.try_add_trainee(row, 2)) == [("WRONG_STATUS", ("input",))]
    assert await two.list_places_by_name() == {"见习生1": [1]}


async def test_s23_a_trainee_is_taken_out_while_the_class_is_a_draft_or_was_returned(
    two: TraineeScenario,
) -> None:
    """S33: their place is given back."""
    row = await two.create_class_with_trainees(1, 2)
    first, second = [each["trainee"] for each in await two.ask_findings(row)]
    tells = f"{CLASS_SELECTION} ... on TrainingClassPayload {{ removedId }}"
    out = await two.world.mutate("removeTrainee", to_decision(second), "trainer", tells)
    assert out.pop("removedId") == second["id"]
    assert require_success(out)["id"] == row["id"]
    sent = await two.transition("submit", row)
    no = await two.world.mutate("removeTrainee", to_decision(first), "trainer", CLASS_SELECTION)
    assert list_faults(no) == [("WRONG_STATUS", ("input",))]
    back = await two.transition("return", sent, "reviewer", reason="名单有误")
    assert await two.list_places_by_name() == {"见习生1": [1]}
    assert list_faults(
        await two.world.mutate("removeTrainee", to_decision(first), "other", CLASS_SELECTION)
    ) == [("NOT_FOUND", ("input", "id"))]
    require_success(
        await two.world.mutate("removeTrainee", to_decision(first), "trainer", CLASS_SELECTION)
    )
    assert await two.list_places_by_name() == {}
    told = [h for h in await two.world.load_rows(History) if h.action == "REMOVE"]
    assert sorted(h.record for h in told) == ["Trainee"] * 2 + ["TrainingClass"] * 2
    assert list_faults(await two.try_transition("submit", back)) == [
        ("NOBODY_ATTENDS", ("input", "trainees"))
    ]


async def test_s21_the_third_training_passes_and_the_fourth_is_refused(
    two: TraineeScenario,
) -> None:
    await two.fill_places(1)
    fourth = await two.create_class_with_trainees(1, 2, unit="other")
    found, well = await two.ask_findings(fourth, "other")
    assert (found["outcome"], found["place"], well["outcome"]) == ("FAIL", None, "PASS")
    why = {f["control"]: f for f in found["findings"] if f["outcome"] != "PASS"}
    assert set(why) == {"TRAINING_PLACES"}
    assert why["TRAINING_PLACES"]["figure"] == {"key": "training.max_per_person", "value": "3"}
    assert list_faults(await two.try_transition("submit", fourth, "other")) == [
        ("PLACES_USED_UP", ("input", "trainees", "0"))
    ]
    assert await two.list_places_by_name() == {"见习生1": [1, 2, 3, None], "见习生2": [None]}


async def test_x14_neither_finding_nor_refusal_tells_where_the_person_is(
    two: TraineeScenario,
) -> None:
    await two.submit_class(1)
    theirs = await two.create_class_with_trainees(1, unit="other")
    for language in ("en", "zh"):
        said = str(await two.ask_findings(theirs, "other", language))
        assert "trainer" not in said
    refused = await two.try_transition("submit", theirs, "other")
    assert list_faults(refused) == [("TRAINING_OVERLAPS", ("input", "trainees", "0"))]
    assert "trainer" not in str(refused)


async def test_s21_days_that_only_touch_are_no_overlap(two: TraineeScenario) -> None:
    await two.submit_class(1)
    await two.submit_class(1, unit="other", opens=date(2025, 3, 29))
    assert await two.list_places_by_name() == {"见习生1": [1, 2]}


async def test_s20_all_faults_of_a_class_and_its_trainees_are_told_at_once(
    two: TraineeScenario,
) -> None:
    await two.add_staff(3, 4, units=("other",))
    await two.submit_class(1, unit="other")
    row = await two.create_class_with_trainees(1, 2, 3, 4)
    assert list_faults(await two.try_transition("submit", row)) == [
        ("TRAINING_OVERLAPS", ("input", "trainees", "0")),
        ("NOT_INSURED_NOW", ("input", "trainees", "2")),
        ("NOT_INSURED_NOW", ("input", "trainees", "3")),
    ]


@pytest.mark.parametrize(("verb", "who"), [("withdraw", "trainer"), ("refuse", "reviewer")])
async def test_s33_withdrawn_and_refused_classes_give_their_places_back(
    two: TraineeScenario, verb: str, who: str
) -> None:
    sent = await two.submit_class(1)
    more = {"reason": "材料不符"} if who == "reviewer" else {}
    await two.transition(verb, sent, who, **more)
    await two.submit_class(1, unit="other")
    assert await two.list_places_by_name() == {"见习生1": [None, 1]}


async def test_s33_a_returned_class_keeps_its_places_and_a_new_opening_day_is_judged(
    two: TraineeScenario,
) -> None:
    sent = await two.submit_class(1)
    back = await two.transition("return", sent, "reviewer", reason="日期有误")
    theirs = await two.create_class_with_trainees(1, unit="other")
    assert list_faults(await two.try_transition("submit", theirs, "other")) == [
        ("TRAINING_OVERLAPS", ("input", "trainees", "0"))
    ]
    course = build_global_id("Course", two.course.id)
    days = {"opensOn": "2025-06-02", "endsOn": "2025-06-06"}
    change = to_decision(back) | {"courseId": course, "name": "改期"} | days
    changed = require_success(
        await two.world.mutate("changeTrainingClass", change, "trainer", CLASS_SELECTION)
    )
    await two.transition("submit", changed)
    await two.transition("submit", theirs, "other")
    assert await two.list_places_by_name() == {"见习生1": [1, 2]}
    again = await two.create_class_with_trainees(1, unit="other", **JUNE)
    assert list_faults(await two.try_transition("submit", again, "other")) == [
        ("TRAINING_OVERLAPS", ("input", "trainees", "0"))
    ]


async def test_x3_an_officer_lets_the_fourth_training_through_with_a_reason(
    two: TraineeScenario,
) -> None:
    """S21: asked for by the unit, given before the class is submitted, told with the finding."""
    await two.fill_places(1)
    row = await two.create_class_with_trainees(1, unit="other", **JUNE)
    trainee = (await only(two, row, "reviewer"))["trainee"]
    assert {"action": "OVERRIDE", "allowed": True, "reason": None} in trainee["possibleActions"]
    through = require_success(await two.try_override(trainee))
    assert (through["overrideReason"], through["place"]) == ("转岗培训", None)
    found = await only(two, row, "other")
    (said,) = [f for f in found["findings"] if f["control"] == "TRAINING_PLACES"]
    assert (said["outcome"], found["place"]) == ("PASS", 4)
    assert "let through by an officer on 2025-03-10" in said["evidence"]
    sent = await two.transition("submit", row, "other")
    own = await two.try_transition("approve", sent, "reviewer")
    assert list_faults(own) == [("FOUR_EYES", ("input",))]  # X2: who let them through
    await two.world.add_account("approver", Role.DISTRICT_OFFICER, CHENGDU_DISTRICT)
    await two.transition("approve", sent, "approver")
    assert await two.list_places_by_name() == {"见习生1": [1, 2, 3, 4]}
    told = [h for h in await two.world.load_rows(History) if h.action == "OVERRIDE"]
    assert [h.changes["override_reason"] for h in told] == [["", "转岗培训"]]
    fifth = await two.create_class_with_trainees(1, opens=date(2025, 7, 1))
    assert list_faults(await two.try_transition("submit", fifth)) == [
        ("PLACES_USED_UP", ("input", "trainees", "0"))
    ]


async def test_s21_an_override_lapses_where_the_class_is_moved_into_another_period(
    two: TraineeScenario,
) -> None:
    """X3."""
    await two.world.add_rows(a_programme("2025-06-01", "2025-12-31"))
    await two.fill_places(1)
    row = await two.create_class_with_trainees(1, unit="other", opens=date(2025, 5, 5))
    trainee = (await only(two, row, "other"))["trainee"]
    through = require_success(await two.try_override(trainee))
    assert through["overriddenAt"] is not None
    course = {"courseId": build_global_id("Course", two.course.id), "name": "改期"}
    days = {"opensOn": "2025-06-02", "endsOn": "2025-06-06"}
    change = to_decision(row) | course | days
    changed = require_success(
        await two.world.mutate("changeTrainingClass", change, "other", CLASS_SELECTION)
    )
    await two.transition("submit", changed, "other")
    after = (await only(two, row, "other"))["trainee"]
    assert (after["place"], after["overriddenAt"], after["overrideReason"]) == (1, None, None)
    assert [h.action for h in await two.world.load_rows(History) if h.record == "Trainee"][
        -1
    ] == "LAPSE"


async def test_s21_an_override_moves_the_place_of_a_class_that_came_back_into_another_period(
    two: TraineeScenario,
) -> None:
    """X3, S33: the days are kept; the place of the old period is not taken into the new one."""
    await two.world.add_rows(a_programme("2025-06-01", "2025-12-31"))
    await two.submit_class(1, opens=date(2025, 5, 5), ends=date(2025, 5, 6))
    sent = await two.submit_class(1, unit="other", opens=date(2025, 5, 20), ends=date(2025, 5, 21))
    row = await two.transition("return", sent, "reviewer", reason="请改期")
    for n in range(3):
        opens = date(2025, 6, 2) + timedelta(days=2 * n)
        await two.submit_class(1, opens=opens, ends=opens)
    course = {"courseId": build_global_id("Course", two.course.id), "name": "改期"}
    change = to_decision(row) | course | {"opensOn": "2025-07-01", "endsOn": "2025-07-02"}
    changed = require_success(
        await two.world.mutate("changeTrainingClass", change, "other", CLASS_SELECTION)
    )
    through = require_success(await two.try_override((await only(two, row, "other"))["trainee"]))
    assert (through["place"], through["startsOn"]) == (4, "2025-05-20")
    await two.transition("submit", changed, "other")
    after = (await only(two, row, "other"))["trainee"]
    assert (after["place"], after["startsOn"]) == (4, "2025-07-01")


async def test_x3_nothing_is_overridden_in_advance_and_never_two_classes_at_a_time(
    two: TraineeScenario,
) -> None:
    await two.submit_class(1)
    row = await two.create_class_with_trainees(1, unit="other")
    trainee = (await only(two, row, "other"))["trainee"]
    assert list_faults(await two.try_override(trainee)) == [
        ("NOTHING_TO_OVERRIDE", ("input", "control"))
    ]
    for control in ("ONE_AT_A_TIME", "INSURED_STAFF", "COURSE_ONCE", "CONTRACT_TERM"):
        assert list_faults(await two.try_override(trainee, control=control)) == [
            ("CONTROL_NOT_OVERRIDABLE", ("input", "control"))
        ]
    assert list_faults(await two.try_override(trainee, reason="")) == [
        ("TEXT_EMPTY", ("input", "reason"))
    ]
    stale = await two.try_override(trainee | {"version": 7})
    assert stale["__typename"] == "StaleVersion"


async def test_s1_overriding_takes_a_grant_and_the_region(two: TraineeScenario) -> None:
    world = two.world
    await world.add_account("ungranted", Role.DISTRICT_OFFICER, CHENGDU_DISTRICT, granted=[])
    await two.fill_places(1)
    row = await two.create_class_with_trainees(1, unit="other", **JUNE)
    trainee = (await only(two, row, "other"))["trainee"]
    for who in ("ungranted", "other", "trainer"):
        assert (await two.try_override(trainee, who))["__typename"] == "Forbidden", who
    assert list_faults(await two.try_override(trainee, "officer")) == [
        ("NOT_FOUND", ("input", "id"))
    ]
    require_success(await two.try_override(trainee))


async def test_x2_who_filed_at_the_counter_overrides_nothing_and_who_overrode_submits_nothing(
    two: TraineeScenario,
) -> None:
    """X17."""
    world, behalf = two.world, build_global_id("Unit", two.units["other"].row.id)
    granted = [Function.COUNTER_FILING, Function.OVERRIDE_CONTROLS]
    await world.add_account("clerk", Role.DISTRICT_OFFICER, CHENGDU_DISTRICT, granted=granted)
    await two.fill_places(1)
    row = await two.create_class("other", **JUNE)
    require_success(
        await world.mutate(
            "addTrainee", build_entry(row, 1), "clerk", TRAINEE_SELECTION, behalf=behalf
        )
    )
    trainee = (await only(two, row, "other"))["trainee"]
    assert list_faults(await two.try_override(trainee, "clerk")) == [("FOUR_EYES", ("input",))]
    require_success(await two.try_override(trainee, "reviewer"))
    later = await two.create_class_with_trainees(1, unit="other", opens=date(2025, 7, 1))
    theirs = (await only(two, later, "other"))["trainee"]
    require_success(await two.try_override(theirs, "clerk"))
    no = await world.mutate(
        "submitTrainingClass", to_decision(later), "clerk", CLASS_SELECTION, behalf=behalf
    )
    assert ("FOUR_EYES", ("input", "trainees", "0")) in list_faults(no)
    await two.transition("submit", later, "other")


async def test_x10_the_person_does_not_see_a_class_that_is_a_draft(two: TraineeScenario) -> None:
    await two.world.add_account("me", Role.PERSON, person_id=two.persons[1].id)
    await two.create_class_with_trainees(1)
    me = build_global_id("Person", two.persons[1].id)
    assert (await two.world.ask(RECORD, "me", id=me)).only["trainings"]["edges"] == []


async def test_s21_the_person_sees_their_training_record_and_no_unit(two: TraineeScenario) -> None:
    """X10, X14."""
    await two.world.add_account("me", Role.PERSON, person_id=two.persons[1].id)
    await two.fill_places(1)
    row = await two.create_class_with_trainees(1, 2, unit="other", **JUNE)
    trainee = (await two.ask_findings(row, "other"))[0]["trainee"]
    require_success(await two.try_override(trainee))
    await two.transition("submit", row, "other")
    me = build_global_id("Person", two.persons[1].id)
    record = (await two.world.ask(RECORD, "me", id=me)).only["trainings"]
    nodes = [edge["node"] for edge in record["edges"]]
    assert [node["place"] for node in nodes] == [4, 3, 2, 1]
    assert {node["course"]["name"] for node in nodes} == {two.course.name}
    assert (nodes[0]["unitName"], nodes[0]["startsOn"]) == ("other有限公司", "2025-06-02")
    assert all((node["trainingClass"], node["unit"]) == (None, None) for node in nodes)
    assert [node["overrideReason"] for node in nodes] == [None] * 4
    assert "转岗培训" not in str(nodes)
    assert {node["name"] for node in nodes} == {"见习生1"}
