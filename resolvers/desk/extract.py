"""A person's own data as one file 本人数据: by a link to who proved who they are (PIPL 45)."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from decimal import Decimal
from tempfile import TemporaryFile
from typing import Annotated, Any, BinaryIO
from uuid import UUID

import orjson
import strawberry
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gateways.heavy_work import HeavyWork
from gateways.table_writer import RowPages, write_xlsx
from loaders.actor import ALL_REGIONS, Actor, set_rls_context
from models import Account, Unit, locate_sealed
from resolvers.desk.export import ExportLink
from resolvers.kernel.access_history import record_export
from resolvers.kernel.context import Info
from resolvers.kernel.link import OpenedLink, sign_viewer_link
from resolvers.kernel.place import name_asker
from resolvers.kernel.rate_limit import EXPORT_LIMIT, count_try
from resolvers.kernel.service import Service
from rules.desk.export import ExportCell
from rules.desk.extract import (
    EXTRACT_SECTIONS,
    RETENTION_NOTICE,
    ExtractFormat,
    ExtractSection,
    format_extract_value,
)
from rules.kernel.function import Function
from rules.kernel.refusal import Reason, build_refusal
from rules.kernel.term import get_chinese_term

LINK_PURPOSE = "extract"
LINK_FUNCTIONS = frozenset({Function.COMPLETE_INFORMATION})
URL_PREFIX = "/files/extract/"
HEADINGS = ("类别", "序号", "项目", "内容")
MAX_SECTION_ROWS = 50_000

_FORMAT = strawberry.argument(description="As what kind of file. 文件格式")
_Rows = Sequence[Mapping[str, Any]]


async def sign_extract_link(
    info: Info,
    format: Annotated[ExtractFormat, _FORMAT] = ExtractFormat.XLSX,
) -> ExportLink:
    """Sign a link to all that is kept about the viewer, for minutes; recorded. 导出本人数据."""
    context = info.context
    service, viewer = context.service, context.viewer
    if viewer.person_id is None:
        raise build_refusal(Reason.EXTRACT_NEEDS_PROOF)
    if viewer.proof_lapsed:
        raise build_refusal(Reason.PROVE_AGAIN)
    asker = name_asker(viewer, context.address)
    async with service.places[HeavyWork.EXPORTS].hold_place(asker):
        await count_try(service, EXPORT_LIMIT, asker, asker=asker)
    await record_export(service, viewer, f"MY_EXTRACT {format}")
    until = service.now() + service.files.link_life
    parts = (format.value, str(viewer.person_id))
    signed = sign_viewer_link(service, viewer, LINK_PURPOSE, parts, until)
    return ExportLink(URL_PREFIX + signed, until)


async def write_extract(service: Service, link: OpenedLink) -> tuple[ExtractFormat, BinaryIO]:
    """Write the file that a link was signed for, as all stands now; nameless, onto the disk.

    Raises NOT_FOUND where the account is no longer that person's.
    """
    format, person_id = ExtractFormat(link.parts[0]), UUID(link.parts[1])
    account_id = link.holder.account_id
    if account_id is None:
        raise build_refusal(Reason.NOT_FOUND)
    file = TemporaryFile(dir=service.files.spool)  # noqa: SIM115 - it outlives this function
    try:
        async with service.places[HeavyWork.EXPORTS].hold_place(str(account_id)):
            sections = await _load_sections(service, account_id, person_id)
            await link.require_access(service)
            write = _write_json if format is ExtractFormat.JSON else _write_xlsx
            async for piece in write(service, sections):
                await asyncio.to_thread(file.write, piece)
    except BaseException:
        file.close()
        raise
    return format, file


async def _load_sections(
    service: Service, account_id: UUID, person_id: UUID
) -> Sequence[tuple[ExtractSection, _Rows]]:
    """Read everything in one snapshot; wherever it lies, but for rows of this person alone."""
    whose = {"person_id": person_id, "account_id": account_id}
    async with AsyncSession(service.reads) as session, session.begin():
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        everywhere = Actor(account=account_id, person=person_id, see=ALL_REGIONS)
        await set_rls_context(session, everywhere)
        own = select(Account.id).where(Account.id == account_id, Account.person_id == person_id)
        if await session.scalar(own) is None:
            raise build_refusal(Reason.NOT_FOUND)
        return [
            (section, await _load_rows(session, service, section, whose))
            for section in EXTRACT_SECTIONS
        ]


async def _load_rows(
    session: AsyncSession, service: Service, section: ExtractSection, whose: Mapping[str, UUID]
) -> _Rows:
    columns = section.table.__table__.c
    of_account = section.table is Account or section.whose == "account_id"
    key = whose["account_id" if of_account else "person_id"]
    wanted = select(columns["id"], *(columns[name] for name in section.columns))
    first, *others = section.table.__mapper__.primary_key
    if others:
        wanted = wanted.add_columns(first.label("owner_id"))
    of_unit = "unit_id" in columns and "unit_name" not in columns and section.table is not Account
    if of_unit:
        wanted = wanted.add_columns(Unit.name.label("unit_name")).outerjoin(
            Unit, Unit.id == columns["unit_id"]
        )
    wanted = wanted.where(columns[section.whose] == key).order_by(columns["id"])
    if section.only is not None:
        wanted = wanted.where(section.only)
    rows = (await session.execute(wanted.limit(MAX_SECTION_ROWS))).mappings().all()
    return [_tell_row(service, section, {**row}) for row in rows]


def _tell_row(
    service: Service, section: ExtractSection, row: Mapping[str, Any]
) -> Mapping[str, Any]:
    told = {"unit_name": row["unit_name"]} if "unit_name" in row else {}
    for name in section.columns:
        value = row[name]
        if name.endswith("_sealed") and value is not None:
            key = (row["owner_id"], row["id"]) if "owner_id" in row else row["id"]
            place = locate_sealed(getattr(section.table, name), key)
            value = service.seal.open_sealed(place, value)
        told[name.removesuffix("_sealed")] = format_extract_value(value)
    return told


async def _write_json(
    service: Service, sections: Sequence[tuple[ExtractSection, _Rows]]
) -> AsyncIterator[bytes]:
    told = {
        "extractedAt": service.now().isoformat(),
        "notice": RETENTION_NOTICE,
        "sections": [
            {"title": section.title, "table": section.table.__tablename__, "rows": rows}
            for section, rows in sections
        ],
    }
    yield await asyncio.to_thread(orjson.dumps, told, default=str, option=orjson.OPT_INDENT_2)


async def _write_xlsx(
    service: Service, sections: Sequence[tuple[ExtractSection, _Rows]]
) -> AsyncIterator[bytes]:
    async for piece in write_xlsx(HEADINGS, _build_pages(service, sections)):
        yield piece


async def _build_pages(
    service: Service, sections: Sequence[tuple[ExtractSection, _Rows]]
) -> RowPages:
    """List each value of each row in a line of its own: sections have columns of their own."""
    yield [
        ("说明", "", "导出时间", service.now().isoformat()),
        ("说明", "", "保存期限", RETENTION_NOTICE),
    ]
    for section, rows in sections:
        words = {
            "unit_name": "单位",
            **{name.removesuffix("_sealed"): word for name, word in section.columns.items()},
        }
        yield [
            (section.title, number, words[name], _to_cell(value))
            for number, row in enumerate(rows, start=1)
            for name, value in row.items()
        ]


def _to_cell(value: object) -> ExportCell:
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case int() | Decimal():
            return value
        case _:
            return get_chinese_term(str(value))
