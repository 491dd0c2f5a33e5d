"""A class with its trainees, progress and money is one compiled query (S22-S27)."""

from typing import Any

from tests.executor.planning import statements
from tests.executor.scene import BothPaths
from tests.executor.test_hard_cases import compiled

WHOLE = """query ($id: ID!) { node(id: $id) { ... on TrainingClass {
  number name status opensOn endsOn completedOn courseClaimed
  course { code name provider hours fee }
  unit { name creditCode }
  trainees(first: 50) { totalCount edges { node { name idNumberMasked outcome } } }
  completed: trainees(outcome: [COMPLETED]) { totalCount }
  open: trainees(outcome: [OPEN]) { totalCount }
  claims { totalCount edges { node { amount status lines { amount state } } } }
  completions { status completed notCompleted }
  attachments { name } history(first: 5) { totalCount edges { node { action } } }
  possibleActions { action allowed } } } }"""
SEARCH = """{ trainingClasses(unitName: "NEAR", courseCode: "C220000-1", opensFrom: "2026-03-01") {
  totalCount edges { node { number course { name } unit { name } } } } }"""
COURSES = """{ units(creditCode: "%s") { edges { node { name
  trainingClasses { totalCount edges { node { number courseClaimed course { code name fee } } } }
} } } }"""


async def test_s22_a_class_with_trainees_progress_and_money_is_one_plan(paths: BothPaths) -> None:
    id_ = paths.scene.get_id("near", "TrainingClass")
    for who in ("near", "officer"):
        found: Any = (await compiled(paths, WHOLE, who, id=id_))["node"]
        counts = [found[name]["totalCount"] for name in ("trainees", "completed", "open")]
        assert counts == [1, 0, 1]
        assert found["claims"]["totalCount"] == 2
        assert found["courseClaimed"] is True
        assert found["course"]["fee"] == "500.00"


async def test_s22_classes_are_searched_by_their_unit_in_a_plan(paths: BothPaths) -> None:
    found = (await compiled(paths, SEARCH, "officer"))["trainingClasses"]
    assert found["totalCount"] == len(found["edges"]) == 1
    assert (await compiled(paths, SEARCH, "elsewhere"))["trainingClasses"]["totalCount"] == 0
    assert len(await statements(paths, SEARCH, "officer")) == 2


async def test_s20_an_enterprise_s_courses_and_whether_they_are_claimed_are_one_plan(
    paths: BothPaths,
) -> None:
    unit: Any = paths.scene.records["near"]["Unit"]
    (edge,) = (await compiled(paths, COURSES % unit.credit_code, "officer"))["units"]["edges"]
    (of,) = edge["node"]["trainingClasses"]["edges"]
    assert of["node"]["courseClaimed"] is True
    assert of["node"]["course"]["code"] == "C220000-1"


async def test_s20_the_register_of_courses_is_read_by_a_plan(paths: BothPaths) -> None:
    query = """{ courses(offered: true) { totalCount edges { node { code } } }
      all: courses(current: null) { totalCount } old: courses(current: false) { totalCount } }"""
    found = await compiled(paths, query, "near")
    assert found["courses"]["totalCount"] == found["all"]["totalCount"] == 2
    assert found["old"]["totalCount"] == 0
