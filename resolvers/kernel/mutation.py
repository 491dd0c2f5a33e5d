"""How a mutation runs: once under its key, in one transaction, again where it lost a race."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, fields, is_dataclass
from typing import Any
from uuid import UUID

from orjson import OPT_SORT_KEYS, dumps
from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

import models
from loaders.actor import state
from models import Base, Request
from resolvers.kernel.constraint import lost_a_race, told
from resolvers.kernel.context import Context
from resolvers.kernel.granted import confirmed, demand
from resolvers.kernel.rate_limit import LIMITS, count_try
from resolvers.kernel.transaction import Transaction
from rules.kernel.function import ANYONE, Functions
from rules.kernel.parameter import MissingParameter
from rules.kernel.refusal import (
    Fault,
    Path,
    Reason,
    Refusal,
    Unreadable,
    refuse_if,
    refused,
    within,
)
from rules.kernel.review import ReviewOutcome

Mutation = Callable[..., Awaitable[object]]
_Remembered = Any
_TRIES = 4
_RENAMED = {"approve_clawback": "confirmClawback", "refuse_clawback": "rejectClawback"}
_KEY = re.compile(r"[0-9A-Za-z_-]{8,64}", re.ASCII)


async def carry_out(
    context: Context,
    name: str,
    mutation: Mutation,
    given: Mapping[str, object],
    key: str | None,
    may: Functions = ANYONE,
) -> object:
    """Carry out a mutation and give its answer: a row, or rows (X12).

    `name` is what clients call it: a key is kept for that name, for the function's may change.
    The functions that it takes are asked for again within the transaction (S1).
    """
    refuse_if(unreadable(given))
    if key is not None and not _KEY.fullmatch(key):
        raise refused(Reason.IDEMPOTENCY_KEY_MALFORMED, "idempotencyKey")
    await context.close()
    limit = LIMITS.get(mutation)
    if limit is not None:
        await count_try(context.service, limit, str(context.viewer.account_id))
    for attempt in range(_TRIES):
        try:
            return await _attempt(context, name, mutation, given, key, may)
        except IntegrityError as error:
            fault = told(error)
            if fault is None:
                raise
            raise Refusal(Fault(fault.reason, ("input", *fault.path))) from error
        except DBAPIError as error:
            if attempt == _TRIES - 1 or not lost_a_race(error):
                raise
    raise AssertionError("unreachable")


async def _attempt(
    context: Context,
    name: str,
    mutation: Mutation,
    given: Mapping[str, object],
    key: str | None,
    may: Functions,
) -> object:
    async with opened(context) as tx:
        await demand(context, tx.viewer, may)
        if key is None:
            return await _placed(mutation, tx, given)
        return await _once(tx, name, mutation, given, key)


@asynccontextmanager
async def opened(context: Context) -> AsyncIterator[Transaction]:
    """Open a transaction that speaks for the viewer, and commit it at the edge."""
    session = AsyncSession(context.service.writes, expire_on_commit=False)
    async with session, session.begin():
        await state(session, context.actor)
        viewer = await confirmed(session, context.viewer, context.service.today())
        tx = Transaction(context.service, viewer, session)
        if viewer.unit_id != context.viewer.unit_id:
            await state(session, tx.actor)
        yield tx


async def _placed(mutation: Mutation, tx: Transaction, given: Mapping[str, object]) -> object:
    """Run a mutation; where it says no, tell the place as the client wrote it."""
    try:
        with within("input"):
            return await mutation(tx, **given)
    except MissingParameter as lacking:
        raise lacks(lacking) from lacking


def lacks(lacking: MissingParameter) -> Refusal:
    """Tell which figure of policy nobody has set."""
    return refused(
        Reason.PARAMETER_MISSING, key=lacking.key, region=lacking.region, date=lacking.on
    )


async def _once(
    tx: Transaction, name: str, mutation: Mutation, given: Mapping[str, object], key: str
) -> object:
    """Carry out under a key: the first time for real, then the first answer again (X12)."""
    # Keyed: whoever reads the table can't try passwords or ID numbers against it (X11).
    whose = {"onBehalfOf": tx.viewer.unit_id} if tx.viewer.at_counter else {}
    said = dumps(_plain({**given, **whose}), option=OPT_SORT_KEYS).decode()
    digest = tx.service.seal.index("request", said)
    entry = {"account_id": tx.viewer.account_id, "key": key}
    written = await tx.session.execute(
        insert(Request)
        .values(**entry, mutation=name, input_hash=digest, answer=None, at=tx.now)
        .on_conflict_do_nothing()
        .returning(Request.key)
    )
    request = await tx.session.get_one(Request, (tx.viewer.account_id, key))
    if written.first() is None:
        if request.input_hash != digest or not is_kept_for(request.mutation, name):
            raise refused(Reason.IDEMPOTENCY_KEY_REUSED, "idempotencyKey")
        return await _recalled(tx, request.answer)
    answer = await _placed(mutation, tx, given)
    request.answer = _remembered(answer)
    return answer


def is_kept_for(kept: str, name: str) -> bool:
    """Whether a kept key belongs to a mutation; before 0.1.0 Python's name stood there."""
    return name in (kept, _RENAMED.get(kept), _camel(kept), f"{_camel(kept)}s")


