"""X11: whatever a reader is shown of a person, beside each other, leaves many ID numbers.

The readers and the records are those of the scene; fields and types come from the schema.
"""

from collections.abc import Sequence

import pytest

from tests.factories.candidates import (
    MIN_CANDIDATES,
    collect_texts,
    count_candidates,
    list_alike,
)
from tests.factories.rows import CHAOYANG_DISTRICT, NANGUAN_DISTRICT, an_id_number
from tests.schema.scene import VISIBLE_BY_VIEWER, Scene, mark_others_slow
from tests.schema.shape import list_record_types, write_selections

NUMBERS = {
    "near": an_id_number(1, region=CHAOYANG_DISTRICT),
    "far": an_id_number(2, region=NANGUAN_DISTRICT),
}
READERS = mark_others_slow([name for name in VISIBLE_BY_VIEWER if name], "officer")
BORN = "query ($id: ID!) { node(id: $id) { ... on Person { birthYear birthDate } } }"


@pytest.fixture(scope="module")
def alike() -> dict[str, list[str]]:
    return {whose: list_alike(number) for whose, number in NUMBERS.items()}


async def _read_all(scene: Scene, who: str, whose: str) -> Sequence[str]:
    """Read every field of every record of a unit and of who worked there."""
    said: list[str] = []
    for name, id in scene.list_ids(whose):
        for part in write_selections(list_record_types()[name], 1):
            text = f"query ($id: ID!) {{ node(id: $id) {{ ... on {name} {part} }} }}"
            said += collect_texts((await scene.world.ask(text, who, id=id)).data)
    return said


@pytest.mark.parametrize("who", READERS)
async def test_x11_all_that_a_reader_is_shown_of_a_person_leaves_many_numbers(
    scene: Scene, alike: dict[str, list[str]], who: str
) -> None:
    for whose, number in NUMBERS.items():
        said = await _read_all(scene, who, whose)
        assert not any(number in text for text in said)
        assert count_candidates(number, alike[whose], said) >= MIN_CANDIDATES, (who, whose)


async def test_x11_only_the_person_themself_reads_the_day_of_birth(scene: Scene) -> None:
    read = {}
    for whose, who in (("own", "person"), ("own", "other province"), ("near", "officer")):
        answer = await scene.world.ask(BORN, who, id=scene.get_id(whose, "Person"))
        read[who] = (answer.only["birthYear"], answer.only["birthDate"])
    assert read == {
        "person": (2003, "2003-05-04"),
        "other province": (2003, None),
        "officer": (2003, None),
    }
