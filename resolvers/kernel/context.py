"""What the resolvers of one operation may reach."""

import asyncio
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

import strawberry

from gateways.client_certificate import PresentedCertificate
from loaders import Loaders
from loaders.actor import Actor, build_actor
from loaders.snapshot import Snapshot
from resolvers.kernel.policy import APPROVED_PARAMETERS, build_policy
from resolvers.kernel.service import Service
from rules.kernel.address import normalize_address
from rules.kernel.parameter import Policy
from rules.kernel.point_budget import RateLimit
from rules.kernel.viewer import Viewer

Value = TypeVar("Value")


class StatementTrace(NamedTuple):
    """A statement that an operation ran: below how many others, its text, rows and duration."""

    level: int
    sql: str
    rows: int
    ms: float


class Begun(NamedTuple):
    """What a request has behind it that was begun by a known plan, which stepped aside.

    `started` is when, by the performance counter, and `ends_at` until when it may take, by the
    event loop's clock. It was paid for.
    """

    started: float
    ends_at: float


class Context:
    """Who asks, and one snapshot to read from; a mutation leaves a new one behind.

    `address` is where the request came from: tries are counted by it, and it goes nowhere else.
    `client` is what the program that asks calls itself, and `client_version` which one it is.
    `certificate` is the one with which it came, by the proxy's word. `opening` is the statement
    that opens a snapshot for the viewer, where it is known. `done` names the mutations of the
    request that were carried out, as the answer names them.
    """

    def __init__(
        self,
        service: Service,
        viewer: Viewer,
        address: str = "",
        user_agent: str | None = None,
        client: str | None = None,
    ) -> None:
        self.service = service
        self.viewer = viewer
        self.address = normalize_address(address)
        self.user_agent = user_agent
        self.client = client
        self.client_version: str | None = None
        self.certificate: PresentedCertificate | None = None
        self.rate_limit: RateLimit | None = None
        self.path: str | None = None
        self.unplannable_reason: str | None = None
        self.statements: list[StatementTrace] | None = None
        self.begun: Begun | None = None
        self.opening: str | None = None
        self.done: list[str] = []
        self._loaders: Loaders | None = None
        self._policy: Policy | None = None
        self._reading: asyncio.Lock | None = None
        self._others: list[Context] = []

    @property
    def actor(self) -> Actor:
        """State what the viewer may read today; who must secure their account first, that alone."""
        viewer = self.viewer
        barred = viewer.factor_missing or viewer.password_given
        bare = Actor(account=viewer.account_id) if barred else build_actor(viewer)
        return bare.with_today(self.service.today())

    @property
    def loaders(self) -> Loaders:
        """Return the batches of the operation, on its one snapshot."""
        if self._loaders is None:
            self._loaders = Loaders(Snapshot(self.service.reads, self.actor))
        return self._loaders

    async def load_policy(self) -> Policy:
        """Return the approved parameters of the operation's snapshot, none used yet (X6)."""
        if self._reading is None:
            self._reading = asyncio.Lock()
        async with self._reading:  # rows of a list ask at the same time
            if self._policy is None:
                self._policy = build_policy(
                    await self.loaders.snapshot.load_rows(APPROVED_PARAMETERS)
                )
            return self._policy.new_usage_recorder()

    def open_for(self, viewer: Viewer) -> "Context":
        """Open what another viewer reads within this operation; it is closed with this one."""
        other = Context(self.service, viewer, self.address, self.user_agent, self.client)
        other.client_version, other.certificate = self.client_version, self.certificate
        other.path, other.unplannable_reason = self.path, self.unplannable_reason
        self._others.append(other)
        return other

    async def close(self) -> None:
        """Forget what was read; the next read sees what was committed since."""
        loaders, self._loaders, self._policy = self._loaders, None, None
        others, self._others = self._others, []
        try:
            if loaders is not None:
                await loaders.snapshot.close()
        finally:
            for other in others:
                await other.close()


@dataclass(frozen=True, slots=True)
class ReadAs(Generic[Value]):
    """A value below which fields are read in another context: as the viewer of that one."""

    value: Value
    context: Context


Info = strawberry.Info[Context, None]
