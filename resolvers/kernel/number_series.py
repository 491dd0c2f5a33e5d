"""Numbers without gaps: whoever takes the next one holds the series until they commit (S22)."""

from sqlalchemy.dialects.postgresql import insert

from models import NumberSeries
from resolvers.kernel.transaction import Transaction


async def take_next_number(tx: Transaction, bucket: str) -> int:
    """Take the next number of a series, from 1; it goes back if the transaction comes to nothing.

    Another one that takes from the same series waits meanwhile, so it is taken last of all.
    """
    await tx.set_lookup_secret(bucket)
    first = insert(NumberSeries).values(bucket=bucket, last=1)
    taken = first.on_conflict_do_update(
        index_elements=[NumberSeries.bucket], set_={"last": NumberSeries.last + 1}
    ).returning(NumberSeries.last)
    return (await tx.session.execute(taken)).scalar_one()
