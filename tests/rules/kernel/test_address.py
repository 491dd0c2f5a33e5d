"""J3: by what of an address tries are counted."""

import pytest

from rules.kernel.address import compute_network, normalize_address


@pytest.mark.parametrize(
    ("text", "counted", "network"),
    [
        ("203.0.113.9", "203.0.113.9", "203.0.113.0/24"),
        ("::ffff:203.0.113.9", "203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
        ("testclient", "testclient", "testclient"),
        ("", "", ""),
    ],
)
def test_j3_a_host_of_ipv6_counts_once_whatever_address_it_takes(
    text: str, counted: str, network: str
) -> None:
    assert normalize_address(text) == counted
    assert normalize_address(counted) == counted or "/" in counted
    assert compute_network(counted) == network
