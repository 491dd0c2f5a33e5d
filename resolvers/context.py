"""What the resolvers of one operation may reach."""

from typing import NamedTuple

import strawberry

from loaders import Loaders
from loaders.actor import Actor, actor_of
from loaders.snapshot import Snapshot
from resolvers.service import Service
from rules.viewer import Viewer


class Statement(NamedTuple):
    """A statement that an operation ran: below how many others, its text, rows and duration."""

    level: int
    sql: str
    rows: int
    ms: float


class Context:
    """Who asks, and one snapshot to read from; a mutation leaves a new one behind.

    `address` is where the request came from: tries are counted by it, and it goes nowhere else.
    """

    def __init__(
        self,
        service: Service,
        viewer: Viewer,
        address: str = "",
        user_agent: str | None = None,
    ) -> None:
        self.service = service
        self.viewer = viewer
        self.address = address
        self.user_agent = user_agent
        self.path: str | None = None
        self.aside: str | None = None
        self.statements: list[Statement] | None = None
        self._loaders: Loaders | None = None

    @property
    def actor(self) -> Actor:
        """State what the viewer may reach today."""
        return actor_of(self.viewer).on(self.service.today())

    @property
    def loaders(self) -> Loaders:
        """Give the batches of the operation, on its one snapshot."""
        if self._loaders is None:
            self._loaders = Loaders(Snapshot(self.service.reads, self.actor))
        return self._loaders

    async def close(self) -> None:
        """Forget what was read; the next read sees what was committed since."""
        loaders, self._loaders = self._loaders, None
        if loaders is not None:
            await loaders.snapshot.close()


Info = strawberry.Info[Context, None]
