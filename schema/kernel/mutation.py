"""How a resolver that writes becomes a mutation: guarded, once under its key, typed in its no."""

from collections.abc import AsyncIterator, Callable
from dataclasses import fields
from inspect import Parameter, Signature, getdoc, signature
from typing import Annotated, Any

import strawberry

from resolvers.kernel.context import Info
from resolvers.kernel.fresh_proof import is_proof_demanded
from resolvers.kernel.mutation import Mutation, execute_mutation, find_unreadable_faults
from rules.kernel.function import ANYONE, Function
from rules.kernel.refusal import RuleError, refuse_if
from schema.kernel import input as input  # noqa: PLC0414 - enters the inputs
from schema.kernel.binding import ResolvedBy, bind_field, set_signature
from schema.kernel.refusal import PROBLEM_TYPES, build_problem

_IDEMPOTENCY_KEY = Parameter(
    "idempotency_key",
    Parameter.KEYWORD_ONLY,
    default=None,
    annotation=Annotated[
        str | None,
        strawberry.argument(
            description="A name for this request, 8 to 64 letters, digits, - or _ (a UUID): "
            "sent again, it answers the same and does nothing twice. 幂等键"
        ),
    ],
)


def build_result_union(payload: Any, name: str) -> Any:
    """Make the union of a payload and of all the ways to say no."""
    return Annotated[
        payload | PROBLEM_TYPES[0] | PROBLEM_TYPES[1] | PROBLEM_TYPES[2] | PROBLEM_TYPES[3],
        strawberry.union(name, description="What came of it, or why nothing did. 办理结果"),
    ]


REMOVED_ID = "removed_id"
"""The field of a payload that tells what a mutation removed."""


def mutation(resolver: Mutation, payload: type, *may: Function, removes: str | None = None) -> Any:
    """Bind a resolver `(tx, input) -> row or rows` to a mutation; its docstring describes it.

    Of what it `removes` the input has the id, which its payload gives back.
    """

    async def mutate(info: Info, **given: Any) -> Any:
        key = given.pop("idempotency_key", None)
        answer = await execute_mutation(
            info.context, info.field_name, resolver, given, key, frozenset(may)
        )
        _note_done(info)
        removed = {} if removes is None else {REMOVED_ID: getattr(given["input"], removes)}
        return payload(**{name: answer}, **removed)

    (name,) = (field.name for field in fields(payload) if field.init and field.name != REMOVED_ID)

    return bind_field(
        ResolvedBy(resolver),
        _copy_arguments(mutate, resolver, _IDEMPOTENCY_KEY),
        getdoc(resolver),
        frozenset(may),
        proved=is_proof_demanded(resolver, frozenset(may)),
        typed=True,
    )


def anonymous_mutation(
    resolver: Mutation, payload: Callable[..., Any], *may: Function, whole: bool = False
) -> Any:
    """Bind a resolver `(context, input)` of strangers: no key, for what it tells is never kept.

    With `may` it is for those who hold these functions, and what it tells is kept no more than so.

    `whole` input comes as it is, for a resolver that tells what can't be read with its own faults.
    """

    async def mutate(info: Info, **given: Any) -> Any:
        refuse_if([] if whole else find_unreadable_faults(given))
        answer = await resolver(info.context, **given)
        _note_done(info)
        return payload(answer)

    return bind_field(
        ResolvedBy(resolver),
        _copy_arguments(mutate, resolver),
        getdoc(resolver),
        frozenset(may),
        typed=True,
    )


def _note_done(info: Info) -> None:
    """Note that a mutation was carried out: a later fault of the request must not hide it."""
    info.context.done.append(str(info.path.key))


def subscription(resolver: Callable[..., AsyncIterator[Any]], payload: Callable[..., Any]) -> Any:
    """Bind a resolver `(context, input)` that goes on telling to a subscription."""

    async def subscribe(info: Info, **given: Any) -> AsyncIterator[Any]:
        try:
            refuse_if(find_unreadable_faults(given))
            async for found in resolver(info.context, **given):
                yield payload(found)
        except RuleError as said:
            yield build_problem(said, info)

    shaped = _copy_arguments(subscribe, resolver)
    return bind_field(ResolvedBy(resolver), shaped, getdoc(resolver), ANYONE, is_subscription=True)


def _copy_arguments(mutate: Any, resolver: Callable[..., Any], *more: Parameter) -> Any:
    """Return a mutation with its resolver's arguments, but for the first."""
    context = Parameter("info", Parameter.POSITIONAL_OR_KEYWORD, annotation=Info)
    own = list(signature(resolver).parameters.values())[1:]
    taken = [p.replace(kind=Parameter.KEYWORD_ONLY) for p in own]
    return set_signature(mutate, Signature([context, *taken, *more]))
