"""What each kind of claim is called, in both languages (rulebook, sections 1 and 2)."""

from collections.abc import Mapping

from models import ClaimKind
from rules.kernel.finding import Sentence

CLAIM_TITLES: Mapping[ClaimKind, Sentence] = {
    ClaimKind.LIVING_ALLOWANCE: Sentence("生活费补贴", "living allowance"),
    ClaimKind.MENTORING: Sentence("带教补贴", "mentoring subsidy"),
    ClaimKind.HIRING: Sentence("一次性吸纳就业补贴", "hiring subsidy"),
    ClaimKind.SERVICE: Sentence("就业创业服务补助", "employment-service subsidy"),
    ClaimKind.TRAINING: Sentence("培训补贴", "training subsidy"),
}
