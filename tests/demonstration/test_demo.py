"""The demonstration: the same everywhere, true to the rules, and as it introduces itself."""

import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import create_async_engine

from demonstration import demo
from demonstration.data.account import PASSWORD, SICHUAN_DISTRICT
from demonstration.data.place import TOUR_REGION
from demonstration.data.tour_reserve import (
    CONTRACT_ENDS,
    MAX_TOURS,
    build_hired_persons,
    build_unit_code,
)
from demonstration.demo import Demonstration
from gateways.seal import Seal
from models import (
    Account,
    BankAccount,
    Base,
    DatabaseRole,
    InternCategory,
    LineState,
    Person,
    Role,
    Status,
    locate_sealed,
)
from rules.internship.intern import (
    PersonRecords,
    ProposedTerm,
    find_category_faults,
    find_term_faults,
)
from rules.internship.mentoring import ContractRecord
from rules.internship.monthly_report import assess_report
from rules.kernel.identity import (
    parse_account_number,
    parse_card_number,
    parse_credit_code,
    parse_id_number,
)
from rules.kernel.parameter import Parameter, Policy
from server.cli.verify import verify_installation
from server.http.app import create_app
from server.settings.settings import Settings
from tests.factories.database import Database, TestCluster
from tests.factories.world import a_world

TODAY = date(2026, 11, 1)
ADDRESS = "http://127.0.0.1:8123"
Rows = list[dict[str, Any]]
Told = dict[str, Rows]


def settings_for(database: Database, home: Path) -> Settings:
    return Settings(
        database_url=SecretStr(database.url),
        database_owner_url=SecretStr(database.owner_url),
        database_sign_in_url=SecretStr(database.urls_beside[DatabaseRole.SIGN_IN]),
        database_administration_url=SecretStr(database.administration_url),
        jiuye_home=home,
    )


async def everything(database: Database) -> Told:
    # The role that writes accounts: the service's does not read password hashes.
    engine = create_async_engine(database.administration_url)
    found: Told = {}
    async with engine.connect() as connection:
        for name, value in demo.NATIONWIDE_ACTOR.to_settings().items():
            await connection.exec_driver_sql(f"SELECT set_config('app.{name}', '{value}', true)")
        for table in Base.metadata.sorted_tables:
            ordered = select(table).order_by(*table.primary_key)
            rows = (await connection.execute(ordered)).mappings()
            found[table.name] = [dict(row) for row in rows]
    await engine.dispose()
    return found


@asynccontextmanager
async def loaded(cluster: TestCluster, home: Path) -> AsyncIterator[tuple[Settings, Told]]:
    async with cluster.clone_database() as database:
        settings = settings_for(database, home)
        assert await demo.load_demonstration(settings) is Demonstration.LOADED
        yield settings, await everything(database)


@pytest.fixture(scope="module")
async def first(
    cluster: TestCluster, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Settings, Told]]:
    async with loaded(cluster, tmp_path_factory.mktemp("first")) as made:
        yield made


@pytest.fixture
def told(first: tuple[Settings, Told]) -> Told:
    return first[1]


@pytest.fixture
def settings(first: tuple[Settings, Told]) -> Settings:
    return first[0]


@pytest.fixture
def policy(told: Told) -> Policy:
    columns = ("id", "key", "region", "category", "value", "unit", "source", "confirmed")
    dates = ("effective_from", "effective_to")
    return Policy(
        Parameter(
            **{name: row[name] for name in (*columns, *dates)},
            approved_at=row["decided_at"],
        )
        for row in told["parameter"]
        if row["status"] == "APPROVED"
    )


def by_id(rows: Rows) -> dict[Any, dict[str, Any]]:
    return {row["id"]: row for row in rows}


async def test_it_is_loaded_once(settings: Settings) -> None:
    assert await demo.load_demonstration(settings) is Demonstration.THERE


