"""How a mutation runs: once under its key, in one transaction, again where it lost a race."""

import re
from asyncio import Event
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, fields, is_dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

import models
from loaders.actor import build_actor, set_rls_context
from loaders.actor_connection import begin_for_actor
from loaders.database_fault import (
    DATABASE_ERRORS,
    DatabaseFault,
    OutcomeUnknownError,
    find_database_fault,
    is_connection_lost,
)
from models import Base, DatabaseRole, Request
from resolvers.kernel import chain
from resolvers.kernel.access import refuse_lost_access
from resolvers.kernel.changed_rows import ChangedRowsSession
from resolvers.kernel.constraint import fault_for_integrity_error
from resolvers.kernel.context import Context
from resolvers.kernel.database_role import get_role_of_mutation
from resolvers.kernel.fresh_proof import require_fresh_proof
from resolvers.kernel.granted_functions import reload_functions, require_functions
from resolvers.kernel.opening import (
    SentRequest,
    build_opening_statement,
    note_what_is_known,
    read_opening,
)
from resolvers.kernel.partial_change import find_empty_faults
from resolvers.kernel.person_budget import NO_BUDGET, PersonBudget, open_budget_of_mutation
from resolvers.kernel.place import (
    hold_connection_of_mutation,
    hold_place_of_mutation,
    name_asker,
)
from resolvers.kernel.rate_limit import count_tries_of_mutation
from resolvers.kernel.request_spelling import spell_request, spell_request_as_released
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from rules.kernel.function import ANYONE, Functions
from rules.kernel.parameter import MissingParameter
from rules.kernel.refusal import (
    Fault,
    Path,
    Reason,
    Refusal,
    Unreadable,
    build_refusal,
    prefix_fault_paths,
    refuse_if,
)
from rules.kernel.respelling import find_respelled_faults
from rules.kernel.review import ReviewOutcome
from rules.kernel.text import to_camel_case
from rules.kernel.viewer import Viewer

Mutation = Callable[..., Awaitable[object]]
_StoredResult = Any
_MAX_ATTEMPTS = 4
_RENAMED = {"approve_clawback": "confirmClawback", "refuse_clawback": "rejectClawback"}
_IDEMPOTENCY_KEY_PATTERN = re.compile(r"[0-9A-Za-z_-]{8,64}", re.ASCII)


class _Call(NamedTuple):
    """What a client asks for: under which name and key, by which functions."""

    name: str
    mutation: Mutation
    given: Mapping[str, object]
    key: str | None
    may: Functions


async def execute_mutation(
    context: Context,
    name: str,
    mutation: Mutation,
    given: Mapping[str, object],
    key: str | None,
    may: Functions = ANYONE,
) -> object:
    """Carry out a mutation and give its answer: a row, or rows (X12).

    `name` is what clients call it: a key is kept for that name, for the function's may change.
    The functions that it takes are asked for again within the transaction (S1). What was revoked
    while it ran, or waited, is asked for once more before the commit (ADR 0053).
    """
    refuse_if(find_unreadable_faults(given))
    if key is not None and not _IDEMPOTENCY_KEY_PATTERN.fullmatch(key):
        raise build_refusal(Reason.IDEMPOTENCY_KEY_MALFORMED, "idempotencyKey")
    # The read snapshot goes first: requests that hold a connection while they wait for a second one
    # would wait for each other once the pool is empty.
    await context.close()
    who = str(context.viewer.account_id)
    service, viewer = context.service, context.viewer
    asker = name_asker(viewer, context.address)
    call = _Call(name, mutation, given, key, may)
    with service.revocations.watch(viewer.session_id, viewer.account_id) as rung:
        async with hold_place_of_mutation(service, mutation, asker):
            await count_tries_of_mutation(service, mutation, given, who, asker=asker)
            whose = service, viewer, context.address
            async with (
                open_budget_of_mutation(*whose, mutation, given) as budget,
                hold_connection_of_mutation(service, mutation, viewer, context.address),
            ):
                return await _attempt_repeatedly(context, call, budget, rung)


async def _attempt_repeatedly(
    context: Context, call: _Call, budget: PersonBudget, rung: Event
) -> object:
    """Try a mutation again where it lost a race, or its connection before anything was done.

    What was lost while it was committed is tried again under a key alone: where it was done, the
    key has the answer (X12).
    """
    request = _build_request(context, call)
    for attempt in range(_MAX_ATTEMPTS):
        budget.restart()
        try:
            return await _attempt_mutation(context, call, request, budget, rung)
        except IntegrityError as error:
            fault = fault_for_integrity_error(error)
            if fault is None:
                raise
            raise Refusal(Fault(fault.reason, ("input", *fault.path))) from error
        except DATABASE_ERRORS as error:
            if attempt == _MAX_ATTEMPTS - 1 or not is_repeatable(error, request):
                raise
    raise AssertionError("unreachable")


