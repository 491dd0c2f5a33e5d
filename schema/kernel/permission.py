"""Who may use a field: declared beside it, printed in the schema, checked before it runs."""

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.schema_directive import Location
from strawberry.types.base import StrawberryOptional
from strawberry.types.field import StrawberryField

from resolvers.kernel.context import Info
from resolvers.kernel.granted_functions import refuse_missing_functions
from rules.kernel.function import Function, Functions


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION, Location.OBJECT, Location.INTERFACE],
    name="may",
    description="The functions that a viewer needs, all of them; none means anybody. 所需功能",
)
class May:
    """Who may use a field or type."""

    functions: list[Function]


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="semanticNonNull",
    description="Null stands here beside an error only: a client that takes errors apart may give "
    "the field a type without null. 仅在出错时为空",
)
class SemanticNonNull:
    """What is null where the viewer is refused it, and never else."""

    levels: list[int | None] | None = strawberry.directive_field("levels", default=(0,))


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="freshProof",
    description="It takes a proof of who asks that is not too old, or refuses with `PROVE_AGAIN`; "
    "`proveAgain` gives a new one. 须近期确认身份",
)
class FreshProof:
    """What takes a fresh proof of who asks (J3)."""


READERS: Functions = frozenset({Function.READ_RECORDS})


def build_may_directive(may: Functions) -> May:
    """State in the printed schema who may."""
    return May(functions=[function for function in Function if function in may])


class PermissionExtension(FieldExtension):
    """Lets those through who hold all of a field's functions."""

    def __init__(self, may: Functions, *, typed: bool = False) -> None:
        self.may = may
        self.typed = typed
        """Whether a refusal is one of the field's types, as in mutations, and no error."""

    def apply(self, field: StrawberryField) -> None:
        """Let a refusal empty the field and nothing around it; tell that nothing else does."""
        never_refused = self.may <= READERS and not _is_at_root(field)
        if not (self.typed or never_refused or isinstance(field.type, StrawberryOptional)):
            field.type = StrawberryOptional(field.type)
            field.directives = [*field.directives, SemanticNonNull()]

    def resolve(
        self, next_: Callable[..., object], source: object, info: Info, **kwargs: object
    ) -> object:
        """Check, then go on."""
        missing = info.context.viewer.list_missing_functions(self.may)
        return (
            refuse_missing_functions(info.context, missing)
            if missing
            else next_(source, info, **kwargs)
        )

    async def resolve_async(
        self, next_: Callable[..., Awaitable[object]], source: object, info: Info, **kwargs: object
    ) -> object:
        """Check, then go on."""
        missing = info.context.viewer.list_missing_functions(self.may)
        if missing:
            await refuse_missing_functions(info.context, missing)
        return await next_(source, info, **kwargs)


class RootQueries:
    """A mark of classes whose fields are the query's: they are refused by function."""


def _is_at_root(field: StrawberryField) -> bool:
    """Return whether a field is one of the query's, whose classes are marked.

    Of a record that somebody sees, they may read whatever asks for no more than to read records.
    """
    return isinstance(field.origin, type) and issubclass(field.origin, RootQueries)


def build_permission_options(
    may: Functions | None, *, proved: bool = False, typed: bool = False
) -> dict[str, Any]:
    """Spell who may use a field as options of the field, and whether it takes a fresh proof."""
    if may is None:
        return {}
    return {
        "extensions": [PermissionExtension(may, typed=typed)] if may else [],
        "directives": [build_may_directive(may), *([FreshProof()] if proved else ())],
    }
