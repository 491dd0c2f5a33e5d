"""Every way to a record that the schema has, for every viewer: what is asked and what is due."""

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from itertools import product
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    get_named_type,
    is_list_type,
    is_required_argument,
)
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from models import Account, Base
from tests.factories.rows import CHAOYANG_DISTRICT, NANGUAN_DISTRICT, NATIONWIDE_ACTOR
from tests.matrix.case import Case, relate
from tests.matrix.expectation import FIELDS_OF_SOME, LISTED, list_expectations
from tests.matrix.scope import NARROWED, ids_in, list_consulted, visible
from tests.schema.places import PLACES, meant
from tests.schema.scene import Scene, build_id, make_unknown_id
from tests.schema.shape import (
    MUTATIONS,
    QUERIES,
    InputPath,
    build_arguments,
    find_scalar_paths,
    list_record_types,
    replace_at,
    write_document,
    write_selections,
)

NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
LINK = "query ($id: ID!) { node(id: $id) { ... on Attachment { url } } }"
EXPORT = """query ($list: ExportList!) { export(list: $list, format: CSV, by: [REGION]) { url } }"""
FILTER_VALUES: Mapping[str, tuple[object, ...]] = {
    "RegionCode": (CHAOYANG_DISTRICT, NANGUAN_DISTRICT, "220000"),
    "String": ("near", "far", "见习生"),
    "CreditCode": (),
    "Date": ("2000-01-01", "2030-01-01"),
    "YearMonth": ("2024-07", "2030-01"),
    "Int": (2024,),
    "Boolean": (True, False),
    "Money": ("0.00", "1880.00"),
}
"""What is filtered by: what hidden records have, so that a filter that opens them is seen."""
PAGING = {"first", "after", "orderBy"}
NONE: Mapping[str, Any] = {}
EXPORTED = ("CLAIMS", "CLAIM_LINES")


