"""A whole campaign: run the service, let canaries out, end it, and look everywhere."""

from dataclasses import dataclass

from tests.canaries.beside import ask_beside
from tests.canaries.search import Leak, find_in_cluster, find_in_files, find_leaks
from tests.canaries.stage import a_stage
from tests.canaries.walk import Walk
from tests.factories.database import TestCluster


@dataclass(frozen=True)
class Campaign:
    """What was sent by how many inputs, and what was found."""

    inputs: int
    spellings: int
    sent: int
    carried_out: int
    faults: list[str]
    leaks: list[Leak]

    def describe(self) -> str:
        return f"inputs={self.inputs} spellings={self.spellings} leaks={len(self.leaks)}"


async def run_campaign(cluster: TestCluster, seed: int, share: float) -> Campaign:
    """Run a share of all requests, the same ones for the same seed."""
    async with a_stage(cluster) as stage:
        walk = Walk(stage, seed, share)
        await ask_beside(walk)
        await walk.ask_all()
        leaks = await find_leaks(walk)
    # Logs are whole, and files gone or kept for good, once the processes have ended.
    leaks += find_in_files(walk.aviary, stage.home)
    leaks += find_in_cluster(walk.aviary, cluster.cluster.home)
    return Campaign(
        inputs=len(walk.places),
        spellings=len({(canary.kind, canary.spelling) for canary in walk.aviary}),
        sent=len(walk.answers),
        carried_out=walk.carried_out.total(),
        faults=walk.faults,
        leaks=leaks,
    )
