"""How much a unit's files may take, of all that is kept and of a day's."""

from datetime import date

import pytest

from rules.files.storage import StorageQuota, build_quota, find_storage_faults, to_kib
from rules.kernel.refusal import Reason
from tests.factories.parameter import a_parameter, build_seed_policy

QUOTA = StorageQuota(most_kept=2048, most_per_day=1024)


@pytest.mark.parametrize(
    ("kept", "today", "reasons"),
    [
        (2048, 1024, []),
        (2049, 1024, [Reason.STORAGE_FULL]),
        (2048, 1025, [Reason.STORAGE_DAY_FULL]),
        (2049, 1025, [Reason.STORAGE_FULL, Reason.STORAGE_DAY_FULL]),
    ],
)
def test_all_that_a_unit_has_no_room_for_is_told_at_once(
    kept: int, today: int, reasons: list[Reason]
) -> None:
    assert [fault.reason for fault in find_storage_faults(kept, today, QUOTA)] == reasons


@pytest.mark.parametrize(("size", "kib"), [(0, 0), (1, 1), (1024, 1), (1025, 2)])
def test_a_begun_kib_counts(size: int, kib: int) -> None:
    assert to_kib(size) == kib


def test_x6_the_quota_is_a_parameter_of_the_region() -> None:
    quota = build_quota(build_seed_policy(), "220104", date(2025, 3, 1), unverified=False)
    assert quota == StorageQuota(most_kept=10240 * 1024, most_per_day=512 * 1024)


def test_x18_a_unit_that_nobody_verified_has_the_smaller_quota_whatever_others_have() -> None:
    def build(usual: str) -> StorageQuota:
        policy = build_seed_policy([a_parameter("storage.max_kept", usual, region="220104")])
        return build_quota(policy, "220104", date(2025, 3, 1), unverified=True)

    assert build("20480") == StorageQuota(most_kept=100 * 1024, most_per_day=50 * 1024)
    assert build("10").most_kept == 10 * 1024
