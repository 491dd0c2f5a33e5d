"""Claims of two districts, to be counted and exported."""

from datetime import UTC, datetime
from decimal import Decimal

from models import ClaimKind, LineState, Role, Status
from tests.factories.crowd import add_rows
from tests.factories.rows import (
    CHAOYANG_DISTRICT,
    NANGUAN_DISTRICT,
    a_bank_account,
    a_claim,
    a_claim_line,
    a_declaration,
    a_post,
    an_intern,
)
from tests.factories.world import World

DRAFTED_AT = datetime(2025, 1, 20, tzinfo=UTC)
FIRST_SUBMITTED_AT, SECOND_SUBMITTED_AT = (
    datetime(2025, 1, 31, 16, tzinfo=UTC),
    datetime(2025, 3, 5, tzinfo=UTC),
)
"""The first is February in Shanghai."""


async def seed_claims_of_two_districts(world: World) -> World:
    """Two districts: six persons of one, two of the other, each claimed for in some ways."""
    await world.add_account("auditor", Role.AUDITOR, "220100")
    await world.add_account("reporting", Role.REPORTING, "220100")
    await world.add_account("elsewhere", Role.DISTRICT_OFFICER, NANGUAN_DISTRICT)
    for name, region, numbers in (
        ("a", CHAOYANG_DISTRICT, range(1, 7)),
        ("b", NANGUAN_DISTRICT, range(7, 9)),
    ):
        unit = await world.add_unit(name, region)
        post, bank = a_post(unit), a_bank_account(unit)
        persons = [await world.add_person(number, region=region) for number in numbers]
        interns = [an_intern(post, person) for person in persons]
        await add_rows(world, [a_declaration(unit)], [post], [bank], interns)
        first = {"created_at": DRAFTED_AT, "submitted_at": FIRST_SUBMITTED_AT}
        allowance = a_claim(unit, bank, 1, status=Status.SUBMITTED, **first)
        kind = {"kind": ClaimKind.MENTORING, "status": Status.APPROVED}
        second = {"created_at": DRAFTED_AT, "submitted_at": SECOND_SUBMITTED_AT}
        mentoring = a_claim(unit, bank, 2, **second, **kind)
        lines = [a_claim_line(allowance, intern) for intern in interns]
        states = [LineState.STRUCK, *[LineState.PAYABLE] * (len(interns) - 1)]
        lines += [
            a_claim_line(mentoring, intern, state=state, amount=Decimal(2000))
            for intern, state in zip(interns, states, strict=True)
        ]
        await world.add_rows(allowance, mentoring)
        await world.add_rows(*lines)
    return world
