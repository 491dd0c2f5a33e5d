"""A stand-in of the national job board 就业在线, for the demonstration and for tests.

It speaks what docs/job-board.md says, keeps everything in memory, and fails as it is told:
`python -m server.runtime.board_stand_in PORT`.
"""

import asyncio
import os
import socket
from argparse import ArgumentParser
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

import orjson
import uvicorn
from pydantic import BaseModel, Field, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

SURNAMES = "王李张刘陈杨赵黄周吴"
GIVEN_NAMES = ["晓雨", "子涵", "佳怡", "浩然", "思远", "文博", "欣然", "宇航"]
EDUCATIONS = ("中专", "大专", "本科", "硕士研究生")
HANGING_SECONDS = 3600


class Mode(StrEnum):
    """How the stand-in answers; LOST takes what it is told, and never says so."""

    OK = "OK"
    FAIL = "FAIL"
    BUSY = "BUSY"
    REJECT = "REJECT"
    UNAUTHORISED = "UNAUTHORISED"
    REDIRECT = "REDIRECT"
    HANG = "HANG"
    LOST = "LOST"
    GARBAGE = "GARBAGE"
    WRONG_TYPES = "WRONG_TYPES"
    HUGE = "HUGE"


STATUS_BY_MODE = {
    Mode.FAIL: 500,
    Mode.BUSY: 429,
    Mode.REJECT: 422,
    Mode.UNAUTHORISED: 401,
    Mode.REDIRECT: 307,
}


class PostUpdate(BaseModel):
    """What the stand-in is told of a post."""

    version: int = Field(ge=1)
    listed: bool
    region: str
    employer: dict[str, str]
    post: dict[str, Any]


class ControlRequest(BaseModel):
    """What the stand-in is told to do: answer in a mode, so many times, then be well again."""

    mode: Mode = Mode.OK
    times: int | None = None
    applicants: list[Any] | None = None


