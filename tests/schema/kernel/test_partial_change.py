"""Edit forms: a change leaves out what stays, and masked values need not be sent back (X11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import strawberry
from graphql import GraphQLInputObjectType, get_named_type, is_non_null_type
from sqlalchemy.orm import InstrumentedAttribute

from models import Base, Claim, DeclarationStaff, Person, QualificationKind, Role, Status, Unit
from resolvers.kernel.partial_change import IDENTIFYING
from schema.api.assembly import assemble_schema
from tests.factories.failures import AllFailures
from tests.factories.rows import (
    CHAOYANG_DISTRICT,
    a_bank_account,
    a_course,
    a_declaration,
    a_post,
    a_qualification,
    a_reduction,
    a_training_class,
    an_intern,
)
from tests.factories.story import story
from tests.factories.training_claim_scenario import TrainingClaimScenario
from tests.factories.world import World, build_global_id
from tests.schema.shape import MUTATIONS

CHANGES: Mapping[str, tuple[str, dict[str, object], str]] = {
    "completeUnitProfile": ("Unit", {"contactName": "孙联系"}, "contact_name"),
    "completeInformation": ("Person", {"education": "MASTER"}, "education"),
    "changeDeclaration": ("Declaration", {"plannedInterns": 7}, "planned_interns"),
    "changePost": ("Post", {"headcount": 9}, "headcount"),
    "changeIntern": ("Intern", {"agreedOn": "2024-11-20"}, "agreed_on"),
    "changeReduction": ("Reduction", {"endedOn": "2026-03-10"}, "ended_on"),
    "changeQualification": ("Qualification", {"validFrom": "2024-02-02"}, "valid_from"),
    "changeTrainingClass": ("TrainingClass", {"name": "第二班"}, "name"),
    "changeTrainingClaim": ("TrainingClaim", {"traineeIds": None}, "amount"),
    "changeBankAccount": ("BankAccount", {"branch": "人民大街支行"}, "branch"),
}
"""A change of each kind of record, one field of it, and which column that is."""
WHOLE = {
    "changePassword": "one's present and next password",
    "changeOperator": "says by its own defaults that what is left out stays",
    "changeRemarks": "one field",
    "changeStaffContact": "one field",
}
"""Changes that ask for all of what they have, and why."""
OWN_STAMPS = {"version", "updated_at", "completed_at", "number", "course_code", "edition"}
STAFF = [
    {"name": "孙专职", "duty": "带教", "mobile": "13800001111"},
    {"name": "李专职", "duty": "管理", "mobile": "13800002222"},
]


@dataclass(kw_only=True)
class Records:
    """A record of each kind that may be changed, and who owns it."""

    world: World
    rows: Mapping[str, Base]
    owners: Mapping[str, str]

    def identify(self, kind: str) -> dict[str, object]:
        row: Any = self.rows[kind]
        return {"id": build_global_id(kind, *_get_key(row)), "version": row.version}

    async def read_again(self, kind: str) -> Any:
        row: Any = self.rows[kind]
        (found,) = [
            each
            for each in await self.world.load_rows(type(row))
            if _get_key(each) == _get_key(row)
        ]
        return found


def _get_key(row: Any) -> tuple[Any, ...]:
    return tuple(row.__mapper__.primary_key_from_instance(row))


@story
async def records(world: World) -> Records:
    unit = await world.add_unit("near", CHAOYANG_DISTRICT)
    other = await world.add_unit("other", CHAOYANG_DISTRICT)
    person = await world.add_person(1)
    own = await world.add_person(2)
    await world.add_account("myself", Role.PERSON, CHAOYANG_DISTRICT, person_id=own.id)
    post = a_post(unit)
    draft_post = a_post(unit, 2, status=Status.RETURNED)
    working = an_intern(post, person, status=Status.APPROVED)
    terms: dict[str, Any] = {"agreed_on": date(2024, 12, 1), "starts_on": date(2024, 12, 2)}
    terms["ends_on"] = date(2025, 5, 31)
    draft = an_intern(post, await world.add_person(3), status=Status.DRAFT, **terms)
    course = a_course("220000")
    rows = {
        "Unit": unit,
        "Person": own,
        "Declaration": a_declaration(other, status=Status.DRAFT),
        "Post": draft_post,
        "Intern": draft,
        "Reduction": a_reduction(working, status=Status.DRAFT),
        "Qualification": a_qualification(unit, status=Status.DRAFT),
        "TrainingClass": a_training_class(unit, course, status=Status.DRAFT),
        "BankAccount": a_bank_account(unit),
    }
    trained = await TrainingClaimScenario(world).set_up()
    attended = await trained.seed_class(11, 12)
    await trained.try_draft_claim(attended, *(await trained.list_trainees(attended))[:1])
    (claim,) = await world.load_rows(Claim)
    made = [row for kind, row in rows.items() if kind not in {"Unit", "Person"}]
    await world.add_rows(a_declaration(unit), post, working, course, *made)
    owners = dict.fromkeys(rows, "near") | {"Declaration": "other", "Person": "myself"}
    return Records(
        world=world,
        rows={**rows, "TrainingClaim": claim},
        owners=owners | {"TrainingClaim": trained.unit},
    )


def test_every_change_lets_all_be_left_out_but_the_record_and_its_version() -> None:
    changes = {name for name in MUTATIONS if name.startswith(("change", "amend"))}
    with AllFailures() as failures:
        for name in sorted((changes | CHANGES.keys()) - WHOLE.keys()):
            with failures.at(name):
                shape = get_named_type(MUTATIONS[name].args["input"].type)
                assert isinstance(shape, GraphQLInputObjectType)
                needed = {f for f, each in shape.fields.items() if is_non_null_type(each.type)}
                assert needed == IDENTIFYING
    assert WHOLE.keys() <= changes


async def test_a_change_of_nothing_is_refused_and_changes_nothing(records: Records) -> None:
    with AllFailures() as failures:
        for mutation, (kind, _, _) in CHANGES.items():
            with failures.at(mutation):
                named, before = records.identify(kind), await records.read_again(kind)
                result = await records.world.mutate(mutation, named, records.owners[kind])
                assert result["reason"] == "NOTHING_CHANGED", result
                assert (await records.read_again(kind)).version == before.version


async def test_only_what_is_given_changes(records: Records) -> None:
    with AllFailures() as failures:
        for mutation, (kind, given, column) in CHANGES.items():
            with failures.at(mutation):
                await _complete(records, kind)
                before = await records.read_again(kind)
                named = records.identify(kind) | {"version": before.version}
                who = records.owners[kind]
                result = await records.world.mutate(mutation, named | given, who)
                assert result["__typename"].endswith("Payload"), result
                after = await records.read_again(kind)
                changed = {
                    name
                    for name in after.__table__.c.keys()  # noqa: SIM118 - a collection of columns
                    if not name.endswith(("_sealed", "_cents"))
                    and getattr(after, name) != getattr(before, name)
                }
                assert column in changed
                assert changed - OWN_STAMPS == {column}
                assert _open_all(records.world, after) == _open_all(records.world, before)


async def _complete(records: Records, kind: str) -> None:
    """Say at first all that a record can say, numbers included."""
    world, named = records.world, records.identify(kind)
    match kind:
        case "Unit":
            whole = {"legalPersonType": "ENTERPRISE", "legalRepresentative": "赵法人"}
            whole |= {"industry": "制造业", "address": "人民大街1号", "contactName": "钱联系"}
            given = named | whole | {"employees": 120, "contactMobile": "13800005678"}
            await world.mutate("completeUnitProfile", given, "near")
        case "Person":
            whole = {"mobile": "13900005678", "region": CHAOYANG_DISTRICT, "school": "吉林大学"}
            given = named | whole | {"education": "BACHELOR", "graduatedOn": "2024-06-30"}
            await world.mutate("completeInformation", given, "myself")


SEALED: Mapping[type, InstrumentedAttribute[Any]] = {
    Unit: Unit.contact_mobile_sealed,
    Person: Person.mobile_sealed,
}


def _open_all(world: World, row: Any) -> str | None:
    column: Any = SEALED.get(type(row))
    return None if column is None else world.open_sealed(column, row)


async def test_x11_staff_who_are_listed_already_need_no_mobile(records: Records) -> None:
    world, named = records.world, records.identify("Declaration")
    first = await world.mutate("changeDeclaration", named | {"staff": STAFF}, "other", VERSION)
    kept = [{"name": each["name"], "duty": "带教"} for each in STAFF]
    given = named | {"version": first["declaration"]["version"], "staff": kept}
    result = await world.mutate("changeDeclaration", given, "other", VERSION)
    assert result["__typename"] == "DeclarationPayload", result
    members = await world.load_rows(DeclarationStaff)
    assert {m.name: world.open_sealed(DeclarationStaff.mobile_sealed, m) for m in members} == {
        each["name"]: each["mobile"] for each in STAFF
    }
    alone = named | {"version": result["declaration"]["version"], "plannedInterns": 8}
    result = await world.mutate("changeDeclaration", alone, "other", VERSION)
    left = await world.load_rows(DeclarationStaff)
    assert {m.id: m.version for m in left} == {m.id: m.version for m in members}
    new = [*kept, {"name": "周新来", "duty": "带教"}]
    given |= {"version": result["declaration"]["version"], "staff": new}
    refused = await world.mutate("changeDeclaration", given, "other")
    assert [(f["reason"], f["path"]) for f in refused["faults"]] == [
        ("VALUE_MISSING", ["input", "staff", "2", "mobile"])
    ]


VERSION = "... on DeclarationPayload { declaration { version } }"


async def test_null_empties_what_may_be_empty_and_is_refused_elsewhere(records: Records) -> None:
    world, named = records.world, records.identify("Qualification")
    ended = await world.mutate("changeQualification", named | {"validTo": "2026-12-31"}, "near")
    assert ended["__typename"] == "QualificationPayload", ended
    assert (await records.read_again("Qualification")).valid_to == date(2026, 12, 31)
    now = await records.read_again("Qualification")
    named |= {"version": now.version}
    emptied = await world.mutate("changeQualification", named | {"validTo": None}, "near")
    assert emptied["__typename"] == "QualificationPayload", emptied
    now = await records.read_again("Qualification")
    assert (now.valid_to, now.kind) == (None, QualificationKind.ENTERPRISE_SIZE)
    named |= {"version": now.version, "validFrom": None, "content": None}
    refused = await world.mutate("changeQualification", named, "near")
    assert [(f["reason"], f["path"]) for f in refused["faults"]] == [
        ("VALUE_MISSING", ["input", "content"]),
        ("VALUE_MISSING", ["input", "validFrom"]),
    ]


async def test_x16_a_request_names_only_what_is_to_change(records: Records) -> None:
    world = records.world
    named = {"id": build_global_id("Unit", *_get_key(records.rows["Unit"])), "version": 1}
    asked = {"change": {"unit": {**named, "employees": 300}}, "motive": "扩大规模"}
    then = "... on ChangeRequestPayload { changeRequest { changes { field before after } } }"
    result = await world.mutate("requestChange", asked, "near", then)
    assert result["changeRequest"]["changes"] == [
        {"field": "employees", "before": "120", "after": "300"}
    ]


def test_shapes_are_made_of_what_they_change() -> None:
    """A field that is added to a draft may be left out of its change without more ado."""
    shapes = assemble_schema(strawberry.Schema).schema_converter.type_map
    known: dict[str, Any] = {
        name: getattr(each.definition, "origin", None) for name, each in shapes.items()
    }
    assert known["PostChangeInput"].never_empty == {
        field.name for field in known["PostDraftInput"].__dataclass_fields__.values()
    }
