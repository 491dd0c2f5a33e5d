from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from models import AppealStatus, Role
from rules.accounts.account_appeal import (
    CODE_ALPHABET,
    AppealState,
    add_barred_settlers,
    find_recovery_fault,
    find_settlement_fault,
    find_stopping_fault,
    format_code,
    list_barred_settlers,
    list_possible_actions,
    parse_code,
)
from rules.kernel.action import Action
from rules.kernel.refusal import Reason
from rules.kernel.viewer import Viewer
from tests.factories.rows import an_id

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


LODGED = AppealState(status=S.LODGED, credit_code=CODE)
FIRST, SECOND = an_id("first"), an_id("second")
PROPOSED = AppealState(
    status=S.PROPOSED,
    credit_code=CODE,
    proposed_by=FIRST,
    proposed_as=Action.RESTORE_ACCESS,
    opens_on=NOW.date(),
)
WAYS = (Action.RESTORE_ACCESS, Action.CORRECT_HOLDER)


def find_reason(appeal: AppealState, action: Action, account: UUID = SECOND) -> Reason | None:
    fault = find_settlement_fault(appeal, action, NOW.date(), Viewer(account_id=account))
    return fault.reason if fault else None


def test_j2_an_appeal_is_settled_once() -> None:
    for action in (*WAYS, Action.REFUSE):
        assert find_reason(LODGED, action) is None
        for status in (S.RESTORED, S.CORRECTED, S.REFUSED, S.STOPPED):
            assert find_reason(replace(LODGED, status=status), action) is Reason.WRONG_STATUS


def test_x2_x18_who_proposed_a_recovery_or_lodged_the_appeal_does_not_do_it() -> None:
    for action in WAYS:
        assert find_reason(PROPOSED, action, FIRST) is Reason.FOUR_EYES
        assert find_reason(replace(LODGED, lodged_by=FIRST), action, FIRST) is Reason.FOUR_EYES
        late = replace(PROPOSED, lodged_by=SECOND)
        assert find_reason(late, action, SECOND) is Reason.FOUR_EYES
    assert find_reason(PROPOSED, Action.REFUSE, FIRST) is None


def test_x2_two_accounts_of_one_officer_do_not_give_an_account_back() -> None:
    both = Viewer(account_id=SECOND, same_holder=frozenset({FIRST}))
    for appeal in (PROPOSED, replace(LODGED, lodged_by=FIRST)):
        fault = find_settlement_fault(appeal, Action.RESTORE_ACCESS, NOW.date(), both)
        assert fault is not None
        assert fault.reason is Reason.FOUR_EYES


def test_x18_another_officer_does_what_was_proposed_once_the_holder_had_time() -> None:
    assert find_reason(PROPOSED, Action.RESTORE_ACCESS) is None
    assert find_reason(PROPOSED, Action.CORRECT_HOLDER) is Reason.RECOVERY_DIFFERS
    early = replace(PROPOSED, opens_on=NOW.date() + timedelta(days=1))
    assert find_reason(early, Action.RESTORE_ACCESS) is Reason.RECOVERY_WAITS
    assert find_reason(early, Action.REFUSE) is None


def test_x18_a_holder_stops_what_is_proposed_and_of_a_verified_unit_only() -> None:
    assert find_stopping_fault(S.PROPOSED, verified=True) is None
    unverified = find_stopping_fault(S.PROPOSED, verified=False)
    assert unverified is not None
    assert unverified.reason is Reason.UNIT_UNVERIFIED
    for status in set(S) - {S.PROPOSED}:
        late = find_stopping_fault(status, verified=True)
        assert late is not None
        assert late.reason is Reason.WRONG_STATUS


def test_x2_who_gave_an_account_back_is_barred_up_to_a_day_and_counted_once() -> None:
    today = NOW.date()
    kept = add_barred_settlers([], [FIRST], today - timedelta(days=1), today)
    assert list_barred_settlers(kept, today) == []
    kept = add_barred_settlers(kept, [FIRST, SECOND], today, today)
    assert list_barred_settlers(kept, today) == [FIRST, SECOND]
    kept = add_barred_settlers(kept, [FIRST], today + timedelta(days=9), today)
    assert list_barred_settlers(kept, today) == [SECOND, FIRST]
    assert list_barred_settlers(kept, today + timedelta(days=9)) == [FIRST]


def test_x4_an_officer_is_offered_the_ways_to_settle_an_appeal_and_nobody_else_is() -> None:
    officer = Viewer(role=Role.DISTRICT_OFFICER, account_id=SECOND)
    offered = list_possible_actions(LODGED, NOW.date(), officer)
    assert [(one.action, one.allowed) for one in offered] == [
        (Action.RESTORE_ACCESS, True),
        (Action.CORRECT_HOLDER, True),
        (Action.REFUSE, True),
    ]
    refused = replace(LODGED, status=S.REFUSED)
    assert not any(one.allowed for one in list_possible_actions(refused, NOW.date(), officer))
    for role in set(Role) - {Role.DISTRICT_OFFICER}:
        assert list_possible_actions(LODGED, NOW.date(), Viewer(role=role)) == []


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
