"""Who a new session is for: read in its own name, within the answer that opens it (J3)."""

from dataclasses import replace
from typing import Protocol

from strawberry import Parent

from resolvers.kernel.context import Info, ReadAs
from resolvers.kernel.granted_functions import load_known_functions
from resolvers.kernel.viewer import parse_viewer
from rules.kernel.viewer import Viewer


class _Opened(Protocol):
    access_token: str


async def load_session_viewer(payload: Parent[_Opened], info: Info) -> ReadAs[Viewer] | None:
    """Find who the token is for, and what they may do by it. 当前用户."""
    context, sent = info.context, f"Bearer {payload.access_token}"
    viewer = parse_viewer(context.service, sent, None, context.certificate)
    if viewer is None:  # the token's life is shorter than the answer took
        return None
    spoken = replace(viewer, language=context.viewer.language)
    found = await load_known_functions(context.service, spoken)
    return ReadAs(found, context.open_for(found))
