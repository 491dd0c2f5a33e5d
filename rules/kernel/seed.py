"""The parameters that a new installation starts with (section 4)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from models.accounts.account import AccountChange
from models.claims.claim import ClaimKind
from models.internship.intern import InternCategory
from rules.kernel.entrance import APPLICANT_FUNCTIONS
from rules.kernel.entrance import ENTRANCE_KEY as ENTRANCE
from rules.kernel.function import Entrance, Function
from rules.kernel.parameter_key import PARAMETER_KEYS
from rules.kernel.region import NATION_CODE, REGIONS, is_city_district

JILIN_CODE = "220000"
CHANGCHUN_CODE = "220100"
SICHUAN_CODE = "510000"

BEFORE_ALL_RECORDS = date(2020, 1, 1)

JILIN_MANUAL_SOURCE = "吉林省就业见习单位端操作手册"
SICHUAN_MANUAL_SOURCE = "四川省就业管理信息系统V2.0操作手册（疫情期间新增功能）"
LAW_SOURCE = "公开通知（规则手册第4节）"
DECISION_SOURCE = "项目约定（规则手册第4节）"
SINGLE_SOURCE = "单一来源，待确认（规则手册第4节）"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedParameter:
    """A parameter as it is first written, without who approved it. 政策参数初始值"""

    key: str
    region: str
    category: str | None
    value: str
    unit: str
    effective_from: date
    effective_to: date | None
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WageTable:
    """The minimum wages of a province in one period (J27). 最低工资标准"""

    effective_from: date
    effective_to: date | None
    source: str
    city_districts: Mapping[str, str]
    named: Mapping[str, str]
    others: str


WAGES_2021 = WageTable(
    effective_from=date(2021, 12, 1),
    effective_to=date(2024, 9, 30),
    source="吉林省最低工资标准，自2021年12月1日起执行",
    city_districts={
        "220100": "1880",
        "220200": "1760",
        "220700": "1760",
        "220300": "1640",
        "220400": "1640",
        "220500": "1640",
        "220600": "1640",
    },
    named={"222401": "1760", "222404": "1760", "220721": "1640", "220621": "1640"},
    others="1540",
)
WAGES_2024 = WageTable(
    effective_from=date(2024, 10, 1),
    effective_to=None,
    source="吉林省最低工资标准，自2024年10月1日起执行",
    city_districts={"220100": "2120", "220200": "1920", "220600": "1920", "220700": "1920"},
    named={"222401": "1920", "222404": "1920"},
    others="1780",
)


def build_seed_parameters() -> list[SeedParameter]:
    """List all parameters of section 4, for Jilin and for Sichuan (X6)."""
    wages = (*build_minimum_wages(WAGES_2021), *build_minimum_wages(WAGES_2024))
    return [*wages, *_build_ratios(), *_build_figures(), *_build_entrances()]


def build_minimum_wages(table: WageTable) -> Iterator[SeedParameter]:
    """List a period's minimum wages: the province's, and wherever else another counts (J27).

    A city's own code stands for what is run by the city itself 市本级, which sits in its districts;
    its counties therefore need rows of their own.
    """
    yield _build_wage(table, JILIN_CODE, table.others)
    for code in REGIONS:
        if code.startswith(JILIN_CODE[:2]) and (
            code in table.named or _to_city_code(code) in table.city_districts
        ):
            yield _build_wage(table, code, _find_wage(table, code))


def _find_wage(table: WageTable, code: str) -> str:
    if code in table.named:
        return table.named[code]
    in_districts = code == _to_city_code(code) or is_city_district(code)
    return table.city_districts[_to_city_code(code)] if in_districts else table.others


def _to_city_code(code: str) -> str:
    return f"{code[:4]}00"


def _build_wage(table: WageTable, region: str, amount: str) -> SeedParameter:
    unit = PARAMETER_KEYS["minimum_wage"].unit
    first, last = table.effective_from, table.effective_to
    return SeedParameter(
        key="minimum_wage",
        region=region,
        category=None,
        value=amount,
        unit=unit,
        effective_from=first,
        effective_to=last,
        source=table.source,
        confirmed=True,
    )


def _build_seed(
    key: str, region: str, value: str, source: str, category: str | None = None
) -> SeedParameter:
    unit, confirmed = PARAMETER_KEYS[key].unit, source != SINGLE_SOURCE
    return SeedParameter(
        key=key,
        region=region,
        category=category,
        value=value,
        unit=unit,
        effective_from=BEFORE_ALL_RECORDS,
        effective_to=None,
        source=source,
        confirmed=confirmed,
    )


def _build_ratios() -> Iterator[SeedParameter]:
    for category in InternCategory:
        youth = category is InternCategory.UNEMPLOYED_YOUTH
        floor, allowance = ("1.2", "0.6") if youth else ("1.6", "1.0")
        yield _build_seed(
            "internship.wage_floor_ratio", CHANGCHUN_CODE, floor, JILIN_MANUAL_SOURCE, category
        )
        yield _build_seed("internship.wage_floor_ratio", JILIN_CODE, floor, SINGLE_SOURCE, category)
        yield _build_seed("internship.allowance_ratio", JILIN_CODE, allowance, LAW_SOURCE, category)


def _build_figures() -> Iterator[SeedParameter]:
    for region, source, figures in UNIFORM_FIGURES:
        yield from (_build_seed(key, region, value, source) for key, value in figures.items())
    for kind in ClaimKind:
        yield _build_seed("publicity.required", NATION_CODE, "true", DECISION_SOURCE, kind)
    # Whoever has to be stopped is stopped at once.
    for change in (AccountChange.CLOSE, AccountChange.END_SESSIONS):
        yield _build_seed("administration.by_two", NATION_CODE, "false", DECISION_SOURCE, change)


def _build_entrances() -> Iterator[SeedParameter]:
    yield _build_seed(ENTRANCE, NATION_CODE, Entrance.INTRANET, DECISION_SOURCE)
    for function in Function:
        if function in APPLICANT_FUNCTIONS:
            yield _build_seed(ENTRANCE, NATION_CODE, Entrance.BOTH, DECISION_SOURCE, function)


UNIFORM_FIGURES: Iterable[tuple[str, str, Mapping[str, str]]] = (
    (
        JILIN_CODE,
        JILIN_MANUAL_SOURCE,
        {
            "internship.min_months_for_claim": "3",
            "internship.graduate_window_years": "2",
            "mentoring.retention_ratio": "0.5",
            "mentoring.contract_months": "12",
            "mentoring.amount": "2000",
        },
    ),
    (JILIN_CODE, JILIN_MANUAL_SOURCE, {"hotline": "0431-80767550"}),
    (JILIN_CODE, LAW_SOURCE, {"internship.max_months": "12", "internship.youth_age": "16-24"}),
    (JILIN_CODE, DECISION_SOURCE, {"mentoring.denominator": "EMPLOYED_OR_TERM_COMPLETED"}),
    (
        SICHUAN_CODE,
        SICHUAN_MANUAL_SOURCE,
        {
            "hiring.unemployed_months": "6",
            "hiring.contract_months": "12",
            "hiring.uninsured_months_before": "3",
            "training.max_per_person": "3",
        },
    ),
    (SICHUAN_CODE, LAW_SOURCE, {"hiring.amount": "1000"}),
    (
        SICHUAN_CODE,
        DECISION_SOURCE,
        {
            "training.payment_waits_for_completion": "false",
            "training.clawback_on_non_completion": "true",
            "training.pass_mark": "60",
        },
    ),
    (
        SICHUAN_CODE,
        SINGLE_SOURCE,
        {
            "service.amount": "400",
            "training.amount": "0.95 at most 600",
            "programme.period": "2020-02-01/2022-12-31",
        },
    ),
    (NATION_CODE, SINGLE_SOURCE, {"internship.min_days": "15"}),
    (
        NATION_CODE,
        DECISION_SOURCE,
        {
            "publicity.days": "5 working",
            "publicity.shown_days_after": "15",
            "publicity.settler_differs": "false",
            "post.review_required": "false",
            "attachments.required": "none",
            "attachments.types": "PDF,JPEG,PNG,DOCX,XLSX,OFD",
            "attachments.max_size": "10",
            "attachments.max_count": "20",
            "storage.max_kept": "10240",
            "storage.max_per_day": "512",
            "roster.kept_days": "365",
            "appeal.kept_days": "1095",
            "objection.kept_days": "1095",
            "storage.unverified_max_kept": "100",
            "storage.unverified_max_per_day": "50",
            "unit.register_verifies": "true",
            "counter.official_mobile_months": "12",
            "counter.official_mobile_days": "7",
            "combination.forbidden": "none",
            "audit.insured_months_before": "2",
            "audit.insured_months_after": "2",
            "statistics.smallest_count": "5",
            "enterprise.size": "MEDIUM,SMALL,MICRO",
            "insurance.lag_months": "2",
            "declaration.claimable_days_after_end": "90",
            "unit.old_name_days": "365",
            "administration.by_two": "true",
            "administration.max_pending": "20",
            "recovery.waiting_days": "3",
            "recovery.barred_days": "180",
            "counter.confirmation_by_two": "false",
            "account.holder_demanded": "false",
            "payment.one_transfer_per_account": "false",
            "payment.importer_differs": "false",
            "hotline": "12333",
            "agreement.version": "2026-01",
            "money.rounding": "HALF_UP 0.01",
        },
    ),
)
"""Figures that are the same for all categories: where, on whose word, which."""
