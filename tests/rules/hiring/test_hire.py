"""One hire, judged without a database (S4-S9, S12, S13, S31, S32)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from models import ClaimKind, HireGroup
from rules.claims.control import (
    CONTROLS,
    combine_outcomes,
    list_changed_controls,
    list_controls,
    parse_outcomes,
)
from rules.hiring.hire import (
    Hire,
    HireRecords,
    ValidityPeriod,
    compute_hire_date,
    find_first_month_of_run,
)
from rules.hiring.hire_evaluation import (
    CONTROL_EVALUATORS,
    HireEvaluation,
    build_line_explanation,
    evaluate_hire,
)
from rules.internship.mentoring import ContractRecord, ContributionRecord, FactCoverage
from rules.kernel.finding import Control, Finding, Outcome, describe_finding
from rules.kernel.month import list_months
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Reason
from rules.kernel.viewer import Language
from tests.factories.parameter import a_parameter, build_seed_policy

CHENGDU = "510104"
TODAY = date(2022, 9, 10)
TOLD_ON = date(2022, 9, 1)
TOLD = FactCoverage(
    contracts=TOLD_ON, contributions=date(2022, 8, 1), registrations=TOLD_ON, transfers=TOLD_ON
)
UNEMPLOYED, MIGRANT = HireGroup.REGISTERED_UNEMPLOYED, HireGroup.MIGRANT_WORKER
HIRING, SERVICE = ClaimKind.HIRING, ClaimKind.SERVICE
HIRE = Hire(
    kind=HIRING,
    group=UNEMPLOYED,
    region=CHENGDU,
    starts_on=date(2022, 3, 1),
    ends_on=date(2023, 2, 28),
)
PASS, FAIL, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN


def day(text: str) -> date:
    return date.fromisoformat(text)


def paid(first: str, last: str, place: str | None = CHENGDU) -> list[ContributionRecord]:
    months = list_months(day(f"{first}-01"), day(f"{last}-01"))
    return [ContributionRecord(month, "社保局", TOLD_ON, place) for month in months]


def signed(starts: str, ends: str | None, *, open_ended: bool = False) -> ContractRecord:
    return ContractRecord(
        starts_on=day(starts),
        ends_on=day(ends) if ends else None,
        open_ended=open_ended,
        source="劳动备案",
        as_of=TOLD_ON,
    )


def spell(since: str, until: str | None = None, **more: Any) -> ValidityPeriod:
    told: dict[str, Any] = {"source": "就业局", "as_of": TOLD_ON}
    return ValidityPeriod(since=day(since), until=day(until) if until else None, **(told | more))


def known(**more: Any) -> HireRecords:
    everything: dict[str, Any] = {
        "contributions": paid("2022-03", "2022-08"),
        "contracts": [signed("2022-03-01", "2023-02-28")],
        "registrations": [spell("2021-06-01", "2022-03-05")],
        "transfers": [spell("2020-02-10")],
        "sizes": [spell("2020-01-01", word="SMALL")],
        "licences": [spell("2020-01-01", word="510000123")],
    }
    return HireRecords(**(everything | more))


def judged(
    hire: Hire = HIRE, told: FactCoverage = TOLD, policy: Policy | None = None, **more: Any
) -> HireEvaluation:
    return evaluate_hire(hire, known(**more), told, TODAY, policy or build_seed_policy())


def found(control: Control, *given: Any, **more: Any) -> Finding:
    return next(f for f in judged(*given, **more).findings if f.control is control)


def came(finding: Finding) -> tuple[Outcome, Reason | None]:
    return finding.outcome, finding.lacking.reason if finding.lacking else None


def test_s4_who_meets_all_controls_comes_to_the_whole_amount() -> None:
    hire = judged()
    assert [came(f) for f in hire.findings] == [(PASS, None)] * 6
    assert hire.lacking == []
    assert (hire.amount, hire.hired_on) == (Decimal("1000.00"), day("2022-03-01"))


@pytest.mark.parametrize(
    ("kind", "group", "asked"),
    [
        (HIRING, UNEMPLOYED, ["S4", "S5", "S10", "S6", "S7", "S31"]),
        (HIRING, MIGRANT, ["S4", "S5", "S10", "S6", "S8", "S9", "S31"]),
        (SERVICE, UNEMPLOYED, ["S12", "S5", "S10", "S6", "S7", "S31"]),
        (SERVICE, MIGRANT, ["S12", "S5", "S10", "S6", "S8", "S31"]),
    ],
)
def test_s13_a_row_meets_the_controls_of_its_kind_and_group(
    kind: ClaimKind, group: HireGroup, asked: list[str]
) -> None:
    assert [CONTROLS[control].rule for control in list_controls(kind, group)] == asked
    hire = judged(replace(HIRE, kind=kind, group=group))
    assert [CONTROLS[f.control].rule for f in hire.findings] == asked


def test_x3_all_controls_run_and_none_stops_at_anothers_no() -> None:
    nothing = HireRecords()
    hire = evaluate_hire(
        replace(HIRE, ends_on=day("2022-08-31")), nothing, TOLD, TODAY, build_seed_policy()
    )
    assert [came(f) for f in hire.findings] == [
        (FAIL, Reason.SIZE_NOT_SHOWN),
        (FAIL, Reason.NOT_INSURED_NOW),
        (UNKNOWN, Reason.INSURANCE_PLACE_UNKNOWN),
        (FAIL, Reason.CONTRACT_TOO_SHORT),
        (FAIL, Reason.NO_STANDING_REGISTRATION),
        (PASS, None),
    ]
    assert len(hire.lacking) == 5


@pytest.mark.parametrize("kind", [HIRING, SERVICE])
@pytest.mark.parametrize(
    ("posted", "outcome", "why"),
    [
        (CHENGDU, PASS, None),
        ("510100", FAIL, Reason.INSURANCE_PLACE_DIFFERS),
        ("220104", FAIL, Reason.INSURANCE_PLACE_DIFFERS),
        (None, UNKNOWN, Reason.INSURANCE_PLACE_UNKNOWN),
    ],
)
def test_s10_the_place_stated_is_where_the_contributions_were_posted(
    kind: ClaimKind, posted: str | None, outcome: Outcome, why: Reason | None
) -> None:
    """S13, X21: nobody chooses the place, or the employer's region, that pays more."""
    hire, moved = replace(HIRE, kind=kind), paid("2022-03", "2022-08", posted)
    place = found(Control.INSURANCE_PLACE, hire, contributions=moved)
    assert came(place) == (outcome, why)
    for language in Language:
        told = describe_finding(place.to_json(), language)
        assert CHENGDU in told.evidence
        assert "{" not in f"{told.message}{told.cure}"
        assert why is not Reason.INSURANCE_PLACE_DIFFERS or str(posted) in str(told.cure)


