"""Holidays and make-up days 节假日及调休 as far as the installed library knows them (X7)."""

from collections.abc import Iterator, Mapping
from datetime import date

from chinese_calendar import __version__, constants

HOLIDAY_SOURCE = f"国务院办公厅放假安排（chinesecalendar {__version__}）"
HOLIDAY_NAMES: Mapping[str, str] = {each.value: each.chinese for each in constants.Holiday}


def list_known_years() -> Iterator[tuple[int, list[dict[str, object]]]]:
    """List each year that the library covers, with its special days, oldest first."""
    days: dict[date, tuple[bool, str]] = {
        **{day: (False, name) for day, name in constants.holidays.items()},
        **{
            day: (True, f"{HOLIDAY_NAMES[name]}调休上班")
            for day, name in constants.workdays.items()
        },
    }
    for year in sorted({day.year for day in days}):
        yield (
            year,
            [
                {"day": day.isoformat(), "working": working, "name": HOLIDAY_NAMES.get(name, name)}
                for day, (working, name) in sorted(days.items())
                if day.year == year
            ],
        )