@dataclass(kw_only=True)
class StandIn:
    """The board's memory: posts in their latest version, and each change that took effect."""

    token: str = ""
    mode: Mode = Mode.OK
    times: int | None = None
    posts: dict[str, PostUpdate] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    changes: list[tuple[str, int]] = field(default_factory=list)
    requests: int = 0
    repeats: int = 0
    late: int = 0
    applicants: list[Any] | None = None

    def build_app(self) -> Starlette:
        """Build the application."""
        return Starlette(
            routes=[
                Route("/posts/{post}", self.put_post, methods=["PUT"]),
                Route("/posts/{post}/applicants", self.list_applicants),
                Route("/control", self.set_mode, methods=["PUT"]),
                Route("/control", self.report_state),
            ]
        )

    async def put_post(self, request: Request) -> Response:
        """Take a change of a post: once under its key, and never an older one after a newer."""
        mode = self._next_mode()
        refused = await self._answer_failure(request, mode)
        if refused is not None:
            return refused
        try:
            told = PostUpdate.model_validate_json(await request.body())
        except ValidationError:
            return _build_json_response({"error": "malformed"}, 422)
        post, key = request.path_params["post"], request.headers.get("idempotency-key", "")
        self._store_update(post, key, told)
        if mode is Mode.LOST:
            await asyncio.sleep(HANGING_SECONDS)
        return _build_json_response({"postId": post, "version": self.posts[post].version})

    def _store_update(self, post: str, key: str, told: PostUpdate) -> None:
        known = self.posts.get(post)
        if key in self.keys:
            self.repeats += 1
        elif known is not None and known.version >= told.version:
            self.late += 1
        else:
            self.posts[post] = told
            self.changes.append((post, told.version))
        self.keys.add(key)

    async def list_applicants(self, request: Request) -> Response:
        """Return who applied for a post."""
        refused = await self._answer_failure(request, self._next_mode())
        if refused is not None:
            return refused
        post = request.path_params["post"]
        if post not in self.posts or not self.posts[post].listed:
            return _build_json_response({"error": "no such post"}, 404)
        made = build_applicants(post) if self.applicants is None else self.applicants
        return _build_json_response({"applicants": made})

    async def set_mode(self, request: Request) -> Response:
        """Be told how to answer from now on."""
        try:
            told = ControlRequest.model_validate_json(await request.body())
        except ValidationError as error:
            return _build_json_response({"error": str(error)}, 422)
        self.mode, self.times = told.mode, told.times
        if told.applicants is not None:
            self.applicants = told.applicants
        return await self.report_state(request)

    async def report_state(self, request: Request) -> Response:
        """Return what was taken so far."""
        counts = {"requests": self.requests, "repeats": self.repeats, "late": self.late}
        posts = {name: told.model_dump() for name, told in self.posts.items()}
        return _build_json_response(
            {"mode": self.mode, "posts": posts, "changes": self.changes} | counts
        )

    def _next_mode(self) -> Mode:
        """Return how to answer this request."""
        self.requests += 1
        if self.times is not None:
            self.times -= 1
            if self.times < 0:
                self.mode, self.times = Mode.OK, None
        return self.mode

    async def _answer_failure(self, request: Request, mode: Mode) -> Response | None:
        """Fail as told, or for want of the token."""
        if self.token and request.headers.get("authorization") != f"Bearer {self.token}":
            return _build_json_response({"error": "unknown token"}, 401)
        if mode in STATUS_BY_MODE:
            return Response("an error page", STATUS_BY_MODE[mode], {"location": "/elsewhere"})
        match mode:
            case Mode.HANG:
                await asyncio.sleep(HANGING_SECONDS)
            case Mode.GARBAGE:
                return Response(b"\xff\xfe{]", media_type="application/json")
            case Mode.WRONG_TYPES:
                body = {"postId": 7, "version": "1", "applicants": [{"name": ["x"]}]}
                return _build_json_response(body)
            case Mode.HUGE:
                return Response(b'"' + b"x" * 8_000_000, media_type="application/json")
        return None


def build_applicants(post: str) -> list[dict[str, str]]:
    """Make up who applied for a post; the same post always has the same applicants."""
    dice = sha256(post.encode()).digest()
    first = datetime(2026, 10, 1, 1, tzinfo=UTC)
    return [
        {
            "reference": f"JYZX-{dice[n]:02x}{dice[n + 8]:02x}-{n + 1}",
            "name": SURNAMES[dice[n] % len(SURNAMES)] + GIVEN_NAMES[dice[n + 8] % len(GIVEN_NAMES)],
            "mobile": f"1990000{dice[n]:02d}{dice[n + 8]:02d}"[:11].ljust(11, "0"),
            "education": EDUCATIONS[dice[n] % len(EDUCATIONS)],
            "appliedAt": (first + timedelta(hours=dice[n])).isoformat(),
        }
        for n in range(dice[0] % 5)
    ]


def _build_json_response(body: object, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")


def serve(listener: socket.socket, token: str) -> None:
    """Serve until SIGTERM or SIGINT."""
    app = StandIn(token=token).build_app()
    config = uvicorn.Config(
        app, log_level="critical", access_log=False, timeout_graceful_shutdown=1, lifespan="off"
    )
    asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


def main() -> None:
    """Serve on a port of this machine, or on the listening socket that the parent hands over."""
    token = os.environ.get("JIUYE_BOARD_TOKEN", "")
    parser = ArgumentParser(description="A stand-in of the national job board 就业在线.")
    parser.add_argument("place", metavar="PORT", help="of this machine, or fd:N for a socket")
    place: str = parser.parse_args().place
    if place.startswith("fd:"):
        listener = socket.socket(fileno=int(place.removeprefix("fd:")))
    else:
        listener = socket.create_server(("127.0.0.1", int(place)))
    serve(listener, token)


if __name__ == "__main__":
    main()