async def test_it_is_kept_off_a_database_with_accounts_of_its_own(
    database: Database, tmp_path: Path
) -> None:
    """Also where one of them has a name of the demonstration's."""
    async with a_world(database) as world:
        await world.add_unit(demo.FIRST_ACCOUNT)
        settings = settings_for(database, tmp_path)
        assert await demo.load_demonstration(settings) is Demonstration.BARRED
        left_out = settings.model_copy(update={"demo": False})
        assert await demo.load_demonstration(left_out) is Demonstration.OFF
        assert (
            len([row for row in await world.load_rows(Account) if row.role is not Role.SYSTEM]) == 1
        )
    said = demo.build_introduction(settings, ADDRESS, Demonstration.BARRED)
    assert "accounts of its own" in said
    assert PASSWORD not in said


@pytest.mark.slow
async def test_it_is_the_same_with_other_keys_on_another_machine(
    cluster: TestCluster, tmp_path: Path, told: Told
) -> None:
    def comparable(table: Table, rows: Rows) -> Rows:
        kept = [c.name for c in table.columns if not re.search("sealed|index|hash|key_id", c.name)]
        return [{name: row[name] for name in kept} for row in rows]

    async with loaded(cluster, tmp_path) as (_, again):
        for table in Base.metadata.sorted_tables:
            ours, theirs = told[table.name], again[table.name]
            assert comparable(table, ours) == comparable(table, theirs)


async def test_its_ids_are_shaped_like_the_service_s_own(told: Told) -> None:
    tables = ("unit", "person", "account", "declaration", "intern", "monthly_report", "history")
    assert {row["id"].version for name in tables for row in told[name]} == {7}


async def test_j17_every_intern_fulfils_the_conditions_of_their_category(
    told: Told, policy: Policy
) -> None:
    persons = by_id(told["person"])
    for intern in told["intern"]:
        person = persons[intern["person_id"]]
        own = [row for row in told["insurance_contribution"] if row["person_id"] == person["id"]]
        out = [r for r in told["unemployment_registration"] if r["person_id"] == person["id"]]
        known = PersonRecords(
            birth_date=person["birth_date"],
            education=person["education"],
            graduated_on=person["graduated_on"],
            insured_months=[row["month"] for row in own],
            unemployed=[(row["registered_on"], row["ended_on"]) for row in out],
        )
        where, on = intern["region"], intern["agreed_on"]
        dates = ProposedTerm(on, intern["starts_on"], intern["ends_on"])
        assert not list(find_category_faults(intern["category"], known, on, where, policy))
        assert not list(find_term_faults(dates, where, TODAY, policy))
    assert {intern["category"] for intern in told["intern"]} == set(InternCategory)


async def test_j23_every_standing_intern_is_counted_and_those_of_2024_have_ended(
    told: Told,
) -> None:
    """J19: each by a reduction that was approved; one more waits for review."""
    standing = [r for r in told["intern"] if r["status"] in {"SUBMITTED", "RETURNED", "APPROVED"}]
    terms = {row["intern_id"]: row for row in told["internship_term"]}
    assert terms.keys() == {row["id"] for row in standing}
    for intern in standing:
        days = terms[intern["id"]]["term"]
        assert (days.lower, days.upper - timedelta(days=1)) == (
            intern["starts_on"],
            intern["ends_on"],
        )
    ended = {row["id"]: row for row in told["intern"] if row["starts_on"].year == 2024}
    approved = [row for row in told["reduction"] if row["status"] is Status.APPROVED]
    assert {row["intern_id"] for row in approved} == ended.keys()
    for row in approved:
        kept = ("ended_on", "end_reason", "destination")
        assert [row[name] for name in kept] == [ended[row["intern_id"]][name] for name in kept]
    assert [row["status"] for row in told["reduction"] if row not in approved] == ["SUBMITTED"]


