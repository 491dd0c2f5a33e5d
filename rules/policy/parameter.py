"""Who proposed a policy parameter and who approved it, as far as a viewer may know (X6, X10)."""

from uuid import UUID

from models import ParameterStatus
from rules.kernel.history import mask_account_name
from rules.kernel.viewer import Viewer


def name_proposer(
    name: str | None, account_id: UUID | None, region: str, *, viewer: Viewer
) -> str | None:
    """Return who proposed a parameter; nobody where it came with the system (X6)."""
    return None if name is None else mask_account_name(name, account_id, region, viewer=viewer)


def name_approver(
    name: str | None,
    account_id: UUID | None,
    region: str,
    status: ParameterStatus,
    *,
    viewer: Viewer,
) -> str | None:
    """Return who approved a parameter, if it was approved and by somebody (X6)."""
    if status is not ParameterStatus.APPROVED:
        return None
    return name_proposer(name, account_id, region, viewer=viewer)