def _remembered(answer: object) -> object:
    if isinstance(answer, Base):
        key = answer.__mapper__.primary_key_from_instance(answer)
        return {"table": type(answer).__name__, "key": [str(part) for part in key]}
    if isinstance(answer, ReviewOutcome):
        row = None if answer.record is None else _remembered(answer.record)
        return {"outcome": row, "faults": [asdict(fault) for fault in answer.faults]}
    if isinstance(answer, Sequence):
        return [_remembered(row) for row in answer]
    raise TypeError(answer)


async def _recalled(tx: Transaction, answer: _Remembered) -> object:
    """Read again what was answered, as it is now; many rows in one statement."""
    named = answer if isinstance(answer, list) else [answer]
    if named and "outcome" in named[0]:
        return await _outcomes_again(tx, named)
    rows = await _read_again(tx, named) if named else []
    return rows if isinstance(answer, list) else rows[0]


async def _outcomes_again(tx: Transaction, told: Sequence[_Remembered]) -> Sequence[ReviewOutcome]:
    """Answer again what came of each row: the row as it is now, the fault as it was."""
    named = [each["outcome"] for each in told if each["outcome"]]
    rows = iter(await _read_again(tx, named) if named else [])
    return [
        ReviewOutcome(
            next(rows) if each["outcome"] else None,
            tuple(
                Fault(Reason(fault["reason"]), tuple(fault["path"]), fault["figures"])
                for fault in each["faults"]
            ),
        )
        for each in told
    ]


async def _read_again(tx: Transaction, named: Sequence[_Remembered]) -> list[Base]:
    table: type[Base] = getattr(models, named[0]["table"])
    keys = [tuple(UUID(part) for part in row["key"]) for row in named]
    if table is models.Person:  # whom a look-up found is seen by whoever found them (J15)
        await tx.about(*(key[0] for key in keys))
    found = await tx.all(select(table).where(tuple_(*table.__table__.primary_key).in_(keys)))
    rows = {tuple(table.__mapper__.primary_key_from_instance(row)): row for row in found}
    if not all(key in rows for key in keys):
        raise refused(Reason.NOT_FOUND)
    return [rows[key] for key in keys]


def unreadable(value: object, path: Path = ()) -> list[Fault]:
    """List everything in the arguments that could not be read, and where it stands."""
    match value:
        case Unreadable(reason):
            return [Fault(reason, path)]
        case Mapping():
            return [f for name, part in value.items() for f in unreadable(part, (*path, name))]
        case list():
            return [f for n, part in enumerate(value) for f in unreadable(part, (*path, n))]
        case _ if is_dataclass(value):
            parts = ((_camel(f.name), getattr(value, f.name)) for f in fields(value))
            return [f for name, part in parts for f in unreadable(part, (*path, name))]
        case _:
            return []


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)


def _plain(value: object) -> object:
    match value:
        case Mapping():
            return {name: _plain(part) for name, part in value.items()}
        case list():
            return [_plain(part) for part in value]
        case _ if is_dataclass(value):
            return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
        case None | bool() | int():
            return value
        case _:
            return str(value)
