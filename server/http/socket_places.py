"""Places for sockets: a few for who has not said who they are, and the rest for who is signed in.

Everything here is counted before anything is awaited, so that sockets opened at once see each other
(ADR 0067).
"""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

from starlette.types import Scope

CLOSE_GOING_AWAY, CLOSE_TRY_AGAIN_LATER, CLOSE_INIT_TIMEOUT = 1001, 1013, 4408
PLACE_KEY = "jiuye.socket_place"


class NoPlace(Exception):
    """There is no place for a socket now, and nobody has more of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketBounds:
    """How many sockets a process keeps, of whom, and for how many seconds."""

    signed_in: int = 300
    per_account: int = 20
    per_address: int = 50
    strangers: int = 60
    strangers_per_address: int = 10
    begin_seconds: float = 5
    stranger_seconds: float = 5 * 60
    signed_in_seconds: float = 15 * 60


@dataclass(eq=False)
class SocketPlace:
    """A socket's place: in the hall, until it says whose it is, then in a room."""

    places: "SocketPlaces"
    address: str
    account: UUID | None = None
    room: "Room | None" = None
    timer: asyncio.Timeout | None = None
    close_code: int = CLOSE_INIT_TIMEOUT

    @property
    def owner(self) -> str:
        """Return whose share this is: an account's, or a stranger's address'."""
        return str(self.account or self.address)

    def move(self, room: "Room") -> None:
        """Move to another room, for as long as one may stay there.

        Raises NoPlace where it is full; then the socket has no place at all.
        """
        self.leave()
        room.enter(self)
        self.room = room
        if self.timer is not None:
            self.timer.reschedule(asyncio.get_running_loop().time() + room.seconds)

    def settle(self, account: UUID | None) -> None:
        """Leave the hall: for the strangers' room, or that of who is signed in.

        Raises NoPlace where there is none, or where the place was lost meanwhile.
        """
        if self.room is None:
            raise NoPlace
        self.account, self.close_code = account, CLOSE_GOING_AWAY
        self.move(self.places.strangers if account is None else self.places.signed_in)

    def give_up(self) -> None:
        """Lose the place to somebody who has fewer; the socket closes."""
        self.leave()
        self.close_code = CLOSE_TRY_AGAIN_LATER
        if self.timer is not None:
            self.timer.reschedule(asyncio.get_running_loop().time())

    def leave(self) -> None:
        """Give the place back; once is enough."""
        room, self.room = self.room, None
        if room is not None:
            room.kept.remove(self)


@dataclass
class Room:
    """So many places, of which one owner and one address have a share."""

    places: int
    per_owner: int
    per_address: int
    seconds: float
    kept: list[SocketPlace] = field(default_factory=list)

    def enter(self, entering: SocketPlace) -> None:
        """Take a place, in a full room that of whoever has most.

        Raises NoPlace beyond one's share, or where nobody has more.
        """
        owned = self._list_owned(entering.owner)
        of_address = sum(kept.address == entering.address for kept in self.kept)
        if len(owned) >= self.per_owner or of_address >= self.per_address:
            raise NoPlace
        if len(self.kept) >= self.places:
            most = max((self._list_owned(kept.owner) for kept in self.kept), key=len, default=[])
            if len(most) <= len(owned) + 1:
                raise NoPlace
            most[0].give_up()
        self.kept.append(entering)

    def _list_owned(self, owner: str) -> list[SocketPlace]:
        return [kept for kept in self.kept if kept.owner == owner]


class SocketPlaces:
    """The hall and the rooms of one process."""

    def __init__(self, bounds: SocketBounds) -> None:
        most, each = bounds.signed_in + bounds.strangers, bounds.per_address
        self.begin_seconds = bounds.begin_seconds
        self.hall = Room(most, each, each, bounds.begin_seconds)
        few = bounds.strangers_per_address
        self.strangers = Room(bounds.strangers, few, few, bounds.stranger_seconds)
        self.signed_in = Room(bounds.signed_in, bounds.per_account, each, bounds.signed_in_seconds)

    def open_place(self, address: str) -> SocketPlace:
        """Take a place in the hall for a socket that has said nothing yet.

        Raises NoPlace where there is none.
        """
        place = SocketPlace(self, address)
        place.move(self.hall)
        return place


def find_place(scope: Scope) -> SocketPlace | None:
    """Find the place of a socket, where places are kept."""
    place = scope.get(PLACE_KEY)
    return place if isinstance(place, SocketPlace) else None
