"""Whoever is sent each checkpoint of the history over HTTP (X9, ADR 0069)."""

import httpx

from gateways.checkpoint_store import SignedCheckpoint

TIMEOUT_SECONDS = 10


class ReceiverError(Exception):
    """The receiver was not reached, or did not take the checkpoint."""


class CheckpointReceiver:
    """An address that takes checkpoints as JSON by POST, with a bearer token if there is one."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._headers = {"Content-Type": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    async def send(self, signed: SignedCheckpoint) -> None:
        """Send a checkpoint; raises ReceiverError."""
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
                answer = await client.post(
                    self._url, content=signed.to_json(), headers=self._headers
                )
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise ReceiverError(type(error).__name__) from None
