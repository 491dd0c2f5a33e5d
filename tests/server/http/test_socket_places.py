"""Who has a place for a socket, and who loses one (ADR 0067)."""

from uuid import UUID

import pytest

from server.http.socket_places import (
    CLOSE_TRY_AGAIN_LATER,
    NoPlace,
    SocketBounds,
    SocketPlace,
    SocketPlaces,
)

BOUNDS = SocketBounds(
    signed_in=6, per_account=3, per_address=4, strangers=4, strangers_per_address=3
)


def settle(
    places: SocketPlaces, address: str, account: int | None = None, times: int = 1
) -> list[SocketPlace]:
    settled = []
    for _ in range(times):
        place = places.open_place(address)
        try:
            place.settle(None if account is None else UUID(int=account))
        finally:
            settled.append(place)
    return settled


def test_strangers_take_no_place_of_who_is_signed_in() -> None:
    places = SocketPlaces(BOUNDS)
    settle(places, "a", times=2)
    settle(places, "b", times=2)
    for address in ("a", "b", "c"):
        settle(places, address, account=ord(address), times=2)
    assert (len(places.strangers.kept), len(places.signed_in.kept)) == (4, 6)


def test_an_account_and_an_address_have_a_share_each() -> None:
    places = SocketPlaces(BOUNDS)
    settle(places, "a", account=1, times=3)
    with pytest.raises(NoPlace):
        settle(places, "b", account=1)
    settle(places, "a", account=2)
    with pytest.raises(NoPlace):
        settle(places, "a", account=3)
    settle(places, "b", account=3)


def test_an_address_has_a_share_of_the_hall_and_of_the_strangers_room() -> None:
    places = SocketPlaces(BOUNDS)
    waiting = [places.open_place("a") for _ in range(4)]
    with pytest.raises(NoPlace):
        places.open_place("a")
    for place in waiting[:3]:
        place.settle(None)
    with pytest.raises(NoPlace):
        waiting[3].settle(None)
    waiting[0].leave()
    places.open_place("a").settle(None)


def test_a_full_room_sends_away_the_oldest_of_whoever_has_most() -> None:
    places = SocketPlaces(BOUNDS)
    many = settle(places, "a", times=3)
    settle(places, "b")
    settle(places, "c")
    assert [place.room is None for place in many] == [True, False, False]
    assert many[0].close_code == CLOSE_TRY_AGAIN_LATER
    with pytest.raises(NoPlace):  # nobody has two more than b would
        settle(places, "b")
    settle(places, "d")
    with pytest.raises(NoPlace):
        settle(places, "e")


def test_a_full_room_of_who_is_signed_in_goes_by_account_not_by_address() -> None:
    places = SocketPlaces(BOUNDS)
    many = [settle(places, address, account=1)[0] for address in "abc"]
    for number in (2, 3, 4):
        settle(places, "d", account=number)
    settle(places, "a", account=5)
    assert [place.room is None for place in many] == [True, False, False]


def test_who_lost_a_place_can_not_settle_any_more() -> None:
    places = SocketPlaces(BOUNDS)
    place = places.open_place("a")
    place.give_up()
    with pytest.raises(NoPlace):
        place.settle(UUID(int=1))
    place.leave()
    assert places.hall.kept == places.signed_in.kept == []


def test_one_who_finds_no_place_keeps_none() -> None:
    places = SocketPlaces(BOUNDS)
    settle(places, "a", account=1, times=3)
    refused = places.open_place("a")
    with pytest.raises(NoPlace):
        refused.settle(UUID(int=1))
    assert places.hall.kept == []
