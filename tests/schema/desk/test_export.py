"""Lists as files: what the viewer sees and no more, by a link that is theirs (section 5, X10)."""

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from sqlalchemy import update

from loaders.actor import Actor
from models import Account, DatabaseRole, FunctionGrant, Role, SignInSession, Unit
from resolvers.desk.export import LINK_PURPOSE
from resolvers.kernel.link import read_link
from resolvers.kernel.public_access import transaction_as
from rules.desk.export import EXPORT_HEADINGS, ExportList, escape_formula, format_cell
from rules.kernel.function import Function
from tests.factories.counted_claims import seed_claims_of_two_districts
from tests.factories.rows import CHAOYANG_DISTRICT, NATIONWIDE_ACTOR, an_id
from tests.factories.story import story
from tests.factories.stranger import ask_with_token
from tests.factories.world import World, build_global_id

LINK = """query ($list: ExportList!, $format: ExportFormat!, $by: [StatisticsDimension!],
    $filter: StatisticsFilterInput, $codes: Boolean! = false) {
  export(list: $list, format: $format, by: $by, filter: $filter, codes: $codes) {
    url expiresAt } }"""
LISTED = """query ($since: Date, $createdFrom: Date, $createdTo: Date, $monthFrom: YearMonth,
    $monthTo: YearMonth, $submittedFrom: Date, $fromMonth: YearMonth, $toMonth: YearMonth,
    $year: Int, $kind: [ClaimKind!], $status: [Status!], $region: RegionCode,
    $creditCode: CreditCode) {
  claims(since: $since, createdFrom: $createdFrom, createdTo: $createdTo, monthFrom: $monthFrom,
      monthTo: $monthTo, submittedFrom: $submittedFrom, from: $fromMonth, to: $toMonth,
      year: $year, kind: $kind, status: $status, region: $region, creditCode: $creditCode,
      first: 100) { edges { node { id } } } }"""
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


@story
async def world(world: World) -> World:
    return await seed_claims_of_two_districts(world)


async def link(world: World, who: str, list: str, format: str = "CSV", **more: Any) -> Any:
    return await world.ask(LINK, who, list=list, format=format, **more)


async def rows(world: World, who: str, list: str, **more: Any) -> Any:
    """Fetch a list as CSV, and give its rows by their headings."""
    url = (await link(world, who, list, **more)).only["url"]
    response = await world.client.get(url)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    return [*csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))]


async def test_an_auditor_exports_the_lines_that_the_list_shows(world: World) -> None:
    found = await rows(world, "auditor", "CLAIM_LINES")
    assert len(found) == 16
    assert [*found[0]] == [*EXPORT_HEADINGS[ExportList.CLAIM_LINES]]
    assert sum(Decimal(row["金额（元）"]) for row in found) == Decimal("32960.00")
    assert {row["姓名"] for row in found} == {f"见习生{n}" for n in range(1, 9)}
    assert all(row["公民身份号码"].count("*") == 15 for row in found)  # X11
    only = {"kind": ["MENTORING"], "state": ["PAYABLE"], "region": CHAOYANG_DISTRICT}
    assert len(await rows(world, "auditor", "CLAIM_LINES", filter=only)) == 5


async def test_an_auditor_exports_claims_as_xlsx(world: World) -> None:
    url = (await link(world, "auditor", "CLAIMS", "XLSX")).only["url"]
    response = await world.client.get(url)
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None
    heading, *found = sheet.iter_rows(values_only=True)
    assert heading == EXPORT_HEADINGS[ExportList.CLAIMS]
    assert {row[0] for row in found} == {"a有限公司", "b有限公司"}
    assert len(found) == 4
    only = {"state": ["STRUCK"]}
    assert len(await rows(world, "auditor", "CLAIMS", filter=only)) == 2


async def test_reporting_exports_figures_with_small_counts_withheld_and_no_row(
    world: World,
) -> None:
    found = await rows(world, "reporting", "STATISTICS", by=["REGION"])
    assert {row["行政区划"]: row["人数"] for row in found} == {
        "吉林省长春市朝阳区": "***",
        "吉林省长春市南关区": "<5",
    }
    assert {row["申报金额（元）"] for row in found} == {""}
    assert await rows(world, "reporting", "CLAIM_LINES") == []
    assert await rows(world, "reporting", "CLAIMS") == []
    refused = await link(world, "reporting", "STATISTICS", filter={"kind": ["MENTORING"]})
    assert refused.errors[0]["extensions"]["reason"] == "STATISTICS_TOO_FINE"


async def ids(world: World, as_: str, **only: Any) -> set[str]:
    """Give which claims the list shows."""
    found = (await world.ask(LISTED, as_, **only)).only["edges"]
    return {edge["node"]["id"] for edge in found}


