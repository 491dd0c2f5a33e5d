"""The tour's own client: asks the graph over HTTP with nothing but the standard library."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit
from uuid import uuid4

SECONDS = 30

PROBLEMS = """
  ... on Refusal { reason message cure }
  ... on Invalid { message cure faults { reason } }
  ... on StaleVersion { message cure }
  ... on Forbidden { message cure }
"""

SIGN_IN = """mutation($input: CredentialsInput!) { signIn(input: $input) {
  __typename ... on SessionPayload { accessToken } ... on Problem { message } } }"""


class TourFailed(RuntimeError):
    """Say which step did not come out as expected."""


@dataclass(frozen=True)
class Answer:
    """What a mutation answered: its payload's type, or why nothing was done."""

    type_name: str
    data: Mapping[str, Any]

    @property
    def reasons(self) -> list[str]:
        """List the reasons of a no."""
        faults = [fault["reason"] for fault in self.data.get("faults", [])]
        return [self.data["reason"]] if "reason" in self.data else faults

    @property
    def message(self) -> str:
        """Give the words of a no."""
        return str(self.data.get("message", self.type_name))


@dataclass(frozen=True)
class Graph:
    """A running service, and for whom it is asked."""

    host: str
    port: int
    token: str = ""

    def signed_in(self, account: str, password: str) -> "Graph":
        """Sign in, and ask for that account from now on."""
        given = {"input": {"account": account, "password": password}}
        answer = self.ask(SIGN_IN, given)["signIn"]
        if "accessToken" not in answer:
            raise TourFailed(
                f"{account} can't sign in to http://{self.host}:{self.port}: {answer['message']} "
                "Does the service have its demonstration (DEMO=true)?"
            )
        return Graph(self.host, self.port, answer["accessToken"])

    def ask(self, document: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Ask, and give the data of an answer without errors."""
        status, body = self._post({"query": document, "variables": variables or {}})
        if status != HTTPStatus.OK or body.get("errors"):
            said = json.dumps(body.get("errors") or body, ensure_ascii=False)
            raise TourFailed(f"The service answered {status}: {said}")
        data: dict[str, Any] = body["data"]
        return data

    def change(self, mutation: str, input: str, given: Mapping[str, Any], wanted: str) -> Answer:
        """Carry out a mutation; `wanted` is what to read of its payload."""
        document = (
            f"mutation($input: {input}!, $key: String) "
            f"{{ {mutation}(input: $input, idempotencyKey: $key) "
            f"{{ __typename {wanted} {PROBLEMS} }} }}"
        )
        answer = self.ask(document, {"input": given, "key": str(uuid4())})[mutation]
        return Answer(answer["__typename"], answer)

    def carry(self, method: str, url: str, body: bytes = b"") -> tuple[int, bytes]:
        """Send or fetch a file at an address of the service or of its store."""
        return self._carried(method, url, body, {})

    def _post(self, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        headers = {"content-type": "application/json", "accept-language": "en"}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        status, said = self._carried("POST", "/graphql", json.dumps(body).encode(), headers)
        try:
            return status, json.loads(said)
        except ValueError as error:
            raise self._silent(error) from None

    def _carried(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        at = urlsplit(urljoin(f"http://{self.host}:{self.port}", url))
        kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
        connection = kind(at.hostname or self.host, at.port, timeout=SECONDS)
        try:
            connection.request(method, urlunsplit(("", "", *at[2:])), body, dict(headers))
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            raise self._silent(error) from None
        finally:
            connection.close()

    def _silent(self, error: Exception) -> TourFailed:
        return TourFailed(f"http://{self.host}:{self.port} does not answer: {error}")
