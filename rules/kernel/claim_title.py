"""What each kind of claim is called, in both languages (rulebook, sections 1 and 2)."""

from collections.abc import Mapping
from datetime import date

from models import ClaimKind
from rules.kernel.finding import Sentence
from rules.kernel.region import REGIONS, get_region_name

CLAIM_TITLES: Mapping[ClaimKind, Sentence] = {
    ClaimKind.LIVING_ALLOWANCE: Sentence("生活费补贴", "living allowance"),
    ClaimKind.MENTORING: Sentence("带教补贴", "mentoring subsidy"),
    ClaimKind.HIRING: Sentence("一次性吸纳就业补贴", "hiring subsidy"),
    ClaimKind.SERVICE: Sentence("就业创业服务补助", "employment-service subsidy"),
    ClaimKind.TRAINING: Sentence("培训补贴", "training subsidy"),
}


def format_claim_title(
    kind: ClaimKind, month: date | None, year: int | None, other: str = ""
) -> str:
    """Say what a claim is: its kind, and its month, its year or what else tells it apart."""
    number = f"{month:%Y-%m}" if month else str(year) if year else other
    return f"{CLAIM_TITLES[kind].zh} {number}".rstrip()


def describe_title(title: str | None, *, viewer: object) -> str | None:
    """Return what an entry of history calls its record; older ones called it by a region's code."""
    return get_region_name(title) if title and title in REGIONS else title
