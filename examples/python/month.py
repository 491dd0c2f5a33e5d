"""Report a month 月报 from a table of figures: `python month.py 2026-10 figures.csv [--submit]`.

The table has the columns 姓名, 出勤天数, 实发工资, 保险费. JIUYE_URL, JIUYE_ACCOUNT and
JIUYE_PASSWORD say where and as whom.
"""

import argparse
import csv
import os
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

from graph import (
    Client,
    CredentialsInput,
    DecisionInput,
    DecisionsInput,
    MonthOfReportsInput,
    ReportRowInput,
)
from graph.interns_to_report import InternsToReportInternToReportConnectionNodes as Entry
from graph.save_month import SaveMonthSaveMonthlyReportsMonthlyReportsPayload as SavedMonth

OPEN = {"DRAFT", "RETURNED"}


class Refused(Exception):
    """Say what the service refused, and what would cure it."""


def sign_in(url: str, account: str, password: str) -> Client:
    """Return a client of the account that signs in."""
    credentials = CredentialsInput(account=account, password=password)
    answer = Client(url=url).sign_in(credentials).sign_in
    if answer.typename__ == "SessionPayload":
        return Client(url=url, headers={"Authorization": f"Bearer {answer.access_token}"})
    if answer.typename__ == "SignInChallengePayload":
        raise Refused("The account has a second factor: use one for programs, `jiuye client add`.")
    raise Refused(f"{answer.message} {answer.cure}")


def read_figures(path: Path) -> Mapping[str, Mapping[str, str]]:
    """Read the table, each intern's row by name."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["姓名"]: row for row in csv.DictReader(file)}


def build_row(entry: Entry, figures: Mapping[str, str]) -> ReportRowInput:
    """Build what is reported of one intern; a report that is there already keeps its version."""
    return ReportRowInput(
        internId=entry.intern.id,
        daysAttended=int(figures["出勤天数"]),
        wagePaid=Decimal(figures["实发工资"]),
        insurancePaid=Decimal(figures["保险费"]),
        version=entry.report.version if entry.report else None,
    )


def list_interns_to_report(client: Client, month: str) -> Sequence[Entry]:
    """List all interns of a month, page by page."""
    found: list[Entry] = []
    after: str | None = None
    while True:
        page = client.interns_to_report(month, after).intern_to_report_connection
        if page is None:
            return found
        found += page.nodes
        after = page.page_info.end_cursor
        if not page.page_info.has_next_page:
            return found


def save_month(client: Client, month: str, figures: Mapping[str, Mapping[str, str]]) -> SavedMonth:
    """Save the month of all interns who are still to be reported; all of it or nothing."""
    entries = list_interns_to_report(client, month)
    due = [each for each in entries if each.report is None or each.report.status in OPEN]
    missing = [each.intern.name for each in due if each.intern.name not in figures]
    if missing:
        raise Refused(f"The table lacks: {', '.join(missing)}")
    rows = [build_row(each, figures[each.intern.name]) for each in due]
    given = MonthOfReportsInput(month=month, rows=rows)
    answer = client.save_month(given, key=str(uuid4())).save_monthly_reports
    if answer.typename__ == "MonthlyReportsPayload":
        return answer
    if answer.typename__ == "Invalid":
        faults = (f"{'.'.join(each.path)}: {each.message} {each.cure}" for each in answer.faults)
        raise Refused("\n".join(faults))
    raise Refused(f"{answer.message} {answer.cure}")


def submit_month(client: Client, saved: SavedMonth) -> None:
    """Submit what was saved."""
    records = [DecisionInput(id=each.id, version=each.version) for each in saved.monthly_reports]
    answer = client.submit_month(DecisionsInput(records=records), key=str(uuid4()))
    result = answer.submit_monthly_reports
    if result.typename__ != "MonthlyReportsPayload":
        raise Refused(f"{result.message} {result.cure}")


def main(arguments: Sequence[str]) -> int:
    """Read, save, tell, and submit where that is asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("month")
    options.add_argument("figures", type=Path)
    options.add_argument("--submit", action="store_true")
    given = options.parse_args(arguments)
    try:
        client = sign_in(
            os.environ.get("JIUYE_URL", "http://127.0.0.1:8000/graphql"),
            os.environ.get("JIUYE_ACCOUNT", "unit"),
            os.environ["JIUYE_PASSWORD"],
        )
        saved = save_month(client, given.month, read_figures(given.figures))
        for report in saved.monthly_reports:
            shortfalls = " ".join(each.message for each in report.explanation.shortfalls)
            payable = report.payable_subsidy or "-"
            print(f"{report.intern.name}: {report.wage_paid} -> {payable} {shortfalls}")
        if given.submit:
            submit_month(client, saved)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