@pytest.mark.parametrize(
    ("who", "count"), [("a", 2), ("b", 2), ("officer", 2), ("elsewhere", 2), ("finance", 2)]
)
async def test_units_officers_and_finance_export_what_they_may_list(
    world: World, who: str, count: int
) -> None:
    await world.add_account("finance", Role.FINANCE, "220100")
    found = await rows(world, who, "CLAIMS")
    assert {row["记录标识"] for row in found} == await ids(world, who)
    assert len(found) == count
    lines = await rows(world, who, "CLAIM_LINES")
    assert all(row["公民身份号码"].count("*") == 15 and row["姓名"] for row in lines)  # X11
    listed = (await world.ask("{ claimLines { totalCount } }", who)).only
    assert len(lines) == listed["totalCount"] > 0


@pytest.mark.parametrize(("scopes", "count"), [(["REVIEW_CLAIMS"], 2), ([], 0)])
async def test_x10_a_program_s_link_writes_what_its_own_functions_open_and_no_more(
    world: World, scopes: list[str], count: int
) -> None:
    given = world.service.tokens.read_access_token(world.issue_token("officer"), world.clock.now)
    assert given is not None
    narrower = given._replace(scopes=("EXPORT_LISTS", *scopes))
    token = world.service.tokens.issue_access_token(narrower, world.clock.now)
    listed = (await ask_with_token(world, token, LISTED)).only["edges"]
    asked = await ask_with_token(world, token, LINK, list="CLAIMS", format="CSV")
    file = (await world.client.get(asked.only["url"])).content.decode("utf-8-sig")
    found = {row["记录标识"] for row in csv.DictReader(io.StringIO(file))}
    assert found == {edge["node"]["id"] for edge in listed}
    assert len(found) == count


@pytest.mark.parametrize(
    "only",
    [
        {"since": "2025-01-21"},
        {"createdFrom": "2025-01-21"},
        {"createdTo": "2025-01-19"},
        {"monthFrom": "2026-01", "monthTo": "2026-01"},
        {"monthTo": "2025-12"},
        {"submittedFrom": "2025-02-02"},
        {"fromMonth": "2026-01", "toMonth": "2026-01"},
        {"toMonth": "2025-12"},
        {"year": 2025},
        {"kind": ["MENTORING"], "region": CHAOYANG_DISTRICT},
        {"status": ["SUBMITTED"]},
    ],
)
async def test_an_export_is_narrowed_as_the_list_is(world: World, only: dict[str, Any]) -> None:
    found = await rows(world, "auditor", "CLAIMS", filter=only)
    assert {row["记录标识"] for row in found} == await ids(world, "auditor", **only)
    (unit, *_) = await world.load_rows(Unit)
    only = only | {"creditCode": unit.credit_code}
    found = await rows(world, "auditor", "CLAIMS", filter=only)
    assert {row["记录标识"] for row in found} == await ids(world, "auditor", **only)
    assert {row["统一社会信用代码"] for row in found} <= {unit.credit_code}


async def test_a_link_says_its_ranges_by_the_names_that_were_released_first(world: World) -> None:
    """A process that is about to be replaced knows no others, and would leave them out."""
    only = {"createdFrom": "2025-01-21", "until": "2025-02-01", "monthTo": "2025-12"}
    asked = await world.ask(LINK, "auditor", list="CLAIMS", format="CSV", filter=only)
    _, parts = read_link(world.service, LINK_PURPOSE, asked.only["url"].rpartition("/")[2])
    said = json.loads(parts[4])
    assert {name: value for name, value in said.items() if value} == {
        "since": "2025-01-21",
        "until": "2025-02-01",
        "to_month": "2025-12-01",
    }
    assert not {"created_from", "created_to", "month_from", "month_to"} & said.keys()


@pytest.mark.parametrize("what", ["CLAIMS", "CLAIM_LINES"])
async def test_each_record_is_found_by_the_id_in_the_file(world: World, what: str) -> None:
    written = [row["记录标识"] for row in await rows(world, "auditor", what)]
    found = (await world.ask(NODES, "auditor", ids=written)).only
    assert [each["id"] for each in found] == written
    types = {"CLAIMS": {"LivingAllowanceClaim", "MentoringClaim"}, "CLAIM_LINES": {"ClaimLine"}}
    assert {each["__typename"] for each in found} == types[what]


async def test_a_file_speaks_in_words_unless_codes_are_wanted(world: World) -> None:
    words = await rows(world, "officer", "CLAIMS")
    assert {(r["补贴类型"], r["办理状态"], r["行政区划"], r["提交日期"]) for r in words} == {
        ("生活费补贴", "审核中", "吉林省长春市朝阳区", "2025-02-01"),
        ("带教补贴", "审核通过", "吉林省长春市朝阳区", "2025-03-05"),
    }
    codes = await rows(world, "officer", "CLAIM_LINES", codes=True)
    assert {(r["补贴类型"], r["申报状态"], r["明细状态"], r["行政区划"]) for r in codes} == {
        ("LIVING_ALLOWANCE", "SUBMITTED", "OPEN", CHAOYANG_DISTRICT),
        ("MENTORING", "APPROVED", "STRUCK", CHAOYANG_DISTRICT),
        ("MENTORING", "APPROVED", "PAYABLE", CHAOYANG_DISTRICT),
    }
    for found in (words, await rows(world, "officer", "CLAIM_LINES")):
        cells = {cell for row in found for name, cell in row.items() if name != "记录标识"}
        assert not [cell for cell in cells if cell.isascii() and cell.replace("_", "").isalpha()]
        assert CHAOYANG_DISTRICT not in cells


