from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from models import Destination, EndReason
from rules.internship.mentoring import (
    RETENTION_CONTROLS,
    ContractRecord,
    ContributionRecord,
    EndedInternship,
    FactCoverage,
    MentoringEvaluation,
    MentoringRecords,
    evaluate_internship,
    find_year_faults,
    summarize_faults,
)
from rules.kernel.finding import Control, Finding, Outcome, describe_finding
from rules.kernel.month import list_months
from rules.kernel.refusal import Reason, fault
from rules.kernel.viewer import Language
from tests.factories.parameter import a_parameter, build_seed_policy
from tests.factories.rows import an_id

REGION = "220104"
AS_OF = date(2025, 2, 1)
START, END = date(2024, 4, 1), date(2024, 10, 31)
ENDED = EndedInternship(
    intern_id=an_id("i"),
    category="GRADUATE",
    starts_on=START,
    ended_on=END,
    reason=EndReason.EMPLOYED,
    destination=Destination.RETAINED,
)
TOLD = FactCoverage(contracts=AS_OF, contributions=date(2025, 1, 1))
PASS, FAIL, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN


def a_contract(
    starts: str = "2024-11-01", ends: str | None = "2025-10-31", *, open_ended: bool = False
) -> ContractRecord:
    last = date.fromisoformat(ends) if ends else None
    return ContractRecord(
        starts_on=date.fromisoformat(starts),
        ends_on=last,
        open_ended=open_ended,
        source="劳动备案",
        as_of=AS_OF,
    )


def paid(*months: str) -> list[ContributionRecord]:
    return [
        ContributionRecord(date.fromisoformat(f"{month}-01"), "社保局", AS_OF) for month in months
    ]


def known(**more: Any) -> MentoringRecords:
    everything: dict[str, Any] = {
        "contracts": [a_contract()],
        "contributions": paid("2024-11", "2024-12"),
        "reported": set(list_months(START, END)),
    }
    return MentoringRecords(**(everything | more))


def judged(
    ended: EndedInternship = ENDED, coverage: FactCoverage = TOLD, parameters: Any = (), **more: Any
) -> MentoringEvaluation:
    return evaluate_internship(
        ended, known(**more), coverage, REGION, build_seed_policy(parameters)
    )


def finding(control: Control, *given: Any, **more: Any) -> Finding:
    return next(f for f in judged(*given, **more).findings if f.control is control)


def reason(found: Finding) -> Reason | None:
    return found.lacking.reason if found.lacking else None


def test_j34_who_is_retained_with_contract_and_insurance_comes_to_the_whole_amount() -> None:
    found = judged()
    assert found.retained
    assert all(f.passed for f in found.findings)
    assert found.amount == Decimal("2000.00")
    assert [f.control for f in found.findings] == [*RETENTION_CONTROLS, Control.MONTHLY_REPORTS]
    assert {p.key for p in found.used} == {
        "mentoring.amount",
        "mentoring.contract_months",
        "money.rounding",
    }


@pytest.mark.parametrize(
    ("starts", "ends", "enough"),
    [
        ("2024-11-01", "2025-10-31", True),
        ("2024-11-01", "2025-10-30", False),
        ("2024-02-29", "2025-02-28", True),
        ("2024-02-29", "2025-02-27", False),
        ("2024-10-15", "2025-10-14", True),
        ("2024-10-15", "2025-10-13", False),
        ("2024-11-01", "2027-10-31", True),
    ],
)
def test_j34_a_contract_of_a_year_runs_to_the_day_before_and_not_a_day_less(
    starts: str, ends: str, enough: bool
) -> None:
    """S32: 2020-03-01 to 2021-02-28 is a year."""
    since = replace(ENDED, starts_on=date(2023, 8, 1), ended_on=date(2024, 2, 29))
    found = finding(Control.LABOUR_CONTRACT, since, contracts=[a_contract(starts, ends)])
    assert found.outcome is (PASS if enough else FAIL)
    assert reason(found) is (None if enough else Reason.CONTRACT_TOO_SHORT)
    assert (found.source, found.as_of) == ("劳动备案", AS_OF)


def test_s32_an_open_ended_contract_passes_and_one_without_a_stated_term_does_not() -> None:
    open_ended = a_contract(ends=None, open_ended=True)
    assert finding(Control.LABOUR_CONTRACT, contracts=[open_ended]).passed
    found = finding(Control.LABOUR_CONTRACT, contracts=[a_contract(ends=None)])
    assert reason(found) is Reason.CONTRACT_TOO_SHORT


