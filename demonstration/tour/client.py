"""The tour's own client: asks the graph over HTTP with nothing but the standard library."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit
from uuid import uuid4

from demonstration.tour.document import MutationShape

REQUEST_TIMEOUT_SECONDS = 60

PROBLEM_FRAGMENTS = """
  ... on Refusal { reason message cure }
  ... on Invalid { message cure faults { reason message } }
  ... on StaleVersion { message cure }
  ... on Forbidden { message cure missing }
"""

SIGN_IN_MUTATION = """mutation($input: CredentialsInput!) { signIn(input: $input) {
  __typename ... on SessionPayload { accessToken } ... on Problem { message } } }"""


class TourFailed(RuntimeError):
    """Say which step did not come out as expected."""


@dataclass(frozen=True)
class MutationAnswer:
    """What a mutation answered: its payload's type, or why nothing was done."""

    type_name: str
    data: Mapping[str, Any]

    @property
    def reasons(self) -> list[str]:
        """List the reasons of a no; who lacks a function is told no other."""
        if "missing" in self.data:
            return ["FORBIDDEN"]
        faults = [fault["reason"] for fault in self.data.get("faults", [])]
        return [self.data["reason"]] if "reason" in self.data else faults

    @property
    def done(self) -> bool:
        """Return whether it was carried out: only a no has words of its own."""
        return "message" not in self.data

    @property
    def cure(self) -> str:
        """Return what would cure a no."""
        return str(self.data.get("cure", ""))

    def __str__(self) -> str:
        """Return the words of a no; what several faults have in common is said once."""
        faults = [fault["message"] for fault in self.data.get("faults", [])]
        return " ".join(dict.fromkeys(faults)) or str(self.data.get("message", self.type_name))


@dataclass(frozen=True)
class GraphClient:
    """A running service, and for whom it is asked."""

    host: str
    port: int
    token: str = ""
    unit: str = ""

    def sign_in(self, account: str, password: str) -> "GraphClient":
        """Sign in, and ask for that account from now on."""
        given = {"input": {"account": account, "password": password}}
        answer = self.ask(SIGN_IN_MUTATION, given)["signIn"]
        if "accessToken" not in answer:
            raise TourFailed(
                f"{account} can't sign in to http://{self.host}:{self.port}: {answer['message']} "
                "Does the service have its demonstration (DEMO=true)?"
            )
        return self.with_token(answer["accessToken"])

    def with_token(self, token: str) -> "GraphClient":
        """Ask for whoever has a token from now on."""
        return GraphClient(self.host, self.port, token)

    def with_unit(self, unit: str) -> "GraphClient":
        """Ask at the counter on behalf of a unit from now on (X17)."""
        return GraphClient(self.host, self.port, self.token, unit)

    def ask(self, document: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Ask, and give the data of an answer without errors."""
        status, body = self._post_graphql({"query": document, "variables": variables or {}})
        if status != HTTPStatus.OK or body.get("errors"):
            said = json.dumps(body.get("errors") or body, ensure_ascii=False)
            raise TourFailed(f"The service answered {status}: {said}")
        data: dict[str, Any] = body["data"]
        return data

    def execute_mutation(
        self, mutation: str, wanted: MutationShape, given: Mapping[str, Any]
    ) -> MutationAnswer:
        """Carry out a mutation, under a key of its own where it takes one."""
        taken: dict[str, tuple[str, object]] = {}
        taken |= {"input": (f"{wanted.input}!", given)} if wanted.input else {}
        taken |= {} if wanted.at_the_door else {"idempotencyKey": ("String", str(uuid4()))}
        named = ", ".join(f"${name}: {type_name}" for name, (type_name, _) in taken.items())
        passed = ", ".join(f"{name}: ${name}" for name in taken)
        head, call = (
            (f"mutation({named})", f"{mutation}({passed})") if taken else ("mutation", mutation)
        )
        document = f"{head} {{ {call} {{ __typename {wanted.selection} {PROBLEM_FRAGMENTS} }} }}"
        answer = self.ask(document, {name: value for name, (_, value) in taken.items()})[mutation]
        return MutationAnswer(answer["__typename"], answer)

    def transfer_file(self, method: str, url: str, body: bytes = b"") -> tuple[int, bytes]:
        """Send or fetch a file at an address of the service or of its store."""
        return self._send_request(method, url, body, {})

    def _post_graphql(self, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        headers = {"content-type": "application/json", "accept-language": "en"}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        if self.unit:
            headers["jiuye-on-behalf-of"] = self.unit
        status, said = self._send_request("POST", "/graphql", json.dumps(body).encode(), headers)
        try:
            return status, json.loads(said)
        except ValueError as error:
            raise self._build_no_answer_error(error) from None

    def _send_request(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        at = urlsplit(urljoin(f"http://{self.host}:{self.port}", url))
        kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
        connection = kind(at.hostname or self.host, at.port, timeout=REQUEST_TIMEOUT_SECONDS)
        try:
            connection.request(method, urlunsplit(("", "", *at[2:])), body, dict(headers))
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            raise self._build_no_answer_error(error) from None
        finally:
            connection.close()

    def _build_no_answer_error(self, error: Exception) -> TourFailed:
        return TourFailed(f"http://{self.host}:{self.port} does not answer: {error}")
