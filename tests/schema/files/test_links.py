"""X10: a link of any kind is nothing once its holder's session, account or function is gone."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from starlette.routing import Route

from gateways.client_certificate import read_certificate_header
from loaders.actor import build_actor
from resolvers.desk import export, extract
from resolvers.files import attachment, upload
from resolvers.kernel import link
from resolvers.kernel.access import load_standing_access
from resolvers.kernel.link import open_link, sign_viewer_link
from resolvers.kernel.viewer import parse_viewer
from resolvers.payment import batch_export
from resolvers.rosters import roster_templates
from resolvers.training import score_sheet
from rules.kernel.function import ANYONE, Function
from rules.kernel.refusal import Refusal
from server.http.app import Application
from server.http.certificate_header import CertificateContract
from tests.factories.client_certificate import HEADER, PROXY_SECRET, make_certificate
from tests.factories.revocation import REVOCATIONS
from tests.factories.world import World

ROSTER_PREFIX = roster_templates.URL_PREFIX
PURPOSE_BY_PREFIX: Mapping[str, str] = {
    attachment.URL_PREFIX: attachment.LINK_PURPOSE,
    upload.URL_PREFIX: upload.LINK_PURPOSE,
    export.URL_PREFIX: export.LINK_PURPOSE,
    extract.URL_PREFIX: extract.LINK_PURPOSE,
    batch_export.URL_PREFIX: batch_export.LINK_PURPOSE,
    f"{ROSTER_PREFIX}{roster_templates.TEMPLATE}/": roster_templates.TEMPLATE,
    f"{ROSTER_PREFIX}{roster_templates.CORRECTION}/": roster_templates.CORRECTION,
    f"{ROSTER_PREFIX}{score_sheet.LINK_PURPOSE}/": score_sheet.LINK_PURPOSE,
}
OWN, OTHER = make_certificate("amy"), make_certificate("somebody")
BY_FUNCTION = (attachment.URL_PREFIX, export.URL_PREFIX, batch_export.URL_PREFIX)
"""Links that take a function; the others hold whatever else their viewer may do."""


def test_x10_every_kind_of_link_that_is_served_is_tried_here(world: World) -> None:
    routes = [route for route in world.app.routes if isinstance(route, Route)]
    served = {
        route.path.removesuffix("{token}") for route in routes if route.path.endswith("{token}")
    }
    by_purpose = f"{ROSTER_PREFIX}{{purpose}}/"
    purposes = {roster_templates.TEMPLATE, *roster_templates._WRITERS}
    of_rosters = {f"{ROSTER_PREFIX}{purpose}/" for purpose in purposes}
    assert by_purpose in served
    assert (served - {by_purpose}) | of_rosters == PURPOSE_BY_PREFIX.keys()


async def test_x10_a_program_s_link_reads_and_does_what_its_token_may_and_no_more(
    world: World,
) -> None:
    officer = parse_viewer(world.service, f"Bearer {world.issue_token('officer')}", None)
    assert officer is not None
    until = world.service.now() + world.service.files.link_life
    for scopes in (frozenset({Function.REVIEW_POSTS}), ANYONE):
        program = replace(officer, granted=None, scopes=scopes)
        token = sign_viewer_link(world.service, program, "any", (), until)
        opened = await open_link(world.service, "any", token, scopes)
        reached = build_actor(program)
        assert opened.build_actor(*reached.to_link_parts()).reads == reached.reads
        with pytest.raises(Refusal):
            await open_link(world.service, "any", token, frozenset({Function.REVIEW_CLAIMS}))


async def test_j3_a_link_of_any_kind_is_worth_nothing_without_the_certificate_of_its_token(
    world: World,
) -> None:
    """Whoever reads a link of an officer's in a log of the proxy has no certificate."""
    assert isinstance(world.app, Application)
    world.app.certificates = CertificateContract(HEADER, PROXY_SECRET)
    found = parse_viewer(world.service, f"Bearer {world.issue_token('officer')}", None)
    assert found is not None
    bound = replace(found, certificate=sha256(OWN.der).digest())
    until = world.service.now() + world.service.files.link_life
    by_proxy = {"jiuye-proxy": PROXY_SECRET}
    for prefix, purpose in PURPOSE_BY_PREFIX.items():
        token = sign_viewer_link(world.service, bound, purpose, (), until)
        send = world.client.put if prefix == upload.URL_PREFIX else world.client.get
        for headers in ({}, by_proxy | {HEADER: OTHER.header}):
            answer = await send(prefix + token, headers=headers)
            assert (answer.status_code, answer.json()["reason"]) == (404, "NOT_FOUND"), prefix
    shown = read_certificate_header(OWN.header)
    opened = await open_link(world.service, purpose, token, ANYONE, shown)
    assert opened.holder.account_id == found.account_id


@pytest.mark.parametrize("kind", REVOCATIONS)
async def test_x10_a_link_of_any_kind_asks_for_its_holder_and_opens_nothing_for_who_is_gone(
    world: World, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Each says nothing but whose it is: whatever did not ask would fail at what it lacks."""
    asked = list[Any]()

    async def load_and_note(service: Any, *whose: Any) -> Any:
        asked.append(whose)
        return await load_standing_access(service, *whose)

    monkeypatch.setattr(link, "load_standing_access", load_and_note)
    found = parse_viewer(world.service, f"Bearer {world.issue_token('officer')}", None)
    assert found is not None
    await REVOCATIONS[kind](world, "officer")
    until = world.service.now() + world.service.files.link_life
    for prefix in BY_FUNCTION if kind == "functions" else PURPOSE_BY_PREFIX:
        url = prefix + sign_viewer_link(world.service, found, PURPOSE_BY_PREFIX[prefix], (), until)
        send = world.client.put if prefix == upload.URL_PREFIX else world.client.get
        answer = await send(url)
        assert (answer.status_code, answer.json()["reason"]) == (404, "NOT_FOUND"), prefix
        assert asked.pop() == (found.account_id, found.session_id), prefix
    assert asked == []
