"""Tells where a request comes from, also behind a proxy."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.requests import HTTPConnection

from domain.devices import LONGEST_AGENT
from domain.sessions import Caller

# `203.0.113.7:4711`, `[2001:db8::1]:4711`, `[2001:db8::1]`; an IPv6 address without brackets has no port.
_WITH_PORT = re.compile(r"\[(?P<six>[^\]]*)\](?::\d{1,5})?|(?P<four>[\d.]+):\d{1,5}")

Networks = Sequence[IPv4Network | IPv6Network]


def caller_of(connection: HTTPConnection, proxies: Networks) -> Caller:
    """The network address and the program; a proxy of ours is believed what it says of whom it speaks for, and nobody else is."""
    agent = connection.headers.get("user-agent")
    return Caller(_address(connection, proxies), agent[:LONGEST_AGENT] if agent else None)


def _address(connection: HTTPConnection, proxies: Networks) -> str | None:
    """The last address of the chain that is no proxy's: whatever stands before it could be made up by the client."""
    peer = (_normal(connection.client.host) or connection.client.host) if connection.client else None
    said = _said(connection) if peer is not None and _is_among(peer, proxies) else []
    while peer is not None and said and _is_among(peer, proxies):
        peer = _normal(said.pop())
    return peer


def _said(connection: HTTPConnection) -> list[str]:
    """Of all headers of this name, in order (RFC 9110, 5.3): a proxy may add one of its own after the client's."""
    sent = [value.decode("latin-1") for name, value in connection.scope["headers"] if name == b"x-forwarded-for"]
    return [each.strip() for each in ",".join(sent).split(",") if each.strip()]


def _is_among(address: str, networks: Networks) -> bool:
    try:
        return any(ip_address(address) in network for network in networks)
    except ValueError:
        return False


def _normal(address: str) -> str | None:
    """In the one form that is counted and shown; None for what is no address.

    That is without the port that some proxies write, and as an IPv4 address where one comes by a socket of both kinds (`::ffff:…`).
    """
    written = _WITH_PORT.fullmatch(address)
    try:
        read = ip_address((written["six"] or written["four"]) if written else address)
    except ValueError:
        return None
    return str((read.ipv4_mapped if isinstance(read, IPv6Address) else None) or read)
