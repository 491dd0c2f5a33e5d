"""What strangers do at the door: register, sign in, appeal."""

import re
from typing import Any

from server.telemetry.redaction import PERSONAL_NUMBER_PATTERN
from tests.factories.rows import CHAOYANG_DISTRICT, a_credit_code, an_id_number
from tests.factories.world import REFUSAL_SELECTION, HttpAnswer, World

PASSWORD = "correct horse battery staple"
SESSION_SELECTION = "... on SessionPayload { accessToken refreshToken expiresAt }"
OPAQUE_FIELDS = {
    *("uploadId", "url", "secret", "ticket", "challenge"),
    *("options", "passkeyOptions"),
    *("accessToken", "refreshToken", "deviceToken"),
}
"""Made at random: their digits by chance look like any number."""

GLOBAL_ID = re.compile(r"\b[A-Za-z]+-(?:[0-9a-f]{32}){1,2}\b", re.ASCII)
"""Made at random, too, and at any depth of an answer."""

ANONYMOUS_INPUTS = {
    "signIn": "CredentialsInput",
    "completeSignIn": "SignInCompletionInput",
    "completePasskeySignIn": "PasskeyAnswerInput",
    "refreshSession": "RefreshInput",
    "startProviderSignIn": "ProviderSignInInput",
    "completeProviderSignIn": "ProviderReturnInput",
    "registerUnit": "UnitRegistrationInput",
    "registerPerson": "PersonRegistrationInput",
    "redeemSignInTicket": "TicketSecretInput",
    "lodgeAccountAppeal": "AppealDraftInput",
    "lodgePersonAppeal": "PersonAppealDraftInput",
    "lookUpAccountAppeal": "AppealNumberInput",
    "requestEvidenceUpload": "EvidenceDraftInput",
    "addEvidence": "EvidenceUploadsInput",
    "lodgeObjection": "ObjectionDraftInput",
    "lookUpObjection": "ObjectionNumberInput",
    "recoverAccount": "AccountRecoveryInput",
    "requestPersonCode": "PersonCodeRequestInput",
    "recoverPersonAccount": "PersonRecoveryInput",
}


async def mutate_as_stranger(
    world: World,
    mutation: str,
    input: dict[str, Any],
    then: str = SESSION_SELECTION,
    language: str = "en",
) -> Any:
    """Send a mutation as a stranger."""
    shape = ANONYMOUS_INPUTS[mutation]
    document = f"""mutation ($input: {shape}!) {{
      {mutation}(input: $input) {{ __typename {then} {REFUSAL_SELECTION} }} }}"""
    result = (await world.ask(document, None, language, input=input)).only
    assert not repeats_number(result), "an answer repeats a number (X11)"
    return result


def repeats_number(answer: dict[str, Any]) -> bool:
    """Tell whether a payload has what looks like a person's number, but for what is random."""
    told = {name: value for name, value in answer.items() if name not in OPAQUE_FIELDS}
    return bool(PERSONAL_NUMBER_PATTERN.search(GLOBAL_ID.sub("id", str(told))))


async def sign_in(
    world: World, account: str, password: str = PASSWORD, agent: str = "tests"
) -> Any:
    """Sign in by password, in a client of some name."""
    document = f"""mutation ($input: CredentialsInput!) {{
      signIn(input: $input) {{ __typename {SESSION_SELECTION} {REFUSAL_SELECTION} }} }}"""
    body = {
        "query": document,
        "variables": {"input": {"account": account, "password": password}},
    }
    headers = {"user-agent": agent, "accept-language": "en"}
    response = await world.client.post("/graphql", json=body, headers=headers)
    return response.json()["data"]["signIn"]


async def ask_with_token(
    world: World, token: str, document: str, **variables: object
) -> HttpAnswer:
    """Ask with an access token that was given out."""
    headers = {"authorization": f"Bearer {token}", "accept-language": "en"}
    body = {"query": document, "variables": variables}
    response = await world.client.post("/graphql", json=body, headers=headers)
    return HttpAnswer(response.status_code, response.json())


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
        "region": CHAOYANG_DISTRICT,
        "agreementVersion": "2026-01",
    } | changes


def a_person_registration(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "account": f"person-{number}",
        "password": PASSWORD,
        "name": f"见习生{number}",
        "idNumber": an_id_number(number),
        "mobile": "13912345678",
        "region": CHAOYANG_DISTRICT,
        "agreementVersion": "2026-01",
    } | changes


async def register_proved_person(
    world: World, number: int = 1, officer: str = "officer", **changes: Any
) -> str:
    """Open a person's account, prove at the counter who it is, and sign in to it; give a token."""
    given = a_person_registration(number, **changes)
    told = await mutate_as_stranger(world, "registerPerson", given)
    assert told["__typename"] == "SessionPayload", told
    card = {name: given[name] for name in ("account", "idNumber", "name", "mobile")}
    proved = await world.mutate("confirmPerson", card, officer)
    assert proved["__typename"] == "AccountPayload", proved
    token: str = (await sign_in(world, given["account"]))["accessToken"]
    return token
