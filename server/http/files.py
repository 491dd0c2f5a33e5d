"""Files over HTTP: sent to where an upload says, fetched from where an attachment says."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from functools import wraps
from typing import BinaryIO
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from gateways.fair_line import Crowded
from gateways.heavy_work import HeavyWork
from gateways.object_store import StoreUnavailable
from models import BankFileFormat, FileType
from resolvers.files import attachment, upload
from resolvers.kernel.access import has_access_ended
from resolvers.kernel.access_history import record_fetch
from resolvers.kernel.link import OpenedLink, open_link, read_link
from resolvers.kernel.refusal_log import RefusalLog
from resolvers.kernel.refused_access import REFUSED_ACCESS
from resolvers.kernel.service import Service
from resolvers.kernel.viewer import choose_language, parse_viewer
from resolvers.payment import batch_export
from resolvers.rosters import roster_templates
from rules.files.file import MEDIA_TYPES, build_download_headers, build_file_headers
from rules.kernel.function import ANYONE, Function, Functions
from rules.kernel.refusal import Fault, InvalidInput, Reason, Refusal, build_refusal, fault
from rules.kernel.wording import format_fault
from server.http.certificate_header import get_certificate
from server.http.client_address import get_client_address

MAX_SILENCE_SECONDS = 30
UPLOAD_TIMEOUT_SECONDS = 600
LINGER_SECONDS = 2
LINGER_BYTES = 16 * 1024 * 1024
BODY_READ_KEY = "jiuye.heard"
PIECE_BYTES = 256 * 1024
STATUS_BY_REASON = {
    Reason.ACCESS_ENDED: 403,
    Reason.NOT_FOUND: 404,
    Reason.UPLOAD_TOO_SLOW: 408,
    Reason.UPLOAD_USED: 409,
    Reason.LINK_EXPIRED: 410,
    Reason.FILE_EXCEEDS_SIZE: 413,
    Reason.TOO_MANY_TRIES: 429,
    Reason.FILE_STORE_DOWN: 503,
    Reason.FILE_UNCHECKED: 503,
}
"""Whatever else is refused is 422: the file itself is at fault."""

READING: Functions = frozenset({Function.READ_RECORDS})

log = structlog.stdlib.get_logger("jiuye.files")
refusals = RefusalLog("jiuye.files")


class RefusalResponse(JSONResponse):
    """An answer to somebody who may still be sending: it goes out at once, then they are heard.

    A connection that is closed on them would take the answer with it before they read it.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, hear out whoever is not too long, and close."""
        start = {"type": "http.response.start", "status": self.status_code}
        await send(start | {"headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        if BODY_READ_KEY not in scope:
            with suppress(TimeoutError):
                async with asyncio.timeout(LINGER_SECONDS):
                    await _drain_request(receive)
        await send({"type": "http.response.body"})


FileEndpoint = Callable[[Request], Awaitable[Response]]


def answer_refusals(endpoint: FileEndpoint) -> FileEndpoint:
    """Turn what an endpoint of files raises into answers, in the client's language."""

    @wraps(endpoint)
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Refusal as said:
            return _answer_fault(request, said.fault)
        except InvalidInput as said:
            return _answer_fault(request, said.faults[0])
        except Crowded as crowd:
            wait = fault(Reason.TOO_MANY_TRIES, seconds=crowd.seconds)
            return _answer_fault(request, wait, {"Retry-After": str(crowd.seconds)})
        except (StoreUnavailable, SQLAlchemyError, OSError) as error:
            log.error("files are out of reach", error=type(error).__name__)
            return _answer_fault(request, Fault(Reason.FILE_STORE_DOWN))

    return answer


@answer_refusals
async def receive_upload(request: Request) -> Response:
    """Receive the bytes of an upload (J8, J15, J25, J33)."""
    service: Service = request.app.state.service
    declared = request.headers.get("content-length")
    length = int(declared) if declared and declared.isdecimal() else None
    try:
        # By its signature alone: who floods is in line before the database is asked for them.
        holder, _ = read_link(service, upload.LINK_PURPOSE, request.path_params["token"])
        asker = str(holder.account_id or get_client_address(request))
        async with service.places[HeavyWork.ANNOUNCEMENTS].hold_place(asker):
            id = await _read_upload_link(service, request)
        async with asyncio.timeout(UPLOAD_TIMEOUT_SECONDS):
            await upload.receive_upload(service, id, _iterate_body(request), length, asker)
    except ClientDisconnect:
        refusals.write("upload abandoned")
        return Response(status_code=400)
    except TimeoutError:
        raise build_refusal(Reason.UPLOAD_TOO_SLOW) from None
    return Response(status_code=204)


