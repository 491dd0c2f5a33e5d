"""Each request is paid for before it runs, and told what it cost and what is left (ADR 0066)."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from math import ceil
from typing import Any

from graphql import GraphQLError
from starlette.datastructures import MutableHeaders
from strawberry.extensions import SchemaExtension

from resolvers.kernel.context import Context
from resolvers.kernel.point_budget import BudgetSpent, require_points, spend_points
from rules.kernel.point_budget import Balance
from rules.kernel.refusal import Reason, fault
from rules.kernel.viewer import Viewer
from rules.kernel.wording import format_fault
from server.http.price import PRICES, PriceBook

PRICE_BOOK = PriceBook()


class PointsSpentError(GraphQLError):
    """Refuse a request that can't be paid for."""


class BudgetAdmission(SchemaExtension):
    """Takes a request's price before it is executed; what is not valid is paid for as well."""

    async def on_validate(self) -> AsyncIterator[None]:
        """Take the price of what was validated, or of having read it."""
        running = self.execution_context
        context, faults = running.context, running.pre_execution_errors
        if isinstance(context, Context) and context.begun is None and not _is_spent(faults):
            try:
                price = PRICES.refused if faults else self._find_price(context.viewer)
                context.rate_limit = await spend_points(context, price)
            except BudgetSpent as spent:
                told = {"cost": spent.rate_limit.cost}
                running.pre_execution_errors = [build_spent_error(context, spent, told)]
        yield

    def _find_price(self, viewer: Viewer) -> int:
        running = self.execution_context
        document, text = running.graphql_document, running.query
        if document is None or text is None:
            return PRICES.refused
        return PRICE_BOOK.find_price(
            running.schema._schema,
            document,
            text,
            running._provided_operation_name,
            running.variables or {},
            is_stranger=viewer.account_id is None,
        )

    def get_results(self) -> dict[str, Any]:
        """Return `extensions.cost` to a request with `"extensions": {"cost": true}`."""
        context, asked = self.execution_context.context, self.execution_context.operation_extensions
        if not asked or asked.get("cost") is not True:
            return {}
        if not isinstance(context, Context) or context.rate_limit is None:
            return {}
        told = context.rate_limit
        budgets = [_describe_balance(balance) for balance in told.balances]
        return {"cost": {"requested": told.cost, "budgets": budgets}}


def find_spent_budget(context: object) -> GraphQLError | None:
    """Find that somebody has not a point left, before their document is looked at."""
    if isinstance(context, Context):
        try:
            require_points(context, 1)
        except BudgetSpent as spent:
            return build_spent_error(context, spent, {})
    return None


def build_spent_error(
    context: Context, spent: BudgetSpent, further: Mapping[str, object]
) -> PointsSpentError:
    """Say which budget lacks points, and when it is full again."""
    context.rate_limit, lacking = spent.rate_limit, spent.balance
    seconds = count_seconds(context, lacking)
    reason = Reason.POINTS_SPENT
    words = format_fault(fault(reason, seconds=seconds), context.viewer.language)
    extensions = {
        "code": "RATE_LIMITED",
        "reason": str(reason),
        "cure": words.cure,
        **further,
        **_describe_balance(lacking),
        "retryAfter": seconds,
    }
    return PointsSpentError(words.text, extensions=extensions)


def set_budget_headers(headers: MutableHeaders, context: object) -> None:
    """Tell the budgets by the standard's headers (draft-ietf-httpapi-ratelimit-headers-10)."""
    if isinstance(context, Context) and context.rate_limit is not None:
        balances = context.rate_limit.balances
        for name, value in format_budget_headers(balances, context.service.now()):
            headers[name] = value


def format_budget_headers(
    balances: Sequence[Balance], now: datetime
) -> tuple[tuple[str, str], tuple[str, str]]:
    """Write the two headers, each as its name and its value."""
    policy = ", ".join([_format_policy(each.name, each.limit, each.window) for each in balances])
    left = ", ".join(
        [f'"{each.name}";r={each.remaining};t={_count_seconds(each, now)}' for each in balances]
    )
    return ("ratelimit-policy", policy), ("ratelimit", left)


@lru_cache(maxsize=256)
def _format_policy(name: str, limit: int, window: timedelta) -> str:
    return f'"{name}";q={limit};w={window.total_seconds():.0f}'


def _describe_balance(balance: Balance) -> dict[str, object]:
    return {
        "budget": balance.name,
        "limit": balance.limit,
        "remaining": balance.remaining,
        "resetAt": balance.reset_at.isoformat(),
    }


def count_seconds(context: Context, balance: Balance) -> int:
    """Count the seconds until a budget is full again."""
    return _count_seconds(balance, context.service.now())


def _count_seconds(balance: Balance, now: datetime) -> int:
    return max(1, ceil((balance.reset_at - now).total_seconds()))


def _is_spent(faults: list[GraphQLError] | None) -> bool:
    return any(isinstance(each, PointsSpentError) for each in faults or ())
