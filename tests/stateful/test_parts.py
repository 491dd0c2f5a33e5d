"""The parts of a walk by themselves: an invariant that can't be broken proves nothing."""

from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest

from rules.payment.clawback import FIRST_LINE_GONE_CAUSE
from tests.factories.world import World
from tests.stateful import series
from tests.stateful.campaign import Outcome, Telling
from tests.stateful.coverage import EXCUSED, find_sendable, list_mutations
from tests.stateful.invariants import (
    Memory,
    check_exclusion,
    check_four_eyes,
    check_holding,
    check_money,
    check_states,
)
from tests.stateful.jobs import build_file
from tests.stateful.ledger import TYPES, Ledger, Reader
from tests.stateful.runner import Death, Runner, Sight, Unresolved
from tests.stateful.series import run_series
from tests.stateful.shrink import list_names, slice_steps
from tests.stateful.step import Promise, Step, parse_step

STEP = Step(
    7, "officer", "strikeClaimLine", {"id": "@claim_line 3.1", "version": "#claim_line 3.1"}
)


def a_line(**changes: Any) -> dict[str, Any]:
    return {
        "id": "l1",
        "claim_id": "c1",
        "claim_kind": "MENTORING",
        "claim_status": "SUBMITTED",
        "person_id": "p1",
        "state": "OPEN",
        "supplements_id": None,
        "trainee_id": None,
        "amount": 2000.0,
    } | changes


def a_ledger(**rows: list[dict[str, Any]]) -> Ledger:
    return Ledger({name: {row["id"]: row for row in rows.get(name, [])} for name in TYPES})


def a_sight(before: Ledger, after: Ledger, step: Step = STEP) -> Sight:
    return Sight(step, before, after, {"__typename": "ClaimLinePayload"})


class Driver:
    """Stands in for a connection, and counts how often it is cut off."""

    cuts = 0

    def terminate(self) -> None:
        self.cuts += 1


def cut_off(death: Death, *statements: str) -> list[bool]:
    """Send each statement by a connection of its own, and tell which were cut off."""
    drivers = [Driver() for _ in statements]
    for driver, statement in zip(drivers, statements, strict=True):
        death.count_before(cast("Any", driver), statement)
    return [bool(driver.cuts) for driver in drivers]


def test_a_database_that_is_away_stays_away_until_the_request_is_over() -> None:
    """Who tries again within the request finds it gone as well."""
    death = Death(2)
    assert cut_off(death, "BEGIN;", "SELECT", "BEGIN;", "COMMIT;") == [False, True, True, True]
    death.over = True
    assert cut_off(death, "SELECT") == [False]


def test_a_connection_is_cut_off_once_and_before_no_commit() -> None:
    death = Death(2, once=True)
    assert cut_off(death, "BEGIN;", "COMMIT;", "SELECT", "BEGIN;") == [False, False, True, False]


def test_who_is_paid_after_a_strike_is_told() -> None:
    memory = Memory()
    open_, struck = a_ledger(claim_line=[a_line()]), a_ledger(claim_line=[a_line(state="STRUCK")])
    assert [*check_exclusion(a_sight(open_, struck), memory)] == []
    new, paid = a_line(id="l2", state="IN_BATCH"), a_line(id="l2", state="PAID")
    sight = a_sight(a_ledger(claim_line=[new]), a_ledger(claim_line=[paid]))
    (found,) = check_exclusion(sight, memory)
    assert found.key == "I2 paid after a strike: MENTORING"


def test_what_two_lines_hold_is_told_and_a_withdrawn_claims_is_not() -> None:
    nothing = a_ledger()
    twice = a_ledger(claim_line=[a_line(), a_line(id="l2")])
    assert [v.key for v in check_holding(a_sight(nothing, twice), Memory())] == [
        "I3 held twice: MENTORING"
    ]
    withdrawn = a_ledger(claim_line=[a_line(), a_line(id="l2", claim_status="WITHDRAWN")])
    assert [*check_holding(a_sight(nothing, withdrawn), Memory())] == []


@pytest.mark.parametrize(("amount", "broken"), [(2000.0, False), (2000.01, True)])
def test_clawing_back_more_than_was_paid_is_told(amount: float, broken: bool) -> None:
    payment = {"id": "y1", "line_id": "l1", "state": "PAID", "amount": 2000.0, "batch_id": None}
    back = {"id": "b1", "line_id": "l1", "status": "APPROVED", "amount": amount, "recovered": 0}
    back |= {"cause": "金额有误"}
    after = a_ledger(claim_line=[a_line(state="CLAWED_BACK")], payment=[payment], clawback=[back])
    found = [v.key for v in check_money(a_sight(after, after), Memory())]
    assert found == (["I1 more was clawed back than was paid"] if broken else [])


KEPT = "I1 paid besides a line that is gone, and not demanded"
GONE = FIRST_LINE_GONE_CAUSE