def test_j34_one_long_contract_of_several_is_enough() -> None:
    several = [a_contract(ends="2025-01-31"), a_contract("2025-02-01", "2026-01-31")]
    assert finding(Control.LABOUR_CONTRACT, contracts=several).passed
    assert finding(Control.LABOUR_CONTRACT, contracts=several[::-1]).passed


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        ("2022-01-01", "2026-01-01"),
        ("2024-04-01", "2024-10-31"),
        ("2024-04-01", "2026-04-01"),
        ("2024-10-30", "2026-04-01"),
    ],
)
def test_j34_a_contract_that_began_before_the_internships_last_day_retained_nobody(
    starts: str, ends: str
) -> None:
    found = finding(Control.LABOUR_CONTRACT, contracts=[a_contract(starts, ends)])
    assert reason(found) is Reason.CONTRACT_MISSING


@pytest.mark.parametrize("starts", ["2024-10-31", "2024-11-01"])
def test_j34_a_contract_from_the_internships_last_day_on_retains(starts: str) -> None:
    assert finding(Control.LABOUR_CONTRACT, contracts=[a_contract(starts, "2026-04-01")]).passed


def test_j34_the_length_of_a_contract_is_a_parameter() -> None:
    two_years = [a_parameter("mentoring.contract_months", "24", region=REGION)]
    found = finding(Control.LABOUR_CONTRACT, parameters=two_years)
    assert reason(found) is Reason.CONTRACT_TOO_SHORT
    assert found.lacking is not None
    assert found.lacking.figures["needed"] == "2026-10-31"
    assert found.figure is not None
    assert (found.figure.key, found.figure.region) == ("mentoring.contract_months", REGION)


@pytest.mark.parametrize(
    ("told_until", "outcome", "why"),
    [
        (None, UNKNOWN, Reason.CONTRACT_UNKNOWN),
        (date(2024, 10, 30), UNKNOWN, Reason.CONTRACT_UNKNOWN),
        (date(2024, 10, 31), FAIL, Reason.CONTRACT_MISSING),
    ],
)
def test_x3_no_contract_on_file_is_unknown_until_a_file_told_of_that_time(
    told_until: date | None, outcome: Outcome, why: Reason
) -> None:
    coverage = FactCoverage(contracts=told_until, contributions=TOLD.contributions)
    found = finding(Control.LABOUR_CONTRACT, coverage=coverage, contracts=[])
    assert (found.outcome, reason(found)) == (outcome, why)
    assert not judged(coverage=coverage, contracts=[]).retained


@pytest.mark.parametrize(
    ("ended_on", "month", "counts"),
    [
        ("2024-10-31", "2024-10", False),
        ("2024-10-31", "2024-11", True),
        ("2024-10-30", "2024-10", True),
        ("2024-10-30", "2024-09", False),
        ("2024-12-31", "2024-12", False),
    ],
)
def test_j34_insurance_counts_from_the_month_of_the_day_after_the_end(
    ended_on: str, month: str, counts: bool
) -> None:
    ended = replace(ENDED, ended_on=date.fromisoformat(ended_on))
    found = finding(Control.SOCIAL_INSURANCE, ended, contributions=paid(month))
    assert found.passed is counts


@pytest.mark.parametrize(
    ("latest", "outcome", "why"),
    [
        (None, UNKNOWN, Reason.INSURANCE_UNKNOWN),
        (date(2024, 10, 1), UNKNOWN, Reason.INSURANCE_UNKNOWN),
        (date(2024, 11, 1), FAIL, Reason.INSURANCE_MISSING),
    ],
)
def test_x3_no_contribution_on_file_is_unknown_until_that_month_was_loaded(
    latest: date | None, outcome: Outcome, why: Reason
) -> None:
    coverage = FactCoverage(contracts=AS_OF, contributions=latest)
    found = finding(Control.SOCIAL_INSURANCE, coverage=coverage, contributions=paid("2024-10"))
    assert (found.outcome, reason(found)) == (outcome, why)


