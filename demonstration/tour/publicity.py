"""The tour's publicity 公示: shown to everybody, objected to, settled (S17, S18, X2, X7)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from demonstration.data.number import mobile
from demonstration.tour.chengdu import DISTRICT, Chengdu
from demonstration.tour.graph import Answer, TourFailed
from demonstration.tour.subsidy_document import NOTICES, OBJECTIONS

LONGEST = 40
"""No stretch of five working days takes as many days, whatever the holidays."""


def publicity(chengdu: Chengdu, claim: Mapping[str, Any]) -> None:
    """Publish a claim's lines, have them objected to, and be refused to pass them too early."""
    party = chengdu.party
    title = f"成都市锦江区一次性吸纳就业补贴公示（巡览{party.number}）"
    lines = published(chengdu, claim, "HIRING", title)
    notice = _read(chengdu, title, lines)
    _objected(chengdu, title, notice, lines)
    _failed(chengdu, lines[-1])


def published(
    chengdu: Chengdu, claim: Mapping[str, Any], kind: str, title: str
) -> Sequence[Mapping[str, Any]]:
    """Be refused windows until one is long enough by the calendar of working days."""
    named = [{"id": line["id"], "version": line["version"]} for line in claim["lines"]]
    given: Mapping[str, Any] = {"kind": kind, "title": title, "which": {"records": named}}
    party, first = chengdu.party, chengdu.today
    days = {"firstDay": first.isoformat(), "lastDay": first.isoformat()}
    for _ in range(2):  # the window may reach into the next year
        _calendar(chengdu, party.attempt(chengdu.officer, "publishLines", **given, **days))
    no = party.refused(chengdu.officer, "publishLines", "WORKING_DAYS_TOO_FEW", **given, **days)
    party.tell(f"Publicity 公示 of {first} alone refused: {no} {no.cure}".rstrip())
    days["lastDay"] = _long_enough(no.cure, first).isoformat()
    lines = _moved(chengdu, party.do(chengdu.officer, "publishLines", **given, **days))
    party.expect("the lines", {line["state"] for line in lines}, {"IN_PUBLICITY"})
    party.expect("the claim", lines[-1]["claim"]["status"], "IN_PUBLICITY")
    party.tell(f"Lines published from {first} to {days['lastDay']}; the claim is IN_PUBLICITY")
    return lines


def _calendar(chengdu: Chengdu, said: Answer) -> None:
    """Let an administrator enter a year whose working days nobody knows yet (X7)."""
    if "CALENDAR_MISSING" not in said.reasons:
        return
    this = chengdu.today.year
    year = next(year for year in (this, this + 1) if str(year) in str(said))
    days = [{"day": f"{year}-01-01", "working": False, "name": "元旦"}]
    given = {"year": year, "edition": 0, "days": days, "source": "巡览示例，待国务院办公厅通知"}
    chengdu.party.do(chengdu.administrators[0], "enterCalendarYear", **given)
    chengdu.party.tell(f"Calendar 工作日历 of {year} entered, for it was refused: {said}")


def _long_enough(said: str, first: date) -> date:
    """Find the earliest last day that a refusal names."""
    days = [first + timedelta(days=n) for n in range(1, LONGEST)]
    named = next((day for day in days if day.isoformat() in said), None)
    if named is None:
        raise TourFailed(f"The refusal was to name the earliest last day, but: {said}")
    return named


def _read(chengdu: Chengdu, title: str, lines: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Read the public list without signing in: names and numbers are masked (X7, X11)."""
    edges = chengdu.party.stranger.ask(NOTICES, {"region": DISTRICT})["publicNotices"]["edges"]
    notice: Mapping[str, Any] = next(
        (edge["node"] for edge in edges if edge["node"]["title"] == title), {}
    )
    shown = [edge["node"] for edge in notice["lines"]["edges"]] if notice else []
    chengdu.party.expect("the lines that everybody sees", len(shown), len(lines))
    chengdu.party.tell(f"Read without signing in: {notice['title']}, {notice['regionName']}")
    for one in shown:
        who = f"{one['nameMasked']} {one['idNumberMasked']}"
        chengdu.party.tell(f"  {one['number']}. {who} {one['unitName']} {one['amount']}")
    return notice


def _objected(
    chengdu: Chengdu,
    title: str,
    notice: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]],
) -> None:
    """Object as a stranger; nothing passes until another officer has settled it (X2, X7)."""
    party = chengdu.party
    told = party.do(
        party.stranger,
        "lodgeObjection",
        noticeId=notice["id"],
        text="听说公示名单中有人并未在该企业上班。",
        contactName="辛知情",
        contactMobile=mobile(9500),
    )
    party.tell(f"Objection 异议 lodged by a stranger with {told['regionName']}")
    party.tell(f"Passing refused: {_barred(chengdu, lines, 'OBJECTION_OPEN')}")
    edges = chengdu.colleague.ask(OBJECTIONS)["objections"]["edges"]
    row = next(e["node"] for e in edges if e["node"]["publicity"]["title"] == title)
    given = {"id": row["id"], "version": row["version"], "upheld": False}
    given["reason"] = "经实地核查，公示人员均在岗。"
    no = party.refused(chengdu.officer, "settleObjection", "FOUR_EYES", **given)
    party.tell(f"Settlement by who published it refused: {no}")
    row = party.do(chengdu.colleague, "settleObjection", **given)
    party.expect("the objection", row["status"], "REFUSED")
    party.tell(f"Objection dismissed by the other officer 异议不成立: {row['reason']}")
    no_yet = _barred(chengdu, lines, "PUBLICITY_RUNNING")
    party.tell(f"Passing refused once more, as no window ends within a tour: {no_yet}")


def _barred(chengdu: Chengdu, lines: Sequence[Mapping[str, Any]], reason: str) -> str:
    """Try to pass lines, see that each is told why not, and give the words."""
    which = {"records": [{"id": line["id"], "version": line["version"]} for line in lines]}
    outcomes = chengdu.party.do(chengdu.officer, "passPublicity", which=which)
    faults = [fault for outcome in outcomes for fault in outcome["faults"]]
    reasons = [fault["reason"] for fault in faults]
    chengdu.party.expect("why the lines don't pass", reasons, [reason] * len(lines))
    return str(faults[0]["message"])


def _failed(chengdu: Chengdu, line: Mapping[str, Any]) -> None:
    """Fail one line, which may happen at any time; what it held is free again (S18)."""
    which = {"records": [{"id": line["id"], "version": line["version"]}]}
    answer = chengdu.party.do(
        chengdu.officer, "failPublicity", which=which, reason="本人书面放弃享受补贴。"
    )
    (row,) = _moved(chengdu, answer)
    chengdu.party.expect("the line", row["state"], "PUBLICITY_FAILED")
    left = row["claim"]["amount"]
    chengdu.party.tell(f"One line failed 公示不通过: the claim is for {left} yuan now")


def _moved(chengdu: Chengdu, outcomes: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Give lines of which each was moved."""
    faults = [fault["message"] for outcome in outcomes for fault in outcome["faults"]]
    chengdu.party.expect("what kept lines from moving", faults, [])
    return [outcome["line"] for outcome in outcomes]