def test_s10_an_enterprise_that_moved_is_insured_where_it_pays_now() -> None:
    moved = [*paid("2022-03", "2022-06", "510100"), *paid("2022-07", "2022-08")]
    assert came(found(Control.INSURANCE_PLACE, contributions=moved)) == (PASS, None)


def test_x3_where_no_source_was_loaded_nothing_passes_silently() -> None:
    for group in HireGroup:
        hire = evaluate_hire(
            replace(HIRE, group=group), HireRecords(), FactCoverage(), TODAY, build_seed_policy()
        )
        outcomes = {CONTROLS[f.control].rule: f.outcome for f in hire.findings}
        about = {"S5", "S6", "S7", "S8", "S9", "S10"} & set(outcomes)
        assert {outcomes[rule] for rule in about} == {UNKNOWN}


@pytest.mark.parametrize(
    ("latest", "months", "outcome", "why"),
    [
        ("2022-08", ("2022-03", "2022-08"), PASS, None),
        ("2022-07", ("2022-03", "2022-07"), PASS, None),
        ("2022-06", ("2022-03", "2022-06"), UNKNOWN, Reason.NOW_UNKNOWN),
        ("2022-08", ("2022-03", "2022-07"), FAIL, Reason.NOT_INSURED_NOW),
        (None, ("2022-03", "2022-08"), UNKNOWN, Reason.NOW_UNKNOWN),
    ],
)
def test_s5_now_is_the_latest_month_loaded_and_not_older_than_the_lag(
    latest: str | None, months: tuple[str, str], outcome: Outcome, why: Reason | None
) -> None:
    """Judged in September 2022 with a lag of two months: July is the oldest now (S32)."""
    policy = build_seed_policy([a_parameter("insurance.lag_months", "2", region=CHENGDU)])
    told = replace(TOLD, contributions=day(f"{latest}-01") if latest else None)
    finding = found(Control.INSURED_NOW, HIRE, told, policy, contributions=paid(*months))
    assert came(finding) == (outcome, why)
    assert finding.figure is not None
    assert (finding.figure.value, finding.figure.region) == ("2", CHENGDU)


