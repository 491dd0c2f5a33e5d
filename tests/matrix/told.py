"""What is told without a record: figures, counts, notices, progress, and further links."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from uuid import uuid4

import orjson
from graphql import GraphQLObjectType

from models import Publicity, Roster
from tests.factories.rows import a_credit_code
from tests.matrix.case import Case
from tests.matrix.expectation import REPORTERS, list_expectations
from tests.matrix.ways import Ways
from tests.schema.scene import build_id, make_unknown_id
from tests.schema.shape import SCHEMA
from tests.server.graphql_probe import Connection

FIGURES = """query ($filter: StatisticsFilterInput) {
  statistics(by: [REGION], level: DISTRICT, filter: $filter) {
    region withheld personsText figures { claims lines } } }"""
COUNTS = "{ workCounts(by: []) { count } workQueue { totalCount } }"
NOTICE = "query ($id: ID!) { publicNotice(id: $id) { __typename } }"
PROGRESS = """subscription ($input: RosterChoiceInput!) { rosterProgress(input: $input) {
  __typename ... on RosterProgressPayload { progress { state total } }
  ... on Problem { message cure } ... on Refusal { reason path } } }"""
EXPORTED_BATCH = "query ($id: ID!) { node(id: $id) { ... on BatchExport { url } } }"
TEMPLATE = "{ rosterTemplate(kind: HIRING) { url } }"
FAILED_ROWS = """mutation ($input: RosterChoiceInput!) { requestFailedRows(input: $input) {
  __typename ... on FailedRowsPayload { url } ... on Refusal { reason path } } }"""
FIGURE_FILTERS: Mapping[str, tuple[object, ...]] = {
    "region": ("220104", "220102", "510104", "220000"),
    "kind": (["LIVING_ALLOWANCE"], ["HIRING"]),
    "status": (["APPROVED"], ["SUBMITTED"], ["DRAFT"]),
    "state": (["PAYABLE"], ["PAID"]),
    "createdFrom": ("2000-01-01", "2030-01-01"),
    "createdTo": ("2000-01-01", "2030-01-01"),
    "monthFrom": ("2024-07",),
    "monthTo": ("2024-07",),
    "since": ("2000-01-01", "2030-01-01"),
    "until": ("2000-01-01", "2030-01-01"),
    "submittedFrom": ("2000-01-01", "2030-01-01"),
    "submittedTo": ("2000-01-01", "2030-01-01"),
    "fromMonth": ("2024-07",),
    "toMonth": ("2024-07",),
    "year": (2024,),
    "creditCode": (a_credit_code(1), a_credit_code(900)),
}
"""Of each filter of the figures, by what is filtered."""
TOLD_OF = {
    "Attachment.url": "judged: `file`",
    "ExportLink.url": "judged: `export`",
    "BatchExport.url": "judged: `told`",
    "RosterTemplate.url": "judged: `told`",
    "FailedRowsPayload.url": "judged: `told`",
    "AppealEvidence.url": "as an attachment's: the same links, judged by `test_appeal_evidence.py`",
    "ScoreSheetPayload.url": "as failed rows: the same links, of a class instead of a roster",
    "Upload.url": "takes bytes, of who announced them: `tests/server/http/test_files.py`",
    "EvidenceUploadPayload.url": "as an upload's, of who knows the appeal's number",
    "StartedSignInPayload.url": "an address of a provider, and none of ours",
}
"""Every link of the schema: by which way it is judged, or why it is not."""
SUBSCRIPTIONS = {
    "rosterProgress": "judged: `told`",
    "signInTicket": "by a secret that its browser alone has: `test_subscription.py`",
}


def list_links() -> Iterator[str]:
    """Name every field of the schema that is a link."""
    for name, type_ in SCHEMA.type_map.items():
        if isinstance(type_, GraphQLObjectType) and "url" in type_.fields:
            yield f"{name}.url"


class Told:
    """The cases of a scene that are about what is told without a record."""

    def __init__(self, ways: Ways) -> None:
        self.ways = ways
        self.world = ways.world
        self.may = dict(list_expectations())
        self._figures: dict[str, dict[str, Any]] = {}

    def __iter__(self) -> Iterator[Case]:
        """Give the cases that only read first."""
        yield from self.list_figures()
        yield from self.list_notices()
        yield from self.list_progress()
        yield from self.list_links()

    def list_figures(self) -> Iterator[Case]:
        """Figures and counts are about what lies in the viewer's region, whatever is filtered."""
        for who in filter(None, self.ways.visible):
            if who in self.may["statistics"]:
                judge = partial(self._judge_figures, who, {})
                yield Case("told", "statistics", who, "any", judge)
                for name, values in FIGURE_FILTERS.items():
                    for value in values:
                        judge = partial(self._judge_figures, who, {name: value})
                        yield Case("told", f"statistics({name}: {value})", who, "any", judge)
            if who in self.may["workCounts"]:
                yield Case("told", "workCounts", who, "any", partial(self._judge_counts, who))

    def list_notices(self) -> Iterator[Case]:
        """What is not shown at this hour is shown to nobody, and answers as what is not there."""
        for who in self.ways.visible:
            for _, row in self.ways.rows.values():
                if isinstance(row, Publicity):
                    judge = partial(self._judge_notice, who, build_id("PublicNotice", row))
                    relation = self.ways.relate(who, row)
                    yield Case("told", "publicNotice", who, relation, judge)

    def list_progress(self) -> Iterator[Case]:
        """A check's progress is told to whom the roster is shown."""
        for who in filter(None, self.ways.visible):
            for id, (_, row) in self.ways.rows.items():
                if isinstance(row, Roster):
                    judge = partial(self._judge_progress, who, id)
                    yield Case("told", "rosterProgress", who, self.ways.relate(who, row), judge)

    def list_links(self) -> Iterator[Case]:
        """Links open for whom they were signed, and for nobody else."""
        for who in filter(None, self.ways.visible):
            for id, (name, row) in self.ways.rows.items():
                relation = self.ways.relate(who, row)
                if name == "BatchExport":
                    judge = partial(self._judge_batch_link, who, id)
                    yield Case("told", "BatchExport.url", who, relation, judge)
                if isinstance(row, Roster) and who in self.may["requestFailedRows"]:
                    judge = partial(self._judge_failed_rows, who, id)
                    yield Case("told", "requestFailedRows", who, relation, judge)
            if who in self.may["rosterTemplate"]:
                judge = partial(self._judge_template, who)
                yield Case("told", "rosterTemplate", who, "any", judge)

    async def _judge_figures(self, who: str, given: dict[str, Any]) -> str | None:
        """No region of others is told, and no filter tells more than there is without it."""
        answer = await self.ways.ask(FIGURES, who, filter=given or None)
        if "errors" in answer:
            refused = who in REPORTERS and given  # what is too fine is not told at all
            return None if refused else f"fails: {answer['errors'][0]['message']}"
        told = {row["region"]: row for row in answer["data"]["statistics"]}
        tree = self._tree_of(who)
        beyond = [region for region in told if not region.startswith(tree)]
        if beyond:
            return f"tells of {len(beyond)} regions of others"
        if not given:
            self._figures[who] = told
        elif who not in self._figures:
            await self._judge_figures(who, {})
        if told.keys() - self._figures[who].keys():
            return "tells of more regions than without a filter"
        return next(filter(None, (self._find_excess(who, row) for row in told.values())), None)

    def _find_excess(self, who: str, row: Mapping[str, Any]) -> str | None:
        whole = self._figures[who][row["region"]]
        if row["figures"] and not whole["figures"]:
            return "tells by a filter what is withheld without it"
        if row["figures"] and any(row["figures"][n] > whole["figures"][n] for n in row["figures"]):
            return "tells more by a filter"
        return None

    def _tree_of(self, who: str) -> str:
        region = self.world.accounts[who].region
        while region.endswith("00"):
            region = region.removesuffix("00")
        return region

    async def _judge_counts(self, who: str) -> str | None:
        answer = await self.ways.ask(COUNTS, who)
        if "errors" in answer:
            return f"fails: {answer['errors'][0]['message']}"
        counted = sum(row["count"] for row in answer["data"]["workCounts"])
        waiting = answer["data"]["workQueue"]["totalCount"]
        return None if counted == waiting else f"counts {counted} of {waiting}"

    async def _judge_notice(self, who: str | None, id: str) -> str | None:
        told = await self.ways.ask(NOTICE, who, id=id)
        nothing = build_id("PublicNotice", Publicity(id=uuid4()))
        unknown = await self.ways.ask(NOTICE, who, id=nothing)
        return None if told == unknown else "differs from what is not there"

    async def _judge_progress(self, who: str, id: str) -> str | None:
        told = await self._hear_first(who, id)
        if id in self.ways.visible[who]:
            return None if '"RosterProgressPayload"' in told else "is not told"
        unknown = await self._hear_first(who, make_unknown_id("Roster"))
        return None if told == unknown else "differs from what is not there"

    async def _hear_first(self, who: str, id: str) -> str:
        async with self._open_connection(who) as connection:
            asked = {"query": PROGRESS, "variables": {"input": {"id": id}}}
            await _say(connection, {"type": "subscribe", "id": "1", "payload": asked})
            return str((await connection.next())["text"])

    @asynccontextmanager
    async def _open_connection(self, who: str) -> AsyncIterator[Connection]:
        """Open a socket to the application itself."""
        headers = [(b"host", b"jiuye.test"), (b"accept-language", b"en")]
        scope: dict[str, object] = {
            **{"type": "websocket", "scheme": "ws", "path": "/graphql", "query_string": b""},
            **{"subprotocols": ["graphql-transport-ws"], "headers": headers},
            **{"client": ("127.0.0.1", 1), "server": ("jiuye.test", 80), "root_path": ""},
        }
        connection = Connection(self.world.app, scope)
        try:
            await connection.inbox.put({"type": "websocket.connect"})
            assert (await connection.next())["type"] == "websocket.accept"
            stated = {"authorization": f"Bearer {self.world.issue_token(who)}"}
            await _say(connection, {"type": "connection_init", "payload": stated})
            await connection.next()
            yield connection
        finally:
            await connection.inbox.put({"type": "websocket.disconnect", "code": 1001})
            await connection.task

    async def _judge_batch_link(self, who: str, id: str) -> str | None:
        """Nobody of the scene had the batch written but its operator, who sees no batches."""
        answer = await self.ways.ask(EXPORTED_BATCH, who, id=id)
        url = ((answer.get("data") or {}).get("node") or {}).get("url")
        return "gives a link to who did not write it" if url else None

    async def _judge_template(self, who: str) -> str | None:
        answer = await self.ways.ask(TEMPLATE, who)
        if "errors" in answer:
            return f"fails: {answer['errors'][0]['message']}"
        return await self.ways.judge_url(who, answer["data"]["rosterTemplate"]["url"])

    async def _judge_failed_rows(self, who: str, id: str) -> str | None:
        given = {"input": {"id": id}}
        told = (await self.ways.ask(FAILED_ROWS, who, **given))["data"]["requestFailedRows"]
        if id in self.ways.visible[who]:
            url = told.get("url")
            return await self.ways.judge_url(who, url) if url else None
        given = {"input": {"id": make_unknown_id("Roster")}}
        unknown = (await self.ways.ask(FAILED_ROWS, who, **given))["data"]["requestFailedRows"]
        return None if told == unknown else "differs from what is not there"


async def _say(connection: Connection, message: object) -> None:
    text = orjson.dumps(message).decode()
    await connection.inbox.put({"type": "websocket.receive", "text": text})
