"""The public list 公示 as plain pages: no sign-in, no scripts, nothing from elsewhere (X7)."""

from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date
from functools import wraps
from hashlib import sha256
from html import escape
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from models import ClaimKind, PublicityOutcome, PublicLine, PublicNotice
from resolvers.kernel.context import Context
from resolvers.kernel.point_budget import BudgetSpent, spend_points
from resolvers.kernel.public_access import load_hotline
from resolvers.kernel.service import Service
from resolvers.payment.public_notice import (
    NoticePage,
    format_notice_id,
    load_notice_page,
    load_notices,
)
from rules.kernel.refusal import Unreadable
from rules.kernel.region import get_region_name, parse_region
from rules.kernel.viewer import Viewer
from rules.payment.publicity import KIND_NAMES, OUTCOME_NAMES, find_objecting_fault
from server.http.budget_admission import count_seconds
from server.http.client_address import get_client_address
from server.http.price import PRICES

NOTICES_PER_PAGE, LINES = 20, 100
"""How many notices a page lists, and how many lines."""
MAX_PAGE_NUMBER = 100_000

STYLE = (
    "body{font:16px/1.6 'Noto Sans CJK SC','Microsoft YaHei',SimSun,sans-serif;max-width:60rem;"
    "margin:2rem auto;padding:0 1rem;color:#111;background:#fff}"
    "h1{font-size:1.4rem;text-align:center}table{border-collapse:collapse;width:100%}"
    "th,td{border:1px solid #666;padding:.3rem .5rem;text-align:left}"
    "td.number{text-align:right;white-space:nowrap}thead{display:table-header-group}"
    "tr{break-inside:avoid}nav{margin:1rem 0}"
    "textarea,input{font:inherit;width:100%;max-width:30rem;box-sizing:border-box}"
    "button{font:inherit;padding:.3rem 1rem}.code{font-family:monospace;font-size:1.2rem}"
    "@media print{nav,.screen{display:none}body{margin:0;max-width:none;font-size:12pt}}"
)
_STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Cache-Control": "public, max-age=60",
    "Content-Language": "zh-CN",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
"""Masked or not, names are for those who look here, and not for search engines to keep."""

log = structlog.stdlib.get_logger("jiuye.public")


async def redirect_to_notices(request: Request) -> Response:
    """Lead to the list."""
    return RedirectResponse("/public/notices", headers={"X-Robots-Tag": "noindex"})


async def answer_notices(request: Request) -> Response:
    """List what is published now, newest first; of one region if it is named."""
    service: Service = request.app.state.service
    given = request.query_params
    region, after = given.get("region"), given.get("after")
    beyond = _parse_id(after) if after else None
    unreadable = region is not None and isinstance(parse_region(region), Unreadable)
    if unreadable or (after and beyond is None):
        return answer_not_found()
    try:
        rows = await load_notices(service, region, beyond, NOTICES_PER_PAGE)
        call = await load_hotline(service, region)
    except (SQLAlchemyError, OSError) as error:
        return answer_unavailable(error)
    return build_page("补贴公示", _render_list(rows, region, call))


async def answer_notice(request: Request) -> Response:
    """Show a notice and a page of its lines."""
    service: Service = request.app.state.service
    number = parse_page_number(request.query_params.get("page", "1"))
    if number is None:
        return answer_not_found()
    try:
        found = await load_notice_page(service, request.path_params["id"], number, LINES)
    except (SQLAlchemyError, OSError) as error:
        return answer_unavailable(error)
    if found is None:
        return answer_not_found()
    return build_page(found.notice.title, _render_notice(found, number, service.today()))


