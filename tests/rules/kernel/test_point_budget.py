"""Who pays for a request, from which budget, and when it is full again (ADR 0066)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from gateways.point_ledger import PointLedger
from models import Role
from rules.kernel.point_budget import Budget, PointBudgets, list_budgets
from rules.kernel.viewer import Viewer

BUDGETS = PointBudgets(
    account=100, unverified=25, tool=1_000, address=500, stranger=50, client_percent=75
)
NOW = datetime(2026, 3, 10, 4, 0, 30, tzinfo=UTC)
OPERATOR = Viewer(account_id=UUID(int=1), role=Role.UNIT_OPERATOR)


def paying(viewer: Viewer, client: str | None = None, address: str = "a") -> dict[str, int]:
    return {each.name: each.points for each in list_budgets(BUDGETS, viewer, client, address)}


def test_a_stranger_pays_from_their_address_alone_whatever_they_call_themselves() -> None:
    assert paying(Viewer(), "frontend") == {"address": 50}


def test_an_account_pays_and_its_address_with_it() -> None:
    assert paying(OPERATOR) == {"account": 100, "address": 500}
    assert paying(OPERATOR, address="") == {"account": 100}


def test_a_client_program_has_a_share_of_its_account_and_none_besides() -> None:
    assert paying(OPERATOR, "frontend") == {"account": 100, "client": 75, "address": 500}


def test_x18_an_account_of_a_unit_that_nobody_verified_has_a_smaller_budget() -> None:
    unverified = replace(OPERATOR, unverified=True)
    assert paying(unverified, "frontend") == {"account": 25, "client": 18, "address": 500}


def test_programs_that_move_rows_in_bulk_have_a_budget_of_their_own() -> None:
    for role in (Role.DATA_SUPPLIER, Role.REPORTING):
        assert paying(Viewer(account_id=UUID(int=1), role=role))["account"] == 1_000


def test_no_two_spenders_share_a_tally() -> None:
    viewers = [Viewer(), OPERATOR, Viewer(account_id=UUID(int=2), role=Role.UNIT_OPERATOR)]
    whose = [
        budget.whose
        for viewer in viewers
        for client, address in (("x", "a"), ("y", "b"))
        for budget in list_budgets(BUDGETS, viewer, client, address)
    ]
    # Accounts are the same at both addresses, addresses for both accounts; all else differs.
    assert len(set(whose)) == 2 + 2 + 4 + 2


def test_windows_follow_each_other_and_not_all_begin_at_once() -> None:
    starts = set()
    for name in "abcdef":
        budget = Budget("account", name, 100, timedelta(minutes=1))
        start = budget.compute_start(NOW)
        assert start <= NOW < start + budget.window
        assert budget.compute_start(start) == start
        assert budget.compute_start(start + budget.window) == start + budget.window
        assert budget.compute_start(start - timedelta(microseconds=1)) == start - budget.window
        starts.add(start)
    assert len(starts) > 3


def test_a_tally_ends_with_its_window() -> None:
    ledger, budget = PointLedger(), Budget("account", "a", 100, timedelta(minutes=1))
    tally = ledger.open_tally(budget, NOW)
    tally.untold = 100
    assert ledger.open_tally(budget, NOW) is tally
    assert not tally.can_pay(1)
    balance = tally.build_balance()
    assert (balance.remaining, balance.reset_at) == (0, tally.start + budget.window)
    assert ledger.open_tally(budget, balance.reset_at).can_pay(100)


def test_what_a_process_let_go_is_told_after_a_twentieth() -> None:
    tally = PointLedger().open_tally(Budget("account", "a", 100, timedelta(minutes=1)), NOW)
    tally.untold = 5
    assert not tally.is_due
    tally.untold = 6
    assert tally.is_due
