"""Whom attempts from a network address are counted for."""

import pytest

from domain.attempts import to_refresh, to_show_service_key
from domain.sessions import Caller


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:0:0:9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8", False),
        ("a socket", "a socket", True),
    ],
)
def test_a_whole_network_of_ipv6_counts_as_one_address(one: str, other: str, together: bool) -> None:
    for allowances in (to_refresh, to_show_service_key):
        first, second = allowances(Caller(one)), allowances(Caller(other))

        assert (first == second) is together
        assert len(first) == len(second) == 1
