"""External facts, loaded from files: all or nothing, once, and what they then decide (X13, J17)."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from models import (
    Education,
    FactKind,
    FactLoad,
    InsuranceContribution,
    LabourContract,
    Person,
    TransferEmployment,
    UnemploymentRegistration,
)
from resolvers.facts.fact_load import FactsRefusedError, LoadResult
from tests.factories.fact import AS_OF, ReportedFaults, load_fact_file, write_csv_lines
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.refusal import FoundFaults, assert_refused, list_refusal_reasons
from tests.factories.rows import a_credit_code, an_id_number
from tests.factories.world import World

INSURED = "公民身份号码,姓名,缴费月份,统一社会信用代码,作废"
UNEMPLOYED = "公民身份号码,姓名,失业登记日期,注销日期"
TRANSFERRED = "id_number,name,transferred_on,destination"
CONTRACTS = "公民身份号码,姓名,统一社会信用代码,签订日期,合同开始日期,合同结束日期"
PERSONS = "公民身份号码,姓名,学历,毕业院校,毕业日期"
CODE = a_credit_code(1)
WHO, OTHER = an_id_number(1), an_id_number(2)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "facts.csv"


async def contribution(world: World, file: Path, *rows: str, **more: Any) -> LoadResult:
    path = write_csv_lines(file, INSURED, *rows)
    return await load_fact_file(world.service, path, FactKind.INSURANCE_CONTRIBUTION, **more)


async def on_file(world: World) -> list[tuple[date, str, date, bool]]:
    rows = await world.load_rows(InsuranceContribution)
    return sorted((r.month, r.source, r.as_of, r.void) for r in rows)


async def test_x13_each_kind_of_fact_is_mirrored_with_source_and_date(
    world: World, file: Path
) -> None:
    service = world.service
    await world.add_person(1)
    rows = {
        FactKind.INSURANCE_CONTRIBUTION: (INSURED, f"{WHO},,2024-10,{CODE},"),
        FactKind.UNEMPLOYMENT_REGISTRATION: (UNEMPLOYED, f"{WHO},,2024-01-01,"),
        FactKind.TRANSFER_EMPLOYMENT: (TRANSFERRED, f"{WHO},见习生1,2024-03-01,长春"),
        FactKind.LABOUR_CONTRACT: (CONTRACTS, f"{WHO},,{CODE},2024-11-01,2024-11-01,无固定期限"),
    }
    for kind, lines in rows.items():
        assert (await load_fact_file(service, write_csv_lines(file, *lines), kind)).new == 1
    for table in (
        InsuranceContribution,
        UnemploymentRegistration,
        TransferEmployment,
        LabourContract,
    ):
        (row,) = await world.load_rows(table)
        assert (row.source, row.as_of, row.void, row.region) == ("社保局", AS_OF, False, "220104")
    (contract,) = await world.load_rows(LabourContract)
    assert (contract.open_ended, contract.ends_on) == (True, None)
    notes = {note.kind: note.latest for note in await world.load_rows(FactLoad)}
    assert notes[FactKind.INSURANCE_CONTRIBUTION] == date(2024, 10, 1)
    assert notes.keys() == rows.keys()


async def test_x13_the_same_file_twice_changes_nothing(world: World, file: Path) -> None:
    rows = [f"{WHO},见习生1,2024-{month:02},{CODE}," for month in range(1, 13)]
    first = await contribution(world, file, *rows)
    before = await world.load_rows(InsuranceContribution)
    again = await contribution(world, file, *rows)
    assert (first.new, first.persons) == (12, 1)
    assert again == LoadResult(same=12)
    after = await world.load_rows(InsuranceContribution)
    assert {(r.id, r.as_of) for r in before} == {(r.id, r.as_of) for r in after}
    assert len(await world.load_rows(FactLoad)) == 1


async def test_x13_a_newer_file_corrects_and_an_older_one_changes_nothing(
    world: World, file: Path
) -> None:
    row = f"{WHO},见习生1,2024-10,{CODE}"
    newer, older = date(2025, 3, 5), date(2025, 2, 1)
    assert (await contribution(world, file, f"{row},")).new == 1
    assert (await contribution(world, file, f"{row},是", as_of=newer)).changed == 1
    taken_back = [(date(2024, 10, 1), "社保局", newer, True)]
    assert await on_file(world) == taken_back
    assert (await contribution(world, file, f"{row},", as_of=older)).kept == 1
    assert (await contribution(world, file, f"{row},", as_of=newer, source="别处")).kept == 1
    assert await on_file(world) == taken_back
    assert (await contribution(world, file, f"{row},", as_of=newer)).changed == 1
    assert (await contribution(world, file, f"{row},", as_of=date(2025, 3, 6))).confirmed == 1
    assert await on_file(world) == [(date(2024, 10, 1), "社保局", date(2025, 3, 6), False)]


async def test_x13_a_later_file_ends_a_registration(world: World, file: Path) -> None:
    kind = FactKind.UNEMPLOYMENT_REGISTRATION
    await load_fact_file(
        world.service,
        write_csv_lines(file, UNEMPLOYED, f"{WHO},见习生1,2024-01-01,"),
        kind,
        as_of=AS_OF,
    )
    path = write_csv_lines(file, UNEMPLOYED, f"{WHO},见习生1,2024-01-01,2024-06-30")
    assert (await load_fact_file(world.service, path, kind, as_of=date(2025, 3, 2))).changed == 1
    (row,) = await world.load_rows(UnemploymentRegistration)
    assert (row.ended_on, row.as_of) == (date(2024, 6, 30), date(2025, 3, 2))


async def test_x13_a_file_with_faults_loads_nothing_and_tells_all_of_them(
    world: World, file: Path
) -> None:
    await world.add_person(1)
    told = ReportedFaults()
    rows = [
        f"{WHO},见习生1,2024-10,{CODE},",
        f"{WHO},见习生1,2024-99,{CODE},",
        "",
        f"{WHO},另一人,2024-11,{CODE},",
        f"{OTHER},,2024-11,{CODE},",
        f"{WHO},见习生1,2024-10,{CODE},是",
        f"{WHO},见习生1,2024-12",
    ]
    with pytest.raises(FactsRefusedError):
        await contribution(world, file, *rows, told=told)
    assert sorted(told.reasons) == [
        (3, "NOT_A_MONTH", "month"),
        (5, "NAME_DIFFERS", "name"),
        (6, "PERSON_UNNAMED", "name"),
        (7, "FACT_CONTRADICTED", ""),
        (8, "CELLS_DIFFER", ""),
    ]
    assert await world.load_rows(InsuranceContribution) == []
    assert await world.load_rows(FactLoad) == []
    assert len(await world.load_rows(Person)) == 1


async def test_x13_bad_rows_are_passed_over_where_that_is_asked_for(
    world: World, file: Path
) -> None:
    rows = [
        f"{WHO},见习生1,2024-10,{CODE},",
        f"{WHO},见习生1,2024-99,{CODE},",
        f"{WHO},见习生1,2024-10,{CODE},",
        f"{OTHER},,2024-11,{CODE},",
    ]
    found = await contribution(world, file, *rows, keep_going=True)
    assert (found.new, found.same, found.refused) == (1, 1, 2)
    assert len(await world.load_rows(InsuranceContribution)) == 1
    (note,) = await world.load_rows(FactLoad)
    assert (note.loaded, note.refused) == (2, 2)


async def test_x13_who_is_not_on_file_is_put_there_so_that_no_fact_is_lost(
    world: World, file: Path
) -> None:
    """J16: a unit finds the person only once they have completed their own information."""
    rows = [f"{OTHER},李四,2024-{month:02},{CODE}," for month in (9, 10)]
    assert (await contribution(world, file, *rows)).persons == 1
    (person,) = await world.load_rows(Person)
    assert (person.name, person.region, person.birth_date) == (
        "李四",
        "220104",
        date(2003, 5, 4),
    )
    assert (person.source, person.as_of, person.completed_at) == ("社保局", AS_OF, None)
    assert person.id_number_masked == f"{OTHER[:2]}{'*' * 15}{OTHER[-1]}"
    assert world.open_sealed(Person.id_number_sealed, person) == OTHER
    wanted = {"idNumber": OTHER, "name": "李四"}
    found = await world.mutate("lookUpPerson", wanted, "unit")
    assert found["reason"] == "PERSON_NOT_ON_FILE"


async def test_x18_a_number_of_15_digits_finds_the_person_of_18(world: World, file: Path) -> None:
    old = an_id_number(1, date(1985, 5, 4))
    await world.add_person(1, born=date(1985, 5, 4))
    found = await contribution(world, file, f"{old[:6]}{old[8:17]},见习生1,2024-10,{CODE},")
    assert (found.new, found.persons) == (1, 0)


async def test_x13_persons_are_mirrored_but_what_they_said_themselves_stands(
    world: World, file: Path
) -> None:
    await world.add_person(1, education=Education.BACHELOR, graduated_on=None)
    rows = [f"{WHO},见习生1,大学本科,吉林大学,2024-06-30", f"{OTHER},李四,大专,,2023-06-30"]
    path = write_csv_lines(file, PERSONS, *rows)
    found = await load_fact_file(world.service, path, FactKind.PERSON)
    assert (found.new, found.changed) == (1, 1)
    assert await load_fact_file(world.service, path, FactKind.PERSON) == LoadResult(same=2)
    rows = [f"{WHO},见习生1,硕士,吉林大学,2020-06-30", f"{OTHER},李四,本科,,2024-06-30"]
    path = write_csv_lines(file, PERSONS, *rows)
    later = await load_fact_file(world.service, path, FactKind.PERSON, as_of=date(2025, 3, 9))
    assert (later.kept, later.changed) == (1, 1)
    own, mirrored = sorted(
        await world.load_rows(Person), key=lambda person: person.name, reverse=True
    )
    assert (own.education, own.school, own.graduated_on) == (
        Education.BACHELOR,
        "吉林大学",
        date(2024, 6, 30),
    )
    assert (mirrored.education, mirrored.graduated_on, mirrored.version) == (
        Education.BACHELOR,
        date(2024, 6, 30),
        2,
    )


async def test_x13_what_a_file_tells_of_a_person_is_merged_column_by_column_and_day_by_day(
    world: World, file: Path
) -> None:
    """Who was put on file by another load that day lacks nothing that is told of them."""
    await contribution(world, file, f"{WHO},张三,2024-10,{CODE},", source="社保局")

    async def tell(told: str, as_of: date, source: str) -> tuple[object, ...]:
        path = write_csv_lines(file, PERSONS, f"{WHO},张三,{told}")
        await load_fact_file(world.service, path, FactKind.PERSON, as_of=as_of, source=source)
        (row,) = await world.load_rows(Person)
        return row.education, row.school, row.graduated_on

    day, older, newer = AS_OF, date(2024, 12, 1), date(2025, 3, 2)
    graduated = date(2024, 7, 1)
    assert await tell("大学本科,,", day, "教育局") == (Education.BACHELOR, None, None)
    assert await tell("大学专科,吉林大学,", older, "教育局") == (
        Education.BACHELOR,
        "吉林大学",
        None,
    )
    assert await tell(",,2024-07-01", older, "人社局") == (
        Education.BACHELOR,
        "吉林大学",
        graduated,
    )
    assert await tell(",东北师范大学,", date(2025, 1, 1), "教育局") == (
        Education.BACHELOR,
        "东北师范大学",
        graduated,
    )
    assert await tell("大学专科,,", day, "人社局") == (
        Education.BACHELOR,
        "东北师范大学",
        graduated,
    )
    assert await tell("大学专科,,", newer, "人社局") == (
        Education.JUNIOR_COLLEGE,
        "东北师范大学",
        graduated,
    )


async def test_x13_a_file_in_gb_18030_is_read_as_it_is(world: World, file: Path) -> None:
    path = write_csv_lines(file, INSURED, f"{WHO},张三丰,2024-10,{CODE},", encoding="gb18030")
    await load_fact_file(world.service, path, FactKind.INSURANCE_CONTRIBUTION)
    (person,) = await world.load_rows(Person)
    assert person.name == "张三丰"


async def test_x12_many_who_load_the_same_file_at_once_load_it_once(
    world: World, file: Path
) -> None:
    path = write_csv_lines(
        file, INSURED, *(f"{WHO},见习生1,2024-{n:02},{CODE}," for n in range(1, 13))
    )
    loads = [load_fact_file(world.service, path, FactKind.INSURANCE_CONTRIBUTION) for _ in range(8)]
    found = await asyncio.gather(*loads)
    assert sorted(each.new for each in found) == [0] * 7 + [12]
    assert len(await world.load_rows(InsuranceContribution)) == 12


async def test_x10_facts_are_for_those_who_decide_about_the_person(
    world: World, file: Path
) -> None:
    """A unit reads no fact but those of persons whom its own decision is about."""
    await contribution(world, file, f"{WHO},见习生1,2024-10,{CODE},")
    assert len(await world.load_rows(InsuranceContribution)) == 1
    listed = "{ persons { edges { node { name } } } }"
    assert (await world.ask(listed, "unit")).only == {"edges": []}
    assert len((await world.ask(listed, "officer")).only["edges"]) == 1


async def ready(world: World) -> InternshipScenario:
    chain = InternshipScenario(world)
    await chain.approve_declaration()
    await chain.add_post()
    return chain


async def answered(world: World, terms: dict[str, Any]) -> FoundFaults:
    """Add an intern, and give what was wrong; nothing where it went well."""
    result = await world.mutate("addIntern", terms, "unit")
    return [] if result["__typename"] == "InternPayload" else list_refusal_reasons(result)


@pytest.mark.parametrize(
    ("month", "void", "told"),
    [
        ("2024-06", "", [("INSURED", "input.category")]),
        ("2024-07", "", [("INSURED", "input.category")]),
        ("2024-08", "", []),
        ("2024-06", "是", []),
    ],
)
async def test_j17_a_graduate_with_a_contribution_loaded_up_to_the_agreement_is_refused(
    world: World, file: Path, month: str, void: str, told: list[tuple[str, str]]
) -> None:
    chain = await ready(world)
    await world.add_person(1)
    await contribution(world, file, f"{WHO},见习生1,{month},{CODE},{void}")
    assert await answered(world, chain.build_terms(1)) == told


async def test_j17_a_contribution_loaded_after_submission_stops_the_approval(
    world: World, file: Path
) -> None:
    chain = await ready(world)
    row = await chain.add_intern(1)
    row = await chain.run_step("submitIntern", to_decision(row), "unit", "intern")
    await contribution(world, file, f"{WHO},见习生1,2024-07,{CODE},")
    assert await assert_refused(world, "approveIntern", to_decision(row), "officer") == [
        ("INSURED", "input.category")
    ]


@pytest.mark.parametrize(
    ("spell", "insured", "told"),
    [
        ("2024-01-01,", None, []),
        ("2024-01-01,2024-07-14", None, ["NOT_REGISTERED_UNEMPLOYED"]),
        ("2024-07-16,", None, ["NOT_REGISTERED_UNEMPLOYED"]),
        ("2024-01-01,", "2024-06", []),
        ("2024-01-01,", "2024-07", ["INSURED"]),
    ],
)
async def test_j17_youth_are_registered_unemployed_and_uninsured_as_the_files_say(
    world: World, file: Path, spell: str, insured: str | None, told: list[str]
) -> None:
    """The agreement is signed on 2024-07-15; insurance may have stopped before."""
    chain = await ready(world)
    await world.add_person(1)
    path = write_csv_lines(file, UNEMPLOYED, f"{WHO},见习生1,{spell}")
    await load_fact_file(world.service, path, FactKind.UNEMPLOYMENT_REGISTRATION)
    if insured:
        await contribution(world, file, f"{WHO},见习生1,{insured},{CODE},")
    terms = chain.build_terms(1, category="UNEMPLOYED_YOUTH")
    assert [reason for reason, _ in await answered(world, terms)] == told