@pytest.mark.parametrize(
    ("first", "backs", "told"),
    [
        ("PAID", [], []),
        ("PAID", [("SUBMITTED", 10.0, "金额有误")], []),
        ("CLAWED_BACK", [("SUBMITTED", 2000.0, GONE)], ["I1 demanded for a line that stands"]),
        ("CLAWED_BACK", [("VOIDED", 2000.0, GONE)], []),
        ("STRUCK", [], [KEPT]),
        ("STRUCK", [("SUBMITTED", 2000.0, GONE)], []),
        ("STRUCK", [("APPROVED", 10.0, "金额有误"), ("SUBMITTED", 1990.0, GONE)], []),
        ("STRUCK", [("APPROVED", 10.0, "金额有误")], [KEPT]),
        ("STRUCK", [("APPROVED", 10.0, "金额有误"), ("REFUSED", 1990.0, GONE)], []),
        ("STRUCK", [("REFUSED", 2000.0, "金额有误")], [KEPT]),
        ("STRUCK", [("VOIDED", 2000.0, GONE)], [KEPT]),
    ],
)
def test_a_supplement_is_demanded_whole_where_its_first_line_is_gone_and_only_there(
    first: str, backs: list[tuple[str, float, str]], told: list[str]
) -> None:
    lines = [
        a_line(id="l1", state=first),
        a_line(id="l2", state="PAID", supplements_id="l1"),
    ]
    of_line = {"line_id": "l2", "recovered": 0}
    clawbacks = [
        {"id": f"b{n}", "status": status, "amount": amount, "cause": cause} | of_line
        for n, (status, amount, cause) in enumerate(backs)
    ]
    payment = {"id": "y1", "line_id": "l2", "state": "PAID", "amount": 2000.0, "batch_id": None}
    claim = {"id": "c1", "status": "APPROVED", "amount": 2000.0 if first == "STRUCK" else 4000.0}
    after = a_ledger(claim=[claim], claim_line=lines, clawback=clawbacks, payment=[payment])
    assert [v.key for v in check_money(a_sight(after, after), Memory())] == told


def test_a_step_is_read_as_it_was_kept() -> None:
    step = replace(STEP, promise=Promise("claim_line 3.1", "STRIKE"), behalf="unit")
    assert parse_step(step.to_json()) == step


def test_of_a_sequence_only_what_speaks_of_the_last_steps_records_is_left_at_first() -> None:
    steps = [
        Step(1, "unit", "addPost", {}),
        Step(3, "unit", "createMentoringClaim", {"bankAccountId": "@bank_account 0.1"}),
        Step(4, "hirer", "submitClaim", {"id": "@claim 2.1"}),
        STEP,
    ]
    assert list_names(STEP) == {"claim_line 3.1"}
    assert [step.number for step in slice_steps(steps)] == [3, 7]


def a_moved_account(who: str) -> Sight:
    """Let somebody confirm the account that another named."""
    before = a_ledger(claim_line=[a_line(state="PAYABLE", account_proposed_by="a1")])
    after = a_ledger(claim_line=[a_line(state="PAYABLE", account_proposed_by=None)])
    entry = {"record_id": "l1", "account_id": who, "action": "CONFIRM", "record": "ClaimLine"}
    after.entries = [entry | {"role": "DISTRICT_OFFICER"}]
    return Sight(Step(7, "officer", "confirmLineAccount", {}), before, after, {"__typename": "x"})


@pytest.mark.parametrize(("who", "broken"), [("a1", True), ("a2", False)])
def test_who_named_an_account_and_confirms_it_is_told(who: str, broken: bool) -> None:
    found = [v.key for v in check_four_eyes(a_moved_account(who), Memory())]
    assert found == (["I4 confirms an account that it named"] if broken else [])


def test_a_claim_that_asks_other_than_its_lines_is_told() -> None:
    claim = {"id": "c1", "status": "SUBMITTED", "amount": 2000.0}
    for line, broken in ((a_line(), False), (a_line(state="STRUCK"), True)):
        after = a_ledger(claim=[claim], claim_line=[line])
        found = [v.key for v in check_money(a_sight(after, after), Memory())]
        assert found == (["I1 a claim asks other than its lines: SUBMITTED"] if broken else [])


def test_a_batch_that_waits_for_nothing_is_told() -> None:
    batch = {"id": "b1", "state": "EXPORTED", "amount": 2000.0}
    payment = {"id": "y1", "batch_id": "b1", "line_id": "l1", "amount": 2000.0}
    for state, broken in (("IN_BATCH", False), ("PAID", True)):
        after = a_ledger(disbursement_batch=[batch], payment=[payment | {"state": state}])
        found = [v.key for v in check_states(a_sight(after, after), Memory())]
        assert found == (["I5 all payments are answered, the batch is EXPORTED"] if broken else [])


def test_each_mutation_is_walked_or_excused_by_name() -> None:
    sendable = find_sendable()
    assert [n for n in list_mutations() if n not in sendable and n not in EXCUSED] == []
    assert [n for n in EXCUSED if n in sendable or n not in list_mutations()] == []
    assert [n for n, why in EXCUSED.items() if not why] == []


