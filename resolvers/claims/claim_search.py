"""Claims are found by whose they are: by a full number, which no list may be asked for (X11)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from models import Claim, ClaimLine, Person
from resolvers.kernel.rate_limit import LOOK_UP_LIMIT, limit_tries
from resolvers.kernel.transaction import Transaction
from rules.kernel.value import IdNumber

MAX_FOUND_CLAIMS = 100


@dataclass(kw_only=True)
class ClaimSearch:
    """For whom claims are looked for: the full number, never a part of it."""

    id_number: IdNumber


@limit_tries(LOOK_UP_LIMIT)
async def search_claims(tx: Transaction, input: ClaimSearch) -> Sequence[Claim]:
    """Find the claims for a person by full resident ID, newest first (S27). 按身份号码查询补贴申报.

    Limited as look-ups are. Whoever is not on file and whoever no claim in the viewer's reach is
    for are one answer: none (X10).
    """
    indexes = tx.service.seal.compute_indexes("id_number", input.id_number)
    await tx.set_lookup_number(indexes)
    person = await tx.first(select(Person).where(Person.id_number_index.in_(indexes)))
    if person is None:
        return []
    line = select(ClaimLine.id).where(
        ClaimLine.unit_id == Claim.unit_id,
        ClaimLine.claim_id == Claim.id,
        ClaimLine.person_id == person.id,
    )
    claims = select(Claim).where(line.exists()).order_by(Claim.id.desc())
    await tx.set_reach_of_viewer()
    return await tx.all(claims.limit(MAX_FOUND_CLAIMS))
