"""What whoever opens an account should know beforehand (J1, J2)."""

from dataclasses import dataclass
from typing import Annotated

import strawberry

from resolvers.accounts.registration import get_agreement_version
from resolvers.kernel.context import Info
from resolvers.kernel.public_access import get_hotline, load_public_policy
from rules.kernel.refusal import Unreadable, build_refusal
from rules.kernel.value import RegionCode

_REGION = strawberry.argument(description="Where; the nation if left out. 行政区划")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRules:
    """The agreement's version, whom to call, and what a password must be."""

    agreement_version: str
    hotline: str
    password_length: int
    password_kinds: int


async def load_account_rules(
    info: Info, region: Annotated[RegionCode | None, _REGION] = None
) -> AccountRules:
    """Tell the agreement's version, whom to call, what a password must be (J1, J2). 注册须知."""
    if isinstance(region, Unreadable):
        raise build_refusal(region.reason, "region")
    service = info.context.service
    known, must = await load_public_policy(service), service.password_policy
    version = get_agreement_version(service, known, region)
    call = get_hotline(known, service, region)
    return AccountRules(
        agreement_version=version,
        hotline=call,
        password_length=must.least,
        password_kinds=must.kinds,
    )
