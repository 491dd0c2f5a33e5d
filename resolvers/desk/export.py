"""Lists as files 导出: a link speaks for its viewer, and rows are read as it is fetched."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, TypeVar
from uuid import UUID

import orjson
import strawberry
from sqlalchemy import ColumnElement, Select, and_, func, select

from gateways.table_writer import RowPages, write_csv, write_xlsx
from loaders.key import Key
from loaders.snapshot import Snapshot
from models import (
    Claim,
    ClaimKind,
    ClaimLine,
    Intern,
    LineState,
    Person,
    RegionLevel,
    Role,
    Status,
    Trainee,
)
from models import Unit as UnitRow
from resolvers.desk.statistics import StatisticsFilter, count_statistics, match_filter
from resolvers.kernel.context import Context, Info
from resolvers.kernel.mutation import find_unreadable_faults
from resolvers.kernel.rate_limit import EXPORT_LIMIT, count_try
from resolvers.kernel.service import Service
from rules.desk.export import (
    EXPORT_HEADINGS,
    MAX_EXPORT_ROWS,
    ExportCell,
    ExportFormat,
    ExportList,
    format_cell,
)
from rules.desk.statistics import Dimension, Statistic
from rules.kernel.refusal import Reason, build_refusal, refuse_if
from rules.kernel.region import get_region_name
from rules.kernel.value import Day, RegionCode
from rules.kernel.viewer import Language, Viewer

Named = TypeVar("Named", bound=StrEnum)

LINK_PURPOSE = "export"
URL_PREFIX = "/files/export/"
ROWS_PER_PAGE = 1000
_LIST = strawberry.argument(description="What is written into the file. 导出内容")
_FORMAT = strawberry.argument(description="As what kind of file. 导出格式")
_BY = strawberry.argument(description="Of statistics: what is told apart. 统计维度")
_LEVEL = strawberry.argument(description="Of statistics: at which level regions are. 区划级别")
_ONLY = strawberry.argument(description="Which claims and lines it has. 筛选条件")


@dataclass(frozen=True, slots=True)
class ExportLink:
    """Where a file is fetched, and until when."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """What a link is for."""

    list: ExportList
    format: ExportFormat
    by: Sequence[Dimension]
    level: RegionLevel
    only: StatisticsFilter


async def sign_export_link(
    info: Info,
    list: Annotated[ExportList, _LIST],
    format: Annotated[ExportFormat, _FORMAT],
    by: Annotated[Sequence[Dimension] | None, _BY] = None,
    level: Annotated[RegionLevel, _LEVEL] = RegionLevel.DISTRICT,
    filter: Annotated[StatisticsFilter | None, _ONLY] = None,
) -> ExportLink:
    """Sign a link to a list as a file, for some minutes: of what the viewer sees. 导出."""
    refuse_if(find_unreadable_faults(filter, ("filter",)))
    context = info.context
    service, viewer = context.service, context.viewer
    wanted = ExportRequest(
        list=list, format=format, by=by or (), level=level, only=filter or StatisticsFilter()
    )
    await _require_fitting_size(context, wanted)
    await count_try(service, EXPORT_LIMIT, str(viewer.account_id))
    until = service.now() + service.files.link_life
    parts = (*_format_request(wanted), *_format_viewer(viewer))
    return ExportLink(URL_PREFIX + service.files.links.sign_link(LINK_PURPOSE, parts, until), until)


def write_export(
    service: Service, parts: Sequence[str]
) -> tuple[ExportRequest, AsyncIterator[bytes]]:
    """Write the file that a link was signed for, of what whoever it speaks for sees now."""
    wanted, viewer = _parse_request(parts[:5]), _parse_viewer(parts[5:])
    pages = _generate_pages(Context(service, viewer), wanted)
    writer = write_csv if wanted.format is ExportFormat.CSV else write_xlsx
    return wanted, writer(EXPORT_HEADINGS[wanted.list], pages)


async def _require_fitting_size(context: Context, wanted: ExportRequest) -> None:
    """Refuse a file that nobody could read, and statistics that nobody may ask for."""
    if wanted.list is ExportList.STATISTICS:
        await count_statistics(context, wanted.by, wanted.level, wanted.only)
        return
    counted = _select_rows(wanted).with_only_columns(func.count(), maintain_column_froms=True)
    ((count,),) = await context.loaders.snapshot.load_rows(counted)
    if count > MAX_EXPORT_ROWS:
        raise build_refusal(Reason.LIST_TOO_LONG, "filter", most=MAX_EXPORT_ROWS)


async def _generate_pages(context: Context, wanted: ExportRequest) -> RowPages:
    try:
        if wanted.list is ExportList.STATISTICS:
            found = await count_statistics(context, wanted.by, wanted.level, wanted.only)
            yield [_build_statistic_cells(each) for each in found]
            return
        async for page in _read_pages(context.loaders.snapshot, wanted):
            yield page
    finally:
        await context.close()


async def _read_pages(snapshot: Snapshot, wanted: ExportRequest) -> RowPages:
    table = Claim if wanted.list is ExportList.CLAIMS else ClaimLine
    last = UUID(int=0)
    while True:
        statement = (
            _select_rows(wanted).where(table.id > last).order_by(table.id).limit(ROWS_PER_PAGE)
        )
        rows = await snapshot.load_rows(statement)
        if not rows:
            return
        yield [
            _build_claim_cells(row) if table is Claim else _build_line_cells(row) for row in rows
        ]
        last = rows[-1][0].id


def _select_rows(wanted: ExportRequest) -> Select[*tuple[Any, ...]]:
    if wanted.list is ExportList.CLAIMS:
        claims = select(Claim, UnitRow.name).join(UnitRow, UnitRow.id == Claim.unit_id)
        return claims.where(*_match_claims(wanted.only))
    own = and_(Claim.unit_id == ClaimLine.unit_id, Claim.id == ClaimLine.claim_id)
    intern = and_(Intern.unit_id == ClaimLine.unit_id, Intern.id == ClaimLine.intern_id)
    trainee = and_(Trainee.unit_id == ClaimLine.unit_id, Trainee.id == ClaimLine.trainee_id)
    names = [
        func.coalesce(*(getattr(table, name) for table in (Intern, Trainee, Person)))
        for name in ("name", "id_number_masked")
    ]
    return (
        select(ClaimLine, *names)
        .join(Claim, own)
        .outerjoin(Intern, intern)
        .outerjoin(Trainee, trainee)
        .outerjoin(Person, Person.id == ClaimLine.person_id)
        .where(*match_filter(wanted.only))
    )


def _match_claims(only: StatisticsFilter) -> Sequence[ColumnElement[bool]]:
    conditions = match_filter(replace(only, state=None))
    if only.state is None:
        return conditions
    having = select(ClaimLine.id).where(
        ClaimLine.unit_id == Claim.unit_id,
        ClaimLine.claim_id == Claim.id,
        ClaimLine.state.in_(only.state),
    )
    return [*conditions, having.exists()]


def _build_claim_cells(row: Sequence[Any]) -> Sequence[ExportCell]:
    claim, unit = row
    place = get_region_name(claim.region)
    values = (unit, place, claim.kind, claim.status, claim.month, claim.year, claim.amount)
    id_ = Key(Claim.__name__, (claim.unit_id, claim.id)).format_global_id()
    return [format_cell(value) for value in (*values, claim.submitted_at, id_)]


def _build_line_cells(row: Sequence[Any]) -> Sequence[ExportCell]:
    line, name, number = row
    values = (
        line.unit_name,
        get_region_name(line.region),
        line.claim_kind,
        line.claim_status,
        line.state,
        line.claim_month,
        line.claim_year,
        name,
        number,
        line.amount,
        Key(ClaimLine.__name__, (line.unit_id, line.id)).format_global_id(),
    )
    return [format_cell(value) for value in values]


def _build_statistic_cells(each: Statistic) -> Sequence[ExportCell]:
    shown = each.figures
    figures = (shown.claims, shown.lines, shown.amount, shown.standing) if shown else ("",) * 4
    values = (each.region, each.region_name, each.kind, each.month, each.state)
    return [format_cell(value) for value in (*values, each.persons_text, *figures)]


def _format_request(wanted: ExportRequest) -> tuple[str, ...]:
    only = orjson.dumps(asdict(wanted.only)).decode()
    return wanted.list, wanted.format, ",".join(wanted.by), wanted.level, only


def _parse_request(parts: Sequence[str]) -> ExportRequest:
    what, format_, by, level, text = parts
    kept: dict[str, Any] = orjson.loads(text)
    only = StatisticsFilter(
        region=RegionCode(kept["region"]) if kept["region"] else None,
        kind=_parse_members(ClaimKind, kept["kind"]),
        status=_parse_members(Status, kept["status"]),
        state=_parse_members(LineState, kept["state"]),
        since=_parse_day(kept["since"]),
        until=_parse_day(kept["until"]),
    )
    dimensions = [Dimension(name) for name in by.split(",") if name]
    return ExportRequest(
        list=ExportList(what),
        format=ExportFormat(format_),
        by=dimensions,
        level=RegionLevel(level),
        only=only,
    )


def _parse_members(kind: type[Named], names: Sequence[str] | None) -> list[Named] | None:
    return None if names is None else [kind(name) for name in names]


def _parse_day(text: str | None) -> Day | None:
    return Day(date.fromisoformat(text)) if text else None


def _format_viewer(viewer: Viewer) -> tuple[str, ...]:
    return str(viewer.account_id), viewer.role or "", viewer.region or ""


def _parse_viewer(parts: Sequence[str]) -> Viewer:
    account, role, region = parts
    return Viewer(language=Language.ZH, account_id=UUID(account), role=Role(role), region=region)
