"""Interns added and submitted by mutations, and compared with the answer (J17, J23)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from models import Education, Post
from tests.factories.crowd import add_rows
from tests.factories.internship_scenario import to_decision
from tests.factories.rows import a_declaration, a_post, an_id_number
from tests.factories.world import World, build_global_id
from tests.oracle.compare_internship import ALL_EDUCATIONS, LAW, draw_candidate, draw_spells
from tests.oracle.compared import Compared, Silence, Tally
from tests.oracle.days import move_months
from tests.oracle.dice import Dice
from tests.oracle.internship import (
    PERHAPS_TOO_LONG,
    Candidate,
    Spell,
    find_spell_faults,
    is_of_category,
)

LATER = date(2026, 12, 31)
"""A day on which all that is drawn is past."""

INTERN = "... on InternPayload { intern { id version } }"
REDUCTION = "... on ReductionPayload { reduction { id version } }"
FAULTS_OF_A_TERM = {"INTERN_ALREADY_HERE", "TERM_OVERLAPS", "TERM_USED_UP", "TERM_TOO_LONG"}


async def add_posts(world: World, count: int) -> dict[str, Post]:
    """Add units that may take interns, each with a post; on a day later than all."""
    world.clock.set_day(LATER)
    posts = {}
    for n in range(count):
        row = await world.add_unit(f"host {n}")
        posts[f"host {n}"] = post = a_post(row)
        await add_rows(world, [a_declaration(row), post])
    return posts


async def compare_candidates(
    world: World, tally: Tally, dice: Dice, unit: str, post: Post, numbers: range
) -> None:
    """Put persons on file, add each as an intern, and compare who is taken (J17)."""
    for number in numbers:
        case = draw_candidate(dice)
        await _add_person(world, dice, number, case)
        start = case.agreed_on
        draft = {
            "category": case.category,
            "agreedOn": f"{start}",
            "startsOn": f"{start}",
            "endsOn": f"{move_months(start, 3)}",
        }
        result = await _try_add(world, unit, post, number, draft, born=case.born)
        answered = _read_answer(result, {"category"})
        expected = is_of_category(case, LAW)
        told = Silence.OPEN if expected is None else expected
        tally.add("J17 interns", Compared(case, told, answered, bool(expected)))


async def _add_person(world: World, dice: Dice, number: int, case: Candidate) -> None:
    """Put somebody on file; the office's word beats their own (J17)."""
    schooling: dict[str, Any] = {
        "education": Education(case.education),
        "graduated_on": case.graduated_on,
    }
    if dice.often(0.4) and case.graduated_on is not None:
        official = {f"official_{key}": value for key, value in schooling.items()}
        lie = {
            "education": dice.pick_from(ALL_EDUCATIONS),
            "graduated_on": dice.near(case.graduated_on),
        }
        schooling = lie | official | {"official_source": "test", "official_as_of": case.agreed_on}
    person = await world.add_person(number, case.born, **schooling)
    for month in sorted(set(case.insured_months)):
        await world.add_contribution(person, month)
    for since, closed in dict(case.unemployed).items():
        await world.add_unemployment(person, since, closed)


async def _try_add(
    world: World, unit: str, post: Post, number: int, draft: dict[str, str], born: date
) -> Any:
    world.clock.now += timedelta(minutes=1)  # look-ups are few in so many minutes
    given = {
        "idNumber": an_id_number(number, born),
        "name": f"见习生{number}",
        "postId": build_global_id("Post", post.unit_id, post.id),
    }
    return await world.mutate("addIntern", draft | given, unit, INTERN)


def _read_answer(result: Any, about: set[str]) -> bool:
    """Read whether somebody was taken; a refusal must be about what is compared."""
    if result["__typename"] == "InternPayload":
        return True
    faults = result.get("faults") or [result]
    assert all(about & {fault["reason"], *map(str, fault["path"])} for fault in faults), result
    return False


async def compare_terms(
    world: World, tally: Tally, dice: Dice, posts: dict[str, Post], number: int
) -> None:
    """Let somebody be an intern again and again, and compare which terms are taken (J23)."""
    born = date(2003, 5, 4)
    left = date(2022, 6, 30)
    await world.add_person(number, born, education=Education.TECHNICAL_SCHOOL, graduated_on=left)
    new, others = draw_spells(dice)
    hosts = dict(zip(_list_units([*others, new]), posts, strict=False))
    taken: list[Spell] = []
    for spell in dice.sample([*others, new], len(others) + 1):
        expected = find_spell_faults(spell, taken, LAW)
        if expected == {PERHAPS_TOO_LONG}:
            tally.add("J23 interns", Compared(spell, Silence.OPEN, None, granted=False))
            continue
        draft = {
            "category": "SECONDARY_VOCATIONAL",
            "agreedOn": f"{spell.start - timedelta(days=1)}",
            "startsOn": f"{spell.start}",
            "endsOn": f"{spell.end}",
        }
        host = hosts[spell.unit]
        result = await _try_add(world, host, posts[host], number, draft, born)
        if result["__typename"] == "InternPayload":
            then = to_decision(result["intern"])
            result = await world.mutate("submitIntern", then, host, INTERN)
        answered = _read_answer(result, FAULTS_OF_A_TERM)
        tally.add("J23 interns", Compared((spell, [*taken]), not expected, answered, not expected))
        if answered:
            ended = dice.day(spell.start, spell.end) if dice.often(0.3) else spell.end
            if ended != spell.end:
                await _reduce(world, host, result["intern"], ended)
            taken.append(replace(spell, end=ended))


async def _reduce(world: World, host: str, intern: Any, ended_on: date) -> None:
    """End an internship before its time, by a reduction that is approved (J23)."""
    await world.mutate("approveIntern", to_decision(intern), "officer", INTERN)
    draft = {
        "internId": intern["id"],
        "endedOn": f"{ended_on}",
        "endReason": {"employed": {"destination": "RETAINED"}},
    }
    done = await world.mutate("addReduction", draft, host, REDUCTION)
    for mutation, as_ in (("submitReduction", host), ("approveReduction", "officer")):
        assert done["__typename"] == "ReductionPayload", done
        done = await world.mutate(mutation, to_decision(done["reduction"]), as_, REDUCTION)
    assert done["__typename"] == "ReductionPayload", done


def _list_units(spells: list[Spell]) -> list[str]:
    return list(dict.fromkeys(spell.unit for spell in spells))