@pytest.mark.parametrize(
    ("starts", "ends", "outcome"),
    [
        ("2020-03-01", "2021-02-28", PASS),
        ("2020-03-01", "2021-02-27", FAIL),
        ("2020-02-29", "2021-02-28", PASS),
        ("2020-06-15", "2021-06-14", PASS),
        ("2020-06-15", None, PASS),
        ("2020-06-15", "2020-06-14", FAIL),
    ],
)
def test_s32_a_year_runs_to_the_day_before_the_anniversary(
    starts: str, ends: str | None, outcome: Outcome
) -> None:
    hire = replace(HIRE, starts_on=day(starts), ends_on=day(ends) if ends else None)
    contracts = [
        ContractRecord(
            starts_on=hire.starts_on,
            ends_on=hire.ends_on,
            open_ended=ends is None,
            source="劳动备案",
            as_of=TOLD_ON,
        )
    ]
    finding = found(Control.CONTRACT_TERM, hire, contracts=contracts)
    assert finding.outcome is outcome
    assert outcome is PASS or came(finding)[1] is Reason.CONTRACT_TOO_SHORT


@pytest.mark.parametrize(
    "filed",
    [
        [signed("2022-03-01", "2022-08-31")],
        [signed("2022-03-01", "2023-03-31")],
        [signed("2022-03-15", "2023-02-28")],
        [signed("2022-03-01", None)],
        [signed("2022-03-01", None, open_ended=True)],
    ],
)
def test_s6_a_contract_on_file_that_contradicts_the_row_fails_with_both_as_evidence(
    filed: list[ContractRecord],
) -> None:
    finding = found(Control.CONTRACT_TERM, contracts=filed)
    assert came(finding) == (FAIL, Reason.CONTRACT_DIFFERS)
    assert "stated: 2022-03-01 to 2023-02-28; on file: " in finding.evidence.en
    assert str(filed[0].starts_on) in finding.evidence.zh


def test_s6_a_contract_of_other_years_says_nothing_of_this_one() -> None:
    earlier = signed("2018-01-01", "2019-12-31")
    both = [earlier, signed("2022-03-01", "2023-02-28")]
    assert found(Control.CONTRACT_TERM, contracts=both).passed
    alone = found(Control.CONTRACT_TERM, contracts=[earlier])
    assert came(alone) == (FAIL, Reason.CONTRACT_NOT_ON_FILE)


@pytest.mark.parametrize(
    ("until", "outcome", "why"),
    [
        (None, UNKNOWN, Reason.CONTRACT_NOT_TOLD),
        ("2022-02-28", UNKNOWN, Reason.CONTRACT_NOT_TOLD),
        ("2022-03-01", FAIL, Reason.CONTRACT_NOT_ON_FILE),
    ],
)
def test_s6_no_contract_on_file_is_unknown_until_its_source_tells_of_the_day(
    until: str | None, outcome: Outcome, why: Reason
) -> None:
    told = replace(TOLD, contracts=day(until) if until else None)
    assert came(found(Control.CONTRACT_TERM, HIRE, told, contracts=[])) == (outcome, why)


