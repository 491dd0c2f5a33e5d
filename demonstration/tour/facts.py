"""The tour's facts: sent by the authorities' systems, before anybody claims anything (X10, X13)."""

from collections.abc import Sequence

from demonstration.data.applicant import Applicant
from demonstration.data.tour_reserve import build_hirer_code
from demonstration.tour.sichuan_scenario import DISTRICT, PROVINCE, SichuanScenario

ID_NUMBER_HEADING = "公民身份号码"
EMPLOYER_HEADING = "统一社会信用代码"
SOURCE_BY_KIND = {
    "PERSON": "四川省公安人口库（巡览示例）",
    "INSURANCE_CONTRIBUTION": "四川省社会保险系统（巡览示例）",
    "LABOUR_CONTRACT": "四川省劳动用工备案系统（巡览示例）",
    "UNEMPLOYMENT_REGISTRATION": "四川省就业信息系统（巡览示例）",
    "TRANSFER_EMPLOYMENT": "四川省转移就业实名库（巡览示例）",
}
PAYEE_PLACE = 5
UNREGISTERED_PLACE = 3
"""The one of them who never registered as unemployed, though the roster will say so."""


def load_all_facts(chengdu: SichuanScenario) -> None:
    """Be refused an officer's load, then let the supplier tell what is known of the persons."""
    party, code = chengdu.session, build_hirer_code(chengdu.session.number)
    people = chengdu.people
    named = [[each.id_number, each.name, DISTRICT] for each in people]
    given = _build_load(chengdu, "PERSON", [ID_NUMBER_HEADING, "姓名", "行政区划"], named)
    no = party.expect_refusal(chengdu.officer, "loadFacts", "FORBIDDEN", **given)
    party.report_step(f"Facts 外部数据 sent by an officer refused: {no}")
    told = party.expect_success(chengdu.supplier, "loadFacts", **given)
    party.report_step(
        f"Facts 外部数据 of PERSON loaded by {SOURCE_BY_KIND['PERSON']}: {told['loaded']}"
    )
    paid = [
        [each.id_number, f"{m:%Y-%m}", code, DISTRICT] for each in people for m in chengdu.months
    ]
    columns = ["缴费月份", EMPLOYER_HEADING, "参保地"]
    _load_facts(chengdu, "INSURANCE_CONTRIBUTION", columns, paid)
    start, end = chengdu.hired_on.isoformat(), chengdu.until.isoformat()
    terms = [[each.id_number, code, start, start, end] for each in people]
    columns = [EMPLOYER_HEADING, "合同起始日期", "签订日期", "合同终止日期"]
    _load_facts(chengdu, "LABOUR_CONTRACT", columns, terms)
    since = chengdu.registered_on.isoformat()
    out = [[each.id_number, since, start] for each in _select_registered(people)]
    _load_facts(chengdu, "UNEMPLOYMENT_REGISTRATION", ["失业登记日期", "注销日期"], out)
    moved = [[each.id_number, since, ""] for each in people]
    _load_facts(chengdu, "TRANSFER_EMPLOYMENT", ["转移就业日期", "终止日期"], moved)


def _select_registered(people: Sequence[Applicant]) -> Sequence[Applicant]:
    return [each for n, each in enumerate(people) if n != UNREGISTERED_PLACE]


def _load_facts(
    chengdu: SichuanScenario, kind: str, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    given = _build_load(chengdu, kind, [ID_NUMBER_HEADING, *columns], rows)
    told = chengdu.session.expect_success(chengdu.supplier, "loadFacts", **given)
    chengdu.session.expect_equal(f"the facts of {kind}", told["loaded"], len(rows))
    chengdu.session.report_step(
        f"Facts 外部数据 of {kind} loaded by {SOURCE_BY_KIND[kind]}: {told['loaded']}"
    )


def _build_load(
    chengdu: SichuanScenario, kind: str, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> dict[str, object]:
    said = {"kind": kind, "source": SOURCE_BY_KIND[kind], "asOf": chengdu.today.isoformat()}
    return said | {"region": PROVINCE, "columns": [*columns], "rows": [*map(list, rows)]}


def register_payee(chengdu: SichuanScenario) -> None:
    """Register somebody whom facts put on file, and complete their information (J16)."""
    party, who = chengdu.session, chengdu.people[PAYEE_PLACE]
    named = {"idNumber": who.id_number, "name": who.name, "mobile": who.mobile}
    account = f"{party.key}-payee"
    party.register_account("registerPerson", account, DISTRICT, **named)
    chengdu.payee = party.prove_person(chengdu.officer, account, **named)
    own = party.ask_viewer(chengdu.payee)["person"]
    party.expect_success(
        chengdu.payee,
        "completeInformation",
        **own,
        mobile=who.mobile,
        region=DISTRICT,
        education=who.education,
        school=who.school,
        graduatedOn=None,
    )
    party.report_step(
        f"{who.name}, on file by facts alone, registers 个人注册, proves who they are 核实身份 "
        "at the counter, and completes the rest"
    )
