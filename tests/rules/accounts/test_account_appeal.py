from datetime import UTC, datetime, timedelta

import pytest

from models import AppealStatus, Role
from rules.accounts.account_appeal import (
    CODE_ALPHABET,
    find_recovery_fault,
    find_settlement_fault,
    format_code,
    list_possible_actions,
    parse_code,
)
from rules.kernel.action import Action
from rules.kernel.refusal import Reason
from rules.kernel.viewer import Viewer

CODE = "91220101MA0000000X"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK = timedelta(days=7)
S = AppealStatus


def test_j2_a_number_is_spelt_in_groups_without_letters_that_look_like_digits() -> None:
    assert format_code(bytes(16), 20) == "0000-0000-0000-0000-0000"
    assert format_code(b"\xff" * 16, 12) == "ZZZZ-ZZZZ-ZZZZ"
    assert not set("OILU") & set(CODE_ALPHABET)
    assert len({format_code(bytes([n]) * 16, 20) for n in range(256)}) == 256


def test_j2_a_number_is_read_however_it_was_typed() -> None:
    number = "7K2M-0XQ4-1ABC"
    for typed in (number, number.lower(), "7k2m0xq41abc", " 7K2M OXQ4 IABC ", "7K2M-OXQ4-LABC"):
        assert parse_code(typed, 12) == number


@pytest.mark.parametrize(
    "typed", ["", "7K2M", "7K2M-0XQ4-1ABU", "7K2M-0XQ4-1ABC-", "编号", "7" * 13, "7" * 9000]
)
def test_j2_whatever_else_is_no_number(typed: str) -> None:
    expected = "7K2M-0XQ4-1ABC" if typed == "7K2M-0XQ4-1ABC-" else None
    assert parse_code(typed, 12) == expected


def test_j2_an_appeal_is_settled_once() -> None:
    assert find_settlement_fault(S.LODGED) is None
    for status in (S.RESTORED, S.CORRECTED, S.REFUSED):
        fault = find_settlement_fault(status)
        assert fault is not None
        assert fault.reason is Reason.WRONG_STATUS
        assert fault.figures["status"] == status


def test_x4_an_officer_is_offered_the_ways_to_settle_an_appeal_and_nobody_else_is() -> None:
    officer = Viewer(role=Role.DISTRICT_OFFICER)
    offered = list_possible_actions(S.LODGED, CODE, viewer=officer)
    assert [(one.action, one.allowed) for one in offered] == [
        (Action.RESTORE_ACCESS, True),
        (Action.CORRECT_HOLDER, True),
        (Action.REFUSE, True),
    ]
    assert not any(one.allowed for one in list_possible_actions(S.REFUSED, CODE, viewer=officer))
    for role in set(Role) - {Role.DISTRICT_OFFICER}:
        assert list_possible_actions(S.LODGED, CODE, viewer=Viewer(role=role)) == []


@pytest.mark.parametrize("status", [S.RESTORED, S.CORRECTED])
def test_j2_a_settled_appeal_gives_access_back_for_a_time_and_once(status: AppealStatus) -> None:
    assert find_recovery_fault(status, NOW, None, WEEK, NOW + WEEK - timedelta(seconds=1)) is None
    late = find_recovery_fault(status, NOW, None, WEEK, NOW + WEEK)
    used = find_recovery_fault(status, NOW, NOW, WEEK, NOW)
    assert late is not None
    assert late.reason is Reason.RESET_CODE_EXPIRED
    assert used is not None
    assert used.reason is Reason.RESET_CODE_USED


@pytest.mark.parametrize("status", [S.LODGED, S.REFUSED])
def test_j2_an_appeal_that_gave_nothing_back_has_no_right_code(status: AppealStatus) -> None:
    wrong = find_recovery_fault(status, NOW, None, WEEK, NOW)
    assert wrong is not None
    assert wrong.reason is Reason.RESET_CODE_WRONG