@pytest.mark.parametrize(
    ("registered", "outcome", "why"),
    [
        ([spell("2021-09-01")], PASS, None),
        ([spell("2021-09-02")], FAIL, Reason.UNEMPLOYED_TOO_SHORT),
        ([spell("2021-06-01", "2022-03-01")], PASS, None),
        ([spell("2021-06-01", "2022-02-28")], FAIL, Reason.NO_STANDING_REGISTRATION),
        ([spell("2022-03-02")], FAIL, Reason.NO_STANDING_REGISTRATION),
        ([spell("2015-01-01", "2016-12-31"), spell("2021-06-01")], PASS, None),
        ([], FAIL, Reason.NO_STANDING_REGISTRATION),
    ],
)
def test_s7_the_registration_stands_at_hiring_and_has_for_half_a_year(
    registered: list[ValidityPeriod], outcome: Outcome, why: Reason | None
) -> None:
    finding = found(Control.REGISTERED_UNEMPLOYED, registrations=registered)
    assert came(finding) == (outcome, why)


def test_s7_a_registration_last_heard_of_before_the_hire_may_have_ended_since() -> None:
    old = [spell("2021-06-01", as_of=day("2021-12-31"))]
    silent = replace(TOLD, registrations=day("2021-12-31"))
    finding = found(Control.REGISTERED_UNEMPLOYED, HIRE, silent, registrations=old)
    assert came(finding) == (UNKNOWN, Reason.REGISTRATION_UNKNOWN)
    assert found(Control.REGISTERED_UNEMPLOYED, registrations=old).passed


@pytest.mark.parametrize(
    ("transfers", "until", "outcome", "why"),
    [
        ([spell("2020-02-10", "2020-11-30")], None, PASS, None),
        ([], "2022-03-01", FAIL, Reason.NO_TRANSFER),
        ([], "2022-02-28", UNKNOWN, Reason.TRANSFER_UNKNOWN),
    ],
)
def test_s8_a_transfer_record_exists(
    transfers: list[ValidityPeriod], until: str | None, outcome: Outcome, why: Reason | None
) -> None:
    told = replace(TOLD, transfers=day(until) if until else None)
    hire = replace(HIRE, group=MIGRANT)
    finding = found(Control.TRANSFER_EMPLOYMENT, hire, told, transfers=transfers)
    assert came(finding) == (outcome, why)


@pytest.mark.parametrize(
    ("earlier", "outcome"),
    [
        ([], PASS),
        (paid("2021-01", "2021-11"), PASS),
        (paid("2021-01", "2021-12"), FAIL),
        (paid("2022-01", "2022-01"), FAIL),
    ],
)
def test_s9_three_months_uninsured_here_before_the_current_run(
    earlier: list[ContributionRecord], outcome: Outcome
) -> None:
    hire = replace(HIRE, group=MIGRANT)
    run = paid("2022-03", "2022-08")
    finding = found(Control.NOT_INSURED_BEFORE, hire, contributions=[*earlier, *run])
    assert came(finding) == (outcome, None if outcome is PASS else Reason.INSURED_BEFORE)


def test_s9_the_number_of_months_is_a_parameter() -> None:
    hire = replace(HIRE, group=MIGRANT)
    earlier = [*paid("2021-01", "2021-11"), *paid("2022-03", "2022-08")]
    policy = build_seed_policy([a_parameter("hiring.uninsured_months_before", "4", region=CHENGDU)])
    assert not found(Control.NOT_INSURED_BEFORE, hire, TOLD, policy, contributions=earlier).passed


@pytest.mark.parametrize(
    ("months", "first"),
    [
        ([], None),
        (["2022-08"], "2022-08"),
        (["2021-12", "2022-01", "2022-02"], "2021-12"),
        (["2021-11", "2022-01", "2022-02"], "2022-01"),
    ],
)
def test_s9_the_current_run_is_the_unbroken_one_up_to_the_latest_month(
    months: list[str], first: str | None
) -> None:
    given = {day(f"{month}-01") for month in months}
    assert find_first_month_of_run(given) == (day(f"{first}-01") if first else None)


@pytest.mark.parametrize(
    ("contributions", "hired"),
    [
        ([], "2022-03-15"),
        (paid("2022-04", "2022-08"), "2022-03-15"),
        (paid("2022-03", "2022-08"), "2022-03-15"),
        (paid("2022-02", "2022-08"), "2022-02-01"),
        (paid("2022-01", "2022-08"), "2022-01-01"),
        ([*paid("2019-01", "2020-12"), *paid("2022-04", "2022-08")], "2022-03-15"),
    ],
)
def test_s32_the_hire_is_the_contracts_start_unless_an_earlier_month_was_paid(
    contributions: list[ContributionRecord], hired: str
) -> None:
    assert compute_hire_date(day("2022-03-15"), contributions) == day(hired)


