"""Hires and placements filed as rosters, and compared with what the check answers (S4-S14)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import uuid4

from models import (
    Base,
    InsuranceContribution,
    LabourContract,
    Person,
    TransferEmployment,
    UnemploymentRegistration,
)
from resolvers.kernel.sealed_number import build_sealed_columns
from tests.factories.crowd import add_rows
from tests.factories.hiring_scenario import (
    LATEST_MONTH,
    MIGRANT_GROUP,
    UNEMPLOYED_GROUP,
    HiringScenario,
)
from tests.factories.roster import BORN
from tests.factories.rows import CHAOYANG_DISTRICT, CHENGDU_DISTRICT, a_person, an_id, an_id_number
from tests.factories.world import NOW
from tests.oracle.compare_hiring import HERE, PLACE, draw_hire, select_compared
from tests.oracle.compared import Compared, Tally
from tests.oracle.dice import Dice
from tests.oracle.hiring import (
    PASS,
    UNEMPLOYED,
    Hire,
    Rates,
    compute_amount,
    find_hire_date,
    judge_hire,
)
from tests.oracle.money import to_fraction

ROWS = """query ($id: ID!) { node(id: $id) { ... on Roster { rows(first: 100) { edges { node {
  name passed faults { reason } findings { control outcome } } } } } } }"""
CLAIM = """... on ClaimPayload { claim { id amount
  lines { amount hiredOn rosterRow { name } } } }"""
GROUPS = {True: UNEMPLOYED_GROUP, False: MIGRANT_GROUP}
TODAY = NOW.date()
OPEN_ENDED = "无固定期限"
PROGRAMME_KNOWN_FROM = date(2023, 1, 1)
"""Before it the period of another programme is on file."""


async def compare_filed_hires(
    hired: HiringScenario, tally: Tally, dice: Dice, rows: int, *, service: bool
) -> None:
    """Put facts on file, send a roster, claim from it, and compare controls, days and amounts."""
    rates, rule = Rates(), "S12-S14 rosters" if service else "S4-S10 rosters"
    days, drawn = (TODAY, LATEST_MONTH), list[Hire]()
    while len(drawn) < rows:
        one = draw_hire(dice, rates, service=service, days=days)
        if one.licensed and one.size == "SMALL" and find_hire_date(one) >= PROGRAMME_KNOWN_FROM:
            drawn.append(replace(one, place=PLACE))
    base = 500 if service else 300
    named = {base + n: one for n, one in enumerate(drawn)}
    employer = await hired.add_employer() if service else hired.row
    await _add_facts(hired, named, employer.credit_code)
    more = (employer.credit_code, employer.name) if service else ()
    cells = [_build_cells(number, one, *more) for number, one in named.items()]
    kind = "SERVICE" if service else "HIRING"
    beneficiary = {"beneficiary": "UNIT"} if service else {}
    roster = await hired.check_roster(*cells, kind=kind, **beneficiary)
    answers = await _ask(hired, roster, kind.capitalize())
    for number, one in named.items():
        outcomes, due = judge_hire(one, rates), compute_amount(one, rates)
        day = find_hire_date(one) if due is not None else None
        amount, hired_on, found = answers[f"见习生{number}"]
        asked = select_compared(outcomes)
        told = (due, day, {name: outcomes[name] == PASS for name in asked})
        answered = (amount, hired_on, {name: found.get(name) == PASS for name in asked})
        tally.add(rule, Compared(one, told, answered, due is not None))


async def _ask(
    hired: HiringScenario, roster: Any, kind: str
) -> Mapping[str, tuple[Fraction | None, date | None, Mapping[str, str]]]:
    """Read each row's controls, and what a claim from the roster asks for whom."""
    found = (await hired.world.ask(ROWS, hired.unit, id=roster["id"])).only["rows"]["edges"]
    input = {"rosterIds": [roster["id"]], "bankAccountId": hired.account["id"]}
    made = await hired.world.mutate(f"create{kind}Claim", input, hired.unit, CLAIM)
    assert made["__typename"] == "ClaimPayload", made
    lines = {line["rosterRow"]["name"]: line for line in made["claim"]["lines"]}
    total = sum(to_fraction(line["amount"]) for line in lines.values())
    assert to_fraction(made["claim"]["amount"]) == total, "a claim is the sum of its lines"
    answers = {}
    for row in (edge["node"] for edge in found):
        line = lines.get(row["name"])
        assert row["passed"] is (line is not None), row
        answers[row["name"]] = (
            to_fraction(line["amount"]) if line else None,
            date.fromisoformat(line["hiredOn"]) if line else None,
            {f["control"]: f["outcome"] for f in row["findings"]},
        )
    return answers


def _build_cells(number: int, one: Hire, *more: str) -> list[str]:
    """Fill in a row; a contract whose term was not stated is given as open-ended."""
    id_number = an_id_number(number, BORN, CHAOYANG_DISTRICT)
    until = f"{one.contract.end}" if one.contract.end else OPEN_ENDED
    group = GROUPS[one.group == UNEMPLOYED]
    return [f"见习生{number}", id_number, group, f"{one.contract.start}", until, *more]


async def _add_facts(hired: HiringScenario, named: Mapping[int, Hire], code: str) -> None:
    seal = hired.world.service.seal
    persons: list[Person] = []
    facts: list[Base] = []
    for number, one in named.items():
        text = an_id_number(number, BORN, CHAOYANG_DISTRICT)
        person = a_person(
            number,
            CHAOYANG_DISTRICT,
            name=f"见习生{number}",
            source="test",
            **build_sealed_columns(seal, Person.id_number_sealed, an_id("person", number), text),
        )
        persons.append(person)
        facts += _build_facts(person, one, code)
    await add_rows(hired.world, persons, facts)


def _build_facts(person: Person, one: Hire, code: str) -> Iterator[Base]:
    own: dict[str, Any] = {"person_id": person.id, "region": person.region, "source": "test"}
    codes = {HERE: code}
    for month, employer, place in one.insured:
        yield InsuranceContribution(
            **own,
            id=uuid4(),
            as_of=TODAY,
            month=month,
            employer_credit_code=codes.get(employer, employer),
            place=CHENGDU_DISTRICT if place == PLACE else place,
        )
    terms = one.contract
    yield LabourContract(
        **own,
        id=uuid4(),
        as_of=TODAY,
        employer_credit_code=code,
        signed_on=terms.start,
        starts_on=terms.start,
        ends_on=terms.end,
        open_ended=terms.open_ended,
    )
    for since, closed in one.unemployed:
        yield UnemploymentRegistration(
            **own, id=uuid4(), as_of=TODAY, registered_on=since, ended_on=closed
        )
    for since in one.transfers:
        yield TransferEmployment(
            **own, id=uuid4(), as_of=TODAY, transferred_on=since, ended_on=None
        )
