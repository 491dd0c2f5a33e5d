"""How many ID numbers are left for somebody who reads all that is shown of a person (X11)."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from stdnum.cn import ric

MIN_CANDIDATES = 10_000
"""What ADR 0056 promises, with district, year of birth and sex known beforehand."""
MASK_PATTERN = re.compile(r"[0-9*]{17}[0-9X*]")
DIGITS_PATTERN = re.compile(r"(?<![0-9A-Za-z*])[0-9]{3,17}X?(?![0-9A-Za-z*])")


def list_alike(number: str) -> list[str]:
    """List all numbers of one's district, year of birth and sex."""
    district, year, sex = number[:6], int(number[6:10]), int(number[16]) % 2
    day, alike = date(year, 1, 1), []
    while day.year == year:
        for order in range(sex, 1000, 2):
            body = f"{district}{day:%Y%m%d}{order:03d}"
            alike.append(body + ric.calc_check_digit(f"{body}0"))
        day += timedelta(days=1)
    return alike


def count_candidates(number: str, alike: Iterable[str], texts: Iterable[str]) -> int:
    """Count the numbers that agree with everything in the texts that tells of this one."""
    said = "\n".join(texts)
    masks = {mask for mask in MASK_PATTERN.findall(said) if _is_matched(mask, number)}
    left = [each for each in alike if all(_is_matched(mask, each) for mask in masks)]
    born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    tails = {digits for digits in DIGITS_PATTERN.findall(said) if number.endswith(digits)}
    if born in said:
        left = [each for each in left if each[6:14] == number[6:14]]
    return sum(all(each.endswith(tail) for tail in tails) for each in left)


def collect_texts(answer: Any) -> Iterator[str]:
    """Collect all texts and figures of an answer, however deep."""
    if isinstance(answer, dict | list):
        for part in answer.values() if isinstance(answer, dict) else answer:
            yield from collect_texts(part)
    elif answer is not None:
        yield str(answer)


def _is_matched(mask: str, number: str) -> bool:
    return all(shown in ("*", own) for shown, own in zip(mask, number, strict=True))
