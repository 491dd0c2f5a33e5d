"""A store that speaks as much S3 as is spoken to it, and believes nobody's signature unchecked."""

import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import md5, sha256
from urllib.parse import parse_qsl, quote, unquote
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

ACCESS_KEY, SECRET_KEY, REGION, BUCKET = "minister", "ministers-secret", "cn-test-1", "files"
STORED_HEADERS = ("content-type", "content-disposition", "cache-control")


@dataclass
class StoredObject:
    """An object, what is sent with it, and when it was written."""

    content: bytes
    headers: dict[str, str]
    at: datetime


@dataclass
class S3Store:
    """The store: an application, and what lies in its one bucket."""

    objects: dict[str, StoredObject] = field(default_factory=dict)
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)
    failing: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self._answer_request(request)
        await response(scope, receive, send)

    async def _answer_request(self, request: Request) -> Response:
        body = await request.body()
        if self.failing:
            return Response(status_code=500)
        bucket, _, key = unquote(request.url.path).removeprefix("/").partition("/")
        if bucket != BUCKET or not _is_signed(request, body):
            return _build_error_response(403, "SignatureDoesNotMatch")
        query = dict(parse_qsl(request.url.query, keep_blank_values=True))
        if "uploads" in query or "uploadId" in query:
            return self._answer_multipart(request, key, query, body)
        if request.method == "PUT":
            self._store_object(request, key, body)
        if request.method == "DELETE":
            self.objects.pop(key, None)
        if request.method == "GET":
            return self._answer_object(key) if key else self._answer_listing(query)
        return Response(headers={"ETag": _build_etag(body)})

    def _store_object(self, request: Request, key: str, body: bytes) -> None:
        told = {name: request.headers[name] for name in STORED_HEADERS if name in request.headers}
        self.objects[key] = StoredObject(body, told, datetime.now(UTC))

    def _answer_object(self, key: str) -> Response:
        kept = self.objects.get(key)
        if kept is None:
            return _build_error_response(404, "NoSuchKey")
        at = {"Last-Modified": format_datetime(kept.at, usegmt=True)}
        return Response(
            kept.content, headers={**kept.headers, **at, "ETag": _build_etag(kept.content)}
        )

    def _answer_multipart(
        self, request: Request, key: str, query: dict[str, str], body: bytes
    ) -> Response:
        if "uploads" in query:
            self.parts[key] = {}
            self._store_object(request, f"{key} begun", b"")
            return _build_xml_response(
                f"<InitiateMultipartUploadResult><UploadId>{key}</UploadId>"
                "</InitiateMultipartUploadResult>"
            )
        if request.method == "PUT":
            self.parts[key][int(query["partNumber"])] = body
            return Response(headers={"ETag": _build_etag(body)})
        if request.method == "DELETE":
            self.parts.pop(key)
            return Response(status_code=204)
        parts, begun = self.parts.pop(key), self.objects.pop(f"{key} begun")
        whole = b"".join(parts[n] for n in sorted(parts))
        self.objects[key] = StoredObject(whole, begun.headers, datetime.now(UTC))
        return _build_xml_response(
            f"<CompleteMultipartUploadResult><ETag>{_build_etag(whole)}</ETag>"
            "</CompleteMultipartUploadResult>"
        )

    def _answer_listing(self, query: dict[str, str]) -> Response:
        prefix, after = query.get("prefix", ""), query.get("continuation-token", "")
        most = int(query.get("max-keys", "1000"))
        found = sorted(key for key in self.objects if key.startswith(prefix) and key > after)
        shown = found[:most]
        more = f"<NextContinuationToken>{''.join(shown[-1:])}</NextContinuationToken>"
        contents = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(kept.content)}</Size>"
            f"<LastModified>{kept.at:%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
            f"<ETag>{escape(_build_etag(kept.content))}</ETag></Contents>"
            for key, kept in ((key, self.objects[key]) for key in shown)
        )
        truncated = len(found) > most
        return _build_xml_response(
            f"<ListBucketResult><Name>{BUCKET}</Name><IsTruncated>{str(truncated).lower()}"
            f"</IsTruncated>{more if truncated else ''}{contents}</ListBucketResult>"
        )


def _is_signed(request: Request, body: bytes) -> bool:
    """Check a signature of version 4, in a header or in the address, and that it still holds."""
    query = parse_qsl(request.url.query, keep_blank_values=True)
    said = dict(query)
    if "X-Amz-Signature" in said:
        names, scope = said["X-Amz-SignedHeaders"], said["X-Amz-Credential"]
        signature, at, hashed = said["X-Amz-Signature"], said["X-Amz-Date"], "UNSIGNED-PAYLOAD"
        query = [pair for pair in query if pair[0] != "X-Amz-Signature"]
        begun = datetime.strptime(at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if datetime.now(UTC) > begun + timedelta(seconds=int(said["X-Amz-Expires"])):
            return False
    else:
        _, _, told = request.headers.get("authorization", "").partition(" ")
        parts = dict(part.strip().split("=", 1) for part in told.split(",") if "=" in part)
        if not parts:
            return False
        names, scope = parts["SignedHeaders"], parts["Credential"]
        signature, at = parts["Signature"], request.headers["x-amz-date"]
        hashed = request.headers["x-amz-content-sha256"]
        if hashed not in {sha256(body).hexdigest(), "UNSIGNED-PAYLOAD"}:
            return False
    return hmac.compare_digest(
        signature, _build_signature(request, query, names, scope, at, hashed)
    )


def _build_signature(
    request: Request, query: list[tuple[str, str]], names: str, scope: str, at: str, hashed: str
) -> str:
    account, *place = scope.split("/")
    asked = "&".join(f"{quote(n, safe='-_.~')}={quote(v, safe='-_.~')}" for n, v in sorted(query))
    told = "".join(f"{name}:{request.headers[name].strip()}\n" for name in names.split(";"))
    path = quote(unquote(request.url.path), safe="/-_.~")
    lines = "\n".join((request.method, path, asked, told, names, hashed))
    digest = sha256(lines.encode()).hexdigest()
    text = "\n".join(("AWS4-HMAC-SHA256", at, "/".join(place), digest))
    key = f"AWS4{SECRET_KEY if account == ACCESS_KEY else ''}".encode()
    for part in place:
        key = hmac.digest(key, part.encode(), sha256)
    return hmac.new(key, text.encode(), sha256).hexdigest()


def _build_etag(content: bytes) -> str:
    return f'"{md5(content, usedforsecurity=False).hexdigest()}"'


def _build_xml_response(inner: str) -> Response:
    return Response(f'<?xml version="1.0"?>{inner}', media_type="application/xml")


def _build_error_response(status: int, code: str) -> Response:
    response = _build_xml_response(f"<Error><Code>{code}</Code></Error>")
    response.status_code = status
    return response
