"""A claim is called in words, so that a timeline is read by itself (X9)."""

from datetime import date
from typing import Any

import pytest

from models import ClaimKind
from rules.kernel.claim_title import describe_title, format_claim_title


@pytest.mark.parametrize(
    ("kind", "known", "title"),
    [
        (ClaimKind.LIVING_ALLOWANCE, (date(2025, 3, 1), None), "生活费补贴 2025-03"),
        (ClaimKind.MENTORING, (None, 2024), "带教补贴 2024"),
        (ClaimKind.HIRING, (None, None, "成都市锦江区"), "一次性吸纳就业补贴 成都市锦江区"),
        (ClaimKind.SERVICE, (None, None), "就业创业服务补助"),
        (ClaimKind.TRAINING, (None, None, "K-7"), "培训补贴 K-7"),
    ],
)
def test_a_claim_is_called_by_its_kind_and_number_or_place(
    kind: ClaimKind, known: tuple[Any, ...], title: str
) -> None:
    assert format_claim_title(kind, *known) == title


def test_a_region_s_code_that_was_kept_as_a_title_is_told_in_words() -> None:
    assert describe_title("510104", viewer=None) == "四川省成都市锦江区"
    for kept in ("2024-08", "2025", "见习生1", None):
        assert describe_title(kept, viewer=None) == kept
