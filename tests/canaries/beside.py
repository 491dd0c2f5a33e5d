"""Let canaries out beside the SDL: headers, addresses, documents, frames, files and their cells."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from urllib.parse import quote

import orjson

from models import FactKind, RosterKind
from rules.facts.fact_shape import list_columns
from rules.rosters.roster_form import get_form
from tests.canaries.canary import Kind, list_spellings
from tests.canaries.walk import TOLD, Walk, is_done
from tests.factories.files import a_pdf
from tests.factories.rows import CHAOYANG_DISTRICT, a_credit_code
from tests.factories.workbook import a_workbook
from tests.schema.scene import build_id
from tests.server.serving import PROTOCOL

HEADERS = (
    *("authorization", "jiuye-on-behalf-of", "user-agent", "accept-language", "accept"),
    *("x-request-id", "traceparent", "forwarded", "x-forwarded-for", "origin", "cookie"),
    *("apollographql-client-name", "graphql-client-name", "idempotency-key", "content-type"),
)
SIGN_IN = f"mutation ($input: CredentialsInput!) {{ signIn(input: $input) {TOLD} }}"
UPLOAD = """mutation ($input: FileDraftInput!) { requestRosterUpload(input: $input) {
  __typename ... on UploadPayload { upload { id url } } } }"""
RECORD_UPLOAD = """mutation ($input: UploadDraftInput!) { requestUpload(input: $input) {
  __typename ... on UploadPayload { upload { id url } } } }"""
CREATE_ROSTER = """mutation ($input: RosterDraftInput!) { createRoster(input: $input) {
  __typename ... on RosterPayload { roster { id } } ... on Invalid { faults { reason } }
  ... on Refusal { reason } } }"""
LOAD_FACTS = f"mutation ($input: FactsDraftInput!) {{ loadFacts(input: $input) {TOLD} }}"
Way = Callable[[Walk], Awaitable[None]]


def _release_plain(walk: Walk, place: str) -> Iterator[tuple[str, str]]:
    """Make up one of each kind, plain; give what it is called and its text."""
    for kind in Kind:
        name = f"{place} {kind}"
        walk.places.add(place)
        yield name, walk.aviary.release(kind, list_spellings(kind)[0], name).text


async def ask_by_headers(walk: Walk) -> None:
    """Name them in headers, of somebody who signs in and of somebody who asks."""
    credentials = {"input": {"account": "nobody-here", "password": "wrong password"}}
    bodies = ({"query": SIGN_IN, "variables": credentials}, {"query": "{ viewer { name } }"})
    for header in HEADERS:
        for name, text in _release_plain(walk, f"header {header}"):
            said = {header: quote(text)}
            for body in bodies:
                walk.note(name, await walk.stage.post(body, None, **said))


async def ask_by_addresses(walk: Walk) -> None:
    """Name them in paths and query strings."""
    client = walk.stage.served.client
    for path in ("/{}", "/files/{}", "/graphql/{}", "/publicity/{}", "/objections/{}"):
        for name, text in _release_plain(walk, f"path {path}"):
            for send in (client.get, client.put, client.delete):
                walk.note(name, (await send(path.format(quote(text)))).text)
    for name, text in _release_plain(walk, "query string"):
        variables = quote(orjson.dumps({"name": text}))
        document = quote("query ($name: String) { units(name: $name) { totalCount } }")
        for query in (
            f"query={document}&variables={variables}",
            f"query={quote(text)}",
            f"{quote(text)}=1",
            f"query={document}&operationName={quote(text)}&variables={{",
        ):
            walk.note(name, (await client.get(f"/graphql?{query}")).text)


async def ask_by_documents(walk: Walk) -> None:
    """Name them wherever a document has room for words."""
    for name, text in _release_plain(walk, "document"):
        word = f"a{text}" if text.isdigit() or text[0].isdigit() else "nobody"
        for document in (
            f"{{ {word} }}",
            f"query {word} {{ viewer {{ name }} }}",
            f"{{ viewer {{ name }} }} # {text}",
            f'{{ units(name: "{text}") {{ totalCount nope }} }}',
            f'{{ units(first: "{text}") {{ totalCount }} }}',
            f'{{ units(name: "{text}',
            f"{{ viewer @{word} {{ name }} }}",
            f"{{ ...{word} }} fragment {word} on Query {{ viewer {{ name }} }}",
            f"query (${word}: Int = {word}) {{ viewer {{ name }} }}",
            f'{{ units({word}: "{text}") {{ totalCount }} }}',
            f"{{ claims(status: {word}) {{ totalCount }} }}",
        ):
            for who in (None, "near"):
                walk.note(name, await walk.stage.post({"query": document}, who))


async def ask_by_bodies(walk: Walk) -> None:
    """Name them in bodies that are no requests."""
    client = walk.stage.served.client
    for name, text in _release_plain(walk, "body"):
        for body in (
            text,
            f'"{text}"',
            f'{{"query": "{{viewer{{name}}}}", "{text}": "{text}"}}',
            f'{{"query": "{{viewer{{name}}}}", "variables": {{"{text}": "{text}"}}}}',
            f'{{"query": "{{viewer{{name}}}}", "operationName": "{text}"}}',
            f'{{"query": "{{viewer{{name}}}}", "extensions": {{"{text}": "{text}"}}}}',
            f'{{"query": "{text}", ',
        ):
            headers = {"content-type": "application/json"}
            answer = await client.post("/graphql", content=body.encode(), headers=headers)
            walk.note(name, answer.text)


async def ask_by_frames(walk: Walk) -> None:
    """Name them in what a socket is sent."""
    for name, text in _release_plain(walk, "frame"):
        for frame in (
            {"type": "connection_init", "payload": {"authorization": f"Bearer {text}"}},
            {"type": "connection_init", "payload": {text: text}},
            {"type": text},
            {"type": "subscribe", "id": text, "payload": {"query": text}},
        ):
            async with walk.stage.served.connected(PROTOCOL) as socket:
                await socket.say(frame)
                if frame == {"type": "connection_init", "payload": {text: text}}:
                    await socket.hear()
                    await socket.subscribe("subscription X { nope }", name=text)
                    walk.note(name, orjson.dumps((await socket.hear())["payload"]).decode())
                else:
                    await socket.closed()


async def ask_by_forms(walk: Walk) -> None:
    """Name them in the fields of the public pages' forms."""
    stage = walk.stage
    notice = stage.scene.records["near"]["Publicity"]
    pages = {
        f"/public/notices/{build_id('PublicNotice', notice)}/objection": (
            *("text", "contactName", "contactMobile"),
        ),
        "/public/objections": ("number",),
    }
    for path, fields in pages.items():
        for field in fields:
            for name, text in _release_plain(walk, f"form {field}"):
                form = {"text": "文字", "contactName": "王小明", "contactMobile": "13800005678"}
                answer = await stage.served.client.post(path, data=form | {field: text})
                walk.note(name, answer.text)


