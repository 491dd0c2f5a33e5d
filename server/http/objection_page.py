"""Objections 异议 on the public pages: forms that need no sign-in and no scripts (X7).

Nothing that somebody typed is told back. There are no cookies, so nobody can be made to object
under their own name; a browser that says that the form stood on another site is refused all the
same, for the try would count against its address.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from html import escape
from urllib.parse import parse_qsl

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from loaders.key import Key
from models import PublicLine, Status
from resolvers.kernel.context import Context
from resolvers.kernel.mutation import find_unreadable_faults
from resolvers.kernel.refusal_log import RefusalLog
from resolvers.kernel.service import Service
from resolvers.payment.objection import (
    LINE,
    LodgedObjection,
    ObjectionDraft,
    ObjectionNumber,
    ObjectionStanding,
    lodge_objection,
    look_up_objection,
)
from resolvers.payment.public_notice import NoticePage, format_notice_id, load_notice_page
from rules.accounts.account_appeal import APPEAL_NUMBER_LENGTH
from rules.kernel.identity import parse_mobile
from rules.kernel.month import to_local_day
from rules.kernel.personal_text import parse_line, parse_paragraph
from rules.kernel.refusal import Fault, InvalidInput, Reason, Refusal, refuse_if
from rules.kernel.value import MobileNumber, Paragraph, RowId, Text
from rules.kernel.viewer import Language, Viewer
from rules.kernel.wording import format_fault
from rules.payment.publicity import find_objecting_fault
from schema.kernel.scalar import MAX_PARAGRAPH_LENGTH, MAX_TEXT_LENGTH
from server.http.client_address import get_client_address
from server.http.graphql_request import BadRequest
from server.http.public_page import (
    answer_not_found,
    answer_unavailable,
    build_page,
    parse_page_number,
    pay_at_door,
)
from server.http.strict_http import HungUp, read_body

MAX_FORM_BYTES = 32 * 1024
"""A text of 2,000 characters takes 9 bytes for each, as browsers send it."""
FORM_TIMEOUT_SECONDS = 30
MAX_FORM_FIELDS = 8
MAX_NUMBER_LENGTH = 4 * APPEAL_NUMBER_LENGTH
FORM_MEDIA_TYPE = "application/x-www-form-urlencoded"
LOOK_UP_PATH = "/public/objections"
STATUS_BY_REASON = {Reason.NOT_FOUND: 404, Reason.TOO_MANY_TRIES: 429, Reason.PUBLICITY_OVER: 409}
"""Whatever else is refused is 422: what was typed is at fault."""

LABELS = {
    "text": ("异议内容", "What you object to"),
    "contactName": ("联系人姓名", "Your name"),
    "contactMobile": ("联系人手机号码", "Your mobile number"),
    "number": ("异议编号", "Number of the objection"),
}
STATUS_NAMES = {
    Status.SUBMITTED: ("待处理", "waiting"),
    Status.APPROVED: ("异议成立", "upheld"),
    Status.REFUSED: ("异议不成立", "dismissed"),
}
"""What an objection's states are called on the page."""

refusals = RefusalLog("jiuye.public")


