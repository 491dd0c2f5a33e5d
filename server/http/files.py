"""Files over HTTP: sent to where an upload says, fetched from where an attachment says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import BinaryIO
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from gateways.store import StoreDown
from models import BankFileFormat, FileType
from resolvers.files import attachment, upload
from resolvers.kernel.service import Service
from resolvers.kernel.viewer import preferred, viewer_of
from resolvers.payment import batch_export
from resolvers.rosters import roster_paper
from rules.files.file import MEDIA_TYPES, headers, saved_as
from rules.kernel.refusal import Fault, InvalidInput, Reason, Refusal, refused
from rules.kernel.wording import message

SILENT_SECONDS = 30
WHOLE_SECONDS = 600
LINGER_SECONDS = 2
LINGER_BYTES = 16 * 1024 * 1024
HEARD = "jiuye.heard"
PIECE = 256 * 1024
STATUS = {
    Reason.NOT_FOUND: 404,
    Reason.UPLOAD_TOO_SLOW: 408,
    Reason.UPLOAD_USED: 409,
    Reason.LINK_EXPIRED: 410,
    Reason.FILE_EXCEEDS_SIZE: 413,
    Reason.FILE_STORE_DOWN: 503,
}
"""Whatever else is refused is 422: the file itself is at fault."""

GUARDED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}
"""A file is data: no browser takes it for a page, runs what is in it, or tells whence it came."""

log = structlog.stdlib.get_logger("jiuye.files")


class Refused(JSONResponse):
    """An answer to somebody who may still be sending: it goes out at once, then they are heard.

    A connection that is closed on them would take the answer with it before they read it.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, hear out whoever is not too long, and close."""
        start = {"type": "http.response.start", "status": self.status_code}
        await send(start | {"headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        if HEARD not in scope:
            with suppress(TimeoutError):
                async with asyncio.timeout(LINGER_SECONDS):
                    await _hear_out(receive)
        await send({"type": "http.response.body"})


async def receive(request: Request) -> Response:
    """Receive the bytes of an upload (J8, J15, J25, J33)."""
    service: Service = request.app.state.service
    declared = request.headers.get("content-length")
    length = int(declared) if declared and declared.isdecimal() else None
    try:
        id = _upload_of(service, request)
        async with asyncio.timeout(WHOLE_SECONDS):
            await upload.receive(service, id, _chunks(request), length)
    except ClientDisconnect:
        log.info("upload abandoned")
        return Response(status_code=400)
    except TimeoutError:
        return refusal(request, Fault(Reason.UPLOAD_TOO_SLOW))
    except Refusal as said:
        return refusal(request, said.fault)
    except InvalidInput as said:
        return refusal(request, said.faults[0])
    except (SQLAlchemyError, OSError) as error:
        return _down(request, error)
    return Response(status_code=204, headers={"Cache-Control": "no-store"})


async def send(request: Request) -> Response:
    """Send an attachment to whoever has a link to it, to be saved and not to be shown."""
    service: Service = request.app.state.service
    try:
        parts = signed(service, attachment.PURPOSE, request)
        row = await attachment.linked(service, parts)
        pieces = await service.files.store.open(row.object_key)
    except Refusal as said:
        return refusal(request, said.fault)
    except (StoreDown, SQLAlchemyError, OSError) as error:
        return _down(request, error)
    told = {**headers(row.name, row.type), **GUARDED, "Content-Length": str(row.size)}
    return StreamingResponse(pieces, headers=told)


async def paper(request: Request) -> Response:
    """Send a roster's template, empty or with its failed rows, to whoever has a link (S10)."""
    service: Service = request.app.state.service
    purpose = request.path_params["purpose"]
    try:
        parts = signed(service, purpose, request)
        name, file = await roster_paper.paper(service, purpose, parts)
    except Refusal as said:
        return refusal(request, said.fault)
    except (SQLAlchemyError, OSError) as error:
        return _down(request, error)
    size = file.seek(0, 2)
    file.seek(0)
    told = {**headers(name, FileType.XLSX), **GUARDED, "Content-Length": str(size)}
    return StreamingResponse(_pieces(file), headers=told)


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece


async def send_batch(request: Request) -> Response:
    """Send a batch's file for the bank to who had it written (X8)."""
    service: Service = request.app.state.service
    try:
        made = await batch_export.linked(service, signed(service, batch_export.PURPOSE, request))
    except Refusal as said:
        return refusal(request, said.fault)
    except (SQLAlchemyError, OSError) as error:
        return _down(request, error)
    plain = f"batch.{made.format.lower()}"
    told = {**saved_as(made.name, plain, _MEDIA_TYPES[made.format]), **GUARDED}
    return Response(made.content, headers=told)


_MEDIA_TYPES = {
    BankFileFormat.XLSX: MEDIA_TYPES[FileType.XLSX],
    BankFileFormat.CSV: "text/csv; charset=utf-8",
}

ROUTES = (
    Route("/files/batch/{token}", send_batch, methods=["GET"]),
    Route("/files/upload/{token}", receive, methods=["PUT", "POST"]),
    Route(f"{roster_paper.ADDRESS}{{purpose}}/{{token}}", paper, methods=["GET"]),
    Route("/files/{token}", send, methods=["GET"]),
)


def _upload_of(service: Service, request: Request) -> UUID:
    """Read which upload a link is of; who says who they are must be whom it was given to."""
    id, account = signed(service, upload.PURPOSE, request)
    said = request.headers.get("authorization")
    if said is not None and account:
        found = viewer_of(service, said, None)
        if found is None:
            raise HTTPException(401)
        if str(found.account_id) != account:
            raise refused(Reason.NOT_FOUND)
    return UUID(id)


def signed(service: Service, purpose: str, request: Request) -> tuple[str, ...]:
    """Read what a link says, or refuse one that is none or holds no more."""
    signed = service.files.links.read(purpose, request.path_params["token"], service.now())
    if signed is None:
        raise refused(Reason.NOT_FOUND)
    if not signed.holds:
        raise refused(Reason.LINK_EXPIRED)
    return signed.parts


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    """Give the body as it comes; a sender who falls silent is not waited for."""
    chunks = aiter(request.stream())
    while True:
        try:
            async with asyncio.timeout(SILENT_SECONDS):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            request.scope[HEARD] = True
            return
        except TimeoutError:
            raise refused(Reason.UPLOAD_TOO_SLOW) from None
        yield chunk


def refusal(request: Request, fault: Fault) -> Response:
    """Say no as mutations do, in the client's language; what was not read yet never is."""
    words = message(fault, preferred(request.headers.get("accept-language", "")))
    status = STATUS.get(fault.reason, 422)
    log.info("file refused", status=status, reason=str(fault.reason))
    body = {"reason": fault.reason, "path": [], "message": words.text, "cure": words.cure}
    return Refused(body, status, {"Cache-Control": "no-store", "Connection": "close"})


async def _hear_out(receive: Receive) -> None:
    heard, more = 0, True
    while more and heard < LINGER_BYTES:
        message = await receive()
        heard += len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)


def _down(request: Request, error: Exception) -> Response:
    log.error("files are out of reach", error=type(error).__name__)
    return refusal(request, Fault(Reason.FILE_STORE_DOWN))