async def send_files(walk: Walk) -> None:
    """Name them in files, which are kept sealed, and in files that are none."""
    for name, text in _release_plain(walk, "content of a file"):
        whole = a_pdf()[:-7] + text.encode() + b"\n%%EOF\n"
        for content in (whole, text.encode()):
            asked = {"recordKind": "DECLARATION", "name": "材料.pdf", "size": len(content)}
            upload = await _announce(walk, RECORD_UPLOAD, asked)
            walk.note(name, str(await walk.stage.send_file(upload, content)))


async def send_rosters(walk: Walk) -> None:
    """Name them in each cell of rosters in every spelling, and have these checked."""
    for kind in RosterKind:
        columns = get_form(kind).columns
        base = [column.example for column in columns]
        rows = list[list[str]]()
        for place, text in _release_cells(walk, f"roster {kind}", [c.key for c in columns]):
            rows.append([*base[:place], text, *base[place + 1 :]])
        content = a_workbook([[column.heading for column in columns], *rows], "人员名单")
        upload = await _announce(walk, UPLOAD, {"name": "人员.xlsx", "size": len(content)})
        await walk.stage.send_file(upload, content)
        draft: dict[str, Any] = {"kind": kind, "uploadId": upload["id"]}
        if kind in {RosterKind.TRAINEES, RosterKind.SCORES}:
            draft["classId"] = walk.stage.scene.get_id("near", "TrainingClass")
        else:
            draft["place"] = CHAOYANG_DISTRICT
        if kind is RosterKind.SERVICE:
            draft["beneficiary"] = "PERSON"
        body = {"query": CREATE_ROSTER, "variables": {"input": draft}}
        text = await walk.stage.post(body, "near")
        walk.note(f"roster {kind}", text)
        if is_done(text):
            roster = orjson.loads(text)["data"]["createRoster"]["roster"]["id"]
            await walk.stage.wait_for_roster(roster, "near")
        await walk.stage.forget_tries()


async def send_facts(walk: Walk) -> None:
    """Name them in each cell of facts in every spelling."""
    base = {
        "employer_credit_code": a_credit_code(1),
        "month": "2024-10",
        "registered_on": "2024-01-01",
        "transferred_on": "2024-03-01",
        "starts_on": "2024-11-01",
        "graduated_on": "2024-06-30",
        "education": "大学本科",
        "destination": "长春",
        "school": "吉林大学",
    }
    for kind in FactKind:
        names = [column.name for column in list_columns(kind)]
        for place, text in _release_cells(walk, f"facts {kind}", names):
            row = [base.get(name, "") for name in names]
            row[place] = text
            told = {"kind": kind, "source": "社保局", "asOf": "2025-03-01", "region": "220000"}
            body = {
                "query": LOAD_FACTS,
                "variables": {"input": told | {"columns": names, "rows": [row]}},
            }
            walk.note(f"facts {kind} {names[place]}", await walk.stage.post(body, "supplier"))


def _release_cells(walk: Walk, what: str, names: list[str]) -> Iterator[tuple[int, str]]:
    """Make up one for each cell, kind and spelling; give the cell's place and the text."""
    for place, name in enumerate(names):
        walk.places.add(f"{what} {name}")
        for kind in Kind:
            for spelling in list_spellings(kind):
                label = f"{what} {name} {kind} {spelling}"
                if walk.is_sampled(label):
                    yield place, walk.aviary.release(kind, spelling, label).text


async def _announce(walk: Walk, document: str, asked: dict[str, Any]) -> Any:
    body = {"query": document, "variables": {"input": asked}}
    (told,) = orjson.loads(await walk.stage.post(body, "near"))["data"].values()
    await walk.stage.forget_tries()
    return told["upload"]


WAYS: tuple[Way, ...] = (
    *(ask_by_headers, ask_by_addresses, ask_by_documents, ask_by_bodies, ask_by_frames),
    ask_by_forms,
    *(send_files, send_rosters, send_facts),
)


async def ask_beside(walk: Walk) -> None:
    """Take every way beside the SDL."""
    for way in WAYS:
        await way(walk)
        await walk.stage.forget_tries()
