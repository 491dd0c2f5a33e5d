"""What whoever opens an account should know beforehand (J1, J2)."""

from dataclasses import dataclass
from typing import Annotated

import strawberry

from resolvers.kernel.context import Info
from resolvers.kernel.door import hotline_of, policy
from resolvers.kernel.mutation import lacks
from rules.kernel.parameter import MissingParameter
from rules.kernel.refusal import Unreadable, refused
from rules.kernel.region import NATION
from rules.kernel.value import RegionCode

_REGION = strawberry.argument(description="Where; the nation if left out. 行政区划")


@dataclass(frozen=True, slots=True)
class AccountRules:
    """The agreement's version, whom to call, and what a password must be."""

    agreement_version: str
    hotline: str
    password_length: int
    password_kinds: int


async def account_rules(
    info: Info, region: Annotated[RegionCode | None, _REGION] = None
) -> AccountRules:
    """Tell the agreement's version, whom to call, what a password must be (J1, J2). 注册须知."""
    if isinstance(region, Unreadable):
        raise refused(region.reason, "region")
    service = info.context.service
    known, must = await policy(service), service.passwords_must
    try:
        version = known.text("agreement.version", region or NATION, service.today())
    except MissingParameter as lacking:
        raise lacks(lacking) from lacking
    call = hotline_of(known, service, region)
    return AccountRules(version, call, must.least, must.kinds)
