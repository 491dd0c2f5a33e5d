"""Two entrances 内外网入口: what is offered inside the government's network, what on the internet.

A function's entrance is a parameter (S30); who is refused for it alone is told where to go.
"""

from collections.abc import Mapping
from datetime import date

from models import Role
from rules.kernel.function import (
    ANYONE,
    COUNTER_FUNCTIONS,
    ROLE_FUNCTIONS,
    Entrance,
    Function,
    Functions,
)
from rules.kernel.parameter import MissingParameter, Policy
from rules.kernel.viewer import Language

ENTRANCE_KEY = "function.entrance"


APPLICANT_FUNCTIONS: Functions = (
    COUNTER_FUNCTIONS
    | ROLE_FUNCTIONS[Role.PERSON]
    | ROLE_FUNCTIONS[Role.LEGAL_PERSON]
    | {Function.KEEP_ACCOUNT}
)
"""What applicants do; an installation starts with these on both sides, and all else inside."""

ENTRANCE_NAMES: Mapping[Entrance, tuple[str, str]] = {
    Entrance.INTRANET: ("政务内网", "the government network"),
    Entrance.INTERNET: ("互联网", "the internet"),
    Entrance.BOTH: ("内外网", "either network"),
}
"""The entrances as officials and others call them."""


def get_entrance_name(entrance: Entrance, language: Language) -> str:
    """Call an entrance as officials and others do."""
    zh, en = ENTRANCE_NAMES[entrance]
    return zh if language is Language.ZH else en


def find_entrance(function: Function, policy: Policy, region: str, on: date) -> Entrance:
    """Return at which entrance a function is offered; inside alone where nobody has said (S30)."""
    try:
        return Entrance(policy.get_text(ENTRANCE_KEY, region, on, function))
    except MissingParameter:
        return Entrance.INTRANET


def list_functions_elsewhere(
    entrance: Entrance, policy: Policy, region: str, on: date
) -> Functions:
    """List what an instance for an entrance leaves to the other one (S30)."""
    if entrance is Entrance.BOTH:
        return ANYONE
    here = (Entrance.BOTH, entrance)
    return frozenset(f for f in Function if find_entrance(f, policy, region, on) not in here)