@pytest.mark.parametrize(
    ("why", "where", "outcome", "lacking"),
    [
        (EndReason.EMPLOYED, Destination.RETAINED, PASS, None),
        (EndReason.EMPLOYED, Destination.EMPLOYED_ELSEWHERE, FAIL, Reason.NOT_RETAINED),
        (EndReason.EMPLOYED, Destination.FLEXIBLE, FAIL, Reason.NOT_RETAINED),
        (EndReason.TERM_COMPLETED, None, FAIL, Reason.NOT_RETAINED),
        (EndReason.COULD_NOT_COMPLETE, None, FAIL, Reason.NOT_RETAINED),
        (None, None, UNKNOWN, Reason.END_NOT_FILED),
    ],
)
def test_j37_who_is_retained_ended_as_employed_by_this_unit(
    why: EndReason | None, where: Destination | None, outcome: Outcome, lacking: Reason | None
) -> None:
    ended = replace(ENDED, reason=why, destination=where)
    found = finding(Control.RETAINED_HERE, ended)
    assert (found.outcome, reason(found)) == (outcome, lacking)


def test_x3_all_controls_run_and_all_that_lacks_is_told() -> None:
    ended = replace(ENDED, reason=EndReason.TERM_COMPLETED, destination=None)
    found = judged(ended, contracts=[], contributions=[], reported=set())
    assert [reason(f) for f in found.findings] == [
        Reason.NOT_RETAINED,
        Reason.CONTRACT_MISSING,
        Reason.INSURANCE_MISSING,
        Reason.REPORTS_NOT_APPROVED,
    ]


def test_j34_reports_are_approved_for_every_month_and_make_nobody_less_retained() -> None:
    reported = set(list_months(START, END)) - {date(2024, 6, 1), date(2024, 9, 1)}
    found = judged(reported=reported)
    lacking = found.findings[-1].lacking
    assert lacking is not None
    assert lacking.figures == {"months": "2024-06, 2024-09"}
    assert found.retained


def test_j35_the_amount_is_the_parameter_of_the_day_of_the_end_and_rounded_as_one_says() -> None:
    """X21: the date is the internship's end."""
    later = [a_parameter("mentoring.amount", "2500", effective_from=date(2024, 11, 1))]
    assert judged(parameters=later).amount == Decimal("2000.00")
    odd = [
        a_parameter("mentoring.amount", "1999.995", region=REGION, category="GRADUATE"),
        a_parameter("money.rounding", "DOWN 1", region=REGION),
    ]
    assert judged(parameters=odd[:1]).amount == Decimal("2000.00")
    assert judged(parameters=odd).amount == Decimal("1999.00")


def test_j36_a_year_has_begun() -> None:
    today = date(2025, 3, 10)
    assert [list(find_year_faults(year, today)) for year in (1900, 2024, 2025)] == [[], [], []]
    for year in (1899, 2026, -1, 2**31 - 1):
        (wrong,) = find_year_faults(year, today)
        assert (wrong.reason, wrong.path) == (Reason.NUMBER_OUT_OF_RANGE, ("year",))


def test_j34_what_all_lack_is_told_of_nobody_who_can_be_claimed() -> None:
    one, other = fault(Reason.CONTRACT_MISSING, day=AS_OF), fault(Reason.NOT_RETAINED)
    assert summarize_faults([one, one]) == one
    assert summarize_faults([one, other]).reason is Reason.NOBODY_CLAIMABLE
    assert summarize_faults([]).reason is Reason.NOBODY_CLAIMABLE


@pytest.mark.parametrize("language", Language)
def test_x3_a_finding_is_told_in_either_language_with_evidence_and_cure(
    language: Language,
) -> None:
    short = finding(Control.LABOUR_CONTRACT, contracts=[a_contract(ends="2025-10-30")])
    said = describe_finding(short.to_json(), language)
    assert (said.control, said.outcome, said.reason) == (
        Control.LABOUR_CONTRACT,
        FAIL,
        Reason.CONTRACT_TOO_SHORT,
    )
    assert "2025-10-30" in said.evidence
    assert "2025-10-31" in (said.message or "")
    assert said.cure
    assert said.evidence.isascii() is (language is Language.EN)
    assert (said.source, said.as_of) == ("劳动备案", AS_OF)
    fine = describe_finding(finding(Control.SOCIAL_INSURANCE).to_json(), language)
    assert (fine.outcome, fine.reason, fine.cure) == (PASS, None, None)
    assert "2024-11" in fine.evidence