@answer_refusals
async def send_attachment(request: Request) -> Response:
    """Send an attachment to whoever has a link to it, to be saved and not to be shown."""
    service: Service = request.app.state.service
    link = await read_signed_link(service, attachment.LINK_PURPOSE, request, READING)
    row = await attachment.load_linked_file(service, link)
    pieces = await service.files.store.open_file(row.object_key)
    told = {
        **build_file_headers(row.name, row.type),
        "Content-Length": str(row.size),
    }
    return StreamingResponse(pieces, headers=told)


@answer_refusals
async def send_roster_template(request: Request) -> Response:
    """Send a roster's template, empty or with its failed rows, to whoever has a link (S10)."""
    service: Service = request.app.state.service
    purpose = request.path_params["purpose"]
    link = await read_signed_link(service, purpose, request)
    asker = str(link.holder.account_id or "")
    name, file = await roster_templates.write_linked_file(service, purpose, link, asker)
    return answer_file(file, build_file_headers(name, FileType.XLSX))


def answer_file(file: BinaryIO, headers: Mapping[str, str]) -> Response:
    """Answer with a nameless file, from its start to its end."""
    size = file.seek(0, 2)
    file.seek(0)
    return StreamingResponse(_iterate_file(file), headers={**headers, "Content-Length": str(size)})


async def _iterate_file(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
            yield piece


@answer_refusals
async def send_batch(request: Request) -> Response:
    """Send a batch's file for the bank to who had it written (X8)."""
    service: Service = request.app.state.service
    link = await read_signed_link(
        service, batch_export.LINK_PURPOSE, request, batch_export.LINK_FUNCTIONS
    )
    made = await batch_export.load_linked_bank_file(service, link)
    plain = f"batch.{made.format.lower()}"
    told = {
        **build_download_headers(made.name, plain, _MEDIA_TYPES[made.format]),
    }
    return Response(made.content, headers=told)


_MEDIA_TYPES = {
    BankFileFormat.XLSX: MEDIA_TYPES[FileType.XLSX],
    BankFileFormat.CSV: "text/csv; charset=utf-8",
}

ROUTES = (
    Route("/files/batch/{token}", send_batch, methods=["GET"]),
    Route("/files/upload/{token}", receive_upload, methods=["PUT", "POST"]),
    Route(
        f"{roster_templates.URL_PREFIX}{{purpose}}/{{token}}", send_roster_template, methods=["GET"]
    ),
    Route("/files/{token}", send_attachment, methods=["GET"]),
)


async def _read_upload_link(service: Service, request: Request) -> UUID:
    """Read which upload a link is of."""
    id, _ = (await _open_signed_link(service, upload.LINK_PURPOSE, request, ANYONE)).parts
    return UUID(id)


async def _open_signed_link(
    service: Service, purpose: str, request: Request, may: Functions
) -> OpenedLink:
    """Read what a link says, or refuse one that is none or holds no more for whose it is.

    A browser follows it without a token, and with its certificate, if the proxy asked for one; who
    says who they are must be whose it is.
    """
    shown = get_certificate(request)
    link = await open_link(service, purpose, request.path_params["token"], may, shown)
    said = request.headers.get("authorization")
    if said is not None and link.holder.account_id is not None:
        found = parse_viewer(service, said, None, shown)
        if found is None or await has_access_ended(service, found):
            raise HTTPException(401)
        if found.account_id != link.holder.account_id:
            raise build_refusal(Reason.NOT_FOUND)
    return link


async def read_signed_link(
    service: Service, purpose: str, request: Request, may: Functions = ANYONE
) -> OpenedLink:
    """Read what a link to a file says, and remember that it was followed (X9)."""
    link = await _open_signed_link(service, purpose, request, may)
    await record_fetch(service, link, purpose)
    return link


async def _iterate_body(request: Request) -> AsyncIterator[bytes]:
    """Yield the body as it comes; a sender who falls silent is not waited for."""
    chunks = aiter(request.stream())
    while True:
        try:
            async with asyncio.timeout(MAX_SILENCE_SECONDS):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            request.scope[BODY_READ_KEY] = True
            return
        except TimeoutError:
            raise build_refusal(Reason.UPLOAD_TOO_SLOW) from None
        yield chunk


def _answer_fault(
    request: Request, fault: Fault, more: Mapping[str, str] | None = None
) -> Response:
    """Refuse as mutations do, in the client's language; what was not read yet never is."""
    words = format_fault(fault, choose_language(request.headers.get("accept-language", "")))
    status = STATUS_BY_REASON.get(fault.reason, 422)
    refusals.write("file refused", status=status, reason=str(fault.reason))
    REFUSED_ACCESS.record(fault.reason, "file")
    body = {"reason": fault.reason, "path": [], "message": words.text, "cure": words.cure}
    return RefusalResponse(body, status, {"Connection": "close", **(more or {})})


async def _drain_request(receive: Receive) -> None:
    heard, more = 0, True
    while more and heard < LINGER_BYTES:
        message = await receive()
        heard += len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)
