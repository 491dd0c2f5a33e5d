"""Who sees which records, as the rulebook says it and not as the code does it (X10, section 5)."""

import io
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from itertools import product
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from models import AttachedTo, Attachment, Base, ClaimKind, ConsultedRecord, Status
from tests.factories.database import TestCluster
from tests.factories.rows import (
    CHAOYANG_DISTRICT,
    NANGUAN_DISTRICT,
    NATIONWIDE_ACTOR,
    a_claim,
    a_claim_line,
    a_history,
    an_attachment,
)
from tests.matrix.expectation import NEIGHBOUR
from tests.schema.scene import EXPLANATION, VISIBLE_BY_VIEWER, Scene, a_scene, build_id

PLACED = {
    "near placed": ("near", "boss", "elsewhere", "auditor", "city", "province"),
    "far placed": ("far", "officer", "district", "auditor", "city", "province"),
}
"""Who sees a unit's claim that the other unit's district decides (S10, X21)."""
_ADMINISTERED = {
    *("Unit", "Publicity", "PublicityLine", "History"),
    *("Account", "FunctionGrant", "AccountAppeal", "AppealEvidence"),
}
NARROWED: dict[str, dict[str, set[str]]] = {
    # Administrators 三员 see accounts, and what all see who see a region (X28).
    **{
        who: {
            "near": _ADMINISTERED,
            "far": _ADMINISTERED,
            "boss": {"Account"},
            NEIGHBOUR: {"Account"},
        }
        for who in ("sysadmin", "security", "audit")
    },
    "finance": {
        "near": {
            *("Unit", "Publicity", "PublicityLine", "Payment", "Receipt", "DisbursementBatch"),
            *("BatchExport", "BatchImport", "OfficeHistory", "ClaimLine paid", "Trainee"),
            *("Person", "BankAccount", "History"),
        },
        "near approved": {"LivingAllowanceClaim", "ClaimLine"},
        "near published": {"LivingAllowanceClaim", "ClaimLine", "Attachment", "History"},
    },
    "objections": {
        "near": {
            *("Unit", "Publicity", "PublicityLine", "Objection", "Person", "BankAccount"),
            "History",
        },
        "near published": {"LivingAllowanceClaim", "ClaimLine", "Attachment", "History"},
    },
}
"""What is seen of one's region by those whose functions are about a part of it (section 5): what is
approved and paid, what is published and objected to, and what that names."""
CONSULTED = {
    "near": ("elsewhere",),
    "far": ("officer", "district"),
}
"""Who reads, for such a claim, what it stands on of a unit that is not theirs."""
PROPOSALS = {"province": "near", "other province": "far"}
"""Who sees which figures that are only proposed: those who propose and decide (section 5)."""
CONSULTED_TYPES = (
    *("Unit", "Person", "BankAccount", "Declaration"),
    *("Roster", "RosterRow", "RosterRow failed"),
)


def ids_in(answer: Any) -> Iterator[str]:
    """Collect every global id in an answer, however deep."""
    if isinstance(answer, dict):
        if isinstance(answer.get("id"), str):
            yield answer["id"]
        for part in answer.values():
            yield from ids_in(part)
    elif isinstance(answer, list):
        for part in answer:
            yield from ids_in(part)


def list_consulted(scene: Scene, who: str | None) -> set[str]:
    """List what deciders of another district read of a unit: by id and through the claim alone."""
    return {
        build_id(name.partition(" ")[0], scene.records[whose][name])
        for whose, known in CONSULTED.items()
        if who in known
        for name in (*CONSULTED_TYPES, "History of the draft")
    }


def visible(scene: Scene, who: str | None) -> set[str]:
    """List what a viewer may see, from what the rulebook says and not from what the code does."""
    if who is None:
        return set()
    registers = {
        scene.get_id(whose, name)
        for whose, name in product(
            ("near", "far"), ("Parameter approved", "CalendarYear", "Course")
        )
    }
    if who == NEIGHBOUR:
        return registers | {id for _, id in scene.list_ids(NEIGHBOUR)}
    if who in NARROWED:
        registers.add(scene.get_id(NEIGHBOUR, "Unit"))
        narrowed = NARROWED[who].items()
        return registers | {
            scene.get_id(whose, name)
            for whose, names in narrowed
            for name in names & {*scene.records[whose]}
        }
    found = {
        id
        for whose in VISIBLE_BY_VIEWER[who]
        for t, id in scene.list_ids(whose)
        if (t != "Upload" or whose == who) and t != "Parameter"
    }
    found |= {
        id
        for whose in ("near approved", "near published")
        if "near" in VISIBLE_BY_VIEWER[who]
        for _, id in scene.list_ids(whose)
    }
    if "near" in VISIBLE_BY_VIEWER[who] and who not in {"near", "boss"}:
        found |= {id for _, id in scene.list_ids(NEIGHBOUR)}
    mine = set()
    for whose in ("near", "far"):
        own = {scene.get_id(whose, "SignInSession"), scene.get_id(whose, "SignIn")}
        found -= own
        mine |= own if who == whose else set()
    found |= mine
    if "near" in VISIBLE_BY_VIEWER[who] and who != "near":
        found.add(scene.get_id("boss", "Account"))
    if who in {"near", "boss", "far"}:
        unit = VISIBLE_BY_VIEWER[who][0]
        office = ("DisbursementBatch", "BatchExport", "BatchImport", "OfficeHistory")
        public = ("Publicity", "Objection")
        looked = ("AuditFinding", "Unmasking", "AccessHistory")
        hidden = ("Person", "AccountAppeal", "AppealEvidence", *public, *office, *looked)
        found -= {scene.get_id(unit, name) for name in hidden}
    if who in {"near", "far"}:
        found.add(scene.get_id(who, "AccessHistory"))
    if who == "boss":  # what was granted to an operator is not the legal person's
        found.discard(scene.get_id("near", "FunctionGrant"))
    if who in {"person", "other province"}:
        found.add(scene.get_id("own", "Person"))
    if who == "person" or "near" in VISIBLE_BY_VIEWER[who]:
        found.add(scene.get_id("own", "History"))
    found |= {
        id for whose, known in PLACED.items() if who in known for _, id in scene.list_ids(whose)
    }
    found |= list_consulted(scene, who)
    if who in PROPOSALS:
        found.add(scene.get_id(PROPOSALS[who], "Parameter"))
    return found | registers


