"""Trainees: entered singly, three places, one class at a time, an officer's override (S21, S23)."""

from datetime import date, timedelta
from typing import Any

import pytest

from models import History, Role, Trainee
from rules.kernel.function import Function
from tests.factories.attending import (
    BORN,
    CLASS,
    ENDS,
    OPENS,
    TRAINEE,
    Attending,
    a_programme,
    entry,
    faults,
    made,
)
from tests.factories.chain import handle
from tests.factories.rows import CHENGDU_DISTRICT, an_id_number
from tests.factories.world import World, global_id

JUNE = {"opens": date(2025, 6, 2), "ends": date(2025, 6, 6)}
RECORD = """query ($id: ID!) { node(id: $id) { ... on Person { trainings { edges { node {
  name place startsOn endsOn unitName overrideReason course { name } unit { id }
  trainingClass { id }
  history { edges { node { action reason changes { field } } } } } } } } } }"""


@pytest.fixture
async def two(world: World) -> Attending:
    made_of = await Attending(world).opened("trainer", "other")
    await made_of.staff(1, 2)
    return made_of


async def only(two: Attending, row: Any, as_: str = "trainer") -> Any:
    (found,) = await two.findings(row, as_)
    return found


async def test_s23_a_person_on_file_is_entered_and_takes_a_place_at_submission(
    two: Attending,
) -> None:
    row = await two.of_class()
    entered = made(await two.add(row, 1))
    assert (entered["place"], entered["startsOn"]) == (None, None)
    assert entered["unitName"] == "trainer有限公司"
    found = await only(two, row)
    assert (found["outcome"], found["place"], len(found["findings"])) == ("PASS", 1, 6)
    await two.moved("submit", row)
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
    two: Attending, given: dict[str, str], reason: str, field: str
) -> None:
    row = await two.of_class()
    assert faults(await two.add(row, 1, **given)) == [(reason, ("input", field))]
    assert await two.world.rows(Trainee) == []


async def test_s23_a_wrong_checksum_is_refused_by_name(two: Attending) -> None:
    row = await two.of_class()
    right = an_id_number(1, BORN)
    wrong = right[:-1] + ("1" if right[-1] != "1" else "2")
    assert faults(await two.add(row, 1, idNumber=wrong)) == [
        ("ID_NUMBER_CHECKSUM", ("input", "idNumber"))
    ]


async def test_s23_nobody_is_entered_twice_nor_into_a_class_that_was_sent_or_is_anothers(
    two: Attending,
) -> None:
    row = await two.drafted(1)
    assert faults(await two.add(row, 1)) == [("TRAINEE_TWICE", ("input", "idNumber"))]
    assert faults(await two.add(row, 2, "other")) == [("NOT_FOUND", ("input", "classId"))]
    sent = await two.moved("submit", row)
    assert faults(await two.add(sent, 2)) == [("WRONG_STATUS", ("input",))]
    await two.moved("approve", sent, "reviewer")
    assert faults(await two.add(row, 2)) == [("WRONG_STATUS", ("input",))]
    assert await two.taken() == {"见习生1": [1]}


async def test_s23_a_trainee_is_taken_out_while_the_class_is_a_draft_or_was_returned(
    two: Attending,
) -> None:
    """S33: their place is given back."""
    row = await two.drafted(1, 2)
    first, second = [each["trainee"] for each in await two.findings(row)]
    out = await two.world.do("removeTrainee", handle(second), "trainer", CLASS)
    assert made(out)["id"] == row["id"]
    sent = await two.moved("submit", row)
    no = await two.world.do("removeTrainee", handle(first), "trainer", CLASS)
    assert faults(no) == [("WRONG_STATUS", ("input",))]
    back = await two.moved("return", sent, "reviewer", reason="名单有误")
    assert await two.taken() == {"见习生1": [1]}
    assert faults(await two.world.do("removeTrainee", handle(first), "other", CLASS)) == [
        ("NOT_FOUND", ("input", "id"))
    ]
    made(await two.world.do("removeTrainee", handle(first), "trainer", CLASS))
    assert await two.taken() == {}
    told = [h for h in await two.world.rows(History) if h.action == "REMOVE"]
    assert sorted(h.record for h in told) == ["Trainee"] * 2 + ["TrainingClass"] * 2
    assert faults(await two.move("submit", back)) == [("NOBODY_ATTENDS", ("input", "trainees"))]


