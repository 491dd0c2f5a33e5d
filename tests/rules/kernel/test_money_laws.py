"""Section 4: what holds for every amount; decimals, compared with whole numbers of hundredths."""

from decimal import Decimal
from fractions import Fraction
from math import floor

from hypothesis import strategies as st

from models import ClaimKind, LineState
from rules.claims.claim_line import sum_amounts
from rules.kernel.money import ROUNDING_MODES, parse_money, round_amount
from rules.kernel.refusal import Reason, Unreadable
from rules.payment.reconciliation import STATES_BY_PLACE, Ledger
from tests.factories.properties import AMOUNTS, ANY_TEXT, SMALL_AMOUNTS, for_all

CENT = Decimal("0.01")
HOLDING = {
    LineState.OPEN,
    LineState.IN_PUBLICITY,
    LineState.PAYABLE,
    LineState.IN_BATCH,
    LineState.PAID,
    LineState.CLAWED_BACK,
}
FINE = st.decimals(-1_000_000, 1_000_000, places=5, allow_nan=False) | st.integers(
    -10_000_000, 10_000_000
).map(lambda n: Decimal(n).scaleb(-3))
"""Thousandths on purpose: every tenth of them is a tie."""
LINES = st.lists(st.tuples(st.sampled_from(LineState), SMALL_AMOUNTS), max_size=12)


def rounded(amount: Decimal, rounding: str) -> Fraction:
    """Round as a schoolbook says it, by magnitude, in fractions."""
    manner, _, step = rounding.partition(" ")
    parts = abs(Fraction(amount)) / Fraction(step)
    match manner:
        case "HALF_UP":
            whole = floor(parts + Fraction(1, 2))
        case "HALF_EVEN":
            whole = round(parts)
        case _:
            whole = floor(parts)
    return whole * Fraction(step) * (-1 if amount < 0 else 1)


@for_all(amount=FINE, rounding=st.sampled_from([*ROUNDING_MODES]))
def test_an_amount_is_rounded_as_the_parameter_says_and_has_two_decimals(
    amount: Decimal, rounding: str
) -> None:
    found = round_amount(amount, rounding)
    assert Fraction(found) == rounded(amount, rounding)
    assert found.as_tuple().exponent == -2
    assert not found.is_signed() or found < 0
    assert round_amount(found, rounding) == found


@for_all(one=FINE, other=FINE, rounding=st.sampled_from([*ROUNDING_MODES]))
def test_rounding_never_turns_two_amounts_round(
    one: Decimal, other: Decimal, rounding: str
) -> None:
    low, high = sorted((one, other))
    assert round_amount(low, rounding) <= round_amount(high, rounding)


@for_all(hundredths=st.integers(0, 10**12))
def test_half_a_hundredth_is_rounded_up(hundredths: int) -> None:
    amount = Decimal(hundredths).scaleb(-2)
    assert round_amount(amount + Decimal("0.005"), "HALF_UP 0.01") == amount + CENT
    assert round_amount(amount + Decimal("0.0049999"), "HALF_UP 0.01") == amount


@for_all(amount=AMOUNTS)
def test_an_amount_is_read_as_it_is_written(amount: Decimal) -> None:
    read = parse_money(f"{amount:f}")
    assert read == amount
    assert isinstance(read, Decimal)
    assert read.as_tuple().exponent == -2
    assert parse_money(f"{amount.normalize():f}") == amount
    assert parse_money(f"-{amount:f}") == Unreadable(Reason.NOT_AN_AMOUNT)
    assert parse_money(f"{amount:f}0") == Unreadable(Reason.NOT_AN_AMOUNT)


@for_all(text=st.text(st.sampled_from("0123456789.-+eE_, ０１١"), max_size=14) | ANY_TEXT)
def test_what_is_read_as_an_amount_is_plain_bounded_and_never_below_nothing(text: str) -> None:
    read = parse_money(text)
    if not isinstance(read, Unreadable):
        assert Decimal(0) <= read <= Decimal("9999999999.99")
        assert {*text} <= {*"0123456789."}
        assert Fraction(read) == Fraction(text)


@for_all(number=st.floats() | st.integers() | st.decimals() | st.booleans() | st.none())
def test_no_number_is_read_as_an_amount_only_text(number: object) -> None:
    assert parse_money(number) == Unreadable(Reason.NOT_AN_AMOUNT)


@for_all(lines=LINES)
def test_x15_a_claim_s_amount_is_that_of_its_lines_that_hold(
    lines: list[tuple[LineState, Decimal]],
) -> None:
    found = sum_amounts(lines)
    assert Fraction(found) == sum(Fraction(amount) for s, amount in lines if s in HOLDING)
    assert found >= 0
    assert isinstance(found, Decimal)
    assert sum_amounts(reversed(lines)) == found
    for n, (state, amount) in enumerate(lines):
        without = sum_amounts(lines[:n] + lines[n + 1 :])
        assert found - without == (amount if state in HOLDING else 0)


@for_all(lines=LINES, more=SMALL_AMOUNTS)
def test_x8_a_ledger_accounts_for_what_its_lines_come_to_and_for_no_more(
    lines: list[tuple[LineState, Decimal]], more: Decimal
) -> None:
    total = sum((amount for _, amount in lines), Decimal(0))
    amounts: dict[LineState, Decimal] = {}
    for state, amount in lines:
        amounts[state] = amounts.get(state, Decimal(0)) + amount
    ledger = Ledger(region="220104", kind=ClaimKind.HIRING, approved=total + more, amounts=amounts)
    assert ledger.difference == more
    for place, states in STATES_BY_PLACE.items():
        assert ledger.sum_place(place) == sum(a for s, a in lines if s in states)
    assert sorted(s for states in STATES_BY_PLACE.values() for s in states) == sorted(LineState)
