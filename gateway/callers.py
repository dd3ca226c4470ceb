"""Tells where a request comes from, also behind a proxy."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

from starlette.requests import HTTPConnection

from domain.devices import LONGEST_AGENT
from domain.sessions import Caller

Networks = Sequence[IPv4Network | IPv6Network]


def caller_of(connection: HTTPConnection, proxies: Networks) -> Caller:
    """The network address and the program; a proxy of ours is believed what it says of whom it speaks for, and nobody else is."""
    agent = connection.headers.get("user-agent")
    return Caller(_address(connection, proxies), agent[:LONGEST_AGENT] if agent else None)


def _address(connection: HTTPConnection, proxies: Networks) -> str | None:
    """The last address of the chain that is no proxy's: whatever stands before it could be made up by the client."""
    peer = connection.client.host if connection.client else None
    said = [each.strip() for each in connection.headers.get("x-forwarded-for", "").split(",") if each.strip()]
    while peer is not None and said and _is_among(peer, proxies):
        peer = _normal(said.pop())
    return peer


def _is_among(address: str, networks: Networks) -> bool:
    try:
        return any(ip_address(address) in network for network in networks)
    except ValueError:
        return False


def _normal(address: str) -> str | None:
    """In the one form that is counted and shown; None for what is no address."""
    try:
        return str(ip_address(address))
    except ValueError:
        return None
