"""Units' qualifications 单位资质: enterprise size, agency licence (S4, S12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from strawberry import UNSET

from models import EnterpriseSize, Qualification, QualificationKind, Status, Unit
from resolvers.kernel.partial_change import change_in_part, fill_in
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.workflow import TransitionHook, declare_transitions
from rules.kernel.action import Action
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Refusal, refuse_if
from rules.kernel.value import Code, Day, RowId
from rules.kernel.workflow import find_action_fault
from rules.units import qualification as rules


@dataclass(kw_only=True)
class Licence:
    """A human-resource agency's licence, by its number."""

    number: Code


@dataclass(kw_only=True)
class QualificationContent:
    """One of the kinds, with what that kind takes."""

    enterprise_size: EnterpriseSize | None = UNSET
    agency_licence: Licence | None = UNSET


@dataclass(kw_only=True)
class QualificationDraft:
    """What a unit is, from its first day on and up to its last one, if it has one."""

    content: QualificationContent
    valid_from: Day
    valid_to: Day | None = None


@change_in_part("valid_to")
class QualificationChange(QualificationDraft):
    """What a qualification is to say from now on."""

    id: RowId
    version: int


async def add_qualification(tx: Transaction, input: QualificationDraft) -> Qualification:
    """Draft a qualification of the unit: its size, or its licence (S4, S12). 新增单位资质."""
    refuse_if(rules.find_validity_faults(input.valid_from, input.valid_to))
    unit = await tx.session.get_one(Unit, tx.unit_id)
    own = {"unit_id": unit.id, "region": unit.region, "status": Status.DRAFT}
    row = Qualification(**own, **_build_values(input))
    tx.create(row, Status.DRAFT)
    await tx.session.flush()
    return row


async def change_qualification(tx: Transaction, input: QualificationChange) -> Qualification:
    """Change a qualification that is a draft or was returned (S4, S12). 修改单位资质."""
    row = await tx.get_locked(Qualification, input.id, input.version)
    kind = RecordKind.QUALIFICATION
    barred = find_action_fault(kind, Action.CHANGE, row.status, row.submitted_by, tx.viewer)
    if barred:
        raise Refusal(barred)
    input = fill_in(input, row, {"content": lambda: _read_content(row)})
    refuse_if(rules.find_validity_faults(input.valid_from, input.valid_to))
    tx.change(row, _build_values(input))
    await tx.session.flush()
    return row


def build_overlap_guard(action: Action) -> TransitionHook[Qualification]:
    """Make the rule that refuses what would hold on a day of another approved one (S4).

    The last line is the database: of two that are approved at once, one is refused.
    """

    async def rule(tx: Transaction, rows: Sequence[Qualification]) -> None:
        for row in rows:
            overlapping = await tx.first(_select_overlapping(row)) is not None
            barred = rules.find_qualification_fault(action, overlapping, viewer=tx.viewer)
            if barred:
                raise Refusal(barred)

    return rule


def _select_overlapping(row: Qualification) -> Select[Qualification]:
    """Find approved ones of the same kind that hold on a day of a given one."""
    same = (_match_approved(row.unit_id, row.kind), Qualification.id != row.id)
    days = func.daterange(row.valid_from, row.valid_to, "[]")
    return select(Qualification).where(*same, _TERM_RANGE.op("&&", is_comparison=True)(days))


def _match_approved(unit_id: UUID, kind: QualificationKind) -> ColumnElement[bool]:
    return and_(
        Qualification.unit_id == unit_id,
        Qualification.kind == kind,
        Qualification.status == Status.APPROVED,
    )


def _read_content(row: Qualification) -> QualificationContent:
    """Spell a qualification's columns as the one kind that it is."""
    if row.licence_number is not None:
        return QualificationContent(agency_licence=Licence(number=Code(row.licence_number)))
    return QualificationContent(enterprise_size=row.size)


def _build_values(input: QualificationDraft) -> dict[str, object]:
    """Return what the columns are to say; of size and licence one is there (oneOf)."""
    size, licence = input.content.enterprise_size, input.content.agency_licence
    is_size = isinstance(size, EnterpriseSize)
    return {
        "kind": QualificationKind.ENTERPRISE_SIZE if is_size else QualificationKind.AGENCY_LICENCE,
        "size": size if is_size else None,
        "licence_number": licence.number if licence else None,
        "valid_from": input.valid_from,
        "valid_to": input.valid_to,
    }


_TERM_RANGE = func.daterange(Qualification.valid_from, Qualification.valid_to, "[]")


declare_transitions(
    RecordKind.QUALIFICATION,
    {
        Action.SUBMIT: build_overlap_guard(Action.SUBMIT),
        Action.APPROVE: build_overlap_guard(Action.APPROVE),
    },
    filing=(
        add_qualification,
        change_qualification,
    ),
)
