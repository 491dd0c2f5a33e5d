"""J14, J15: many interns are added at once, all of them or none, every row judged."""

from typing import Any

import pytest

from models import Intern
from resolvers.internship.intern import MAX_INTERNS_AT_ONCE
from resolvers.kernel.rate_limit import LOOK_UP_LIMIT
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.person_budget import raise_budget
from tests.factories.refusal import assert_refused, list_refusal_reasons, try_mutation
from tests.factories.rows import an_id_number
from tests.factories.story import story
from tests.factories.world import World

ADDED = "... on InternsPayload { interns { id version name status } }"


@story
async def chain(world: World) -> InternshipScenario:
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    return made


async def put_on_file(chain: InternshipScenario, numbers: range) -> list[dict[str, Any]]:
    for number in numbers:
        await chain.world.add_person(number)
    return [chain.build_terms(number) for number in numbers]


async def add(chain: InternshipScenario, rows: list[dict[str, Any]], **more: Any) -> Any:
    return await chain.world.mutate("addInterns", {"rows": rows}, "unit", ADDED, **more)


async def test_j14_a_sitting_of_more_than_sixty_interns_is_added_at_once(
    chain: InternshipScenario,
) -> None:
    """J14: item J44; in the order of the rows, each a draft of its own."""
    rows = await put_on_file(chain, range(1, LOOK_UP_LIMIT.tries + 6))
    done = await add(chain, rows, key="sixty-at-once-1")
    assert [each["name"] for each in done["interns"]] == [row["name"] for row in rows]
    assert {each["status"] for each in done["interns"]} == {"DRAFT"}
    assert await add(chain, rows, key="sixty-at-once-1") == done
    assert len(await chain.world.load_rows(Intern)) == len(rows)
    first = to_decision(done["interns"][0])
    await chain.run_step("submitIntern", first, "unit", "intern")


async def test_j15_all_faults_of_all_rows_are_told_by_row_and_nothing_is_written(
    chain: InternshipScenario,
) -> None:
    rows = await put_on_file(chain, range(1, 4))
    rows += [
        rows[0] | {"category": "UNEMPLOYED_YOUTH"},
        chain.build_terms(9),
        rows[1] | {"name": "别人", "postId": "x"},
        rows[2] | {"idNumber": an_id_number(2), "name": "见习生2", "agreedOn": "2024-08-02"},
    ]
    assert await assert_refused(chain.world, "addInterns", {"rows": rows}, "unit") == [
        ("PERSON_TWICE", "input.rows.3.idNumber"),
        ("NOT_REGISTERED_UNEMPLOYED", "input.rows.3.category"),
        ("PERSON_NOT_ON_FILE", "input.rows.4.idNumber"),
        ("PERSON_TWICE", "input.rows.5.idNumber"),
        ("NOT_FOUND", "input.rows.5.postId"),
        ("PERSON_NOT_ON_FILE", "input.rows.5.idNumber"),
        ("PERSON_TWICE", "input.rows.6.idNumber"),
        ("AGREED_AFTER_START", "input.rows.6.agreedOn"),
    ]
    unreadable = [rows[0], rows[1] | {"idNumber": "1", "endsOn": "2025-02-30"}]
    assert await assert_refused(chain.world, "addInterns", {"rows": unreadable}, "unit") == [
        ("NOT_A_DATE", "input.rows.1.endsOn"),
        ("ID_NUMBER_MALFORMED", "input.rows.1.idNumber"),
    ]


@pytest.mark.parametrize(
    ("count", "reason"), [(0, "LIST_EMPTY"), (MAX_INTERNS_AT_ONCE + 1, "LIST_TOO_LONG")]
)
async def test_j14_no_row_and_too_many_are_refused(
    chain: InternshipScenario, count: int, reason: str
) -> None:
    rows = [chain.build_terms(number) for number in range(count)]
    assert await assert_refused(chain.world, "addInterns", {"rows": rows}, "unit") == [
        (reason, "input.rows")
    ]


async def test_j15_each_row_counts_as_a_look_up(
    chain: InternshipScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """J15: whoever guesses names and numbers gets no further with lists than so many rows."""
    world = chain.world
    raise_budget(world, monkeypatch)
    guesses = {"rows": [chain.build_terms(n) for n in range(MAX_INTERNS_AT_ONCE)]}
    for _ in range(world.service.intern_rows_per_hour // MAX_INTERNS_AT_ONCE):
        told = await try_mutation(world, "addInterns", guesses, "unit")
        assert {reason for reason, _ in list_refusal_reasons(told)} == {"PERSON_NOT_ON_FILE"}
    (row,) = await put_on_file(chain, range(1, 2))
    told = await try_mutation(world, "addInterns", {"rows": [row]}, "unit")
    assert told["reason"] == "TOO_MANY_TRIES"