def is_repeatable(error: Exception, request: SentRequest | None) -> bool:
    """Tell whether a mutation may be tried again, and may then succeed.

    A key that nothing is kept under, as nobody signed in sent it, makes nothing once only.
    """
    if isinstance(error, OutcomeUnknownError):
        return request is not None
    return is_connection_lost(error) or find_database_fault(error) is DatabaseFault.CONFLICT


async def _attempt_mutation(
    context: Context,
    call: _Call,
    request: SentRequest | None,
    budget: PersonBudget,
    rung: Event,
) -> object:
    role = get_role_of_mutation(call.mutation)
    async with open_transaction(context, budget, role, request) as tx:
        await require_functions(context, tx.viewer, call.may)
        require_fresh_proof(tx.viewer, call.mutation, call.may)
        if request is None:
            answer = await _run_mutation(call.mutation, tx, call.given)
        else:
            answer = await _execute_idempotent(tx, call, request)
        if rung.is_set():
            await refuse_lost_access(context.service, tx.viewer)
    if tx.refusal is not None:
        raise tx.refusal
    return answer


@asynccontextmanager
async def open_transaction(
    context: Context,
    budget: PersonBudget = NO_BUDGET,
    role: DatabaseRole = DatabaseRole.SERVICE,
    request: SentRequest | None = None,
) -> AsyncIterator[Transaction]:
    """Open a transaction that speaks for the viewer, and commit it at the edge.

    `role` is the database's, whose rights are needed (ADR 0059). `request` is written first of all,
    unless there is one under its key.
    """
    # The answer is read from the rows after the commit, when nothing can be read in again.
    session = AsyncSession(
        context.service.choose_writes(role),
        sync_session_class=ChangedRowsSession,
        expire_on_commit=False,
    )
    async with session:
        today = context.service.today()
        whole = build_actor(context.viewer).with_today(today)
        known = note_what_is_known(context.service, context.viewer)
        asked = build_opening_statement(known, request, today)
        driver = await begin_for_actor(session, whole.with_all_readings(), asked)
        opening = read_opening(known, driver.told_at_begin)
        viewer = await reload_functions(
            session, context.viewer, today, are_grants_known=opening.are_functions_known
        )
        tx = Transaction(
            context.service,
            viewer,
            session,
            budget,
            address=context.address,
            driver=driver,
            opening=opening,
        )
        if viewer.unit_id != context.viewer.unit_id:
            await set_rls_context(session, tx.actor)
        yield tx
        await _commit(session)


async def _commit(session: AsyncSession) -> None:
    """Commit; raise OutcomeUnknownError where the connection broke meanwhile."""
    try:
        await session.commit()
    except DATABASE_ERRORS as error:
        if is_connection_lost(error):
            raise OutcomeUnknownError from error
        raise


async def _run_mutation(mutation: Mutation, tx: Transaction, given: Mapping[str, object]) -> object:
    """Run a mutation; where it says no, tell the place as the client wrote it."""
    try:
        with prefix_fault_paths("input"):
            return await mutation(tx, **given)
    except MissingParameter as lacking:
        raise build_missing_parameter_refusal(lacking) from lacking


def build_missing_parameter_refusal(lacking: MissingParameter) -> Refusal:
    """Return which figure of policy nobody has set."""
    return build_refusal(
        Reason.PARAMETER_MISSING, key=lacking.key, region=lacking.region, date=lacking.on
    )


def _build_request(context: Context, call: _Call) -> SentRequest | None:
    """Build what is written of a request under a key; whoever has no account has no keys.

    Releases before 0.2 wrote the key as it was sent: the last name, until that is swept.
    """
    account_id = context.viewer.account_id
    if call.key is None or account_id is None:
        return None
    # Keyed: whoever reads the table can't try passwords or ID numbers against it (X11).
    service, asked = context.service, _name_asked(context.viewer, call.given)
    digest = service.seal.compute_mark("request", spell_request(asked))
    names = (*_name_request(service, call.key), call.key)
    return SentRequest(account_id, names, call.name, digest, service.now())


def _name_asked(viewer: Viewer, given: Mapping[str, object]) -> Mapping[str, object]:
    """Name what is asked for, at the counter for whom as well."""
    return {**given, **({"onBehalfOf": viewer.unit_id} if viewer.at_counter else {})}


async def _execute_idempotent(tx: Transaction, call: _Call, request: SentRequest) -> object:
    """Carry out under a key: the first time for real, then the first answer again (X12)."""
    if not tx.opening.is_request_written:
        return await _replay_request(tx, call, request)
    answer = await _run_mutation(call.mutation, tx, call.given)
    if tx.refusal is not None:
        written = Request.account_id == request.account_id, Request.key == request.names[0]
        await tx.session.execute(delete(Request).where(*written))  # no answer to give again
    else:
        kept = chain.RequestAnswer(
            request.account_id, request.names[0], _build_stored_result(answer)
        )
        chain.hold_answer_back(tx.session.sync_session, kept)
    return answer


