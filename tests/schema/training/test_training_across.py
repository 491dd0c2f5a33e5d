"""A claim for training wherever all kinds of claims are: X14, X20, J16, figures, files, history."""

import csv
import io
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from models import Claim, ClaimLine, LineState, Person, Role, Status
from resolvers.kernel.background import JobContext
from resolvers.policy.examination import GRACE_PERIOD, examine_next_parameter
from server.cli.reconcile import reconcile_database
from tests.factories.hiring_scenario import a_cell_row
from tests.factories.internship_scenario import to_decision
from tests.factories.rows import CHENGDU_DISTRICT
from tests.factories.story import story
from tests.factories.training_claim_scenario import (
    CLAIM_SELECTION,
    OPENS,
    TrainingClaimScenario,
    build_trainee_id,
)
from tests.factories.world import World
from tests.schema.hiring.test_hiring import faults
from tests.schema.policy.test_back_dated import CLAWBACKS, LISTED

SUPPLEMENTS = """... on SupplementsPayload { claims { id version status amount
  ... on TrainingClaim { courseCode trainingClass { number } }
  lines { id amount trainee { id } supplements { id amount } } } }"""
MINE = """{ viewer { person { claimLines { edges { node { kind amount state unitName
  trainee { name } claim { id } explanation { formula } } } } } } }"""
EXPORTED = """query ($filter: StatisticsFilterInput) {
  export(list: CLAIM_LINES, format: CSV, filter: $filter) { url } }"""
COUNTED = """{ statistics(by: [KIND], level: DISTRICT, filter: { kind: [TRAINING] }) {
  kind figures { claims lines amount } } }"""
STEPS = """{ viewer { unit { timeline(first: 100, kind: [CLAIM]) { edges { node {
  title action record { __typename } } } } } } }"""
BESIDE = """query ($id: ID!) { node(id: $id) { ... on Claim { lines {
  otherBenefits { kind state amount } } } } }"""


@story
async def trained(world: World) -> TrainingClaimScenario:
    for name in ("governor", "counsel"):
        await world.add_account(name, Role.PROVINCE_ADMINISTRATOR, "510000")
    return await TrainingClaimScenario(world).set_up()


async def back_dated(trained: TrainingClaimScenario, value: str) -> list[Any]:
    """Let another amount count from before the opening, and give what differs by it."""
    draft = {"key": "training.amount", "region": CHENGDU_DISTRICT, "value": value}
    more = {"effectiveFrom": f"{OPENS}", "source": "补发通知", "confirmed": True}
    then = "... on ParameterPayload { parameter { id version } }"
    do, world = trained.world.mutate, trained.world
    row = (await do("proposeParameter", draft | more, "governor", then))["parameter"]
    done = await do("approveParameter", to_decision(row), "counsel", then)
    assert done["__typename"] == "ParameterPayload", done
    world.clock.now += GRACE_PERIOD + timedelta(seconds=1)
    while await examine_next_parameter(JobContext(service=world.service)):
        pass
    answer = await world.ask(LISTED, "reviewer")
    return [edge["node"] for edge in answer.only["edges"]]


async def test_x20_too_little_is_paid_by_a_line_for_the_same_trainee(
    trained: TrainingClaimScenario,
) -> None:
    """S33: the supplement is of the same class, and holds nobody."""
    row = await trained.seed_class(1, 2)
    await trained.approve_claim(row)
    listed = await back_dated(trained, "1 at most 600")
    assert [(each["granted"], each["due"], each["gap"]) for each in listed] == [
        ("475.00", "500.00", "25.00"),
        ("475.00", "500.00", "25.00"),
    ]
    assert listed[0]["explanation"]["formula"] == [
        "500.00 yuan × 1 = 500.00 yuan",
        "difference = due 500.00 - granted 475.00 = 25.00 yuan",
    ]
    do = trained.world.mutate
    made = await do(
        "supplementDifferences",
        {"records": list(map(to_decision, listed))},
        "reviewer",
        SUPPLEMENTS,
    )
    (claim,) = made["claims"]
    assert (claim["amount"], claim["courseCode"]) == ("50.00", row.course_code)
    assert claim["trainingClass"] == {"number": row.number}
    assert {line["trainee"]["id"] for line in claim["lines"]} == {
        build_trainee_id(each) for each in await trained.list_trainees(row)
    }
    approved = await do("approveClaim", to_decision(claim), "second", CLAIM_SELECTION)
    assert approved["claim"]["status"] == "APPROVED"
    batch = await trained.try_make_batch(expected=4)
    assert (batch["amount"], batch["sentBack"]) == ("1000.00", 0)
    assert (await reconcile_database(trained.world.service.reads)).holds


