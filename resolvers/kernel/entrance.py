"""What this instance leaves to the other entrance, remembered by the process for seconds (S30)."""

from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import Actor, set_rls_context
from models import Parameter
from resolvers.kernel.policy import APPROVED_PARAMETERS, build_policy
from resolvers.kernel.service import Service
from rules.kernel.entrance import ENTRANCE_KEY, list_functions_elsewhere
from rules.kernel.function import ANYONE, Entrance, Functions
from rules.kernel.region import NATION_CODE
from rules.kernel.viewer import SYSTEM_VIEWER, Viewer

_ENTRANCE_PARAMETERS = APPROVED_PARAMETERS.where(Parameter.key == ENTRANCE_KEY)


async def load_functions_elsewhere(service: Service, viewer: Viewer) -> Functions:
    """Return which functions somebody of a region is not offered at this instance (S30)."""
    if service.entrance is Entrance.BOTH or viewer.role is None:
        return ANYONE
    region = viewer.region or NATION_CODE
    found = service.functions_elsewhere.get(region)
    if found is None:
        async with AsyncSession(service.reads) as session:
            await set_rls_context(session, Actor(account=SYSTEM_VIEWER.account_id))
            policy = build_policy((await session.execute(_ENTRANCE_PARAMETERS)).all())
        found = list_functions_elsewhere(service.entrance, policy, region, service.today())
        service.functions_elsewhere[region] = found
    return found