def pay_at_door(
    answer: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    """Let the address of whoever asks pay for a page before it is made (ADR 0066)."""

    @wraps(answer)
    async def answer_paid(request: Request) -> Response:
        context = Context(request.app.state.service, Viewer(), get_client_address(request))
        try:
            await spend_points(context, PRICES.public_page)
        except BudgetSpent as spent:
            return _answer_spent(count_seconds(context, spent.balance))
        return await answer(request)

    return answer_paid


def _answer_spent(seconds: int) -> Response:
    words = f"<h1>访问过于频繁</h1><p>请在{seconds}秒后重试。</p>"
    answer = build_page("访问过于频繁", [words], 429)
    answer.headers.update({"Cache-Control": "no-store", "Retry-After": str(seconds)})
    return answer


ROUTES = (
    Route("/public", redirect_to_notices, methods=["GET"]),
    Route("/public/notices", pay_at_door(answer_notices), methods=["GET"]),
    Route("/public/notices/{id}", pay_at_door(answer_notice), methods=["GET"]),
)


def _render_list(rows: Sequence[PublicNotice], region: str | None, call: str) -> Iterable[str]:
    where = f"（{escape(get_region_name(region))}）" if region else ""
    yield f"<h1>补贴公示{where}</h1>"
    yield f"<p>咨询电话：{escape(call)}。</p>"
    if not rows:
        yield "<p>目前没有公示。</p>"
        return
    yield "<table><thead><tr><th>标题</th><th>补贴类型</th><th>地区</th><th>公示期</th></tr>"
    yield "</thead><tbody>"
    for row in rows[:NOTICES_PER_PAGE]:
        link = f'<a href="/public/notices/{format_notice_id(row)}">{escape(row.title)}</a>'
        kind, place = KIND_NAMES[row.claim_kind], escape(get_region_name(row.region))
        yield f"<tr><td>{link}</td><td>{kind}</td><td>{place}</td><td>{_format_days(row)}</td></tr>"
    yield "</tbody></table>"
    if len(rows) > NOTICES_PER_PAGE:
        own = f"region={region}&amp;" if region else ""
        last = rows[NOTICES_PER_PAGE - 1].id.hex
        yield f'<nav><a href="/public/notices?{own}after={last}">下一页</a></nav>'


_TRAINING_HEADINGS = "<th>培训项目</th><th>培训期号</th>"
"""What the list of a training subsidy tells besides (S26)."""

_OBJECTION_HEADING = '<th class="screen">异议</th>'


def _render_notice(found: NoticePage, number: int, today: date) -> Iterable[str]:
    row = found.notice
    closed = find_objecting_fault(row.first_day, row.last_day, None, today, found.hotline)
    trained = row.claim_kind is ClaimKind.TRAINING
    yield f"<h1>{escape(row.title)}</h1>"
    yield (
        f"<p>{escape(get_region_name(row.region))} {KIND_NAMES[row.claim_kind]}，"
        f"共{found.count}条。"
        f"公示期：{_format_days(row)}。</p>"
    )
    yield (
        f"<p>对公示内容有异议的，可在公示期内提出，并留下姓名和联系电话。"
        f"咨询电话：{escape(found.hotline)}。</p>"
    )
    objection = f"/public/notices/{format_notice_id(row)}/objection" if closed is None else None
    if objection:
        yield f'<nav><a href="{objection}">对本公示提出异议</a> '
        yield '<a href="/public/objections">查询异议</a></nav>'
    yield (
        "<table><thead><tr><th>序号</th><th>姓名</th><th>公民身份号码</th><th>单位名称</th>"
        f"{_TRAINING_HEADINGS if trained else ''}<th>金额（元）</th><th>公示结果</th>"
        f"{_OBJECTION_HEADING if objection else ''}</tr></thead><tbody>"
    )
    yield from (_render_line(line, trained, objection) for line in found.lines)
    yield "</tbody></table>"
    yield from _render_navigation(row, number, (found.count + LINES - 1) // LINES)


def _render_line(line: PublicLine, trained: bool, objection: str | None) -> str:
    cells = [line.name_masked, line.id_number_masked, line.unit_name]
    if trained:
        cells += [line.course_name or "", line.class_number or ""]
    told = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    amount, outcome = f'<td class="number">{line.amount}</td>', OUTCOME_NAMES[line.outcome]
    way = f'<td class="screen">{_render_way(line, objection)}</td>' if objection else ""
    return f'<tr><td class="number">{line.number}</td>{told}{amount}<td>{outcome}</td>{way}</tr>'


def _render_way(line: PublicLine, objection: str | None) -> str:
    if line.outcome is not PublicityOutcome.PENDING:
        return ""
    label = f"对第{line.number}条提出异议"
    return f'<a href="{objection}?line={line.number}" aria-label="{label}">提出异议</a>'


def _render_navigation(row: PublicNotice, number: int, count: int) -> Iterable[str]:
    here = f"/public/notices/{format_notice_id(row)}?page="
    yield '<nav><a href="/public/notices">全部公示</a>'
    if number > 1:
        yield f' <a href="{here}{number - 1}">上一页</a>'
    yield f" 第{number}页，共{max(count, 1)}页"
    if number < count:
        yield f' <a href="{here}{number + 1}">下一页</a>'
    yield "</nav>"


def _format_days(row: PublicNotice) -> str:
    return f"{row.first_day}至{row.last_day}"


def build_page(title: str, body: Iterable[str], status: int = 200) -> Response:
    """Build a page of ours; its title is escaped, its body is markup already."""
    head = (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex, nofollow, noarchive">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
    )
    return HTMLResponse(f"{head}{''.join(body)}</body></html>", status, HEADERS)


def answer_not_found() -> Response:
    """Answer whatever is not shown, the same for all of it."""
    return build_page(
        "未找到", ["<h1>没有这项公示</h1><p>公示可能尚未开始，或展示期已结束。</p>"], 404
    )


def answer_unavailable(error: Exception) -> Response:
    """Answer while the database is away."""
    log.error("the public list is out of reach", error=type(error).__name__)
    answer = build_page("暂时无法访问", ["<h1>暂时无法访问</h1><p>请稍后再试。</p>"], 503)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def parse_page_number(text: str) -> int | None:
    """Read the number of a page or of a line; None for anything else."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 6):
        return None
    return int(text) if 1 <= int(text) <= MAX_PAGE_NUMBER else None


def _parse_id(text: str) -> UUID | None:
    hexadecimal = len(text) == 32 and set(text) <= set("0123456789abcdef")
    return UUID(text) if hexadecimal else None
