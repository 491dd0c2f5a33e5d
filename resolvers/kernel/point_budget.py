"""Points are paid before a request runs, and counted across processes (ADR 0066).

An ordinary request writes nothing: a process keeps the tally itself, and adds it to the common one
after each twentieth of a budget. So a budget may be overdrawn by that part for each process.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from gateways.point_ledger import PointLedger, Tally
from resolvers.kernel.context import Context
from resolvers.kernel.rate_limit import add_to_bucket, build_bucket
from resolvers.kernel.service import Service
from rules.kernel.point_budget import Balance, Budget, RateLimit, list_budgets


class BudgetSpent(Exception):
    """Somebody can't pay for a request; the balance is that of the budget that lacks points."""

    def __init__(self, rate_limit: RateLimit, balance: Balance) -> None:
        super().__init__()
        self.rate_limit = rate_limit
        self.balance = balance


def require_points(context: Context, points: int) -> Sequence[Tally]:
    """Return the tallies of all who pay for a request.

    Raises BudgetSpent where one of them has not so many points left.
    """
    service, now = context.service, context.service.now()
    paying = list_budgets(service.budgets, context.viewer, context.client, context.address)
    tallies = [service.ledger.open_tally(budget, now) for budget in paying]
    for tally in tallies:
        if not tally.can_pay(points):
            raise BudgetSpent(build_rate_limit(tallies, points), tally.build_balance())
    return tallies


async def spend_points(context: Context, points: int) -> RateLimit:
    """Pay for a request from every budget that it touches, or from none.

    Raises BudgetSpent where the points don't suffice, here or as the other processes tell.
    """
    tallies = require_points(context, points)
    for tally in tallies:  # before anything is awaited: requests at once see each other
        tally.untold += points
    due = [tally for tally in tallies if tally.is_due]
    lacking = await _tell_others(context.service, due, points) if due else None
    if lacking is not None:
        for tally in tallies:
            tally.untold -= points if tally not in due else 0
        raise BudgetSpent(build_rate_limit(tallies, points), lacking.build_balance())
    return build_rate_limit(tallies, points)


def take_points(
    ledger: PointLedger, budgets: Sequence[Budget], points: int, now: datetime
) -> Sequence[Tally] | None:
    """Pay for a request and return the tallies, where no other process need hear of it.

    Elsewhere, and where points don't suffice, nothing is paid and there is nothing to return:
    `spend_points` says more.
    """
    tallies = [ledger.open_tally(budget, now) for budget in budgets]
    for tally in tallies:
        if not tally.can_pay(points) or tally.untold + points > tally.budget.max_untold:
            return None
    for tally in tallies:
        tally.untold += points
    return tallies


def build_rate_limit(tallies: Sequence[Tally], points: int) -> RateLimit:
    """Build what is told of a request's price and of what is left."""
    return RateLimit(cost=points, balances=tuple(tally.build_balance() for tally in tallies))


async def _tell_others(service: Service, tallies: Sequence[Tally], points: int) -> Tally | None:
    """Add what was spent here to what all processes count, and hear what that comes to.

    Where it is too much the last `points` are taken back, before anybody else can see them. Returns
    the tally that they were too many for.
    """
    choose = partial(_choose_bucket, service)
    async with service.ledger.telling:  # one at a time, so that what is heard last is the latest
        if service.ledger.is_alone:
            return None
        parts = [(tally, tally.untold) for tally in sorted(tallies, key=choose)]
        for tally in tallies:
            tally.untold = 0
        told: dict[Tally, int] = {}
        lacking = None
        try:
            async with AsyncSession(service.writes) as session, session.begin():
                totals = {
                    tally: await _add_points(session, choose(tally), tally, part)
                    for tally, part in parts
                }
                lacking = next((t for t in tallies if totals[t] > t.budget.points), None)
                if lacking is not None:
                    for tally in [*totals]:
                        bucket = choose(tally)
                        totals[tally] = await _add_points(session, bucket, tally, -points)
            told = totals
        except (SQLAlchemyError, OSError):
            lacking = None  # a database that is away stops no request that can do without it
            service.ledger.count_alone()
        finally:
            for tally, part in parts:
                if tally in told:
                    tally.told = told[tally]
                else:
                    tally.untold += part
    return lacking


async def _add_points(session: AsyncSession, bucket: str, tally: Tally, points: int) -> int:
    start = tally.start
    total, _ = await add_to_bucket(session, bucket, points, start, expired_before=start)
    return total


def _choose_bucket(service: Service, tally: Tally) -> str:
    return build_bucket(service, "points", tally.budget.whose)