async def test_j27_every_amount_is_what_the_rule_computes(told: Told, policy: Policy) -> None:
    interns = by_id(told["intern"])
    reasons: Counter[str] = Counter()
    for row in told["monthly_report"]:
        category = interns[row["intern_id"]]["category"]
        figures = (row["days_attended"], row["wage_paid"])
        found = assess_report(category, row["region"], row["month"], *figures, policy)
        assert row["payable_subsidy"] == found.payable
        assert row["assessment"] == found.explanation
        reasons.update(found.why or ["PAYABLE"])
    assert set(reasons) == {"PAYABLE", "WAGE_BELOW_FLOOR", "TOO_FEW_DAYS"}
    assert reasons["PAYABLE"] > 0.75 * len(told["monthly_report"])


async def test_x13_every_fact_names_its_source_and_its_day(told: Told) -> None:
    for name in ("insurance_contribution", "labour_contract", "unemployment_registration"):
        assert told[name]
        assert all(row["source"] and row["as_of"] for row in told[name])


async def test_x15_lines_hold_reports_and_claims_add_up(told: Told) -> None:
    claims, reports = by_id(told["claim"]), by_id(told["monthly_report"])
    lines = by_id(told["claim_line"])
    holding = {Status.SUBMITTED, Status.RETURNED, Status.APPROVED}
    for row in told["claimed_report"]:
        line = lines[row["line_id"]]
        claim = claims[line["claim_id"]]
        held = claim["status"] in holding and line["state"] == LineState.OPEN
        assert row["held"] == held
        assert not held or reports[row["report_id"]]["held_by"] == line["id"]
    held_by = {row["held_by"] for row in reports.values()} - {None}
    assert held_by == {row["line_id"] for row in told["claimed_report"] if row["held"]}
    for claim in claims.values():
        own = [line for line in lines.values() if line["claim_id"] == claim["id"]]
        standing = [line["amount"] for line in own if line["state"] == LineState.OPEN]
        assert claim["amount"] == sum(standing, Decimal(0)) > 0
        assert all(parameter["confirmed"] for parameter in claim["parameters"])


async def test_it_shows_records_in_every_state_that_there_is_by_now(told: Told) -> None:
    def states(name: str) -> set[Status]:
        return {row["status"] for row in told[name]}

    by_owner = {Status.DRAFT, Status.SUBMITTED, Status.RETURNED, Status.APPROVED}
    assert states("declaration") == by_owner | {Status.WITHDRAWN}
    assert states("intern") == by_owner | {Status.REFUSED}
    assert states("monthly_report") == by_owner
    assert states("claim") == by_owner | {Status.REFUSED, Status.WITHDRAWN}
    main = next(row["unit_id"] for row in told["account"] if row["username"] == "unit")
    own = {row["status"] for row in told["claim"] if row["unit_id"] == main}
    assert own == by_owner | {Status.REFUSED, Status.WITHDRAWN}


async def test_j28_the_officer_finds_reports_that_wait_for_review(settings: Settings) -> None:
    query = "{ monthlyReports(first: 20, status: [SUBMITTED]) { totalCount } }"
    async with service(settings) as http:
        sign_in = demo.SIGN_IN_MUTATION.format(account="officer", password=PASSWORD)
        token = (await asked(http, sign_in))["signIn"]["accessToken"]
        assert (await asked(http, query, token))["monthlyReports"]["totalCount"] == 5


async def test_whoever_signs_in_has_a_name_of_their_own(told: Told) -> None:
    people = [row for row in told["account"] if row["role"] is not Role.SYSTEM]
    assert all(2 <= len(row["name"]) <= 3 for row in people)


async def test_x2_nobody_decided_on_what_they_submitted(told: Told) -> None:
    for name in ("declaration", "intern", "monthly_report", "claim"):
        decided = [row for row in told[name] if row["reviewed_by"]]
        assert decided
        assert all(row["reviewed_by"] != row["submitted_by"] for row in decided)
    proposed = [row for row in told["parameter"] if row["proposed_by"]]
    assert {row["region"] for row in proposed} == {"220000"}
    assert all(row["proposed_by"] != row["decided_by"] for row in proposed)


