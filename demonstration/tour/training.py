"""The tour's training 以工代训: a course, a class, its claim and its completion (S20-S29, S33)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from demonstration.tour import (
    hirer,
    hiring,
    publicity,
)
from demonstration.tour import (
    roster as tour_roster,
)
from demonstration.tour.sichuan_scenario import PROVINCE, SichuanScenario
from demonstration.tour.training_document import CLAIMABLE_QUERY, CLASS_QUERY, OWN_ACCOUNT_QUERY

COURSE_FEE, AMOUNT_RULE, AMOUNT_PER_TRAINEE = "500.00", "0.95 at most 600", Decimal("475.00")
TRAINEE_COUNT = 2
PASSING_SCORE, FAILING_SCORE, IMPOSSIBLE_SCORE = "88", "55", "101"


def train_staff(chengdu: SichuanScenario) -> None:
    """Train two of the enterprise's own staff, claim for both, and complete their class."""
    _confirm_policy(chengdu)
    course = _enter_course(chengdu)
    row = _open_class(chengdu, course)
    _expect_overlap_refusal(chengdu, course)
    claim = _claim_class(chengdu, row)
    publicity.publish_lines(chengdu, claim, "TRAINING", f"培训补贴公示 {row['number']}")
    _complete_class(chengdu, row)


def _confirm_policy(chengdu: SichuanScenario) -> None:
    """Confirm until when the programme runs and what is paid for a trainee (S31, X2, X6)."""
    year = chengdu.today.year
    period = f"{year - 1}-01-01/{year + 1}-12-31"
    hirer.confirm_parameter(chengdu, "programme.period", PROVINCE, period, "TRAINING")
    hirer.confirm_parameter(chengdu, "training.amount", PROVINCE, AMOUNT_RULE)


def _enter_course(chengdu: SichuanScenario) -> Mapping[str, Any]:
    """Enter an online course as the province (S20)."""
    course: Mapping[str, Any] = chengdu.session.expect_success(
        chengdu.administrators[0],
        "enterCourse",
        code=f"SC-{chengdu.session.number:02d}",
        edition=0,
        name="安全生产线上培训",
        provider="四川省职业技能线上培训平台（巡览示例）",
        hours=40,
        fee=COURSE_FEE,
    )
    told = f"{course['name']} {course['code']}, {course['fee']} yuan a person"
    chengdu.session.report_step(f"Online course 线上培训项目 entered by the province: {told}")
    return course


def _open_class(chengdu: SichuanScenario, course: Mapping[str, Any]) -> Mapping[str, Any]:
    """Open a class with two trainees, submit it and have it approved (S22-S24)."""
    party, who = chengdu.session, chengdu.hirer
    yesterday = (chengdu.today - timedelta(days=1)).isoformat()
    late = _build_class_draft(chengdu, course) | {"opensOn": yesterday}
    no = party.expect_refusal(who, "createTrainingClass", "OPENING_IN_PAST", **late)
    party.report_step(f"A class 培训班 that was to open yesterday refused: {no}")
    row: Mapping[str, Any] = party.expect_success(
        who, "createTrainingClass", **_build_class_draft(chengdu, course)
    )
    party.report_step(f"Class drafted; its number 培训期号 is given: {row['number']}")
    _add_trainees(chengdu, row)
    row = party.transition(who, "submitTrainingClass", row, "SUBMITTED")
    row = party.transition(chengdu.officer, "approveTrainingClass", row, "APPROVED")
    found = _read_trainees(chengdu, row)
    places = [(each["place"], each["most"]) for each in found]
    party.expect_equal("the trainees' places", places, [(1, 3)] * TRAINEE_COUNT)
    party.report_step(
        "Class submitted and approved: each trainee has the first of their three places"
    )
    return row


def _add_trainees(chengdu: SichuanScenario, row: Mapping[str, Any]) -> None:
    """Add one trainee singly, and the other by a roster (S23)."""
    party, who = chengdu.session, chengdu.hirer
    one, other = chengdu.people[:TRAINEE_COUNT]
    named = {"classId": row["id"], "idNumber": one.id_number}
    no = party.expect_refusal(who, "addTrainee", "PERSON_NOT_ON_FILE", name="某某", **named)
    party.expect_success(who, "addTrainee", name=one.name, **named)
    party.report_step(f"Trainee 学员 {one.name} added by number and name; under another name: {no}")
    cells = [{"姓名": each.name, "公民身份号码": each.id_number} for each in (other, one)]
    roster = tour_roster.check_roster(chengdu, who, "TRAINEES", cells, class_id=row["id"])
    party.expect_equal("the roster's rows", (roster["passed"], roster["failed"]), (1, 1))
    added = party.expect_success(who, "addTraineesFromRoster", rosterId=roster["id"])
    party.report_step(f"Trainee 学员 {added[0]['name']} added from the roster")


