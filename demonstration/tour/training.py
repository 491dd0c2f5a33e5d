"""The tour's training 以工代训: a course, a class, its claim and its completion (S20-S29, S33)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from demonstration.tour import (
    hirer as tour_hirer,
)
from demonstration.tour import (
    hiring as tour_hiring,
)
from demonstration.tour import (
    publicity as tour_publicity,
)
from demonstration.tour import (
    roster as tour_roster,
)
from demonstration.tour.chengdu import PROVINCE, Chengdu
from demonstration.tour.training_document import CLAIMABLE, CLASS, OWN_ACCOUNT

FEE, AMOUNT, EACH = "500.00", "0.95 at most 600", Decimal("475.00")
TRAINED = 2
PASSING, FAILING, TOO_HIGH = "88", "55", "101"


def training(chengdu: Chengdu) -> None:
    """Train two of the enterprise's own staff, claim for both, and complete their class."""
    _policy(chengdu)
    course = _course(chengdu)
    row = _opened(chengdu, course)
    _twice(chengdu, course)
    claim = _claimed(chengdu, row)
    tour_publicity.published(chengdu, claim, "TRAINING", f"培训补贴公示 {row['number']}")
    _completed(chengdu, row)


def _policy(chengdu: Chengdu) -> None:
    """Confirm until when the programme runs and what is paid for a trainee (S31, X2, X6)."""
    year = chengdu.today.year
    period = f"{year - 1}-01-01/{year + 1}-12-31"
    tour_hirer.confirm(chengdu, "programme.period", PROVINCE, period, "TRAINING")
    tour_hirer.confirm(chengdu, "training.amount", PROVINCE, AMOUNT)


def _course(chengdu: Chengdu) -> Mapping[str, Any]:
    """Let the province enter an online course (S20)."""
    course: Mapping[str, Any] = chengdu.party.do(
        chengdu.administrators[0],
        "enterCourse",
        code=f"SC-{chengdu.party.number:02d}",
        edition=0,
        name="安全生产线上培训",
        provider="四川省职业技能线上培训平台（巡览示例）",
        hours=40,
        fee=FEE,
    )
    told = f"{course['name']} {course['code']}, {course['fee']} yuan a person"
    chengdu.party.tell(f"Online course 线上培训项目 entered by the province: {told}")
    return course


def _opened(chengdu: Chengdu, course: Mapping[str, Any]) -> Mapping[str, Any]:
    """Open a class with two trainees, submit it and have it approved (S22-S24)."""
    party, who = chengdu.party, chengdu.hirer
    yesterday = (chengdu.today - timedelta(days=1)).isoformat()
    late = _planned(chengdu, course) | {"opensOn": yesterday}
    no = party.refused(who, "createTrainingClass", "OPENING_IN_PAST", **late)
    party.tell(f"A class 培训班 that was to open yesterday refused: {no}")
    row: Mapping[str, Any] = party.do(who, "createTrainingClass", **_planned(chengdu, course))
    party.tell(f"Class drafted; its number 培训期号 is given: {row['number']}")
    _attended(chengdu, row)
    row = party.move(who, "submitTrainingClass", row, "SUBMITTED")
    row = party.move(chengdu.officer, "approveTrainingClass", row, "APPROVED")
    found = _seen(chengdu, row)
    places = [(each["place"], each["most"]) for each in found]
    party.expect("the trainees' places", places, [(1, 3)] * TRAINED)
    party.tell("Class submitted and approved: each trainee has the first of their three places")
    return row


def _attended(chengdu: Chengdu, row: Mapping[str, Any]) -> None:
    """Add one trainee singly, and the other by a roster (S23)."""
    party, who = chengdu.party, chengdu.hirer
    one, other = chengdu.people[:TRAINED]
    named = {"classId": row["id"], "idNumber": one.id_number}
    no = party.refused(who, "addTrainee", "PERSON_NOT_ON_FILE", name="某某", **named)
    party.do(who, "addTrainee", name=one.name, **named)
    party.tell(f"Trainee 学员 {one.name} added by number and name; under another name: {no}")
    cells = [{"姓名": each.name, "公民身份号码": each.id_number} for each in (other, one)]
    roster = tour_roster.checked(chengdu, who, "TRAINEES", cells, class_id=row["id"])
    party.expect("the roster's rows", (roster["passed"], roster["failed"]), (1, 1))
    added = party.do(who, "addTraineesFromRoster", rosterId=roster["id"])
    party.tell(f"Trainee 学员 {added[0]['name']} added from the roster")


