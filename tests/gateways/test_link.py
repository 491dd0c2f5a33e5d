"""A signed link says one thing, for one purpose, for a while; whatever else is no link."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from string import ascii_letters, digits

import pytest

from gateways.signed_link import LinkContent, LinkSigner

NOW = datetime(2025, 3, 10, 4, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
LINKS = LinkSigner(bytes(range(32)))
TOKEN = LINKS.sign_link("upload", ("one", "two"), LATER)


def test_a_link_says_what_was_signed() -> None:
    assert LINKS.read_link("upload", TOKEN, NOW) == LinkContent(("one", "two"), True)


def test_a_link_that_has_expired_says_so() -> None:
    assert LINKS.read_link("upload", TOKEN, LATER - timedelta(seconds=1)) == LinkContent(
        ("one", "two"), True
    )
    assert LINKS.read_link("upload", TOKEN, LATER) == LinkContent(("one", "two"), False)


def test_a_link_for_another_purpose_or_of_another_key_is_none() -> None:
    assert LINKS.read_link("download", TOKEN, NOW) is None
    assert LinkSigner(bytes(32)).read_link("upload", TOKEN, NOW) is None


def test_no_byte_of_a_link_can_be_changed() -> None:
    raw = urlsafe_b64decode(TOKEN + "=" * (-len(TOKEN) % 4))
    for n in range(len(raw)):
        changed = raw[:n] + bytes([raw[n] ^ 1]) + raw[n + 1 :]
        spelled = urlsafe_b64encode(changed).rstrip(b"=").decode()
        assert LINKS.read_link("upload", spelled, NOW) is None


def test_a_link_has_one_spelling() -> None:
    """What is good once, or looked for in a log, would be another one by another spelling."""
    raw = urlsafe_b64decode(TOKEN + "=" * (-len(TOKEN) % 4))
    padding = "=" * (-len(TOKEN) % 4)
    ends = (f"{TOKEN[:-1]}{last}" for last in ascii_letters + digits + "-_" if last != TOKEN[-1])
    bits_unused = [each for each in ends if urlsafe_b64decode(each + padding) == raw]
    for other in (f"{TOKEN}=", f"{TOKEN}\n", f" {TOKEN}", f"{TOKEN[:5]}!{TOKEN[5:]}", *bits_unused):
        assert LINKS.read_link("upload", other, NOW) is None, other


@pytest.mark.parametrize("garbage", ["", "x", "====", "链接", "a" * 5000, TOKEN[:-2], "\0"])
def test_garbage_is_no_link(garbage: str) -> None:
    assert LINKS.read_link("upload", garbage, NOW) is None


def test_links_of_an_accepted_key_are_read_and_none_is_signed_by_it() -> None:
    signer = LinkSigner(b"n" * 32, [bytes(range(32))])
    assert signer.read_link("upload", TOKEN, NOW) is not None
    assert LINKS.read_link("upload", signer.sign_link("upload", (), LATER), NOW) is None
