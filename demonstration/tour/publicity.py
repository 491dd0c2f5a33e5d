"""The tour's publicity 公示: shown to everybody, objected to, settled (S17, S18, X2, X7)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from demonstration.data.number import build_mobile
from demonstration.tour.client import MutationAnswer, TourFailed
from demonstration.tour.sichuan_scenario import DISTRICT, SichuanScenario
from demonstration.tour.subsidy_document import NOTICES_QUERY, OBJECTIONS_QUERY

MAX_WINDOW_DAYS = 40
"""No stretch of five working days takes as many days, whatever the holidays."""


def publish_and_settle(chengdu: SichuanScenario, claim: Mapping[str, Any]) -> None:
    """Publish a claim's lines, have them objected to, and be refused to pass them too early."""
    party = chengdu.session
    title = f"成都市锦江区一次性吸纳就业补贴公示（巡览{party.number}）"
    lines = publish_lines(chengdu, claim, "HIRING", title)
    notice = _check_public_list(chengdu, title, lines)
    _settle_objection(chengdu, title, notice, lines)
    _fail_line(chengdu, lines[-1])


def publish_lines(
    chengdu: SichuanScenario, claim: Mapping[str, Any], kind: str, title: str
) -> Sequence[Mapping[str, Any]]:
    """Be refused windows until one is long enough by the calendar of working days."""
    named = [{"id": line["id"], "version": line["version"]} for line in claim["lines"]]
    given: Mapping[str, Any] = {"kind": kind, "title": title, "which": {"records": named}}
    party, first = chengdu.session, chengdu.today
    days = {"firstDay": first.isoformat(), "lastDay": first.isoformat()}
    for _ in range(2):  # the window may reach into the next year
        _enter_missing_calendar(
            chengdu, party.try_mutation(chengdu.officer, "publishLines", **given, **days)
        )
    no = party.expect_refusal(
        chengdu.officer, "publishLines", "WORKING_DAYS_TOO_FEW", **given, **days
    )
    party.report_step(f"Publicity 公示 of {first} alone refused: {no} {no.cure}".rstrip())
    days["lastDay"] = _find_last_day(no.cure, first).isoformat()
    lines = _require_moved(
        chengdu, party.expect_success(chengdu.officer, "publishLines", **given, **days)
    )
    party.expect_equal("the lines", {line["state"] for line in lines}, {"IN_PUBLICITY"})
    party.expect_equal("the claim", lines[-1]["claim"]["status"], "IN_PUBLICITY")
    party.report_step(
        f"Lines published from {first} to {days['lastDay']}; the claim is IN_PUBLICITY"
    )
    return lines


def _enter_missing_calendar(chengdu: SichuanScenario, said: MutationAnswer) -> None:
    """Enter as an administrator a year whose working days nobody knows yet (X7)."""
    if "CALENDAR_MISSING" not in said.reasons:
        return
    this = chengdu.today.year
    year = next(year for year in (this, this + 1) if str(year) in str(said))
    days = [{"day": f"{year}-01-01", "working": False, "name": "元旦"}]
    given = {"year": year, "edition": 0, "days": days, "source": "巡览示例，待国务院办公厅通知"}
    chengdu.session.expect_success(chengdu.administrators[0], "enterCalendarYear", **given)
    chengdu.session.report_step(f"Calendar 工作日历 of {year} entered, for it was refused: {said}")


def _find_last_day(said: str, first: date) -> date:
    """Find the earliest last day that a refusal names."""
    days = [first + timedelta(days=n) for n in range(1, MAX_WINDOW_DAYS)]
    named = next((day for day in days if day.isoformat() in said), None)
    if named is None:
        raise TourFailed(f"The refusal was to name the earliest last day, but: {said}")
    return named