async def test_figures_and_lists_of_a_file_tell_the_same_months(world: World) -> None:
    figures = await rows(world, "officer", "STATISTICS", by=["MONTH"])
    claims = await rows(world, "officer", "CLAIMS")
    assert {row["提交月份"] for row in figures} == {row["提交日期"][:7] for row in claims}


async def test_x17_at_the_counter_the_applicant_s_claims_are_exported_and_no_others(
    world: World,
) -> None:
    await world.add_account("clerk", Role.DISTRICT_OFFICER, "220100")
    for name in ("a", "b"):
        unit = world.accounts[name].unit_id
        assert unit is not None
        whom = build_global_id("Unit", unit)
        given = {"list": "CLAIMS", "format": "CSV", "behalf": whom}
        url = (await world.ask(LINK, "clerk", **given)).only["url"]
        text = (await world.client.get(url)).content.decode("utf-8-sig")
        found = [*csv.DictReader(io.StringIO(text))]
        assert {row["单位名称"] for row in found} == {f"{name}有限公司"}


async def test_figures_are_exported_by_who_may_read_them(world: World) -> None:
    refused = await link(world, "a", "STATISTICS")
    assert refused.errors[0]["extensions"]["code"] == "FORBIDDEN"
    assert len(await rows(world, "officer", "STATISTICS", by=["KIND"])) == 2


@pytest.mark.parametrize("who", ["ungranted", "city", None])
async def test_who_lacks_the_function_exports_nothing(world: World, who: str | None) -> None:
    if who == "ungranted":
        granted = [Function.REVIEW_CLAIMS]
        await world.add_account("ungranted", Role.DISTRICT_OFFICER, granted=granted)
    answer = (
        await link(world, who or "", "CLAIMS")
        if who
        else await world.ask(LINK, None, list="CLAIMS", format="CSV")
    )
    assert answer.errors[0]["extensions"]["code"] == "FORBIDDEN"


async def test_x10_a_link_is_good_for_minutes_and_for_its_own_viewer(world: World) -> None:
    url = (await link(world, "auditor", "CLAIMS")).only["url"]
    assert (await world.client.get(f"{url[:-2]}xx")).status_code == 404
    assert (await world.client.get("/files/export/garbage")).status_code == 404
    assert (await world.client.get(url.replace("/files/export/", "/files/"))).status_code == 404
    world.clock.now += world.service.files.link_life + timedelta(seconds=1)
    assert (await world.client.get(url)).status_code == 410


async def test_x10_an_auditor_of_another_city_exports_none_of_it(world: World) -> None:
    await world.add_account("other auditor", Role.AUDITOR, "220200")
    assert await rows(world, "other auditor", "CLAIM_LINES") == []


async def test_a_name_is_never_taken_for_a_formula(world: World) -> None:
    await world.add_unit("=HYPERLINK(1)")
    assert len(await world.load_rows(Unit)) == 4
    assert escape_formula(format_cell("=1+1")) == "'=1+1"
    assert escape_formula(format_cell(Decimal("-1.50"))) == "-1.50"
    assert escape_formula(format_cell(None)) == ""


async def test_a_link_ends_with_what_it_stood_on(world: World) -> None:
    """Session, account and function are asked as it is fetched, and nothing of them is told."""
    officer = world.accounts["officer"]
    own = Actor(account=officer.id)
    session = SignInSession(
        id=an_id("session", "officer"),  # the one that the world's tokens name
        account_id=officer.id,
        token_hash=b"t",
        started_at=world.clock(),
        expires_at=world.clock() + timedelta(days=1),
    )
    await world.add_rows(session, actor=own)

    async def fetch(url: str) -> int:
        return (await world.client.get(url)).status_code

    async def change(table: Any, actor: Actor, **values: object) -> None:
        async with transaction_as(world.service, actor, DatabaseRole.ADMINISTRATION) as changing:
            whose = Account.id if table is Account else table.account_id
            await changing.execute(update(table).where(whose == officer.id).values(**values))

    url = (await link(world, "officer", "CLAIMS")).only["url"]
    assert await fetch(url) == 200
    await change(SignInSession, own, ended_at=world.clock())
    assert await fetch(url) == 404
    await change(SignInSession, own, ended_at=None)
    assert await fetch(url) == 200
    await change(Account, NATIONWIDE_ACTOR, active=False)
    assert await fetch(url) == 404
    await change(Account, NATIONWIDE_ACTOR, active=True)
    assert await fetch(url) == 200
    await change(FunctionGrant, NATIONWIDE_ACTOR, revoked=True, revoked_at=world.clock())
    assert await fetch(url) == 404
