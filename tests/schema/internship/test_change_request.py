"""Change after approval: by request, reviewed, the old values standing until then (X16, J40)."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from models import (
    AttachedTo,
    BankAccount,
    ChangeRequest,
    Declaration,
    DeclarationStaff,
    History,
    Intern,
    InternshipTerm,
    MonthlyReport,
    Person,
    Post,
    Status,
    Unit,
    locate_sealed,
)
from tests.factories.internship_scenario import (
    ACCOUNT_DRAFT,
    DECLARATION_DRAFT,
    POST_DRAFT,
    InternshipScenario,
    to_decision,
)
from tests.factories.refusal import assert_nothing_written, assert_refused, try_mutation
from tests.factories.rows import NATIONWIDE_ACTOR, an_attachment
from tests.factories.story import story
from tests.factories.world import World, build_global_id
from tests.schema.internship.test_post import reviewed_posts

REQUEST = """... on ChangeRequestPayload { changeRequest { id version status record motive
  takesEffectOn changes { field before after } changedRecord { __typename id } } }"""
WHY = {"reason": "材料不符"}
FIGURES = ("plannedInterns", "monthlyWage", "trainingPlan", "accidentInsurance")
STANDING = {
    "legalPersonType": "ENTERPRISE",
    "legalRepresentative": "赵法人",
    "industry": "制造业",
    "address": "人民大街1号",
    "employees": 120,
}
MALFORMED: dict[str, Any] = {"two records": {"post": {}, "unit": {}}, "no record": {}}


class Changing(InternshipScenario):
    """A unit that asks for changes of what is approved."""

    declaration: dict[str, Any]

    def terms_of(self, row: Any, **changes: Any) -> dict[str, Any]:
        terms = self.build_terms(1, **changes)
        return to_decision(row) | {n: terms[n] for n in terms if n not in {"idNumber", "name"}}

    async def asked(self, kind: str, values: Any) -> Any:
        """Ask for a change that the unit may ask for."""
        draft = {"change": {kind: values}, "motive": "协议变更"}
        result = await self.world.mutate("requestChange", draft, self.unit, REQUEST)
        assert result["__typename"] == "ChangeRequestPayload", result
        return result["changeRequest"]

    async def amend_request(self, row: Any, change: Any = None, **more: Any) -> Any:
        """Amend a request by what is given alone."""
        given = to_decision(row) | ({"change": change} if change else {}) | more
        result = await self.world.mutate("amendChangeRequest", given, self.unit, REQUEST)
        assert result["__typename"] == "ChangeRequestPayload", result
        return result["changeRequest"]

    async def sent(self, kind: str, values: Any) -> Any:
        row = await self.asked(kind, values)
        return await self.run_step(
            "submitChangeRequest", to_decision(row), self.unit, "changeRequest"
        )

    async def changed(self, kind: str, values: Any) -> Any:
        row = await self.sent(kind, values)
        return await self.run_step(
            "approveChangeRequest", to_decision(row), "officer", "changeRequest"
        )

    async def no(self, kind: str, values: Any) -> list[tuple[str, str]]:
        draft = {"change": {kind: values}, "motive": "协议变更"}
        found = await assert_refused(self.world, "requestChange", draft, self.unit)
        return [(reason, path.removeprefix(f"input.change.{kind}.")) for reason, path in found]

    async def add_post(self, **changes: Any) -> Any:
        """Add a post, and be approved (X1)."""
        row = await self.run_step("addPost", POST_DRAFT | changes, self.unit, "post")
        row = await self.run_step("submitPost", to_decision(row), self.unit, "post")
        self.post = await self.run_step("approvePost", to_decision(row), "officer", "post")
        return self.post

    async def another_post(self, name: str) -> Any:
        first = self.post
        try:
            return await self.add_post(name=name)
        finally:
            self.post = first

    async def one(self, table: Any) -> Any:
        (row,) = await self.world.load_rows(table)
        return row


@story
async def chain(world: World) -> Changing:
    made = Changing(world)
    made.declaration = await made.approve_declaration()
    await reviewed_posts(world)
    await made.add_post()
    return made


async def test_x16_the_old_values_stand_until_the_change_is_approved(chain: Changing) -> None:
    intern = await chain.approve_intern(1)
    row = await chain.asked("intern", chain.terms_of(intern, endsOn="2025-05-31"))
    assert row["changes"] == [{"field": "ends_on", "before": "2025-07-31", "after": "2025-05-31"}]
    assert row["record"] == "INTERN"
    assert row["changedRecord"] == {"__typename": "Intern", "id": intern["id"]}
    row = await chain.run_step("submitChangeRequest", to_decision(row), "unit", "changeRequest")
    assert (await chain.one(Intern)).ends_on == date(2025, 7, 31)
    await chain.run_step("approveChangeRequest", to_decision(row), "officer", "changeRequest")
    assert (await chain.one(Intern)).ends_on == date(2025, 5, 31)
    assert (await chain.one(Intern)).status is Status.APPROVED


async def test_x16_a_refused_or_withdrawn_request_changes_nothing(chain: Changing) -> None:
    intern = await chain.approve_intern(1)
    values = chain.terms_of(intern, endsOn="2025-05-31")
    row = await chain.sent("intern", values)
    await chain.run_step("refuseChangeRequest", to_decision(row) | WHY, "officer", "changeRequest")
    row = await chain.sent("intern", values)
    await chain.run_step("withdrawChangeRequest", to_decision(row), "unit", "changeRequest")
    assert (await chain.one(Intern)).ends_on == date(2025, 7, 31)


async def test_x16_a_returned_request_is_amended_and_sent_again(chain: Changing) -> None:
    intern = await chain.approve_intern(1)
    row = await chain.sent("intern", chain.terms_of(intern, endsOn="2025-05-31"))
    row = await chain.run_step(
        "returnChangeRequest", to_decision(row) | WHY, "officer", "changeRequest"
    )
    amended = {"change": {"intern": chain.terms_of(intern, endsOn="2025-06-30")}, "motive": "更正"}
    row = await chain.run_step(
        "amendChangeRequest", to_decision(row) | amended, "unit", "changeRequest"
    )
    row = await chain.run_step("submitChangeRequest", to_decision(row), "unit", "changeRequest")
    await chain.run_step("approveChangeRequest", to_decision(row), "colleague", "changeRequest")
    assert (await chain.one(Intern)).ends_on == date(2025, 6, 30)


async def test_x16_an_amendment_keeps_what_the_request_asked_before(chain: Changing) -> None:
    """The name too, unless null takes it back; what was only repeated is read from the record."""
    row = await chain.asked("unit", await name_unit(chain) | {"name": "新名", "employees": 300})
    row = await chain.amend_request(
        row, {"unit": await name_unit(chain) | {"address": "解放路2号"}}
    )
    assert list_after(row) == {"name": "新名", "employees": "300", "address": "解放路2号"}
    async with AsyncSession(chain.world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        await session.execute(update(Unit).values(industry="服务业"))
    row = await chain.amend_request(row, {"unit": await name_unit(chain) | {"name": None}})
    assert list_after(row) == {"employees": "300", "address": "解放路2号"}
    again = await chain.amend_request(row, motive="另有原因")
    assert (list_after(again), again["motive"]) == (list_after(row), "另有原因")
    refused = await chain.world.mutate("amendChangeRequest", to_decision(again), "unit")
    assert refused["reason"] == "NOTHING_CHANGED"


async def test_x16_an_amendment_keeps_the_staff_that_the_request_asked_for(chain: Changing) -> None:
    staff = [{"name": "周新来", "duty": "带教", "mobile": "13800003333"}]
    named = to_decision(chain.declaration)
    row = await chain.asked("declaration", named | {"staff": staff})
    row = await chain.amend_request(row, {"declaration": named | {"plannedInterns": 12}})
    assert list_after(row).keys() == {"staff", "planned_interns"}
    row = await chain.run_step("submitChangeRequest", to_decision(row), "unit", "changeRequest")
    await chain.run_step("approveChangeRequest", to_decision(row), "officer", "changeRequest")
    assert (await chain.one(DeclarationStaff)).name == "周新来"


async def test_x16_an_amendment_keeps_the_day_of_a_move(chain: Changing) -> None:
    intern = await chain.approve_intern(1)
    other = await chain.another_post("运维岗")
    moved = to_decision(intern) | {"postId": other["id"], "takesEffectOn": "2025-03-03"}
    row = await chain.asked("intern", moved)
    ends = to_decision(intern) | {"endsOn": "2025-06-30"}
    row = await chain.amend_request(row, {"intern": ends})
    assert row["takesEffectOn"] == "2025-03-03"
    assert list_after(row) == {"post": "运维岗", "ends_on": "2025-06-30"}


async def name_unit(chain: Changing) -> dict[str, Any]:
    return {"id": await unit_id(chain), "version": (await chain.one(Unit)).version}


def list_after(row: Any) -> dict[str, str]:
    return {each["field"]: each["after"] for each in row["changes"]}


async def test_x16_declarations_posts_and_units_change_the_same_way(chain: Changing) -> None:
    figures = {name: DECLARATION_DRAFT[name] for name in FIGURES} | {"plannedInterns": 12}
    await chain.changed("declaration", to_decision(chain.declaration) | figures)
    await chain.changed("post", to_decision(chain.post) | POST_DRAFT | {"headcount": 8})
    unit = await chain.one(Unit)
    asked = {"id": await unit_id(chain), "version": unit.version} | STANDING | {"employees": 99}
    await chain.changed("unit", asked)
    assert (await chain.one(Unit)).employees == 99
    assert (await chain.one(Post)).headcount == 8
    assert (await told_declaration(chain))["plannedInterns"] == 12


async def unit_id(chain: Changing) -> str:
    answer = await chain.world.ask("{ viewer { unit { id } } }", "unit")
    identity: str = answer.only["unit"]["id"]
    return identity


async def told_declaration(chain: Changing) -> Any:
    query = "{ declarations { edges { node { plannedInterns status } } } }"
    ((edge),) = (await chain.world.ask(query, "unit")).only["edges"]
    return edge["node"]


async def test_x16_there_is_one_request_at_a_time_for_a_record(chain: Changing) -> None:
    intern = await chain.approve_intern(1)
    values = chain.terms_of(intern, endsOn="2025-05-31")
    await chain.asked("intern", values)
    draft = {"change": {"intern": values}, "motive": "又变更"}
    assert await assert_refused(chain.world, "requestChange", draft, "unit") == [
        ("CHANGE_PENDING", "input.change.intern")
    ]


async def test_x16_of_many_requests_at_once_one_wins(chain: Changing) -> None:
    intern = await chain.approve_intern(1)
    draft = {
        "change": {"intern": chain.terms_of(intern, endsOn="2025-05-31")},
        "motive": "变更",
    }
    do = chain.world.mutate
    results = await asyncio.gather(*(do("requestChange", draft, "unit") for _ in range(32)))
    won = [r for r in results if r["__typename"] == "ChangeRequestPayload"]
    assert len(won) == 1
    assert {r["reason"] for r in results if r not in won} == {"CHANGE_PENDING"}
    assert len(await chain.world.load_rows(ChangeRequest)) == 1


async def test_x16_only_what_is_approved_changes_by_request(chain: Changing) -> None:
    drafted = await chain.add_intern(1)
    values = chain.terms_of(drafted, endsOn="2025-05-31")
    assert await chain.no("intern", values) == [("WRONG_STATUS", "input.change.intern")]


async def test_x16_a_post_taken_without_review_is_changed_and_not_requested(world: World) -> None:
    """J10."""
    chain = Changing(world)
    await chain.approve_declaration()
    post = await InternshipScenario.add_post(chain)
    values = to_decision(post) | POST_DRAFT | {"headcount": 8}
    assert await chain.no("post", values) == [("WRONG_STATUS", "input.change.post")]


async def test_x16_a_request_is_judged_by_all_rules_of_the_record(chain: Changing) -> None:
    """J15, J17, J23: all faults at once, each in its place."""
    intern = await chain.approve_intern(1)
    wrong = chain.terms_of(intern, endsOn="2025-08-01", category="UNEMPLOYED_YOUTH")
    assert await chain.no("intern", wrong) == [
        ("TERM_TOO_LONG", "endsOn"),
        ("NOT_REGISTERED_UNEMPLOYED", "category"),
    ]
    assert await chain.no("intern", chain.terms_of(intern)) == [("CHANGE_NOTHING", "input")]
    stale = chain.terms_of(intern, endsOn="2025-05-31") | {"version": 1}
    result = await try_mutation(
        chain.world, "requestChange", {"change": {"intern": stale}, "motive": "变更"}, "unit"
    )
    assert (result["__typename"], result["path"]) == (
        "StaleVersion",
        ["input", "change", "intern", "id"],
    )


async def test_j11_a_post_does_not_take_the_name_of_another(chain: Changing) -> None:
    other = await chain.another_post("会计")
    values = to_decision(other) | POST_DRAFT | {"name": f" {POST_DRAFT['name']} "}
    assert await chain.no("post", values) == [("NAME_TAKEN", "name")]


async def test_x16_a_request_is_judged_again_when_it_is_approved(chain: Changing) -> None:
    post = await chain.another_post("会计")
    row = await chain.sent("post", to_decision(post) | POST_DRAFT | {"name": "出纳"})
    await chain.run_step("addPost", POST_DRAFT | {"name": "出纳"}, "unit", "post")
    assert await assert_refused(
        chain.world, "approveChangeRequest", to_decision(row), "officer"
    ) == [("NAME_TAKEN", "input.name")]


async def test_x16_a_request_against_values_that_have_changed_is_stale(chain: Changing) -> None:
    """X12: here the intern was revoked and corrected while the request waited."""
    intern = await chain.approve_intern(1)
    row = await chain.sent("intern", chain.terms_of(intern, endsOn="2025-05-31"))
    now = await chain.run_step("revokeIntern", to_decision(intern) | WHY, "officer", "intern")
    assert await assert_refused(
        chain.world, "approveChangeRequest", to_decision(row), "officer"
    ) == [("WRONG_STATUS", "input")]
    change = chain.terms_of(now, startsOn="2024-09-01")
    now = await chain.run_step("changeIntern", change, "unit", "intern")
    now = await chain.run_step("submitIntern", to_decision(now), "unit", "intern")
    await chain.run_step("approveIntern", to_decision(now), "officer", "intern")
    assert await assert_refused(
        chain.world, "approveChangeRequest", to_decision(row), "officer"
    ) == [("CHANGE_STALE", "input")]
    row = await chain.run_step(
        "returnChangeRequest", to_decision(row) | WHY, "officer", "changeRequest"
    )
    assert await assert_refused(chain.world, "submitChangeRequest", to_decision(row), "unit") == [
        ("CHANGE_STALE", "input")
    ]


async def test_x16_contact_data_changes_freely_and_makes_no_request_stale(
    chain: Changing,
) -> None:
    unit = await chain.one(Unit)
    values = {"id": await unit_id(chain), "version": unit.version} | STANDING
    row = await chain.sent("unit", values | {"employees": 99})
    contact = {"contactName": "新联系人", "contactMobile": "13900001111"}
    await chain.run_step("completeUnitProfile", values | contact, "unit", "unit")
    assert (await chain.one(Unit)).contact_name == "新联系人"
    await chain.run_step("approveChangeRequest", to_decision(row), "officer", "changeRequest")
    assert (await chain.one(Unit)).employees == 99


async def test_x16_what_a_unit_was_approved_on_changes_by_request_only(chain: Changing) -> None:
    unit = await chain.one(Unit)
    values = {"id": await unit_id(chain), "version": unit.version} | STANDING
    contact = {"contactName": "钱联系", "contactMobile": "13900001111"}
    asked = values | contact | {"employees": 99, "address": "新址"}
    assert await assert_refused(chain.world, "completeUnitProfile", asked, "unit") == [
        ("CHANGE_BY_REQUEST", "input.address"),
        ("CHANGE_BY_REQUEST", "input.employees"),
    ]


async def test_x16_remarks_and_the_staffs_mobile_change_freely(chain: Changing) -> None:
    """X11: of the mobile only the mask is shown, and neither value is in the history."""
    intern = await chain.approve_intern(1)
    (report,) = await chain.approve_reports("2024-08", intern)
    then = "... on MonthlyReportsPayload { monthlyReports { remarks status } }"
    asked = to_decision(report) | {"remarks": "补充说明"}
    result = await chain.world.mutate("changeRemarks", asked, "unit", then)
    assert result["monthlyReports"] == [{"remarks": "补充说明", "status": "APPROVED"}]
    staff = await chain.one(DeclarationStaff)
    query = "{ declarations { edges { node { staff { id } } } } }"
    ((edge),) = (await chain.world.ask(query, "unit")).only["edges"]
    asked = {"id": edge["node"]["staff"][0]["id"], "version": staff.version}
    then = "... on DeclarationStaffPayload { staff { mobileMasked } }"
    asked |= {"mobile": "13900001111"}
    result = await chain.world.mutate("changeStaffContact", asked, "unit", then)
    assert result["staff"] == {"mobileMasked": "139****1111"}


async def test_j23_a_changed_term_is_counted_anew_over_all_units(chain: Changing) -> None:
    await chain.world.add_unit("other")
    other = Changing(chain.world, "other")
    await other.approve_declaration()
    await other.add_post()
    intern = await chain.approve_intern(1, endsOn="2024-11-30")
    theirs = other.build_terms(1, startsOn="2024-12-01", endsOn="2025-03-31")
    row = await other.run_step("addIntern", theirs, "other", "intern")
    await other.run_step("submitIntern", to_decision(row), "other", "intern")
    longer = await chain.sent("intern", chain.terms_of(intern, endsOn="2024-12-31"))
    assert await assert_refused(
        chain.world, "approveChangeRequest", to_decision(longer), "officer"
    ) == [("TERM_OVERLAPS", "input")]
    await chain.run_step("withdrawChangeRequest", to_decision(longer), "unit", "changeRequest")
    await chain.changed("intern", chain.terms_of(intern, endsOn="2024-10-31"))
    terms = await chain.world.load_rows(InternshipTerm)
    assert sorted(sum(s.upper - s.lower for s in term.slots) for term in terms) == [90, 120]


async def test_x16_a_term_that_leaves_reported_months_out_is_refused(chain: Changing) -> None:
    intern = await chain.approve_intern(1)
    await chain.approve_reports("2024-11", intern)
    values = chain.terms_of(intern, endsOn="2024-10-31")
    assert await chain.no("intern", values) == [("MONTHS_REPORTED", "input.change.intern")]


async def test_x16_another_category_computes_the_months_anew(chain: Changing) -> None:
    """J17, J27: unless a claim holds them."""
    intern = await chain.approve_intern(1)
    person = (await chain.one(Intern)).person_id
    await chain.approve_reports("2024-08", intern)
    await unemployed(chain, person)
    values = chain.terms_of(intern, category="UNEMPLOYED_YOUTH")
    await chain.changed("intern", values)
    report = await chain.one(MonthlyReport)
    assert (report.status, f"{report.payable_subsidy}") == (Status.APPROVED, "1128.00")
    assert report.assessment["inputs"]["category"] == "UNEMPLOYED_YOUTH"


async def unemployed(chain: Changing, person_id: Any) -> None:
    (person,) = [p for p in await chain.world.load_rows(Person) if p.id == person_id]
    await chain.world.add_unemployment(person, date(2024, 1, 1))


async def test_j38_the_category_of_months_that_a_claim_holds_stays(chain: Changing) -> None:
    intern = await chain.approve_intern(1)
    for month in ("2024-08", "2024-09", "2024-10"):
        await chain.approve_reports(month, intern)
    await chain.submit_claim("2024-10")
    await unemployed(chain, (await chain.one(Intern)).person_id)
    values = chain.terms_of(intern, category="UNEMPLOYED_YOUTH")
    assert await chain.no("intern", values) == [("REPORT_HELD", "category")]


async def test_j40_each_report_keeps_the_post_of_its_month(chain: Changing) -> None:
    intern = await chain.approve_intern(1)
    first = chain.post
    await chain.approve_reports("2024-08", intern)
    second = await chain.another_post("会计")
    values = chain.terms_of(intern, postId=second["id"]) | {"takesEffectOn": "2024-10-15"}
    row = await chain.asked("intern", values)
    assert row["takesEffectOn"] == "2024-10-15"
    assert row["changes"] == [{"field": "post", "before": POST_DRAFT["name"], "after": "会计"}]
    row = await chain.run_step("submitChangeRequest", to_decision(row), "unit", "changeRequest")
    await chain.run_step("approveChangeRequest", to_decision(row), "officer", "changeRequest")
    for month in ("2024-09", "2024-10", "2024-11"):
        await chain.approve_reports(month, intern)
    query = """{ interns { edges { node { post { id } postAssignments { since post { id } }
      monthlyReports { month post { id } } } } } }"""
    ((edge),) = (await chain.world.ask(query, "unit")).only["edges"]
    node = edge["node"]
    assert node["post"]["id"] == second["id"]
    assert [(r["month"], r["post"]["id"]) for r in node["monthlyReports"]] == [
        ("2024-08", first["id"]),
        ("2024-09", first["id"]),
        ("2024-10", first["id"]),
        ("2024-11", second["id"]),
    ]
    assert [(a["since"], a["post"]["id"]) for a in node["postAssignments"]] == [
        ("2024-08-01", first["id"]),
        ("2024-10-15", second["id"]),
    ]


async def test_j40_another_post_takes_its_first_day_and_nothing_else_does(
    chain: Changing,
) -> None:
    intern = await chain.approve_intern(1)
    second = await chain.another_post("会计")
    moved = chain.terms_of(intern, postId=second["id"])
    assert await chain.no("intern", moved) == [("CHANGE_DATE_MISSING", "takesEffectOn")]
    early = moved | {"takesEffectOn": "2024-07-31"}
    assert await chain.no("intern", early) == [("CHANGE_DATE_OUTSIDE", "takesEffectOn")]
    stays = chain.terms_of(intern, endsOn="2025-05-31") | {"takesEffectOn": "2024-10-01"}
    assert await chain.no("intern", stays) == [("CHANGE_DATE_NEEDLESS", "takesEffectOn")]


async def test_x16_an_intern_who_has_ended_does_not_change(chain: Changing) -> None:
    intern = await chain.approve_intern(1)
    row = await chain.sent("intern", chain.terms_of(intern, endsOn="2025-05-31"))
    await chain.approve_reduction(intern, "2025-02-28")
    assert await assert_refused(
        chain.world, "approveChangeRequest", to_decision(row), "officer"
    ) == [("INTERN_ENDED", "input")]


async def test_x2_who_asks_for_a_change_does_not_decide_on_it(chain: Changing) -> None:
    intern = await chain.approve_intern(1)
    row = await chain.sent("intern", chain.terms_of(intern, endsOn="2025-05-31"))
    result = await chain.world.mutate("approveChangeRequest", to_decision(row), "unit")
    assert result["__typename"] == "Forbidden"


async def test_x10_a_request_names_only_records_of_ones_own(chain: Changing) -> None:
    await chain.world.add_unit("other")
    other = Changing(chain.world, "other")
    await other.approve_declaration()
    await other.add_post()
    values = to_decision(other.post) | POST_DRAFT
    assert await chain.no("post", values) == [("NOT_FOUND", "id")]
    intern = await chain.approve_intern(1)
    row = await chain.asked("intern", chain.terms_of(intern, endsOn="2025-05-31"))
    amended = {"change": {"post": to_decision(chain.post) | POST_DRAFT}, "motive": "换"}
    assert await assert_refused(
        chain.world, "amendChangeRequest", to_decision(row) | amended, "unit"
    ) == [("NOT_FOUND", "input.change.post.id")]


@pytest.mark.parametrize("wrong", MALFORMED)
async def test_x16_a_request_is_about_exactly_one_record(chain: Changing, wrong: str) -> None:
    document = "mutation ($i: ChangeDraftInput!) { requestChange(input: $i) { __typename } }"
    asked = {"change": MALFORMED[wrong], "motive": "变更"}
    async with assert_nothing_written(chain.world):
        answer = await chain.world.ask(document, "unit", i=asked)
    assert answer.status == 400


NEW_STAFF = [
    {"name": "孙专职", "duty": "带教管理", "mobile": "13800005678"},
    {"name": "周接任", "duty": "安全管理", "mobile": "13900007777"},
]


async def test_j7_dedicated_staff_who_leave_are_replaced_after_approval(chain: Changing) -> None:
    """J7, J8, X11: item J21."""
    figures = {name: DECLARATION_DRAFT[name] for name in FIGURES}
    values = to_decision(chain.declaration) | figures
    assert await chain.no("declaration", values | {"staff": []}) == [("STAFF_MISSING", "staff")]
    row = await chain.asked("declaration", values | {"staff": NEW_STAFF})
    (change,) = row["changes"]
    assert change["field"] == "staff"
    assert change["before"] == "孙专职, 带教管理, 138****5678"
    assert "周接任, 安全管理, 139****7777" in change["after"]
    kept = await chain.one(ChangeRequest)
    assert "13900007777" not in str(vars(kept))
    row = await chain.run_step("submitChangeRequest", to_decision(row), "unit", "changeRequest")
    assert len(await chain.world.load_rows(DeclarationStaff)) == 1
    await chain.run_step("approveChangeRequest", to_decision(row), "officer", "changeRequest")
    staff = {m.name: m for m in await chain.world.load_rows(DeclarationStaff)}
    assert staff.keys() == {"孙专职", "周接任"}
    seal, new = chain.world.service.seal, staff["周接任"]
    assert (
        seal.open_sealed(
            locate_sealed(DeclarationStaff.mobile_sealed, (new.unit_id, new.id)),
            new.mobile_sealed,
        )
        == "13900007777"
    )
    declaration = await chain.world.load_rows(Declaration)
    values["version"] = declaration[0].version
    await chain.changed("declaration", values | {"staff": NEW_STAFF[1:]})
    (left,) = await chain.world.load_rows(DeclarationStaff)
    assert (left.id, left.name) == (staff["周接任"].id, "周接任")
    (told,) = [h for h in await chain.world.load_rows(History) if h.action == "CHANGE_STAFF"][1:]
    assert told.account_name == chain.world.accounts["officer"].name


async def told_of_submitting(chain: Changing, row: Any) -> Any:
    """Ask why a request can't be submitted, as possible actions tell (X4)."""
    query = """query ($id: ID!) { node(id: $id) { ... on ChangeRequest {
      possibleActions { action reason } } } }"""
    told = (await chain.world.ask(query, chain.unit, id=row["id"])).only["possibleActions"]
    return next(each["reason"] for each in told if each["action"] == "SUBMIT")


