"""Finds ports on the loopback interface that nobody else has, nor is about to take."""

import os
import random
import socket
from dataclasses import dataclass

from gateway.embedded.faults import CannotStart

# Both of a pair stay below the ports that the kernel gives to outgoing connections (32768 and up on Linux).
LOWEST, HIGHEST = 10_000, 20_000
PAIR = 10_000


@dataclass(frozen=True, slots=True)
class ReservedPort:
    """A port that is ours until it is given up; the token dies with the process that holds it."""

    number: int
    token: int

    def give_up(self) -> None:
        """Let others take it."""
        os.close(self.token)


def reserve(preferred: int | None = None, *, paired: bool = False) -> ReservedPort:
    """A free port, the preferred one if it can be had; `paired` means that the port 10,000 higher is free as well.

    Between finding a port and a service listening on it another TicketBase could find the same one. So each holds a
    socket without a file, named after the port, which the kernel gives to one process only.
    """
    choices = [] if preferred is None else [preferred]
    choices += random.sample(range(LOWEST, HIGHEST), 500)
    for number in choices:
        if reserved := _try(number, paired=paired):
            return reserved
    raise CannotStart(f"No free port was found between {LOWEST} and {HIGHEST} on 127.0.0.1: stop some of what listens there.")


def reserve_exactly(number: int, what: str) -> ReservedPort:
    """This port and no other. Raises CannotStart when it is taken."""
    if reserved := _try(number, paired=False):
        return reserved
    raise CannotStart(f"Port {number} on 127.0.0.1, meant for {what}, is taken: stop what listens there or choose another port.")


def is_free(number: int, host: str = "127.0.0.1") -> bool:
    """Whether a service could listen there now; connections that are still closing do not count."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, number))
        except OSError:
            return False
        return True


def _try(number: int, *, paired: bool) -> ReservedPort | None:
    token = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        token.bind(f"\0ticketbase-port-{number}")
    except OSError:
        token.close()
        return None
    if is_free(number) and (not paired or is_free(number + PAIR)):
        # Detached, because a socket object that is collected unclosed warns, and a killed service gives nothing up.
        return ReservedPort(number, token.detach())
    token.close()
    return None
