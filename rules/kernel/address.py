"""By what of a client's address its tries are counted (J3, X11)."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

HOST_PREFIX_V6 = 64
"""One host has as many addresses of IPv6 as it likes, all with the same 64 bits in front."""
NETWORK_PREFIX_V4, NETWORK_PREFIX_V6 = 24, 48
"""What one provider gives to one site, which sprays tries over its addresses."""


@lru_cache(maxsize=10_000)
def normalize_address(text: str) -> str:
    """Return what a client can't change by itself: its address, of IPv6 the first 64 bits."""
    address = _parse_address(text)
    if isinstance(address, IPv6Address):
        return str(ip_network(f"{address}/{HOST_PREFIX_V6}", strict=False))
    return text if address is None else str(address)


def compute_network(text: str) -> str:
    """Return the network of a normalized address: /24, of IPv6 /48; of none, itself."""
    address = _parse_address(text.partition("/")[0])
    if address is None:
        return text
    prefix = NETWORK_PREFIX_V6 if isinstance(address, IPv6Address) else NETWORK_PREFIX_V4
    return str(ip_network(f"{address}/{prefix}", strict=False))


def _parse_address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        # Behind a socket of both kinds a client of IPv4 looks like one of IPv6.
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
