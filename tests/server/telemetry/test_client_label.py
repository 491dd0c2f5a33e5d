"""Who asks by which program is told in log and figures: in few words, and never a person's."""

import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
import structlog
from prometheus_client import REGISTRY
from starlette.requests import HTTPConnection

from models import Role
from resolvers.kernel.context import Context
from rules.kernel.viewer import Viewer
from server.http.client_name import get_client_headers, read_client, read_client_version
from server.telemetry.client_label import (
    CLIENT_LABELS,
    MOST_CLIENTS,
    MOST_OF_ADDRESS,
    NO_LABEL,
    OTHER_LABEL,
    ClientLabels,
)
from server.telemetry.log import configure_logging
from tests.factories.database import Database
from tests.factories.rows import an_id
from tests.factories.world import World, a_world

NAME = "{ viewer { name } }"
AMY = Viewer(account_id=an_id("account", "amy"))


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    CLIENT_LABELS.forget()  # those of the process, whose accounts bring few
    async with a_world(database) as made:
        await made.add_account("amy", Role.DISTRICT_OFFICER)
        yield made


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    before, level = logging.root.handlers[:], logging.root.level
    stream = io.StringIO()
    configure_logging(stream=stream)
    yield stream
    logging.root.handlers[:] = before
    logging.root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


def a_viewer(number: int) -> Viewer:
    return Viewer(account_id=an_id("account", number))


def ask_as(
    world: World, name: str | None, version: str | None, viewer: Viewer = AMY, address: str = ""
) -> Context:
    context = Context(world.service, viewer, address, client=name)
    context.client_version = version
    return context


@pytest.mark.parametrize("prefix", ["apollographql-client", "graphql-client"])
async def test_a_program_that_names_itself_stands_in_the_log_and_in_the_figures(
    world: World, lines: io.StringIO, prefix: str
) -> None:
    named = {f"{prefix}-name": f"desk {prefix}", f"{prefix}-version": "1.2.0"}
    token = {"authorization": f"Bearer {world.issue_token('amy')}"}
    await world.client.post("/graphql", json={"query": NAME}, headers=named | token)
    await world.client.post("/graphql", json={"query": "{ nothing }"}, headers=named | token)
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    operations = [event for event in told if event["event"] == "operation"]
    assert {(each["client"], each["client_version"]) for each in operations} == {
        (f"desk {prefix}", "1.2.0")
    }
    for status in ("ok", "error"):
        labels = {"client": f"desk {prefix}", "version": "1.2.0", "type": "query", "status": status}
        assert REGISTRY.get_sample_value("jiuye_client_operations_total", labels) == 1


def test_a_process_knows_so_many_programs_and_those_of_strangers_only_if_somebody_has_them(
    world: World,
) -> None:
    labels = ClientLabels()
    assert labels.choose_label(ask_as(world, None, "1")) == NO_LABEL
    assert labels.choose_label(ask_as(world, "desk", "1", Viewer())) == OTHER_LABEL
    assert labels.choose_label(ask_as(world, "desk", "1")) == ("desk", "1")
    assert labels.choose_label(ask_as(world, "desk", "1", Viewer())) == ("desk", "1")
    given = {labels.choose_label(ask_as(world, f"p{n}", None, a_viewer(n))) for n in range(100)}
    assert len(given) == MOST_CLIENTS
    assert OTHER_LABEL in given


def test_one_account_or_address_brings_few_programs_and_all_begin_anew_the_next_day(
    world: World,
) -> None:
    labels = ClientLabels()
    of_account = [labels.choose_label(ask_as(world, f"a{n}", None)) for n in range(20)]
    assert [each.name for each in of_account if each != OTHER_LABEL] == ["a0", "a1", "a2"]
    of_address = [
        labels.choose_label(ask_as(world, f"b{n}", None, a_viewer(n), "203.0.113.9"))
        for n in range(40)
    ]
    assert sum(each != OTHER_LABEL for each in of_address) == MOST_OF_ADDRESS
    assert labels.choose_label(ask_as(world, "late", None, a_viewer(99))).name == "late"
    world.clock.now += timedelta(days=1)
    assert labels.choose_label(ask_as(world, "a0", "2")) == ("a0", "2")
    assert labels.choose_label(ask_as(world, "a1", None, Viewer())) == OTHER_LABEL


def test_a_program_with_a_manifest_keeps_its_name_whoever_fills_the_places(world: World) -> None:
    labels = ClientLabels()
    labels.keep_names(["desk"])
    for n in range(100):
        labels.choose_label(ask_as(world, f"p{n}", None, a_viewer(n)))
    assert labels.choose_label(ask_as(world, "desk", "1")) == ("desk", "other")
    assert labels.choose_label(ask_as(world, "desk", "13812345678")) == ("desk", "other")
    assert labels.choose_label(ask_as(world, "p99", None)) == OTHER_LABEL


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("110101199003071234", None),
        ("desk", "13812345678"),
        ("张三", None),
        ('desk"} 1\n', None),
        ("desk", " "),
    ],
)
def test_x11_what_may_be_a_persons_is_no_label(
    world: World, name: str, version: str | None
) -> None:
    assert ClientLabels().choose_label(ask_as(world, name, version)) == OTHER_LABEL


@pytest.mark.parametrize("inside", [True, False])
def test_a_sockets_client_names_itself_as_it_begins(inside: bool) -> None:
    stated = {"GraphQL-Client-Name": "desk", "graphql-client-version": "2"}
    first: dict[str, object] = {"headers": stated} if inside else {**stated}
    state: dict[str, object] = {}
    for params in (first, {"authorization": "Bearer x"}):
        state["connection_params"] = params
        scope = {"type": "websocket", "headers": [], "state": state}
        found = get_client_headers(HTTPConnection(scope))
        assert (read_client(found), read_client_version(found)) == ("desk", "2")
