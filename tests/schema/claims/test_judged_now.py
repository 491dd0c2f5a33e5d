"""Before lines go into a batch the controls run once more, whatever the kind (X3, X15)."""

from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import build_actor, set_rls_context
from models import Claim, ClaimLine
from resolvers.claims.control import rerun_line_controls
from resolvers.kernel.transaction import Transaction
from rules.kernel.finding import Outcome
from rules.kernel.viewer import Viewer
from tests.factories.hiring_scenario import HiringScenario, a_cell_row
from tests.factories.mentoring_scenario import MentoringScenario
from tests.factories.world import World
from tests.schema.hiring.test_hiring import left


async def judged(world: World, who: str) -> tuple[list[str], list[Any]]:
    """Judge all lines as an account; give the verdicts, and what was kept with each line."""
    account = world.accounts[who]
    viewer = Viewer(account_id=account.id, role=account.role, region=account.region)
    async with (
        AsyncSession(world.administration, expire_on_commit=False) as session,
        session.begin(),
    ):
        await set_rls_context(session, build_actor(viewer))
        tx = Transaction(world.service, viewer, session)
        claims = await tx.all(select(Claim))
        lines = await tx.all(select(ClaimLine).order_by(ClaimLine.id))
        found = await rerun_line_controls(tx, claims, lines)
    failing = [Outcome.FAIL, Outcome.UNKNOWN]
    worst = [
        next((o for o in failing if o in {f.outcome for f in found[line.id]}), Outcome.PASS)
        for line in lines
    ]
    return [str(o) for o in worst], [line.judgements[-1]["occasion"] for line in lines]


async def test_x3_who_left_after_approval_fails_before_payment(world: World) -> None:
    hired = await HiringScenario(world).set_up()
    await hired.add_people(1, 2)
    claim = await hired.submit_claim(await hired.check_roster(a_cell_row(1), a_cell_row(2)))
    assert (await hired.try_transition("approve", claim, "reviewer"))["claim"][
        "status"
    ] == "APPROVED"
    await left(world, 2)
    assert await judged(world, "second") == (["PASS", "FAIL"], ["DISBURSEMENT"] * 2)


async def test_x3_mentoring_is_judged_again_by_the_same_seam(world: World, tmp_path: Path) -> None:
    """J34: a contract taken back since the draft is found."""
    mentored = await MentoringScenario(world, tmp_path).set_up()
    await mentored.add_retained_interns(1)
    account = await mentored.add_bank_account(accountName="unit有限公司")
    draft = {"year": 2024, "bankAccountId": account["id"]}
    assert (await world.mutate("createMentoringClaim", draft, "unit"))[
        "__typename"
    ] == "ClaimPayload"
    assert await judged(world, "officer") == (["PASS"], ["DISBURSEMENT"])
    await mentored.load_contracts(1, void="是")
    assert (await judged(world, "officer"))[0] == ["FAIL"]
