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
from rules.kernel.identity import parse_mobile
from rules.kernel.parameter import Json
from rules.kernel.personal_text import parse_line
from rules.kernel.refusal import Unreadable

MAX_ANSWER_BYTES = 1024 * 1024
MAX_APPLICANTS = 500
MAX_TEXT_LENGTH = 100

Answer = TypeVar("Answer", bound=BaseModel)


class BoardError(Exception):
    """The board was not reached, or what it answered is worth nothing; never what it said."""

    def __init__(self, failure: BoardFailure) -> None:
        super().__init__(failure)
        self.failure = failure


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardNotice:
    """One change of a post, as the board is told of it (J12)."""

    post: UUID
    version: int
    announcement: Announcement
    region: str
    employer: str
    credit_code: str
    content: dict[str, Json]

    def to_json(self) -> dict[str, Json]:
        """Spell the notice as JSON."""
        return {
            "version": self.version,
            "listed": self.announcement is Announcement.SHOW,
            "region": self.region,
            "employer": {"name": self.employer, "creditCode": self.credit_code},
            "post": self.content,
        }


def _require_text(value: object) -> str:
    read = parse_line(value, MAX_TEXT_LENGTH)
    if isinstance(read, Unreadable):
        raise ValueError(read.reason)
    return read


def _require_mobile(value: object) -> str:
    read = parse_mobile(value)
    if isinstance(read, Unreadable):
        raise ValueError(read.reason)
    return read


BoardText = Annotated[str, BeforeValidator(_require_text)]


class PostReceipt(BaseModel, strict=True):
    """That the board has a post, and in which version."""

    post_id: str = Field(alias="postId")
    version: int = Field(ge=1)


class SentApplicant(BaseModel, strict=True):
    """A job seeker whom the board sends for a post (J13). 推送人员"""

    reference: BoardText
    name: BoardText
    mobile: Annotated[str, BeforeValidator(_require_mobile)]
    education: BoardText | None = None
    applied_at: AwareDatetime = Field(alias="appliedAt")


class SentApplicantList(BaseModel, strict=True):
    """All whom the board sends for a post."""

    applicants: list[SentApplicant] = Field(max_length=MAX_APPLICANTS)


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

    async def push_notice(self, notice: BoardNotice) -> None:
        """Send the board a change; sent again, it changes nothing there (J12).

        Raises BoardError where the board does not take it, with what kind of failure it is.
        """
        request = self._client.build_request(
            "PUT",
            f"posts/{notice.post}",
            json=notice.to_json(),
            headers={"idempotency-key": f"{notice.post}:{notice.version}"},
        )
        taken = await self._request_answer(request, PostReceipt)
        if taken.post_id != str(notice.post) or taken.version < notice.version:
            raise BoardError(BoardFailure.MALFORMED)

    async def fetch_applicants(self, post: UUID) -> Sequence[SentApplicant]:
        """Ask whom the board sends for a post, each told once (J13).

        Raises BoardError where the board does not answer, with what kind of failure it is.
        """
        request = self._client.build_request("GET", f"posts/{post}/applicants")
        found = (await self._request_answer(request, SentApplicantList)).applicants
        if len({one.reference for one in found}) < len(found):
            raise BoardError(BoardFailure.MALFORMED)
        return found

    async def _request_answer(self, request: httpx.Request, shape: type[Answer]) -> Answer:
        try:
            async with asyncio.timeout(self._seconds):
                body = await self._read_body(request)
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

    async def _read_body(self, request: httpx.Request) -> bytes:
        response = await self._client.send(request, stream=True)
        try:
            failure = _classify_response(response)
            if failure is not None:
                raise BoardError(failure)
            body = b""
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    raise BoardError(BoardFailure.TOO_LARGE)
            return body
        finally:
            await response.aclose()


_FAILURE_BY_STATUS = {
    401: BoardFailure.UNAUTHORISED,
    403: BoardFailure.UNAUTHORISED,
    408: BoardFailure.TIMED_OUT,
    425: BoardFailure.OVERLOADED,
    429: BoardFailure.OVERLOADED,
    503: BoardFailure.OVERLOADED,
}
_FAILURE_BY_STATUS_CLASS = {
    3: BoardFailure.REDIRECTED,
    4: BoardFailure.REJECTED,
    5: BoardFailure.SERVER_FAILED,
}


def _classify_response(response: httpx.Response) -> BoardFailure | None:
    """Return what an answer's head says is wrong; None where the body may be read."""
    if response.status_code == httpx.codes.OK:
        plain = response.headers.get("content-encoding", "identity") == "identity"
        json = response.headers.get("content-type", "").startswith("application/json")
        return None if plain and json else BoardFailure.MALFORMED
    known = _FAILURE_BY_STATUS.get(response.status_code)
    return known or _FAILURE_BY_STATUS_CLASS.get(
        response.status_code // 100, BoardFailure.MALFORMED
    )
