"""The national job board 就业在线 over HTTP: believed only where its answer is what was agreed."""

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar
from uuid import UUID

import httpx
from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field, ValidationError

from models import Announcement, BoardFailure
from rules.kernel.identity import read_mobile
from rules.kernel.parameter import Json
from rules.kernel.refusal import Unreadable
from rules.kernel.text import read_text

MOST_BYTES = 1024 * 1024
MOST_APPLICANTS = 500
TEXT = 100

Answer = TypeVar("Answer", bound=BaseModel)


class BoardError(Exception):
    """The board was not reached, or what it answered is worth nothing; never what it said."""

    def __init__(self, failure: BoardFailure) -> None:
        super().__init__(failure)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Notice:
    """One change of a post, as the board is told of it (J12)."""

    post: UUID
    version: int
    announcement: Announcement
    region: str
    employer: str
    credit_code: str
    content: dict[str, Json]

    def body(self) -> dict[str, Json]:
        """Spell the notice as JSON."""
        return {
            "version": self.version,
            "listed": self.announcement is Announcement.SHOW,
            "region": self.region,
            "employer": {"name": self.employer, "creditCode": self.credit_code},
            "post": self.content,
        }


def _text(value: object) -> str:
    read = read_text(value, TEXT)
    if isinstance(read, Unreadable):
        raise ValueError(read.reason)
    return read


def _mobile(value: object) -> str:
    read = read_mobile(value)
    if isinstance(read, Unreadable):
        raise ValueError(read.reason)
    return read


Text = Annotated[str, BeforeValidator(_text)]


class Taken(BaseModel, strict=True):
    """That the board has a post, and in which version."""

    post_id: str = Field(alias="postId")
    version: int = Field(ge=1)


class Sent(BaseModel, strict=True):
    """A job seeker whom the board sends for a post (J13). 推送人员"""

    reference: Text
    name: Text
    mobile: Annotated[str, BeforeValidator(_mobile)]
    education: Text | None = None
    applied_at: AwareDatetime = Field(alias="appliedAt")


class SentAll(BaseModel, strict=True):
    """All whom the board sends for a post."""

    applicants: list[Sent] = Field(max_length=MOST_APPLICANTS)


class JobBoard:
    """Speaks with the board; each request has one deadline over all."""

    def __init__(self, url: str, token: str, seconds: float) -> None:
        self._seconds = seconds
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={
                "authorization": f"Bearer {token}",
                "accept": "application/json",
                "accept-encoding": "identity",
            },
            timeout=None,  # noqa: S113 - one deadline over all stands around each request
            follow_redirects=False,
            trust_env=False,
            verify=ssl.create_default_context(),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def push(self, notice: Notice) -> None:
        """Tell the board of a change; sent again, it changes nothing there (J12)."""
        request = self._client.build_request(
            "PUT",
            f"posts/{notice.post}",
            json=notice.body(),
            headers={"idempotency-key": f"{notice.post}:{notice.version}"},
        )
        taken = await self._asked(request, Taken)
        if taken.post_id != str(notice.post) or taken.version < notice.version:
            raise BoardError(BoardFailure.MALFORMED)

    async def applicants(self, post: UUID) -> Sequence[Sent]:
        """Ask whom the board sends for a post, each told once (J13)."""
        request = self._client.build_request("GET", f"posts/{post}/applicants")
        found = (await self._asked(request, SentAll)).applicants
        if len({one.reference for one in found}) < len(found):
            raise BoardError(BoardFailure.MALFORMED)
        return found

    async def _asked(self, request: httpx.Request, shape: type[Answer]) -> Answer:
        try:
            async with asyncio.timeout(self._seconds):
                body = await self._body(request)
        except TimeoutError:
            raise BoardError(BoardFailure.TIMED_OUT) from None
        except httpx.RemoteProtocolError:
            raise BoardError(BoardFailure.MALFORMED) from None
        except (httpx.RequestError, OSError):
            # The library's errors may quote what the board sent: nothing of it is handed on.
            raise BoardError(BoardFailure.UNREACHABLE) from None
        try:
            return shape.model_validate_json(body)
        except ValidationError:
            raise BoardError(BoardFailure.MALFORMED) from None

    async def _body(self, request: httpx.Request) -> bytes:
        response = await self._client.send(request, stream=True)
        try:
            failure = _failure(response)
            if failure is not None:
                raise BoardError(failure)
            body = b""
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise BoardError(BoardFailure.TOO_LARGE)
            return body
        finally:
            await response.aclose()


_STATUSES = {
    401: BoardFailure.UNAUTHORISED,
    403: BoardFailure.UNAUTHORISED,
    408: BoardFailure.TIMED_OUT,
    425: BoardFailure.OVERLOADED,
    429: BoardFailure.OVERLOADED,
    503: BoardFailure.OVERLOADED,
}
_CLASSES = {
    3: BoardFailure.REDIRECTED,
    4: BoardFailure.REJECTED,
    5: BoardFailure.SERVER_FAILED,
}


def _failure(response: httpx.Response) -> BoardFailure | None:
    """Tell what an answer's head says is wrong; None where the body may be read."""
    if response.status_code == httpx.codes.OK:
        plain = response.headers.get("content-encoding", "identity") == "identity"
        json = response.headers.get("content-type", "").startswith("application/json")
        return None if plain and json else BoardFailure.MALFORMED
    known = _STATUSES.get(response.status_code)
    return known or _CLASSES.get(response.status_code // 100, BoardFailure.MALFORMED)