async def list_documents(chain: Changing, row: Any) -> list[tuple[str, bool]]:
    """Ask which documents a request needs, and whether they are there."""
    query = """query ($id: ID!) { node(id: $id) { ... on ChangeRequest {
      requiredDocuments { name attached } } } }"""
    told = (await chain.world.ask(query, chain.unit, id=row["id"])).only["requiredDocuments"]
    return [(each["name"], each["attached"]) for each in told]


async def approve_new_name(chain: Changing, name: str) -> Any:
    """Ask for another name with the new licence, and be approved."""
    unit = await chain.one(Unit)
    values = {"id": build_global_id("Unit", unit.id), "version": unit.version, "name": name}
    row = await chain.asked("unit", STANDING | values)
    assert await told_of_submitting(chain, row) == "RENAME_UNPROVEN"
    proof = "the new licence, or the registrar's confirmation"
    assert await list_documents(chain, row) == [(proof, False)]
    no = await assert_refused(chain.world, "submitChangeRequest", to_decision(row), "unit")
    assert no == [("RENAME_UNPROVEN", "input")]
    request = max(await chain.world.load_rows(ChangeRequest), key=lambda each: each.created_at)
    await chain.world.add_rows(an_attachment(request, AttachedTo.CHANGE_REQUEST))
    assert await told_of_submitting(chain, row) is None
    assert await list_documents(chain, row) == [(proof, True)]
    row = await chain.run_step("submitChangeRequest", to_decision(row), "unit", "changeRequest")
    return await chain.run_step(
        "approveChangeRequest", to_decision(row), "officer", "changeRequest"
    )


