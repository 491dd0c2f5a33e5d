"""What the national job board must learn is written with the change itself (J12)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from uuid_utils.compat import uuid7

from models import Announcement, BoardPush, BoardState, Post, Status
from rules.internship.board import choose_announcement

if TYPE_CHECKING:
    from resolvers.kernel.transaction import Transaction


def enqueue_board_push(tx: "Transaction", post: Post, before: Status | None) -> None:
    """Write what the board must learn of a change into the outbox, in the change's own transaction.

    Every way to write a post comes by here (J12).
    """
    what = choose_announcement(before, post.status, bool(post.withheld))
    if what is None:
        return
    tx.session.add(
        BoardPush(
            unit_id=post.unit_id,
            id=uuid7(),
            region=post.region,
            post_id=post.id,
            post_version=post.version or 1,
            announcement=what,
            content=_build_content(post) if what is Announcement.SHOW else {},
            state=BoardState.PENDING,
            attempts=0,
            due_at=tx.now,
        )
    )
    post.board_state, post.board_failure = BoardState.PENDING, None
    post.board_changed_at = tx.now


def _build_content(post: Post) -> Mapping[str, str | int]:
    return {
        "name": post.name,
        "headcount": post.headcount,
        "monthlyWage": f"{post.monthly_wage:.2f}",
        "workplace": post.workplace,
        "duties": post.duties,
    }
