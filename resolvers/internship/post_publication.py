"""Which posts the job board may show: those under a declaration that is in force (J12, X19)."""

from collections.abc import Sequence

from sqlalchemy import select

from models import Declaration, Post, Status, Unit
from resolvers.kernel.transaction import Transaction

_GONE = (Status.WITHDRAWN, Status.REFUSED)


async def publish_posts(tx: Transaction, rows: Sequence[Declaration]) -> None:
    """Show the board the approved posts of units whose declarations come into force (J12)."""
    await _set_withheld(tx, rows, withheld=False)


async def unpublish_posts(tx: Transaction, rows: Sequence[Declaration]) -> None:
    """Take the posts of units whose declarations are no longer in force off the board (J12, X19).

    Adding a post holds the declaration, so none comes in between.
    """
    await _set_withheld(tx, rows, withheld=True)


async def announce_posts_anew(tx: Transaction, unit: Unit) -> None:
    """Have the board told again of a unit's posts that it shows: the unit has another name (J7)."""
    shown = Post.unit_id == unit.id, Post.status == Status.APPROVED, Post.withheld.is_(False)
    for post in await tx.all(select(Post).where(*shown).order_by(Post.id).with_for_update()):
        tx.change(post, {"withheld": False}, "RENAME_UNIT")
    await tx.session.flush()


async def _set_withheld(tx: Transaction, rows: Sequence[Declaration], *, withheld: bool) -> None:
    statement = (
        select(Post)
        .where(
            Post.unit_id.in_([row.unit_id for row in rows]),
            Post.status.not_in(_GONE),
            Post.withheld.is_not(withheld),
        )
        .order_by(Post.unit_id, Post.id)
        .with_for_update()
    )
    action = "WITHHOLD" if withheld else "SHOW"
    for post in await tx.all(statement):
        tx.change(post, {"withheld": withheld}, action)
    await tx.session.flush()
