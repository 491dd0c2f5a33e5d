"""Lists as files over HTTP: fetched by a link that was signed for whoever asked for it."""

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from resolvers.desk import export
from resolvers.kernel.service import Service
from rules.desk.export import ExportFormat
from rules.kernel.refusal import Refusal
from server.http.files import answer_refusal, read_signed_link

MEDIA_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


async def send_export(request: Request) -> Response:
    """Send a list as a file, to be saved and not to be shown."""
    service: Service = request.app.state.service
    try:
        parts = await read_signed_link(service, export.LINK_PURPOSE, request, export.LINK_FUNCTIONS)
        wanted, pieces = export.write_export(service, parts)
    except Refusal as said:
        return answer_refusal(request, said.fault)
    name = f"{wanted.list.lower()}.{wanted.format.lower()}"
    told = {
        "Content-Type": MEDIA_TYPES[wanted.format],
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return StreamingResponse(pieces, headers=told)


ROUTES = (Route("/files/export/{token}", send_export, methods=["GET"]),)