async def test_x9_the_history_leads_to_where_each_record_stands(told: Told) -> None:
    for name in ("declaration", "intern", "monthly_report", "claim"):
        last = {r["record_id"]: r["to_status"] for r in told["history"] if r["to_status"]}
        assert all(last[row["id"]] == row["status"] for row in told[name])
        assert all(row["updated_at"] >= row["created_at"] for row in told[name])


async def test_x9_its_history_is_chained_and_verified(settings: Settings) -> None:
    found = await verify_installation(settings, None)
    assert found.entries > 0
    assert found.broken == []


async def test_x18_its_numbers_are_valid_and_nobody_s(settings: Settings, told: Told) -> None:
    seal = Seal(settings.key_ring)
    for person in told["person"]:
        number = seal.open_sealed(
            locate_sealed(Person.id_number_sealed, person["id"]), person["id_number_sealed"]
        )
        assert parse_id_number(number, TODAY) == number
        assert number[:6] == "229900"
    assert len({row["id_number_index"] for row in told["person"]}) == len(told["person"])
    for unit in told["unit"]:
        assert parse_credit_code(unit["credit_code"]) == unit["credit_code"]
    for account in told["bank_account"]:
        number = seal.open_sealed(
            locate_sealed(BankAccount.number_sealed, (account["unit_id"], account["id"])),
            account["number_sealed"],
        )
        assert parse_card_number(number) == parse_account_number(number) == number


async def test_j1_units_of_the_tour_have_yet_to_register(told: Told) -> None:
    codes = {parse_credit_code(build_unit_code(number)) for number in range(1, MAX_TOURS + 1)}
    assert len(codes) == MAX_TOURS
    assert not codes & {row["credit_code"] for row in told["unit"]}
    assert TOUR_REGION not in {row["region"] for row in told["unit"]}
    assert not any(row["username"].startswith("tour") for row in told["account"])


async def test_j34_whom_they_will_keep_is_on_file_and_one_of_three_falls_a_day_short(
    told: Told,
) -> None:
    for number in range(1, MAX_TOURS + 1):
        employed = [
            row
            for row in told["labour_contract"]
            if row["employer_credit_code"] == build_unit_code(number)
        ]
        assert Counter(row["ends_on"] for row in employed) == Counter(CONTRACT_ENDS)
        assert sum(contract_of(row).is_at_least(12) for row in employed) == 2
        insured = {
            row["person_id"]
            for row in told["insurance_contribution"]
            if row["employer_credit_code"] == build_unit_code(number)
        }
        assert insured == {row["person_id"] for row in employed}


async def test_j16_one_of_them_has_yet_to_complete_their_information(told: Told) -> None:
    persons = by_id(told["person"])
    for number in range(1, MAX_TOURS + 1):
        theirs = [
            persons[row["person_id"]]
            for row in told["labour_contract"]
            if row["employer_credit_code"] == build_unit_code(number)
        ]
        assert [row["completed_at"] is None for row in theirs].count(True) == 1


async def test_j16_whom_an_enterprise_of_the_tour_hires_is_on_file_but_for_the_last(
    told: Told,
) -> None:
    """X13: facts put that one on file, and nothing is known of the others before the tour."""
    on_file = {row["birth_date"]: row for row in told["person"]}
    for number in range(1, MAX_TOURS + 1):
        *known, last = build_hired_persons(number)
        assert last.born not in on_file
        rows = [on_file[who.born] for who in known]
        assert [row["name"] for row in rows] == [who.name for who in known]
        assert all(row["completed_at"] and row["region"] == SICHUAN_DISTRICT for row in rows)
    assert told["fact_load"] == []


def contract_of(row: dict[str, Any]) -> ContractRecord:
    return ContractRecord(**{f.name: row[f.name] for f in fields(ContractRecord)})


@asynccontextmanager
async def service(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://demo") as http,
    ):
        yield http


