"""X3, J34: what each control of a retained intern tells, on whose word, and what is lacking."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from models import Destination, EndReason
from rules.internship.mentoring import FactCoverage, summarize_faults
from rules.kernel.finding import Control, Outcome
from rules.kernel.month import list_months
from rules.kernel.refusal import Reason, fault
from tests.factories.evidence import tell, telling
from tests.rules.internship.test_mentoring import END, ENDED, START, TOLD, a_contract, judged, paid

C, PASS, FAIL, UNKNOWN = Control, Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN
MONTHS = "mentoring.contract_months"
FILED: dict[str, Any] = {"figure": MONTHS, "source": "劳动备案", "as_of": "2025-02-01"}
NO_CONTRACT = (
    "未查到见习后与本单位的劳动合同",
    "no labour contract with this unit that the internship led to",
)
NOTHING_PAID = ("自2024-11起未查到本单位缴费", "nothing paid by this unit from 2024-11 on")
Case = tuple[Mapping[str, Any], Mapping[str, Any]]
CASES: Mapping[str, Case] = {
    "retained": (
        {},
        telling(
            C.RETAINED_HERE,
            PASS,
            "减员原因：完成就业（本单位留用），2024-10-31结束",
            "ended on 2024-10-31: employed (retained by this unit)",
        ),
    ),
    "employed elsewhere": (
        {"ended": replace(ENDED, destination=Destination.EMPLOYED_ELSEWHERE)},
        telling(
            C.RETAINED_HERE,
            FAIL,
            "减员原因：完成就业（其他单位就业），2024-10-31结束",
            "ended on 2024-10-31: employed (employed elsewhere)",
            reason=Reason.NOT_RETAINED,
        ),
    ),
    "term completed": (
        {"ended": replace(ENDED, reason=EndReason.TERM_COMPLETED, destination=None)},
        telling(
            C.RETAINED_HERE,
            FAIL,
            "减员原因：见习期满，2024-10-31结束",
            "ended on 2024-10-31: term completed",
            reason=Reason.NOT_RETAINED,
        ),
    ),
    "no reduction filed": (
        {"ended": replace(ENDED, reason=None, destination=None)},
        telling(
            C.RETAINED_HERE,
            UNKNOWN,
            "见习期已于2024-10-31届满，未办理减员",
            "the term ran out on 2024-10-31; no reduction was filed",
            reason=Reason.END_NOT_FILED,
            ended="2024-10-31",
        ),
    ),
    "contract of a year": (
        {},
        telling(
            C.LABOUR_CONTRACT,
            PASS,
            "与本单位的劳动合同自2024-11-01起，至2025-10-31止",
            "labour contract with this unit from 2024-11-01, to 2025-10-31",
            **FILED,
        ),
    ),
    "contract open-ended": (
        {"contracts": [a_contract(ends=None, open_ended=True)]},
        telling(
            C.LABOUR_CONTRACT,
            PASS,
            "与本单位的劳动合同自2024-11-01起，无固定期限",
            "labour contract with this unit from 2024-11-01, open-ended",
            **FILED,
        ),
    ),
    "contract of no stated term": (
        {"contracts": [a_contract(ends=None)]},
        telling(
            C.LABOUR_CONTRACT,
            FAIL,
            "与本单位的劳动合同自2024-11-01起，未载明期限",
            "labour contract with this unit from 2024-11-01, its term not stated",
            **FILED,
            reason=Reason.CONTRACT_TOO_SHORT,
            months="12",
            needed="2025-10-31",
        ),
    ),
    "contract too short": (
        {"contracts": [a_contract(ends="2025-10-30"), a_contract("2024-11-02", "2025-05-01")]},
        telling(
            C.LABOUR_CONTRACT,
            FAIL,
            "与本单位的劳动合同自2024-11-01起，至2025-10-30止",
            "labour contract with this unit from 2024-11-01, to 2025-10-30",
            **FILED,
            reason=Reason.CONTRACT_TOO_SHORT,
            months="12",
            needed="2025-10-31",
        ),
    ),
    "no contract on file": (
        {"contracts": []},
        telling(
            C.LABOUR_CONTRACT,
            FAIL,
            *NO_CONTRACT,
            figure=MONTHS,
            as_of="2025-02-01",
            reason=Reason.CONTRACT_MISSING,
            day="2025-02-01",
        ),
    ),
    "contracts not loaded": (
        {
            "contracts": [],
            "coverage": FactCoverage(contracts=None, contributions=TOLD.contributions),
        },
        telling(
            C.LABOUR_CONTRACT,
            UNKNOWN,
            *NO_CONTRACT,
            figure=MONTHS,
            reason=Reason.CONTRACT_UNKNOWN,
            day="—",
            ended="2024-10-31",
        ),
    ),
    "contracts loaded before the end": (
        {
            "contracts": [],
            "coverage": FactCoverage(
                contracts=date(2024, 10, 30), contributions=TOLD.contributions
            ),
        },
        telling(
            C.LABOUR_CONTRACT,
            UNKNOWN,
            *NO_CONTRACT,
            figure=MONTHS,
            as_of="2024-10-30",
            reason=Reason.CONTRACT_UNKNOWN,
            day="2024-10-30",
            ended="2024-10-31",
        ),
    ),
    "insured for some months": (
        {"contributions": paid("2024-12", "2024-10", "2025-01", "2024-11")},
        telling(
            C.SOCIAL_INSURANCE,
            PASS,
            "本单位缴费3个月（2024-11 – 2025-01）",
            "3 months paid by this unit (2024-11 – 2025-01)",
            source="社保局",
            as_of="2025-02-01",
        ),
    ),
    "insured for a month": (
        {"contributions": paid("2024-11")},
        telling(
            C.SOCIAL_INSURANCE,
            PASS,
            "本单位缴费1个月（2024-11）",
            "1 months paid by this unit (2024-11)",
            source="社保局",
            as_of="2025-02-01",
        ),
    ),
    "insured before the end alone": (
        {"contributions": paid("2024-10")},
        telling(
            C.SOCIAL_INSURANCE,
            FAIL,
            *NOTHING_PAID,
            as_of="2025-01-01",
            reason=Reason.INSURANCE_MISSING,
            since="2024-11",
            month="2025-01",
        ),
    ),
    "insurance not known": (
        {
            "contributions": [],
            "coverage": FactCoverage(contracts=TOLD.contracts, contributions=None),
        },
        telling(
            C.SOCIAL_INSURANCE,
            UNKNOWN,
            *NOTHING_PAID,
            reason=Reason.INSURANCE_UNKNOWN,
            month="—",
            since="2024-11",
        ),
    ),
    "insurance known up to the end": (
        {
            "contributions": [],
            "coverage": FactCoverage(contracts=TOLD.contracts, contributions=date(2024, 10, 1)),
        },
        telling(
            C.SOCIAL_INSURANCE,
            UNKNOWN,
            *NOTHING_PAID,
            as_of="2024-10-01",
            reason=Reason.INSURANCE_UNKNOWN,
            month="2024-10",
            since="2024-11",
        ),
    ),
    "all months reported": (
        {},
        telling(
            C.MONTHLY_REPORTS,
            PASS,
            "7个见习月份中7个月的月报已审核通过",
            "reports of 7 of 7 months are approved",
        ),
    ),
    "two months not approved": (
        {"reported": set(list_months(START, END)[1:-1])},
        telling(
            C.MONTHLY_REPORTS,
            FAIL,
            "7个见习月份中5个月的月报已审核通过",
            "reports of 5 of 7 months are approved",
            reason=Reason.REPORTS_NOT_APPROVED,
            months="2024-04, 2024-10",
        ),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_x3_a_control_tells_what_it_saw_on_whose_word_and_what_is_lacking(case: str) -> None:
    given, expected = CASES[case]
    told = [tell(finding) for finding in judged(**given).findings]
    assert [one for one in told if one["control"] is expected["control"].value] == [expected]


def test_j34_where_all_lack_the_same_the_first_is_told() -> None:
    one = fault(Reason.CONTRACT_MISSING, day=date(2025, 2, 1))
    another = fault(Reason.CONTRACT_MISSING, day=date(2025, 2, 2))
    assert summarize_faults([one, another]) == one
    assert summarize_faults([one]) == one
