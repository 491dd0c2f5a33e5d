"""A socket's client states its token in whatever way its library has, and is believed in none."""

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from server.http.socket_token import read_token

GOOD = "Bearer a.b.c"


def read_stated(payload: dict[str, object], kind: str = "websocket") -> str | None:
    state = {"connection_params": payload}
    return read_token(HTTPConnection({"type": kind, "headers": [], "state": state}))


@pytest.mark.parametrize(
    "payload",
    [
        {"authorization": GOOD},
        {"Authorization": GOOD},
        {"headers": {"Authorization": GOOD}},
        {"Headers": {"authorization": GOOD}, "authorization": GOOD},
        {"authToken": "a.b.c"},
        {"access_token": "a.b.c"},
        {"token": "a.b.c", "authorization": ""},
    ],
)
def test_a_token_is_found_in_any_spelling(payload: dict[str, object]) -> None:
    assert read_stated(payload) == GOOD


@pytest.mark.parametrize(
    "payload", [{}, {"authorization": None}, {"authorization": ""}, {"headers": None}, {"a": "b"}]
)
def test_who_states_no_token_is_a_stranger(payload: dict[str, object]) -> None:
    assert read_stated(payload) is None


@pytest.mark.parametrize(
    "payload",
    [
        {"authorization": 7},
        {"headers": {"Authorization": ["a"]}},
        {"authorization": GOOD, "Authorization": "Bearer d.e.f"},
        {"authorization": GOOD, "headers": {"authorization": "Bearer d.e.f"}},
    ],
)
def test_what_is_called_a_token_and_is_none_is_refused(payload: dict[str, object]) -> None:
    with pytest.raises(HTTPException) as refused:
        read_stated(payload)
    assert refused.value.status_code == 401


def test_a_request_states_no_token_but_in_its_header() -> None:
    assert read_stated({"authorization": GOOD}, "http") is None
