"""A unit's year of mentoring claimed by mutations, and compared with the answer (J34-J37)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any
from uuid import uuid4

from models import (
    Base,
    Destination,
    EndReason,
    FactKind,
    FactLoad,
    InsuranceContribution,
    LabourContract,
    Person,
)
from tests.factories.crowd import add_approved_reports, add_rows
from tests.factories.internship_scenario import ACCOUNT_DRAFT, to_decision
from tests.factories.rows import a_declaration, a_person, a_post, an_id, an_intern
from tests.factories.world import World, build_global_id
from tests.oracle.compare_internship import HERE, LAW, TODAY, draw_leaver
from tests.oracle.compared import Compared, Silence, Tally
from tests.oracle.days import first_of, list_months_between, move_months
from tests.oracle.dice import Dice
from tests.oracle.internship import Leaver, judge_year
from tests.oracle.money import to_fraction

YEAR = 2024
CLAIM = "... on ClaimPayload { claim { id version amount lines { amount intern { id } } } }"
CANDIDATES = """query ($year: Int!) { mentoringCandidates(year: $year) { ended retained } }"""


async def add_coverage(world: World) -> None:
    """Let contracts and contributions be told until today."""
    world.clock.set_day(TODAY)
    kinds = (FactKind.LABOUR_CONTRACT, FactKind.INSURANCE_CONTRIBUTION)
    await add_rows(
        world,
        [
            FactLoad(
                id=an_id("load", kind),
                region="220000",
                kind=kind,
                source="test",
                as_of=TODAY,
                latest=TODAY,
                digest=kind.value.encode(),
                loaded=1,
                refused=0,
            )
            for kind in kinds
        ],
    )


async def compare_filed_year(world: World, tally: Tally, dice: Dice, number: int) -> None:
    """Put a unit's leavers on file, claim for its year twice, and compare (J35)."""
    leavers = [_draw_leaver(dice) for _ in range(dice.pick(1, 2, 3, 4, 6))]
    unit = f"mentor {number}"
    ids, account = await _file_leavers(world, unit, number, leavers)
    expected = judge_year(leavers, HERE, YEAR, TODAY, LAW)
    answered = await _ask_and_claim(world, unit, ids, account)
    if expected is None:
        tally.add("J34 J37 years", Compared(leavers, Silence.OPEN, answered, granted=False))
        return
    paid = dict.fromkeys(expected.paid, LAW.mentoring.first)
    told = (expected.ended, expected.retained, paid)
    tally.add("J34 J37 years", Compared(leavers, told, answered, bool(paid)))
    if paid:
        again = await _ask_and_claim(world, unit, ids, account)
        told = (expected.ended, expected.retained, {})
        tally.add("J35 years again", Compared(leavers, told, again, granted=False))


def _draw_leaver(dice: Dice) -> Leaver:
    """Draw one whom no claim counted before; a fact is known by employer and first day."""
    drawn = draw_leaver(dice, LAW)
    contracts = {(each.start, each.employer): each for each in drawn.contracts}
    return replace(drawn, counted_before=False, contracts=tuple(contracts.values()))


async def _ask_and_claim(
    world: World, unit: str, ids: list[str], account: str
) -> tuple[int, int, dict[int, Fraction]]:
    """Ask for the year, draft and submit a claim for all who can be; give who is paid what."""
    year = (await world.ask(CANDIDATES, unit, year=YEAR)).only
    draft = {"year": YEAR, "bankAccountId": account}
    made = await world.mutate("createMentoringClaim", draft, unit, CLAIM)
    paid = {}
    if made["__typename"] == "ClaimPayload":
        claim = made["claim"]
        paid = {
            ids.index(line["intern"]["id"]): to_fraction(line["amount"]) for line in claim["lines"]
        }
        assert to_fraction(claim["amount"]) == sum(paid.values()), "a claim is the sum of its lines"
        sent = await world.mutate("submitClaim", to_decision(claim), unit, CLAIM)
        assert sent["__typename"] == "ClaimPayload", sent
    return year["ended"], year["retained"], paid


async def _file_leavers(
    world: World, unit: str, number: int, leavers: list[Leaver]
) -> tuple[list[str], str]:
    row = await world.add_unit(unit)
    post = a_post(row)
    persons = [a_person(1000 + 20 * number + n) for n in range(len(leavers))]
    interns = [
        an_intern(post, person, **_build_terms(one))
        for person, one in zip(persons, leavers, strict=True)
    ]
    facts = [
        fact
        for person, one in zip(persons, leavers, strict=True)
        for fact in _build_facts(person, one, row.credit_code)
    ]
    await add_rows(world, [a_declaration(row), post], persons, interns, facts)
    for intern, one in zip(interns, leavers, strict=True):
        months = list_months_between(intern.starts_on, one.last_day)
        given: list[dict[str, Any]] = [{"row": intern}]
        await add_approved_reports(world, given, months if one.reports_approved else months[:-1])
    account = ACCOUNT_DRAFT | {"accountName": row.name}
    then = "... on BankAccountPayload { bankAccount { id } }"
    made = await world.mutate("addBankAccount", account, unit, then)
    ids = [build_global_id("Intern", intern.unit_id, intern.id) for intern in interns]
    return ids, made["bankAccount"]["id"]


def _build_terms(one: Leaver) -> dict[str, Any]:
    start = move_months(first_of(one.last_day), -5)
    return {
        "agreed_on": start - timedelta(days=1),
        "starts_on": start,
        "ends_on": one.planned_end,
        "ended_on": one.ended_on,
        "end_reason": EndReason(one.reason) if one.reason else None,
        "destination": Destination(one.destination) if one.destination else None,
    }


def _build_facts(person: Person, one: Leaver, code: str) -> Iterator[Base]:
    """Write what is on file of somebody; what is said of the unit is said of this one."""
    own: dict[str, Any] = {"person_id": person.id, "region": person.region, "source": "test"}
    for each in one.contracts:
        yield LabourContract(
            **own,
            id=uuid4(),
            as_of=TODAY,
            employer_credit_code=code if each.employer == HERE else each.employer,
            signed_on=each.start,
            starts_on=each.start,
            ends_on=each.end,
            open_ended=each.open_ended,
        )
    for month, employer in one.insured:
        yield InsuranceContribution(
            **own,
            id=uuid4(),
            as_of=TODAY,
            month=month,
            employer_credit_code=code if employer == HERE else employer,
        )
