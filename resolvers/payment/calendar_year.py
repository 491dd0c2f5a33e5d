"""The working-day calendar 工作日历: entered year by year, the last edition counts (X7)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from models import CalendarYear, DatabaseRole
from resolvers.kernel.database_role import run_as
from resolvers.kernel.transaction import Transaction
from rules.kernel.refusal import StaleVersion, refuse_if
from rules.kernel.region import list_ancestors
from rules.kernel.value import Day, Paragraph, Text
from rules.payment.calendar_year import Calendar, SpecialDaysOfYear, find_year_faults


@dataclass(kw_only=True)
class SpecialDay:
    """A holiday, or a day that makes up for one."""

    day: Day
    working: bool
    name: Text


@dataclass(kw_only=True)
class CalendarYearDraft:
    """A year's holidays and make-up days, on whose word, and after which edition."""

    year: int
    edition: int
    days: list[SpecialDay]
    source: Paragraph


@run_as(DatabaseRole.ADMINISTRATION)
async def enter_calendar_year(tx: Transaction, input: CalendarYearDraft) -> CalendarYear:
    """Enter a year's holidays and make-up days for the own region, or correct them (X7). 录入日历.

    It is a further edition, the first one after 0; earlier ones stay. It counts for the region and
    all below it, before what is known of the nation.
    """
    refuse_if(find_year_faults(input.year, [(each.day, each.working) for each in input.days]))
    own = (CalendarYear.region == tx.region, CalendarYear.year == input.year)
    last = await tx.first(select(CalendarYear).where(*own).order_by(CalendarYear.edition.desc()))
    known = last.edition if last else 0
    if input.edition != known:
        raise StaleVersion(known, ("edition",))
    row = CalendarYear(
        region=tx.region,
        year=input.year,
        edition=known + 1,
        days=[
            {"day": each.day.isoformat(), "working": each.working, "name": each.name}
            for each in sorted(input.days, key=lambda each: each.day)
        ],
        source=input.source,
        entered_by=tx.viewer.account_id,
        entered_at=tx.now,
    )
    tx.create(row)
    await tx.session.flush()
    return row


async def load_calendars(
    tx: Transaction, regions: Collection[str], years: Collection[int]
) -> Mapping[str, Calendar]:
    """Read what is known of some years in some regions, in one statement (X7)."""
    above = {code for region in regions for code in list_ancestors(region)}
    named = (CalendarYear.region.in_(above), CalendarYear.year.in_(years))
    rows = await tx.all(select(CalendarYear).where(*named).order_by(CalendarYear.edition))
    latest = {(row.region, row.year): _build_year(row) for row in rows}
    return {
        region: Calendar(dict(_select_latest_years(latest, region, years))) for region in regions
    }


def _select_latest_years(
    latest: Mapping[tuple[str, int], SpecialDaysOfYear], region: str, years: Iterable[int]
) -> Iterable[tuple[int, SpecialDaysOfYear]]:
    for year in years:
        known = (latest[code, year] for code in list_ancestors(region) if (code, year) in latest)
        found = next(known, None)
        if found is not None:
            yield year, found


def _build_year(row: CalendarYear) -> SpecialDaysOfYear:
    return {date.fromisoformat(each["day"]): bool(each["working"]) for each in row.days}
