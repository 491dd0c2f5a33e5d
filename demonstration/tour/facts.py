"""The tour's facts: sent by the authorities' systems, before anybody claims anything (X10, X13)."""

from collections.abc import Sequence

from demonstration.data.applicant import Applicant
from demonstration.data.touring import hirer_code_of
from demonstration.tour.chengdu import DISTRICT, PROVINCE, Chengdu

WHO = "公民身份号码"
EMPLOYER = "统一社会信用代码"
SOURCES = {
    "PERSON": "四川省公安人口库（巡览示例）",
    "INSURANCE_CONTRIBUTION": "四川省社会保险系统（巡览示例）",
    "LABOUR_CONTRACT": "四川省劳动用工备案系统（巡览示例）",
    "UNEMPLOYMENT_REGISTRATION": "四川省就业信息系统（巡览示例）",
    "TRANSFER_EMPLOYMENT": "四川省转移就业实名库（巡览示例）",
}
PAYEE = 5
UNREGISTERED = 3
"""The one of them who never registered as unemployed, though the roster will say so."""


def facts(chengdu: Chengdu) -> None:
    """Be refused an officer's load, then let the supplier tell what is known of the persons."""
    party, code = chengdu.party, hirer_code_of(chengdu.party.number)
    people = chengdu.people
    named = [[each.id_number, each.name, DISTRICT] for each in people]
    given = _load(chengdu, "PERSON", [WHO, "姓名", "行政区划"], named)
    no = party.refused(chengdu.officer, "loadFacts", "FORBIDDEN", **given)
    party.tell(f"Facts 外部数据 sent by an officer refused: {no}")
    told = party.do(chengdu.supplier, "loadFacts", **given)
    party.tell(f"Facts 外部数据 of PERSON loaded by {SOURCES['PERSON']}: {told['loaded']}")
    paid = [[each.id_number, f"{m:%Y-%m}", code] for each in people for m in chengdu.months]
    _send(chengdu, "INSURANCE_CONTRIBUTION", ["缴费月份", EMPLOYER], paid)
    start, end = chengdu.hired_on.isoformat(), chengdu.until.isoformat()
    terms = [[each.id_number, code, start, start, end] for each in people]
    columns = [EMPLOYER, "合同起始日期", "签订日期", "合同终止日期"]
    _send(chengdu, "LABOUR_CONTRACT", columns, terms)
    since = chengdu.registered_on.isoformat()
    out = [[each.id_number, since, start] for each in _registered(people)]
    _send(chengdu, "UNEMPLOYMENT_REGISTRATION", ["失业登记日期", "注销日期"], out)
    moved = [[each.id_number, since, ""] for each in people]
    _send(chengdu, "TRANSFER_EMPLOYMENT", ["转移就业日期", "终止日期"], moved)


def _registered(people: Sequence[Applicant]) -> Sequence[Applicant]:
    return [each for n, each in enumerate(people) if n != UNREGISTERED]


def _send(
    chengdu: Chengdu, kind: str, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    given = _load(chengdu, kind, [WHO, *columns], rows)
    told = chengdu.party.do(chengdu.supplier, "loadFacts", **given)
    chengdu.party.expect(f"the facts of {kind}", told["loaded"], len(rows))
    chengdu.party.tell(f"Facts 外部数据 of {kind} loaded by {SOURCES[kind]}: {told['loaded']}")


def _load(
    chengdu: Chengdu, kind: str, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> dict[str, object]:
    said = {"kind": kind, "source": SOURCES[kind], "asOf": chengdu.today.isoformat()}
    return said | {"region": PROVINCE, "columns": [*columns], "rows": [*map(list, rows)]}


def person(chengdu: Chengdu) -> None:
    """Let somebody whom facts put on file register and complete their information (J16)."""
    party, who = chengdu.party, chengdu.people[PAYEE]
    named = {"idNumber": who.id_number, "name": who.name, "mobile": who.mobile}
    chengdu.payee = party.register("registerPerson", f"{party.key}-payee", DISTRICT, **named)
    own = party.viewer(chengdu.payee)["person"]
    party.do(
        chengdu.payee,
        "completeInformation",
        **own,
        mobile=who.mobile,
        region=DISTRICT,
        education=who.education,
        school=who.school,
        graduatedOn=None,
    )
    party.tell(f"{who.name}, on file by facts alone, registers 个人注册 and completes the rest")