def _build_class_draft(chengdu: SichuanScenario, course: Mapping[str, Any]) -> dict[str, str]:
    day = chengdu.today.isoformat()
    return {"courseId": course["id"], "name": "安全生产一班", "opensOn": day, "endsOn": day}


def _expect_overlap_refusal(chengdu: SichuanScenario, course: Mapping[str, Any]) -> None:
    """Be refused a second class on the same day for somebody who attends one (S21)."""
    party, who = chengdu.session, chengdu.hirer
    row = party.expect_success(who, "createTrainingClass", **_build_class_draft(chengdu, course))
    first = chengdu.people[0]
    named = {"classId": row["id"], "idNumber": first.id_number, "name": first.name}
    party.expect_success(who, "addTrainee", **named)
    decision = {"id": row["id"], "version": row["version"]}
    no = party.expect_refusal(who, "submitTrainingClass", "TRAINING_OVERLAPS", **decision)
    party.report_step(
        f"Class {row['number']} with somebody who attends another that day refused: {no}"
    )
    party.transition(who, "withdrawTrainingClass", row, "WITHDRAWN")


def _claim_class(chengdu: SichuanScenario, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Find the class among those that can be claimed, and claim for its trainees (S25)."""
    party, who = chengdu.session, chengdu.hirer
    edges = who.ask(CLAIMABLE_QUERY, {"number": row["number"]})["claimableClasses"]["edges"]
    (found,) = [edge["node"] for edge in edges]
    told = (found["count"], Decimal(found["amount"]), found["shortfalls"])
    party.expect_equal(
        "what can be claimed", told, (TRAINEE_COUNT, AMOUNT_PER_TRAINEE * TRAINEE_COUNT, [])
    )
    party.report_step(
        f"Claimable 可申报: {row['number']}, {found['count']} trainees, {found['amount']} yuan"
    )
    account = who.ask(OWN_ACCOUNT_QUERY)["viewer"]["unit"]["bankAccounts"][0]
    given = {"classId": row["id"], "bankAccountId": account["id"]}
    claim = party.expect_success(who, "createTrainingClaim", **given)
    party.expect_equal(
        "the claim's amount", Decimal(claim["amount"]), AMOUNT_PER_TRAINEE * TRAINEE_COUNT
    )
    return hiring.approve_claim(chengdu, who, claim, AMOUNT_PER_TRAINEE)


def _complete_class(chengdu: SichuanScenario, row: Mapping[str, Any]) -> None:
    """Score the trainees, complete the class, and have that approved (S27, S28, S33)."""
    party, who = chengdu.session, chengdu.hirer
    one, other = _read_trainees(chengdu, row)
    party.expect_refusal(who, "completeClass", "TRAINEES_OPEN", classId=row["id"])
    _import_scores(chengdu, row, one)
    given = {"id": other["id"], "version": other["version"], "score": FAILING_SCORE}
    scored = party.expect_success(who, "scoreTrainee", **given)
    party.report_step(
        f"Score 成绩 of {other['name']} by hand: {FAILING_SCORE}, {scored['expectedOutcome']}"
    )
    done = party.expect_success(who, "completeClass", classId=row["id"])
    done = party.transition(who, "submitCompletion", done, "SUBMITTED")
    done = party.transition(chengdu.officer, "approveCompletion", done, "APPROVED")
    told = [(each["outcome"], each["place"]) for each in _read_trainees(chengdu, row)]
    party.expect_equal("the trainees", told, [("COMPLETED", 1), ("NOT_COMPLETED", None)])
    party.report_step(
        "Class completed 班级结业 and approved: who did not pass has their place back"
    )


def _import_scores(
    chengdu: SichuanScenario, row: Mapping[str, Any], one: Mapping[str, Any]
) -> None:
    """Export who has not completed, fill in scores, and import those that pass (S27)."""
    party, who = chengdu.session, chengdu.hirer
    url = party.expect_success(who, "requestScoreSheet", classId=row["id"])
    sheet = tour_roster.read_filled_sheet(chengdu, who, url)
    party.report_step(f"Score sheet 成绩表 fetched with {len(sheet)} trainees in it")
    for cells in sheet:
        cells["成绩"] = PASSING_SCORE if cells["姓名"] == one["name"] else IMPOSSIBLE_SCORE
    roster = tour_roster.check_roster(chengdu, who, "SCORES", sheet, class_id=row["id"])
    party.expect_equal("the sheet's rows", (roster["passed"], roster["failed"]), (1, 1))
    (scored,) = party.expect_success(who, "importScores", rosterId=roster["id"])
    party.report_step(f"Score 成绩 of {one['name']} imported: {scored['score']}")


def _read_trainees(chengdu: SichuanScenario, row: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Read the class with its trainees, progress and money in one query."""
    found = chengdu.hirer.ask(CLASS_QUERY, {"id": row["id"]})["node"]
    chengdu.session.expect_equal("the trainees", found["trainees"]["totalCount"], TRAINEE_COUNT)
    return [edge["node"] for edge in found["trainees"]["edges"]]
