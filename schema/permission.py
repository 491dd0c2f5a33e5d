"""Who may use a field: declared beside it, printed in the schema, checked before it runs."""

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.schema_directive import Location

from resolvers.context import Info
from rules.function import HOLDERS, Function, Functions
from rules.refusal import Fault, Reason, RuleError


class Forbidden(RuleError):
    """The viewer lacks a function (S1)."""

    def __init__(self, missing: list[Function]) -> None:
        super().__init__(Reason.FORBIDDEN)
        self.missing = missing
        self.holders = list(HOLDERS[missing[0]])

    @property
    def fault(self) -> Fault:
        """Tell which functions lack, and who holds them."""
        functions, holders = ", ".join(self.missing), " / ".join(self.holders) or "-"
        return Fault(Reason.FORBIDDEN, (), {"functions": functions, "holders": holders})


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION, Location.OBJECT, Location.INTERFACE],
    name="may",
    description="The functions that a viewer needs, all of them; none means anybody.",
)
class May:
    """Who may use a field or type."""

    functions: list[Function]


def directive(may: Functions) -> May:
    """State in the printed schema who may."""
    return May(functions=[function for function in Function if function in may])


class Permit(FieldExtension):
    """Lets those through who hold all of a field's functions."""

    def __init__(self, may: Functions) -> None:
        self.may = may

    def _check(self, info: Info) -> None:
        missing = info.context.viewer.lacks(self.may)
        if missing:
            raise Forbidden(missing)

    def resolve(
        self, next_: Callable[..., object], source: object, info: Info, **kwargs: object
    ) -> object:
        """Check, then go on."""
        self._check(info)
        return next_(source, info, **kwargs)

    async def resolve_async(
        self, next_: Callable[..., Awaitable[object]], source: object, info: Info, **kwargs: object
    ) -> object:
        """Check, then go on."""
        self._check(info)
        return await next_(source, info, **kwargs)


def guarded(may: Functions | None) -> dict[str, Any]:
    """Spell who may use a field as options of the field."""
    if may is None:
        return {}
    return {"extensions": [Permit(may)] if may else [], "directives": [directive(may)]}
