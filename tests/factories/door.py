"""What strangers do at the door: register, sign in, appeal."""

from typing import Any

from server.telemetry.redaction import PERSONAL
from tests.factories.rows import CHAOYANG, a_credit_code, an_id_number
from tests.factories.world import REFUSALS, Answer, World

PASSWORD = "correct horse battery staple"
SESSION = "... on SessionPayload { accessToken refreshToken expiresAt }"
OPAQUE = {"uploadId", "url"}
"""Hexadecimal digits by chance look like any number."""

INPUTS = {
    "signIn": "CredentialsInput",
    "refreshSession": "RefreshInput",
    "registerUnit": "UnitRegistrationInput",
    "registerPerson": "PersonRegistrationInput",
    "redeemSignInTicket": "TicketSecretInput",
    "lodgeAccountAppeal": "AppealDraftInput",
    "lookUpAccountAppeal": "AppealNumberInput",
    "requestEvidenceUpload": "EvidenceDraftInput",
    "addEvidence": "EvidenceUploadsInput",
    "lodgeObjection": "ObjectionDraftInput",
    "lookUpObjection": "ObjectionNumberInput",
    "recoverAccount": "AccountRecoveryInput",
}


async def knock(
    world: World,
    mutation: str,
    input: dict[str, Any],
    then: str = SESSION,
    language: str = "en",
) -> Any:
    """Send a mutation as a stranger."""
    shape = INPUTS[mutation]
    document = f"""mutation ($input: {shape}!) {{
      {mutation}(input: $input) {{ __typename {then} {REFUSALS} }} }}"""
    result = (await world.ask(document, None, language, input=input)).only
    told = {name: value for name, value in result.items() if name not in OPAQUE}
    assert not PERSONAL.search(str(told)), "an answer repeats a number (X11)"
    return result


async def signed_in(
    world: World, account: str, password: str = PASSWORD, agent: str = "tests"
) -> Any:
    """Sign in by password, in a client of some name."""
    document = f"""mutation ($input: CredentialsInput!) {{
      signIn(input: $input) {{ __typename {SESSION} {REFUSALS} }} }}"""
    body = {
        "query": document,
        "variables": {"input": {"account": account, "password": password}},
    }
    headers = {"user-agent": agent, "accept-language": "en"}
    response = await world.client.post("/graphql", json=body, headers=headers)
    return response.json()["data"]["signIn"]


async def holding(world: World, token: str, document: str, **variables: object) -> Answer:
    """Ask with an access token that was given out."""
    headers = {"authorization": f"Bearer {token}", "accept-language": "en"}
    body = {"query": document, "variables": variables}
    response = await world.client.post("/graphql", json=body, headers=headers)
    return Answer(response.status_code, response.json())


def a_unit_registration(number: int = 50, **changes: Any) -> dict[str, Any]:
    return {
        "account": f"unit-{number}",
        "password": PASSWORD,
        "legalPersonType": "ENTERPRISE",
        "name": f"新单位{number}有限公司",
        "creditCode": a_credit_code(number),
        "legalRepresentative": "赵法人",
        "idNumber": an_id_number(number),
        "mobile": "13812345678",
        "region": CHAOYANG,
        "agreementVersion": "2026-01",
    } | changes


def a_person_registration(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "account": f"person-{number}",
        "password": PASSWORD,
        "name": f"见习生{number}",
        "idNumber": an_id_number(number),
        "mobile": "13912345678",
        "region": CHAOYANG,
        "agreementVersion": "2026-01",
    } | changes
