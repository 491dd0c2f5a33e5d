"""What this instance leaves to the other entrance, remembered by the process for seconds (S30)."""

from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import Actor, state
from models import Parameter
from resolvers.kernel.policy import APPROVED_PARAMETERS, policy_of
from resolvers.kernel.service import Service
from rules.kernel.entrance import KEY, not_offered
from rules.kernel.function import ANYONE, Entrance, Functions
from rules.kernel.region import NATION
from rules.kernel.viewer import SYSTEM, Viewer

_NAMED = APPROVED_PARAMETERS.where(Parameter.key == KEY)


async def elsewhere(service: Service, viewer: Viewer) -> Functions:
    """Tell which functions somebody of a region is not offered at this instance (S30)."""
    if service.entrance is Entrance.BOTH or viewer.role is None:
        return ANYONE
    region, now = viewer.region or NATION, service.now()
    found = service.elsewhere.recall(region, now)
    if found is None:
        async with AsyncSession(service.reads) as session:
            await state(session, Actor(account=SYSTEM.account_id))
            policy = policy_of((await session.execute(_NAMED)).all())
        found = not_offered(service.entrance, policy, region, service.today())
        service.elsewhere.keep(region, now, found)
    return found
