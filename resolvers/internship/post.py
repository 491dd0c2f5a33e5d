"""Posts 岗位 (J10, J11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from models import Post, Status
from resolvers.internship.declaration import require_approved_declaration
from resolvers.kernel.partial_change import change_in_part, fill_in
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.workflow import declare_transitions
from rules.internship import post as rules
from rules.kernel.action import Action
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Reason, Refusal, build_refusal, refuse_if
from rules.kernel.text import normalize_name
from rules.kernel.value import Money, Paragraph, RowId, Text
from rules.kernel.workflow import find_action_fault


@dataclass(kw_only=True)
class PostDraft:
    """What a post is."""

    name: Text
    headcount: int
    monthly_wage: Money
    workplace: Text
    duties: Paragraph


@change_in_part()
class PostChange(PostDraft):
    """What a post is to be from now on."""

    id: RowId
    version: int


async def add_post(tx: Transaction, input: PostDraft) -> Post:
    """Add a post under an approved declaration, its name new (J10, J11). 新增岗位.

    Where posts are reviewed it begins as a draft, so that documents can be attached.
    """
    refuse_if(rules.find_figure_faults(input.headcount, input.monthly_wage))
    region = (await require_approved_declaration(tx, tx.unit_id)).region
    status = await _get_first_status(tx, region)
    row = Post(unit_id=tx.unit_id, region=region, status=status, **_build_values(input))
    tx.create(row, status)
    await tx.session.flush()
    return row


async def change_post(tx: Transaction, input: PostChange) -> Post:
    """Change a post; one that was approved by review stands (J10, J11). 修改岗位."""
    row = await tx.get_locked(Post, input.id, input.version)
    barred = find_action_fault(
        RecordKind.POST, Action.CHANGE, row.status, row.submitted_by, tx.viewer
    )
    if barred:
        raise Refusal(barred)
    input = fill_in(input, row)
    refuse_if(rules.find_figure_faults(input.headcount, input.monthly_wage))
    await require_approved_declaration(tx, row.unit_id)
    tx.change(row, _build_values(input))
    await tx.session.flush()
    return row


async def validate_change(tx: Transaction, row: Post, input: PostDraft) -> Mapping[str, object]:
    """Judge a post's new content, and give its new values (J10, J11, X16)."""
    refuse_if(rules.find_figure_faults(input.headcount, input.monthly_wage))
    await require_approved_declaration(tx, row.unit_id)
    values = _build_values(input)
    namesake = select(Post).where(
        Post.unit_id == row.unit_id, Post.name_key == values["name_key"], Post.id != row.id
    )
    if await tx.first(namesake) is not None:
        raise build_refusal(Reason.NAME_TAKEN, "name")
    return values


async def _get_first_status(tx: Transaction, region: str) -> Status:
    policy = await tx.load_policy()
    reviewed = policy.get_flag("post.review_required", region, tx.today)
    return Status.DRAFT if reviewed else Status.APPROVED


async def validate_on_submit(tx: Transaction, rows: Sequence[Post]) -> None:
    """Ask for an approved declaration, as when a post is added (J10)."""
    for row in rows:
        await require_approved_declaration(tx, row.unit_id)


def _build_values(input: PostDraft) -> dict[str, object]:
    return {
        "name": input.name,
        "name_key": normalize_name(input.name),
        "headcount": input.headcount,
        "monthly_wage": input.monthly_wage,
        "workplace": input.workplace,
        "duties": input.duties,
    }


declare_transitions(
    RecordKind.POST,
    {Action.SUBMIT: validate_on_submit},
    filing=(
        add_post,
        change_post,
    ),
)
