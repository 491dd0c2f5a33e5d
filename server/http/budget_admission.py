"""Each request is paid for before it runs, and told what it cost and what is left (ADR 0066)."""

from collections.abc import AsyncIterator, Mapping
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
        if isinstance(context, Context) and not _is_spent(faults):
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
    if not isinstance(context, Context) or context.rate_limit is None:
        return
    balances = context.rate_limit.balances
    headers["ratelimit-policy"] = ", ".join(
        f'"{each.name}";q={each.limit};w={each.window.total_seconds():.0f}' for each in balances
    )
    headers["ratelimit"] = ", ".join(
        f'"{each.name}";r={each.remaining};t={count_seconds(context, each)}' for each in balances
    )


def _describe_balance(balance: Balance) -> dict[str, object]:
    return {
        "budget": balance.name,
        "limit": balance.limit,
        "remaining": balance.remaining,
        "resetAt": balance.reset_at.isoformat(),
    }


def count_seconds(context: Context, balance: Balance) -> int:
    """Count the seconds until a budget is full again."""
    left = (balance.reset_at - context.service.now()).total_seconds()
    return max(1, ceil(left))


def _is_spent(faults: list[GraphQLError] | None) -> bool:
    return any(isinstance(each, PointsSpentError) for each in faults or ())