class _FormRefused(Exception):
    """A form that no browser of ours sent."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def answer_form(request: Request) -> Response:
    """Show the form for an objection to a notice, or to one of its lines."""
    service: Service = request.app.state.service
    try:
        found = await _load_subject(service, request)
    except (SQLAlchemyError, OSError) as error:
        return answer_unavailable(error)
    if found is None:
        return answer_not_found()
    notice, line = found
    days = notice.notice.first_day, notice.notice.last_day
    outcome = line.outcome if line else None
    barred = find_objecting_fault(*days, outcome, service.today(), notice.hotline)
    if barred:
        return _answer_faults([barred])
    return _build_private_page("提出异议", _render_form(notice, line))


async def receive_objection(request: Request) -> Response:
    """Lodge what was written into the form, as `lodgeObjection` does."""

    async def lodge(service: Service, context: Context, given: dict[str, str]) -> Response:
        found = await _load_subject(service, request)
        if found is None:
            return answer_not_found()
        notice, line = found
        lodged = await lodge_objection(context, _read_draft(given, notice, line))
        return _build_private_page("异议已提交", _render_lodged(lodged))

    return await _answer_post(request, lodge)


async def answer_look_up(request: Request) -> Response:
    """Show the form by which an objection is found again."""
    return _build_private_page("查询异议", _render_look_up())


async def receive_look_up(request: Request) -> Response:
    """Tell how an objection stands, as `lookUpObjection` does."""

    async def look_up(service: Service, context: Context, given: dict[str, str]) -> Response:
        number = given.get("number", "")[:MAX_NUMBER_LENGTH]
        standing = await look_up_objection(context, ObjectionNumber(number=number))
        return _build_private_page("异议办理情况", _render_standing(standing))

    return await _answer_post(request, look_up)


ROUTES = (
    Route("/public/notices/{id}/objection", pay_at_door(answer_form), methods=["GET"]),
    Route("/public/notices/{id}/objection", pay_at_door(receive_objection), methods=["POST"]),
    Route(LOOK_UP_PATH, pay_at_door(answer_look_up), methods=["GET"]),
    Route(LOOK_UP_PATH, pay_at_door(receive_look_up), methods=["POST"]),
)


async def _answer_post(
    request: Request, answer: Callable[[Service, Context, dict[str, str]], Awaitable[Response]]
) -> Response:
    """Read a form and answer it; what is refused is told as the graph would tell it."""
    service: Service = request.app.state.service
    address = get_client_address(request)
    context = Context(service, Viewer(), address, request.headers.get("user-agent"))
    try:
        return await answer(service, context, await _read_form(request))
    except Refusal as said:
        return _answer_faults((said.fault,))
    except InvalidInput as said:
        return _answer_faults(said.faults)
    except _FormRefused as refused:
        refusals.write("form refused", status=refused.status)
        return _build_private_page("未能受理", _render_faults((), None), refused.status)
    except HungUp:
        return Response(status_code=400)
    except (SQLAlchemyError, OSError) as error:
        return answer_unavailable(error)
    finally:
        await context.close()


async def _read_form(request: Request) -> dict[str, str]:
    if request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
        raise _FormRefused(403)
    if request.headers.get("content-type", "").partition(";")[0].strip() != FORM_MEDIA_TYPE:
        raise _FormRefused(415)
    try:
        raw = await read_body(
            request.headers, request.receive, MAX_FORM_BYTES, FORM_TIMEOUT_SECONDS
        )
        pairs = parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(raw),
            errors="strict",
            max_num_fields=MAX_FORM_FIELDS,
        )
    except BadRequest as refused:
        raise _FormRefused(refused.status) from None
    except ValueError:
        raise _FormRefused(400) from None
    given = dict(pairs)
    if len(given) != len(pairs):
        raise _FormRefused(400)
    return given


async def _load_subject(
    service: Service, request: Request
) -> tuple[NoticePage, PublicLine | None] | None:
    """Find the notice, and the line of it that the address names by its number."""
    given = request.query_params.get("line")
    number = parse_page_number(given) if given is not None else 1
    if number is None:
        return None
    found = await load_notice_page(service, request.path_params["id"], number, 1)
    if found is None or (given is not None and not found.lines):
        return None
    return found, found.lines[0] if given is not None else None


def _read_draft(
    given: dict[str, str], found: NoticePage, line: PublicLine | None
) -> ObjectionDraft:
    """Read each field as the graph's scalars do, and refuse all that can't be read at once."""
    text = parse_paragraph(given.get("text", ""), MAX_PARAGRAPH_LENGTH)
    name = parse_line(given.get("contactName", ""), MAX_TEXT_LENGTH)
    mobile = parse_mobile(given.get("contactMobile", ""))
    read = {"text": text, "contactName": name, "contactMobile": mobile}
    refuse_if(find_unreadable_faults(read))
    key = Key(LINE, (line.unit_id, line.id)).format_global_id() if line else None
    return ObjectionDraft(
        notice_id=RowId(format_notice_id(found.notice)),
        line_id=RowId(key) if key else None,
        text=Paragraph(str(text)),
        contact_name=Text(str(name)),
        contact_mobile=MobileNumber(str(mobile)),
    )


def _render_form(found: NoticePage, line: PublicLine | None) -> Iterable[str]:
    notice = found.notice
    yield f"<h1>提出异议 {_say_in_english('Object')}</h1><p>{escape(notice.title)}"
    if line:
        about = (line.name_masked, line.id_number_masked, line.unit_name)
        yield f"，第{line.number}条：{escape('，'.join(about))}"
    yield f"。公示期：{notice.first_day}至{notice.last_day}。</p>"
    yield _render_hotline(found.hotline)
    path = f"/public/notices/{format_notice_id(notice)}"
    action = f"{path}/objection?line={line.number}" if line else f"{path}/objection"
    yield f'<form method="post" action="{action}">'
    yield _render_label("text")
    yield f'<textarea id="text" name="text" rows="8" maxlength="{MAX_PARAGRAPH_LENGTH}" required>'
    yield "</textarea>"
    yield _render_input("contactName", MAX_TEXT_LENGTH, 'autocomplete="name"')
    yield _render_input("contactMobile", 20, 'type="tel" inputmode="tel" autocomplete="tel"')
    yield (
        "<p>联系方式只供核实异议使用，不对外公布。"
        f"{_say_in_english('It is used to look into the objection, and is not shown.')}</p>"
    )
    yield _render_button("提交异议", "Lodge the objection")
    yield f'</form><nav><a href="{path}">返回公示 {_say_in_english("Back")}</a></nav>'


def _render_lodged(lodged: LodgedObjection) -> Iterable[str]:
    yield f"<h1>异议已提交 {_say_in_english('Your objection was lodged')}</h1>"
    yield f'<p>{_format_label("number")}：<strong class="code">{lodged.number}</strong></p>'
    yield (
        "<p>请记下异议编号，凭编号查询办理情况；编号遗失不能找回。"
        f"{_say_in_english('Write the number down: by it alone the objection is found.')}</p>"
    )
    yield f"<p>受理地区 {_say_in_english('Settled by')}：{escape(lodged.region_name)}</p>"
    yield _render_hotline(lodged.hotline)
    yield f'<nav><a href="{LOOK_UP_PATH}">查询异议 {_say_in_english("Look it up")}</a></nav>'


def _render_look_up() -> Iterable[str]:
    yield f"<h1>查询异议 {_say_in_english('Look up an objection')}</h1>"
    yield f'<form method="post" action="{LOOK_UP_PATH}">'
    yield _render_input("number", MAX_NUMBER_LENGTH, 'autocomplete="off"')
    yield _render_button("查询", "Look up")
    yield "</form>"


def _render_standing(standing: ObjectionStanding) -> Iterable[str]:
    chinese, english = STATUS_NAMES[standing.status]
    yield f"<h1>异议办理情况 {_say_in_english('How your objection stands')}</h1>"
    yield f"<p>办理状态：{chinese} {_say_in_english(english)}</p>"
    yield f"<p>提出日期：{to_local_day(standing.lodged_at)}</p>"
    if standing.settled_at:
        yield f"<p>处理日期：{to_local_day(standing.settled_at)}</p>"
    if standing.reason:
        yield f"<p>处理意见：{escape(standing.reason)}</p>"
    yield f"<p>受理地区：{escape(standing.region_name)}</p>"
    yield _render_hotline(standing.hotline)


def _render_label(field: str) -> str:
    return f'<p><label for="{field}">{_format_label(field)}</label></p>'


def _format_label(field: str) -> str:
    chinese, english = LABELS[field]
    return f"{chinese} {_say_in_english(english)}"


def _render_input(field: str, longest: int, attributes: str) -> str:
    input = f'<input id="{field}" name="{field}" maxlength="{longest}" required {attributes}>'
    return f"{_render_label(field)}{input}"


def _render_button(chinese: str, english: str) -> str:
    return f'<p><button type="submit">{chinese} {_say_in_english(english)}</button></p>'


def _render_hotline(hotline: str) -> str:
    return f"<p>咨询电话 {_say_in_english('Hotline')}：{escape(hotline)}</p>"


def _say_in_english(text: str) -> str:
    return f'<span lang="en">{escape(text)}</span>'


def _answer_faults(faults: Sequence[Fault], hotline: str | None = None) -> Response:
    """Say in both languages what is wrong and what would cure it; what was typed is not told."""
    status = STATUS_BY_REASON.get(faults[0].reason, 422)
    reasons = [str(each.reason) for each in faults]
    refusals.write("objection refused", status=status, reasons=reasons)
    return _build_private_page("未能受理", _render_faults(faults, hotline), status)


def _render_faults(faults: Sequence[Fault], hotline: str | None) -> Iterable[str]:
    yield f"<h1>未能受理 {_say_in_english('Nothing was lodged')}</h1>"
    if not faults:
        return
    yield '<ul role="alert">'
    for each in faults:
        zh, en = (format_fault(each, language) for language in (Language.ZH, Language.EN))
        field = str(each.path[-1]) if each.path else ""
        where = f"{_format_label(field)}：" if field in LABELS else ""
        yield f"<li>{where}{escape(zh.text + zh.cure)}"
        yield f" {_say_in_english(f'{en.text} {en.cure}')}</li>"
    yield "</ul>"
    if hotline:
        yield _render_hotline(hotline)


def _build_private_page(title: str, body: Iterable[str], status: int = 200) -> Response:
    """Build a page that nobody else is shown: neither a proxy nor a browser keeps it."""
    answer = build_page(title, body, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