@pytest.mark.parametrize(
    ("registered", "hired", "passes"),
    [
        ("2021-08-29", "2022-02-27", False),
        ("2021-08-29", "2022-02-28", True),
        ("2021-08-31", "2022-02-28", True),
        ("2021-08-28", "2022-02-28", True),
        ("2021-08-28", "2022-02-27", False),
        ("2019-08-31", "2020-02-28", False),
        ("2019-08-31", "2020-02-29", True),
    ],
)
def test_s32_half_a_year_is_full_on_the_same_number_or_the_months_last_day(
    registered: str, hired: str, passes: bool
) -> None:
    """S7; Civil Code, article 202."""
    hire = replace(HIRE, starts_on=day(hired), ends_on=None)
    records: dict[str, Any] = {"registrations": [spell(registered)], "contributions": []}
    assert found(Control.REGISTERED_UNEMPLOYED, hire, **records).passed is passes


def test_s32_who_was_paid_for_in_the_contracts_own_month_was_hired_with_the_contract() -> None:
    """S7: contract from 2021-12-31, contribution of 2021-12, registered for half a year then."""
    hire = replace(HIRE, starts_on=day("2021-12-31"), ends_on=day("2022-12-30"))
    records: dict[str, Any] = {
        "contributions": paid("2021-12", "2022-08"),
        "contracts": [signed("2021-12-31", "2022-12-30")],
        "registrations": [spell("2021-06-27")],
    }
    judged_ = judged(hire, **records)
    assert judged_.hired_on == day("2021-12-31")
    assert found(Control.REGISTERED_UNEMPLOYED, hire, **records).passed


@pytest.mark.parametrize(
    ("starts", "why"),
    [
        ("2022-12-31", None),
        ("2023-01-01", Reason.OUTSIDE_PROGRAMME),
        ("2020-01-31", Reason.OUTSIDE_PROGRAMME),
        ("2019-12-31", Reason.NO_PROGRAMME),
    ],
)
def test_s31_a_hire_outside_the_programme_fails(starts: str, why: Reason | None) -> None:
    hire = replace(HIRE, starts_on=day(starts), ends_on=None)
    finding = found(Control.PROGRAMME_PERIOD, hire, contributions=[])
    assert came(finding) == (FAIL if why else PASS, why)


def test_x21_figures_are_those_of_the_region_on_the_day_of_the_hire() -> None:
    stricter = a_parameter(
        "hiring.contract_months", "24", region=CHENGDU, effective_from=day("2022-03-01")
    )
    policy = build_seed_policy([stricter])
    assert came(found(Control.CONTRACT_TERM, HIRE, TOLD, policy))[0] is FAIL
    elsewhere = replace(HIRE, region="510100")
    assert found(Control.CONTRACT_TERM, elsewhere, TOLD, policy).passed
    earlier = {"contributions": paid("2022-02", "2022-08")}
    assert found(Control.CONTRACT_TERM, HIRE, TOLD, policy, **earlier).passed


def test_x6_a_figure_that_nobody_has_set_leaves_a_control_unknown() -> None:
    """Beyond Sichuan there is no programme either, and no amount."""
    hire = judged(replace(HIRE, region="110105"))
    outcomes = {CONTROLS[f.control].rule: came(f) for f in hire.findings}
    assert outcomes["S6"] == (UNKNOWN, Reason.PARAMETER_MISSING)
    assert outcomes["S31"] == (FAIL, Reason.NO_PROGRAMME)
    assert hire.amount is None
    assert [f.figures["key"] for f in hire.lacking if f.reason is Reason.PARAMETER_MISSING] == [
        "hiring.contract_months",
        "hiring.unemployed_months",
        "hiring.amount",
    ]


