"""Lists as files over HTTP: fetched by a link that was signed for whoever asked for it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from resolvers.desk import export, extract
from resolvers.kernel.service import Service
from rules.desk.export import ExportFormat
from rules.desk.extract import ExtractFormat
from server.http.files import answer_file, answer_refusals, read_signed_link

MEDIA_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

EXTRACT_MEDIA_TYPES = {
    ExtractFormat.JSON: "application/json",
    ExtractFormat.XLSX: MEDIA_TYPES[ExportFormat.XLSX],
}


@answer_refusals
async def send_export(request: Request) -> Response:
    """Send a list as a file, to be saved and not to be shown."""
    service: Service = request.app.state.service
    link = await read_signed_link(service, export.LINK_PURPOSE, request, export.LINK_FUNCTIONS)
    wanted, file = await export.write_export(service, link)
    name = f"{wanted.list.lower()}.{wanted.format.lower()}"
    told = {
        "Content-Type": MEDIA_TYPES[wanted.format],
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return answer_file(file, told)


@answer_refusals
async def send_extract(request: Request) -> Response:
    """Send a person all that is kept about them, to be saved and not to be shown (PIPL 45)."""
    service: Service = request.app.state.service
    link = await read_signed_link(service, extract.LINK_PURPOSE, request, extract.LINK_FUNCTIONS)
    format, file = await extract.write_extract(service, link)
    told = {
        "Content-Type": EXTRACT_MEDIA_TYPES[format],
        "Content-Disposition": f'attachment; filename="extract.{format.lower()}"',
    }
    return answer_file(file, told)


ROUTES = (
    Route(f"{extract.URL_PREFIX}{{token}}", send_extract, methods=["GET"]),
    Route("/files/export/{token}", send_export, methods=["GET"]),
)