async def test_s21_the_third_training_passes_and_the_fourth_is_refused(two: Attending) -> None:
    await two.full(1)
    fourth = await two.drafted(1, 2, unit="other")
    found, well = await two.findings(fourth, "other")
    assert (found["outcome"], found["place"], well["outcome"]) == ("FAIL", None, "PASS")
    why = {f["control"]: f for f in found["findings"] if f["outcome"] != "PASS"}
    assert set(why) == {"TRAINING_PLACES"}
    assert why["TRAINING_PLACES"]["figure"] == {"key": "training.max_per_person", "value": "3"}
    assert faults(await two.move("submit", fourth, "other")) == [
        ("PLACES_USED_UP", ("input", "trainees", "0"))
    ]
    assert await two.taken() == {"见习生1": [1, 2, 3, None], "见习生2": [None]}


async def test_x14_neither_finding_nor_refusal_tells_where_the_person_is(two: Attending) -> None:
    await two.submitted(1)
    theirs = await two.drafted(1, unit="other")
    for language in ("en", "zh"):
        said = str(await two.findings(theirs, "other", language))
        assert "trainer" not in said
    refused = await two.move("submit", theirs, "other")
    assert faults(refused) == [("TRAINING_OVERLAPS", ("input", "trainees", "0"))]
    assert "trainer" not in str(refused)


async def test_s21_days_that_only_touch_are_no_overlap(two: Attending) -> None:
    await two.submitted(1)
    await two.submitted(1, unit="other", opens=date(2025, 3, 29))
    assert await two.taken() == {"见习生1": [1, 2]}


async def test_s20_all_faults_of_a_class_and_its_trainees_are_told_at_once(two: Attending) -> None:
    await two.staff(3, 4, units=("other",))
    await two.submitted(1, unit="other")
    row = await two.drafted(1, 2, 3, 4)
    assert faults(await two.move("submit", row)) == [
        ("TRAINING_OVERLAPS", ("input", "trainees", "0")),
        ("NOT_INSURED_NOW", ("input", "trainees", "2")),
        ("NOT_INSURED_NOW", ("input", "trainees", "3")),
    ]


@pytest.mark.parametrize(("verb", "who"), [("withdraw", "trainer"), ("refuse", "reviewer")])
async def test_s33_withdrawn_and_refused_classes_give_their_places_back(
    two: Attending, verb: str, who: str
) -> None:
    sent = await two.submitted(1)
    more = {"reason": "材料不符"} if who == "reviewer" else {}
    await two.moved(verb, sent, who, **more)
    await two.submitted(1, unit="other")
    assert await two.taken() == {"见习生1": [None, 1]}


async def test_s33_a_returned_class_keeps_its_places_and_a_new_opening_day_is_judged(
    two: Attending,
) -> None:
    sent = await two.submitted(1)
    back = await two.moved("return", sent, "reviewer", reason="日期有误")
    theirs = await two.drafted(1, unit="other")
    assert faults(await two.move("submit", theirs, "other")) == [
        ("TRAINING_OVERLAPS", ("input", "trainees", "0"))
    ]
    course = global_id("Course", two.course.id)
    days = {"opensOn": "2025-06-02", "endsOn": "2025-06-06"}
    change = handle(back) | {"courseId": course, "name": "改期"} | days
    changed = made(await two.world.do("changeTrainingClass", change, "trainer", CLASS))
    await two.moved("submit", changed)
    await two.moved("submit", theirs, "other")
    assert await two.taken() == {"见习生1": [1, 2]}
    again = await two.drafted(1, unit="other", **JUNE)
    assert faults(await two.move("submit", again, "other")) == [
        ("TRAINING_OVERLAPS", ("input", "trainees", "0"))
    ]