async def _replay_request(tx: Transaction, call: _Call, request: SentRequest) -> object:
    """Answer a request again that was carried out before.

    Where a release before 0.2 served beside this one, its row may stand beside ours: then what
    stands under the first name counts.
    """
    whose = Request.account_id == request.account_id
    names = request.names
    found = await tx.session.scalars(select(Request).where(whose, Request.key.in_(names)))
    kept = min(found.all(), key=lambda row: names.index(row.key))
    said_before = kept.input_hash in _list_digests(tx, _name_asked(tx.viewer, call.given))
    if not said_before or not is_kept_for(kept.mutation, call.name):
        raise build_refusal(Reason.IDEMPOTENCY_KEY_REUSED, "idempotencyKey")
    return await _replay_result(tx, kept.answer)


def _name_request(service: Service, key: str) -> Iterator[str]:
    """Name a request by its key: keyed, for clients make keys of ID numbers too (X11).

    While an installation is moved to another profile, it has a name by each.
    """
    return (f"#{mark.hex()}" for mark in service.seal.compute_marks("request key", key))


def _list_digests(tx: Transaction, asked: Mapping[str, object]) -> Sequence[bytes]:
    """List by what the same request may be known; releases before 0.2 used the index key."""
    seal = tx.service.seal
    released = seal.compute_indexes("request", spell_request_as_released(asked))
    return [*seal.compute_marks("request", spell_request(asked)), *released]


def is_kept_for(kept: str, name: str) -> bool:
    """Whether a kept key belongs to a mutation; before 0.1.0 Python's name stood there."""
    return name in (kept, _RENAMED.get(kept), to_camel_case(kept), f"{to_camel_case(kept)}s")


def _build_stored_result(answer: object) -> object:
    if isinstance(answer, Base):
        key = answer.__mapper__.primary_key_from_instance(answer)
        return {"table": type(answer).__name__, "key": [str(part) for part in key]}
    if isinstance(answer, ReviewOutcome):
        row = None if answer.record is None else _build_stored_result(answer.record)
        return {"outcome": row, "faults": [asdict(fault) for fault in answer.faults]}
    if isinstance(answer, Sequence):
        return [_build_stored_result(row) for row in answer]
    raise TypeError(answer)


async def _replay_result(tx: Transaction, answer: _StoredResult) -> object:
    """Read again what was answered, as it is now; many rows in one statement."""
    named = answer if isinstance(answer, list) else [answer]
    if named and "outcome" in named[0]:
        return await _replay_outcomes(tx, named)
    rows = await _load_answered_rows(tx, named) if named else []
    return rows if isinstance(answer, list) else rows[0]


async def _replay_outcomes(
    tx: Transaction, told: Sequence[_StoredResult]
) -> Sequence[ReviewOutcome]:
    """Answer again what came of each row: the row as it is now, the fault as it was."""
    named = [each["outcome"] for each in told if each["outcome"]]
    rows = iter(await _load_answered_rows(tx, named) if named else [])
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


async def _load_answered_rows(tx: Transaction, named: Sequence[_StoredResult]) -> list[Base]:
    table: type[Base] = getattr(models, named[0]["table"])
    keys = [tuple(UUID(part) for part in row["key"]) for row in named]
    if table is models.Person:  # whom a look-up found is seen by whoever found them (J15)
        await tx.set_subjects(*(key[0] for key in keys))
    found = await tx.all(select(table).where(tuple_(*table.__table__.primary_key).in_(keys)))
    rows = {tuple(table.__mapper__.primary_key_from_instance(row)): row for row in found}
    if not all(key in rows for key in keys):
        raise build_refusal(Reason.NOT_FOUND)
    return [rows[key] for key in keys]


def find_unreadable_faults(value: object, path: Path = ()) -> list[Fault]:
    """List everything in the arguments that could not be read, and where it stands."""
    match value:
        case None | str() | int():  # most of what there is
            return []
        case Unreadable(reason):
            return [Fault(reason, path)]
        case Mapping():
            return [
                f
                for name, part in value.items()
                for f in find_unreadable_faults(part, (*path, name))
            ]
        case list():
            return [
                f for n, part in enumerate(value) for f in find_unreadable_faults(part, (*path, n))
            ]
        case _ if is_dataclass(value):
            parts = ((to_camel_case(f.name), getattr(value, f.name)) for f in fields(value))
            found = [f for name, part in parts for f in find_unreadable_faults(part, (*path, name))]
            respelled = find_respelled_faults(value, path)
            return [*found, *respelled, *find_empty_faults(value, *path)]
        case _:
            return []
