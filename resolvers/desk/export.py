"""Lists as files 导出: a link speaks for its viewer, and rows are read as it is fetched."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from tempfile import TemporaryFile
from typing import Annotated, Any, BinaryIO, TypeVar
from uuid import UUID

import orjson
import strawberry
from sqlalchemy import ColumnElement, Select, and_, func, select

from gateways.heavy_work import HeavyWork
from gateways.table_writer import RowPages, write_csv, write_xlsx
from loaders.key import format_row_id
from loaders.scope import build_scope_filters
from models import (
    Claim,
    ClaimKind,
    ClaimLine,
    Intern,
    LineState,
    Person,
    RegionLevel,
    Role,
    RosterRow,
    Status,
    Trainee,
)
from models import Unit as UnitRow
from resolvers.desk.statistics import StatisticsFilter, count_statistics, match_filter
from resolvers.kernel.access_history import record_export
from resolvers.kernel.context import Context, Info
from resolvers.kernel.granted_functions import refuse_missing_functions
from resolvers.kernel.link import OpenedLink, sign_viewer_link
from resolvers.kernel.mutation import find_unreadable_faults
from resolvers.kernel.place import name_asker
from resolvers.kernel.rate_limit import EXPORT_LIMIT, count_try
from resolvers.kernel.service import Service
from rules.desk.export import (
    EXPORT_HEADINGS,
    MAX_EXPORT_ROWS,
    NOT_SUBMITTED_TEXT,
    ExportCell,
    ExportFormat,
    ExportList,
    format_cell,
    format_region,
)
from rules.desk.statistics import Dimension, Statistic
from rules.kernel.function import ANYONE, Function, Functions
from rules.kernel.refusal import Reason, build_refusal, refuse_if
from rules.kernel.respelling import RESPELLED_FIELDS
from rules.kernel.value import CreditCode, Day, RegionCode, YearMonth
from rules.kernel.viewer import Language, Viewer

Named = TypeVar("Named", bound=StrEnum)

LINK_PURPOSE = "export"
LINK_FUNCTIONS: Functions = frozenset({Function.EXPORT_LISTS})
URL_PREFIX = "/files/export/"
ROWS_PER_PAGE = 200
"""As many as are built without making others wait for some milliseconds."""
LISTING_FUNCTIONS: Mapping[ExportList, Functions] = {
    ExportList.CLAIMS: frozenset({Function.READ_RECORDS}),
    ExportList.CLAIM_LINES: frozenset({Function.READ_RECORDS}),
    ExportList.STATISTICS: frozenset({Function.READ_STATISTICS}),
}
"""What it takes to see on the screen what a file holds."""

_LIST = strawberry.argument(description="What is written into the file. 导出内容")
_FORMAT = strawberry.argument(description="As what kind of file. 导出格式")
_BY = strawberry.argument(description="Of statistics: what is told apart. 统计维度")
_LEVEL = strawberry.argument(description="Of statistics: at which level regions are. 区划级别")
_CODES = strawberry.argument(
    description="Codes of kinds, states and regions instead of their words. 是否使用代码"
)
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
    codes: bool


async def sign_export_link(
    info: Info,
    list: Annotated[ExportList, _LIST],
    format: Annotated[ExportFormat, _FORMAT],
    by: Annotated[Sequence[Dimension] | None, _BY] = None,
    level: Annotated[RegionLevel, _LEVEL] = RegionLevel.DISTRICT,
    filter: Annotated[StatisticsFilter | None, _ONLY] = None,
    *,
    codes: Annotated[bool, _CODES] = False,
) -> ExportLink:
    """Sign a link to a list as a file, for some minutes: of what the viewer may list. 导出."""
    refuse_if(find_unreadable_faults(filter, ("filter",)))
    context = info.context
    service, viewer = context.service, context.viewer
    wanted = ExportRequest(
        list=list,
        format=format,
        by=by or (),
        level=level,
        only=filter or StatisticsFilter(),
        codes=codes,
    )
    await _require_listing_functions(context, wanted)
    asker = name_asker(viewer, context.address)
    async with service.places[HeavyWork.EXPORTS].hold_place(asker):
        await count_try(service, EXPORT_LIMIT, asker, asker=asker)
        await _require_fitting_size(context, wanted)
    # Where the database is away nobody is given a list that nobody knows of.
    await record_export(service, viewer, f"{wanted.list} {wanted.format}")
    until = service.now() + service.files.link_life
    parts = (*_format_request(wanted), *_format_viewer(viewer))
    signed = sign_viewer_link(service, viewer, LINK_PURPOSE, parts, until)
    return ExportLink(URL_PREFIX + signed, until)


async def write_export(service: Service, link: OpenedLink) -> tuple[ExportRequest, BinaryIO]:
    """Write the file that a link was signed for, of what whoever it speaks for sees now.

    To its end and onto the disk, nameless: whoever fetches it slowly holds neither a place nor a
    connection. Raises Crowded where too many files are to be written, and ACCESS_ENDED where
    whoever it is for loses what it takes meanwhile.
    """
    wanted, viewer = _parse_request(link.parts[:6]), _parse_viewer(link)
    writer = write_csv if wanted.format is ExportFormat.CSV else write_xlsx
    file = TemporaryFile(dir=service.files.spool)  # noqa: SIM115 - it outlives this function
    try:
        async with service.places[HeavyWork.EXPORTS].hold_place(str(viewer.account_id)):
            pages = _generate_pages(Context(service, viewer), wanted, link)
            async for piece in writer(EXPORT_HEADINGS[wanted.list], pages):
                await asyncio.to_thread(file.write, piece)
    except BaseException:
        file.close()
        raise
    return wanted, file


async def _require_listing_functions(context: Context, wanted: ExportRequest) -> None:
    """Refuse to write into a file what the viewer may not list (S1)."""
    missing = context.viewer.list_missing_functions(LISTING_FUNCTIONS[wanted.list])
    if missing:
        await refuse_missing_functions(context, missing)


async def _require_fitting_size(context: Context, wanted: ExportRequest) -> None:
    """Refuse a file that nobody could read, and statistics that nobody may ask for."""
    if wanted.list is ExportList.STATISTICS:
        await count_statistics(context, wanted.by, wanted.level, wanted.only)
        return
    counted = _select_rows(context, wanted).with_only_columns(
        func.count(), maintain_column_froms=True
    )
    ((count,),) = await context.loaders.snapshot.load_rows(counted)
    if count > MAX_EXPORT_ROWS:
        raise build_refusal(Reason.LIST_TOO_LONG, "filter", most=MAX_EXPORT_ROWS)


async def _generate_pages(context: Context, wanted: ExportRequest, link: OpenedLink) -> RowPages:
    try:
        if wanted.list is ExportList.STATISTICS:
            found = await count_statistics(context, wanted.by, wanted.level, wanted.only)
            yield [_build_statistic_cells(each, wanted) for each in found]
            return
        async for page in _read_pages(context, wanted):
            await link.require_access(context.service)
            yield page
    finally:
        await context.close()


async def _read_pages(context: Context, wanted: ExportRequest) -> RowPages:
    build = _build_claim_cells if wanted.list is ExportList.CLAIMS else _build_line_cells
    snapshot, rows_wanted = context.loaders.snapshot, _select_rows(context, wanted)
    table = Claim if wanted.list is ExportList.CLAIMS else ClaimLine
    last = UUID(int=0)
    while True:
        statement = rows_wanted.where(table.id > last).order_by(table.id).limit(ROWS_PER_PAGE)
        rows = await snapshot.load_rows(statement)
        if not rows:
            return
        yield [build(row, wanted.codes) for row in rows]
        last = rows[-1][0].id


def _select_rows(context: Context, wanted: ExportRequest) -> Select[*tuple[Any, ...]]:
    """Select what the list shows: in the same scope, by the same filters (X10)."""
    table = Claim if wanted.list is ExportList.CLAIMS else ClaimLine
    rows = _select_claims(wanted.only) if table is Claim else _select_lines(wanted.only)
    reach = build_scope_filters(table, context.viewer, context.service.today())
    within = [f.build_condition(table.__table__.c) for f, _ in reach]
    values = {name: value for f, given in reach for name, value in f.to_parameters(given).items()}
    return rows.where(*within).params(values)


def _select_claims(only: StatisticsFilter) -> Select[*tuple[Any, ...]]:
    units = select(Claim, UnitRow.name, UnitRow.credit_code).join(
        UnitRow, UnitRow.id == Claim.unit_id
    )
    return units.where(*_match_claims(only))


def _select_lines(only: StatisticsFilter) -> Select[*tuple[Any, ...]]:
    """Read lines with the person's name as it stands where the unit entered it, or on file."""
    own = and_(Claim.unit_id == ClaimLine.unit_id, Claim.id == ClaimLine.claim_id)
    intern = and_(Intern.unit_id == ClaimLine.unit_id, Intern.id == ClaimLine.intern_id)
    trainee = and_(Trainee.unit_id == ClaimLine.unit_id, Trainee.id == ClaimLine.trainee_id)
    hired = and_(RosterRow.unit_id == ClaimLine.unit_id, RosterRow.id == ClaimLine.roster_row_id)
    names = [
        func.coalesce(*(getattr(table, name) for table in (Intern, Trainee, RosterRow, Person)))
        for name in ("name", "id_number_masked")
    ]
    return (
        select(ClaimLine, UnitRow.credit_code, Claim.submitted_at, Claim.business_number, *names)
        .join(Claim, own)
        .join(UnitRow, UnitRow.id == ClaimLine.unit_id)
        .outerjoin(Intern, intern)
        .outerjoin(Trainee, trainee)
        .outerjoin(RosterRow, hired)
        .outerjoin(Person, Person.id == ClaimLine.person_id)
        .where(*match_filter(only))
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


def _build_claim_cells(row: Sequence[Any], codes: bool) -> Sequence[ExportCell]:
    claim, unit, credit_code = row
    values = (
        unit,
        credit_code,
        format_region(claim.region, codes=codes),
        claim.kind,
        claim.course_code or (format_region(claim.place, codes=codes) if claim.place else None),
        claim.status,
        claim.month,
        claim.year,
        claim.amount,
        claim.submitted_at,
        format_row_id(claim),
        claim.business_number,
    )
    return [format_cell(value, codes=codes) for value in values]


def _build_line_cells(row: Sequence[Any], codes: bool) -> Sequence[ExportCell]:
    line, credit_code, submitted_at, business_number, name, number = row
    values = (
        line.unit_name,
        credit_code,
        format_region(line.region, codes=codes),
        line.claim_kind,
        line.claim_status,
        line.state,
        line.claim_month,
        line.claim_year,
        submitted_at,
        name,
        number,
        line.amount,
        format_row_id(line),
        business_number,
    )
    return [format_cell(value, codes=codes) for value in values]


def _build_statistic_cells(each: Statistic, wanted: ExportRequest) -> Sequence[ExportCell]:
    shown, codes = each.figures, wanted.codes
    figures = (shown.claims, shown.lines, shown.amount, shown.standing) if shown else ("",) * 4
    unsubmitted = Dimension.MONTH in wanted.by and not codes
    values = (
        format_region(each.region, codes=codes) if each.region else None,
        each.kind,
        each.month or (NOT_SUBMITTED_TEXT if unsubmitted else None),
        each.state,
    )
    return [format_cell(value, codes=codes) for value in (*values, each.persons_text, *figures)]


def _format_request(wanted: ExportRequest) -> tuple[str, ...]:
    only = orjson.dumps(_name_as_released(wanted.only)).decode()
    codes = "codes" if wanted.codes else ""
    return wanted.list, wanted.format, ",".join(wanted.by), wanted.level, only, codes


def _name_as_released(only: StatisticsFilter) -> Mapping[str, object]:
    """Name each of a filter's values once: by the name under which it was released first."""
    said = asdict(only)
    later = {released: said.pop(name) for released, name in RESPELLED_FIELDS.items()}
    return {**said, **{name: value or said[name] for name, value in later.items()}}


def _parse_request(parts: Sequence[str]) -> ExportRequest:
    what, format_, by, level, text, codes = parts
    kept: dict[str, Any] = orjson.loads(text)
    only = StatisticsFilter(
        region=RegionCode(kept["region"]) if kept["region"] else None,
        kind=_parse_members(ClaimKind, kept["kind"]),
        status=_parse_members(Status, kept["status"]),
        state=_parse_members(LineState, kept["state"]),
        since=_parse_day(kept["since"]),
        until=_parse_day(kept["until"]),
        submitted_from=_parse_day(kept["submitted_from"]),
        submitted_to=_parse_day(kept["submitted_to"]),
        from_month=_parse_month(kept["from_month"]),
        to_month=_parse_month(kept["to_month"]),
        year=kept["year"],
        credit_code=CreditCode(kept["credit_code"]) if kept["credit_code"] else None,
    )
    dimensions = [Dimension(name) for name in by.split(",") if name]
    return ExportRequest(
        list=ExportList(what),
        format=ExportFormat(format_),
        by=dimensions,
        level=RegionLevel(level),
        only=only,
        codes=bool(codes),
    )


def _parse_members(kind: type[Named], names: Sequence[str] | None) -> list[Named] | None:
    return None if names is None else [kind(name) for name in names]


def _parse_day(text: str | None) -> Day | None:
    return Day(date.fromisoformat(text)) if text else None


def _parse_month(text: str | None) -> YearMonth | None:
    return YearMonth(date.fromisoformat(text)) if text else None


def _format_viewer(viewer: Viewer) -> tuple[str, ...]:
    unit = str(viewer.unit_id or "")
    return str(viewer.account_id), viewer.role or "", viewer.region or "", unit, viewer.desk or ""


def _parse_viewer(link: OpenedLink) -> Viewer:
    """Read for whom a link speaks, who may do what they may now; at a counter, the applicant."""
    account, role, region, unit, desk = link.parts[6:]
    return Viewer(
        language=Language.ZH,
        account_id=UUID(account),
        role=Role(role),
        region=region or None,
        unit_id=UUID(unit) if unit else None,
        desk=desk or None,
        granted=link.access.functions if link.access else ANYONE,
        scopes=link.holder.scopes,
    )