async def test_x3_an_officer_lets_the_fourth_training_through_with_a_reason(
    two: Attending,
) -> None:
    """S21: asked for by the unit, given before the class is submitted, told with the finding."""
    await two.full(1)
    row = await two.drafted(1, unit="other", **JUNE)
    trainee = (await only(two, row, "reviewer"))["trainee"]
    assert {"action": "OVERRIDE", "allowed": True, "reason": None} in trainee["possibleActions"]
    through = made(await two.override(trainee))
    assert (through["overrideReason"], through["place"]) == ("转岗培训", None)
    found = await only(two, row, "other")
    (said,) = [f for f in found["findings"] if f["control"] == "TRAINING_PLACES"]
    assert (said["outcome"], found["place"]) == ("PASS", 4)
    assert "let through by an officer on 2025-03-10" in said["evidence"]
    sent = await two.moved("submit", row, "other")
    await two.moved("approve", sent, "reviewer")
    assert await two.taken() == {"见习生1": [1, 2, 3, 4]}
    told = [h for h in await two.world.rows(History) if h.action == "OVERRIDE"]
    assert [h.changes["override_reason"] for h in told] == [["", "转岗培训"]]
    fifth = await two.drafted(1, opens=date(2025, 7, 1))
    assert faults(await two.move("submit", fifth)) == [
        ("PLACES_USED_UP", ("input", "trainees", "0"))
    ]


async def test_s21_an_override_lapses_where_the_class_is_moved_into_another_period(
    two: Attending,
) -> None:
    """X3."""
    await two.world.add(a_programme("2025-06-01", "2025-12-31"))
    await two.full(1)
    row = await two.drafted(1, unit="other", opens=date(2025, 5, 5))
    trainee = (await only(two, row, "other"))["trainee"]
    through = made(await two.override(trainee))
    assert through["overriddenAt"] is not None
    course = {"courseId": global_id("Course", two.course.id), "name": "改期"}
    days = {"opensOn": "2025-06-02", "endsOn": "2025-06-06"}
    change = handle(row) | course | days
    changed = made(await two.world.do("changeTrainingClass", change, "other", CLASS))
    await two.moved("submit", changed, "other")
    after = (await only(two, row, "other"))["trainee"]
    assert (after["place"], after["overriddenAt"], after["overrideReason"]) == (1, None, None)
    assert [h.action for h in await two.world.rows(History) if h.record == "Trainee"][-1] == "LAPSE"


async def test_s21_an_override_moves_the_place_of_a_class_that_came_back_into_another_period(
    two: Attending,
) -> None:
    """X3, S33: the days are kept; the place of the old period is not taken into the new one."""
    await two.world.add(a_programme("2025-06-01", "2025-12-31"))
    await two.submitted(1, opens=date(2025, 5, 5), ends=date(2025, 5, 6))
    sent = await two.submitted(1, unit="other", opens=date(2025, 5, 20), ends=date(2025, 5, 21))
    row = await two.moved("return", sent, "reviewer", reason="请改期")
    for n in range(3):
        opens = date(2025, 6, 2) + timedelta(days=2 * n)
        await two.submitted(1, opens=opens, ends=opens)
    course = {"courseId": global_id("Course", two.course.id), "name": "改期"}
    change = handle(row) | course | {"opensOn": "2025-07-01", "endsOn": "2025-07-02"}
    changed = made(await two.world.do("changeTrainingClass", change, "other", CLASS))
    through = made(await two.override((await only(two, row, "other"))["trainee"]))
    assert (through["place"], through["startsOn"]) == (4, "2025-05-20")
    await two.moved("submit", changed, "other")
    after = (await only(two, row, "other"))["trainee"]
    assert (after["place"], after["startsOn"]) == (4, "2025-07-01")


