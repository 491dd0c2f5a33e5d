"""Whether officials of a region have to say whose their account is, remembered for seconds (X2)."""

from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import Actor, set_rls_context
from models import Parameter
from resolvers.kernel.policy import APPROVED_PARAMETERS, build_policy
from resolvers.kernel.service import Service
from rules.kernel.function import ANYONE, DECIDING_FUNCTIONS
from rules.kernel.region import NATION_CODE
from rules.kernel.viewer import SYSTEM_VIEWER, Viewer

HOLDER_DEMANDED = "account.holder_demanded"
_DEMANDS = APPROVED_PARAMETERS.where(Parameter.key == HOLDER_DEMANDED)


async def is_holder_demanded(service: Service, viewer: Viewer) -> bool:
    """Return whether an account whose holder is not told decides nothing in its region (X2)."""
    region = viewer.region or NATION_CODE
    found = service.functions_of_holders.get(region)
    if found is None:
        async with AsyncSession(service.reads) as session:
            await set_rls_context(session, Actor(account=SYSTEM_VIEWER.account_id))
            policy = build_policy((await session.execute(_DEMANDS)).all())
        demanded = policy.get_flag(HOLDER_DEMANDED, region, service.today())
        found = DECIDING_FUNCTIONS if demanded else ANYONE
        service.functions_of_holders[region] = found
    return bool(found)
