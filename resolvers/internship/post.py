"""Posts 岗位 (J10, J11)."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from models import Post, Status
from resolvers.internship.declaration import must_be_approved
from resolvers.kernel.transaction import Transaction
from rules.internship import post as rules
from rules.kernel.refusal import Reason, Refusal, refuse_if, refused
from rules.kernel.text import comparable
from rules.kernel.value import Money, Paragraph, RowId, Text
from rules.kernel.workflow import Action, RecordKind, objection


@dataclass(kw_only=True)
class PostDraft:
    """What a post is."""

    name: Text
    headcount: int
    monthly_wage: Money
    workplace: Text
    duties: Paragraph


@dataclass(kw_only=True)
class PostChange(PostDraft):
    """What a post is to be from now on."""

    id: RowId
    version: int


async def add_post(tx: Transaction, input: PostDraft) -> Post:
    """Add a post under an approved declaration, its name new (J10, J11). 新增岗位."""
    refuse_if(rules.figures(input.headcount, input.monthly_wage))
    region = (await must_be_approved(tx, tx.unit_id)).region
    status = await _first_status(tx, region)
    row = Post(unit_id=tx.unit_id, region=region, status=status, **_values(input))
    if status is Status.SUBMITTED:
        row.submitted_by, row.submitted_at = tx.viewer.account_id, tx.now
    tx.create(row, status)
    await tx.session.flush()
    return row


async def change_post(tx: Transaction, input: PostChange) -> Post:
    """Change a post; one that was approved by review stands (J10, J11). 修改岗位."""
    refuse_if(rules.figures(input.headcount, input.monthly_wage))
    await must_be_approved(tx, tx.unit_id)
    row = await tx.locked(Post, input.id, input.version)
    barred = objection(RecordKind.POST, Action.CHANGE, row.status, row.submitted_by, tx.viewer)
    if barred:
        raise Refusal(barred)
    tx.change(row, _values(input))
    await tx.session.flush()
    return row


async def revised(tx: Transaction, row: Post, input: PostDraft) -> Mapping[str, object]:
    """Judge a post's new content, and give its new values (J10, J11, X16)."""
    refuse_if(rules.figures(input.headcount, input.monthly_wage))
    await must_be_approved(tx, row.unit_id)
    values = _values(input)
    namesake = select(Post).where(
        Post.unit_id == row.unit_id, Post.name_key == values["name_key"], Post.id != row.id
    )
    if await tx.first(namesake) is not None:
        raise refused(Reason.NAME_TAKEN, "name")
    return values


async def _first_status(tx: Transaction, region: str) -> Status:
    policy = await tx.policy()
    reviewed = policy.flag("post.review_required", region, tx.today)
    return Status.SUBMITTED if reviewed else Status.APPROVED


def _values(input: PostDraft) -> dict[str, object]:
    return {
        "name": input.name,
        "name_key": comparable(input.name),
        "headcount": input.headcount,
        "monthly_wage": input.monthly_wage,
        "workplace": input.workplace,
        "duties": input.duties,
    }
