"""J4: a browser is signed in by a mobile app; whatever is wrong with a ticket has a name."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from loaders.actor import Actor
from loaders.advisory_lock import AdvisoryLock
from models import DatabaseRole, Role, SignInSession, SignInTicket
from resolvers.kernel.public_access import transaction_as
from resolvers.kernel.rate_limit import TICKET_LIMIT
from tests.factories.refusal import list_refusal_reasons
from tests.factories.story import story
from tests.factories.stranger import PASSWORD, ask_with_token, mutate_as_stranger, sign_in
from tests.factories.waiting import wait_until_waited_for
from tests.factories.world import REFUSAL_SELECTION, World
from tests.schema.kernel.test_once_only import one_winner

REQUEST = f"""mutation {{ requestSignInTicket {{ __typename
  ... on SignInTicketPayload {{ ticket number secret expiresAt }} {REFUSAL_SELECTION} }} }}"""
APPROVE = f"""mutation ($input: TicketApprovalInput!, $key: String) {{
  approveSignInTicket(input: $input, idempotencyKey: $key) {{ __typename
    ... on AccountPayload {{ account {{ username }} }} {REFUSAL_SELECTION} }} }}"""
AWAITED = "... on AwaitedSessionPayload { session { accessToken refreshToken } expiresAt }"


@story
async def world(world: World) -> World:
    hashed = await world.service.passwords.hash_password(PASSWORD)
    await world.add_account("amy", Role.DISTRICT_OFFICER, password_hash=hashed)
    await world.add_account("eve", Role.DISTRICT_OFFICER, password_hash=hashed)
    return world


async def app_of(world: World, name: str = "amy") -> str:
    """Sign a mobile app in, and give its access token."""
    session = await sign_in(world, name, agent="App/1")
    return str(session["accessToken"])


async def ticket_of(world: World) -> Any:
    return (await world.ask(REQUEST)).only


async def approve(world: World, token: str, ticket: Any, key: str | None = None) -> Any:
    given = {"ticket": ticket["ticket"], "number": ticket["number"]}
    return (await ask_with_token(world, token, APPROVE, input=given, key=key)).only


def a_code(text: str) -> dict[str, str]:
    return {"ticket": text, "number": "10"}


def a_wrong_number(ticket: Any) -> dict[str, str]:
    return {**ticket, "number": "11" if ticket["number"] == "10" else "10"}


async def look(world: World, token: str, ticket: str) -> Any:
    """Ask what wants to be signed in."""
    document = """query ($ticket: String!) { signInRequest(ticket: $ticket) {
      requestedAt expiresAt address sameAddress entrance userAgent } }"""
    return (await ask_with_token(world, token, document, ticket=ticket)).only


async def request_from(world: World, address: str, agent: str) -> Any:
    """Ask for a ticket from some address, in some client."""
    transport = httpx.ASGITransport(world.app, client=(address, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://jiuye.test") as client:
        answer = await client.post(
            "/graphql", json={"query": REQUEST}, headers={"user-agent": agent}
        )
    return answer.json()["data"]["requestSignInTicket"]


async def redeem(world: World, secret: str) -> Any:
    return await mutate_as_stranger(world, "redeemSignInTicket", {"secret": secret}, AWAITED)


async def test_j4_a_browser_is_signed_in_as_whoever_approved_its_ticket(world: World) -> None:
    app, ticket = await app_of(world), await ticket_of(world)
    assert ticket["ticket"].startswith("jiuye:")
    waiting = await redeem(world, ticket["secret"])
    assert waiting == {
        "__typename": "AwaitedSessionPayload",
        "session": None,
        "expiresAt": ticket["expiresAt"],
    }
    assert (await approve(world, app, ticket))["account"] == {"username": "amy"}
    session = (await redeem(world, ticket["secret"]))["session"]
    viewer = "{ viewer { name sessions { edges { node { way own } } } } }"
    found = (await ask_with_token(world, session["accessToken"], viewer)).only
    assert found["name"] == "amy account"
    assert [edge["node"] for edge in found["sessions"]["edges"]] == [
        {"way": "QR_CODE", "own": True},
        {"way": "PASSWORD", "own": False},
    ]
    again = await mutate_as_stranger(
        world, "refreshSession", {"refreshToken": session["refreshToken"]}
    )
    assert again["__typename"] == "SessionPayload"


async def test_j4_only_hashes_of_a_ticket_are_kept(world: World) -> None:
    ticket = await ticket_of(world)
    async with world.service.writes.connect() as connection:
        rows = (await connection.execute(select(SignInTicket))).all()
    assert rows == []  # nobody lists them
    assert ticket["secret"] not in ticket["ticket"]


async def test_j4_a_ticket_works_once(world: World) -> None:
    app, ticket = await app_of(world), await ticket_of(world)
    await approve(world, app, ticket)
    await redeem(world, ticket["secret"])
    assert list_refusal_reasons(await redeem(world, ticket["secret"])) == [
        ("TICKET_USED", "input.secret")
    ]
    assert list_refusal_reasons(await approve(world, app, ticket)) == [
        ("TICKET_USED", "input.ticket")
    ]


async def test_j4_a_ticket_is_approved_once_by_whomever(world: World) -> None:
    ticket = await ticket_of(world)
    await approve(world, await app_of(world), ticket)
    for name in ("amy", "eve"):
        result = await approve(world, await app_of(world, name), ticket)
        assert list_refusal_reasons(result) == [("TICKET_APPROVED", "input.ticket")]
    session = (await redeem(world, ticket["secret"]))["session"]
    viewer = (await ask_with_token(world, session["accessToken"], "{ viewer { name } }")).only
    assert viewer == {"name": "amy account"}


async def test_j4_a_ticket_that_has_expired_is_neither_approved_nor_redeemed(
    world: World,
) -> None:
    app = await app_of(world)
    fresh, approved = await ticket_of(world), await ticket_of(world)
    await approve(world, app, approved)
    world.clock.now += world.service.ticket_life
    result = await approve(world, await app_of(world), fresh)
    assert list_refusal_reasons(result) == [("TICKET_EXPIRED", "input.ticket")]
    for ticket in (fresh, approved):
        assert list_refusal_reasons(await redeem(world, ticket["secret"])) == [
            ("TICKET_EXPIRED", "input.secret")
        ]


@pytest.mark.parametrize("text", ["", "jiuye:", "https://example.com/x", "编号", "x" * 9000])
async def test_j4_a_code_of_another_service_is_refused_as_foreign(world: World, text: str) -> None:
    assert list_refusal_reasons(await approve(world, await app_of(world), a_code(text))) == [
        ("TICKET_FOREIGN", "input.ticket")
    ]
    assert list_refusal_reasons(await redeem(world, text)) == [("TICKET_UNKNOWN", "input.secret")]


async def test_j4_the_secret_approves_nothing_and_the_ticket_redeems_nothing(world: World) -> None:
    app, ticket = await app_of(world), await ticket_of(world)
    unknown = f"jiuye:{'A' * 22}"
    assert list_refusal_reasons(await approve(world, app, a_code(unknown))) == [
        ("TICKET_UNKNOWN", "input.ticket")
    ]
    assert list_refusal_reasons(await approve(world, app, a_code(ticket["secret"]))) == [
        ("TICKET_FOREIGN", "input.ticket")
    ]
    await approve(world, app, ticket)
    for secret in (ticket["ticket"], unknown, ticket["secret"][:-1], ticket["secret"] + "="):
        assert list_refusal_reasons(await redeem(world, secret)) == [
            ("TICKET_UNKNOWN", "input.secret")
        ]
    assert (await redeem(world, ticket["secret"]))["session"]


async def test_j4_of_many_who_redeem_at_once_one_gets_the_session(world: World) -> None:
    app, ticket = await app_of(world), await ticket_of(world)
    await approve(world, app, ticket)
    for lost in await one_winner(*(redeem(world, ticket["secret"]) for _ in range(16))):
        assert list_refusal_reasons(lost) == [("TICKET_USED", "input.secret")]
    async with transaction_as(world.service, Actor(account=world.accounts["amy"].id)) as session:
        ways = [row.way for row in await session.scalars(select(SignInSession))]
    assert sorted(ways) == ["PASSWORD", "QR_CODE"]


async def test_j4_of_many_who_approve_at_once_one_is_signed_in(world: World) -> None:
    apps = [await app_of(world, name) for name in ("amy", "eve")]
    ticket = await ticket_of(world)
    tries = [approve(world, apps[n % 2], ticket) for n in range(16)]
    for lost in await one_winner(*tries):
        assert list_refusal_reasons(lost) == [("TICKET_APPROVED", "input.ticket")]


async def test_j4_x12_an_approval_sent_again_under_its_key_is_the_same_approval(
    world: World,
) -> None:
    app, ticket = await app_of(world), await ticket_of(world)
    first = await approve(world, app, ticket, "the-same-key")
    assert await approve(world, app, ticket, "the-same-key") == first


async def test_j4_a_session_that_was_ended_approves_nothing(world: World) -> None:
    """Its access token is good for some minutes more, and must not become a session of weeks."""
    app, ticket = await app_of(world), await ticket_of(world)
    await ask_with_token(world, app, "mutation { signOut { __typename } }")
    assert list_refusal_reasons(await approve(world, app, ticket)) == [("SESSION_ENDED", "input")]
    assert (await redeem(world, ticket["secret"]))["session"] is None


async def test_j4_an_approval_is_worth_no_more_than_the_session_that_gave_it(
    world: World,
) -> None:
    app, ticket = await app_of(world), await ticket_of(world)
    await approve(world, app, ticket)
    await ask_with_token(world, app, "mutation { signOut { __typename } }")
    assert list_refusal_reasons(await redeem(world, ticket["secret"])) == [
        ("SESSION_ENDED", "input.secret")
    ]


async def test_s1_a_stranger_approves_nothing(world: World) -> None:
    ticket = await ticket_of(world)
    result = (
        await world.ask(APPROVE, None, input={"ticket": ticket["ticket"], "number": "10"})
    ).only
    assert list_refusal_reasons(result) == [("FORBIDDEN", "KEEP_ACCOUNT")]


async def test_j4_tickets_from_one_address_are_limited(world: World) -> None:
    at_once = 20  # more would not find room in the line for tries
    for _ in range(TICKET_LIMIT.tries // at_once):
        await asyncio.gather(*(ticket_of(world) for _ in range(at_once)))
    assert list_refusal_reasons(await ticket_of(world)) == [("TOO_MANY_TRIES", "")]
    world.clock.now += TICKET_LIMIT.window * 1.1
    assert (await ticket_of(world))["__typename"] == "SignInTicketPayload"


async def test_j4_what_asks_is_shown_before_it_is_approved(world: World) -> None:
    app = await app_of(world)
    ticket = await request_from(world, "203.0.113.9", "Mozilla/5.0 (Phisher)")
    shown = await look(world, app, ticket["ticket"])
    assert shown == {
        "requestedAt": "2025-03-10T04:00:00+00:00",
        "expiresAt": ticket["expiresAt"],
        "address": "203.0.113.*",
        "sameAddress": False,
        "entrance": "BOTH",
        "userAgent": "Mozilla/5.0 (Phisher)",
    }
    own = await ticket_of(world)
    assert (await look(world, app, own["ticket"]))["sameAddress"] is True
    await approve(world, app, own)
    for gone in (own["ticket"], own["secret"], f"jiuye:{'A' * 22}"):
        assert await look(world, app, gone) is None


async def test_j4_a_number_that_the_page_does_not_show_ends_the_ticket(world: World) -> None:
    app, ticket = await app_of(world), await ticket_of(world)
    assert len(ticket["number"]) == 2
    wrong = await approve(world, app, a_wrong_number(ticket), "the-same-key")
    assert list_refusal_reasons(wrong) == [("TICKET_NUMBER_WRONG", "input.number")]
    for key in (None, "another-key"):
        late = await approve(world, app, ticket, key)
        assert list_refusal_reasons(late) == [("TICKET_ENDED", "input.ticket")]
    assert list_refusal_reasons(await redeem(world, ticket["secret"])) == [
        ("TICKET_ENDED", "input.secret")
    ]
    assert await look(world, app, ticket["ticket"]) is None


async def test_j4_a_wrong_number_and_a_right_one_at_once_settle_the_ticket_once(
    world: World,
) -> None:
    apps = [await app_of(world, name) for name in ("amy", "eve")]
    ticket = await ticket_of(world)
    tries = [approve(world, apps[0], ticket) for _ in range(4)]
    tries += [approve(world, apps[1], a_wrong_number(ticket)) for _ in range(4)]
    told = [answer.get("reason", "approved") for answer in await asyncio.gather(*tries)]
    approved, ended = told.count("approved"), told.count("TICKET_NUMBER_WRONG")
    assert approved + ended == 1, told
    assert told.count("TICKET_APPROVED" if approved else "TICKET_ENDED") == 7


async def test_j4_who_redeems_a_ticket_holds_no_session_of_who_signs_in_meanwhile(
    world: World,
) -> None:
    app, ticket = await app_of(world), await ticket_of(world)
    await approve(world, app, ticket)
    amy = world.accounts["amy"].id
    async with transaction_as(world.service, Actor(account=amy), DatabaseRole.SIGN_IN) as session:
        await AdvisoryLock.SESSIONS.lock(session, amy)
        redeeming = asyncio.create_task(redeem(world, ticket["secret"]))
        await wait_until_waited_for(session, redeeming)
        await session.execute(select(SignInSession.id).with_for_update(nowait=True))
    assert (await redeeming)["session"] is not None
