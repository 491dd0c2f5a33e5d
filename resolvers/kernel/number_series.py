"""Numbers without gaps: whoever takes the next one holds the series until they commit (S22).

All numbers that the service gives come from here: of classes, of batches. An edition (of a course,
a calendar) is none of them: the client says after which one it comes, and is refused where it
isn't the last. Nor is an entry's place in the history: it follows from the entry it is sealed to.
"""

from sqlalchemy import Select, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from models import NumberSeries
from resolvers.kernel.transaction import Transaction


async def take_next_number(tx: Transaction, bucket: str, given: Select[int] | None = None) -> int:
    """Take the next number of a series, from 1; it goes back if the transaction comes to nothing.

    Another one that takes from the same series waits meanwhile, so it is taken last of all. Where
    numbers were given before the series was begun, `given` reads the last of them.
    """
    (number,) = await take_numbers(tx, bucket, 1, given)
    return number


async def take_numbers(
    tx: Transaction, bucket: str, count: int, given: Select[int] | None = None
) -> range:
    """Take the next numbers of a series, as `take_next_number` takes one."""
    before = literal(0) if given is None else func.coalesce(given.scalar_subquery(), 0)
    first = insert(NumberSeries).from_select(
        ["bucket", "last"], select(tx.select_lookup_secret(bucket), before + count)
    )
    taken = first.on_conflict_do_update(
        index_elements=[NumberSeries.bucket], set_={"last": NumberSeries.last + count}
    ).returning(NumberSeries.last)
    last = (await tx.session.execute(taken)).scalar_one()
    return range(last - count + 1, last + 1)
