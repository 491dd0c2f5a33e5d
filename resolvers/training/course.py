"""The register of online courses 线上培训项目: edition follows edition (S20)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from uuid_utils.compat import uuid7

from loaders.advisory_lock import AdvisoryLock
from models import Course
from resolvers.kernel.transaction import Transaction
from rules.kernel.refusal import Reason, StaleVersion, build_refusal, refuse_if
from rules.kernel.region import list_ancestors
from rules.kernel.value import Code, Money, RowId, Text
from rules.training import course as rules


@dataclass(kw_only=True)
class CourseDraft:
    """A course as it is offered from now on, or no more, and after which edition."""

    code: Code
    edition: int
    name: Text
    provider: Text
    hours: int
    fee: Money
    offered: bool = True


async def enter_course(tx: Transaction, input: CourseDraft) -> Course:
    """Enter an online course of the own region, correct it, or withdraw it (S20). 维护线上培训项目.

    It is a further edition, the first one after 0; earlier ones stay with the classes that were
    opened on them. The last one counts for new classes.
    """
    code = rules.normalize_code(input.code)
    await AdvisoryLock.COURSE.lock(tx.session, code)
    last = (await load_latest_editions(tx, [code])).get(code)
    refuse_if(
        [
            *rules.find_course_faults(code, input.hours, input.fee),
            *rules.find_code_faults(tx.region, last.region if last else None),
        ]
    )
    known = last.edition if last else 0
    if input.edition != known:
        raise StaleVersion(known, ("edition",))
    row = Course(
        id=uuid7(),
        region=tx.region,
        code=code,
        edition=known + 1,
        name=input.name,
        provider=input.provider,
        hours=input.hours,
        fee=input.fee,
        offered=input.offered,
        entered_by=tx.viewer.account_id,
        entered_at=tx.now,
    )
    tx.session.add(row)
    await tx.session.flush()
    return row


async def load_latest_editions(tx: Transaction, codes: Collection[str]) -> Mapping[str, Course]:
    """Read the edition that counts of some courses, by code, in one statement."""
    editions = select(Course).where(Course.code.in_(codes)).order_by(Course.edition)
    return {row.code: row for row in await tx.all(editions)}


async def get_offered_course(tx: Transaction, text: RowId, region: str) -> Course:
    """Find the course that a client named; one that another region offers is no course here."""
    row = await tx.get(Course, text, "courseId")
    if row.region not in list_ancestors(region):
        raise build_refusal(Reason.NOT_FOUND, "courseId")
    return row