class Ways:
    """The cases of a scene, way by way."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.world = scene.world
        self.visible = {who: visible(scene, who) for who in (*self.world.accounts, None)}
        self.rows: dict[str, tuple[str, Base]] = {
            build_id(name.partition(" ")[0], row): (name.partition(" ")[0], row)
            for known in scene.records.values()
            for name, row in known.items()
        }
        self.lists = [n for n, f in QUERIES.items() if _name(f).endswith("Connection")]
        self._whole: dict[tuple[str, str | None], tuple[list[str], int]] = {}
        self._unknown: dict[tuple[str | None, str], bytes] = {}

    def list_reads(self) -> Iterator[Case]:
        """Give the cases that write nothing."""
        for way in (
            *(self.list_records, self.list_lists, self.list_filters, self.list_orders),
            *(self.list_cursors, self.list_roots, self.list_fields, self.list_links),
            *(self.list_fields_of_some, self.list_exports),
        ):
            yield from way()

    def list_writes(self) -> Iterator[Case]:
        """Give the cases that may write."""
        yield from self.list_named_records()
        yield from self.list_entries()

    def list_records(self) -> Iterator[Case]:
        """`node`, `nodes`: found by whom it concerns; else as what is not there, byte for byte."""
        for who in self.visible:
            for id, (name, row) in self.rows.items():
                judge = partial(self._judge_node, who, id)
                yield Case("node", name, who, self.relate(who, row), judge)
            yield Case("nodes", "all records", who, "any", partial(self._judge_nodes, who))

    def list_lists(self) -> Iterator[Case]:
        """Lists and counts: all that the viewer may see of a type, and no more."""
        for name, who in self._each_list():
            yield Case("list", name, who, "any", partial(self._judge_list, name, who))

    def list_filters(self) -> Iterator[Case]:
        """Filters only take away, whatever they are about."""
        for name, who in self._each_list():
            for argument, given in QUERIES[name].args.items():
                if argument in PAGING or is_required_argument(QUERIES[name].args[argument]):
                    continue
                for value in self._list_values(given.type):
                    subject = f"{name}({argument}: {value})"
                    judge = partial(self._judge_filter, name, who, argument, value)
                    yield Case("filter", subject, who, "any", judge)

    def list_orders(self) -> Iterator[Case]:
        """Orders show the same rows."""
        for name, who in self._each_list():
            order: Any = (
                get_named_type(QUERIES[name].args["orderBy"].type) if _is_ordered(name) else 0
            )
            for value in order.values if order else ():
                judge = partial(self._judge_order, name, who, value)
                yield Case("order", f"{name}({value})", who, "any", judge)

    def list_cursors(self) -> Iterator[Case]:
        """A cursor of a row that is hidden opens nothing."""
        for name, who in self._each_list():
            yield Case("cursor", name, who, "any", partial(self._judge_cursor, name, who))

    def list_roots(self) -> Iterator[Case]:
        """Root fields with all that they lead to."""
        for name, field in QUERIES.items():
            shape: Any = get_named_type(field.type)
            if name in {"node", "nodes"} or not hasattr(shape, "fields"):
                continue
            for number, part in enumerate(write_selections(shape, 1)):
                for who in self.visible:
                    judge = partial(self._judge_root, name, part, who)
                    yield Case("root", f"{name} {number}", who, "any", judge)

    def list_fields(self) -> Iterator[Case]:
        """Fields of a record that is seen, and all that they lead to."""
        types = list_record_types()
        for who in self.visible:
            for id in sorted(self.visible[who] & self.rows.keys()):
                name, row = self.rows[id]
                for number, part in enumerate(write_selections(types[name], 1)):
                    judge = partial(self._judge_fields, who, id, name, part)
                    subject = f"{name} {number} {id}"
                    yield Case("field", subject, who, self.relate(who, row), judge)

    def list_fields_of_some(self) -> Iterator[Case]:
        """Fields of a record that not all who see it may have."""
        for name, viewers in FIELDS_OF_SOME.items():
            type_name, _, field = name.partition(".")
            for who in self.visible:
                for id in sorted(self.visible[who] & self.rows.keys()):
                    known, row = self.rows[id]
                    if known == type_name:
                        judge = partial(self._judge_field_of_some, who, id, name, who in viewers)
                        subject = f"{type_name}.{field} {id}"
                        yield Case("field", subject, who, self.relate(who, row), judge)

    def list_links(self) -> Iterator[Case]:
        """Links of files: theirs alone who see the record, and dead when access has ended."""
        for who in self.visible:
            for id, (name, row) in self.rows.items():
                if name == "Attachment":
                    judge = partial(self._judge_link, who, id)
                    yield Case("file", name, who, self.relate(who, row), judge)

    def list_exports(self) -> Iterator[Case]:
        """Exports hold what the list shows, and their links are dead when access has ended."""
        may = dict(list_expectations())["export"]
        for list, who in product(EXPORTED, filter(None, self.visible.keys() & may)):
            yield Case("export", list, who, "any", partial(self._judge_export, list, who))

    def list_named_records(self) -> Iterator[Case]:
        """Ids in arguments: what is hidden answers as what is not there."""
        may = dict(list_expectations())
        queries = [
            (name, path)
            for name, field in QUERIES.items()
            for path in find_scalar_paths(field, "ID")
            if name not in self.lists  # those are filters
        ]
        for name, place in (*queries, *PLACES):
            if name in {"node", "nodes"}:
                continue
            for who in self.visible:
                if who not in may.get(name, ()):
                    continue
                for id, (type_name, row) in self.rows.items():
                    about = meant(name, place) if name in MUTATIONS else type_name
                    if type_name != about or id in self.visible[who]:
                        continue
                    judge = partial(self._judge_named, who, name, place, id, row)
                    subject = f"{name} {'.'.join(map(str, place))} {type_name}"
                    yield Case("argument", subject, who, self.relate(who, row), judge)

    def list_entries(self) -> Iterator[Case]:
        """Root fields let in those of section 5; nobody whose access was revoked."""
        for name, viewers in list_expectations():
            if name not in QUERIES and name not in MUTATIONS:
                continue  # a subscription: see told.py
            for who in self.visible:
                judge = partial(self._judge_entry, name, who, who in viewers)
                yield Case("entry", name, who, "absent", judge)
                if who is not None:
                    judge = partial(self._judge_revoked, name, who)
                    yield Case("entry", name, who, "revoked", judge)

    def relate(self, who: str | None, row: Base) -> str:
        return relate(self.world.accounts[who] if who else None, row)

    def _each_list(self) -> Iterator[tuple[str, str | None]]:
        for name in self.lists:
            for who in self.visible:
                yield name, who

    def _list_values(self, type_: Any) -> Iterator[object]:
        inner: Any = get_named_type(type_)
        wrap: Callable[[object], object] = (lambda v: [v]) if is_list_type(type_) else (lambda v: v)
        if isinstance(inner, GraphQLEnumType):
            yield from map(wrap, inner.values)
        elif inner.name == "CreditCode":
            units: Any = [self.scene.records[whose]["Unit"] for whose in ("near", "far")]
            yield from (unit.credit_code for unit in units)
        elif inner.name == "ID":
            named = ("Unit", "Intern", "Post", "Person")
            yield from (id_ for id_, (name, _) in self.rows.items() if name in named)
        else:
            yield from FILTER_VALUES[inner.name]

    async def _send(self, document: str, who: str | None, **variables: object) -> tuple[int, bytes]:
        headers = {"accept-language": "en"}
        if who is not None:
            headers["authorization"] = f"Bearer {self.world.issue_token(who)}"
        body = {"query": document, "variables": variables}
        answer = await self.world.client.post("/graphql", json=body, headers=headers)
        return answer.status_code, answer.content

    async def ask(self, document: str, who: str | None, **variables: Any) -> Any:
        return (await self.world.ask(document, who, **variables)).body

    def _find_hidden(self, who: str | None, answer: Any) -> str | None:
        """Tell of records of the scene in an answer that the viewer may not see."""
        ids = ids_in(answer) if isinstance(answer, dict) else answer
        hidden = (set(ids) & self.rows.keys()) - self.visible[who]
        told = sorted(self.rows[id][0] for id in hidden)
        return f"shows hidden {', '.join(told)}" if told else None

    async def _judge_node(self, who: str | None, id: str) -> str | None:
        name, _ = self.rows[id]
        status, found = await self._send(NODE, who, id=id)
        if id in self.visible[who]:
            due = f'"id":"{id}"'.encode()
            return None if status == 200 and due in found else "is not found"
        if (who, name) not in self._unknown:
            _, unknown = await self._send(NODE, who, id=make_unknown_id(name))
            self._unknown[who, name] = unknown
        return None if found == self._unknown[who, name] else "differs from what is not there"

    async def _judge_nodes(self, who: str | None) -> str | None:
        ids = list(self.rows)
        for start in range(0, len(ids), 100):
            part = ids[start : start + 100]
            found = set(ids_in(await self.ask(NODES, who, ids=part)))
            if found != self.visible[who] & set(part):
                return "nodes are not those that may be seen"
        return None

    async def _load_list(
        self, name: str, who: str | None, arguments: str = "", given: Mapping[str, Any] = NONE
    ) -> tuple[list[str], int]:
        """Read a list to its end: its ids, "" for what has none, and the count that it tells."""
        field = QUERIES[name]
        given = {"after": None, **build_arguments(field), **given}
        heads = "".join(f" ${n}: {field.args[n].type}" for n in given)
        passed = "".join(f" {n}: ${n}" for n in given)
        text = f"""query ({heads}) {{ {name}(first: 100 {arguments} {passed}) {{ totalCount
          pageInfo {{ hasNextPage endCursor }} edges {{ node {{ {_select_id(field)} }} }} }} }}"""
        found: list[str] = []
        after: str | None = given["after"]
        while True:
            answer = await self.ask(text, who, **{**given, "after": after})
            told = (answer.get("data") or {}).get(name)
            if told is None:
                return found, 0
            found += [edge["node"].get("id", "") for edge in told["edges"]]
            if not told["pageInfo"]["hasNextPage"]:
                return found, told["totalCount"]
            after = told["pageInfo"]["endCursor"]

    async def _load_whole(self, name: str, who: str | None) -> tuple[list[str], int]:
        """Read a list unfiltered, once: nothing is written while lists are judged."""
        if (name, who) not in self._whole:
            self._whole[name, who] = await self._load_list(name, who)
        return self._whole[name, who]

    async def _load_cursors(self, name: str) -> dict[str, str]:
        """Read the cursors of the rows that an auditor sees, by the rows' ids."""
        text = f"""{{ {name}(first: 100) {{
          edges {{ cursor node {{ {_select_id(QUERIES[name])} }} }} }} }}"""
        told = ((await self.ask(text, "auditor")).get("data") or {}).get(name) or {"edges": []}
        return {edge["node"].get("id", ""): edge["cursor"] for edge in told["edges"]}

    async def _judge_list(self, name: str, who: str | None) -> str | None:
        found, count = await self._load_whole(name, who)
        if count != len(found) or ("" not in found and len(set(found)) != len(found)):
            return f"counts {count} and shows {len(found)}"
        kind, known = LISTED.get(name), set(found) & self.rows.keys()
        if kind is None or who is None:
            return self._find_hidden(who, known)
        due = {id for id in self.visible[who] & self.rows.keys() if self._is_of(id, kind)}
        due -= list_consulted(self.scene, who)
        return None if known == due else f"lacks {len(due - known)}, has {len(known - due)} more"

    def _is_of(self, id: str, kind: str) -> bool:
        name = self.rows[id][0]
        return name == kind or (kind == "Claim" and name.endswith("Claim"))

    async def _judge_filter(
        self, name: str, who: str | None, argument: str, value: object
    ) -> str | None:
        found, count = await self._load_list(name, who, given={argument: value})
        if count != len(found):
            return f"counts {count} and shows {len(found)}"
        whole, _ = await self._load_whole(name, who)
        added = set(found) - set(whole)
        return f"shows {len(added)} more" if added else self._find_hidden(who, found)

    async def _judge_order(self, name: str, who: str | None, order: str) -> str | None:
        found, count = await self._load_list(name, who, f"orderBy: {order}")
        whole, due = await self._load_whole(name, who)
        return None if (sorted(found), count) == (sorted(whole), due) else "shows other rows"

    async def _judge_cursor(self, name: str, who: str | None) -> str | None:
        whole, _ = await self._load_whole(name, who)
        for id, cursor in (await self._load_cursors(name)).items():
            if id in self.visible[who]:
                continue
            found, _ = await self._load_list(name, who, given={"after": cursor})
            if not set(found) <= set(whole):
                return "shows more after the cursor of a row that is hidden"
        return None

    async def _judge_root(self, name: str, part: str, who: str | None) -> str | None:
        field = QUERIES[name]
        text = write_document("query", name, field, part)
        return self._find_hidden(who, await self.ask(text, who, **build_arguments(field)))

    async def _judge_fields(self, who: str | None, id: str, name: str, part: str) -> str | None:
        text = f"query ($id: ID!) {{ node(id: $id) {{ id ... on {name} {part} }} }}"
        answer = await self.ask(text, who, id=id)
        if "errors" in answer:
            return f"fails: {answer['errors'][0]['message']}"
        return self._find_hidden(who, answer)

    async def _judge_field_of_some(
        self, who: str | None, id: str, name: str, expected: bool
    ) -> str | None:
        type_name, _, field = name.partition(".")
        text = f"""query ($id: ID!) {{ node(id: $id) {{ ... on {type_name} {{
          {field} {{ __typename }} }} }} }}"""
        _, told = await self._send(text, who, id=id)
        refused = b'"code":"FORBIDDEN"' in told
        return None if refused == (not expected) else "is shown to whom it is not for, or hidden"

    async def _judge_link(self, who: str | None, id: str) -> str | None:
        answer = await self.ask(LINK, who, id=id)
        url = ((answer.get("data") or {}).get("node") or {}).get("url")
        if id not in self.visible[who]:
            return "gives a link to a hidden file" if url else None
        if who is None or url is None:
            return "gives no link"
        return await self.judge_url(who, url)

    async def judge_url(self, who: str, url: str) -> str | None:
        """A link is good for its account, for no other, and for nobody once access has ended."""
        other = next(name for name in self.world.accounts if name != who)
        stolen = {"authorization": f"Bearer {self.world.issue_token(other)}"}
        if (await self.world.client.get(url)).status_code != 200:
            return "the link opens nothing"
        if (await self.world.client.get(url, headers=stolen)).status_code == 200:
            return "the link is good for another account"
        async with self._closed(who):
            late = await self.world.client.get(url)
        return "the link outlives the account" if late.status_code == 200 else None

    @asynccontextmanager
    async def _closed(self, who: str) -> AsyncIterator[None]:
        """Let an account be closed for a moment: links ask the database itself."""
        await self._set_active(who, active=False)
        try:
            yield
        finally:
            await self._set_active(who, active=True)

    async def _set_active(self, who: str, *, active: bool) -> None:
        chosen = Account.id == self.world.accounts[who].id
        async with AsyncSession(self.world.administration) as session, session.begin():
            await set_rls_context(session, NATIONWIDE_ACTOR)
            await session.execute(update(Account).where(chosen).values(active=active))

    async def _judge_export(self, list: str, who: str) -> str | None:
        answer = await self.ask(EXPORT, who, list=list)
        if "errors" in answer:
            return f"fails: {answer['errors'][0]['message']}"
        url = answer["data"]["export"]["url"]
        text = (await self.world.client.get(url)).content.decode("utf-8-sig")
        found = {row["记录标识"] for row in csv.DictReader(io.StringIO(text))}
        shown, _ = await self._load_whole("claims" if list == "CLAIMS" else "claimLines", who)
        due = set(shown)
        if who in NARROWED:  # a paid line is theirs, but its claim, a draft in the scene, is not
            due -= {self.scene.get_id("near", "ClaimLine paid")}
        if found != due:
            return f"lacks {len(due - found)}, has {len(found - due)} more"
        return await self.judge_url(who, url)

    async def _judge_named(
        self, who: str | None, name: str, place: InputPath, id: str, row: Base
    ) -> str | None:
        field, text = _write(name)
        answers = set()
        for named in (
            id,
            make_unknown_id(self.rows[id][0]),
            make_unknown_id(self.rows[id][0], row),
        ):
            given = replace_at(build_arguments(field), place, named)
            answers.add(await self._send(text, who, **given))
        return None if len(answers) == 1 else "differs from what is not there"

    async def _judge_entry(self, name: str, who: str | None, expected: bool) -> str | None:
        field, text = _write(name)
        status, told = await self._send(text, who, **build_arguments(field))
        refused = b'"Forbidden"' in told or b'"code":"FORBIDDEN"' in told
        if status != 200:
            return f"answers {status}"
        if refused == (not expected):
            return None
        return "lets nobody in" if refused else "lets in whom it is not for"

    async def _judge_revoked(self, name: str, who: str) -> str | None:
        field, text = _write(name)
        revocations, account = self.world.service.revocations, self.world.accounts[who].id
        revocations.revoke(account)
        try:
            status, _ = await self._send(text, who, **build_arguments(field))
        finally:
            revocations.restore(account)
        return None if status == 401 else f"answers {status} to whose access has ended"


def _write(name: str) -> tuple[GraphQLField, str]:
    """Write an operation of a root field."""
    kind, field = ("mutation", MUTATIONS[name]) if name in MUTATIONS else ("query", QUERIES[name])
    return field, write_document(kind, name, field)


def _select_id(field: GraphQLField) -> str:
    """Select what names a list's rows, where they have a name."""
    shape: Any = get_named_type(field.type)
    node: Any = get_named_type(get_named_type(shape.fields["edges"].type).fields["node"].type)
    return "id" if "id" in node.fields else "__typename"


def _name(field: GraphQLField) -> str:
    return get_named_type(field.type).name


def _is_ordered(name: str) -> bool:
    return "orderBy" in QUERIES[name].args
