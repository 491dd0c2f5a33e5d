"""What a proposed parameter may say: its key's unit decides which figures make sense (X6)."""

from uuid import UUID

import pytest

from models import ParameterStatus, Role
from rules.kernel.parameter_key import PARAMETER_KEYS, build_example
from rules.kernel.refusal import Reason
from rules.kernel.seed import build_seed_parameters
from rules.kernel.viewer import Viewer
from rules.policy.parameter import (
    FIGURES_BY_UNIT,
    find_value_fault,
    name_approver,
    name_proposer,
)
from tests.factories.failures import AllFailures
from tests.factories.rows import an_id

MALFORMED, RANGE = Reason.PARAMETER_VALUE_MALFORMED, Reason.PARAMETER_OUT_OF_RANGE
PRECISE = Reason.PARAMETER_TOO_PRECISE


@pytest.mark.parametrize(
    ("key", "text", "reason"),
    [
        ("minimum_wage", "2120", None),
        ("minimum_wage", "2120.50", None),
        ("minimum_wage", "2120.005", PRECISE),
        ("minimum_wage", "0", RANGE),
        ("minimum_wage", "-2120", MALFORMED),
        ("minimum_wage", "21200000", RANGE),
        ("mentoring.amount", "0", RANGE),
        ("mentoring.amount", "2000.001", PRECISE),
        ("hiring.amount", "0.01", None),
        ("internship.wage_floor_ratio", "1.6", None),
        ("internship.wage_floor_ratio", "160", RANGE),
        ("internship.allowance_ratio", "0.12345", MALFORMED),
        ("mentoring.retention_ratio", "1.01", RANGE),
        ("mentoring.retention_ratio", "0.5", None),
        ("internship.min_days", "0", RANGE),
        ("internship.min_days", "32", RANGE),
        ("internship.min_days", "15.0", MALFORMED),
        ("internship.max_months", "0", RANGE),
        ("hiring.contract_months", "121", RANGE),
        ("hiring.uninsured_months_before", "0", None),
        ("internship.youth_age", "16-24", None),
        ("internship.youth_age", "24-16", MALFORMED),
        ("internship.youth_age", "0-24", RANGE),
        ("internship.youth_age", "16-240", RANGE),
        ("publicity.days", "5 working", None),
        ("publicity.days", "999 calendar", RANGE),
        ("publicity.required", "yes", MALFORMED),
        ("publicity.required", "false", None),
        ("training.max_per_person", "0", RANGE),
        ("training.amount", "0.95 at most 600", None),
        ("training.amount", "0.95 at most 600.005", PRECISE),
        ("training.amount", "0 at most 600", RANGE),
        ("training.amount", "95 at most 600", RANGE),
        ("training.amount", "0.95 at most 0", RANGE),
        ("training.pass_mark", "60.5", None),
        ("training.pass_mark", "60.555", PRECISE),
        ("programme.period", "2020-02-01/2022-12-31", None),
        ("programme.period", "2022-12-31/2020-02-01", MALFORMED),
        ("programme.period", "1901-01-01/2022-12-31", RANGE),
        ("attachments.required", "DIPLOMA,DIPLOMA", MALFORMED),
        ("attachments.max_size", "0", RANGE),
        ("enterprise.size", "MEDIUM,SMALL", None),
        ("enterprise.size", "HUGE", MALFORMED),
        ("hotline", "0431-80767550", None),
        ("hotline", "12333", None),
        ("hotline", "请来窗口", MALFORMED),
        ("money.rounding", "UP", MALFORMED),
    ],
)
def test_x6_a_proposed_figure_is_judged_by_its_keys_unit(
    key: str, text: str, reason: Reason | None
) -> None:
    found = find_value_fault(key, text)
    assert (found and found.reason) == reason


def test_x6_every_key_of_figures_has_a_unit_whose_figures_are_known() -> None:
    with AllFailures() as failures:
        for key, spec in PARAMETER_KEYS.items():
            with failures.at(key):
                assert find_value_fault(key, build_example(key)) is None
                if spec.kind in {"DECIMAL", "INTEGER", "SPAN", "DAYS", "CAPPED_SHARE"}:
                    assert spec.unit in FIGURES_BY_UNIT


def test_x6_everything_that_was_seeded_could_be_proposed() -> None:
    with AllFailures() as failures:
        for seed in build_seed_parameters():
            with failures.at(f"{seed.key} {seed.value}"):
                assert find_value_fault(seed.key, seed.value) is None


def test_x6_x10_names_are_told_to_the_office_of_the_region_and_masked_for_all_others() -> None:
    by = an_id("account", 1)

    def told(viewer: Viewer) -> str | None:
        return name_proposer("高提出", by, "220100", viewer=viewer)

    def of(role: Role, region: str, unit_id: UUID | None = None) -> Viewer:
        return Viewer(account_id=an_id("account", 2), role=role, region=region, unit_id=unit_id)

    assert told(of(Role.PROVINCE_ADMINISTRATOR, "220000")) == "高提出"
    assert told(of(Role.CITY_ADMINISTRATOR, "220100")) == "高提出"
    assert told(of(Role.DISTRICT_OFFICER, "220104")) == "高*"
    assert told(of(Role.UNIT_OPERATOR, "220100", an_id("unit"))) == "高*"
    assert told(Viewer(account_id=by, role=Role.DISTRICT_OFFICER, region="220104")) == "高提出"
    viewer = of(Role.PROVINCE_ADMINISTRATOR, "220000")
    told_ = {
        status: name_approver("高批准", by, "220100", status, viewer=viewer)
        for status in ParameterStatus
    }
    assert {status for status, name in told_.items() if name} == {ParameterStatus.APPROVED}
    assert name_proposer(None, None, "220100", viewer=viewer) is None
