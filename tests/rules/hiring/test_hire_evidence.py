"""X3: what each control of a hire tells: its evidence in both languages, on whose word, why not."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from rules.hiring.hire import Hire
from rules.internship.mentoring import FactCoverage
from rules.kernel.finding import Control, Outcome
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Fault, Reason
from tests.factories.evidence import tell, telling
from tests.factories.parameter import a_parameter, build_seed_policy
from tests.rules.hiring.test_hire import (
    HIRE,
    MIGRANT,
    SERVICE,
    TOLD,
    day,
    judged,
    paid,
    signed,
    spell,
)

C, PASS, FAIL, UNKNOWN = Control, Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN
MIGRANTS = replace(HIRE, group=MIGRANT)
NOTHING_TOLD = FactCoverage()


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A case, and all that a control says of it."""

    control: Control
    outcome: Outcome
    zh: str
    en: str
    figure: str | None = None
    source: str | None = None
    as_of: str | None = None
    reason: Reason | None = None
    figures: Mapping[str, str] = field(default_factory=dict)
    hire: Hire = HIRE
    told: FactCoverage = TOLD
    known: Mapping[str, Any] = field(default_factory=dict)
    policy: Policy | None = None


CASES = {
    "insured in the latest month": Evidence(
        control=C.INSURED_NOW,
        outcome=PASS,
        zh="该企业最近缴费月份2022-08（数据至2022-08）",
        en="latest month paid by this enterprise: 2022-08 (known up to 2022-08)",
        figure="insurance.lag_months",
        source="社保局",
        as_of="2022-09-01",
    ),
    "insured, but no longer": Evidence(
        control=C.INSURED_NOW,
        known={"contributions": [*paid("2022-05", "2022-06"), *paid("2022-03", "2022-03")]},
        outcome=FAIL,
        zh="该企业最近缴费月份2022-06（数据至2022-08）",
        en="latest month paid by this enterprise: 2022-06 (known up to 2022-08)",
        figure="insurance.lag_months",
        source="社保局",
        as_of="2022-09-01",
        reason=Reason.NOT_INSURED_NOW,
        figures={"month": "2022-08"},
    ),
    "never insured": Evidence(
        control=C.INSURED_NOW,
        known={"contributions": []},
        outcome=FAIL,
        zh="该企业最近缴费月份—（数据至2022-08）",
        en="latest month paid by this enterprise: — (known up to 2022-08)",
        figure="insurance.lag_months",
        as_of="2022-08-01",
        reason=Reason.NOT_INSURED_NOW,
        figures={"month": "2022-08"},
    ),
    "contributions not loaded": Evidence(
        control=C.INSURED_NOW,
        known={"contributions": []},
        told=NOTHING_TOLD,
        outcome=UNKNOWN,
        zh="该企业最近缴费月份—（数据至—）",
        en="latest month paid by this enterprise: — (known up to —)",
        figure="insurance.lag_months",
        reason=Reason.NOW_UNKNOWN,
        figures={"month": "—", "oldest": "2022-07"},
    ),
    "contract as stated": Evidence(
        control=C.CONTRACT_TERM,
        outcome=PASS,
        zh="所填合同：2022-03-01至2023-02-28；备案合同：2022-03-01至2023-02-28",
        en="stated: 2022-03-01 to 2023-02-28; on file: 2022-03-01 to 2023-02-28",
        figure="hiring.contract_months",
        source="劳动备案",
        as_of="2022-09-01",
    ),
    "contract open-ended": Evidence(
        control=C.CONTRACT_TERM,
        hire=replace(HIRE, ends_on=None),
        known={"contracts": [signed("2022-03-01", None, open_ended=True)]},
        outcome=PASS,
        zh="所填合同：2022-03-01起，无固定期限；备案合同：2022-03-01起，无固定期限",
        en="stated: from 2022-03-01, open-ended; on file: from 2022-03-01, open-ended",
        figure="hiring.contract_months",
        source="劳动备案",
        as_of="2022-09-01",
    ),
    "contract too short": Evidence(
        control=C.CONTRACT_TERM,
        hire=replace(HIRE, ends_on=day("2023-02-27")),
        outcome=FAIL,
        zh="所填合同：2022-03-01至2023-02-27；备案合同：2022-03-01至2023-02-28",
        en="stated: 2022-03-01 to 2023-02-27; on file: 2022-03-01 to 2023-02-28",
        figure="hiring.contract_months",
        source="劳动备案",
        as_of="2022-09-01",
        reason=Reason.CONTRACT_TOO_SHORT,
        figures={"months": "12", "needed": "2023-02-28"},
    ),
    "the later of two other contracts": Evidence(
        control=C.CONTRACT_TERM,
        known={
            "contracts": [
                signed("2022-05-01", "2023-04-30"),
                signed("2022-06-01", None),
                signed("2022-04-01", "2023-03-31"),
            ]
        },
        outcome=FAIL,
        zh="所填合同：2022-03-01至2023-02-28；备案合同：2022-06-01起，未载明期限",
        en="stated: 2022-03-01 to 2023-02-28; on file: from 2022-06-01, term not stated",
        figure="hiring.contract_months",
        source="劳动备案",
        as_of="2022-09-01",
        reason=Reason.CONTRACT_DIFFERS,
    ),
    "a contract that begins on the last day stated": Evidence(
        control=C.CONTRACT_TERM,
        known={"contracts": [signed("2023-02-28", "2024-02-27")]},
        outcome=FAIL,
        zh="所填合同：2022-03-01至2023-02-28；备案合同：2023-02-28至2024-02-27",
        en="stated: 2022-03-01 to 2023-02-28; on file: 2023-02-28 to 2024-02-27",
        figure="hiring.contract_months",
        source="劳动备案",
        as_of="2022-09-01",
        reason=Reason.CONTRACT_DIFFERS,
    ),
    "no contract about this time": Evidence(
        control=C.CONTRACT_TERM,
        known={"contracts": [signed("2020-03-01", "2022-02-28")]},
        outcome=FAIL,
        zh="所填合同：2022-03-01至2023-02-28；备案合同：未查到",
        en="stated: 2022-03-01 to 2023-02-28; on file: none",
        figure="hiring.contract_months",
        as_of="2022-09-01",
        reason=Reason.CONTRACT_NOT_ON_FILE,
        figures={"day": "2022-09-01"},
    ),
    "contracts loaded before the start": Evidence(
        control=C.CONTRACT_TERM,
        known={"contracts": []},
        told=replace(TOLD, contracts=day("2022-02-28")),
        outcome=UNKNOWN,
        zh="所填合同：2022-03-01至2023-02-28；备案合同：未查到",
        en="stated: 2022-03-01 to 2023-02-28; on file: none",
        figure="hiring.contract_months",
        as_of="2022-02-28",
        reason=Reason.CONTRACT_NOT_TOLD,
        figures={"day": "2022-02-28", "start": "2022-03-01"},
    ),
    "insured here before": Evidence(
        control=C.NOT_INSURED_BEFORE,
        hire=MIGRANTS,
        known={"contributions": [*paid("2022-03", "2022-08"), *paid("2021-12", "2022-01")]},
        outcome=FAIL,
        zh="本次连续缴费自2022-03起；此前2021-12 – 2022-02在本单位缴费：2021-12、2022-01",
        en="unbroken from 2022-03; paid here in 2021-12 – 2022-02 before: 2021-12, 2022-01",
        figure="hiring.uninsured_months_before",
        as_of="2022-08-01",
        reason=Reason.INSURED_BEFORE,
        figures={"months": "2021-12, 2022-01", "first": "2022-03"},
    ),
    "insured here in the very last month before": Evidence(
        control=C.NOT_INSURED_BEFORE,
        hire=MIGRANTS,
        known={"contributions": [*paid("2022-04", "2022-08"), *paid("2022-02", "2022-02")]},
        outcome=FAIL,
        zh="本次连续缴费自2022-04起；此前2022-01 – 2022-03在本单位缴费：2022-02",
        en="unbroken from 2022-04; paid here in 2022-01 – 2022-03 before: 2022-02",
        figure="hiring.uninsured_months_before",
        as_of="2022-08-01",
        reason=Reason.INSURED_BEFORE,
        figures={"months": "2022-02", "first": "2022-04"},
    ),
    "not insured here before": Evidence(
        control=C.NOT_INSURED_BEFORE,
        hire=MIGRANTS,
        outcome=PASS,
        zh="本次连续缴费自2022-03起；此前2021-12 – 2022-02在本单位缴费：—",
        en="unbroken from 2022-03; paid here in 2021-12 – 2022-02 before: —",
        figure="hiring.uninsured_months_before",
        as_of="2022-08-01",
    ),
    "insurance known only up to before the hire": Evidence(
        control=C.NOT_INSURED_BEFORE,
        hire=MIGRANTS,
        known={"contributions": []},
        told=replace(TOLD, contributions=day("2022-02-01")),
        outcome=UNKNOWN,
        zh="本次连续缴费自2022-03起；此前2021-12 – 2022-02在本单位缴费：—",
        en="unbroken from 2022-03; paid here in 2021-12 – 2022-02 before: —",
        figure="hiring.uninsured_months_before",
        as_of="2022-02-01",
        reason=Reason.INSURANCE_UNKNOWN,
        figures={"month": "2022-02", "since": "2022-03"},
    ),
    "insurance not known at all": Evidence(
        control=C.NOT_INSURED_BEFORE,
        hire=MIGRANTS,
        known={"contributions": []},
        told=NOTHING_TOLD,
        outcome=UNKNOWN,
        zh="本次连续缴费自2022-03起；此前2021-12 – 2022-02在本单位缴费：—",
        en="unbroken from 2022-03; paid here in 2021-12 – 2022-02 before: —",
        figure="hiring.uninsured_months_before",
        reason=Reason.INSURANCE_UNKNOWN,
        figures={"month": "—", "since": "2022-03"},
    ),
    "registered for long enough": Evidence(
        control=C.REGISTERED_UNEMPLOYED,
        outcome=PASS,
        zh="失业登记：自2021-06-01起至2022-03-05止；吸纳日期2022-03-01",
        en="registered: from 2021-06-01 to 2022-03-05; hired on 2022-03-01",
        figure="hiring.unemployed_months",
        source="就业局",
        as_of="2022-09-01",
    ),
    "registered for too short": Evidence(
        control=C.REGISTERED_UNEMPLOYED,
        known={"registrations": [spell("2021-09-02")]},
        outcome=FAIL,
        zh="失业登记：自2021-09-02起；吸纳日期2022-03-01",
        en="registered: from 2021-09-02; hired on 2022-03-01",
        figure="hiring.unemployed_months",
        source="就业局",
        as_of="2022-09-01",
        reason=Reason.UNEMPLOYED_TOO_SHORT,
        figures={"months": "6", "full": "2022-03-02", "hired": "2022-03-01"},
    ),
    "no longer registered": Evidence(
        control=C.REGISTERED_UNEMPLOYED,
        known={"registrations": [spell("2021-06-01", "2022-02-28"), spell("2019-01-01")][:1]},
        outcome=FAIL,
        zh="失业登记：自2021-06-01起至2022-02-28止；吸纳日期2022-03-01",
        en="registered: from 2021-06-01 to 2022-02-28; hired on 2022-03-01",
        figure="hiring.unemployed_months",
        source="就业局",
        as_of="2022-09-01",
        reason=Reason.NO_STANDING_REGISTRATION,
        figures={"hired": "2022-03-01"},
    ),
    "never registered": Evidence(
        control=C.REGISTERED_UNEMPLOYED,
        known={"registrations": []},
        outcome=FAIL,
        zh="失业登记：未查到；吸纳日期2022-03-01",
        en="registered: none on file; hired on 2022-03-01",
        figure="hiring.unemployed_months",
        as_of="2022-09-01",
        reason=Reason.NO_STANDING_REGISTRATION,
        figures={"hired": "2022-03-01"},
    ),
    "registrations not loaded": Evidence(
        control=C.REGISTERED_UNEMPLOYED,
        known={"registrations": []},
        told=NOTHING_TOLD,
        outcome=UNKNOWN,
        zh="失业登记：未查到；吸纳日期2022-03-01",
        en="registered: none on file; hired on 2022-03-01",
        figure="hiring.unemployed_months",
        reason=Reason.REGISTRATION_UNKNOWN,
        figures={"day": "—", "hired": "2022-03-01"},
    ),
    "the latest transfer": Evidence(
        control=C.TRANSFER_EMPLOYMENT,
        hire=MIGRANTS,
        known={"transfers": [spell("2020-02-10", as_of=day("2022-08-31")), spell("2019-01-01")]},
        outcome=PASS,
        zh="转移就业：自2020-02-10起",
        en="transferred: from 2020-02-10",
        source="就业局",
        as_of="2022-08-31",
    ),
    "never transferred": Evidence(
        control=C.TRANSFER_EMPLOYMENT,
        hire=MIGRANTS,
        known={"transfers": []},
        outcome=FAIL,
        zh="未查到转移就业记录",
        en="no transfer-employment record on file",
        as_of="2022-09-01",
        reason=Reason.NO_TRANSFER,
        figures={"day": "2022-09-01"},
    ),
    "transfers not loaded": Evidence(
        control=C.TRANSFER_EMPLOYMENT,
        hire=MIGRANTS,
        known={"transfers": []},
        told=NOTHING_TOLD,
        outcome=UNKNOWN,
        zh="未查到转移就业记录",
        en="no transfer-employment record on file",
        reason=Reason.TRANSFER_UNKNOWN,
        figures={"day": "—", "hired": "2022-03-01"},
    ),
    "small": Evidence(
        control=C.ENTERPRISE_SIZE,
        outcome=PASS,
        zh="企业规模：小型，自2020-01-01起",
        en="enterprise size small, from 2020-01-01",
        figure="enterprise.size",
    ),
    "large": Evidence(
        control=C.ENTERPRISE_SIZE,
        known={"sizes": [spell("2020-01-01", "2022-03-01", word="LARGE")]},
        policy=build_seed_policy([a_parameter("enterprise.size", "SMALL,MEDIUM", region="510104")]),
        outcome=FAIL,
        zh="企业规模：大型，自2020-01-01起至2022-03-01止",
        en="enterprise size large, from 2020-01-01 to 2022-03-01",
        figure="enterprise.size",
        reason=Reason.SIZE_NOT_SUPPORTED,
        figures={"size": "LARGE", "sizes": "SMALL, MEDIUM"},
    ),
    "of no size": Evidence(
        control=C.ENTERPRISE_SIZE,
        known={"sizes": []},
        outcome=FAIL,
        zh="2022-03-01没有有效的企业规模资质",
        en="no size is on record for 2022-03-01",
        figure="enterprise.size",
        reason=Reason.SIZE_NOT_SHOWN,
        figures={"day": "2022-03-01"},
    ),
    "licensed": Evidence(
        control=C.AGENCY_LICENCE,
        hire=replace(HIRE, kind=SERVICE),
        outcome=PASS,
        zh="许可证510000123，自2020-01-01起",
        en="licence 510000123, from 2020-01-01",
    ),
    "without a licence": Evidence(
        control=C.AGENCY_LICENCE,
        hire=replace(HIRE, kind=SERVICE),
        known={"licences": [spell("2020-01-01", "2022-02-28", word="510000123")]},
        outcome=FAIL,
        zh="2022-03-01没有有效的许可资质",
        en="no licence is on record for 2022-03-01",
        reason=Reason.LICENCE_NOT_SHOWN,
        figures={"day": "2022-03-01"},
    ),
    "within the programme": Evidence(
        control=C.PROGRAMME_PERIOD,
        outcome=PASS,
        zh="吸纳日期2022-03-01",
        en="hired on 2022-03-01",
        figure="programme.period",
    ),
    "outside a programme of hiring alone": Evidence(
        control=C.PROGRAMME_PERIOD,
        policy=build_seed_policy(
            [
                a_parameter(
                    "programme.period",
                    "2022-03-02/2022-12-31",
                    region="510104",
                    category="HIRING",
                )
            ]
        ),
        outcome=FAIL,
        zh="吸纳日期2022-03-01",
        en="hired on 2022-03-01",
        figure="programme.period",
        reason=Reason.OUTSIDE_PROGRAMME,
        figures={"hired": "2022-03-01", "first": "2022-03-02", "last": "2022-12-31"},
    ),
    "without a programme": Evidence(
        control=C.PROGRAMME_PERIOD,
        policy=Policy(
            [
                a_parameter("hiring.unemployed_months", "6", region="510104"),
                a_parameter("enterprise.size", "SMALL", region="510104"),
            ]
        ),
        outcome=FAIL,
        zh="吸纳日期2022-03-01",
        en="hired on 2022-03-01",
        reason=Reason.NO_PROGRAMME,
        figures={"hired": "2022-03-01"},
    ),
    "a figure that nobody has set": Evidence(
        control=C.INSURED_NOW,
        policy=Policy([a_parameter("enterprise.size", "SMALL", region="510104")]),
        outcome=UNKNOWN,
        zh="没有可用的政策参数“社会保险数据滞后月数”",
        en="no policy parameter insurance.lag_months holds",
        reason=Reason.PARAMETER_MISSING,
        figures={"key": "insurance.lag_months", "region": "510104", "date": "2022-03-01"},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_x3_a_control_tells_what_it_saw_on_whose_word_and_what_is_lacking(case: str) -> None:
    told = CASES[case]
    found = judged(told.hire, told.told, told.policy, **told.known).findings
    (finding,) = (f for f in found if f.control is told.control)
    assert tell(finding) == telling(
        told.control,
        told.outcome,
        told.zh,
        told.en,
        figure=told.figure,
        source=told.source,
        as_of=told.as_of,
        reason=told.reason,
        **told.figures,
    )


def test_x3_every_control_of_a_hire_is_told_of_with_every_outcome_that_it_may_have() -> None:
    never_unknown = {C.ENTERPRISE_SIZE, C.AGENCY_LICENCE, C.PROGRAMME_PERIOD}
    for control in {case.control for case in CASES.values()}:
        outcomes = {case.outcome for case in CASES.values() if case.control is control}
        expected = {PASS, FAIL} if control in never_unknown else {PASS, FAIL, UNKNOWN}
        assert outcomes - {UNKNOWN} == expected - {UNKNOWN}, control
        assert outcomes >= expected, control


def test_x6_a_rate_that_nobody_has_set_is_lacking_by_key_region_and_day() -> None:
    nothing = judged(policy=Policy([]))
    assert (nothing.amount, nothing.rate) == (None, None)
    figures = {"key": "hiring.amount", "region": "510104", "date": "2022-03-01"}
    assert nothing.lacking[-1] == Fault(Reason.PARAMETER_MISSING, (), figures)
    unrounded = judged(policy=Policy([a_parameter("hiring.amount", "1000", region="510104")]))
    assert (unrounded.amount, unrounded.rate) == (None, None)
