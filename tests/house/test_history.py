"""What has a history is declared, and no mutation decides anything without a word in it (X9)."""

from collections.abc import Callable, Iterator, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

from models import Base, History, OfficeHistory
from resolvers.kernel.transaction import Transaction
from rules.kernel.history import Subject
from schema.kernel.binding import BINDING, ResolvedBy
from tests.factories.failures import AllFailures
from tests.schema.plain_schema import build_plain_schema

WRITERS = {
    *(Transaction.create, Transaction.change, Transaction.settle, Transaction.move),
}
WRITER_NAMES = {writer.__name__ for writer in WRITERS}
BUILDERS = {
    "build_creation_entry",
    "build_change_entry",
    "build_audit_entry",
    "build_transition_entry",
}
NOT_A_RECORD = "no record: a session, a ticket or a place to put bytes"
ITS_OWN_ROW = "adds a row that is never changed and names who, when and why"
ONLY_READS = "decides nothing"
TELL_NOTHING: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("signIn", "completeSignIn", "startProviderSignIn"),
            *("beginPasskey", "startPasskeySignIn", "completePasskeySignIn"),
            *("signOut", "refreshSession", "endSession", "endOtherSessions", "proveAgain"),
            *("requestSignInTicket", "approveSignInTicket", "redeemSignInTicket"),
            "requestPersonCode",
            "beginTotp",
            *("requestUpload", "requestRosterUpload", "requestEvidenceUpload"),
        ),
        NOT_A_RECORD,
    ),
    **dict.fromkeys(
        ("addEvidence", "confirmReceipt", "enterCourse", "loadFacts"),
        ITS_OWN_ROW,
    ),
    **dict.fromkeys(
        ("lookUpAccountAppeal", "lookUpObjection", "lookUpPerson", "searchClaims"), ONLY_READS
    ),
    "searchFindings": "looks for signs: what is found is settled by other mutations",
    "refreshApplicants": "mirrors what the job board sends",
    "setFavourites": "what one keeps at hand oneself",
    "completeInformation": "what a person says of themselves is nobody's decision",
}
"""Mutations that decide on no record of ours, and what they do instead."""

SCHEMA = build_plain_schema()


def list_mutations() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Give each mutation's name and the resolver that carries it out."""
    definition: Any = SCHEMA.mutation
    for field in definition.__strawberry_definition__.fields:
        binding = field.metadata[BINDING]
        assert isinstance(binding, ResolvedBy)
        yield SCHEMA.config.name_converter.get_graphql_name(field), binding.resolver


def list_names(code: CodeType) -> Iterator[str]:
    """Give all names that a function's code speaks of, in its inner functions too."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from list_names(constant)


def list_called(function: FunctionType) -> Iterator[Any]:
    """Give what a function may call: globals, members of modules, and what it is closed over."""
    names = {*list_names(function.__code__)}
    known = {name: function.__globals__[name] for name in names if name in function.__globals__}
    yield from known.values()
    for module in known.values():
        if isinstance(module, ModuleType):
            yield from (vars(module)[name] for name in names if name in vars(module))
    for cell in function.__closure__ or ():
        yield cell.cell_contents


def is_ours(found: object) -> bool:
    return isinstance(found, FunctionType | type) and found.__module__.startswith("resolvers.")


def find_writer(function: Any, seen: set[Any]) -> str | None:
    """Return what of it writes history, in it or in whatever it may call."""
    if not is_ours(function) or function in seen or function is Transaction:
        return None
    seen.add(function)
    if isinstance(function, type):
        return next(
            filter(None, (find_writer(each, seen) for each in vars(function).values())), None
        )
    names = {*list_names(function.__code__)}
    if found := names & (WRITER_NAMES | BUILDERS):
        return f"{function.__qualname__}: {', '.join(sorted(found))}"
    for called in list_called(function):
        for each in called if isinstance(called, tuple) else (called,):
            if found_below := find_writer(each, seen):
                return found_below
    return None


def test_x9_a_mutation_writes_history_or_is_listed_with_the_reason_why_not() -> None:
    silent = {name for name, resolver in list_mutations() if not find_writer(resolver, set())}
    assert silent == {*TELL_NOTHING}


def test_x9_a_mutation_that_writes_past_the_history_is_found() -> None:
    """The search above is no rubber stamp: it follows calls, and finds nothing where nothing is."""

    async def settle_past_the_history(tx: Transaction, row: Base) -> None:
        row.__dict__["state"] = "SETTLED"
        tx.touch(row)

    async def settle(tx: Transaction, row: Any) -> None:
        tx.settle(row, "SETTLE", {"state": "SETTLED"}, ("OPEN", "SETTLED"))

    async def call(tx: Transaction, row: Any) -> None:
        await settle(tx, row)

    for function in (settle_past_the_history, settle, call):
        function.__module__ = "resolvers.toy"
    found = [find_writer(each, set()) for each in (settle_past_the_history, settle, call)]
    assert [bool(each) for each in found] == [False, True, True]


def test_x9_whatever_has_a_history_shows_it_in_the_graph_and_is_called_by_a_name() -> None:
    known = {subject.value for subject in Subject}
    with AllFailures() as failures:
        for of in (History, OfficeHistory):
            for table in of.tables:
                with failures.at(f"{of.__name__} of {table.__name__}"):
                    assert table.has_history
                    assert table.__name__ in known


def test_x9_every_table_that_somebody_settles_has_a_history() -> None:
    """A row that keeps who decided on it is a record: its steps are told (X9)."""
    deciders = {"reviewed_by", "decided_by", "settled_by", "revoked_by"}
    settled = {
        mapper.class_.__name__
        for mapper in Base.registry.mappers
        if deciders & {*mapper.columns.keys()} and not mapper.class_.has_history
    }
    assert settled == {"PublicityLine"}  # the history of its claim's line tells it
