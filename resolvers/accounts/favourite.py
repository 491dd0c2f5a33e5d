"""What an account keeps at hand: its favourites 常用功能, and all that it may do, by service."""

from dataclasses import dataclass

from sqlalchemy import select

from models import Account
from resolvers.kernel.context import Info
from resolvers.kernel.transaction import Transaction
from rules.accounts import grant as rules
from rules.kernel.function import Function
from rules.kernel.refusal import Reason, build_refusal, refuse_if
from rules.kernel.service import OfferedFunction, Service, describe_function, group_services


@dataclass(kw_only=True)
class Favourites:
    """Which functions one keeps at hand, in which order; none of them to keep none."""

    functions: list[Function]


async def set_favourites(tx: Transaction, input: Favourites) -> Account:
    """Keep some functions at hand, in one's own order (S2). 设置常用功能."""
    refuse_if(rules.find_favourite_faults(input.functions, tx.viewer))
    own = select(Account).where(Account.id == tx.viewer.account_id).with_for_update()
    row = await tx.first(own)
    if row is None:
        raise build_refusal(Reason.SESSION_ENDED)
    row.favourites = [function.value for function in input.functions]
    tx.touch(row)
    await tx.session.flush()
    return row


async def load_favourites(info: Info) -> list[OfferedFunction]:
    """List one's favourites in one's own order, as far as one may still use them (S2). 常用功能."""
    viewer = info.context.viewer
    if viewer.account_id is None:
        return []
    row = await info.context.loaders.get_row_batch(Account).load((viewer.account_id,))
    chosen = rules.list_favourites(row.id, row.favourites, viewer=viewer) if row else []
    return [describe_function(function, viewer) for function in chosen]


async def list_services(info: Info) -> list[Service]:
    """List all that one may do, by whom it serves (S2, S3). 全部功能."""
    return group_services(info.context.viewer)