async def test_x3_nothing_is_overridden_in_advance_and_never_two_classes_at_a_time(
    two: Attending,
) -> None:
    await two.submitted(1)
    row = await two.drafted(1, unit="other")
    trainee = (await only(two, row, "other"))["trainee"]
    assert faults(await two.override(trainee)) == [("NOTHING_TO_OVERRIDE", ("input", "control"))]
    for control in ("ONE_AT_A_TIME", "INSURED_STAFF", "COURSE_ONCE", "CONTRACT_TERM"):
        assert faults(await two.override(trainee, control=control)) == [
            ("CONTROL_NOT_OVERRIDABLE", ("input", "control"))
        ]
    assert faults(await two.override(trainee, reason="")) == [("TEXT_EMPTY", ("input", "reason"))]
    stale = await two.override(trainee | {"version": 7})
    assert stale["__typename"] == "StaleVersion"


async def test_s1_overriding_takes_a_grant_and_the_region(two: Attending) -> None:
    world = two.world
    await world.account("ungranted", Role.DISTRICT_OFFICER, CHENGDU_DISTRICT, granted=[])
    await two.full(1)
    row = await two.drafted(1, unit="other", **JUNE)
    trainee = (await only(two, row, "other"))["trainee"]
    for who in ("ungranted", "other", "trainer"):
        assert (await two.override(trainee, who))["__typename"] == "Forbidden", who
    assert faults(await two.override(trainee, "officer")) == [("NOT_FOUND", ("input", "id"))]
    made(await two.override(trainee))


async def test_x2_who_filed_at_the_counter_overrides_nothing_and_who_overrode_submits_nothing(
    two: Attending,
) -> None:
    """X17."""
    world, behalf = two.world, global_id("Unit", two.units["other"].row.id)
    granted = [Function.COUNTER_FILING, Function.OVERRIDE_CONTROLS]
    await world.account("clerk", Role.DISTRICT_OFFICER, CHENGDU_DISTRICT, granted=granted)
    await two.full(1)
    row = await two.of_class("other", **JUNE)
    made(await world.do("addTrainee", entry(row, 1), "clerk", TRAINEE, behalf=behalf))
    trainee = (await only(two, row, "other"))["trainee"]
    assert faults(await two.override(trainee, "clerk")) == [("FOUR_EYES", ("input",))]
    made(await two.override(trainee, "reviewer"))
    later = await two.drafted(1, unit="other", opens=date(2025, 7, 1))
    theirs = (await only(two, later, "other"))["trainee"]
    made(await two.override(theirs, "clerk"))
    no = await world.do("submitTrainingClass", handle(later), "clerk", CLASS, behalf=behalf)
    assert ("FOUR_EYES", ("input", "trainees", "0")) in faults(no)
    await two.moved("submit", later, "other")


async def test_x10_the_person_does_not_see_a_class_that_is_a_draft(two: Attending) -> None:
    await two.world.account("me", Role.PERSON, person_id=two.persons[1].id)
    await two.drafted(1)
    me = global_id("Person", two.persons[1].id)
    assert (await two.world.ask(RECORD, "me", id=me)).only["trainings"]["edges"] == []


async def test_s21_the_person_sees_their_training_record_and_no_unit(two: Attending) -> None:
    """X10, X14."""
    await two.world.account("me", Role.PERSON, person_id=two.persons[1].id)
    await two.full(1)
    row = await two.drafted(1, 2, unit="other", **JUNE)
    trainee = (await two.findings(row, "other"))[0]["trainee"]
    made(await two.override(trainee))
    await two.moved("submit", row, "other")
    me = global_id("Person", two.persons[1].id)
    record = (await two.world.ask(RECORD, "me", id=me)).only["trainings"]
    nodes = [edge["node"] for edge in record["edges"]]
    assert [node["place"] for node in nodes] == [4, 3, 2, 1]
    assert {node["course"]["name"] for node in nodes} == {two.course.name}
    assert (nodes[0]["unitName"], nodes[0]["startsOn"]) == ("other有限公司", "2025-06-02")
    assert all((node["trainingClass"], node["unit"]) == (None, None) for node in nodes)
    assert [node["overrideReason"] for node in nodes] == [None] * 4
    assert "转岗培训" not in str(nodes)
    assert {node["name"] for node in nodes} == {"见习生1"}