@pytest.mark.parametrize(
    ("sizes", "why"),
    [
        ([spell("2020-01-01", word="MICRO")], None),
        ([spell("2020-01-01", word="LARGE")], Reason.SIZE_NOT_SUPPORTED),
        ([spell("2022-03-02", word="SMALL")], Reason.SIZE_NOT_SHOWN),
        ([spell("2020-01-01", "2022-02-28", word="SMALL")], Reason.SIZE_NOT_SHOWN),
        (
            [spell("2020-01-01", "2021-12-31", word="LARGE"), spell("2022-01-01", word="SMALL")],
            None,
        ),
    ],
)
def test_s4_the_enterprise_is_of_a_size_that_is_subsidised_on_that_day(
    sizes: list[ValidityPeriod], why: Reason | None
) -> None:
    finding = found(Control.ENTERPRISE_SIZE, sizes=sizes)
    assert came(finding) == (FAIL if why else PASS, why)


def test_s12_the_agencys_licence_is_in_force_on_the_day_of_the_hire() -> None:
    hire = replace(HIRE, kind=SERVICE)
    assert judged(hire).amount == Decimal("400.00")
    lapsed = [spell("2018-01-01", "2022-02-28", word="510000123")]
    finding = found(Control.AGENCY_LICENCE, hire, licences=lapsed)
    assert came(finding) == (FAIL, Reason.LICENCE_NOT_SHOWN)


def test_x5_a_line_explains_its_amount_by_rate_findings_and_figures() -> None:
    kept = build_line_explanation(judged(), "91510104MA0000001X")
    assert kept["formula"]["en"] == ["hiring subsidy = 1000 yuan / person × 1 = 1000.00 yuan"]
    assert (kept["amount"], kept["confirmed"]) == ("1000.00", False)
    assert kept["inputs"]["hiredOn"] == "2022-03-01"
    assert {"hiring.amount", "programme.period"} <= {p["key"] for p in kept["parameters"]}


def test_x3_a_finding_is_told_in_both_languages_with_its_figure_and_cure() -> None:
    short = found(Control.CONTRACT_TERM, replace(HIRE, ends_on=day("2022-08-31"))).to_json()
    zh, en = describe_finding(short, Language.ZH), describe_finding(short, Language.EN)
    assert en.message == (
        "The labour contract is for less than 12 months; it would have to run to 2023-02-28."
    )
    assert zh.evidence.startswith("所填合同：2022-03-01至2022-08-31")
    assert zh.cure
    assert en.figure is not None
    assert (en.figure.region, en.figure.effective_from) == ("510000", day("2020-01-01"))


def test_x3_a_control_gives_no_reason_that_it_does_not_declare() -> None:
    """Whatever is on file or not, told or not: what the page of controls says is all there is."""
    groups = [
        replace(HIRE, group=group, kind=kind) for group in HireGroup for kind in (HIRING, SERVICE)
    ]
    facts = [HireRecords(), known(), known(contributions=paid("2021-12", "2022-02"))]
    given = {
        (f.control, f.outcome, f.lacking.reason)
        for hire in groups
        for region in (CHENGDU, "110105")
        for fact in facts
        for cover in (FactCoverage(), TOLD)
        for f in evaluate_hire(
            replace(hire, region=region), fact, cover, TODAY, build_seed_policy()
        ).findings
        if f.lacking is not None
    }
    for control, outcome, reason in given:
        declared = CONTROLS[control]
        assert reason in (declared.fails if outcome is FAIL else declared.unknown), control


def test_x3_every_control_of_a_hire_has_its_judge_and_every_judge_its_control() -> None:
    hires = {c for c, declared in CONTROLS.items() if {HIRING, SERVICE} & {*declared.kinds}}
    assert hires == set(CONTROL_EVALUATORS)
    assert set(CONTROLS) == set(Control)


def test_x3_a_verdict_is_the_worst_outcome_and_a_change_of_it_is_named() -> None:
    assert combine_outcomes([PASS, PASS]) is PASS
    assert combine_outcomes([PASS, UNKNOWN]) is UNKNOWN
    assert combine_outcomes([UNKNOWN, FAIL, PASS]) is FAIL
    before = parse_outcomes([f.to_json() for f in judged().findings])
    now = parse_outcomes(
        [f.to_json() for f in judged(contributions=paid("2022-03", "2022-07")).findings]
    )
    assert list_changed_controls(before, now) == [Control.INSURED_NOW]
    assert list_changed_controls(before, before) == []