async def test_x20_too_much_is_proposed_for_clawback(trained: TrainingClaimScenario) -> None:
    row = await trained.seed_class(1)
    await trained.approve_claim(row)
    (unpaid,) = await back_dated(trained, "0.95 at most 300")
    assert (unpaid["due"], unpaid["settlement"]) == ("300.00", "CLAW_BACK")
    ask = {"records": [to_decision(unpaid)], "reason": "标准调整"}
    do = trained.world.mutate
    early = await do("clawBackDifferences", ask, "reviewer", CLAWBACKS)
    assert [fault["reason"] for fault in early["faults"]] == ["DIFFERENCE_UNPAID"]
    await trained.execute_statement(update(ClaimLine).values(state=LineState.PAID))
    await trained.execute_statement(update(Claim).values(status=Status.DISBURSED))
    (proposed,) = (await do("clawBackDifferences", ask, "reviewer", CLAWBACKS))["clawbacks"]
    assert proposed["amount"] == "175.00"


async def test_x20_a_claim_that_is_not_approved_yet_is_computed_anew(
    trained: TrainingClaimScenario,
) -> None:
    """What was drafted on another figure is drafted again; nothing is approved on an old one."""
    row = await trained.seed_class(1)
    claim = await trained.submit_claim(row)
    assert await back_dated(trained, "0.95 at most 300") == []
    late = await trained.try_transition("approve", claim, "reviewer")
    assert faults(late) == [("AMOUNT_CHANGED", "lines", "0")]


async def test_x14_kinds_that_exclude_each_other_are_not_claimed_for_one_person(
    trained: TrainingClaimScenario,
) -> None:
    """X14: the applicant learns that there is a conflict, the reviewer with what."""
    roster = await _hired(trained)
    row = await trained.seed_class(1)
    before = (await trained.try_draft_claim(row))["claim"]
    await trained.add_figure("combination.forbidden", "HIRING+TRAINING")
    barred = await trained.try_transition("submit", before)
    assert faults(barred) == [("BENEFIT_CONFLICT", "lines", "0")]
    assert roster["passed"] == 1


async def test_x14_reviewers_see_what_else_a_trainee_receives(
    trained: TrainingClaimScenario,
) -> None:
    await _hired(trained)
    claim = await trained.submit_claim(await trained.seed_class(1))
    told = (await trained.world.ask(BESIDE, "reviewer", id=claim["id"])).only
    assert told["lines"][0]["otherBenefits"] == [
        {"kind": "HIRING", "state": "OPEN", "amount": "1000.00"}
    ]


async def _hired(trained: TrainingClaimScenario) -> Any:
    """Claim for hiring the first person, and give the roster."""
    await trained.hired.add_people(1)
    roster = await trained.hired.check_roster(a_cell_row(1))
    await trained.hired.submit_claim(roster)
    return roster


async def test_j16_a_trainee_sees_their_own_line_and_nothing_of_the_claim(
    trained: TrainingClaimScenario,
) -> None:
    row = await trained.seed_class(1, 2)
    await trained.try_draft_claim(row)
    (person,) = [p for p in await trained.world.load_rows(Person) if p.name == "见习生1"]
    region = person.region
    await trained.world.add_account("trainee", Role.PERSON, region, person_id=person.id)
    mine = (await trained.world.ask(MINE, "trainee")).only["person"]["claimLines"]["edges"]
    assert mine == [], "a draft is not yet a claim"
    await trained.submit_claim(row)
    (edge,) = (await trained.world.ask(MINE, "trainee")).only["person"]["claimLines"]["edges"]
    assert edge["node"] == {
        "kind": "TRAINING",
        "amount": "475.00",
        "state": "OPEN",
        "unitName": "hirer有限公司",
        "trainee": {"name": "见习生1"},
        "claim": None,
        "explanation": {
            "formula": ["training subsidy (线上课程1) = 500.00 yuan × 0.95 = 475.00 yuan"]
        },
    }


async def test_figures_and_files_have_training_by_its_kind(trained: TrainingClaimScenario) -> None:
    """Lines are written with the trainee's name, wherever the person is on file (X11)."""
    await trained.world.add_account("auditor", Role.AUDITOR, CHENGDU_DISTRICT)
    await trained.approve_claim(await trained.seed_class(1, 2, 3))
    (cell,) = (await trained.world.ask(COUNTED, "auditor")).only
    assert cell == {
        "kind": "TRAINING",
        "figures": {"claims": 1, "lines": 3, "amount": "1425.00"},
    }
    only = {"kind": ["TRAINING"]}
    link = (await trained.world.ask(EXPORTED, "auditor", filter=only)).only["url"]
    text = (await trained.world.client.get(link)).content.decode("utf-8-sig")
    rows = [*csv.DictReader(io.StringIO(text))]
    assert {row["姓名"] for row in rows} == {"见习生1", "见习生2", "见习生3"}
    assert all("*" in row["公民身份号码"] for row in rows)


async def test_x9_a_training_claim_is_in_the_timeline_by_its_course(
    trained: TrainingClaimScenario,
) -> None:
    row = await trained.seed_class(1)
    await trained.approve_claim(row)
    found = (await trained.world.ask(STEPS, trained.unit)).only["unit"]["timeline"]["edges"]
    steps = [(e["node"]["title"], e["node"]["action"]) for e in found]
    title = f"{trained.unit}有限公司 培训补贴 {row.course_code}"
    assert steps == [(title, action) for action in ("APPROVE", "SUBMIT", "CREATE")]
    assert {e["node"]["record"]["__typename"] for e in found} == {"TrainingClaim"}