async def asked(http: httpx.AsyncClient, query: str, token: str = "") -> dict[str, Any]:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    response = await http.post("/graphql", json={"query": query}, headers=headers)
    body: dict[str, Any] = response.json()
    assert "errors" not in body, body
    data: dict[str, Any] = body["data"]
    return data


async def test_what_it_introduces_is_true(settings: Settings) -> None:
    said = demo.build_introduction(settings, ADDRESS, Demonstration.THERE)
    assert f"Open {ADDRESS}/graphql" in said
    assert PASSWORD in said
    mutation = next(line for line in said.splitlines() if line.startswith("mutation"))
    assert said.endswith(f"\n\n{demo.STOP_HINT}")
    before, _, rest = said.removesuffix(demo.STOP_HINT).partition("{ claims")
    query = f"{{ claims{rest}"
    named = re.findall(r"^  ([a-z0-9-]+) +\S", before, re.MULTILINE)
    assert named == list(demo.DESCRIPTION_BY_ACCOUNT)
    async with service(settings) as http:
        for account in named:
            signed_in = await asked(http, mutation.replace('"unit"', f'"{account}"'))
            token = signed_in["signIn"]["accessToken"]
            edges = (await asked(http, query, token))["claims"]["edges"]
            without = {"person", "newcomer", "agent", "reporting"}
            assert bool(edges) == (account not in without), account


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({}, f"Open {ADDRESS}/graphql"),
        ({"introspection": False}, f"Send GraphQL to {ADDRESS}/graphql (INTROSPECTION=false"),
        ({"host": "::"}, "HOST=::: other machines"),
        ({"entrance": "internet"}, "ENTRANCE=internet: "),
        ({"worker": False}, "WORKER=false: no rosters are checked"),
    ],
)
def test_what_settings_leave_out_is_told(
    settings: Settings, setting: dict[str, Any], words: str
) -> None:
    own = settings.model_copy(update=setting)
    said = demo.build_introduction(own, ADDRESS, Demonstration.OFF)
    assert words in said
    assert (PASSWORD in said, said.endswith(demo.STOP_HINT)) == (False, True)
    left = demo.build_introduction(settings, ADDRESS, Demonstration.OFF)
    assert not setting or words not in left


async def test_its_claims_can_be_carried_on(settings: Settings) -> None:
    """A draft can be submitted and what is submitted approved, as with records made by hand."""
    own = "{ claims(first: 100) { edges { node { id version status } } } }"
    moves = [("unit", "DRAFT", "submitClaim"), ("officer-2", "SUBMITTED", "approveClaim")]
    async with service(settings) as http:
        for account, status, move in moves:
            sign_in = demo.SIGN_IN_MUTATION.format(account=account, password=PASSWORD)
            token = (await asked(http, sign_in))["signIn"]["accessToken"]
            edges = (await asked(http, own, token))["claims"]["edges"]
            nodes = [edge["node"] for edge in edges if edge["node"]["status"] == status]
            assert nodes
            for node in nodes:
                given = f'input: {{id: "{node["id"]}", version: {node["version"]}}}'
                answer = "{ __typename ... on Problem { message } }"
                made = await asked(http, f"mutation {{ {move}({given}) {answer} }}", token)
                assert made[move]["__typename"] == "ClaimPayload", made


def test_x26_what_was_submitted_has_a_number_and_the_next_one_follows(told: Told) -> None:
    numbers = []
    for table in ("declaration", "intern", "claim"):
        for row in told[table]:
            assert (row["business_number"] is None) == (row["submitted_at"] is None), table
            numbers += [row["business_number"]] if row["business_number"] else []
    assert len(set(numbers)) == len(numbers) > 0
    last = {name.rpartition("-")[0]: int(name.rpartition("-")[2]) for name in sorted(numbers)}
    assert all(sum(n.startswith(f"{series}-") for n in numbers) == last[series] for series in last)
