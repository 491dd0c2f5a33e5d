"""Acts for which whoever asks has proved of late who they are 再次验证 (J3, ADR 0084)."""

from datetime import datetime, timedelta

from rules.kernel.action import Action
from rules.kernel.function import Function, Functions
from rules.kernel.refusal import Fault, Reason
from rules.kernel.viewer import Viewer

PROVED_FUNCTIONS: Functions = frozenset(
    {
        Function.DISBURSE_CLAIMS,
        Function.MAINTAIN_BANK_ACCOUNTS,
        Function.UNMASK_PERSONAL_DATA,
        Function.GRANT_FUNCTIONS,
        Function.MANAGE_OPERATORS,
        Function.PROPOSE_PARAMETERS,
        Function.DECIDE_PARAMETERS,
        Function.OPEN_ACCOUNTS,
        Function.SECURE_ACCOUNTS,
        Function.CONFIRM_ACCOUNT_CHANGES,
    }
)
"""Functions that pay, say where to, look at numbers, give others rights, or set figures."""

PROVED_ACTIONS = frozenset({Action.NAME_ACCOUNT, Action.CONFIRM_ACCOUNT, Action.CALL})
"""Acts of other functions that say where money goes, or show somebody's whole number."""


def is_proof_lapsed(proved_at: datetime | None, life: timedelta | None, now: datetime) -> bool:
    """Return whether a proof is too old, or was never given; without `life` none is asked for."""
    return life is not None and (proved_at is None or now - proved_at > life)


def find_proof_fault(
    viewer: Viewer, action: Action | None, function: Function | None
) -> Fault | None:
    """Return that an act, or any act of a function, takes a proof of the viewer that has lapsed."""
    taken = action in PROVED_ACTIONS or function in PROVED_FUNCTIONS
    return Fault(Reason.PROVE_AGAIN) if taken and viewer.proof_lapsed else None