def _planned(chengdu: Chengdu, course: Mapping[str, Any]) -> dict[str, str]:
    day = chengdu.today.isoformat()
    return {"courseId": course["id"], "name": "安全生产一班", "opensOn": day, "endsOn": day}


def _twice(chengdu: Chengdu, course: Mapping[str, Any]) -> None:
    """Be refused a second class on the same day for somebody who attends one (S21)."""
    party, who = chengdu.party, chengdu.hirer
    row = party.do(who, "createTrainingClass", **_planned(chengdu, course))
    first = chengdu.people[0]
    named = {"classId": row["id"], "idNumber": first.id_number, "name": first.name}
    party.do(who, "addTrainee", **named)
    decision = {"id": row["id"], "version": row["version"]}
    no = party.refused(who, "submitTrainingClass", "TRAINING_OVERLAPS", **decision)
    party.tell(f"Class {row['number']} with somebody who attends another that day refused: {no}")
    party.move(who, "withdrawTrainingClass", row, "WITHDRAWN")


def _claimed(chengdu: Chengdu, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Find the class among those that can be claimed, and claim for its trainees (S25)."""
    party, who = chengdu.party, chengdu.hirer
    edges = who.ask(CLAIMABLE, {"number": row["number"]})["claimableClasses"]["edges"]
    (found,) = [edge["node"] for edge in edges]
    told = (found["count"], Decimal(found["amount"]), found["shortfalls"])
    party.expect("what can be claimed", told, (TRAINED, EACH * TRAINED, []))
    party.tell(
        f"Claimable 可申报: {row['number']}, {found['count']} trainees, {found['amount']} yuan"
    )
    account = who.ask(OWN_ACCOUNT)["viewer"]["unit"]["bankAccounts"][0]
    given = {"classId": row["id"], "bankAccountId": account["id"]}
    claim = party.do(who, "createTrainingClaim", **given)
    party.expect("the claim's amount", Decimal(claim["amount"]), EACH * TRAINED)
    return tour_hiring.approved(chengdu, who, claim, EACH)


def _completed(chengdu: Chengdu, row: Mapping[str, Any]) -> None:
    """Score the trainees, complete the class, and have that approved (S27, S28, S33)."""
    party, who = chengdu.party, chengdu.hirer
    one, other = _seen(chengdu, row)
    party.refused(who, "completeClass", "TRAINEES_OPEN", classId=row["id"])
    _scored(chengdu, row, one)
    given = {"id": other["id"], "version": other["version"], "score": FAILING}
    scored = party.do(who, "scoreTrainee", **given)
    party.tell(f"Score 成绩 of {other['name']} by hand: {FAILING}, {scored['expectedOutcome']}")
    done = party.do(who, "completeClass", classId=row["id"])
    done = party.move(who, "submitCompletion", done, "SUBMITTED")
    done = party.move(chengdu.officer, "approveCompletion", done, "APPROVED")
    told = [(each["outcome"], each["place"]) for each in _seen(chengdu, row)]
    party.expect("the trainees", told, [("COMPLETED", 1), ("NOT_COMPLETED", None)])
    party.tell("Class completed 班级结业 and approved: who did not pass has their place back")


def _scored(chengdu: Chengdu, row: Mapping[str, Any], one: Mapping[str, Any]) -> None:
    """Export who has not completed, fill in scores, and import those that pass (S27)."""
    party, who = chengdu.party, chengdu.hirer
    url = party.do(who, "requestScoreSheet", classId=row["id"])
    sheet = tour_roster.filled(chengdu, who, url)
    party.tell(f"Score sheet 成绩表 fetched with {len(sheet)} trainees in it")
    for cells in sheet:
        cells["成绩"] = PASSING if cells["姓名"] == one["name"] else TOO_HIGH
    roster = tour_roster.checked(chengdu, who, "SCORES", sheet, class_id=row["id"])
    party.expect("the sheet's rows", (roster["passed"], roster["failed"]), (1, 1))
    (scored,) = party.do(who, "importScores", rosterId=roster["id"])
    party.tell(f"Score 成绩 of {one['name']} imported: {scored['score']}")


def _seen(chengdu: Chengdu, row: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Read the class with its trainees, progress and money in one query."""
    found = chengdu.hirer.ask(CLASS, {"id": row["id"]})["node"]
    chengdu.party.expect("the trainees", found["trainees"]["totalCount"], TRAINED)
    return [edge["node"] for edge in found["trainees"]["edges"]]
