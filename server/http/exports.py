"""Lists as files over HTTP: fetched by a link that was signed for whoever asked for it."""

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from resolvers.desk import export
from resolvers.kernel.service import Service
from rules.desk.export import ExportFormat
from rules.kernel.refusal import Refusal
from server.http.files import GUARDED, refusal, signed

MEDIA = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


async def send(request: Request) -> Response:
    """Send a list as a file, to be saved and not to be shown."""
    service: Service = request.app.state.service
    try:
        wanted, pieces = export.exported(service, signed(service, export.PURPOSE, request))
    except Refusal as said:
        return refusal(request, said.fault)
    name = f"{wanted.list.lower()}.{wanted.format.lower()}"
    told = {
        "Content-Type": MEDIA[wanted.format],
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
        **GUARDED,
    }
    return StreamingResponse(pieces, headers=told)


ROUTES = (Route("/files/export/{token}", send, methods=["GET"]),)
