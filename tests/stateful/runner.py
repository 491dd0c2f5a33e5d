"""Sends a step in a world, and tells what was seen before, between and after."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import orjson

from loaders.actor_connection import ActorConnection
from server.runtime.board_stand_in import StandIn
from tests.factories.authenticator import Authenticator
from tests.factories.identity_provider import StandIn as Provider
from tests.factories.round_trips import Watcher, watch_statements
from tests.factories.rows import an_id_number
from tests.factories.stranger import ANONYMOUS_INPUTS, ask_with_token
from tests.factories.telephone import Telephone
from tests.factories.world import INPUT_TYPES, REFUSAL_SELECTION, HttpAnswer, World
from tests.stateful.jobs import build_board, build_file, run_job
from tests.stateful.ledger import Ledger, Reader, Row, name_type, to_global_id
from tests.stateful.step import CUT, DIES, TWICE, Step

CLOCK = "set the clock"
WORKER = "let the worker examine a parameter"
SEND = "send a file"
SESSION = "... on SessionPayload { accessToken refreshToken }"
BARE = {"signOut", "requestSignInTicket"}
ANSWER = "!answer "
KEYLESS = {*ANONYMOUS_INPUTS, *BARE, "proveAgain"}
"""What is sent without a key: sent again, it is another request."""

OUTCOMES = "outcomes { faults { reason path } }"
THEN = {
    "publishLines": f"... on LinesPayload {{ {OUTCOMES} }}",
    "passPublicity": f"... on LinesPayload {{ {OUTCOMES} }}",
    "failPublicity": f"... on LinesPayload {{ {OUTCOMES} }}",
    "importBankAnswer": """... on BatchImportPayload { answer {
      outcomes { outcome faults { reason } } } }""",
    "signIn": f"{SESSION} ... on SignInChallengePayload {{ challenge }}",
    **dict.fromkeys(("refreshSession", "registerUnit", "registerPerson"), SESSION),
    **dict.fromkeys(("recoverAccount", "recoverPersonAccount", "completeSignIn"), SESSION),
    "startProviderSignIn": "... on StartedSignInPayload { url secret }",
    "completeProviderSignIn": SESSION,
    "beginTotp": "... on BegunTotpPayload { secret }",
    "requestPersonCode": "... on SentCodePayload { ticket }",
    "requestSignInTicket": "... on SignInTicketPayload { ticket number secret }",
    "lodgeAccountAppeal": "... on LodgedAppealPayload { number }",
    "lodgePersonAppeal": "... on LodgedAppealPayload { number }",
    "lodgeObjection": "... on LodgedObjectionPayload { number }",
    "requestEvidenceUpload": "... on EvidenceUploadPayload { uploadId url }",
    "requestUpload": "... on UploadPayload { upload { id url } }",
    "requestRosterUpload": "... on UploadPayload { upload { id url } }",
    "attach": "... on AttachmentsPayload { attachments { id } }",
    "restoreAccess": "... on GivenBackPayload { resetCode }",
    "correctHolder": "... on GivenBackPayload { resetCode }",
}
ACTIONS = "query ($id: ID!) {{ node(id: $id) {{ ... on {} {{ possibleActions {{ {} }} }} }} }}"
MOST_STATEMENTS = 37
"""The database goes away before one of so many statements, or once what is committed is."""


@dataclass
class Death:
    """The database goes away at one of the moments between statements, those of the driver too.

    Once a commit is done there is another moment, before anybody is told of it. Whoever tries
    again finds it gone as well until the request is over. Where it is cut off but `once`, it is not
    before a commit: whether that was done nobody knows.
    """

    at: int
    once: bool = False
    over: bool = False
    counted: int = 0
    committed: bool = False
    came: bool = False

    def count_before(self, driver: ActorConnection, statement: str) -> None:
        """Count a statement that is about to be sent; the driver tells that it is cut off."""
        self.counted += 1
        passed = self.over or (self.once and (self.came or statement.startswith("COMMIT")))
        if self.counted >= self.at and not passed:
            self.came = True
            driver.terminate()

    def count_after(self, driver: ActorConnection, statement: str) -> None:
        """Count a commit that was done."""
        if statement.startswith("COMMIT"):
            self.committed |= not self.came
            self.count_before(driver, statement)
            if driver.is_closed():
                told = "connection was closed in the middle of operation"
                raise asyncpg.ConnectionDoesNotExistError(told)


class Unresolved(Exception):
    """A step names a record that this world does not have."""


@dataclass(frozen=True)
class Told:
    """What a record told of an action."""

    allowed: bool
    reason: str | None


@dataclass
class Sight:
    """All that was seen of a step."""

    step: Step
    before: Ledger
    after: Ledger
    answer: Mapping[str, Any]
    told: Told | None = None
    told_of: str = ""
    given: Any = None
    today: str = ""
    second: Mapping[str, Any] | None = None
    between: Ledger | None = None
    died: Ledger | None = None
    committed: bool = False
    """Whether anything had been committed by the time the database went away."""
    written: Sequence[str] = ()

    @property
    def succeeded(self) -> bool:
        """Tell whether anything was done."""
        return str(self.answer["__typename"]).endswith("Payload") and not self._all_refused

    @property
    def _outcomes(self) -> list[Any]:
        found: list[Any] = self.answer.get("outcomes") or []
        return found

    @property
    def _all_refused(self) -> bool:
        outcomes = self._outcomes
        return bool(outcomes) and all(each["faults"] for each in outcomes)

    @property
    def reasons(self) -> list[str]:
        """Name why it was refused, or each part of it."""
        of_parts = [fault["reason"] for each in self._outcomes for fault in each["faults"]]
        of_all = [fault["reason"] for fault in self.answer.get("faults") or []]
        kinds = {"StaleVersion": ["STALE_VERSION"], "Forbidden": ["FORBIDDEN"]}
        own = [self.answer["reason"]] if self.answer.get("reason") else []
        return of_parts + of_all + own + kinds.get(self.answer["__typename"], [])

    def trace(self) -> str:
        """Write what was sent, answered and written, but for what is otherwise in each world."""
        told = (self.told.allowed, self.told.reason) if self.told else None
        twice = self.second["__typename"] if self.second else None
        came = [self.answer["__typename"], sorted(self.reasons), told, twice, bool(self.died)]
        return orjson.dumps([self.step.to_json(), came, self.written]).decode()


@dataclass
class Runner:
    """Walks through a world; knows records by their names."""

    world: World
    reader: Reader
    ledger: Ledger
    places: dict[str, tuple[str, str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    order: dict[str, tuple[int, int]] = field(default_factory=dict)
    answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    round_trips: dict[str, int] = field(default_factory=dict)
    """How many statements each mutation waited for at most."""
    board: StandIn = field(default_factory=build_board)
    telephone: Telephone = field(default_factory=Telephone)
    provider: Provider = field(default_factory=Provider)

    def name_new(self, number: int, before: Ledger | None) -> None:
        """Name the records that a step made, or those that there were."""
        new: dict[str, list[Row]] = {}
        for table, row in self.ledger.iterate_new(before) if before else self.ledger.iterate_all():
            new.setdefault(table, []).append(row)
        for table, rows in new.items():
            for place, row in enumerate(sorted(rows, key=self._describe_anew), start=1):
                name = f"{table} {number}.{place}"
                self.places[name], self.names[row["id"]] = (table, row["id"]), name
                self.order[row["id"]] = (number, place)

    def _describe_anew(self, row: Row) -> tuple[list[str], str]:
        """Describe a row by what it points at and says, and not by keys: alike in each world.

        What nobody can tell apart so may have any order.
        """
        told = {name: value for name, value in row.items() if isinstance(value, str)}
        of = [f"{name} {self.names[value]}" for name, value in told.items() if value in self.names]
        plain = {name: value for name, value in row.items() if not _is_of_one_world(value)}
        said = orjson.dumps(plain, option=orjson.OPT_SORT_KEYS).decode()
        return of, _KEYS.sub("", said)

    def describe_written(self, before: Ledger) -> list[str]:
        """Describe the rows that a step made or changed, alike in each world."""
        rows = [row for _, row in self.ledger.iterate_new(before)]
        rows += [row for _, _, row in self.ledger.iterate_changed(before)]
        told = ((self.names[row["id"]], *self._describe_anew(row)) for row in rows)
        return sorted(f"{name}: {', '.join(of)} {said}" for name, of, said in told)

    def list_rows(self, table: str) -> list[Row]:
        """List a table's rows in the order of their names."""
        return sorted(self.ledger.list_rows(table), key=lambda row: self.order[row["id"]])

    def find(self, name: str) -> tuple[str, Row]:
        """Find a record by its name."""
        table, id = self.places.get(name, ("", ""))
        row = self.ledger.find(table, id) if table else None
        if row is None:
            raise Unresolved(name)
        return table, row

    def resolve(self, given: Any) -> Any:
        """Put ids, versions and columns in the place of names."""
        if isinstance(given, dict):
            told = {key: self.resolve(value) for key, value in given.items()}
            return self._make_up(told)
        if isinstance(given, list):
            return [self.resolve(value) for value in given]
        if isinstance(given, str) and given.startswith(ANSWER):
            return self._recall(given)
        if not isinstance(given, str) or given[:1] not in "@#$" or not given:
            return given
        mark, (kind, place, *column) = given[0], given[1:].split(" ")
        table, row = self.find(f"{kind} {place}")
        if mark == "@":
            return to_global_id(table, row)
        value = row["version"] if mark == "#" else row[column[0]]
        return f"{value:.2f}" if isinstance(value, float) else value

    def _make_up(self, told: Mapping[str, Any]) -> Any:
        """Work out what only this world knows: a file's size, a code that was sent or is shown."""
        match told:
            case {"sizeOf": file}:
                return len(build_file(file))
            case {"shownFor": secret}:
                return Authenticator(self.world, secret).show()
            case {"letIn": number, "at": url, "secret": secret}:
                self.provider.claims = {
                    "id_number": an_id_number(number),
                    "name": f"见习生{number}",
                }
                return {"secret": secret, **self.provider.let_in(url)}
            case {"sentAs": name}:
                sent = [m.values[name] for m in self.telephone.messages if name in m.values]
                if not sent:
                    raise Unresolved(name)
                return sent[-1]
        return told

    def _recall(self, name: str) -> Any:
        """Give what an earlier step was answered."""
        place, path = name.removeprefix(ANSWER).split(" ")
        found: Any = self.answers.get(place)
        for part in path.split("."):
            if found is not None:
                found = found[int(part)] if isinstance(found, list) else found.get(part)
        if found is None:
            raise Unresolved(name)
        return found

    async def run(self, step: Step, told: Told | None = None) -> Sight:
        """Send a step and look around; ask for what was promised unless that was told already."""
        before = self.ledger
        if step.what == CLOCK:
            self.world.clock.now += timedelta(**step.given)
            self.ledger = Ledger(before.tables)
            return Sight(step, before, self.ledger, {"__typename": "ClockPayload"})
        if step.what == WORKER:
            await run_job(self.world.service, self.board, step.given)
            self.ledger = await self.reader.read()
            self.name_new(step.number, before)
            return Sight(step, before, self.ledger, {"__typename": "WorkerPayload"})
        if step.what == SEND:
            sent = self.resolve(step.given)
            came = await self.world.client.put(sent["url"], content=build_file(sent["file"]))
            self.ledger = Ledger(before.tables)
            kind = "FilePayload" if came.is_success else "Nothing"
            return Sight(step, before, self.ledger, {"__typename": kind})
        told, given = told or await self._ask_promise(step), self.resolve(step.given)
        today = str(self.world.service.today())
        told_of = self._describe(step.promise.record) if step.promise else ""
        at = 1 + step.number * 7 % MOST_STATEMENTS
        died, death = None, Death(at, once=step.manner == CUT)
        watcher = Watcher(death.count_before, death.count_after)
        if step.manner == DIES:
            await self._send(step, given, watcher)
            death.over = True
            died = await self.reader.read() if death.came else None
        answer = await self._send(step, given, watcher if step.manner == CUT else None)
        death.over = True
        self.answers[f"{step.number}.0"] = answer
        self.ledger = await self.reader.read()
        if died:
            self.ledger.add_entries_of(died)
        sight = Sight(step, before, self.ledger, answer, told, told_of, given, today, died=died)
        sight.committed = death.committed
        if step.manner in {TWICE, CUT}:
            sight.second = await self._send(step, given)
            sight.between, sight.after = sight.after, await self.reader.read()
            sight.after.add_entries_of(sight.between)
            self.ledger = sight.after
        self.name_new(step.number, before)
        return sight

    def _describe(self, name: str) -> str:
        table, row = self.find(name)
        return f"{table} {row.get('state') or row.get('status') or ''}".strip()

    async def _ask_promise(self, step: Step) -> Told | None:
        if step.promise is None:
            return None
        table, row = self.find(step.promise.record)
        for each in await self.list_actions(table, row, step.who, step.behalf):
            if each["action"] == step.promise.action:
                return Told(each["allowed"], each["reason"])
        return None

    async def list_actions(
        self, table: str, row: Row, who: str | None, behalf: str | None = None
    ) -> list[Any]:
        """Ask a record what an account may do to it."""
        document = ACTIONS.format(name_type(table, row), "action allowed reason")
        whom = self._get_unit_id(behalf) if behalf else None
        answer = await self.world.ask(document, who, behalf=whom, id=to_global_id(table, row))
        node = answer.only
        return list(node["possibleActions"]) if node else []

    def _get_unit_id(self, name: str) -> str:
        account = self.world.accounts[name]
        row = self.ledger.find("unit", str(account.unit_id))
        assert row is not None
        return to_global_id("unit", row)

    async def _send(
        self, step: Step, given: Any, watcher: Watcher | None = None
    ) -> Mapping[str, Any]:
        shape = {**INPUT_TYPES, **ANONYMOUS_INPUTS}.get(step.what, "DecisionInput")
        then = THEN.get(step.what, "")
        if shape == "ReviewInput":
            then = f"... on ReviewPayload {{ {OUTCOMES} }}"
        keyed = step.what not in KEYLESS
        bare = step.what in BARE
        asked, sent = ([], []) if bare else ([f"$input: {shape}!"], ["input: $input"])
        if keyed:
            asked, sent = [*asked, "$key: String"], [*sent, "idempotencyKey: $key"]
        variables: dict[str, Any] = {} if bare else {"input": given}
        if keyed:
            variables["key"] = f"walk-step-{step.number:06}"
        head, call = (f"({', '.join(each)})" if each else "" for each in (asked, sent))
        document = f"""mutation {head} {{
          {step.what}{call} {{ __typename {then} {REFUSAL_SELECTION} }} }}"""
        whom = self._get_unit_id(step.behalf) if step.behalf else None
        try:
            if step.who and step.who.startswith(ANSWER):
                token = self._recall(step.who)
                answer = await ask_with_token(self.world, token, document, **variables)
            else:
                noted: list[str] = []
                counting = Watcher(lambda driver, statement: noted.append(statement))
                with watch_statements(watcher or counting):
                    answer = await self.world.ask(document, step.who, behalf=whom, **variables)
                known = self.round_trips.get(step.what, 0)
                self.round_trips[step.what] = max(known, len(noted))
        except httpx.TransportError:
            return {"__typename": "Nothing"}
        finally:
            await self.world.service.sms.close()
        return _read_answer(answer)


_KEYS = re.compile(
    r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12,}|[0-9a-f]{2}/[0-9a-f]{40}|(?<=-)[0-9a-f]{12}\b"
)
"""Keys of rows and of files, sums, names made at random: by themselves, or within a reference."""

_OF_ONE_WORLD = re.compile(rf"{_KEYS.pattern}|\\x[0-9a-f]*|\d{{4}}-\d\d-\d\dT.*")
"""Those, what is sealed or hashed, and instants."""


def _is_of_one_world(value: Any) -> bool:
    """Tell whether a column holds what is otherwise in each world, though it says the same."""
    return isinstance(value, list) or (
        isinstance(value, str) and bool(_OF_ONE_WORLD.fullmatch(value))
    )


def _read_answer(answer: HttpAnswer) -> Mapping[str, Any]:
    if "errors" in answer.body:
        return {"__typename": "Errors", "errors": answer.body["errors"]}
    (value,) = answer.body["data"].values()
    told: Mapping[str, Any] = value or {"__typename": "Nothing"}
    return told