@pytest.mark.parametrize("file", [{"type": "PDF"}, {"type": "XLSX", "rows": [["姓名"], ["甲"]]}])
def test_a_file_is_as_long_as_it_was_announced(file: dict[str, Any]) -> None:
    runner = Runner(cast("World", None), cast("Reader", None), a_ledger())
    asked = runner.resolve({"name": "a", "size": {"sizeOf": file}})
    assert asked == {"name": "a", "size": len(build_file(file))}


def test_rows_are_named_by_what_they_say_whatever_their_keys() -> None:
    """A seed repeats its walk in another world, whose keys have another order."""

    def name_rows(*keys: int) -> dict[str, str]:
        ids = [str(UUID(int=key)) for key in keys]
        people = [{"id": id, "name": name} for id, name in zip(ids, "AB", strict=False)]
        lines = [
            {"id": id, "person_id": person["id"], "at": f"2025-03-0{n}T00:00:00", "sealed": "\\x0"}
            for n, (id, person) in enumerate(zip(ids[2:], people, strict=True))
        ]
        ledger = a_ledger(person=people, claim_line=sorted(lines, key=lambda row: row["id"]))
        runner = Runner(cast("World", None), cast("Reader", None), ledger)
        runner.name_new(0, None)
        assert [row["person_id"] for row in runner.list_rows("claim_line")] == ids[:2]
        return {runner.names[id]: name for id, name in zip(ids, "ABCD", strict=True)}

    assert name_rows(1, 2, 3, 4) == name_rows(9, 8, 7, 6) == name_rows(3, 4, 2, 1)


@pytest.mark.parametrize(
    "key", ["27/2767d6b07c5adb5ae1bb374bd64d771ac6b04798", f"entered/{UUID(int=3)}"]
)
def test_rows_that_differ_by_where_their_files_lie_are_named_in_the_order_of_making(
    key: str,
) -> None:
    """Two rosters of the opening were named at random, and so walks of one seed parted."""
    other = key.translate(str.maketrans("0237", "fedc"))

    def name_rosters(*places: str) -> list[str]:
        ids = (str(UUID(int=n)) for n, _ in enumerate(places))
        rows = [{"id": id, "object_key": place} for id, place in zip(ids, places, strict=True)]
        runner = Runner(cast("World", None), cast("Reader", None), a_ledger(roster=rows))
        runner.name_new(0, None)
        return [runner.names[row["id"]] for row in rows]

    assert name_rosters(key, other) == name_rosters(other, key) == ["roster 0.1", "roster 0.2"]


def test_what_a_step_wrote_is_told_alike_whatever_the_keys() -> None:
    """A walk that writes something else is seen at the step that wrote it."""

    def tell_written(key: int, state: str) -> list[str]:
        line, person = str(UUID(int=key)), str(UUID(int=key + 1))
        told = {"person_id": person, "reference": f"L-{UUID(int=key).hex}", "sealed": f"\\x{key}"}
        people = [{"id": person, "name": "A"}]
        before, after = (
            a_ledger(person=people, claim_line=[{"id": line, "state": each, **told}])
            for each in ("OPEN", state)
        )
        runner = Runner(cast("World", None), cast("Reader", None), before)
        runner.name_new(0, None)
        runner.ledger = after
        return runner.describe_written(before)

    assert tell_written(1, "PAID") == tell_written(7, "PAID") != tell_written(1, "STRUCK")
    assert tell_written(1, "OPEN") == []


def test_what_a_step_was_answered_is_put_into_a_later_one() -> None:
    runner = Runner(cast("World", None), cast("Reader", None), a_ledger())
    runner.answers["12.0"] = {"attachments": [{"id": "a1"}], "resetCode": None}
    given = {"attachmentId": "!answer 12.0 attachments.0.id"}
    assert runner.resolve(given) == {"attachmentId": "a1"}
    assert list_names(Step(13, "unit", "detach", given)) == {"answer 12.0"}
    for nothing in ("!answer 12.0 resetCode", "!answer 11.0 number"):
        with pytest.raises(Unresolved):
            runner.resolve(nothing)


def test_a_series_goes_on_with_seeds_that_are_not_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    walked: list[int] = []

    def walk(seeds: range, steps: int, jobs: int, telling: Telling) -> Outcome:
        walked.extend(seeds)
        return Outcome(steps, "1f2e", int(3 in seeds))

    monkeypatch.setattr(series, "run_campaign", walk)
    file = tmp_path / "finished"
    assert [run_series(file, range(1, last), 20, 1, Telling()) for last in (3, 5)] == [0, 1]
    assert walked == [1, 2, 3, 4]
    assert run_series(file, range(4, 5), 30, 1, Telling()) == 0  # of it fewer steps are known
    assert walked == [1, 2, 3, 4, 4]
    again = run_series(file, range(1, 5), 20, 1, Telling())
    assert (again, walked[5:]) == (1, [3])  # what broke is not finished