async def test_j7_a_unit_changes_its_name_with_a_document_and_is_found_by_either(
    chain: Changing,
) -> None:
    """J7, X16: item J22."""
    world = chain.world
    old = (await chain.one(Unit)).name
    await chain.add_bank_account()
    await approve_new_name(chain, "长春新名有限公司")
    unit = await chain.one(Unit)
    assert unit.name == "长春新名有限公司"
    query = """query ($name: String!) { units(name: $name) { edges { node {
      name formerNames { name until } } } } }"""
    for typed in (old, "新名"):
        (edge,) = (await world.ask(query, "officer", name=typed)).only["edges"]
        assert edge["node"] == {
            "name": "长春新名有限公司",
            "formerNames": [{"name": old, "until": str(world.clock.now.date())}],
        }
    assert (await world.ask(query, "officer", name="name")).only["edges"] == []
    (row,) = [h for h in await world.load_rows(History) if h.action == "RENAME_UNIT"]
    assert row.record == "Post"


async def test_j7_accounts_in_either_name_serve_until_the_days_are_over(chain: Changing) -> None:
    world = chain.world
    old = (await chain.one(Unit)).name
    first = await chain.add_bank_account()
    await approve_new_name(chain, "长春新名有限公司")
    await chain.add_bank_account(
        number="44050162123400000599", accountName="长春新名有限公司", isDefault=False
    )
    await chain.add_bank_account(number="44050162123400000600", isDefault=False)
    world.clock.now += timedelta(days=366)
    late = ACCOUNT_DRAFT | {"number": "44050162123400000601", "accountName": old}
    assert await assert_refused(world, "addBankAccount", late, "unit") == [
        ("ACCOUNT_NAME_DIFFERS", "input.accountName")
    ]
    (kept,) = [row for row in await world.load_rows(BankAccount) if row.is_default]
    change = {"id": first["id"], "version": kept.version, "bank": "中国工商银行"}
    change |= {"branch": "朝阳支行", "isDefault": True, "accountName": "长春新名有限公司"}
    await chain.run_step("changeBankAccount", change, "unit", "bankAccount")
    (kept,) = [row for row in await world.load_rows(BankAccount) if row.is_default]
    assert kept.account_name == "长春新名有限公司"
