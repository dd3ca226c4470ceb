"""Where a request comes from: the peer, or whom a proxy of ours speaks for, and never what a client makes up."""

from ipaddress import ip_network

import pytest
from starlette.requests import HTTPConnection

from domain.sessions import Caller
from gateway.callers import caller_of

OURS = (ip_network("10.0.0.0/8"), ip_network("::1/128"))


def connection(peer: str | None, *forwarded: str, agent: str | None = None) -> HTTPConnection:
    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]
    headers += [(b"user-agent", agent.encode())] if agent else []
    return HTTPConnection({"type": "http", "headers": headers, "client": (peer, 1234) if peer else None})


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.1.2.3", "198.51.100.1", "198.51.100.1"),
        ("10.1.2.3", "192.0.2.66, 198.51.100.1", "198.51.100.1"),
        ("10.1.2.3", "198.51.100.1, 10.9.9.9", "198.51.100.1"),
        ("::1", "2001:DB8::1", "2001:db8::1"),
        ("10.1.2.3", "no address", None),
        ("10.1.2.3", "", "10.1.2.3"),
        ("10.1.2.3", "203.0.113.7:4711", "203.0.113.7"),
        ("10.1.2.3", "[2001:DB8::1]:4711", "2001:db8::1"),
        ("10.1.2.3", "[2001:db8::1]", "2001:db8::1"),
        ("10.1.2.3", "2001:db8::1:4711", "2001:db8::1:4711"),
        ("10.1.2.3", "198.51.100.1:80, 10.9.9.9:4711", "198.51.100.1"),
        ("10.1.2.3", "203.0.113.7:4711:80", None),
        ("10.1.2.3", "[203.0.113.7", None),
        ("::ffff:203.0.113.7", "", "203.0.113.7"),
        ("::ffff:10.1.2.3", "198.51.100.1", "198.51.100.1"),
        ("10.1.2.3", "[::FFFF:198.51.100.1]:80, ::ffff:10.9.9.9", "198.51.100.1"),
        ("a unix socket", "198.51.100.1", "a unix socket"),
        (None, "198.51.100.1", None),
    ],
    ids=[
        "peer",
        "stranger",
        "proxy",
        "made-up",
        "two-proxies",
        "six",
        "nonsense",
        "proxy-alone",
        "port",
        "six-with-port",
        "six-in-brackets",
        "six-without-port",
        "two-proxies-with-ports",
        "two-ports",
        "half",
        "mapped",
        "mapped-proxy",
        "mapped-in-the-chain",
        "socket",
        "nobody",
    ],
)
def test_a_proxy_of_ours_alone_is_believed(peer: str | None, forwarded: str, address: str | None) -> None:
    assert caller_of(connection(peer, *([forwarded] if forwarded else [])), OURS) == Caller(address)


def test_what_a_second_header_says_counts_as_said_later() -> None:
    assert caller_of(connection("10.1.2.3", "192.0.2.66", "198.51.100.1"), OURS) == Caller("198.51.100.1")


def test_a_program_is_known_by_what_it_says_as_far_as_that_is_kept() -> None:
    assert caller_of(connection(None, agent="x" * 500), ()).agent == "x" * 400