def _check_public_list(
    chengdu: SichuanScenario, title: str, lines: Sequence[Mapping[str, Any]]
) -> Mapping[str, Any]:
    """Read the public list without signing in: names and numbers are masked (X7, X11)."""
    edges = chengdu.session.stranger.ask(NOTICES_QUERY, {"region": DISTRICT})["publicNotices"][
        "edges"
    ]
    notice: Mapping[str, Any] = next(
        (edge["node"] for edge in edges if edge["node"]["title"] == title), {}
    )
    shown = [edge["node"] for edge in notice["lines"]["edges"]] if notice else []
    chengdu.session.expect_equal("the lines that everybody sees", len(shown), len(lines))
    chengdu.session.report_step(
        f"Read without signing in: {notice['title']}, {notice['regionName']}"
    )
    for one in shown:
        who = f"{one['nameMasked']} {one['idNumberMasked']}"
        chengdu.session.report_step(f"  {one['number']}. {who} {one['unitName']} {one['amount']}")
    return notice


def _settle_objection(
    chengdu: SichuanScenario,
    title: str,
    notice: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]],
) -> None:
    """Object as a stranger; nothing passes until another officer has settled it (X2, X7)."""
    party = chengdu.session
    told = party.expect_success(
        party.stranger,
        "lodgeObjection",
        noticeId=notice["id"],
        text="听说公示名单中有人并未在该企业上班。",
        contactName="辛知情",
        contactMobile=build_mobile(9500),
    )
    party.report_step(f"Objection 异议 lodged by a stranger with {told['regionName']}")
    party.report_step(f"Passing refused: {_expect_no_pass(chengdu, lines, 'OBJECTION_OPEN')}")
    edges = chengdu.colleague.ask(OBJECTIONS_QUERY)["objections"]["edges"]
    row = next(e["node"] for e in edges if e["node"]["publicity"]["title"] == title)
    given = {"id": row["id"], "version": row["version"], "upheld": False}
    given["reason"] = "经实地核查，公示人员均在岗。"
    no = party.expect_refusal(chengdu.officer, "settleObjection", "FOUR_EYES", **given)
    party.report_step(f"Settlement by who published it refused: {no}")
    row = party.expect_success(chengdu.colleague, "settleObjection", **given)
    party.expect_equal("the objection", row["status"], "REFUSED")
    party.report_step(f"Objection dismissed by the other officer 异议不成立: {row['reason']}")
    no_yet = _expect_no_pass(chengdu, lines, "PUBLICITY_RUNNING")
    party.report_step(f"Passing refused once more, as no window ends within a tour: {no_yet}")


def _expect_no_pass(
    chengdu: SichuanScenario, lines: Sequence[Mapping[str, Any]], reason: str
) -> str:
    """Try to pass lines, see that each is told why not, and give the words."""
    which = {"records": [{"id": line["id"], "version": line["version"]} for line in lines]}
    outcomes = chengdu.session.expect_success(chengdu.officer, "passPublicity", which=which)
    faults = [fault for outcome in outcomes for fault in outcome["faults"]]
    reasons = [fault["reason"] for fault in faults]
    chengdu.session.expect_equal("why the lines don't pass", reasons, [reason] * len(lines))
    return str(faults[0]["message"])


def _fail_line(chengdu: SichuanScenario, line: Mapping[str, Any]) -> None:
    """Fail one line, which may happen at any time; what it held is free again (S18)."""
    which = {"records": [{"id": line["id"], "version": line["version"]}]}
    answer = chengdu.session.expect_success(
        chengdu.officer, "failPublicity", which=which, reason="本人书面放弃享受补贴。"
    )
    (row,) = _require_moved(chengdu, answer)
    chengdu.session.expect_equal("the line", row["state"], "PUBLICITY_FAILED")
    left = row["claim"]["amount"]
    chengdu.session.report_step(f"One line failed 公示不通过: the claim is for {left} yuan now")


def _require_moved(
    chengdu: SichuanScenario, outcomes: Sequence[Mapping[str, Any]]
) -> Sequence[Mapping[str, Any]]:
    """Return lines, and fail unless each was moved."""
    faults = [fault["message"] for outcome in outcomes for fault in outcome["faults"]]
    chengdu.session.expect_equal("what kept lines from moving", faults, [])
    return [outcome["line"] for outcome in outcomes]
