"""Numbers of what the demonstration has submitted, as the service would have given them (X26)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from models import Base
from rules.kernel.business_number import PREFIX_BY_KIND, format_business_number, format_series
from rules.kernel.month import to_local_day
from rules.kernel.record_kind import get_record_kind


def number_records(
    rows: Mapping[type[Base], Sequence[dict[str, Any]]],
) -> Mapping[str, int]:
    """Give what was submitted its numbers, in that order; return the last one of each series."""
    last = Counter[str]()
    for kind, prefix in PREFIX_BY_KIND.items():
        table = get_record_kind(kind).record_table
        named = [each for mapped in rows if issubclass(mapped, table) for each in rows[mapped]]
        submitted = [each for each in named if each.get("submitted_at") is not None]
        for row in sorted(submitted, key=lambda each: (each["submitted_at"], each["id"])):
            year = to_local_day(row["submitted_at"]).year
            series = format_series(prefix, row["region"], year)
            last[series] += 1
            row["business_number"] = format_business_number(series, last[series])
    return last
