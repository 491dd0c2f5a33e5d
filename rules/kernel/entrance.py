"""Two entrances 内外网入口: what is offered inside the government's network, what on the internet.

A function's entrance is a parameter (S30); who is refused for it alone is told where to go.
"""

from collections.abc import Mapping
from datetime import date

from models import Role
from rules.kernel.function import ANYONE, AT_COUNTER, FUNCTIONS, Entrance, Function, Functions
from rules.kernel.parameter import MissingParameter, Policy
from rules.kernel.viewer import Language

KEY = "function.entrance"


APPLICATION: Functions = (
    AT_COUNTER | FUNCTIONS[Role.PERSON] | FUNCTIONS[Role.LEGAL_PERSON] | {Function.KEEP_ACCOUNT}
)
"""What applicants do; an installation starts with these on both sides, and all else inside."""

NAMES: Mapping[Entrance, tuple[str, str]] = {
    Entrance.INTRANET: ("政务内网", "the government network"),
    Entrance.INTERNET: ("互联网", "the internet"),
    Entrance.BOTH: ("内外网", "either network"),
}
"""The entrances as officials and others call them."""


def name_of(entrance: Entrance, language: Language) -> str:
    """Call an entrance as officials and others do."""
    zh, en = NAMES[entrance]
    return zh if language is Language.ZH else en


def offered_at(function: Function, policy: Policy, region: str, on: date) -> Entrance:
    """Tell at which entrance a function is offered; inside alone where nobody has said (S30)."""
    try:
        return Entrance(policy.text(KEY, region, on, function))
    except MissingParameter:
        return Entrance.INTRANET


def not_offered(entrance: Entrance, policy: Policy, region: str, on: date) -> Functions:
    """List what an instance for an entrance leaves to the other one (S30)."""
    if entrance is Entrance.BOTH:
        return ANYONE
    here = (Entrance.BOTH, entrance)
    return frozenset(f for f in Function if offered_at(f, policy, region, on) not in here)
