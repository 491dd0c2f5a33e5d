"""X11, J15: from a name and a birth date nobody finds out a number, by whichever way."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from models import RosterRow
from tests.factories.hiring_scenario import HiringScenario, a_cell_row
from tests.factories.person_budget import change_figures
from tests.factories.refusal import list_refusal_reasons, try_mutation
from tests.factories.roster import BORN
from tests.factories.rows import CHAOYANG_DISTRICT, an_id_number
from tests.factories.story import story
from tests.factories.stranger import mutate_as_stranger
from tests.factories.world import World
from tests.schema.accounts.test_account_appeal import LODGED
from tests.schema.accounts.test_person_appeal import draft
from tests.schema.hiring.test_hire_entry import a_form, a_placement, enter

REAL = 345
"""Whose number is looked for among the 999 of their birth date."""

NAME = f"见习生{REAL}"


@story
async def hired(world: World) -> HiringScenario:
    """A unit that has nothing to do with the person; another one employs them."""
    made = await HiringScenario(world).set_up()
    employer = await made.add_employer()
    await made.add_people(REAL, employer=employer)
    return made


def candidates(*more: object) -> Sequence[Any]:
    """Write a row for each number that the birth date leaves, all of them of one name."""
    return [[NAME, *a_cell_row(n)[1:], *more] for n in range(1, 1000)]


def tell(row: RosterRow) -> tuple[Any, ...]:
    """Return all that a row's answer says beyond what was in it."""
    wrong = [(fault["column"], fault["reason"], fault["figures"]) for fault in row.faults]
    return row.passed, row.person_id, wrong, row.findings


async def look_up(hired: HiringScenario, number: int) -> Any:
    asked = {"idNumber": an_id_number(number, BORN, CHAOYANG_DISTRICT), "name": NAME}
    return await try_mutation(hired.world, "lookUpPerson", asked, hired.unit)


async def test_x11_a_roster_of_all_numbers_of_a_birth_date_tells_none_apart(
    hired: HiringScenario,
) -> None:
    """Security, from a name to a record: one row of 999 lacked PERSON_NOT_ON_FILE, with dates."""
    roster = await hired.check_roster(*candidates())
    assert (roster["passed"], roster["failed"]) == (0, 999)
    told = [tell(row) for row in await hired.world.load_rows(RosterRow)]
    assert told == [(False, None, [("id_number", "PERSON_NOT_ON_FILE", {})], [])] * 999


async def test_x11_placements_at_an_employer_without_the_person_tell_none_apart(
    hired: HiringScenario,
) -> None:
    other = await hired.add_employer("other")
    rows = candidates(other.credit_code, other.name)
    await hired.check_roster(*rows, kind="SERVICE", beneficiary="UNIT")
    kept = sorted(await hired.world.load_rows(RosterRow), key=lambda row: row.number)
    most = hired.world.service.unknown_persons_per_day
    told = [tell(row)[2][0][1] for row in kept]
    assert told == ["PERSON_NOT_ON_FILE"] * most + ["TOO_MANY_UNKNOWN"] * (999 - most)
    assert not any(row.findings or row.person_id for row in kept)


async def test_x11_placements_tell_of_the_employers_people_within_the_budget_alone(
    hired: HiringScenario,
) -> None:
    """Who employs somebody is easily known: their number is not."""
    employer = await hired.add_employer("third")
    await hired.add_people(REAL + 1, employer=employer)
    rows = [[f"见习生{REAL + 1}", *row[1:]] for row in candidates(employer.credit_code, "某企业")]
    await hired.check_roster(*rows, kind="SERVICE", beneficiary="UNIT")
    kept = {row.number: row for row in await hired.world.load_rows(RosterRow)}
    assert tell(kept[REAL + 1]) == tell(kept[REAL + 2])
    assert tell(kept[REAL + 1])[2] == [("id_number", "TOO_MANY_UNKNOWN", {})]


async def test_x11_a_single_person_without_a_tie_is_answered_like_nobody(
    hired: HiringScenario,
) -> None:
    known, unknown = [
        await enter(hired, a_form(number) | {"name": NAME}) for number in (REAL, REAL + 1)
    ]
    for row in (known, unknown):
        row["roster"].pop("id"), row.pop("id"), row.pop("idNumberMasked")
    assert known == unknown
    assert [fault["reason"] for fault in known["faults"]] == ["PERSON_NOT_ON_FILE"]
    assert known["findings"] == []


async def test_x11_all_ways_take_from_one_budget(
    hired: HiringScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Roster, entry, look-up: what one has spent bars the others, known or not."""
    world = hired.world
    change_figures(world, monkeypatch, unknown_persons_per_day=4)
    await hired.check_roster(a_cell_row(1), a_cell_row(2))
    await enter(hired, a_form(3))
    assert (await look_up(hired, REAL))["__typename"] == "PersonPayload"
    assert list_refusal_reasons(await look_up(hired, 4))[0][0] == "PERSON_NOT_ON_FILE"
    spent = [("TOO_MANY_UNKNOWN", "input.idNumber")]
    for number in (REAL, 5):
        assert list_refusal_reasons(await look_up(hired, number)) == spent
    employer = await hired.add_employer("another")
    placed = await enter(hired, a_placement(6, employer))
    assert [fault["reason"] for fault in placed["faults"]] == ["TOO_MANY_UNKNOWN"]
    world.clock.now += timedelta(days=1, seconds=1)
    assert (await look_up(hired, REAL))["__typename"] == "PersonPayload"


async def test_x11_many_tries_at_once_do_not_pass_the_budget(
    hired: HiringScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_figures(hired.world, monkeypatch, unknown_persons_per_day=10)
    answers = await asyncio.gather(*(look_up(hired, number) for number in range(1, 31)))
    reasons = Counter(list_refusal_reasons(each)[0][0] for each in answers)
    assert set(reasons) == {"PERSON_NOT_ON_FILE", "TOO_MANY_UNKNOWN"}
    assert reasons["PERSON_NOT_ON_FILE"] <= 10


async def test_x11_strangers_share_the_budget_of_their_address(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Appeals are counted whoever they name: what is left of the budget tells nothing either."""
    change_figures(world, monkeypatch, unknown_persons_per_address_per_day=2)
    await world.add_person(1)
    people: list[dict[str, Any]] = [
        {"idNumber": an_id_number(n), "name": f"见习生{n}"} for n in (1, 2)
    ]
    answers = [
        await mutate_as_stranger(world, "lodgePersonAppeal", draft(**people[n % 2]), LODGED)
        for n in range(4)
    ]
    barred = [("TOO_MANY_UNKNOWN", "input.idNumber")]
    assert [list_refusal_reasons(each) for each in answers[2:]] == [barred, barred]
    assert all("number" in answer for answer in answers[:2])
    await world.add_unit("near")
    asked = {"idNumber": an_id_number(1), "name": "见习生1"}
    assert list_refusal_reasons(await try_mutation(world, "lookUpPerson", asked, "near")) == barred
