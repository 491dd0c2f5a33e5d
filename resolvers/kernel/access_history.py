"""What is remembered of who came in and got at data, in chains as history is (X9, X11)."""

from datetime import datetime

from loaders.actor import Actor
from models import AccessAction, AccessHistory, Account, Role
from resolvers.kernel import chain  # noqa: F401 - whoever writes it has it chained
from resolvers.kernel.link import OpenedLink
from resolvers.kernel.public_access import transaction_as
from resolvers.kernel.service import Service
from rules.kernel.chain import name_access_chain
from rules.kernel.identity import mask_name
from rules.kernel.refusal import Reason, build_refusal
from rules.kernel.region import NATION_CODE
from rules.kernel.viewer import Viewer


def build_access_entry(
    viewer: Viewer,
    action: AccessAction,
    at: datetime,
    *,
    about: str,
    record: str | None = None,
    reason: str | None = None,
) -> AccessHistory:
    """Remember how somebody came in or got at data; at the counter it is the officer (X17)."""
    if viewer.account_id is None or viewer.role is None:
        raise build_refusal(Reason.SESSION_ENDED)
    region = viewer.desk or viewer.region or NATION_CODE
    return AccessHistory(
        region=region,
        chain=name_access_chain(region, viewer.account_id),
        action=action,
        about=about,
        record=record,
        reason=reason,
        at=at,
        account_id=viewer.account_id,
        # Who oversees an office need not know which persons signed in.
        account_name=mask_name(viewer.name) if viewer.role is Role.PERSON else viewer.name,
        role=Role(viewer.role),
    )


def build_account_entry(
    account: Account, action: AccessAction, at: datetime, *, about: str, record: str | None = None
) -> AccessHistory:
    """Remember what was done in the name of an account, where no viewer does it."""
    who = Viewer(account_id=account.id, name=account.name, role=account.role, region=account.region)
    return build_access_entry(who, action, at, about=about, record=record)


async def record_export(service: Service, viewer: Viewer, about: str) -> None:
    """Remember that somebody was given a link to a list, before they have it."""
    async with transaction_as(service, Actor(account=viewer.account_id)) as session:
        now = service.now()
        session.add(build_access_entry(viewer, AccessAction.EXPORT, now, about=about))


async def record_fetch(service: Service, link: OpenedLink, purpose: str) -> None:
    """Remember that somebody's link was followed, before anything is sent; strangers have none."""
    whose = link.holder.account_id
    if whose is None:
        return
    async with transaction_as(service, Actor(account=whose)) as session:
        account = await session.get_one(Account, whose)
        session.add(
            build_account_entry(
                account, AccessAction.FETCH, service.now(), about=purpose, record=link.record
            )
        )