@asynccontextmanager
async def a_scene_of_all(cluster: TestCluster) -> AsyncIterator[Scene]:
    """A scene with claims that another district decides or that were decided, and a neighbour."""
    async with a_scene(cluster) as made:
        for whose, decided in (("near", NANGUAN_DISTRICT), ("far", CHAOYANG_DISTRICT)):
            made.records[f"{whose} placed"] = await _add_placed_claim(made, whose, decided)
        made.records["near approved"] = await _add_decided_claim(made, 10, Status.APPROVED)
        made.records["near published"] = await _add_decided_claim(made, 11, Status.IN_PUBLICITY)
        unit: Base = await made.world.add_unit(NEIGHBOUR)
        made.records[NEIGHBOUR] = {"Unit": unit, "Account": made.world.accounts[NEIGHBOUR]}
        await _store_files(made)
        yield made


async def _store_files(scene: Scene) -> None:
    """Let every attachment have a file that can be fetched."""
    store = scene.world.service.files.store
    async with AsyncSession(scene.world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        for row in (await session.scalars(select(Attachment))).all():
            row.object_key, row.size = await store.put_file(io.BytesIO(b"%PDF-1.7")), 8


async def _add_decided_claim(scene: Scene, number: int, status: Status) -> dict[str, Base]:
    """Let a unit's claim be approved, and once it is published, have a file and a step."""
    known: dict[str, Any] = scene.records["near"]
    claim = a_claim(known["Unit"], known["BankAccount"], number, status=status)
    line = a_claim_line(claim, known["Intern"], explanation=EXPLANATION | {"amount": "2120.00"})
    rows: dict[str, Base] = {"LivingAllowanceClaim": claim, "ClaimLine": line}
    if status is not Status.APPROVED:
        about = {"record": "Claim", "record_id": claim.id}
        rows["Attachment"] = an_attachment(claim, AttachedTo.CLAIM)
        rows["History"] = a_history(known["Unit"], scene.world.accounts["near"], number, **about)
    await scene.world.add_rows(*rows.values())
    return rows


async def _add_placed_claim(scene: Scene, whose: str, region: str) -> dict[str, Base]:
    """Let a unit's claim for a hire be decided in the other unit's district."""
    known: dict[str, Any] = scene.records[whose]
    there: dict[str, Any] = {"region": region, "at_home": None}
    status = {"kind": ClaimKind.HIRING, "status": Status.SUBMITTED, "place": region}
    claim = a_claim(known["Unit"], known["BankAccount"], 9, **status, **there)
    hired = {"roster_row_id": known["RosterRow"].id, "intern_id": None, "employer_code": "placed"}
    line = a_claim_line(
        claim,
        known["Intern"],
        explanation=EXPLANATION | {"amount": "1000.00"},
        hired_on=date(2024, 7, 1),
        **hired,
        **there,
    )
    file = an_attachment(claim, AttachedTo.CLAIM, **there)
    about = {"record": "Claim", "record_id": claim.id}
    told = [
        a_history(known["Unit"], scene.world.accounts[whose], 8, **about),
        a_history(known["Unit"], scene.world.accounts[whose], 9, **about, **there),
    ]
    consulted = [known[name].id for name in ("Unit", "Person", "BankAccount", "Roster")]
    listed = [
        ConsultedRecord(region=region, record_id=id_, unit_id=known["Unit"].id)
        for id_ in (*consulted, claim.id)
    ]
    await scene.world.add_rows(claim, line, file, *told, *listed)
    known["History of the draft"] = told[0]
    return {"HiringClaim": claim, "ClaimLine": line, "Attachment": file, "History": told[1]}
