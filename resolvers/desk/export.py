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

from gateways.table_writer import Pages, csv_of, xlsx_of
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
from resolvers.desk.statistics import StatisticsFilter, figures_for, narrowed
from resolvers.kernel.context import Context, Info
from resolvers.kernel.mutation import unreadable
from resolvers.kernel.rate_limit import EXPORT, count_try
from resolvers.kernel.service import Service
from rules.desk.export import COLUMNS, MOST_ROWS, Cell, ExportFormat, ExportList, written
from rules.desk.statistics import Dimension, Statistic
from rules.kernel.refusal import Reason, refuse_if, refused
from rules.kernel.value import Day, RegionCode
from rules.kernel.viewer import Language, Viewer

Named = TypeVar("Named", bound=StrEnum)

PURPOSE = "export"
ADDRESS = "/files/export/"
ROWS_AT_ONCE = 1000
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a link is for."""

    list: ExportList
    format: ExportFormat
    by: Sequence[Dimension]
    level: RegionLevel
    only: StatisticsFilter


async def export(
    info: Info,
    list: Annotated[ExportList, _LIST],
    format: Annotated[ExportFormat, _FORMAT],
    by: Annotated[Sequence[Dimension] | None, _BY] = None,
    level: Annotated[RegionLevel, _LEVEL] = RegionLevel.DISTRICT,
    filter: Annotated[StatisticsFilter | None, _ONLY] = None,
) -> ExportLink:
    """Sign a link to a list as a file, for some minutes: of what the viewer sees. 导出."""
    refuse_if(unreadable(filter, ("filter",)))
    context = info.context
    service, viewer = context.service, context.viewer
    wanted = Wanted(list, format, by or (), level, filter or StatisticsFilter())
    await _must_fit(context, wanted)
    await count_try(service, EXPORT, str(viewer.account_id))
    until = service.now() + service.files.link_life
    parts = (*_spelled(wanted), *_speaking(viewer))
    return ExportLink(ADDRESS + service.files.links.sign(PURPOSE, parts, until), until)


def exported(service: Service, parts: Sequence[str]) -> tuple[Wanted, AsyncIterator[bytes]]:
    """Write the file that a link was signed for, of what whoever it speaks for sees now."""
    wanted, viewer = _read(parts[:5]), _viewer(parts[5:])
    pages = _pages(Context(service, viewer), wanted)
    writer = csv_of if wanted.format is ExportFormat.CSV else xlsx_of
    return wanted, writer(COLUMNS[wanted.list], pages)


async def _must_fit(context: Context, wanted: Wanted) -> None:
    """Refuse a file that nobody could read, and statistics that nobody may ask for."""
    if wanted.list is ExportList.STATISTICS:
        await figures_for(context, wanted.by, wanted.level, wanted.only)
        return
    counted = _rows(wanted).with_only_columns(func.count(), maintain_column_froms=True)
    ((count,),) = await context.loaders.snapshot.all(counted)
    if count > MOST_ROWS:
        raise refused(Reason.LIST_TOO_LONG, "filter", most=MOST_ROWS)


async def _pages(context: Context, wanted: Wanted) -> Pages:
    try:
        if wanted.list is ExportList.STATISTICS:
            found = await figures_for(context, wanted.by, wanted.level, wanted.only)
            yield [_figures(each) for each in found]
            return
        async for page in _read_pages(context.loaders.snapshot, wanted):
            yield page
    finally:
        await context.close()


async def _read_pages(snapshot: Snapshot, wanted: Wanted) -> Pages:
    table = Claim if wanted.list is ExportList.CLAIMS else ClaimLine
    last = UUID(int=0)
    while True:
        statement = _rows(wanted).where(table.id > last).order_by(table.id).limit(ROWS_AT_ONCE)
        rows = await snapshot.all(statement)
        if not rows:
            return
        yield [_claim(row) if table is Claim else _line(row) for row in rows]
        last = rows[-1][0].id


def _rows(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    if wanted.list is ExportList.CLAIMS:
        claims = select(Claim, UnitRow.name).join(UnitRow, UnitRow.id == Claim.unit_id)
        return claims.where(*_of_claims(wanted.only))
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
        .where(*narrowed(wanted.only))
    )


def _of_claims(only: StatisticsFilter) -> Sequence[ColumnElement[bool]]:
    conditions = narrowed(replace(only, state=None))
    if only.state is None:
        return conditions
    having = select(ClaimLine.id).where(
        ClaimLine.unit_id == Claim.unit_id,
        ClaimLine.claim_id == Claim.id,
        ClaimLine.state.in_(only.state),
    )
    return [*conditions, having.exists()]


def _claim(row: Sequence[Any]) -> Sequence[Cell]:
    claim, unit = row
    values = (unit, claim.region, claim.kind, claim.status, claim.month, claim.year, claim.amount)
    id_ = Key(Claim.__name__, (claim.unit_id, claim.id)).encode()
    return [written(value) for value in (*values, claim.submitted_at, id_)]


def _line(row: Sequence[Any]) -> Sequence[Cell]:
    line, name, number = row
    values = (
        line.unit_name,
        line.region,
        line.claim_kind,
        line.claim_status,
        line.state,
        line.claim_month,
        line.claim_year,
        name,
        number,
        line.amount,
        Key(ClaimLine.__name__, (line.unit_id, line.id)).encode(),
    )
    return [written(value) for value in values]


def _figures(each: Statistic) -> Sequence[Cell]:
    shown = each.figures
    figures = (shown.claims, shown.lines, shown.amount, shown.standing) if shown else ("",) * 4
    values = (each.region, each.region_name, each.kind, each.month, each.state)
    return [written(value) for value in (*values, each.persons_text, *figures)]


def _spelled(wanted: Wanted) -> tuple[str, ...]:
    only = orjson.dumps(asdict(wanted.only)).decode()
    return wanted.list, wanted.format, ",".join(wanted.by), wanted.level, only


def _read(parts: Sequence[str]) -> Wanted:
    what, format_, by, level, text = parts
    kept: dict[str, Any] = orjson.loads(text)
    only = StatisticsFilter(
        region=RegionCode(kept["region"]) if kept["region"] else None,
        kind=_each(ClaimKind, kept["kind"]),
        status=_each(Status, kept["status"]),
        state=_each(LineState, kept["state"]),
        since=_day(kept["since"]),
        until=_day(kept["until"]),
    )
    dimensions = [Dimension(name) for name in by.split(",") if name]
    return Wanted(ExportList(what), ExportFormat(format_), dimensions, RegionLevel(level), only)


def _each(kind: type[Named], names: Sequence[str] | None) -> list[Named] | None:
    return None if names is None else [kind(name) for name in names]


def _day(text: str | None) -> Day | None:
    return Day(date.fromisoformat(text)) if text else None


def _speaking(viewer: Viewer) -> tuple[str, ...]:
    return str(viewer.account_id), viewer.role or "", viewer.region or ""


def _viewer(parts: Sequence[str]) -> Viewer:
    account, role, region = parts
    return Viewer(Language.ZH, UUID(account), role=Role(role), region=region)
